// The driver protocol on stdin and stdout to calls of Sqlacc.gs: one JSON object a line each way.

import { createInterface } from "node:readline";
import { response, runFiles, toBuffer } from "./apps-script.mjs";
import { SPEC_SHA256 } from "./operations.mjs";
import { defined, operationNames, performer } from "./perform.mjs";

const write = process.stdout.write.bind(process.stdout);
// Whatever else prints must not get between the lines of the protocol.
process.stdout.write = process.stderr.write.bind(process.stderr);

const settings = { timeoutMs: 60_000, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
const Sqlacc = runFiles([new URL("../Sqlacc.gs", import.meta.url)], "Sqlacc", settings);
const { perform, failure, lookedUp } = performer(Sqlacc);

/** What the offline client's next request gets: a prepared response, or nothing, when it is only to be built. */
let prepared;
let built;
const offline = {
  fetch(url, params) {
    if (prepared) return prepared;
    built ??= { url, params };
    throw new Error("built, not sent");
  },
  fetchAll: (requests) => requests.map(({ url, ...params }) => offline.fetch(url, params)),
};

let config;

function configure(message) {
  const retry = message.retry ?? {};
  const options = defined({
    baseUrl: message.base_url,
    accessKey: message.access_key,
    secretKey: message.secret_key,
    region: message.region,
    service: message.service,
    sessionToken: message.session_token,
    validate: message.validate,
    retry: defined({ attempts: retry.attempts, baseMs: retry.base_ms, maxMs: retry.max_ms }),
    now: typeof message.clock === "string" ? () => new Date(message.clock) : undefined,
    sleep: message.sleep === "real" ? undefined : () => {},
  });
  settings.timeoutMs = message.timeout_ms ?? 60_000;
  const alone = { ...options, transport: offline, retry: { attempts: 1 } };
  config = { options, client: Sqlacc.connect(options), offline: Sqlacc.connect(alone) };
  return { ok: {} };
}

function start() {
  const about = {
    protocol: 1,
    client: "Sqlacc.gs",
    client_version: Sqlacc.VERSION,
    language: "gas",
    runtime: `Apps Script services on Node.js ${process.versions.node}`,
    spec_version: Sqlacc.SPEC_VERSION,
    spec_sha256: SPEC_SHA256,
    operations: operationNames(),
    features: ["cancel", "journal"],
  };
  return { ok: about };
}

/** What an event is in the protocol; a request that is about to be sent is none. */
function eventOf({ type, method, target, status, error, ms, offset, count }) {
  if (type === "response") return { type: "attempt", method, target, status };
  if (type === "failure") return { type: "attempt", method, target, error: error.message };
  if (type === "sleep") return { type, ms: Math.round(ms) };
  return type === "page" ? { type, offset, count } : undefined;
}

/** Options that keep the events of a call, and cancel it at the one that the command names. */
function watched({ case: name, cancel }) {
  const events = [];
  let left = cancel?.nth ?? 1;
  let due = cancel?.on === "start" ? 0 : Infinity;
  const onEvent = (event) => {
    const told = eventOf(event);
    if (!told) return;
    events.push(told);
    if (told.type === cancel?.on && --left === 0) due = Date.now() + (cancel.after_ms ?? 0);
  };
  const headers = typeof name === "string" ? { "X-Case": name } : {};
  return { events, options: { headers, onEvent, ...(cancel && { shouldStop: () => Date.now() >= due }) } };
}

function call(message) {
  const { op, args, cancel, look } = message;
  if (cancel?.on === "command") return { skipped: { message: "nothing can break UrlFetchApp off while it waits" } };
  const { events, options } = watched(message);
  try {
    return { value: perform(config.client, op, args, options), events };
  } catch (error) {
    return { ...(look ? lookedUp(config.client, op, error) : failure(error)), events };
  }
}

/** Runs an operation up to its first request. */
function build({ op, args }) {
  prepared = built = undefined;
  try {
    perform(config.offline, op, args, {});
  } catch (error) {
    if (!built) return failure(error);
  }
  if (!built) return { client_error: { kind: "usage", message: "the operation sends nothing" } };
  const { url, params } = built;
  const [, host, target] = /^[a-z]+:\/\/([^/]*)(.*)$/i.exec(url);
  const type = params.contentType === undefined ? {} : { "Content-Type": params.contentType };
  return {
    value: {
      method: params.method.toUpperCase(),
      target,
      headers: { Host: host, ...type, ...params.headers },
      body_b64: toBuffer(params.payload ?? []).toString("base64"),
    },
  };
}

/** Gives an operation this response instead of asking a server. */
function parse({ op, response: { status, headers, body_b64: body } }) {
  prepared = response({ status, headers, body: Buffer.from(body, "base64") });
  try {
    return { value: perform(config.offline, op, undefined, { validate: false }) };
  } catch (error) {
    return failure(error);
  }
}

function sign({ method, url, headers = {}, body_b64: body = "", clock }) {
  const own = /^(?:host|x-amz-date|x-amz-content-sha256|authorization)$/i;
  const keys = { region: "ap-southeast-5", service: "sqlaccount", ...config.options };
  const unsigned = {
    method,
    url,
    headers: Object.entries(headers).filter(([name]) => !own.test(name)),
    body: [...new Int8Array(Buffer.from(body, "base64"))],
  };
  const signed = Sqlacc.sign(unsigned, keys, clock ? new Date(clock) : new Date());
  return {
    value: {
      canonical_request: signed.canonicalRequest,
      string_to_sign: signed.stringToSign,
      authorization: signed.authorization,
      headers: Object.fromEntries([...unsigned.headers, ...signed.headers]),
    },
  };
}

const COMMANDS = { start, config: configure, call, build, parse, sign };

function respond(message) {
  const command = Object.hasOwn(COMMANDS, message.cmd) ? COMMANDS[message.cmd] : undefined;
  if (!command) {
    return { client_error: { kind: "usage", message: `unknown command ${JSON.stringify(message.cmd)}` } };
  }
  if (!config && command !== start && command !== configure) {
    return { client_error: { kind: "configuration", message: "config comes first" } };
  }
  return command(message);
}

function line(text) {
  let seq;
  let answer;
  try {
    const message = Sqlacc.parseJson(text);
    if (typeof message !== "object" || message === null) throw new SyntaxError("not a JSON object");
    seq = message.seq;
    answer = respond(message);
  } catch (error) {
    answer = failure(error);
  }
  write(`${Sqlacc.writeJson({ seq, ...answer })}\n`);
}

for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (text.trim() !== "") line(text);
}

/** The driver protocol on stdin and stdout to calls of this client: one JSON object a line each way. */

import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { AmbiguousWriteError, SPEC_VERSION, SqlAccount, StaleRecordError, VERSION } from "../src/index.js";
import { isObject, type JsonObject, type JsonValue, parseJson, textOf, writeJson } from "../src/runtime/json.js";
import type {
  CallOptions,
  ClientEvent,
  ClientOptions,
  FetchInit,
  FetchLike,
  FetchResponse,
} from "../src/runtime/options.js";
import { credentialsOf } from "../src/runtime/profiles.js";
import { sign } from "../src/runtime/sign.js";
import { DEFAULTS } from "../src/spec.js";
import { failure } from "./failure.js";
import { SPEC_SHA256 } from "./operations.js";
import { answerTo, operationNames, shown } from "./perform.js";

const write = process.stdout.write.bind(process.stdout);
// Whatever else prints must not get between the lines of the protocol.
process.stdout.write = process.stderr.write.bind(process.stderr);

interface Config {
  readonly options: ClientOptions;
  readonly client: SqlAccount;
  /** A client whose requests go nowhere: it keeps what it would send, or reads a prepared answer. */
  readonly offline: SqlAccount;
}

interface Offline {
  request?: { readonly url: string; readonly init: FetchInit };
  readonly response?: FetchResponse;
}

const offline = new AsyncLocalStorage<Offline>();

const notSent = new Error("built, not sent");
const offlineFetch: FetchLike = (url, init) => {
  const here = offline.getStore();
  if (here?.response) return Promise.resolve(here.response);
  if (here) here.request ??= { url, init };
  return Promise.reject(notSent);
};

let config: Config | undefined;

function configure(message: JsonObject): Config {
  const clock = message["clock"];
  const retry = isObject(message["retry"]) ? message["retry"] : {};
  const text = (name: string): string | undefined => message[name] as string | undefined;
  const options: ClientOptions = defined({
    baseUrl: text("base_url"),
    accessKey: text("access_key"),
    secretKey: text("secret_key"),
    region: text("region"),
    service: text("service"),
    sessionToken: text("session_token"),
    timeoutMs: message["timeout_ms"],
    validate: message["validate"],
    retry: defined({ attempts: retry["attempts"], baseMs: retry["base_ms"], maxMs: retry["max_ms"] }),
    now: typeof clock === "string" ? (): Date => new Date(clock) : undefined,
    sleep: message["sleep"] === "real" ? undefined : (): Promise<void> => Promise.resolve(),
  });
  const alone = { ...options, fetch: offlineFetch, retry: { attempts: 1 } };
  return { options, client: new SqlAccount(options), offline: new SqlAccount(alone) };
}

function defined(members: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

/** Calls that the command `cancel` may end, by their case. */
const cancellable = new Map<string, AbortController>();

/** What an event is in the protocol; a request that is about to be sent is none. */
function eventOf(event: ClientEvent): JsonObject | undefined {
  switch (event.type) {
    case "response":
      return { type: "attempt", method: event.method, target: event.target, status: event.status };
    case "failure":
      return { type: "attempt", method: event.method, target: event.target, error: event.error.message };
    case "sleep":
      return { type: "sleep", ms: Math.round(event.ms) };
    case "page":
      return { type: "page", offset: event.offset, count: event.count };
    default:
      return undefined;
  }
}

/** Options that keep the events of a call, and cancel it at the one that the command names. */
function watched(message: JsonObject): { readonly events: JsonObject[]; readonly options: CallOptions } {
  const events: JsonObject[] = [];
  const {
    on,
    nth = 1,
    after_ms: after,
  } = (message["cancel"] ?? {}) as { on?: string; nth?: number; after_ms?: number };
  const abort = new AbortController();
  let left = nth;
  const onEvent = (event: ClientEvent): void => {
    const told = eventOf(event);
    if (!told) return;
    events.push(told);
    if (told["type"] !== on || --left !== 0) return;
    if (after === undefined) abort.abort();
    else
      setTimeout(() => {
        abort.abort();
      }, after);
  };
  const headers = typeof message["case"] === "string" ? { "X-Case": message["case"] } : {};
  if (on === undefined) return { events, options: { headers, onEvent } };
  if (on === "start") abort.abort();
  cancellable.set(message["case"] as string, abort);
  return { events, options: { headers, onEvent, signal: abort.signal } };
}

function cancel(message: JsonObject): JsonObject {
  cancellable.get(message["case"] as string)?.abort();
  return { value: null };
}

/** The settings that an environment and a name lead to; secrets as digests. */
function profileOf(message: JsonObject): JsonObject {
  const options = typeof message["name"] === "string" ? { profile: message["name"] } : {};
  try {
    const found = credentialsOf(options, DEFAULTS, message["environment"] as Record<string, string>);
    const { profile, accessKey, secretKey, sessionToken = "", region, service, baseUrl } = found;
    const secret = createHash("sha256").update(`${secretKey}\n${sessionToken}`).digest("hex");
    return { value: { profile, access_key: accessKey, secret_sha256: secret, region, service, base_url: baseUrl } };
  } catch (error) {
    return failure(error);
  }
}

function start(): JsonObject {
  return {
    protocol: 1,
    client: "sqlacc-client",
    client_version: VERSION,
    language: "node",
    runtime: `Node.js ${process.versions.node}`,
    spec_version: SPEC_VERSION,
    spec_sha256: SPEC_SHA256,
    operations: operationNames(),
    features: ["cancel", "cancel_request", "concurrency", "journal", "profiles"],
  };
}

async function call(message: JsonObject, { client }: Config): Promise<JsonObject> {
  const { events, options } = watched(message);
  try {
    const value = await answerTo(client, textOf(message["op"]), message["args"] as JsonObject, options);
    return { value, events };
  } catch (error) {
    const outcome = message["look"] === true ? await lookedUp(client, textOf(message["op"]), error) : failure(error);
    return { ...outcome, events };
  }
}

/** What the server holds, where the error offers to look; else the error. */
async function lookedUp(client: SqlAccount, op: string, error: unknown): Promise<JsonObject> {
  try {
    if (error instanceof AmbiguousWriteError && error.canCheck)
      return { value: shown(client, op, await error.check()) };
    if (error instanceof StaleRecordError) return { value: shown(client, op, await error.current()) };
    return failure(error);
  } catch (other) {
    return failure(other);
  }
}

/** Runs an operation up to its first request. */
async function build(message: JsonObject, { offline: client }: Config): Promise<JsonObject> {
  const here: Offline = {};
  try {
    await offline.run(here, () => answerTo(client, textOf(message["op"]), message["args"] as JsonObject, {}));
  } catch (error) {
    if (!here.request) return failure(error);
  }
  if (!here.request) return { client_error: { kind: "usage", message: "the operation sends nothing" } };
  const { url, init } = here.request;
  const place = url.indexOf("/", url.indexOf("://") + 3);
  const headers = init.headers.map(([name, value]) => [name, Buffer.from(value, "latin1").toString("utf8")]);
  const host = ["Host", url.slice(url.indexOf("://") + 3, place)];
  return {
    value: {
      method: init.method,
      target: url.slice(place),
      headers: Object.fromEntries([host, ...headers]) as JsonObject,
      body_b64: Buffer.from(init.body ?? []).toString("base64"),
    },
  };
}

/** Gives an operation this response instead of asking a server. */
async function parse(message: JsonObject, { offline: client }: Config): Promise<JsonObject> {
  const { status, headers, body_b64: body } = message["response"] as JsonObject;
  const bytes = new Uint8Array(Buffer.from(body as string, "base64"));
  const response: FetchResponse = {
    status: status as number,
    headers: Object.entries(headers as Record<string, string>),
    arrayBuffer: () => Promise.resolve(bytes.buffer),
  };
  const options = { validate: false };
  try {
    return {
      value: await offline.run({ response }, () => answerTo(client, textOf(message["op"]), undefined, options)),
    };
  } catch (error) {
    return failure(error);
  }
}

function signOnly(message: JsonObject, { options }: Config): JsonObject {
  const { method, url, body_b64: body, clock } = message as Record<string, string>;
  const headers = message["headers"] as Record<string, string>;
  const signed = sign(
    {
      method: method ?? "",
      url: url ?? "",
      headers: Object.entries(headers).filter(
        ([name]) => !/^(?:host|x-amz-date|x-amz-content-sha256|authorization)$/i.test(name),
      ),
      body: Buffer.from(body ?? "", "base64"),
    },
    {
      accessKey: options.accessKey ?? "",
      secretKey: options.secretKey ?? "",
      region: options.region ?? "ap-southeast-5",
      service: options.service ?? "sqlaccount",
    },
    clock ? new Date(clock) : new Date(),
  );
  return {
    value: {
      canonical_request: signed.canonicalRequest,
      string_to_sign: signed.stringToSign,
      authorization: signed.authorization,
      headers: { ...headers, ...Object.fromEntries(signed.headers) },
    },
  };
}

async function respond(message: JsonObject): Promise<JsonObject> {
  const command = message["cmd"];
  if (command === "start") return { ok: start() };
  if (command === "config") {
    config = configure(message);
    return { ok: {} };
  }
  if (command === "profile") return profileOf(message);
  if (!config) return { client_error: { kind: "configuration", message: "config comes first" } };
  switch (command) {
    case "call":
      return call(message, config);
    case "cancel":
      return cancel(message);
    case "build":
      return build(message, config);
    case "parse":
      return parse(message, config);
    case "sign":
      return signOnly(message, config);
    default:
      return { client_error: { kind: "usage", message: `unknown command ${JSON.stringify(command)}` } };
  }
}

async function line(text: string): Promise<void> {
  let seq: JsonValue | undefined;
  let answer: JsonObject;
  try {
    const message = parseJson(text);
    if (!isObject(message)) throw new SyntaxError("not a JSON object");
    seq = message["seq"];
    answer = await respond(message);
  } catch (error) {
    answer = failure(error);
  }
  write(`${writeJson({ seq, ...answer })}\n`);
}

const running = new Set<Promise<void>>();
for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (text.trim() === "") continue;
  const work = line(text).finally(() => running.delete(work));
  running.add(work);
}
await Promise.all(running);
process.exit(); // a connection that fetch still tries to make, for nobody, would keep the process

/** One request to one answer: signed, timed, tried again where that cannot do harm, and never redirected. */

import { setTimeout as wait } from "node:timers/promises";
import {
  CancelledError,
  ConfigurationError,
  type RequestSummary,
  UnexpectedResponseError,
  ValidationError,
} from "./errors.js";
import { errorOf, type Failure, neverSent, raced } from "./failure.js";
import type { CallOptions, ClientEvent, ClientOptions, FetchInit, FetchLike, FetchResponse } from "./options.js";
import type { Credentials } from "./profiles.js";
import { sha256, sign, type Signed, type Unsigned } from "./sign.js";
import { backoff, retryAfter } from "./waiting.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request before it is signed. `target` is path and query, percent-encoded as they go out. */
export interface Outgoing {
  readonly method: Method;
  readonly target: string;
  readonly accept: string;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

/** An answer, complete. */
export interface Incoming {
  readonly request: RequestSummary;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

const TRY_AGAIN = new Set([429, 502, 503, 504]);
const NO_BODY = new Uint8Array(0);

export class Connection {
  readonly profile: string;
  readonly now: () => Date;
  readonly #credentials: Credentials;
  readonly #options: ClientOptions;
  readonly #userAgent: string;

  constructor(credentials: Credentials, options: ClientOptions, userAgent: string) {
    this.#credentials = credentials;
    this.#options = options;
    this.#userAgent = options.userAgent === undefined ? userAgent : `${options.userAgent} ${userAgent}`;
    this.profile = credentials.profile;
    this.now = options.now ?? ((): Date => new Date());
  }

  /** The client's options with those of the call on top. */
  settings(call: CallOptions): CallOptions {
    return { ...this.#options, ...call };
  }

  /** What the journals of batches know this server and key by; it says neither. */
  get account(): string {
    const { origin, pathname } = new URL(this.#credentials.baseUrl); // however the host is spelled
    const base = origin + pathname.replace(/\/+$/, "");
    return sha256(`${base}\n${this.#credentials.accessKey}`).slice(0, 16);
  }

  /** Signs with this client's keys. */
  sign(request: Unsigned, now = this.now()): Signed {
    return sign(request, this.#credentials, now);
  }

  /** Text without the secret parts of the keys, should a server repeat them. */
  redact(text: string): string {
    const { secretKey, sessionToken = "" } = this.#credentials;
    // What is shorter is no secret of this service, and would blot out words.
    const secrets = [secretKey, sessionToken].filter((secret) => secret.length >= 8);
    const spellings = secrets.flatMap((secret) => [secret, secret.replaceAll("/", "\\/"), encodeURIComponent(secret)]);
    return spellings.reduce((clean, secret) => clean.replaceAll(secret, "[redacted]"), text);
  }

  tell(event: ClientEvent, call: CallOptions): void {
    this.#log(event);
    for (const listener of new Set([this.#options.onEvent, call.onEvent])) {
      try {
        listener?.(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  /** Sends the request until there is an answer that is worth showing. 4xx and 5xx are answers. */
  async send(outgoing: Outgoing, call: CallOptions = {}): Promise<Incoming> {
    const settings = this.settings(call);
    const request: RequestSummary = { method: outgoing.method, target: outgoing.target, profile: this.profile };
    const attempts = settings.retry?.attempts ?? 4;
    const deadline = settings.deadlineMs === undefined ? Infinity : Date.now() + settings.deadlineMs;
    for (let number = 1; ; number++) {
      const attempt = await this.#attempt(outgoing, request, number, settings, deadline);
      const last = number >= attempts;
      if (!("failure" in attempt)) {
        if (last || !mayRepeatAfter(outgoing.method, attempt.status)) return this.#settled(attempt);
        const pause = backoff(number, settings.retry, this.#random(), retryAfter(attempt.headers, this.now()));
        if (Date.now() + pause > deadline) return this.#settled(attempt);
        await this.#sleep(pause, request, settings);
        continue;
      }
      const pause = backoff(number, settings.retry, this.#random());
      const repeatable = !attempt.cancelled && (outgoing.method === "GET" || !attempt.sent);
      if (last || !repeatable || Date.now() + pause > deadline) throw errorOf(attempt, request);
      await this.#sleep(pause, request, settings);
    }
  }

  /** What no client can make sense of: a redirect, and a gateway's error after a write. */
  #settled(answer: Incoming): Incoming {
    const { request, status } = answer;
    if (status < 200 || (status >= 300 && status < 400)) {
      const place = answer.headers.get("location");
      const to = place === undefined ? "" : ` to ${this.redact(place)}`;
      throw new UnexpectedResponseError(request, status, `a redirect${to}, which is not followed with a signature`);
    }
    return answer;
  }

  async #attempt(
    outgoing: Outgoing,
    request: RequestSummary,
    number: number,
    settings: CallOptions,
    deadline: number,
  ): Promise<Incoming | Failure> {
    const { method, target } = outgoing;
    const signal = settings.signal;
    const limit = Math.min(settings.timeoutMs ?? 30_000, deadline - Date.now());
    const abort = new AbortController();
    let timedOut = false;
    let sent = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort.abort(new Error(`no complete answer within ${String(limit)} ms`));
    }, limit);
    const cancel = (): void => {
      abort.abort(signal?.reason);
    };
    signal?.addEventListener("abort", cancel, { once: true });
    const started = performance.now();
    const elapsed = (): number => Math.round(performance.now() - started);
    try {
      signal?.throwIfAborted();
      const [url, init] = this.prepare(outgoing, settings, abort.signal);
      this.tell({ type: "request", method, target, attempt: number }, settings);
      sent = true;
      const response = await raced(this.#fetch(url, init), abort.signal);
      const body = new Uint8Array(await raced(response.arrayBuffer(), abort.signal));
      const answer: Incoming = { request, status: response.status, headers: lowerCase(response), body };
      this.tell({ type: "response", method, target, attempt: number, status: answer.status, ms: elapsed() }, settings);
      return answer;
    } catch (error) {
      if (error instanceof ConfigurationError || error instanceof ValidationError) throw error;
      const failure = error instanceof Error ? error : new Error(String(error));
      if (sent)
        this.tell({ type: "failure", method, target, attempt: number, error: failure, ms: elapsed() }, settings);
      return { failure, timedOut, cancelled: signal?.aborted === true && !timedOut, sent: sent && !neverSent(failure) };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** URL and `init` for fetch, signed now. The URL must reach the wire as it was signed. */
  prepare(outgoing: Outgoing, settings: CallOptions, signal: AbortSignal): [url: string, init: FetchInit] {
    const url = this.#credentials.baseUrl + outgoing.target;
    if (!survivesFetch(url)) {
      const message = `${JSON.stringify(outgoing.target)} cannot be sent as it is: HTTP clients rewrite such a path`;
      throw new ValidationError([{ path: "", message }]);
    }
    const body = outgoing.body === undefined ? NO_BODY : new TextEncoder().encode(outgoing.body);
    const signedHeaders: [string, string][] =
      outgoing.contentType === undefined ? [] : [["Content-Type", outgoing.contentType]];
    const signed = this.sign({ method: outgoing.method, url, headers: signedHeaders, body });
    const headers: [string, string][] = [
      ...signedHeaders,
      ["Accept", outgoing.accept],
      ["User-Agent", this.#userAgent],
      ...Object.entries(settings.headers ?? {}),
      ...signed.headers.filter(([name]) => name !== "Host").map(([name, value]): [string, string] => [name, value]),
    ];
    const init = { method: outgoing.method, headers: headers.map(asBytes), redirect: "manual", signal } as const;
    return [url, outgoing.body === undefined ? init : { ...init, body }];
  }

  #fetch(url: string, init: FetchInit): Promise<FetchResponse> {
    const send: FetchLike = this.#options.fetch ?? fetch;
    return send(url, init);
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }

  async #sleep(ms: number, request: RequestSummary, settings: CallOptions): Promise<void> {
    this.tell({ type: "sleep", ms }, settings);
    const signal = settings.signal;
    const options = signal ? { signal } : {};
    try {
      await (this.#options.sleep ? this.#options.sleep(ms, signal) : wait(ms, undefined, options));
    } catch (error) {
      throw new CancelledError(request, { cause: error });
    }
    if (signal?.aborted) throw new CancelledError(request, { cause: signal.reason });
  }

  #log(event: ClientEvent): void {
    const log = this.#options.log;
    if (!log) return;
    const who = `sqlacc[${this.profile}]`;
    switch (event.type) {
      case "response":
        log(`${who} ${event.method} ${event.target} -> ${String(event.status)} in ${String(event.ms)} ms`);
        break;
      case "failure":
        log(`${who} ${event.method} ${event.target} -> ${this.redact(event.error.message)} in ${String(event.ms)} ms`);
        break;
      case "sleep":
        log(`${who} waits ${String(Math.round(event.ms))} ms before it tries again`);
        break;
    }
  }
}

/** A refusal before processing may be followed by another try of anything, a passing trouble only by one of a GET. */
function mayRepeatAfter(method: Method, status: number): boolean {
  return method === "GET" ? TRY_AGAIN.has(status) : status === 429;
}

function lowerCase(response: FetchResponse): ReadonlyMap<string, string> {
  return new Map([...response.headers].map(([name, value]) => [name.toLowerCase(), value]));
}

/** fetch writes one byte for each character, so UTF-8 is given to it byte by byte. */
function asBytes([name, value]: [string, string]): [string, string] {
  return [name, Buffer.from(value, "utf8").toString("latin1")];
}

/** fetch parses the URL and prints it again: dot segments vanish, some characters get encoded. */
function survivesFetch(url: string): boolean {
  try {
    const parsed = new URL(url);
    return parsed.pathname + parsed.search === url.slice(url.indexOf("/", url.indexOf("://") + 3));
  } catch {
    return false;
  }
}

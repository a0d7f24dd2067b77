/** What every client has beside its resources: ping, calls to undocumented endpoints, the shared connection. */

import { Answers, bodyText, type ErrorForms } from "./answers.js";
import { Connection, type Method, type Outgoing } from "./connection.js";
import { UsageError } from "./errors.js";
import { type JsonValue, parseJson, writeJson } from "./json.js";
import type { CallOptions, ClientOptions } from "./options.js";
import { credentialsOf, type Defaults } from "./profiles.js";
import { rawTarget, type Where } from "./target.js";

const METHODS: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export interface Pong {
  readonly ok: true;
  /** What `/version` answered. */
  readonly version: JsonValue;
  /** Seconds that the server's clock is ahead of this machine's; undefined when the server told no time. */
  readonly skewSeconds: number | undefined;
}

export interface RawRequest extends CallOptions {
  readonly method: Method;
  /** With its slash, and percent-encoded where needed: `/pmmethod`. */
  readonly path: string;
  readonly query?: Where;
  /** Sent as JSON. */
  readonly body?: JsonValue;
}

export interface RawResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body as JSON; undefined when it is none. */
  readonly value: JsonValue | undefined;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** The part of a client that does not depend on the spec. */
export abstract class BaseClient {
  /** @internal */
  protected readonly connection: Connection;
  /** @internal */
  protected readonly answers: Answers;

  constructor(
    options: ClientOptions,
    defaults: Defaults & { readonly userAgent: string; readonly errors: ErrorForms },
  ) {
    this.connection = new Connection(credentialsOf(options, defaults), options, defaults.userAgent);
    this.answers = new Answers(defaults.errors, options.now === undefined, (text) => this.connection.redact(text));
  }

  /** The name of the profile whose keys are used. */
  get profile(): string {
    return this.connection.profile;
  }

  /** Checks reach, keys and clock with one read of `/version`. */
  async ping(options: CallOptions = {}): Promise<Pong> {
    const outgoing: Outgoing = { method: "GET", target: "/version", accept: "application/json" };
    const incoming = await this.connection.send(outgoing, options);
    const version = this.answers.json(incoming);
    const theirs = Date.parse(incoming.headers.get("date") ?? "");
    const ahead = Math.round((theirs - this.connection.now().getTime()) / 1000);
    return { ok: true, version, skewSeconds: Number.isNaN(ahead) ? undefined : ahead };
  }

  /** Any endpoint, signed, with the same retries and errors as everything else. */
  async raw(request: RawRequest): Promise<RawResponse> {
    const { path, query = {}, body } = request;
    const method = request.method.toUpperCase() as Method;
    if (!METHODS.includes(method)) throw new UsageError(`a method is one of ${METHODS.join(", ")}`);
    if (method === "GET" && body !== undefined) throw new UsageError("GET has no body");
    const outgoing: Outgoing = {
      method,
      target: rawTarget(path, query),
      accept: "application/json",
      ...(body === undefined ? {} : { contentType: "application/json", body: writeJson(body) }),
    };
    const incoming = await this.connection.send(outgoing, request);
    this.answers.check(incoming);
    const text = bodyText(incoming);
    let value: JsonValue | undefined;
    try {
      value = parseJson(text);
    } catch {
      value = undefined; // not JSON: the caller has the text and the bytes
    }
    return { status: incoming.status, headers: incoming.headers, value, text, bytes: incoming.body };
  }
}

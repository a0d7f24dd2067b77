/**
 * The one tree of errors. Every promise of this library that fails is rejected with one of them.
 *
 * ```
 * SqlAccountError
 * ├── ConfigurationError          keys, profile, options
 * ├── UsageError                  a call that makes no sense; nothing was sent
 * ├── ValidationError             found before anything was sent; names each field
 * ├── TransportError
 * │   ├── ConnectionError         not reached, or the connection broke
 * │   ├── TimeoutError            no complete answer in time
 * │   └── CancelledError          your AbortSignal; a write that had left is an AmbiguousWriteError
 * ├── AmbiguousWriteError         a write was sent and its outcome is unknown: check before you repeat it
 * ├── UnexpectedResponseError     HTML, cut JSON, a redirect, a PDF that is not a PDF ...
 * ├── MultipleFoundError          find() met more than one record
 * ├── LineNotRemovedError         the server kept a line that the update left out
 * └── ApiError                    the server said no: status, its words, its body
 *     ├── AuthenticationError ── ClockSkewError
 *     ├── NotFoundError           also a 400 whose message says so
 *     ├── StaleRecordError        changed by somebody else since it was read
 *     ├── DuplicateError          the number or code is taken
 *     ├── ReferenceNotFoundError  a code or document that it refers to does not exist
 *     ├── RateLimitError          429
 *     ├── LicenceError            too many users or connections
 *     └── ServerError             5xx
 * ```
 */

import type { JsonObject, JsonValue } from "./json.js";

export type ErrorKind =
  | "configuration"
  | "validation"
  | "connection"
  | "timeout"
  | "cancelled"
  | "ambiguous_write"
  | "unexpected_response"
  | "multiple_found"
  | "line_not_removed"
  | "usage"
  | ApiErrorKind;

export type ApiErrorKind =
  | "authentication"
  | "clock_skew"
  | "not_found"
  | "stale"
  | "duplicate"
  | "reference"
  | "rate_limit"
  | "licence"
  | "server"
  | "api";

/** What was asked, without headers and so without any secret. */
export interface RequestSummary {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** The name of the profile whose keys signed it. */
  readonly profile: string;
}

export abstract class SqlAccountError extends Error {
  /** The same word in the clients of all languages. */
  abstract readonly kind: ErrorKind;
  override get name(): string {
    return this.constructor.name;
  }
}

export class ConfigurationError extends SqlAccountError {
  readonly kind = "configuration";
}

export class UsageError extends SqlAccountError {
  readonly kind = "usage";
}

/** One thing that is wrong with a record; `path` is for example `sdsdocdetail[0].qty`, empty for the whole record. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export class ValidationError extends SqlAccountError {
  readonly kind = "validation";
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[], options?: ErrorOptions) {
    const lines = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    super(lines.join("; "), options);
    this.problems = problems;
  }

  /** The paths of the fields at fault. */
  get fields(): string[] {
    return this.problems.map((problem) => problem.path).filter((path) => path !== "");
  }
}

/** An error about one request. */
export abstract class RequestError extends SqlAccountError {
  constructor(
    readonly request: RequestSummary,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${request.method} ${request.target} (profile ${request.profile}): ${message}`, options);
  }
}

export abstract class TransportError extends RequestError {}

export class ConnectionError extends TransportError {
  readonly kind = "connection";
}

export class TimeoutError extends TransportError {
  readonly kind = "timeout";
}

export class CancelledError extends TransportError {
  readonly kind = "cancelled";

  constructor(request: RequestSummary, options?: ErrorOptions) {
    super(request, "cancelled", options);
  }
}

/** How {@link AmbiguousWriteError} looks the record up. */
export type Check = () => Promise<JsonObject | null>;

/**
 * A write left this machine and no clear answer came back: the server may or may not have carried it out.
 * Do not simply repeat it. `await error.check()` looks for the record by its number or reference; after an update it
 * reads the record again, and finds it only when the update is in it.
 */
export class AmbiguousWriteError extends RequestError {
  readonly kind = "ambiguous_write";
  #check: Check | undefined;

  /** Whether the record carries something to look it up by. */
  get canCheck(): boolean {
    return this.#check !== undefined;
  }

  /** The record as the server has it now, or null when it is not there (yet). */
  async check(): Promise<JsonObject | null> {
    if (this.#check) return this.#check();
    throw new UsageError("nothing in the record identifies it: give it a docno or docref1 to make it findable");
  }

  /** @internal */
  setCheck(check: Check): void {
    this.#check = check;
  }
}

/** The server answered something that no reading of its contract explains. `body` is the beginning of it. */
export class UnexpectedResponseError extends RequestError {
  readonly kind = "unexpected_response";

  constructor(
    request: RequestSummary,
    readonly status: number,
    what: string,
    readonly body = "",
    options?: ErrorOptions,
  ) {
    super(request, `unexpected answer (status ${String(status)}): ${what}`, options);
  }

  /** Whether a write got this answer with a good status, so that it is probably stored. */
  get written(): boolean {
    return this.request.method !== "GET" && this.status >= 200 && this.status < 300;
  }
}

export class MultipleFoundError extends SqlAccountError {
  readonly kind = "multiple_found";
  constructor(
    message: string,
    readonly records: readonly JsonObject[],
  ) {
    super(message);
  }
}

export class LineNotRemovedError extends SqlAccountError {
  readonly kind = "line_not_removed";
  constructor(
    message: string,
    /** Paths of the lines that are still there. */
    readonly lines: readonly string[],
    /** The record as it is now stored. */
    readonly record: JsonObject,
  ) {
    super(message);
  }
}

/** The server refused. `serverMessage` are its own words, `body` its complete answer. */
export class ApiError extends RequestError {
  readonly kind: ApiErrorKind = "api";

  constructor(
    request: RequestSummary,
    readonly status: number,
    readonly serverMessage: string,
    readonly body: JsonValue,
    options?: ErrorOptions,
  ) {
    super(request, `${String(status)} ${serverMessage === "" ? "(no message)" : serverMessage}`, options);
  }
}

export class AuthenticationError extends ApiError {
  override readonly kind: "authentication" | "clock_skew" = "authentication";
}

/** The clock of this machine differs from the server's, which makes signatures invalid. */
export class ClockSkewError extends AuthenticationError {
  override readonly kind = "clock_skew";
}

export class NotFoundError extends ApiError {
  override readonly kind = "not_found";
}

export class StaleRecordError extends ApiError {
  override readonly kind = "stale";
  /** The record that the update was made from, as it had been read. */
  base: JsonObject | undefined;
  /** What the update was to store. */
  mine: JsonObject | undefined;
  #read: Check | undefined;

  /** Reads what the server has now. */
  async current(): Promise<JsonObject | null> {
    if (this.#read) return this.#read();
    throw new UsageError("this error does not know which record it is about");
  }

  /** @internal */
  setVersions(base: JsonObject, mine: JsonObject, read: Check): void {
    [this.base, this.mine, this.#read] = [base, mine, read];
  }
}

export class DuplicateError extends ApiError {
  override readonly kind = "duplicate";
}

export class ReferenceNotFoundError extends ApiError {
  override readonly kind = "reference";
}

export class RateLimitError extends ApiError {
  override readonly kind = "rate_limit";
}

export class LicenceError extends ApiError {
  override readonly kind = "licence";
}

export class ServerError extends ApiError {
  override readonly kind = "server";
}

const API_ERRORS: Record<ApiErrorKind, typeof ApiError> = {
  authentication: AuthenticationError,
  clock_skew: ClockSkewError,
  not_found: NotFoundError,
  stale: StaleRecordError,
  duplicate: DuplicateError,
  reference: ReferenceNotFoundError,
  rate_limit: RateLimitError,
  licence: LicenceError,
  server: ServerError,
  api: ApiError,
};

export function apiErrorClass(kind: ApiErrorKind): typeof ApiError {
  return API_ERRORS[kind];
}

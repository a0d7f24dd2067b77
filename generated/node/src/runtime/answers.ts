/** An answer of the server to values, or to the error that it means. */

import type { Incoming } from "./connection.js";
import { isUtf8 } from "node:buffer";
import {
  AmbiguousWriteError,
  type ApiErrorKind,
  apiErrorClass,
  NotFoundError,
  UnexpectedResponseError,
} from "./errors.js";
import { isObject, type JsonObject, type JsonValue, parseJson } from "./json.js";
import { decodeRecord } from "./record.js";
import type { ObjectShape } from "./shape.js";

/** `[kind, status (0: any), pattern]` of an error as seen; the first that fits counts. */
export type ErrorForms = readonly (readonly [kind: string, status: number, pattern: string])[];

/** Clocks this far apart explain a refused signature. */
const SKEW_MS = 5 * 60_000;
const KINDS = new Set<string>([
  ...["authentication", "clock_skew", "not_found", "stale", "duplicate", "reference"],
  ...["rate_limit", "licence", "server"],
]);

/** Words that leave no doubt that nothing was stored. */
const DEFINITE = new Set<ApiErrorKind>(["stale", "duplicate", "reference", "licence"]);

interface ErrorForm {
  readonly kind: ApiErrorKind;
  readonly status: number;
  readonly pattern: RegExp;
}

export class Answers {
  readonly #forms: readonly ErrorForm[];

  constructor(
    forms: ErrorForms,
    /** An injected clock says nothing about the clock of this machine. */
    private readonly tellsSkew: boolean,
    private readonly redact: (text: string) => string,
  ) {
    this.#forms = forms.map(([kind, status, pattern]) => ({
      kind: KINDS.has(kind) ? (kind as ApiErrorKind) : "api",
      status,
      pattern: new RegExp(pattern, "i"),
    }));
  }

  /** Throws unless the server said yes. */
  check(incoming: Incoming): void {
    if (incoming.status >= 400) throw this.#refusal(incoming);
  }

  /** The JSON of a yes. */
  json(incoming: Incoming): JsonValue {
    this.check(incoming);
    const text = bodyText(incoming);
    if (text.trim() === "") throw unexpected(incoming, "an empty body", text);
    this.#refusePage(incoming, text);
    try {
      if (text.includes("\uFFFD") && !isUtf8(incoming.body)) throw new SyntaxError("the bytes are not UTF-8");
      return parseJson(text);
    } catch (error) {
      throw unexpected(incoming, `cut or invalid JSON (${(error as Error).message})`, text, error);
    }
  }

  /** The yes to a delete: empty, words or JSON, but not a web page. */
  deleted(incoming: Incoming): void {
    this.check(incoming);
    const text = bodyText(incoming);
    this.#refusePage(incoming, text);
    const body = parsed(text);
    if (isObject(body) && (Boolean(body["error"]) || body["success"] === false)) {
      throw unexpected(incoming, this.redact(`an error with a status of success: ${messageOf(body)}`), text);
    }
  }

  #refusePage(incoming: Incoming, text: string): void {
    if (isHtml(text)) throw unexpected(incoming, "HTML instead of JSON, perhaps of a proxy or firewall", text);
  }

  /** The rows of a list or of the detail form. */
  rows(incoming: Incoming, shape: ObjectShape): JsonObject[] {
    const body = this.json(incoming);
    const rows = isObject(body) ? (body["data"] ?? body["items"]) : body;
    if (!Array.isArray(rows) || !rows.every(isObject)) {
      throw unexpected(incoming, "no list of records", bodyText(incoming));
    }
    return rows.map((row) => decodeRecord(shape, row));
  }

  /** The one record of an answer: at top level, or in `data` alone or as a list of one. */
  record(incoming: Incoming, shape: ObjectShape): JsonObject {
    const body = this.json(incoming);
    const found = isObject(body) && !has(body, shape.key) && body["data"] !== undefined ? body["data"] : body;
    const record = Array.isArray(found) && found.length === 1 ? found[0] : found;
    if (!isObject(record) || !has(record, shape.key)) {
      const words = isObject(record) ? messageOf(record) : "";
      const what = words === "" ? `no record with ${shape.key}` : `an error with a status of success: ${words}`;
      throw unexpected(incoming, this.redact(what), bodyText(incoming));
    }
    return decodeRecord(shape, record);
  }

  /** The bytes of a PDF, complete. */
  pdf(incoming: Incoming): Uint8Array {
    this.check(incoming);
    const { body } = incoming;
    const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 1024)).toString("latin1");
    const tail = Buffer.from(body.subarray(Math.max(0, body.length - 1024))).toString("latin1");
    if (!head.startsWith("%PDF-")) throw unexpected(incoming, "not a PDF", bodyText(incoming).slice(0, 2000));
    if (!tail.includes("%%EOF")) throw unexpected(incoming, "a PDF that is cut off", "");
    return body;
  }

  #refusal(incoming: Incoming): Error {
    const { request, status } = incoming;
    const text = this.redact(bodyText(incoming)).trim();
    const body = parsed(text);
    const message = (isHtml(text) ? titleOf(text) : wordsOf(body) || text).slice(0, 2000) || "(no message)";
    const kind = this.#kind(status, message);
    const isDefinite =
      status === 500 && ((isObject(body) && ("message" in body || "error" in body)) || DEFINITE.has(kind));
    if (status >= 500 && request.method !== "GET" && !isDefinite) {
      const what = `status ${String(status)} (${message}) after the request had left`;
      return new AmbiguousWriteError(request, `${what}: it may have been carried out, check before repeating it`);
    }
    const skew = kind === "authentication" ? this.#skew(incoming) : 0;
    if (Math.abs(skew) > SKEW_MS) {
      const seconds = String(Math.round(Math.abs(skew) / 1000));
      const hint = `the clock of this machine is ${seconds} s ${skew > 0 ? "ahead of" : "behind"} the server's`;
      return this.#apiError("clock_skew", incoming, `${message} (${hint})`, body ?? text);
    }
    return this.#apiError(kind, incoming, message, body ?? text);
  }

  #kind(status: number, message: string): ApiErrorKind {
    const fits = (form: ErrorForm): boolean =>
      (form.status === 0 || form.status === status) && form.pattern.test(message);
    return this.#forms.find(fits)?.kind ?? byStatus(status);
  }

  #apiError(kind: ApiErrorKind, incoming: Incoming, message: string, body: JsonValue): Error {
    return new (apiErrorClass(kind))(incoming.request, incoming.status, message, body);
  }

  /** Milliseconds that this machine's clock is ahead of the server's `Date`. */
  #skew(incoming: Incoming): number {
    const theirs = Date.parse(incoming.headers.get("date") ?? "");
    return !this.tellsSkew || Number.isNaN(theirs) ? 0 : Date.now() - theirs;
  }
}

/** Whether the server has no such record. A web page with that status means a wrong address, not an absent record. */
export function saysNone(error: unknown): boolean {
  return error instanceof NotFoundError && !(typeof error.body === "string" && isHtml(error.body));
}

function byStatus(status: number): ApiErrorKind {
  if (status === 401 || status === 403) return "authentication";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limit";
  return status >= 500 ? "server" : "api";
}

function unexpected(incoming: Incoming, what: string, text: string, cause?: unknown): UnexpectedResponseError {
  const options = cause === undefined ? undefined : { cause };
  const { request, status } = incoming;
  const done = request.method === "GET" ? "" : "; the server took the write, look before sending it again";
  return new UnexpectedResponseError(request, status, what + done, text.slice(0, 2000), options);
}

/** `message`, else `error.message`, else `error`: the forms seen. */
function messageOf(body: JsonObject): string {
  const error = body["error"];
  const candidates = [body["message"], isObject(error) ? error["message"] : error];
  return candidates.find((text): text is string => typeof text === "string" && text !== "") ?? "";
}

/** The message of a refusal, which may be a JSON text alone. */
function wordsOf(body: JsonValue | undefined): string {
  return typeof body === "string" ? body.trim() : isObject(body) ? messageOf(body) : "";
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

export function bodyText(incoming: Incoming): string {
  return new TextDecoder().decode(incoming.body);
}

function isHtml(text: string): boolean {
  return text.trimStart().startsWith("<");
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1]?.trim();
  if (title !== undefined && title !== "") return title;
  return html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}

function has(record: JsonObject, key: string): boolean {
  return Object.hasOwn(record, key) && record[key] !== null && record[key] !== "";
}

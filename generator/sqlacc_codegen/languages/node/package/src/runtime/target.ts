/** Paths, keys and filters to the request target, percent-encoded as it goes out. */

import { UsageError, ValidationError } from "./errors.js";
import type { JsonNumber } from "./json.js";
import { encodeUnreserved } from "./sign.js";
import type { Integer } from "./values.js";

/** What a filter or query value may be. */
export type QueryValue = string | Integer | boolean | JsonNumber | null;

/** Filters by wire name. `*` at the end of a text is a wildcard of the server's. */
export type Where = Readonly<Record<string, QueryValue | undefined>>;

/** `/salesinvoice/35`; the key is encoded, so that a slash in it stays a part of it. */
export function keyTarget(path: string, key: string | Integer): string {
  const isKey = typeof key === "string" || typeof key === "bigint" || Number.isSafeInteger(key);
  const text = String(key);
  if (!isKey || text === "" || text === "." || text === "..") {
    throw new ValidationError([{ path: "key", message: `${JSON.stringify(text)} cannot be the key of a record` }]);
  }
  return `${path}/${encode(text)}`;
}

/** `?docno=A%20B&offset=0`, or nothing. `*` and `~` stay as they are: the server takes them for wildcards. */
export function queryString(...parts: readonly Where[]): string {
  const pairs = parts
    .flatMap((part) => Object.entries(part))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encode(name)}=${encode(String(value ?? "")).replaceAll("%2A", "*")}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

const FILTER = /^(?!(?:offset|limit)$)[A-Za-z_]\w*$/;

/** Filters as they may be: paging has arguments of its own, and twice in one query they contradict each other. */
export function filters(where: Where): Where {
  const wrong = Object.keys(where).find((name) => !FILTER.test(name));
  if (wrong !== undefined) throw new UsageError(`${JSON.stringify(wrong)} is no field to filter by`);
  return where;
}

// The characters of RFC 3986, so that nothing on the way writes the target in another form than the one signed.
const TARGET = /^\/(?!\/)(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})+)?$/i;
const DOTS = /\/(?:\.|%2e){1,2}(?=\/|$)/i;

/** The target of an endpoint that the client does not know: a path, percent-encoded where needed, and a query. */
export function rawTarget(path: string, query: Where): string {
  if (!TARGET.test(path) || DOTS.test(path.split("?", 1)[0] ?? "")) {
    throw new UsageError(`${JSON.stringify(path)} is no path: /terms, percent-encoded, without dots for a segment`);
  }
  const question = queryString(query);
  return path + (path.includes("?") ? question.replace("?", "&") : question);
}

function encode(text: string): string {
  if (!text.isWellFormed()) {
    const message = `${JSON.stringify(text)} holds half of a surrogate pair and cannot be sent`;
    throw new ValidationError([{ path: "", message }]);
  }
  return encodeUnreserved(text);
}

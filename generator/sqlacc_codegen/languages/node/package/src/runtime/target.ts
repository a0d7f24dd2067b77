/** Paths, keys and filters to the request target, percent-encoded as it goes out. */

import { ValidationError } from "./errors.js";
import type { JsonNumber } from "./json.js";
import { encodeUnreserved } from "./sign.js";
import type { Integer } from "./values.js";

/** What a filter or query value may be. */
export type QueryValue = string | Integer | boolean | JsonNumber | null;

/** Filters by wire name. `*` at the end of a text is a wildcard of the server's. */
export type Where = Readonly<Record<string, QueryValue | undefined>>;

/** `/salesinvoice/35`; the key is encoded, so that a slash in it stays a part of it. */
export function keyTarget(path: string, key: string | Integer): string {
  const text = String(key);
  if (text === "" || text === "." || text === "..") {
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

function encode(text: string): string {
  if (!text.isWellFormed()) {
    const message = `${JSON.stringify(text)} holds half of a surrogate pair and cannot be sent`;
    throw new ValidationError([{ path: "", message }]);
  }
  return encodeUnreserved(text);
}

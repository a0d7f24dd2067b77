/** How long to wait before the next attempt. */

import type { RetryOptions } from "./options.js";

/** Full jitter: a random time up to twice as long each time; or what the server asked for, up to the longest. */
export function backoff(failed: number, retry: RetryOptions = {}, random: number, asked?: number): number {
  const { baseMs = 500, maxMs = 30_000 } = retry;
  if (asked !== undefined) return Math.min(asked, maxMs);
  return random * Math.min(maxMs, baseMs * 2 ** (failed - 1));
}

// The weekday is not looked at; what has another form, `Date.parse` would take for some date of any year and zone.
const HTTP_DATE = /^[a-z]+, (\d\d? [a-z]{3} \d{4} (?:[01]\d|2[0-3])(?::[0-5]\d){2}) (?:GMT|UTC)$/i;

/** Milliseconds of a `Retry-After` header: seconds or an HTTP date. */
export function retryAfter(headers: ReadonlyMap<string, string>, now: Date): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const moment = HTTP_DATE.test(text) ? Date.parse(text.replace(HTTP_DATE, "$1 GMT")) : NaN;
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now.getTime());
}

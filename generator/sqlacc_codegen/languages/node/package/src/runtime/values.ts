/** Exact decimals, dates and whole numbers: their types, how they are made, and the arithmetic that records need. */

import type { JsonNumber } from "./json.js";

declare const brand: unique symbol;

/**
 * A decimal number as text with all its digits, for example `"25.10"`: money, quantities, rates.
 * Never a float. Made by {@link decimal}; computed with {@link addDecimals} and its companions.
 */
export type Decimal = string & { readonly [brand]: "decimal" };

/** A calendar date without time or zone, `"2026-01-15"`. Made by {@link date}. */
export type DateString = string & { readonly [brand]: "date" };

/** A 64-bit integer: a `number`, or a `bigint` when it is beyond 2^53. */
export type Integer = number | bigint;

/** What may be given for a decimal: a {@link Decimal}, a literal such as `"25.10"`, or a `bigint`. */
export type DecimalInput = Decimal | `${number}` | bigint;

/** What may be given for a date: a {@link DateString} or a literal such as `"2026-01-15"`. */
export type DateInput = DateString | `${number}-${number}-${number}`;

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/;
const ANY = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether the text is a number as JSON writes it; zeros before it are let pass. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** Whether the text is a decimal as the wire has it: digits, at most one point, no exponent. */
export function isDecimal(text: string): text is Decimal {
  return PLAIN.test(text);
}

/** A {@link Decimal} of text or a whole number; digits are kept (`"25.10"` stays `"25.10"`). Floats are refused. */
export function decimal(value: string | number | bigint | JsonNumber): Decimal {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new TypeError(`${String(value)} is a float and may have lost digits already: give the decimal as text`);
  }
  const text = plainDecimal(String(value));
  if (text === undefined) throw new TypeError(`not a decimal number: ${JSON.stringify(String(value))}`);
  return text;
}

/** `1.5e3` and `.5` written out, or undefined when the text is no number. */
export function plainDecimal(text: string): Decimal | undefined {
  if (isDecimal(text)) return text;
  const match = ANY.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole + fraction === "") return undefined;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const cut = Math.max(point, 1);
  const head = padded.slice(0, cut).replace(/^0+(?=\d)/, "");
  const tail = padded.slice(cut);
  return ((sign === "-" ? "-" : "") + head + (tail ? `.${tail}` : "")) as Decimal;
}

/** A {@link DateString} of `"2026-01-15"`, or of year, month (1 to 12) and day. A day that does not exist is refused. */
export function date(year: number, month: number, day: number): DateString;
export function date(text: string): DateString;
export function date(first: string | number, month = 0, day = 0): DateString {
  const text =
    typeof first === "string"
      ? first
      : `${String(first).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  if (!isDate(text)) throw new TypeError(`not a date of the form YYYY-MM-DD: ${JSON.stringify(text)}`);
  return text;
}

/** The calendar date that a clock on the wall shows at `moment`, in the zone of this machine or in `timeZone`. */
export function dateOf(moment: Date, timeZone?: string): DateString {
  const options = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = new Intl.DateTimeFormat(
    "en-CA-u-ca-iso8601",
    timeZone === undefined ? options : { ...options, timeZone },
  );
  const parts = new Map(format.formatToParts(moment).map((part) => [part.type, part.value]));
  return date(`${parts.get("year") ?? ""}-${parts.get("month") ?? ""}-${parts.get("day") ?? ""}`);
}

/** Whether the text is an existing day written `YYYY-MM-DD`. */
export function isDate(text: string): text is DateString {
  const match = DATE.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}

/** The exact sum. */
export function addDecimals(...values: readonly (Decimal | string | Integer)[]): Decimal {
  const parts = values.map(scaled);
  const scale = Math.max(0, ...parts.map((part) => part.scale));
  return unscaled(
    parts.reduce((sum, part) => sum + rescale(part, scale), 0n),
    scale,
  );
}

/** `left - right`, exactly. */
export function subtractDecimals(left: Decimal | string | Integer, right: Decimal | string | Integer): Decimal {
  const [a, b] = [scaled(left), scaled(right)];
  const scale = Math.max(a.scale, b.scale);
  return unscaled(rescale(a, scale) - rescale(b, scale), scale);
}

/** The exact product. */
export function multiplyDecimals(left: Decimal | string | Integer, right: Decimal | string | Integer): Decimal {
  const [a, b] = [scaled(left), scaled(right)];
  return unscaled(a.units * b.units, a.scale + b.scale);
}

/** Below zero, zero or above zero as `left` is less than, equal to or greater than `right`; `"1.0"` equals `"1"`. */
export function compareDecimals(left: Decimal | string | Integer, right: Decimal | string | Integer): -1 | 0 | 1 {
  const [a, b] = [scaled(left), scaled(right)];
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [rescale(a, scale), rescale(b, scale)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Rounded to `digits` after the point, halves away from zero, as the product rounds money. */
export function roundDecimal(value: Decimal | string | Integer, digits: number): Decimal {
  const part = scaled(value);
  if (part.scale <= digits) return unscaled(rescale(part, digits), digits);
  const unit = 10n ** BigInt(part.scale - digits);
  const half = part.units < 0n ? -unit / 2n : unit / 2n;
  return unscaled((part.units + half) / unit, digits);
}

interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

function scaled(value: string | Integer): Scaled {
  const text = decimal(value);
  const point = text.indexOf(".");
  if (point < 0) return { units: BigInt(text), scale: 0 };
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

function rescale(part: Scaled, scale: number): bigint {
  return part.units * 10n ** BigInt(scale - part.scale);
}

function unscaled(units: bigint, scale: number): Decimal {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale > 0 ? `.${digits.slice(digits.length - scale)}` : "";
  return `${units < 0n ? "-" : ""}${whole}${fraction}` as Decimal;
}

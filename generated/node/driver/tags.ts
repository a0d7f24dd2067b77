/** Values of the client to the tagged values of the driver protocol, and back. */

import { isObject, JsonNumber, type JsonObject, type JsonValue } from "../src/runtime/json.js";
import { own } from "../src/runtime/record.js";
import { fieldOf, type TableShape } from "../src/runtime/shape.js";
import { isDate } from "../src/runtime/values.js";

type Shape = Pick<TableShape, "fields" | "lines">;

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** A record with its decimals and dates marked as such. */
export function tagRecord(shape: Shape, record: JsonObject): JsonObject {
  const members = Object.entries(record).map(([name, value]) => [name, tagMember(shape, name, value ?? null)]);
  return Object.fromEntries(members) as JsonObject;
}

function tagMember(shape: Shape, name: string, value: JsonValue): JsonValue {
  const table = own(shape.lines, name);
  if (table && Array.isArray(value)) return value.map((row) => (isObject(row) ? tagRecord(table, row) : tag(row)));
  const kind = fieldOf(shape, name)?.kind;
  if (typeof value !== "string" || kind === undefined) return tag(value);
  if (kind === "decimal" && DECIMAL.test(value)) return { $dec: value };
  return kind === "date" && isDate(value) ? { $date: value } : value;
}

/** A value whose type no spec tells. */
export function tag(value: JsonValue): JsonValue {
  if (typeof value === "bigint") return { $int: value.toString() };
  if (value instanceof JsonNumber) return { $dec: value.text };
  if (Array.isArray(value)) return value.map(tag);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, tag(member ?? null)]));
}

/** A tagged record as the client takes it: decimals of known fields as text, of unknown ones as numbers. */
export function untagRecord(shape: Shape, record: JsonObject): JsonObject {
  const members = Object.entries(record).map(([name, value]) => {
    const table = own(shape.lines, name);
    if (table && Array.isArray(value)) {
      return [name, value.map((row) => (isObject(row) ? untagRecord(table, row) : untag(row)))];
    }
    const kind = fieldOf(shape, name)?.kind;
    const isText = isObject(value) && "$dec" in value && (kind === "decimal" || kind === "text");
    return [name, untag(value ?? null, isText)];
  });
  return Object.fromEntries(members) as JsonObject;
}

/** A tagged value; a decimal becomes text where the client sends it as such, else a JSON number. */
export function untag(value: JsonValue, isText = false): JsonValue {
  if (Array.isArray(value)) return value.map((item) => untag(item, isText));
  if (!isObject(value)) return value;
  const { $dec, $int, $date } = value;
  if (typeof $dec === "string") return isText ? $dec : new JsonNumber($dec);
  if (typeof $int === "string") return BigInt($int);
  if (typeof $date === "string") return $date;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, untag(member ?? null, isText)]));
}

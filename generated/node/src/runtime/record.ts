/** Records between the wire and the user: by the shape of their fields, without losing what the shape does not know. */

import { isObject, JsonNumber, type JsonObject, type JsonValue, setKey, textOf } from "./json.js";
import { fieldOf, type FieldShape, knownMembers, type TableShape } from "./shape.js";
import { isNumber, plainDecimal } from "./values.js";

type Shape = Pick<TableShape, "fields" | "lines">;

const DIGITS = /^-?\d{1,19}$/;

const unread = new WeakSet();
const listed = new WeakSet();

/** Marks a record that a write was acknowledged with, without a word of what is stored. */
export function asSent(record: JsonObject): JsonObject {
  unread.add(record);
  return record;
}

/** Marks a row of a list, which is a record without its lines. */
export function asListed(row: JsonObject): JsonObject {
  listed.add(row);
  return row;
}

/** Whether the lines of a record are known: it was read by its key, or somebody made it with its lines. */
export function hasLines(shape: Shape, record: JsonObject): boolean {
  if (unread.has(record) || listed.has(record)) return false;
  return Object.keys(shape.lines).some((name) => areRows(ownValue(record, name)));
}

/** A list of objects. */
export function areRows(value: JsonValue | undefined): value is JsonObject[] {
  return Array.isArray(value) && value.every(isObject);
}

/** Whether the server acknowledged a write without telling what it stores: the record is then what was sent. */
export function isAsSent(record: object): boolean {
  return unread.has(record);
}

/**
 * Makes a record of what was received, in its place. Decimals become text; whole numbers in text fields become text, and
 * the other way round.
 */
export function decodeRecord(shape: Shape, received: JsonObject): JsonObject {
  for (const name of Object.keys(received)) {
    const value = received[name];
    const decoded = value === undefined ? undefined : decodeMember(shape, name, value);
    if (decoded !== undefined && decoded !== value) setKey(received, name, decoded);
  }
  return received;
}

function decodeMember(shape: Shape, name: string, value: JsonValue): JsonValue {
  const table = own(shape.lines, name);
  if (table && Array.isArray(value)) {
    return value.map((row) => (isObject(row) ? decodeRecord(table, row) : row));
  }
  const field = fieldOf(shape, name);
  return field ? decodeValue(field, value) : value;
}

function decodeValue(field: FieldShape, value: JsonValue): JsonValue {
  if (typeof value === "number" || typeof value === "bigint" || value instanceof JsonNumber) {
    if (field.kind === "decimal") return plainDecimal(String(value)) ?? String(value);
    if (field.kind === "text") return String(value);
    if ((field.kind === "integer" || field.kind === "epoch") && String(value) === "-0") return 0;
  }
  if (typeof value === "string" && field.kind === "decimal" && value !== "") return plainExponent(value);
  return wholeNumber(field, value);
}

/** An integer that came as text is one. */
function wholeNumber(field: FieldShape, value: JsonValue): JsonValue {
  const isText = typeof value === "string" && (field.kind === "integer" || field.kind === "epoch");
  if (!isText || !DIGITS.test(value)) return value;
  const integer = Number(value);
  return Number.isSafeInteger(integer) ? integer + 0 : BigInt(value);
}

/** `1e2` as `100`; any other text as it came. */
function plainExponent(text: string): string {
  return /[eE]/.test(text) && isNumber(text) ? (plainDecimal(text) ?? text) : text;
}

/** A record as it is sent: known fields in the order of the spec, then tables, then unknown fields as they were given. */
export function encodeRecord(shape: Shape, record: JsonObject): JsonObject {
  const sent: JsonObject = {};
  for (const [field, value] of knownMembers(shape, record)) {
    if (value !== undefined) sent[field.name] = encodeValue(field, value);
  }
  for (const [name, table] of Object.entries(shape.lines)) {
    const value = ownValue(record, name);
    if (value === undefined) continue;
    sent[name] = Array.isArray(value) ? value.map((row) => (isObject(row) ? encodeRecord(table, row) : row)) : value;
  }
  for (const [name, value] of Object.entries(record)) {
    if (value !== undefined && !Object.hasOwn(sent, name)) setKey(sent, name, value);
  }
  return sent;
}

function encodeValue(field: FieldShape, value: JsonValue): JsonValue {
  const isNumber = typeof value === "bigint" || value instanceof JsonNumber || Number.isSafeInteger(value);
  if (isNumber && (field.kind === "decimal" || field.kind === "text")) return textOf(value);
  if (field.kind === "decimal" && typeof value === "string") return plainExponent(value);
  return wholeNumber(field, value);
}

/** The member of that name, not one that every object inherits. */
export function own<T>(members: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function ownValue(record: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A record as read and changes to the record that an update sends: lines by their key, the counter one higher. */

import { type FieldProblem, UsageError, ValidationError } from "./errors.js";
import { isObject, type JsonObject, type JsonValue, setKey, textOf } from "./json.js";
import { areRows, own } from "./record.js";
import type { ObjectShape, TableShape } from "./shape.js";
import type { Integer } from "./values.js";

/** The body of an update. A changed line that is not in the record is a {@link ValidationError}: it would be added. */
export function mergeUpdate(shape: ObjectShape, stored: JsonObject, changes: JsonObject): JsonObject {
  const problems: FieldProblem[] = [];
  const merged = merge(shape, stored, changes, "", problems);
  if (problems.length > 0) throw new ValidationError(problems);
  // Some databases are said to count updates of records that have no counter elsewhere.
  const counter = shape.counter ?? ("updatecount" in stored ? "updatecount" : null);
  if (counter !== null) merged[counter] = next(stored[counter]);
  return merged;
}

/** One higher; a counter that is none must not become 1, which could pass for the stored one. */
function next(counter: JsonValue | undefined): Integer {
  const isText = typeof counter === "string" || typeof counter === "number" || typeof counter === "bigint";
  const text = isText ? String(counter) : counter == null ? "" : "?";
  const result = /^(?:-?\d{1,19})?$/.test(text) ? BigInt(text) + 1n : 2n ** 63n;
  if (result >= 2n ** 63n) throw new UsageError("the counter of the record is none: read it again");
  return Number.isSafeInteger(Number(result)) ? Number(result) : result;
}

function merge(
  shape: Pick<TableShape, "fields" | "lines">,
  stored: JsonObject,
  changes: JsonObject,
  path: string,
  problems: FieldProblem[],
): JsonObject {
  const merged = { ...stored };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || name === "$remove") continue;
    const table = own(shape.lines, name);
    if (table === undefined) {
      setKey(merged, name, value);
    } else if (areRows(value)) {
      const keyed = table.key !== null;
      setKey(merged, name, keyed ? mergeRows(table, table.key, stored[name], value, path + name, problems) : value);
    } else {
      problems.push(...noRows(value, path + name));
    }
  }
  return merged;
}

/** A table that is null would take away all its lines, or none. */
function noRows(value: JsonValue, path: string): FieldProblem[] {
  if (!Array.isArray(value)) {
    return [{ path, message: "must be a list of lines; name lines with $remove to drop them" }];
  }
  return value.flatMap((row, index) =>
    isObject(row) ? [] : [{ path: `${path}[${String(index)}]`, message: "must be an object" }],
  );
}

/** Rows named by key change or go, rows without a key are added, all others stay. */
function mergeRows(
  table: TableShape,
  key: string,
  stored: JsonValue | undefined,
  changes: readonly JsonObject[],
  path: string,
  problems: FieldProblem[],
): JsonValue[] {
  const rows: JsonValue[] = Array.isArray(stored) ? [...stored] : [];
  const places = new Map(rows.map((row, index) => [isObject(row) ? keyText(row[key]) : undefined, index]));
  const gone = new Set<number>();
  const added: JsonValue[] = [];
  changes.forEach((change, index) => {
    const name = keyText(change[key]);
    if (name === undefined) {
      if (change["$remove"] === true) {
        const message = "only a line that is stored can be removed";
        problems.push({ path: `${path}[${String(index)}].${key}`, message });
      }
      added.push(withoutKeys(table, change, [key]));
      return;
    }
    const at = places.get(name);
    const row = at === undefined ? undefined : rows[at];
    if (at === undefined || !isObject(row)) {
      problems.push({ path: `${path}[${String(index)}].${key}`, message: `the record has no line ${name}` });
    } else if (change["$remove"] === true) {
      gone.add(at);
    } else {
      rows[at] = merge(table, row, change, `${path}[${String(index)}].`, problems);
    }
  });
  return [...rows.filter((_row, index) => !gone.has(index)), ...added];
}

/** The keys of rows that the changes remove, by table. */
export function removedKeys(shape: ObjectShape, changes: JsonObject): Map<string, Set<string>> {
  const removed = new Map<string, Set<string>>();
  for (const [name, table] of Object.entries(shape.lines)) {
    const rows = changes[name];
    if (table.key === null || !Array.isArray(rows)) continue;
    const key = table.key;
    const names = rows
      .filter(isObject)
      .filter((row) => row["$remove"] === true)
      .map((row) => keyText(row[key]));
    removed.set(name, new Set(names.filter((text) => text !== undefined)));
  }
  return removed;
}

/** A counter as it was read; -1 when it is none. */
export function countOf(counter: JsonValue | undefined): bigint {
  const text = textOf(counter);
  return /^-?\d{1,19}$/.test(text) ? BigInt(text) : -1n;
}

/** A key that names a stored row, as text. Keys below 1 and empty ones name none. */
export function keyText(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value > 0 ? String(value) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What a create sends: without placeholders of keys that the server gives, and without an empty number. */
export function withoutPlaceholders(shape: ObjectShape, record: JsonObject): JsonObject {
  const body = withoutKeys(shape, record, shape.key_type === "integer" ? [shape.key] : []);
  if (shape.number !== null && (body[shape.number] === "" || body[shape.number] === null)) {
    return Object.fromEntries(Object.entries(body).filter(([name]) => name !== shape.number));
  }
  return body;
}

/** Without placeholders of these keys, and of those that the server gives to rows. */
export function withoutKeys(
  shape: Pick<TableShape, "lines">,
  row: JsonObject,
  keys: readonly (string | null)[],
): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || (keys.includes(name) && isPlaceholder(value))) continue;
    const table = own(shape.lines, name);
    const keyless = (item: JsonValue): JsonValue =>
      table && isObject(item) ? withoutKeys(table, item, [...keys, table.key]) : item;
    setKey(kept, name, table && Array.isArray(value) ? value.map(keyless) : value);
  }
  return kept;
}

function isPlaceholder(value: JsonValue): boolean {
  if (typeof value === "boolean") return false;
  if (typeof value === "number" || typeof value === "bigint") return value < 1;
  return value === null || ["", "0", "-1"].includes(textOf(value));
}

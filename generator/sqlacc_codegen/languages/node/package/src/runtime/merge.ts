/** A record as read and changes to the record that an update sends: lines by their key, the counter one higher. */

import { type FieldProblem, UsageError, ValidationError } from "./errors.js";
import { isObject, type JsonObject, type JsonValue, setKey, textOf } from "./json.js";
import { own } from "./record.js";
import type { ObjectShape, TableShape } from "./shape.js";
import type { Integer } from "./values.js";

/** The body of an update. A changed line that is not in the record is a {@link ValidationError}: it would be added. */
export function mergeUpdate(shape: ObjectShape, stored: JsonObject, changes: JsonObject): JsonObject {
  const problems: FieldProblem[] = [];
  const merged = merge(shape, stored, changes, "", problems);
  problems.push(...emptied(shape, changes, ""));
  if (problems.length > 0) throw new ValidationError(problems);
  // Some databases are said to count updates of records that have no counter elsewhere.
  const counter = shape.counter ?? ("updatecount" in stored ? "updatecount" : null);
  if (counter !== null) merged[counter] = next(stored[counter]);
  return merged;
}

/** A table that is null would take away all its lines, or none. */
function emptied(shape: ObjectShape, changes: JsonObject, path: string): FieldProblem[] {
  const message = "must be a list of lines; name lines with $remove to drop them";
  return Object.keys(shape.lines)
    .filter((name) => own(changes, name) === null)
    .map((name) => ({ path: path + name, message }));
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
    const keyed = table?.key != null && Array.isArray(value);
    setKey(merged, name, keyed ? mergeRows(table, table.key, stored[name], value, path + name, problems) : value);
  }
  return merged;
}

/** Rows named by key change or go, rows without a key are added, all others stay. */
function mergeRows(
  table: TableShape,
  key: string,
  stored: JsonValue | undefined,
  changes: readonly JsonValue[],
  path: string,
  problems: FieldProblem[],
): JsonValue[] {
  const rows: JsonValue[] = Array.isArray(stored) ? [...stored] : [];
  const places = new Map(rows.map((row, index) => [isObject(row) ? keyText(row[key]) : undefined, index]));
  const gone = new Set<number>();
  const added: JsonValue[] = [];
  changes.forEach((change, index) => {
    const name = isObject(change) ? keyText(change[key]) : undefined;
    if (!isObject(change) || name === undefined) {
      if (isObject(change) && change["$remove"] === true) {
        const message = "only a line that is stored can be removed";
        problems.push({ path: `${path}[${String(index)}].${key}`, message });
      }
      added.push(isObject(change) ? withoutRowKeys(table, change, key) : change);
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

/** A key that names a stored row, as text. Keys below 1 and empty ones name none. */
export function keyText(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value > 0 ? String(value) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What a create sends: without placeholders of keys that the server gives, and without an empty number. */
export function withoutPlaceholders(shape: ObjectShape, record: JsonObject): JsonObject {
  const body = withoutRowKeys(shape, record, shape.key_type === "integer" ? shape.key : null);
  if (shape.number !== null && (body[shape.number] === "" || body[shape.number] === null)) {
    return Object.fromEntries(Object.entries(body).filter(([name]) => name !== shape.number));
  }
  return body;
}

function withoutRowKeys(shape: Pick<TableShape, "lines">, row: JsonObject, key: string | null): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || (name === key && isPlaceholder(value))) continue;
    const table = own(shape.lines, name);
    const rows = table && Array.isArray(value) ? value.map((item) => keyless(table, item)) : value;
    setKey(kept, name, rows);
  }
  return kept;
}

function keyless(table: TableShape, row: JsonValue): JsonValue {
  return isObject(row) ? withoutRowKeys(table, row, table.key) : row;
}

function isPlaceholder(value: JsonValue): boolean {
  if (typeof value === "boolean") return false;
  return value === null || ["", "0", "-1"].includes(textOf(value));
}

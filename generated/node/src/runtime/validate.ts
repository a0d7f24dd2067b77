/** A record before it is sent, to everything that is wrong with it, each with the path of its field. */

import { type FieldProblem, ValidationError } from "./errors.js";
import { isObject, JsonNumber, type JsonObject, type JsonValue, textOf } from "./json.js";
import { own } from "./record.js";
import { fieldOf, type FieldShape, knownMembers, type ObjectShape, type RuleShape, type TableShape } from "./shape.js";
import { addDecimals, compareDecimals, isDate, isNumber, plainDecimal, subtractDecimals } from "./values.js";

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
const INT64 = 2n ** 63n;

/** Throws a {@link ValidationError} unless the record can be created. */
export function checkCreate(shape: ObjectShape, record: JsonObject): void {
  const problems = [...checkFields(shape, record, "", true)];
  if (Object.values(record).every((value) => value === undefined)) {
    problems.push({ path: "", message: "the record is empty, and an empty body stops the server" });
  }
  raise([...problems, ...shape.rules.flatMap((rule) => checkRule(rule, record, true))]);
}

/** Throws a {@link ValidationError} unless the changes can be made; `merged` is the record with them. */
export function checkUpdate(shape: ObjectShape, changes: JsonObject, merged: JsonObject): void {
  const problems = [...checkFields(shape, changes, "", false)];
  raise([...problems, ...shape.rules.flatMap((rule) => checkRule(rule, merged, false))]);
}

function raise(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new ValidationError(problems);
}

/** On a create every required field must be there, in a row too; a row without key is new on an update as well. */
function* checkFields(
  shape: Pick<TableShape, "fields" | "lines"> & { readonly key: string | null },
  record: JsonObject,
  path: string,
  isNew: boolean,
): Generator<FieldProblem> {
  for (const [field, value] of knownMembers(shape, record, isNew)) {
    const message = checkField(field, value, isNew);
    if (message !== undefined) yield { path: path + field.name, message };
  }
  for (const [name, table] of Object.entries(shape.lines)) {
    const rows = Object.hasOwn(record, name) ? record[name] : undefined;
    if (rows === undefined || rows === null) continue;
    if (!Array.isArray(rows)) {
      yield { path: path + name, message: "must be a list of lines" };
      continue;
    }
    for (const [index, row] of rows.entries()) {
      const here = `${path}${name}[${String(index)}]`;
      if (!isObject(row)) yield { path: here, message: "must be an object" };
      else if (row["$remove"] !== true) {
        yield* checkFields(table, row, `${here}.`, isNew || table.key === null || !hasKey(row, table.key));
      }
    }
  }
  for (const [name, value] of Object.entries(record)) {
    if (!fieldOf(shape, name) && own(shape.lines, name) === undefined) {
      yield* checkUnknown(value, path + name);
    }
  }
}

/** Whether a row names one that is stored: keys below 1 mean a new row. */
export function hasKey(row: JsonObject, key: string): boolean {
  const value = Object.hasOwn(row, key) ? row[key] : undefined;
  if (typeof value === "number" || typeof value === "bigint") return value > 0;
  return typeof value === "string" && value !== "";
}

function* checkUnknown(value: JsonValue | undefined, path: string): Generator<FieldProblem> {
  if (typeof value === "number" && !Number.isSafeInteger(value)) yield { path, message: floatMessage(value) };
}

function floatMessage(value: number): string {
  return `${String(value)} is a float and may have lost digits: give it as text, "${String(value)}"`;
}

function checkField(field: FieldShape, value: JsonValue | undefined, isNew: boolean): string | undefined {
  const isEmpty = value === undefined || value === null || value === "";
  if (isEmpty) return isNew && field.required ? "is required" : undefined;
  return checkValue(field, value);
}

function checkValue(field: FieldShape, value: JsonValue): string | undefined {
  switch (field.kind) {
    case "text":
      return checkText(field, value);
    case "decimal":
      return checkDecimal(field, value);
    case "integer":
    case "epoch":
      return checkInteger(value);
    case "flag":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "date":
      if (typeof value !== "string") return 'must be a date as text, "2026-01-15"';
      return isDate(value) ? undefined : `${JSON.stringify(value)} is not a date (YYYY-MM-DD)`;
    case "moment":
      if (typeof value !== "string") return 'must be a moment as text, "2026-01-15T08:00:00Z"';
      return MOMENT.test(value) ? undefined : `${JSON.stringify(value)} is not a moment (ISO 8601)`;
    case "blob":
      return undefined;
  }
}

function checkText(field: FieldShape, value: JsonValue): string | undefined {
  const isNumber = typeof value === "bigint" || value instanceof JsonNumber || Number.isSafeInteger(value);
  if (typeof value !== "string" && !isNumber) return "must be text";
  const text = textOf(value);
  if (!text.isWellFormed()) return "holds half of a surrogate pair";
  if (field.limit === undefined || text.length <= field.limit) return undefined;
  const length = Array.from(text).length; // code points, as the database counts
  return length > field.limit ? `is ${String(length)} characters long, ${String(field.limit)} are allowed` : undefined;
}

function checkDecimal(field: FieldShape, value: JsonValue): string | undefined {
  if (typeof value === "number" && !Number.isSafeInteger(value)) return floatMessage(value);
  if (typeof value === "boolean" || Array.isArray(value) || isObject(value)) return 'must be a decimal, "25.10"';
  const text = isNumber(String(value)) ? plainDecimal(String(value)) : undefined;
  if (text === undefined) return `${JSON.stringify(String(value))} is not a decimal number`;
  const fraction = (text.split(".")[1] ?? "").replace(/0+$/, "");
  if (field.limit === undefined || fraction.length <= field.limit) return undefined;
  return `${text} has ${String(fraction.length)} digits after the point, ${String(field.limit)} are allowed`;
}

function checkInteger(value: JsonValue): string | undefined {
  const isInteger = typeof value === "bigint" || Number.isSafeInteger(value);
  if (!isInteger) return "must be a whole number";
  const integer = BigInt(value as number | bigint);
  return integer >= -INT64 && integer < INT64 ? undefined : `${String(integer)} does not fit into 64 bits`;
}

function checkRule(rule: RuleShape, record: JsonObject, isNew: boolean): FieldProblem[] {
  const text = (name: string): string => rule[name] as string;
  const problem = (path: string): FieldProblem[] => [{ path, message: rule.message }];
  switch (rule.kind) {
    case "some_lines":
      if (!isNew && !Array.isArray(record[text("table")])) return [];
      return rowsOf(record, text("table")).length > 0 ? [] : problem(text("table"));
    case "positive": {
      const value = record[text("field")];
      return isNumeric(value) && compareDecimals(amount(value), "0") <= 0 ? problem(text("field")) : [];
    }
    case "balanced": {
      const unless = rule["unless"];
      if (typeof unless === "string" && rowsOf(record, text("table")).some((row) => Boolean(row[unless]))) return [];
      const side = (names: unknown): string =>
        addDecimals("0", ...rowsOf(record, text("table")).map((row) => firstAmount(row, [names].flat() as string[])));
      const difference = subtractDecimals(side(rule["debit"]), side(rule["credit"])).replace("-", "");
      const tolerance = typeof rule["tolerance"] === "string" ? rule["tolerance"] : "0";
      return compareDecimals(difference, tolerance) > 0 ? problem(text("table")) : [];
    }
    case "within": {
      const total = record[text("total")];
      if (!isNumeric(total)) return [];
      const rows = rowsOf(record, text("table")).filter((row) => row[text("flag")] !== false);
      const sum = addDecimals("0", ...rows.map((row) => firstAmount(row, [text("amount")])));
      return compareDecimals(sum, amount(total)) > 0 ? problem(text("table")) : [];
    }
    default:
      return [];
  }
}

function rowsOf(record: JsonObject, table: string): JsonObject[] {
  const rows = record[table];
  return Array.isArray(rows) ? rows.filter(isObject).filter((row) => row["$remove"] !== true) : [];
}

function firstAmount(row: JsonObject, names: readonly string[]): string {
  const value = names.map((name) => row[name]).find((found) => found !== undefined && found !== null && found !== "");
  return isNumeric(value) ? amount(value) : "0";
}

function isNumeric(value: JsonValue | undefined): value is string | number | bigint | JsonNumber {
  if (typeof value === "string") return plainDecimal(value) !== undefined;
  return typeof value === "bigint" || value instanceof JsonNumber || Number.isSafeInteger(value);
}

function amount(value: string | number | bigint | JsonNumber): string {
  return String(value);
}

/** Tasks over several calls, driven by the facts of the spec: orders into invoices, payments that settle invoices. */

import { UsageError, ValidationError } from "./errors.js";
import { isObject, type JsonObject, textOf } from "./json.js";
import type { CallOptions } from "./options.js";
import { addDecimals, compareDecimals, type Decimal, type Integer, roundDecimal, subtractDecimals } from "./values.js";

export interface TransferFacts {
  readonly source: string;
  readonly target: string;
  readonly table: string;
  readonly doctype: string;
  readonly link: { readonly type: string; readonly document: string; readonly line: string };
  readonly quantity: string;
  readonly consumed: string;
  readonly row_key: string;
  readonly document_key: string;
  readonly void?: string;
  readonly transferable?: string;
  readonly copy_header: readonly string[];
  readonly copy_line: readonly string[];
  readonly drop_when_partial?: readonly string[];
}

export interface SettleFacts {
  readonly document: string;
  readonly payment: string;
  readonly table: string;
  readonly doctype: string;
  readonly party: string;
  readonly number: string;
  readonly total: string;
  readonly row: { readonly type: string; readonly number: string; readonly amount: string; readonly flag: string };
  readonly unapplied?: string;
  readonly method: string;
  readonly currency?: string;
  readonly rate?: string;
  readonly copy_header?: readonly string[];
}

/** As much of two resources as a workflow needs. */
export interface Source {
  get(key: Integer, options?: CallOptions): Promise<object>;
}
export interface Target<R> {
  readonly shape: { readonly fields: Readonly<Record<string, unknown>> };
  today(): string;
  create(record: never, options?: CallOptions): Promise<R>;
}

export interface TransferLine {
  /** The key of the line to transfer. */
  readonly key: Integer;
  /** How much of it; all that is outstanding when left out. */
  readonly quantity?: string | Integer | undefined;
}

/** One read of the source document, one create of the target document. */
export async function transfer<R>(
  facts: TransferFacts,
  source: Source,
  target: Target<R>,
  key: Integer,
  lines: readonly TransferLine[] | undefined,
  header: object,
  options: CallOptions,
): Promise<R> {
  const stored = (await source.get(key, options)) as JsonObject;
  if (facts.void !== undefined && stored[facts.void] === true) throw invalid(facts.void, "the document is cancelled");
  if (facts.transferable !== undefined && stored[facts.transferable] === false) {
    throw invalid(facts.transferable, "the document may not be transferred");
  }
  const rows = transferRows(facts, stored, lines);
  const record = { ...copied(stored, facts.copy_header), ...dated(target), [facts.table]: rows, ...header };
  return target.create(record as never, options);
}

function transferRows(
  facts: TransferFacts,
  stored: JsonObject,
  lines: readonly TransferLine[] | undefined,
): JsonObject[] {
  const all = stored[facts.table];
  const rows = Array.isArray(all) ? all.filter(isObject) : [];
  if (!lines) {
    const open = rows.filter((row) => compareDecimals(outstanding(facts, row), "0") > 0 && isTransferable(facts, row));
    if (open.length === 0) throw invalid(facts.table, "nothing is outstanding");
    return open.map((row) => transferRow(facts, stored, row, undefined, facts.table));
  }
  if (lines.length === 0) throw invalid(facts.table, "no line to transfer");
  return lines.map((line, index) => {
    const path = `${facts.table}[${String(index)}]`;
    const row = rows.find((one) => textOf(one[facts.row_key]) === String(line.key));
    if (!row) throw invalid(`${path}.${facts.row_key}`, `the document has no line ${String(line.key)}`);
    return transferRow(facts, stored, row, line.quantity, path);
  });
}

function transferRow(
  facts: TransferFacts,
  stored: JsonObject,
  row: JsonObject,
  quantity: string | Integer | undefined,
  path: string,
): JsonObject {
  const left = outstanding(facts, row);
  const amount = quantity ?? left;
  if (compareDecimals(amount, "0") <= 0 || compareDecimals(amount, left) > 0) {
    throw invalid(
      `${path}.${facts.quantity}`,
      `${String(amount)} is not above 0 and up to ${left}, what is outstanding`,
    );
  }
  const isWhole = compareDecimals(amount, amountOf(row, facts.quantity)) === 0;
  const leftOut = isWhole ? [] : (facts.drop_when_partial ?? []);
  return {
    ...copied(
      row,
      facts.copy_line.filter((name) => !leftOut.includes(name)),
    ),
    [facts.quantity]: quantity === undefined && isWhole ? row[facts.quantity] : String(amount),
    [facts.link.type]: facts.doctype,
    [facts.link.document]: stored[facts.document_key],
    [facts.link.line]: row[facts.row_key],
  };
}

function outstanding(facts: TransferFacts, row: JsonObject): Decimal {
  return subtractDecimals(amountOf(row, facts.quantity), amountOf(row, facts.consumed));
}

function isTransferable(facts: TransferFacts, row: JsonObject): boolean {
  return facts.transferable === undefined || row[facts.transferable] !== false;
}

/** One read per document, one create of the payment. Money that is left over stays unapplied. */
export async function settle<R>(
  facts: SettleFacts,
  documents: Source,
  payments: Target<R>,
  keys: readonly Integer[],
  method: string,
  amount: string | Integer | undefined,
  header: object,
  options: CallOptions,
): Promise<R> {
  const stored: JsonObject[] = [];
  for (const key of keys) stored.push((await documents.get(key, options)) as JsonObject);
  const [first] = stored;
  if (!first) throw new UsageError("no document to settle");
  const stranger = stored.find((record) => record[facts.party] !== first[facts.party]);
  if (stranger) throw invalid(facts.party, "one payment cannot settle documents of several parties");
  const total = addDecimals("0", ...stored.map((record) => amountOf(record, facts.total)));
  const paid = roundDecimal(amount ?? total, 2);
  let left = paid;
  const rows: JsonObject[] = [];
  for (const record of stored) {
    const owed = roundDecimal(amountOf(record, facts.total), 2);
    const applied = compareDecimals(owed, left) < 0 ? owed : left;
    if (compareDecimals(applied, "0") <= 0) continue;
    left = subtractDecimals(left, applied);
    rows.push({
      [facts.row.type]: facts.doctype,
      [facts.row.number]: record[facts.number],
      [facts.row.amount]: applied,
      [facts.row.flag]: true,
    });
  }
  const shared = [facts.currency, facts.rate].filter((name) => name !== undefined);
  const record = {
    ...copied(first, [...(facts.copy_header ?? []), ...shared]),
    ...dated(payments),
    [facts.party]: first[facts.party],
    [facts.method]: method,
    [facts.total]: paid,
    [facts.table]: rows,
    ...header,
  };
  return payments.create(record as never, options);
}

/** A new document is of today unless its header says otherwise. */
function dated(target: Target<unknown>): JsonObject {
  return target.shape.fields["docdate"] === undefined ? {} : { docdate: target.today() };
}

function copied(record: JsonObject, names: readonly string[]): JsonObject {
  const isFilled = (name: string): boolean =>
    record[name] !== undefined && record[name] !== null && record[name] !== "";
  return Object.fromEntries(names.filter(isFilled).map((name) => [name, record[name]]));
}

function amountOf(record: JsonObject, name: string): string {
  const text = textOf(record[name]);
  return text === "" ? "0" : text;
}

function invalid(path: string, message: string): ValidationError {
  return new ValidationError([{ path, message }]);
}

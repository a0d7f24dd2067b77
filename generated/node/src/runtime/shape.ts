/** The facts about one kind of record, as generated from the spec, and how a field's code is read. */

import type { JsonObject, JsonValue } from "./json.js";

export type Kind = "text" | "integer" | "flag" | "decimal" | "date" | "moment" | "epoch" | "blob";

/** Wire name to `text(20)!`: the kind, largest size or digits after the point, `!` required on create, `-` read-only. */
export type FieldCodes = Readonly<Record<string, string>>;

export interface TableShape {
  /** Wire name of the key that the server gives each row. */
  readonly key: string | null;
  readonly fields: FieldCodes;
  readonly lines: Readonly<Record<string, TableShape>>;
}

export interface RuleShape {
  readonly kind: string;
  readonly message: string;
  readonly [argument: string]: unknown;
}

export interface ObjectShape extends Omit<TableShape, "key"> {
  readonly id: string;
  readonly path: string;
  readonly key: string;
  readonly key_type: "integer" | "text";
  readonly counter: string | null;
  /** The field that the server numbers by itself. */
  readonly number: string | null;
  readonly identity: readonly string[];
  /** Fields that the detail form `/*?` can look up. */
  readonly indexed: readonly string[];
  /** The report that a PDF is made with when none is named. */
  readonly pdf: string | null;
  readonly rules: readonly RuleShape[];
}

export interface FieldShape {
  readonly name: string;
  /** Its place in the order of the spec. */
  readonly position: number;
  readonly kind: Kind;
  readonly limit: number | undefined;
  readonly required: boolean;
  readonly readOnly: boolean;
}

const CODE = /^([a-z]+)(?:\((\d+)\))?(!?)(-?)$/;
interface Fields {
  readonly byName: ReadonlyMap<string, FieldShape>;
  readonly required: readonly FieldShape[];
}

const known = new WeakMap<FieldCodes, Fields>();

/** The fields of a table. Each table is read once. */
function read(table: { readonly fields: FieldCodes }): Fields {
  let fields = known.get(table.fields);
  if (!fields) {
    const all = Object.entries(table.fields).map(([name, code], position) => fieldShape(name, code, position));
    fields = { byName: new Map(all.map((field) => [field.name, field])), required: all.filter((one) => one.required) };
    known.set(table.fields, fields);
  }
  return fields;
}

/** The field of that name, if the spec knows it. */
export function fieldOf(table: { readonly fields: FieldCodes }, name: string): FieldShape | undefined {
  return read(table).byName.get(name);
}

/** The known members of a record in the order of the spec; with `isNew` also the required ones that are missing. */
export function knownMembers(
  table: { readonly fields: FieldCodes },
  record: JsonObject,
  isNew = false,
): [FieldShape, JsonValue | undefined][] {
  const { byName, required } = read(table);
  const members: [FieldShape, JsonValue | undefined][] = [];
  for (const name of Object.keys(record)) {
    const field = byName.get(name);
    if (field && record[name] !== undefined) members.push([field, record[name]]);
  }
  if (isNew) {
    for (const field of required) {
      if (!Object.hasOwn(record, field.name) || record[field.name] === undefined) members.push([field, undefined]);
    }
  }
  return members.sort(([a], [b]) => a.position - b.position);
}

/** Reads `decimal(2)!`. */
function fieldShape(name: string, code: string, position: number): FieldShape {
  const [, kind = "text", limit, required, readOnly] = CODE.exec(code) ?? [];
  return {
    name,
    position,
    kind: kind as Kind,
    limit: limit === undefined ? undefined : Number(limit),
    required: required === "!",
    readOnly: readOnly === "-",
  };
}

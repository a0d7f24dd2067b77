/** The facts about one kind of record, as generated from the spec, and how a field's code is read. */

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
  readonly kind: Kind;
  readonly limit: number | undefined;
  readonly required: boolean;
  readonly readOnly: boolean;
}

const CODE = /^([a-z]+)(?:\((\d+)\))?(!?)(-?)$/;
const known = new WeakMap<FieldCodes, ReadonlyMap<string, FieldShape>>();

/** The fields of a table by wire name, in the order of the spec. Each table is read once. */
export function fieldsOf(table: { readonly fields: FieldCodes }): ReadonlyMap<string, FieldShape> {
  let fields = known.get(table.fields);
  if (!fields) {
    fields = new Map(Object.entries(table.fields).map(([name, code]) => [name, fieldShape(name, code)]));
    known.set(table.fields, fields);
  }
  return fields;
}

/** Reads `decimal(2)!`. */
function fieldShape(name: string, code: string): FieldShape {
  const [, kind = "text", limit, required, readOnly] = CODE.exec(code) ?? [];
  return {
    name,
    kind: kind as Kind,
    limit: limit === undefined ? undefined : Number(limit),
    required: required === "!",
    readOnly: readOnly === "-",
  };
}

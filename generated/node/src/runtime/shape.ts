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
  readonly kind: Kind;
  readonly limit: number | undefined;
  readonly required: boolean;
  readonly readOnly: boolean;
}

const CODE = /^([a-z]+)(?:\((\d+)\))?(!?)(-?)$/;
const known = new Map<string, FieldShape>();

/** Reads `decimal(2)!`; each different code is read once. */
export function fieldShape(code: string): FieldShape {
  let shape = known.get(code);
  if (!shape) {
    const [, kind = "text", limit, required, readOnly] = CODE.exec(code) ?? [];
    shape = {
      kind: kind as Kind,
      limit: limit === undefined ? undefined : Number(limit),
      required: required === "!",
      readOnly: readOnly === "-",
    };
    known.set(code, shape);
  }
  return shape;
}

/** A row and filters to whether the row is one of those asked for. */

import { type JsonObject, type JsonValue, textOf } from "./json.js";
import { fieldOf, type ObjectShape } from "./shape.js";
import type { Where } from "./target.js";
import { compareDecimals, plainDecimal } from "./values.js";

/** Whether a row is what was asked for: a server may ignore a filter that it does not know. */
export function fits(shape: ObjectShape, row: JsonObject, where: Where): boolean {
  return Object.entries(where).every(([name, wanted]) => {
    if (wanted === undefined || (typeof wanted === "string" && wanted.includes("*"))) return true;
    const stored = row[name] ?? row[name.toLowerCase()]; // the server takes DocNo for docno
    if (!filled(wanted) || !filled(stored)) return filled(wanted) === filled(stored);
    const [a, b] = [textOf(stored), textOf(wanted)];
    const isDecimal = fieldOf(shape, name.toLowerCase())?.kind === "decimal";
    if (!isDecimal || plainDecimal(a) === undefined || plainDecimal(b) === undefined) return a === b;
    return compareDecimals(a, b) === 0;
  });
}

/** Neither missing nor null nor empty. */
export function filled(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

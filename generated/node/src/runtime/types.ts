/** How the type of a record as read becomes the types of what is created and changed. */

import type { JsonValue } from "./json.js";
import type { DateInput, DateString, Decimal, DecimalInput, Integer } from "./values.js";

/** User-defined fields, kept as they come and sent back on an update. */
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- an interface is what records extend
export interface UserFields {
  [name: `udf_${string}`]: JsonValue | undefined;
}

/** One of the known values, or one that came later. */
export type OpenEnum<T extends string> = T | (string & Record<never, never>);

type Given<V> = V extends Decimal
  ? DecimalInput
  : V extends DateString
    ? DateInput
    : V extends number | bigint
      ? Integer
      : V;

type Rows<V> = Extract<NonNullable<V>, readonly object[]>[number];

/** `T` as it may be given: all fields optional, decimals and dates also as literals. Documentation is kept. */
export type Input<T> = {
  [K in keyof T]?: [Rows<T[K]>] extends [never] ? Given<T[K]> : readonly Input<Rows<T[K]>>[] | null;
};

/** {@link Input} with the fields that a create needs. */
export type Create<T, Required extends keyof T = never> = Input<T> & {
  [K in Required]-?: NonNullable<Input<T>[K]>;
};

/** A changed line: named by its key. Without key it is added; with `$remove` it goes. */
export type LineChange<L> = Input<L> & { readonly $remove?: boolean };

/** What an update changes. Lines that are not named stay as they are. */
export type Changes<T> = {
  [K in keyof T]?: [Rows<T[K]>] extends [never] ? Given<T[K]> : readonly LineChange<Rows<T[K]>>[] | null;
};

/** Changes, or a function that makes them of the record as it is now. */
export type Change<R> = Changes<R> | ((record: R) => Changes<R> | Promise<Changes<R>>);

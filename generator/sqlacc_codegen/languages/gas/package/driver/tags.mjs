// Values of the client to the tagged values of the driver protocol, and back.

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Whether it is a day of the calendar: `new Date` makes another day of one that is not. */
const isDay = (text) => {
  const moment = DATE.test(text) && !text.startsWith("0000") ? new Date(`${text}T00:00:00Z`) : undefined;
  return moment !== undefined && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
};
const kindOf = (shape, name) => (Object.hasOwn(shape.fields, name) ? /^[a-z]+/.exec(shape.fields[name])[0] : undefined);
const tableOf = (shape, name) => (Object.hasOwn(shape.lines, name) ? shape.lines[name] : undefined);

/** Tagging for one Sqlacc, whose class of numbers tells them apart. */
export function tags({ JsonNumber }) {
  const isObject = (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
  const mapped = (members, map) => {
    const pairs = Object.entries(members).map(([name, value]) => [name, map(name, value ?? null)]);
    return Object.fromEntries(pairs);
  };

  /** A value whose type no spec tells. */
  const tag = (value) => {
    if (typeof value === "bigint") return { $int: value.toString() };
    if (value instanceof JsonNumber) return { $dec: value.text };
    if (Array.isArray(value)) return value.map(tag);
    return isObject(value) ? mapped(value, (_name, member) => tag(member)) : value;
  };

  /** A record with its decimals and dates marked as such. */
  const tagRecord = (shape, record) =>
    record === null
      ? null
      : mapped(record, (name, value) => {
          const table = tableOf(shape, name);
          if (table && Array.isArray(value))
            return value.map((row) => (isObject(row) ? tagRecord(table, row) : tag(row)));
          const kind = kindOf(shape, name);
          if (typeof value !== "string" || kind === undefined) return tag(value);
          if (kind === "decimal" && DECIMAL.test(value)) return { $dec: value };
          return kind === "date" && isDay(value) ? { $date: value } : value;
        });

  /** A tagged value; a decimal becomes text where the client knows it to be one, else a JSON number. */
  const untag = (value, isKnown = false) => {
    if (Array.isArray(value)) return value.map((item) => untag(item, isKnown));
    if (!isObject(value)) return value;
    const { $dec, $int, $date } = value;
    if (typeof $dec === "string") return isKnown ? $dec : new JsonNumber($dec);
    if (typeof $int === "string") return BigInt($int);
    if (typeof $date === "string") return $date;
    return mapped(value, (_name, member) => untag(member, isKnown));
  };

  /** A tagged record as the client takes it. */
  const untagRecord = (shape, record) =>
    mapped(record, (name, value) => {
      const table = tableOf(shape, name);
      const kind = kindOf(shape, name);
      if (!table || !Array.isArray(value)) {
        return untag(value, isObject(value) && "$dec" in value && (kind === "decimal" || kind === "text"));
      }
      return value.map((row) => (isObject(row) ? untagRecord(table, row) : untag(row)));
    });

  return { tag, tagRecord, untag, untagRecord };
}

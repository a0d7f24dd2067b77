/**
 * JSON text to values and back without losing a digit.
 *
 * `JSON.parse` turns `25.10` into a float and `9007199254740993` into another number. Here an integer that fits
 * exactly is a `number`, a longer one a `bigint`, and any other number a {@link JsonNumber} that keeps its digits.
 */

/** A JSON number as it was written, for example `25.10`. */
export class JsonNumber {
  constructor(readonly text: string) {
    if (!NUMBER.test(text)) throw new SyntaxError(`not a JSON number: ${JSON.stringify(text)}`);
  }

  toString(): string {
    return this.text;
  }

  /** `JSON.stringify` cannot write digits as they are, so it gets text. {@link writeJson} writes the number itself. */
  toJSON(): string {
    return this.text;
  }
}

export type JsonValue =
  string | number | bigint | boolean | null | JsonNumber | JsonValue[] | { [name: string]: JsonValue | undefined };

// An interface, since a type alias may not refer to itself through JsonValue.
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- see above
export interface JsonObject {
  [name: string]: JsonValue | undefined;
}

/** A value as the text that people would write: without quotes, nothing for null. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) || isObject(value) ? writeJson(value) : value.toString();
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/** Sets `name` also when it is `__proto__`, which a plain assignment would take for the prototype. */
export function setKey(target: JsonObject, name: string, value: JsonValue): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NUMBER_HERE = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// A run of text that needs no decoding: no quote, no backslash, no control character.
// eslint-disable-next-line no-control-regex -- JSON forbids control characters inside strings
const PLAIN_TEXT_HERE = /[^"\\\u0000-\u001f]*/y;
// eslint-disable-next-line no-control-regex -- the same
const NOT_PLAIN = /[\\\u0000-\u001f]/;
const DEEPEST = 500;

/** Reads JSON text; a `SyntaxError` says where it breaks off. */
export function parseJson(text: string): JsonValue {
  return new Reader(text).document();
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): JsonValue {
    this.space();
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail("text after the end");
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > DEEPEST) this.fail("nested too deeply");
    switch (this.text[this.at]) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonObject {
    const result: JsonObject = {};
    this.at++;
    this.space();
    if (this.skip("}")) return result;
    do {
      this.space();
      if (this.text[this.at] !== '"') this.fail("a name in quotes expected");
      const name = this.string();
      this.space();
      if (!this.skip(":")) this.fail("':' expected");
      this.space();
      setKey(result, name, this.value(depth + 1));
      this.space();
    } while (this.skip(","));
    if (!this.skip("}")) this.fail("',' or '}' expected");
    return result;
  }

  private array(depth: number): JsonValue[] {
    const result: JsonValue[] = [];
    this.at++;
    this.space();
    if (this.skip("]")) return result;
    do {
      this.space();
      result.push(this.value(depth + 1));
      this.space();
    } while (this.skip(","));
    if (!this.skip("]")) this.fail("',' or ']' expected");
    return result;
  }

  private string(): string {
    const end = this.text.indexOf('"', this.at + 1);
    const text = this.text.slice(this.at + 1, end);
    if (end < 0 || NOT_PLAIN.test(text)) return this.decodedString();
    this.at = end + 1;
    return text;
  }

  private decodedString(): string {
    const start = this.at++;
    for (;;) {
      PLAIN_TEXT_HERE.lastIndex = this.at;
      PLAIN_TEXT_HERE.exec(this.text);
      this.at = PLAIN_TEXT_HERE.lastIndex;
      const next = this.text[this.at];
      if (next === '"') break;
      if (next !== "\\") this.fail("a string is not closed");
      this.at += 2;
    }
    this.at++;
    try {
      const text = JSON.parse(this.text.slice(start, this.at)) as string;
      if (text.isWellFormed()) return text;
    } catch {
      // falls through to the error below
    }
    return this.fail("a wrong escape in a string");
  }

  private number(): number | bigint | JsonNumber {
    NUMBER_HERE.lastIndex = this.at;
    const match = NUMBER_HERE.exec(this.text);
    if (!match) return this.fail("a value expected");
    this.at = NUMBER_HERE.lastIndex;
    const [token, fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined || token === "-0") return new JsonNumber(token);
    const value = Number(token);
    return Number.isSafeInteger(value) ? value : BigInt(token);
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail("a value expected");
    this.at += word.length;
    return value;
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private space(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
  }

  private fail(what: string): never {
    throw new SyntaxError(`${what}, at character ${String(this.at)} of ${String(this.text.length)}`);
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Writes compact JSON. Keys that are `undefined` are left out; what JSON cannot hold exactly is a `TypeError`. */
export function writeJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return value.toString();
    case "number":
      if (Number.isSafeInteger(value)) return String(value);
      throw new TypeError(`the number ${String(value)} would lose digits: give it as text`);
    case "object":
      break;
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
  if (value === null) return "null";
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !isForeignPlainObject(prototype)) {
    throw new TypeError(`JSON has no ${value.constructor.name}: give text, numbers, lists or plain objects`);
  }
  let members = "";
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members += `${members && ","}${JSON.stringify(name)}:${writeJson(member)}`;
  }
  return `{${members}}`;
}

/** A plain object of another realm (a `vm` context, a test runner): its prototype is some other `Object.prototype`. */
function isForeignPlainObject(prototype: unknown): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "hasOwnProperty");
}

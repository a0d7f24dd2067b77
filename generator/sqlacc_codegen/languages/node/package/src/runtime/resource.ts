/** One kind of record on the server: what every generated resource can do. */

import { type Answers, saysNone } from "./answers.js";
import type { BatchResult, CreateManyOptions, EnsureManyOptions } from "./batch.js";
import type { Connection, Incoming, Outgoing } from "./connection.js";
import {
  AmbiguousWriteError,
  DuplicateError,
  LineNotRemovedError,
  MultipleFoundError,
  StaleRecordError,
  UnexpectedResponseError,
  UsageError,
  ValidationError,
} from "./errors.js";
import { isObject, type JsonObject, textOf, writeJson } from "./json.js";
import { filled, fits } from "./matching.js";
import { countOf, keyText, mergeUpdate, removedKeys, withoutKeys, withoutPlaceholders } from "./merge.js";
import type { CallOptions } from "./options.js";
import { eachPage, type IterateOptions, type ListOptions, MOST_PER_PAGE, type Page, Records } from "./paging.js";
import { asListed, asSent, encodeRecord, hasLines } from "./record.js";
import type { ObjectShape } from "./shape.js";
import { filters, keyTarget, queryString, type Where } from "./target.js";
import type { Change, Changes } from "./types.js";
import { checkCreate, checkUpdate } from "./validate.js";
import { dateOf, type DateString, type Integer } from "./values.js";

const JSON_TYPE = "application/json";
const UPDATE_TRIES = 3;

export interface EnsureOptions extends CallOptions {
  /** The fields that tell whether the record is there already, for example `docref1`. */
  readonly by: string | readonly string[];
}

export interface PdfOptions extends CallOptions {
  /** The name of a report as it stands in the product, without `.fr3`. */
  readonly template?: string;
}

export interface Ensured<R> {
  readonly record: R;
  /** False when it was there already. */
  readonly created: boolean;
}

/** `R` is a record as read, `C` as created, `K` its key. */
export abstract class Resource<R extends object, C extends object, K extends string | Integer> {
  constructor(
    private readonly connection: Connection,
    private readonly answers: Answers,
    /** The facts about these records: path, keys, fields with their sizes, rules. */
    readonly shape: ObjectShape,
  ) {}

  /** The day on the wall, by the client's clock; for workflows. */
  today(): DateString {
    return dateOf(this.connection.now());
  }

  protected async listPage(options: ListOptions = {}): Promise<Page<R>> {
    const { where = {}, offset = 0 } = options;
    const limit = Math.min(options.limit ?? MOST_PER_PAGE, MOST_PER_PAGE);
    if (limit < 1 || offset < 0) throw new UsageError("limit is 1 or more, and offset 0 or more");
    const rows = await this.listed(where, { offset, limit }, options);
    this.connection.tell({ type: "page", offset, count: rows.length }, options);
    return { records: rows as R[], offset, count: rows.length, more: rows.length >= limit };
  }

  protected iterateRecords(options: IterateOptions = {}): Records<R> {
    const { where = {}, offset = 0, pageLimit = MOST_PER_PAGE, max = 0 } = options;
    const bounds = "pageLimit is 1 or more, offset and max 0 or more";
    if (pageLimit < 1 || offset < 0 || max < 0) throw new UsageError(bounds);
    const size = Math.min(pageLimit, MOST_PER_PAGE);
    const read = (at: number): Promise<JsonObject[]> => this.listed(where, { offset: at, limit: size }, options);
    const pages = (): AsyncGenerator<JsonObject[]> => this.pages(read, offset, size, options);
    const whole = async (row: R): Promise<R | null> =>
      (await this.readAgain((row as JsonObject)[this.shape.key] as K, options)) as R | null;
    return new Records(pages as () => AsyncGenerator<R[]>, options, whole);
  }

  protected async getRecord(key: K, options: CallOptions = {}): Promise<R> {
    return this.record(await this.connection.send(this.read(keyTarget(this.shape.path, key)), options));
  }

  /** The detail form when the server can look up all the fields, else the list and then the record. */
  protected async findRecord(where: Where, options: CallOptions = {}): Promise<R | null> {
    const { indexed, key } = this.shape;
    if (Object.values(where).every((value) => value === undefined)) {
      throw new UsageError("find needs at least one field to look for");
    }
    const isIndexed = Object.keys(where).every((name) => indexed.includes(name.toLowerCase()));
    const read = (offset: number): Promise<JsonObject[]> => {
      const paging = isIndexed && offset === 0 ? {} : { offset, limit: MOST_PER_PAGE };
      return this.rows(isIndexed ? "/*" : "", where, paging, options);
    };
    const found: JsonObject[] = [];
    for await (const page of this.pages(read, 0, MOST_PER_PAGE, options)) {
      found.push(...page.filter((row) => fits(this.shape, row, where)));
      if (found.length > 1) {
        throw new MultipleFoundError(
          `more than one ${this.shape.id} fits ${JSON.stringify(Object.keys(where))}`,
          found,
        );
      }
    }
    const [row] = found;
    if (row === undefined) return null;
    return isIndexed ? (row as R) : this.getRecord(row[key] as K, options);
  }

  protected async createRecord(record: C, options: CallOptions = {}): Promise<R> {
    const given = record as JsonObject;
    if (this.connection.settings(options).validate !== false) checkCreate(this.shape, given);
    const body = encodeRecord(this.shape, withoutPlaceholders(this.shape, given));
    const request = this.write("POST", this.shape.path, body);
    return this.guarded(
      async () => this.stored(await this.connection.send(request, options), body),
      () => this.traceOf(given),
    );
  }

  protected async updateRecord(record: R, changes: Changes<R>, options: CallOptions = {}): Promise<R> {
    const { key, path } = this.shape;
    const stored = record as JsonObject;
    const wanted = changes as JsonObject;
    const name = stored[key];
    if (keyText(name) === undefined) {
      throw new UsageError(`the record has no ${key}: read it from the server first`);
    }
    if (Object.keys(this.shape.lines).length > 0 && !hasLines(this.shape, stored)) {
      const what = "came without its lines, which an update could lose: get it by its key first";
      throw new UsageError(`this ${this.shape.id} ${what}`);
    }
    const kept = [this.shape.counter, this.shape.key_type === "integer" ? key : null];
    const changed = kept.find((one) => one !== null && wanted[one] !== undefined);
    if (changed) {
      const message = "is kept by the client and the server: leave it out of the changes";
      throw new ValidationError([{ path: changed, message }]);
    }
    const merged = mergeUpdate(this.shape, stored, wanted);
    if (this.connection.settings(options).validate !== false) checkUpdate(this.shape, wanted, merged);
    const body = encodeRecord(this.shape, withoutKeys(this.shape, merged, []));
    const request = this.write("PUT", keyTarget(path, name as K), body);
    let answer: R;
    try {
      answer = this.stored(await this.connection.send(request, options), body);
    } catch (error) {
      if (error instanceof StaleRecordError) {
        error.setVersions(stored, merged, async () => this.readAgain(name as K));
      }
      if (error instanceof AmbiguousWriteError) error.setCheck(async () => this.ifStored(name as K, body));
      throw error;
    }
    this.checkRemoved(wanted, answer as JsonObject);
    return answer;
  }

  /** Reads, changes and stores; when somebody else was faster, again from what is there now. */
  protected async updateFresh(key: K, changes: Change<R>, options: CallOptions = {}): Promise<R> {
    for (let number = 1; ; number++) {
      const record = await this.getRecord(key, options);
      try {
        return await this.updateRecord(
          record,
          typeof changes === "function" ? await changes(record) : changes,
          options,
        );
      } catch (error) {
        if (!(error instanceof StaleRecordError) || number >= UPDATE_TRIES) throw error;
      }
    }
  }

  protected async deleteRecord(key: K, options: CallOptions = {}): Promise<void> {
    const request: Outgoing = { method: "DELETE", target: keyTarget(this.shape.path, key), accept: JSON_TYPE };
    await this.guarded(
      async () => {
        this.answers.deleted(await this.connection.send(request, options));
      },
      () => (): Promise<JsonObject | null> => this.readAgain(key),
    );
  }

  protected async pdfBytes(key: K, options: PdfOptions = {}): Promise<Uint8Array> {
    const template = options.template ?? this.shape.pdf ?? "";
    // eslint-disable-next-line no-control-regex -- a header must not hold any
    if (template === "" || /[\0-\x1f\x7f-\x9f\u2028\u2029]/.test(template) || template !== template.trim()) {
      throw new ValidationError([{ path: "template", message: "must be the name of a report, one line of text" }]);
    }
    const target = keyTarget(this.shape.path, key);
    const contentType = `application/pdf;template=${template}`;
    const request: Outgoing = { method: "GET", target, accept: "application/pdf", contentType };
    return this.answers.pdf(await this.connection.send(request, options));
  }

  protected async ensureRecord(record: C, options: EnsureOptions): Promise<Ensured<R>> {
    const where = this.identity(record as JsonObject, options.by);
    const found = await this.findRecord(where, options);
    if (found) return { record: found, created: false };
    try {
      return { record: await this.createRecord(record, options), created: true };
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
      const theirs = await this.findRecord(where, options); // somebody was faster
      if (!theirs) throw error;
      return { record: theirs, created: false };
    }
  }

  protected async createBatch(records: Iterable<C>, options: CreateManyOptions = {}): Promise<BatchResult<R>[]> {
    const { runBatch } = await import("./batch.js"); // loaded when needed, to keep the start short
    return runBatch<C, R>(records, options, {
      wire: (record) => encodeRecord(this.shape, withoutPlaceholders(this.shape, record as JsonObject)),
      create: async (record) => ({ record: await this.createRecord(record, options), created: true }),
      resume: (record) => {
        const by = options.by ?? this.ownName(record as JsonObject);
        return by === undefined ? undefined : (): Promise<Ensured<R>> => this.ensureRecord(record, { ...options, by });
      },
      number: (record) => this.numberOf(record as JsonObject),
      account: this.connection.account,
    });
  }

  protected async ensureBatch(records: Iterable<C>, options: EnsureManyOptions): Promise<BatchResult<R>[]> {
    const { runBatch } = await import("./batch.js");
    const ensure = (record: C): Promise<Ensured<R>> => this.ensureRecord(record, options);
    return runBatch<C, R>(records, options, {
      wire: (record) => encodeRecord(this.shape, withoutPlaceholders(this.shape, record as JsonObject)),
      create: ensure,
      resume: (record) => () => ensure(record),
      number: (record) => this.numberOf(record as JsonObject),
      account: this.connection.account,
    });
  }

  private async listed(where: Where, paging: Where, options: CallOptions): Promise<JsonObject[]> {
    return (await this.rows("", where, paging, options)).map(asListed);
  }

  /** One page; "not found" to a question with filters means none. */
  private async rows(form: string, where: Where, paging: Where, options: CallOptions): Promise<JsonObject[]> {
    const target = `${this.shape.path}${form}${queryString(filters(where), paging)}`;
    try {
      return this.answers.rows(await this.connection.send(this.read(target), options), this.shape);
    } catch (error) {
      if (saysNone(error) && Object.values(where).some((value) => value !== undefined)) return [];
      throw error;
    }
  }

  private async *pages(
    read: (offset: number) => Promise<JsonObject[]>,
    offset: number,
    size: number,
    options: CallOptions,
  ): AsyncGenerator<JsonObject[]> {
    const told = async (at: number): Promise<JsonObject[]> => {
      const rows = await read(at);
      this.connection.tell({ type: "page", offset: at, count: rows.length }, options);
      return rows;
    };
    yield* eachPage(
      told,
      offset,
      size,
      (row) => textOf(row[this.shape.key]) || writeJson(row), // a row may come without its key
      () => {
        const request = { method: "GET", target: this.shape.path, profile: this.connection.profile };
        return new UnexpectedResponseError(
          request,
          200,
          "a full page without any new record: the server ignores offset",
        );
      },
    );
  }

  private record(incoming: Incoming): R {
    return this.answers.record(incoming, this.shape) as R;
  }

  /** The record as stored; what was sent when the server acknowledges it without a body. */
  private stored(incoming: Incoming, body: JsonObject): R {
    this.answers.check(incoming);
    const isBlank = incoming.body.every((byte) => byte <= 0x20);
    return isBlank ? (asSent({ ...body }) as R) : this.record(incoming);
  }

  private read(target: string): Outgoing {
    return { method: "GET", target, accept: JSON_TYPE };
  }

  private write(method: "POST" | "PUT", target: string, body: JsonObject): Outgoing {
    if (Object.keys(body).length === 0) {
      throw new ValidationError([{ path: "", message: "the record is empty, and an empty body stops the server" }]);
    }
    return { method, target, accept: JSON_TYPE, contentType: JSON_TYPE, body: exactJson(body) };
  }

  private async readAgain(key: K, options: CallOptions = {}): Promise<JsonObject | null> {
    try {
      return (await this.getRecord(key, options)) as JsonObject;
    } catch (error) {
      if (saysNone(error)) return null;
      throw error;
    }
  }

  /** The record as it is now when an update whose outcome is unknown is in it, else null. */
  private async ifStored(key: K, sent: JsonObject): Promise<JsonObject | null> {
    const now = await this.readAgain(key);
    if (now === null) return null;
    const counter = this.shape.counter ?? ("updatecount" in sent ? "updatecount" : null);
    const isStored =
      counter === null
        ? writeJson(encodeRecord(this.shape, withoutKeys(this.shape, now, []))) === writeJson(sent)
        : countOf(now[counter]) >= countOf(sent[counter]);
    return isStored ? now : null;
  }

  /** Gives an ambiguous write the means to look the record up. */
  private async guarded<T>(
    work: () => Promise<T>,
    check: () => (() => Promise<JsonObject | null>) | undefined,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const look = error instanceof AmbiguousWriteError ? check() : undefined;
      if (error instanceof AmbiguousWriteError && look) error.setCheck(look);
      throw error;
    }
  }

  private traceOf(record: JsonObject): (() => Promise<JsonObject | null>) | undefined {
    const by = this.ownName(record) ?? (filled(record["docref1"]) ? ["docref1"] : undefined);
    if (by === undefined) return undefined;
    return async () => (await this.findRecord(this.identity(record, by))) as JsonObject | null;
  }

  /** The fields that identify the record, when it carries them all. */
  private ownName(record: JsonObject): readonly string[] | undefined {
    const { identity } = this.shape;
    return identity.length > 0 && identity.every((name) => filled(record[name])) ? identity : undefined;
  }

  private numberOf(record: JsonObject): string | undefined {
    const value = record[this.shape.number ?? this.shape.identity[0] ?? ""];
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  private identity(record: JsonObject, by: EnsureOptions["by"]): Where {
    const names = typeof by === "string" ? [by] : by;
    const missing = names.filter((name) => !filled(record[name]));
    if (names.length === 0) throw new UsageError("`by` names the fields to look for");
    if (missing.length > 0) {
      const message = "is needed to tell whether the record exists";
      throw new ValidationError(missing.map((path) => ({ path, message })));
    }
    return Object.fromEntries(names.map((name) => [name, record[name] as string]));
  }

  /** A server that keeps what an update leaves out must not pass for one that removed it. */
  private checkRemoved(changes: JsonObject, answer: JsonObject): void {
    const kept: string[] = [];
    for (const [table, names] of removedKeys(this.shape, changes)) {
      const key = this.shape.lines[table]?.key ?? "";
      const rows = answer[table];
      for (const row of Array.isArray(rows) ? rows.filter(isObject) : []) {
        const name = keyText(row[key]);
        if (name !== undefined && names.has(name)) kept.push(`${table}[${key}=${name}]`);
      }
    }
    if (kept.length > 0) {
      throw new LineNotRemovedError(`the server kept lines that were to go: ${kept.join(", ")}`, kept, answer);
    }
  }
}

function exactJson(body: JsonObject): string {
  try {
    return writeJson(body);
  } catch (error) {
    throw new ValidationError([{ path: "", message: (error as Error).message }], { cause: error });
  }
}

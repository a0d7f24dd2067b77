/**
 * A server in memory for the tests of programs that use this client. It knows lists, filters, lines, update counters
 * and numbers; it does not compute amounts or taxes.
 *
 * ```ts
 * const server = new FakeServer();
 * server.add("customers", { code: "300-A0001", companyname: "Kedai Contoh" });
 * await myProgram(server.client());
 * assert.equal(server.records("salesInvoices").length, 1);
 * ```
 */

import { SqlAccount } from "./client.js";
import { ConfigurationError } from "./runtime/errors.js";
import { isObject, type JsonObject, type JsonValue, parseJson, textOf, writeJson } from "./runtime/json.js";
import { keyText } from "./runtime/merge.js";
import type { ClientOptions, FetchInit, FetchResponse } from "./runtime/options.js";
import { Resource } from "./runtime/resource.js";
import type { ObjectShape, TableShape } from "./runtime/shape.js";

/** A request that the server was asked, without its signature. */
export interface FakeRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly body: JsonValue | undefined;
}

/** An answer of your own: what is left out is a status of 200 and an empty body. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes out as it is, anything else as JSON. */
  readonly body?: JsonValue;
}

/** The name of a resource of the client: `salesInvoices`. */
export type ResourceName = {
  [K in keyof SqlAccount]: SqlAccount[K] extends { readonly shape: ObjectShape } ? K : never;
}[keyof SqlAccount];

interface Store {
  readonly shape: ObjectShape;
  readonly records: Map<string, JsonObject>;
}

const KEYS = { accessKey: "fake.sql.my/TEST", secretKey: "fake", baseUrl: "https://fake.invalid" };
const MOST = 50;

export class FakeServer {
  /** Everything that was asked, oldest first. */
  readonly requests: FakeRequest[] = [];
  readonly #stores = new Map<string, Store>();
  readonly #answers: (FakeAnswer | Error)[] = [];
  #last = 0;

  constructor() {
    for (const [name, resource] of Object.entries(new SqlAccount(KEYS))) {
      if (resource instanceof Resource) this.#stores.set(name, { shape: resource.shape, records: new Map() });
    }
  }

  /** A client of this server. It does not wait between attempts. */
  client(options: ClientOptions = {}): SqlAccount {
    const sleep = (): Promise<void> => Promise.resolve();
    return new SqlAccount({ ...KEYS, sleep, ...options, fetch: (url, init) => this.#fetch(url, init) });
  }

  /** Stores a record as the server would on a create, and gives it back with its keys. */
  add(resource: ResourceName, record: object): JsonObject {
    return this.#create(this.#store(resource), record as JsonObject);
  }

  /** What is stored. */
  records(resource: ResourceName): JsonObject[] {
    return [...this.#store(resource).records.values()];
  }

  /** The next request gets this answer instead of a true one, or its connection breaks with the error. */
  answerNext(answer: FakeAnswer | Error): void {
    this.#answers.push(answer);
  }

  #store(name: string): Store {
    const store = this.#stores.get(name);
    if (!store) throw new ConfigurationError(`there is no resource ${name}`);
    return store;
  }

  async #fetch(url: string, init: FetchInit): Promise<FetchResponse> {
    const { pathname, search, searchParams } = new URL(url);
    const body = init.body === undefined ? undefined : parseJson(new TextDecoder().decode(init.body));
    this.requests.push({ method: init.method, target: pathname + search, body });
    const prepared = this.#answers.shift();
    if (prepared instanceof Error) throw prepared;
    const isPdf = init.headers.some(([name, value]) => name === "Content-Type" && value.startsWith("application/pdf"));
    const answer = prepared ?? (await this.#answer(init.method, pathname, searchParams, body, isPdf));
    const text =
      typeof answer.body === "string" ? answer.body : answer.body === undefined ? "" : writeJson(answer.body);
    const { buffer } = new Uint8Array(new TextEncoder().encode(text));
    const headers = Object.entries({ "content-type": "application/json", ...answer.headers });
    return { status: answer.status ?? 200, headers, arrayBuffer: () => Promise.resolve(buffer) };
  }

  #answer(
    method: string,
    path: string,
    query: URLSearchParams,
    body: JsonValue | undefined,
    isPdf: boolean,
  ): FakeAnswer | Promise<FakeAnswer> {
    if (path === "/version") return { body: { version: "fake" } };
    const store = [...this.#stores.values()].find(
      ({ shape }) => path === shape.path || path.startsWith(`${shape.path}/`),
    );
    if (!store) return refuse(404, `no such endpoint: ${path}`);
    const key = decodeURIComponent(path.slice(store.shape.path.length + 1));
    if (method === "POST" && isObject(body)) return { body: this.#create(store, body) };
    if (method === "GET" && (key === "" || key === "*")) return list(store, query, key === "*");
    const record = store.records.get(key);
    if (!record) return refuse(400, `${store.shape.id} ${key} not found`);
    if (isPdf) return { body: "%PDF-1.4\nfake\n%%EOF\n", headers: { "content-type": "application/pdf" } };
    if (method === "GET") return { body: { data: [record] } };
    if (method === "DELETE") {
      store.records.delete(key);
      return {};
    }
    return isObject(body) ? this.#update(store, key, record, body) : refuse(400, "no record");
  }

  #create({ shape, records }: Store, given: JsonObject): JsonObject {
    const record: JsonObject = structuredCopy(given);
    if (shape.key_type === "integer") record[shape.key] = ++this.#last;
    if (shape.number !== null) record[shape.number] ??= `${shape.id.slice(0, 2).toUpperCase()}-${String(++this.#last)}`;
    if (shape.counter !== null) record[shape.counter] ??= null;
    this.#numberRows(shape, record);
    records.set(textOf(record[shape.key]), record);
    return structuredCopy(record);
  }

  #update({ shape, records }: Store, key: string, stored: JsonObject, sent: JsonObject): FakeAnswer {
    const { counter } = shape;
    if (counter !== null && Number(sent[counter]) !== Number(stored[counter] ?? 0) + 1) {
      return refuse(400, "Record has been changed by another user");
    }
    const record = { ...stored, ...structuredCopy(sent) };
    this.#numberRows(shape, record);
    records.set(key, record);
    return { body: record };
  }

  #numberRows(shape: Pick<TableShape, "lines">, record: JsonObject): void {
    for (const [name, table] of Object.entries(shape.lines)) {
      const rows = (record[name] ??= []);
      for (const row of Array.isArray(rows) ? rows.filter(isObject) : []) {
        if (table.key !== null && keyText(row[table.key]) === undefined) row[table.key] = ++this.#last;
        this.#numberRows(table, row);
      }
    }
  }
}

/** Records that fit all filters, 50 at most; whole ones for the detail form. */
function list({ shape, records }: Store, query: URLSearchParams, isWhole: boolean): FakeAnswer {
  const filters = [...query].filter(([name]) => name !== "offset" && name !== "limit");
  const offset = Number(query.get("offset") ?? 0);
  const limit = Math.min(Number(query.get("limit") ?? MOST), MOST);
  const found = [...records.values()].filter((record) => filters.every(([name, value]) => fits(record[name], value)));
  const page = found.slice(offset, offset + limit).map((record) => (isWhole ? record : withoutRows(shape, record)));
  return { body: { pagination: { offset, limit, count: page.length }, data: page } };
}

function fits(stored: JsonValue | undefined, wanted: string): boolean {
  const text = textOf(stored);
  return wanted.endsWith("*") ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
}

function withoutRows(shape: ObjectShape, record: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !(name in shape.lines)));
}

function structuredCopy(record: JsonObject): JsonObject {
  return parseJson(writeJson(record)) as JsonObject;
}

function refuse(status: number, message: string): FakeAnswer {
  return { status, body: { message } };
}

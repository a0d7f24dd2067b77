/** The name of an operation and its tagged arguments to a call of the client, and its result to a tagged value. */

import { createHash } from "node:crypto";
import {
  type BatchResult,
  type CallOptions,
  type Page,
  type Records,
  type SqlAccount,
  UsageError,
} from "../src/index.js";
import type { JsonObject, JsonValue } from "../src/runtime/json.js";
import { isAsSent } from "../src/runtime/record.js";
import type { ObjectShape } from "../src/runtime/shape.js";
import { failure } from "./failure.js";
import { RESOURCES, WORKFLOWS } from "./operations.js";
import { tag, tagRecord, untag, untagRecord } from "./tags.js";

/** What every resource can do, without the types of its records. */
interface AnyResource {
  readonly shape: ObjectShape;
  list(options: object): Promise<Page<JsonObject>>;
  iterate(options: object): Records<JsonObject>;
  find(where: object, options: object): Promise<JsonObject | null>;
  get(key: unknown, options: object): Promise<JsonObject>;
  create(record: object, options: object): Promise<JsonObject>;
  update(record: object, changes: object, options: object): Promise<JsonObject>;
  updateWithRetry(key: unknown, changes: object, options: object): Promise<JsonObject>;
  delete(key: unknown, options: object): Promise<void>;
  pdf(key: unknown, options: object): Promise<Uint8Array>;
  ensure(record: object, options: object): Promise<{ record: JsonObject; created: boolean }>;
  createMany(records: object[], options: object): Promise<BatchResult<JsonObject>[]>;
  ensureMany(records: object[], options: object): Promise<BatchResult<JsonObject>[]>;
}

type Arguments = JsonObject | undefined;
type Perform = (resource: AnyResource, args: Arguments, options: CallOptions) => Promise<JsonValue>;

/** Without arguments an operation is to read a prepared answer: any that let it come to its request will do. */
const OPERATIONS: Record<string, Perform> = {
  async list(resource, args = {}, options) {
    const page = await resource.list({ ...options, ...defined({ ...args, where: where(args) }) });
    return { ...page, records: page.records.map((record) => tagRecord(resource.shape, record)) };
  },
  async iterate(resource, args = {}, options) {
    const { page_limit: pageLimit, ...others } = args;
    const records = resource.iterate({ ...options, ...defined({ ...others, pageLimit, where: where(args) }) });
    return { records: (await records.toArray()).map((record) => tagRecord(resource.shape, record)) };
  },
  async find(resource, args, options) {
    const any = { [resource.shape.indexed[0] ?? resource.shape.key]: "*" };
    const found = await resource.find(args ? (where(args) ?? {}) : any, options);
    return found && tagRecord(resource.shape, found);
  },
  async get(resource, args, options) {
    return tagRecord(resource.shape, await resource.get(keyOf(args), options));
  },
  async create(resource, args, options) {
    const record = args ? recordOf(resource, args, "record") : { [resource.shape.key]: "any" };
    return told(resource.shape, await resource.create(record, options));
  },
  async update(resource, args, options) {
    const { shape } = resource;
    const tables = Object.keys(shape.lines).map((name): [string, JsonValue] => [name, []]);
    const record = args ? recordOf(resource, args, "record") : { [shape.key]: 1, ...Object.fromEntries(tables) };
    const changes = args ? recordOf(resource, args, "changes") : {};
    return told(shape, await resource.update(record, changes, options));
  },
  async update_with_retry(resource, args = {}, options) {
    const changes = recordOf(resource, args, "changes");
    return told(resource.shape, await resource.updateWithRetry(keyOf(args), changes, options));
  },
  async delete(resource, args, options) {
    await resource.delete(keyOf(args), options);
    return null;
  },
  async pdf(resource, args = { key: 1 }, options) {
    const bytes = await resource.pdf(keyOf(args), { ...options, ...defined({ template: args["template"] }) });
    return { $pdf: { sha256: createHash("sha256").update(bytes).digest("hex"), len: bytes.length } };
  },
  async ensure(resource, args = {}, options) {
    const { record, created } = await resource.ensure(recordOf(resource, args, "record"), {
      ...options,
      by: args["by"],
    });
    return { record: told(resource.shape, record), created };
  },
  async create_many(resource, args = {}, options) {
    return results(resource, await resource.createMany(recordsOf(resource, args), batchOptions(args, options)));
  },
  async ensure_many(resource, args = {}, options) {
    return results(resource, await resource.ensureMany(recordsOf(resource, args), batchOptions(args, options)));
  },
};
const DERIVED = ["iterate", "update_with_retry", "ensure", "create_many", "ensure_many"];

/** Every operation that this driver offers. */
export function operationNames(): string[] {
  const resources = Object.entries(RESOURCES);
  const names = resources.flatMap(([name, { operations }]) =>
    [...operations, ...DERIVED].map((kind) => `${name}.${kind}`),
  );
  return [...names, ...Object.keys(WORKFLOWS).map((name) => `workflows.${name}`), "client.ping", "client.raw"].sort();
}

/** Carries out `sales_invoices.create` and its like. */
export async function answerTo(
  client: SqlAccount,
  op: string,
  args: Arguments,
  options: CallOptions,
): Promise<JsonValue> {
  const [group = "", name = ""] = op.split(".");
  if (op === "client.ping") return ping(client, options);
  if (op === "client.raw") return raw(client, args ?? { method: "GET", path: "/any" }, options);
  if (group === "workflows") return workflow(client, name, args ?? {}, options);
  const known = RESOURCES[group];
  const perform = OPERATIONS[name];
  if (!known || !perform) throw new UsageError(`unknown operation ${JSON.stringify(op)}`);
  return perform(resourceOf(client, group), args, options);
}

/** A record that an error of an operation led to. */
export function shown(client: SqlAccount, op: string, record: JsonObject | null): JsonValue {
  return record && tagRecord(resourceOf(client, op.split(".")[0] ?? "").shape, record);
}

function resourceOf(client: SqlAccount, name: string): AnyResource {
  const resource = (client as unknown as Record<string, AnyResource>)[RESOURCES[name]?.property ?? ""];
  if (!resource) throw new UsageError(`unknown records ${JSON.stringify(name)}`);
  return resource;
}

async function ping(client: SqlAccount, options: CallOptions): Promise<JsonValue> {
  const { ok, version, skewSeconds } = await client.ping(options);
  return { ok, version: tag(version), skew_seconds: skewSeconds ?? null };
}

async function raw(client: SqlAccount, args: JsonObject, options: CallOptions): Promise<JsonValue> {
  const { method, path, query, body } = args;
  const answer = await client.raw({
    method: method as "GET",
    path: path as string,
    ...(query == null ? {} : { query: untag(query, true) as Record<string, string> }),
    ...(body == null ? {} : { body: untag(body) }),
    ...options,
  });
  return answer.value === undefined
    ? { status: answer.status, text: answer.text }
    : { status: answer.status, value: tag(answer.value) };
}

async function workflow(client: SqlAccount, name: string, args: JsonObject, options: CallOptions): Promise<JsonValue> {
  const flow = WORKFLOWS[name];
  if (!flow) throw new UsageError(`unknown workflow ${JSON.stringify(name)}`);
  const { shape } = resourceOf(client, flow.result);
  const single = args[flow.from.replace(/s$/, "")];
  const from = flow.many ? (args[flow.from] ?? (single === undefined ? [] : [single])) : args[flow.from];
  const given = untag(args, true) as JsonObject;
  const header = args["header"] as JsonObject | undefined;
  const methods = client.workflows as unknown as Record<string, (args: object) => Promise<JsonObject>>;
  const run = (methods[flow.method] as (args: object) => Promise<JsonObject>).bind(client.workflows);
  const result = await run({
    ...options,
    ...defined({ ...given, [flow.from]: untag(from ?? null), header: header && untagRecord(shape, header) }),
  });
  return tagRecord(shape, result);
}

function results(resource: AnyResource, all: readonly BatchResult<JsonObject>[]): JsonValue {
  return {
    results: all.map(({ status, record, error }) => ({
      status,
      record: record && told(resource.shape, record),
      error: error && errorOf(error),
    })),
  };
}

function errorOf(error: Error): JsonValue {
  const outcome = failure(error);
  return outcome["api_error"] ?? outcome["client_error"] ?? null;
}

function batchOptions(args: JsonObject, options: CallOptions): object {
  const { journal, by, concurrency, stop_on_error: stopOnError } = args;
  return { ...options, ...defined({ journal: journal === "" ? undefined : journal, by, concurrency, stopOnError }) };
}

function where(args: JsonObject): object | undefined {
  return args["where"] == null ? undefined : (untag(args["where"], true) as object);
}

function keyOf(args: Arguments): unknown {
  return args ? untag(args["key"] ?? null) : 1;
}

/** Null when the server did not tell what it stores. */
function told(shape: ObjectShape, record: JsonObject): JsonValue {
  return isAsSent(record) ? null : tagRecord(shape, record);
}

function recordOf(resource: AnyResource, args: JsonObject, name: string): JsonObject {
  return untagRecord(resource.shape, (args[name] ?? {}) as JsonObject);
}

function recordsOf(resource: AnyResource, args: JsonObject): JsonObject[] {
  return (args["records"] as JsonObject[]).map((record) => untagRecord(resource.shape, record));
}

function defined(members: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

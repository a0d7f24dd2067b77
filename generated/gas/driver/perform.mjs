// The name of an operation and its tagged arguments to a call of the client, and its result to a tagged value.

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, fsyncSync, openSync, closeSync, readFileSync } from "node:fs";
import { toBuffer } from "./apps-script.mjs";
import { RESOURCES, WORKFLOWS } from "./operations.mjs";
import { tags } from "./tags.mjs";

const DERIVED = ["iterate", "update_with_retry", "ensure", "create_many", "ensure_many"];

/** Every operation that this driver offers. */
export function operationNames() {
  const names = Object.entries(RESOURCES).flatMap(([name, { operations }]) =>
    [...operations, ...DERIVED].map((kind) => `${name}.${kind}`),
  );
  return [...names, ...Object.keys(WORKFLOWS).map((name) => `workflows.${name}`), "client.ping", "client.raw"].sort();
}

/** What carries out operations with one Sqlacc. */
export function performer(Sqlacc) {
  const { tag, tagRecord, untag, untagRecord } = tags(Sqlacc);

  /** The error of a call in the words of the protocol. */
  function failure(error) {
    if (error instanceof Sqlacc.ApiError) {
      const { kind, status, serverMessage, body } = error;
      return { api_error: { kind, status, message: serverMessage, body: tag(body) } };
    }
    if (error instanceof Sqlacc.SqlaccError) {
      return { client_error: { kind: error.kind, message: error.message, fields: error.fields } };
    }
    const text = String(error?.stack ?? error);
    process.stderr.write(`${text}\n`);
    return { client_error: { kind: "usage", message: text } };
  }

  const recordOf = (resource, args, name) => untagRecord(resource.shape, args[name] ?? {});
  const recordsOf = (resource, args) => args.records.map((record) => untagRecord(resource.shape, record));
  const whereOf = (args) => (args.where == null ? undefined : untag(args.where, true));
  const keyOf = (args) => (args ? untag(args.key ?? null) : 1);

  const batchOptions = ({ journal, by, stop_on_error: stopOnError }, options) => ({
    ...options,
    ...defined({ journal: journal ? fileJournal(journal) : undefined, by, stopOnError }),
  });
  const resultsOf = (resource, results) => ({
    results: results.map(({ status, record, error }) => {
      const outcome = error && failure(error);
      return { status, record: record && tagRecord(resource.shape, record), error: errorOf(outcome) };
    }),
  });
  const errorOf = (outcome) => outcome && (outcome.api_error ?? outcome.client_error);

  /** Without arguments an operation is to read a prepared answer: any that let it come to its request will do. */
  const operations = {
    list(resource, args = {}, options) {
      const page = resource.list({ ...options, ...defined({ ...args, where: whereOf(args) }) });
      return { ...page, records: page.records.map((record) => tagRecord(resource.shape, record)) };
    },
    iterate(resource, args = {}, options) {
      const { page_limit: pageLimit, ...others } = args;
      const records = resource.iterate({ ...options, ...defined({ ...others, pageLimit, where: whereOf(args) }) });
      return { records: records.toArray().map((record) => tagRecord(resource.shape, record)) };
    },
    find(resource, args, options) {
      const { shape } = resource;
      const any = { [shape.indexed[0] ?? shape.key]: "*" };
      return tagRecord(shape, resource.find(args ? (whereOf(args) ?? {}) : any, options));
    },
    get: (resource, args, options) => tagRecord(resource.shape, resource.get(keyOf(args), options)),
    create(resource, args, options) {
      const record = args ? recordOf(resource, args, "record") : { [resource.shape.key]: "any" };
      return tagRecord(resource.shape, resource.create(record, options));
    },
    update(resource, args, options) {
      const { shape } = resource;
      const tables = Object.fromEntries(Object.keys(shape.lines).map((name) => [name, []]));
      const record = args ? recordOf(resource, args, "record") : { [shape.key]: 1, ...tables };
      const changes = args ? recordOf(resource, args, "changes") : {};
      return tagRecord(shape, resource.update(record, changes, options));
    },
    update_with_retry(resource, args = {}, options) {
      const changes = recordOf(resource, args, "changes");
      return tagRecord(resource.shape, resource.updateWithRetry(keyOf(args), changes, options));
    },
    delete(resource, args, options) {
      resource.delete(keyOf(args), options);
      return null;
    },
    pdf(resource, args, options) {
      const blob = resource.pdf(keyOf(args), { ...options, ...defined({ template: args?.template }) });
      const bytes = toBuffer(blob.getBytes());
      return { $pdf: { sha256: createHash("sha256").update(bytes).digest("hex"), len: bytes.length } };
    },
    ensure(resource, args = {}, options) {
      const ensured = resource.ensure(recordOf(resource, args, "record"), { ...options, by: args.by });
      return { record: tagRecord(resource.shape, ensured.record), created: ensured.created };
    },
    create_many: (resource, args, options) =>
      resultsOf(resource, resource.createMany(recordsOf(resource, args), batchOptions(args, options))),
    ensure_many: (resource, args, options) =>
      resultsOf(resource, resource.ensureMany(recordsOf(resource, args), batchOptions(args, options))),
  };

  function ping(client, options) {
    const { ok, version, skewSeconds } = client.ping(options);
    return { ok, version: tag(version), skew_seconds: skewSeconds };
  }

  function raw(client, { method, path, query, body }, options) {
    const more = defined({ query: query && untag(query, true), body: body == null ? undefined : untag(body) });
    const { status, value, text } = client.raw({ ...options, method, path, ...more });
    return value === undefined ? { status, text } : { status, value: tag(value) };
  }

  function workflow(client, name, args, options) {
    const flow = WORKFLOWS[name];
    if (!flow) throw new Sqlacc.UsageError(`unknown workflow ${JSON.stringify(name)}`);
    const { shape } = client[RESOURCES[flow.result].property];
    const { [flow.from.find((from) => args[from] != null)]: from, header, ...others } = args;
    const given = { ...untag(others, true), header: header && untagRecord(shape, header) };
    return tagRecord(shape, client.workflows[flow.method](untag(from ?? null), { ...options, ...defined(given) }));
  }

  /** Carries out `sales_invoices.create` and its like. */
  function perform(client, op, args, options) {
    const [group, name] = op.split(".");
    if (op === "client.ping") return ping(client, options);
    if (op === "client.raw") return raw(client, args ?? { method: "GET", path: "/any" }, options);
    if (group === "workflows") return workflow(client, name, args ?? {}, options);
    const resource = client[RESOURCES[group]?.property];
    if (!resource || !Object.hasOwn(operations, name)) {
      throw new Sqlacc.UsageError(`unknown operation ${JSON.stringify(op)}`);
    }
    return operations[name](resource, args, options);
  }

  /** What the server holds, where an error offers to look; else the error. */
  function lookedUp(client, op, error) {
    const { shape } = client[RESOURCES[op.split(".")[0]]?.property] ?? {};
    try {
      if (error instanceof Sqlacc.AmbiguousWriteError && error.check_)
        return { value: tagRecord(shape, error.check()) };
      if (error instanceof Sqlacc.StaleRecordError) return { value: tagRecord(shape, error.current()) };
      return failure(error);
    } catch (other) {
      return failure(other);
    }
  }

  return { perform, failure, lookedUp };
}

/** A journal in a file; each line is on the disk before the work goes on. */
export function fileJournal(path) {
  return {
    read: () => (existsSync(path) ? readFileSync(path, "utf8") : ""),
    append(text) {
      const file = openSync(path, "a", 0o600);
      appendFileSync(file, text);
      fsyncSync(file);
      closeSync(file);
    },
  };
}

export function defined(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

/** Many records one after the other (or a few at a time), a result for each, and a journal that survives a crash. */

import { AmbiguousWriteError, CancelledError, ConfigurationError, UnexpectedResponseError } from "./errors.js";
import { Journal } from "./journal.js";
import type { JsonObject } from "./json.js";
import type { CallOptions } from "./options.js";
import { mapBounded } from "./paging.js";
import type { Ensured } from "./resource.js";

export interface BatchOptions extends CallOptions {
  /**
   * A file that keeps what was begun and done, a JSON line each. Run the same batch again with it after a crash:
   * what was done is left alone, what was begun is looked up before it is sent again.
   */
  readonly journal?: string;
  /** Leaves the rest alone after the first failure. Default false: goes on. */
  readonly stopOnError?: boolean;
  /** Records on their way at the same time. Default 1, since the licence limits connections. */
  readonly concurrency?: number;
  /** Called after each record. */
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly status: BatchStatus;
  }) => void;
}

export interface CreateManyOptions extends BatchOptions {
  /** The fields by which a record is looked up that an earlier run began; its number when left out. */
  readonly by?: string | readonly string[];
}

export interface EnsureManyOptions extends BatchOptions {
  /** The fields that tell whether a record is there already. */
  readonly by: string | readonly string[];
}

/**
 * - `created`: made by this run
 * - `found`: it was there already, or the journal says that an earlier run made it
 * - `failed`: refused or invalid; see `error`
 * - `skipped`: not tried after a failure with `stopOnError`, or cancelled before it was sent
 * - `unknown`: sent with unknown outcome, by this run or one that was cut short: check before you repeat it
 */
export type BatchStatus = "created" | "found" | "failed" | "skipped" | "unknown";

export interface BatchResult<R> {
  readonly status: BatchStatus;
  /** Missing when the journal alone knows that the record exists. */
  readonly record?: R;
  readonly error?: Error;
}

export interface BatchActions<C, R> {
  /** What of the record is sent: its hash identifies it in the journal. */
  readonly wire: (record: C) => JsonObject;
  readonly create: (record: C) => Promise<Ensured<R>>;
  /** For a record that an earlier run began; undefined when nothing identifies it. */
  readonly resume: (record: C) => (() => Promise<Ensured<R>>) | undefined;
  readonly number: (record: R | C) => string | undefined;
  /** What the journal knows server and key by. */
  readonly account: string;
}

export async function runBatch<C, R>(
  records: Iterable<C>,
  options: BatchOptions,
  actions: BatchActions<C, R>,
): Promise<BatchResult<R>[]> {
  const all = [...records];
  const { journal: path } = options;
  const journal = path === undefined ? undefined : Journal.open(path, all.map(actions.wire), actions.account);
  let stopped = false;
  let done = 0;
  const one = async (record: C, n: number): Promise<BatchResult<R>> => {
    if (stopped || options.signal?.aborted) return { status: "skipped" };
    const state = journal?.state(n);
    if (state === "done") return { status: "found" };
    const begun = state === "started";
    const work = begun ? actions.resume(record) : (): Promise<Ensured<R>> => actions.create(record);
    if (!work) return { status: "unknown", error: new ConfigurationError(NOTHING_TO_CHECK) };
    if (!begun) journal?.write(n, "started", actions.number(record));
    try {
      const { record: stored, created } = await work();
      journal?.write(n, "done", actions.number(stored));
      return { status: created ? "created" : "found", record: stored };
    } catch (error) {
      if (error instanceof AmbiguousWriteError || isWritten(error)) return { status: "unknown", error };
      if (!begun) journal?.write(n, "failed", actions.number(record));
      if (error instanceof CancelledError) return { status: "skipped", error };
      return { status: "failed", error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  const item = async (n: number): Promise<BatchResult<R>> => {
    const result = await one(all[n] as C, n);
    stopped ||= options.stopOnError === true && (result.status === "failed" || result.status === "unknown");
    options.onProgress?.({ done: ++done, total: all.length, status: result.status });
    return result;
  };
  try {
    return await mapBounded([...all.keys()], options.concurrency ?? 1, item);
  } finally {
    journal?.close();
  }
}

const NOTHING_TO_CHECK =
  "an earlier run sent this record and was cut short; nothing in it tells whether it arrived (docno, docref1 or `by`)";

function isWritten(error: unknown): error is Error {
  return error instanceof UnexpectedResponseError && error.written;
}

/** Pages of rows to a stream of records: each once, none missed, whatever the server says about its pages. */

import type { CallOptions } from "./options.js";
import type { Where } from "./target.js";

/** The server never gives more rows at a time. */
export const MOST_PER_PAGE = 50;

export interface ListOptions extends CallOptions {
  /** Filters by wire name: `{ code: "300-A0001" }`. */
  readonly where?: Where;
  /** Rows to pass over. */
  readonly offset?: number;
  /** Rows wanted, at most 50. */
  readonly limit?: number;
}

export interface IterateOptions extends CallOptions {
  readonly where?: Where;
  /** Rows to pass over at the start. */
  readonly offset?: number;
  /** Rows asked for at a time, at most 50. */
  readonly pageLimit?: number;
  /** Ends after so many records. */
  readonly max?: number;
  /** Reads each record whole, with its lines. */
  readonly details?: boolean;
  /** Records read at the same time with `details`. Default 4. */
  readonly concurrency?: number;
}

export interface Page<R> {
  readonly records: R[];
  readonly offset: number;
  /** Rows in this page. */
  readonly count: number;
  /** Whether there may be more after `offset + count`. */
  readonly more: boolean;
}

/** Records of a list, read page by page while you loop. It can be looped over again, which reads again. */
export class Records<R> implements AsyncIterable<R> {
  constructor(
    private readonly source: () => AsyncGenerator<R[]>,
    private readonly options: IterateOptions,
    private readonly whole: (row: R) => Promise<R | null>,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    for await (const page of this.pages()) yield* page;
  }

  /** The records page by page, never an empty page. */
  async *pages(): AsyncGenerator<R[], void, undefined> {
    let left = this.options.max ?? Infinity;
    if (left <= 0) return;
    for await (const rows of this.source()) {
      const page = rows.slice(0, left);
      left -= page.length;
      yield this.options.details === true ? await this.wholes(page) : page;
      if (left <= 0) return;
    }
  }

  /** Whole records of rows; one that was deleted meanwhile is left out. */
  private async wholes(page: R[]): Promise<R[]> {
    const records = await mapBounded(page, this.options.concurrency ?? 4, this.whole);
    return records.filter((record) => record !== null);
  }

  /** All of them in one list. Mind the number. */
  async toArray(): Promise<R[]> {
    const all: R[] = [];
    for await (const page of this.pages()) all.push(...page);
    return all;
  }
}

/** Pages without rows seen before. Ends at a page that is not full; `stuck` is thrown at a full one that is not new. */
export async function* eachPage<R>(
  read: (offset: number) => Promise<R[]>,
  offset: number,
  size: number,
  identityOf: (row: R) => string,
  stuck: () => Error,
): AsyncGenerator<R[]> {
  const seen = new Set<string>();
  for (let at = offset; ;) {
    const rows = await read(at);
    const fresh = rows.filter((row) => {
      const known = seen.size;
      return seen.add(identityOf(row)).size > known;
    });
    if (fresh.length > 0) yield fresh;
    else if (rows.length >= size) throw stuck();
    if (rows.length < size) return;
    at += rows.length;
  }
}

/** Maps with at most `width` at a time, results in order. The first failure ends it. */
export async function mapBounded<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  const stop = (error: unknown): never => {
    next = items.length;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, width), items.length) }, () => worker().catch(stop)));
  return results;
}

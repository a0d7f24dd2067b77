// @ts-check
// What the five recipes share: reading a CSV file, bringing rows together, and running a batch that shows its progress.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Rows of a CSV file (RFC 4180) by the names of its first line. The file is the program's first argument, else the
 * sample that comes with it.
 * @param {string} sample
 * @returns {Record<string, string>[]}
 */
export function readRows(sample) {
  const path = process.argv[2] ?? fileURLToPath(new URL(`data/${sample}.csv`, import.meta.url));
  const [names = [], ...rows] = parseCsv(readFileSync(path, "utf8"));
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])));
}

/** @param {string} text */
function parseCsv(text) {
  const rows = [];
  let row = [];
  for (const match of text.replace(/^\ufeff/, "").matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/g)) {
    const [, cell = "", end] = match;
    if (cell === "" && end === "" && row.length === 0) break;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/**
 * Rows of equal `name`, in the order of their first.
 * @param {Record<string, string>[]} rows
 * @param {string} name
 * @returns {Record<string, string>[][]}
 */
export function groups(rows, name) {
  /** @type {Map<string | undefined, Record<string, string>[]>} */
  const found = new Map();
  for (const row of rows) found.set(row[name], [...(found.get(row[name]) ?? []), row]);
  return [...found.values()];
}

/**
 * Without the members that are empty, which the server would store as such.
 * @template {object} T
 * @param {T} members
 * @returns {T}
 */
export function filled(members) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(members).filter(([, value]) => value !== "")));
}

/**
 * Ensures the records and tells how it went. Running it again finds what it made.
 * @template C, R
 * @param {string} what
 * @param {{ ensureMany(records: C[], options: import("sqlacc-client").EnsureManyOptions):
 *   Promise<import("sqlacc-client").BatchResult<R>[]> }} resource
 * @param {C[]} records
 * @param {string | string[]} by
 */
export async function ensureAll(what, resource, records, by) {
  const results = await resource.ensureMany(records, {
    by,
    onProgress: ({ done, total, status }) => console.error(`${what}: ${done} of ${total} (${status})`),
  });
  const count = (/** @type {string} */ status) => results.filter((result) => result.status === status).length;
  console.log(`${what}: ${count("created")} created, ${count("found")} there already, ${count("failed")} failed`);
  for (const { status, error } of results) {
    if (error) console.error(`${what}: ${status}: ${error.message}`);
  }
  if (results.some(({ error }) => error)) process.exitCode = 1;
  return results;
}

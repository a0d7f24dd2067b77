/**
 * The journal file of a batch, a line for each step:
 * `{"n":0,"key":"<sha256>","account":"<16 hex>","state":"started|done|failed","docno":"IV-00001"}`
 */

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { ConfigurationError } from "./errors.js";
import { isObject, type JsonObject, type JsonValue, JsonNumber, parseJson, writeJson } from "./json.js";
import { sha256 } from "./sign.js";

export type JournalState = "started" | "done" | "failed";

interface Entry {
  readonly key: string;
  readonly state: JournalState;
}

const STATES = new Set(["started", "done", "failed"]);

/** Each line is on the disk before the work goes on, so that what it says holds after a crash. */
export class Journal {
  readonly #entries = new Map<number, Entry>();

  private constructor(
    private readonly path: string,
    private readonly file: number,
    private readonly keys: readonly string[],
    private readonly account: string,
  ) {}

  /**
   * Opens or starts the journal of these records on this account. Another list of records, or another account, is a
   * {@link ConfigurationError}.
   */
  static open(path: string, records: readonly JsonObject[], account: string): Journal {
    const keys = records.map(recordKey);
    lock(path);
    const file = openSync(path, "a+", 0o600);
    const journal = new Journal(path, file, keys, account);
    try {
      const text = readFileSync(path, "utf8");
      const whole = text.slice(0, text.lastIndexOf("\n") + 1); // a line cut off by a crash was never acted upon
      if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole));
      for (const line of whole.split("\n").filter((one) => one.trim() !== "")) journal.#read(path, line);
      journal.#compare(path);
      return journal;
    } catch (error) {
      journal.close();
      throw error;
    }
  }

  #read(path: string, line: string): void {
    let entry: JsonValue = null;
    try {
      entry = parseJson(line);
    } catch {
      // falls through to the error below
    }
    const { n, key, state, account = this.account } = isObject(entry) ? entry : {}; // older journals have no account
    if (typeof n !== "number" || typeof key !== "string" || typeof state !== "string" || !STATES.has(state)) {
      throw new ConfigurationError(`${path} is not a journal: ${line.slice(0, 200)}`);
    }
    if (account !== this.account) {
      throw new ConfigurationError(
        `the journal ${path} was begun with other keys or on another server; finish it with those or use another file`,
      );
    }
    this.#entries.set(n, { key, state: state as JournalState });
  }

  /** In the place of a record that failed another may stand: the corrected one. */
  #compare(path: string): void {
    for (const [n, { key, state }] of this.#entries) {
      if (state !== "failed" && this.keys[n] !== key) {
        throw new ConfigurationError(`${path} is the journal of other records (number ${String(n)} differs)`);
      }
    }
  }

  state(n: number): JournalState | undefined {
    return this.#entries.get(n)?.state;
  }

  write(n: number, state: JournalState, docno: string | undefined): void {
    const key = this.keys[n] ?? "";
    writeSync(this.file, `${writeJson({ n, key, account: this.account, state, docno })}\n`);
    fsyncSync(this.file);
    this.#entries.set(n, { key, state });
  }

  close(): void {
    closeSync(this.file);
    unlinkSync(`${this.path}.lock`);
  }
}

/** Two runs at the same time would book twice. The lock names its process, so that one left by a crash is no hindrance. */
function lock(path: string): void {
  const file = `${path}.lock`;
  for (let number = 1; ; number++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw new ConfigurationError(`the journal ${path} cannot be written`, { cause: error });
      }
    }
    const owner = Number(readFileSync(file, "utf8"));
    if (number > 1 || isRunning(owner)) {
      throw new ConfigurationError(`the journal ${path} is in use by process ${String(owner)}, says ${file}`);
    }
    unlinkSync(file);
  }
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** SHA-256 of the record as compact JSON with sorted names. */
export function recordKey(record: JsonObject): string {
  return sha256(writeJson(sorted(record)));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof JsonNumber || !isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member ?? null)]));
}

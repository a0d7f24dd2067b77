// Sqlacc.gs and its fake in a world of their own, for the tests beside this file.

import { runFiles, services } from "../driver/apps-script.mjs";

export const KEYS = { accessKey: "AKID/ADMIN", secretKey: "top-secret", baseUrl: "https://api.example" };
const FILES = ["../Sqlacc.gs", "../SqlaccFake.gs"].map((file) => new URL(file, import.meta.url));

/** The two namespaces and the services they run on; more files and globals for examples. */
export function world({ files = [], globals = {} } = {}) {
  const lines = [];
  const log = (line) => lines.push(line);
  const services_ = services({ console: { log, warn: log }, timeZone: "Asia/Kuala_Lumpur" });
  const expression = "({ Sqlacc, SqlaccFake, run: (name) => eval(name)() })";
  const found = runFiles([...FILES, ...files], expression, { globals: { ...services_, ...globals } });
  return { ...found, services: services_, lines };
}

/** A transport that gives prepared answers in turn and keeps what it was asked. */
export function answers(...prepared) {
  const asked = [];
  const fetch = (url, params) => {
    asked.push({ url, ...params });
    const next = prepared.length > 1 ? prepared.shift() : prepared[0];
    if (next instanceof Error) throw next;
    const { status = 200, headers = {}, body = "" } = next;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return {
      getResponseCode: () => status,
      getAllHeaders: () => headers,
      getContentText: () => text,
      getContent: () => [...new Int8Array(Buffer.from(text, "utf8"))],
    };
  };
  return { asked, fetch, fetchAll: (requests) => requests.map(({ url, ...params }) => fetch(url, params)) };
}

/** A client of prepared answers; its waits are kept in `waits`. */
export function clientOf(Sqlacc, transport, options = {}) {
  const waits = [];
  const client = Sqlacc.connect({ ...KEYS, transport, sleep: (ms) => waits.push(ms), random: () => 1, ...options });
  return { client, waits };
}

/** The body that was sent, as text. */
export function sent({ payload }) {
  return Buffer.from(payload).toString("utf8");
}

/** The error that `work` throws. */
export function errorOf(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("no error");
}

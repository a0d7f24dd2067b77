// The services of Google Apps Script that Sqlacc.gs uses, for running it in Node.js: by the driver, by tests, by you.
// What is not known about the real services is answered the stricter way, so that what works here leans on nothing.

import { createHash, createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { exchangeAll } from "./http.mjs";

const PROPERTY_LIMIT = 9 * 1024;
const STORE_LIMIT = 500 * 1024;
const MOST_REDIRECTS = 10;

/** Runs script files in a world of their own, and gives back the value of an expression in it. */
export function runFiles(files, expression, options = {}) {
  const context = vm.createContext({ ...services(options), ...options.globals });
  for (const file of files) vm.runInContext(readFileSync(file, "utf8"), context, { filename: String(file) });
  return vm.runInContext(expression, context);
}

/** The global objects. `options`: `timeoutMs` of a request, `timeZone`, `console`. */
export function services(options = {}) {
  const stores = { script: store(), user: store(), document: store() };
  const locks = { script: lock(), user: lock(), document: lock() };
  return {
    console: options.console ?? console,
    UrlFetchApp: urlFetchApp(options),
    Utilities: utilities(),
    PropertiesService: {
      getScriptProperties: () => stores.script,
      getUserProperties: () => stores.user,
      getDocumentProperties: () => stores.document,
    },
    LockService: {
      getScriptLock: () => locks.script,
      getUserLock: () => locks.user,
      getDocumentLock: () => locks.document,
    },
    Session: { getScriptTimeZone: () => options.timeZone ?? "Asia/Kuala_Lumpur" },
  };
}

// --- UrlFetchApp -----------------------------------------------------------------------------------------------------

function urlFetchApp(options) {
  const app = {
    fetch: (url, params = {}) => app.fetchAll([{ ...params, url }])[0],
    fetchAll(requests) {
      const prepared = requests.map((request) => prepare(request, options.timeoutMs ?? 60_000));
      const results = exchangeAll(prepared);
      return results.map((result, at) => settle(result, prepared[at], requests[at]));
    },
  };
  return app;
}

function prepare(request, timeoutMs) {
  const headers = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (/^(?:host|content-length|connection|transfer-encoding)$/i.test(name)) {
      throw new Error(`Attribute provided with invalid value: Header:${name}`);
    }
    headers[name] = Buffer.from(String(value), "utf8").toString("latin1");
  }
  const method = (request.method ?? "get").toUpperCase();
  const { payload } = request;
  // With `escaping` left on, reserved characters of the URL are written anew.
  const url = request.escaping === false ? request.url : request.url.replaceAll("*", "%2A");
  if (!/^https?:\/\/[!-~]+$/.test(url)) throw new Error(`Invalid argument: ${url}`);
  const prepared = { url, method, headers, timeoutMs };
  if (payload === undefined) return prepared;
  if (method === "GET") throw new Error("Request to GET with a payload");
  prepared.body = toBuffer(payload);
  headers["Content-Type"] = request.contentType ?? headers["Content-Type"] ?? "application/x-www-form-urlencoded";
  headers["Content-Length"] = String(prepared.body.length);
  return prepared;
}

function settle(result, prepared, request, redirects = 0) {
  if (result.code !== undefined) throw new Error(`${wordsOf(result.code)}: ${prepared.url}`);
  const found = response(result);
  const location = found.getAllHeaders().Location ?? found.getAllHeaders().location;
  if (result.status >= 300 && result.status < 400 && location && request.followRedirects !== false) {
    if (redirects >= MOST_REDIRECTS) throw new Error(`Too many redirects: ${prepared.url}`);
    const next = { ...prepared, url: new URL(location, prepared.url).href, method: "GET", body: undefined };
    return settle(exchangeAll([next])[0], next, request, redirects + 1);
  }
  if (result.status >= 400 && !request.muteHttpExceptions) {
    const text = found.getContentText().slice(0, 200);
    throw new Error(`Request failed for ${prepared.url} returned code ${result.status}. Truncated answer: ${text}`);
  }
  return found;
}

function wordsOf(code) {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "DNS error";
  if (code === "ECONNREFUSED" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "Address unavailable";
  return code === "ETIMEDOUT" ? "Timeout" : "Unexpected error";
}

/** An HTTPResponse of `{status, headers, body}`; headers are a flat list of names and values, or an object. */
export function response({ status, headers = [], body = "" }) {
  const bytes = Buffer.from(body);
  const all = {};
  const flat = Array.isArray(headers) ? headers : Object.entries(headers).flat();
  for (let at = 0; at < flat.length; at += 2) {
    const [name, value] = [flat[at], flat[at + 1]];
    all[name] = all[name] === undefined ? value : [all[name], value].flat();
  }
  return {
    getResponseCode: () => status,
    getAllHeaders: () => all,
    getHeaders: () => all,
    getContent: () => toSigned(bytes),
    getContentText: (charset = "UTF-8") => new TextDecoder(charset, { ignoreBOM: true }).decode(bytes),
    getBlob: () => blob(bytes, all["Content-Type"] ?? all["content-type"]),
  };
}

// --- Utilities -------------------------------------------------------------------------------------------------------

function utilities() {
  const utf8 = (value) => (typeof value === "string" ? Buffer.from(value, "utf8") : toBuffer(value));
  return {
    Charset: { UTF_8: "UTF_8", US_ASCII: "US_ASCII" },
    DigestAlgorithm: { SHA_256: "sha256", MD5: "md5" },
    computeDigest(algorithm, value, charset) {
      if (typeof value === "string" && charset !== "UTF_8") throw new Error("text without UTF_8 is hashed as US-ASCII");
      return toSigned(createHash(algorithm).update(utf8(value)).digest());
    },
    computeHmacSha256Signature(value, key) {
      if (typeof value !== typeof key) throw new Error("value and key must both be text or both be bytes");
      return toSigned(createHmac("sha256", utf8(key)).update(utf8(value)).digest());
    },
    newBlob: (data, contentType, name) => blob(utf8(data), contentType, name),
    base64Encode: (data) => utf8(data).toString("base64"),
    base64Decode: (text) => toSigned(Buffer.from(text, "base64")),
    getUuid: () => randomUUID(),
    sleep(ms) {
      if (!Number.isInteger(ms) || ms < 0 || ms > 300_000) throw new Error("Utilities.sleep takes up to 300000 ms");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
    formatDate(date, timeZone, format) {
      if (format !== "yyyy-MM-dd") throw new Error(`this stand-in cannot format ${format}`);
      const settings = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" };
      const parts = new Intl.DateTimeFormat("en-CA-u-ca-iso8601", settings).formatToParts(new Date(date.getTime()));
      const named = Object.fromEntries(parts.map((part) => [part.type, part.value]));
      return `${named.year.padStart(4, "0")}-${named.month}-${named.day}`;
    },
  };
}

function blob(bytes, contentType = null, name = null) {
  return {
    getBytes: () => toSigned(bytes),
    getDataAsString: () => bytes.toString("utf8"),
    getContentType: () => contentType,
    getName: () => name,
  };
}

/** Apps Script has bytes from -128 to 127. */
export function toSigned(bytes) {
  return Array.from(bytes, (byte) => (byte > 127 ? byte - 256 : byte));
}

export function toBuffer(value) {
  if (typeof value === "string") return Buffer.from(value, "utf8");
  if (!Array.isArray(value)) return Buffer.from(value.getBytes());
  for (const byte of value) {
    if (!Number.isInteger(byte) || byte < -128 || byte > 127) throw new Error(`not a byte of Apps Script: ${byte}`);
  }
  return Buffer.from(value);
}

// --- Properties and locks --------------------------------------------------------------------------------------------

function store() {
  const values = new Map();
  const size = () => [...values].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  const properties = {
    getProperty: (name) => values.get(name) ?? null,
    setProperty(name, value) {
      const text = String(value);
      if (Buffer.byteLength(text) > PROPERTY_LIMIT) throw new Error("Argument too large: value");
      values.set(name, text);
      if (size() > STORE_LIMIT) throw new Error("Properties storage quota exceeded");
      return properties;
    },
    deleteProperty(name) {
      values.delete(name);
      return properties;
    },
    getProperties: () => Object.fromEntries(values),
    getKeys: () => [...values.keys()],
  };
  return properties;
}

function lock() {
  let isHeld = false;
  const taken = {
    tryLock() {
      isHeld = true;
      return true;
    },
    waitLock: () => void taken.tryLock(),
    hasLock: () => isHeld,
    releaseLock() {
      isHeld = false;
    },
  };
  return taken;
}

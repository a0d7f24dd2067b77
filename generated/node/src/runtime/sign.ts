/** A request to an AWS Signature Version 4, equal to botocore's for every method, path, query, body and clock. */

import { createHash, createHmac } from "node:crypto";

export interface SigningKeys {
  /** `<32 hex>.sql.my/<user>`: it may hold a slash. */
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly service: string;
  readonly sessionToken?: string | undefined;
}

export interface Unsigned {
  readonly method: string;
  /** The complete URL, exactly as it goes out. */
  readonly url: string;
  /** Headers to sign besides `host` and the `x-amz-*` headers that are added here. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export interface Signed {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly authorization: string;
  /** The headers that signing adds, `Authorization` last. `Host` is among them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export function sha256(data: string | Uint8Array): string {
  return data.length === 0 ? EMPTY_SHA256 : createHash("sha256").update(data).digest("hex");
}

export function sign(request: Unsigned, keys: SigningKeys, now: Date): Signed {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const { host, path, query } = splitUrl(request.url);
  const payload = sha256(request.body);
  const added: [string, string][] = [
    ["Host", host],
    ["X-Amz-Date", time],
    ["X-Amz-Content-Sha256", payload],
  ];
  if (keys.sessionToken !== undefined) added.push(["X-Amz-Security-Token", keys.sessionToken]);

  const headers = new Map<string, string[]>();
  for (const [name, value] of [...request.headers, ...added]) {
    const lower = name.toLowerCase();
    headers.set(lower, [...(headers.get(lower) ?? []), value.trim().split(/\s+/).join(" ")]);
  }
  const names = [...headers.keys()].sort();
  const canonicalRequest = [
    request.method.toUpperCase(),
    canonicalPath(path),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(headers.get(name) ?? []).join(",")}`),
    "",
    names.join(";"),
    payload,
  ].join("\n");

  const scope = `${day}/${keys.region}/${keys.service}/aws4_request`;
  const stringToSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonicalRequest)].join("\n");
  const signature = createHmac("sha256", signingKey(keys, day)).update(stringToSign).digest("hex");
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { canonicalRequest, stringToSign, authorization, headers: [...added, ["Authorization", authorization]] };
}

/** Host header, path and query of a URL as they are written; `new URL` would rewrite some of it. */
export function splitUrl(url: string): { host: string; path: string; query: string } {
  const match = /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(url);
  if (!match) throw new TypeError(`not an http or https URL: ${JSON.stringify(url)}`);
  const [, scheme = "", authority = "", path = "", query = ""] = match;
  const standard = scheme.toLowerCase() === "https" ? /:(?:443)?$/ : /:(?:80)?$/;
  const host = authority
    .slice(authority.lastIndexOf("@") + 1)
    .toLowerCase()
    .replace(standard, "");
  return { host, path, query };
}

/** Dot segments and doubled slashes resolved, then everything but unreserved characters and slashes encoded (again). */
export function canonicalPath(path: string): string {
  if (path === "") return "/";
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const closing = path.endsWith("/") && kept.length > 0 ? "/" : "";
  return `/${kept.map(encodeUnreserved).join("/")}${closing}`;
}

/** The pairs as they are written, sorted by name and then value. */
export function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query.split("&").map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? ([pair, ""] as const) : ([pair.slice(0, equals), pair.slice(equals + 1)] as const);
  });
  pairs.sort(([a, x], [b, y]) => byCodePoint(a, b) || byCodePoint(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

/** Percent-encodes the UTF-8 bytes of all but `A-Za-z0-9-._~`. */
export function encodeUnreserved(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

let cached: { readonly id: string; readonly key: Buffer } | undefined;

/** The key of the day. It is the same for all requests of a day, so the last one is kept. */
function signingKey(keys: SigningKeys, day: string): Buffer {
  const id = [keys.secretKey, day, keys.region, keys.service].join("\n");
  if (cached?.id !== id) {
    const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
    const key = hmac(hmac(hmac(hmac(`AWS4${keys.secretKey}`, day), keys.region), keys.service), "aws4_request");
    cached = { id, key };
  }
  return cached.key;
}

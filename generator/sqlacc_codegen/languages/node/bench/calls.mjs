// Calls of the client and bare signed requests, to milliseconds of each; run.sh says how it is started.

import { createHash, createHmac } from "node:crypto";
import { pathToFileURL } from "node:url";

const [, , module, calls] = process.argv;
const { SqlAccount } = await import(pathToFileURL(module).href);
const { SQLACC_BASE_URL: BASE, SQLACC_ACCESS_KEY: ACCESS, SQLACC_SECRET_KEY: SECRET } = process.env;
const NAMES = "host;x-amz-content-sha256;x-amz-date";
const ROUNDS = 7;

const mac = (key, text) => createHmac("sha256", key).update(text).digest();
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** The least that a signed request takes. */
async function bare(method, target, record) {
  const body = record === undefined ? undefined : JSON.stringify(record);
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${stamp.slice(0, 8)}/ap-southeast-5/sqlaccount/aws4_request`;
  const [path, query = ""] = target.split("?");
  const digest = sha256(body ?? "");
  const lines = `host:${BASE.split("//")[1]}\nx-amz-content-sha256:${digest}\nx-amz-date:${stamp}\n`;
  const canonical = [method, path, query, lines, NAMES, digest].join("\n");
  const text = ["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)].join("\n");
  const signature = mac(scope.split("/").reduce(mac, `AWS4${SECRET}`), text).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${ACCESS}/${scope}, SignedHeaders=${NAMES}, Signature=${signature}`;
  const headers = { "x-amz-content-sha256": digest, "x-amz-date": stamp, authorization };
  return (await fetch(BASE + target, { method, headers, body })).json();
}

/** Milliseconds of a call of each, the best of several rounds taken in turn. */
async function best(...works) {
  const found = works.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [place, work] of works.entries()) {
      const start = performance.now();
      for (let call = 0; call < Number(calls); call++) await work();
      found[place] = Math.min(found[place], (performance.now() - start) / Number(calls));
    }
  }
  return found;
}

const invoices = new SqlAccount().salesInvoices;
const line = { itemcode: "ANT", qty: "2.00", unitprice: "25.10" };
const fresh = { code: "300-G0002", docdate: "2026-01-15", sdsdocdetail: [line, line, line] };
const stored = (await bare("GET", "/salesinvoice/35")).data[0];
const read = await invoices.get(35);
const changed = { ...stored, description: "changed", updatecount: stored.updatecount + 1 };
const amounts = (rows) => rows.map((row) => row.docamt);
const pairs = {
  create: [
    async () => (await bare("POST", "/salesinvoice", fresh)).docno,
    async () => (await invoices.create(fresh)).docno,
  ],
  get: [
    async () => (await bare("GET", "/salesinvoice/35")).data[0].docamt,
    async () => (await invoices.get(35)).docamt,
  ],
  update: [
    async () => (await bare("PUT", "/salesinvoice/35", changed)).docno,
    async () => (await invoices.update(read, { description: "changed" })).docno,
  ],
  list: [
    async () => amounts((await bare("GET", "/salesinvoice?limit=50&offset=0")).data),
    async () => amounts((await invoices.list()).records),
  ],
};
for (const [call, works] of Object.entries(pairs)) {
  const [bare_ms, client_ms] = await best(...works);
  console.log(JSON.stringify({ call, bare_ms, client_ms }));
}

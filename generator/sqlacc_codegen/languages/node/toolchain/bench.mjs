// What a call costs: this client beside a bare signed fetch, over loopback, and what it does without a network.
// Run: node bench.mjs DIST, with DIST the built package (check.sh builds one; or node scripts/build.mjs DIST).

import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { SqlAccount } = await import(
  pathToFileURL(resolve(process.argv[2] ?? "dist", "esm/index.js")).href
);
const CALLS = 3000;
const lines = Array.from({ length: 10 }, (_one, n) => ({
  dtlkey: n + 1,
  itemcode: "ANT",
  qty: "2.00",
  unitprice: "25.10",
}));
const record = {
  dockey: 35,
  docno: "IV-00001",
  docdate: "2026-01-15",
  code: "300-A0001",
  sdsdocdetail: lines,
};
const answer = JSON.stringify({ data: [record] });
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(answer);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const baseUrl = `http://127.0.0.1:${server.address().port}`;
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** The least that a signed request takes. */
async function bare() {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/ap-southeast-5/sqlaccount/aws4_request`;
  const canonical = `GET\n/salesinvoice/35\n\nhost:${baseUrl.slice(7)}\nx-amz-date:${time}\n\nhost;x-amz-date\n${createHash("sha256").digest("hex")}`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
  const key = scope.split("/").reduce(hmac, "AWS4secret");
  const authorization = `AWS4-HMAC-SHA256 Credential=k/${scope}, SignedHeaders=host;x-amz-date, Signature=${hmac(key, text).toString("hex")}`;
  const response = await fetch(`${baseUrl}/salesinvoice/35`, {
    headers: { "x-amz-date": time, authorization },
  });
  return response.json();
}

async function microseconds(work, calls = CALLS) {
  for (let n = 0; n < calls / 10; n++) await work();
  const start = performance.now();
  for (let n = 0; n < calls; n++) await work();
  return Math.round(((performance.now() - start) / calls) * 1000);
}

const keys = { accessKey: "k", secretKey: "secret" };
const client = new SqlAccount({ ...keys, baseUrl });
const response = {
  status: 200,
  headers: [],
  arrayBuffer: async () => new TextEncoder().encode(answer).buffer,
};
const offline = new SqlAccount({
  ...keys,
  baseUrl,
  fetch: async () => response,
});
const { dockey, ...fresh } = record;
console.log("microseconds a call");
console.log(
  `bare signed fetch, JSON.parse         ${await microseconds(bare)}`,
);
console.log(
  `client.salesInvoices.get, loopback    ${await microseconds(() => client.salesInvoices.get(dockey))}`,
);
console.log(
  `client.salesInvoices.get, no network  ${await microseconds(() => offline.salesInvoices.get(dockey))}`,
);
console.log(
  `client.salesInvoices.create, the same ${await microseconds(() => offline.salesInvoices.create(fresh))}`,
);
server.close();

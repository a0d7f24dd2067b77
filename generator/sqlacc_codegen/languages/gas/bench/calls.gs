// Calls of the client and bare signed requests, to milliseconds of each; run.mjs says how it is started.
/* global Sqlacc, UrlFetchApp, Utilities, PropertiesService, now */
/* exported measure */

const NAMES = "host;x-amz-content-sha256;x-amz-date";
const ROUNDS = 5;

const bytes = (text) => Utilities.newBlob(text).getBytes();
const hex = (signed) => signed.map((byte) => (byte & 255).toString(16).padStart(2, "0")).join("");
const mac = (key, text) => Utilities.computeHmacSha256Signature(bytes(text), key);
const sha256 = (text) => hex(Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, text, Utilities.Charset.UTF_8));

/** The least that a signed request takes. */
function bare(method, target, record) {
  const settings = PropertiesService.getScriptProperties().getProperties();
  const base = settings.SQLACC_BASE_URL;
  const payload = record === undefined ? undefined : JSON.stringify(record);
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${stamp.slice(0, 8)}/ap-southeast-5/sqlaccount/aws4_request`;
  const [path, query = ""] = target.split("?");
  const digest = sha256(payload || "");
  const lines = `host:${base.split("//")[1]}\nx-amz-content-sha256:${digest}\nx-amz-date:${stamp}\n`;
  const canonical = [method, path, query, lines, NAMES, digest].join("\n");
  const text = ["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce(mac, bytes(`AWS4${settings.SQLACC_SECRET_KEY}`));
  const credential = `Credential=${settings.SQLACC_ACCESS_KEY}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${NAMES}, Signature=${hex(mac(key, text))}`;
  const headers = { "x-amz-content-sha256": digest, "x-amz-date": stamp, authorization };
  const request = { method: method.toLowerCase(), headers, payload, contentType: "application/json" };
  return JSON.parse(UrlFetchApp.fetch(base + target, request).getContentText());
}

/** Milliseconds of a call of each, the best of several rounds taken in turn. */
function best(calls, works) {
  const found = works.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    works.forEach((work, place) => {
      const start = now();
      for (let call = 0; call < calls; call++) work();
      found[place] = Math.min(found[place], (now() - start) / calls);
    });
  }
  return found;
}

function measure(calls) {
  const invoices = Sqlacc.connect().salesInvoices;
  const line = { itemcode: "ANT", qty: "2.00", unitprice: "25.10" };
  const fresh = { code: "300-G0002", docdate: "2026-01-15", sdsdocdetail: [line, line, line] };
  const stored = bare("GET", "/salesinvoice/35").data[0];
  const read = invoices.get(35);
  const changed = { ...stored, description: "changed", updatecount: stored.updatecount + 1 };
  const amounts = (rows) => rows.map((row) => row.docamt);
  const pairs = {
    create: [() => bare("POST", "/salesinvoice", fresh).docno, () => invoices.create(fresh).docno],
    get: [() => bare("GET", "/salesinvoice/35").data[0].docamt, () => invoices.get(35).docamt],
    update: [
      () => bare("PUT", "/salesinvoice/35", changed).docno,
      () => invoices.update(read, { description: "changed" }).docno,
    ],
    list: [
      () => amounts(bare("GET", "/salesinvoice?limit=50&offset=0").data),
      () => amounts(invoices.list().records),
    ],
  };
  for (const [call, works] of Object.entries(pairs)) {
    const [bare_ms, client_ms] = best(calls, works);
    console.log(JSON.stringify({ call, bare_ms, client_ms }));
  }
}

// Signing, tries, errors, and what never leaves.

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { answers, clientOf, errorOf, KEYS, world } from "./world.mjs";

const { Sqlacc, lines, services } = world();
const BUSY = { status: 503, body: { message: "busy" } };
const LATE = new Error("Timeout: https://api.example");
const RECORD = {
  code: "300-A0001",
  docno: "IV-1",
  docdate: "2026-01-15",
  sdsdocdetail: [{ itemcode: "ANT", qty: "1" }],
};

test("the signature is botocore's", () => {
  const unsigned = { method: "GET", url: "https://api.sql.my/salesinvoice/*?docno=A%20B", headers: [], body: "" };
  const keys = { accessKey: "AKID/ADMIN", secretKey: "secret", region: "ap-southeast-5", service: "sqlaccount" };
  const signed = Sqlacc.sign(unsigned, keys, new Date("2026-01-15T23:59:59Z"));
  assert.equal(signed.canonicalRequest.split("\n")[1], "/salesinvoice/%2A");
  assert.match(signed.authorization, /Signature=263d651e788b26003aafe2ed37fd722b65d7197c8ae6c495bdbd1f8f175b60ae$/);
});

test("UrlFetchApp is told what it must be, and not what it refuses", () => {
  const transport = answers({ body: { dockey: 1 } });
  clientOf(Sqlacc, transport).client.salesInvoices.create(RECORD);
  const [{ url, headers, ...params }] = transport.asked;
  assert.equal(url, "https://api.example/salesinvoice");
  assert.equal(params.muteHttpExceptions, true);
  assert.equal(params.followRedirects, false);
  assert.equal(params.escaping, false);
  assert.equal(params.contentType, "application/json");
  assert.ok(Array.isArray(params.payload));
  assert.equal(headers.Host, undefined);
  assert.match(headers.Authorization, /SignedHeaders=content-type;host;/);
});

test("reads are tried again, with growing waits and what Retry-After says", () => {
  const wait = { status: 429, headers: { "Retry-After": "7" }, body: "slow down" };
  const { client, waits } = clientOf(Sqlacc, answers(BUSY, LATE, wait, { body: { data: [] } }));
  assert.equal(client.agents.list().count, 0);
  assert.deepEqual(waits, [500, 1000, 7000]);
});

test("tries end, and the server's words stay", () => {
  const transport = answers(BUSY);
  const error = errorOf(() => clientOf(Sqlacc, transport).client.agents.list());
  assert.ok(error instanceof Sqlacc.ServerError);
  assert.equal(error.serverMessage, "busy");
  assert.equal(transport.asked.length, 4);
});

test("a write is never sent again once it may have arrived", () => {
  for (const trouble of [LATE, new Error("何かのエラー"), BUSY, { status: 502, body: "<html>bad gateway</html>" }]) {
    const transport = answers(trouble, { body: { data: [{ docno: "IV-1", dockey: 5 }] } });
    const error = errorOf(() => clientOf(Sqlacc, transport).client.salesInvoices.create(RECORD));
    assert.ok(error instanceof Sqlacc.AmbiguousWriteError);
    assert.equal(transport.asked.length, 1);
    assert.equal(error.check().dockey, 5);
  }
});

test("a write that was never sent, or refused before it was looked at, is sent again", () => {
  for (const trouble of [new Error("DNS error: https://api.example"), { status: 429, body: "slow down" }]) {
    const transport = answers(trouble, { body: { dockey: 1 } });
    clientOf(Sqlacc, transport).client.salesInvoices.create(RECORD);
    assert.equal(transport.asked.length, 2);
  }
});

test("errors by what the server says", () => {
  const refusals = [
    [400, { message: "Record not found" }, "NotFoundError"],
    [404, "", "NotFoundError"],
    [401, { message: "no" }, "AuthenticationError"],
    [403, "<html><title>Forbidden</title></html>", "AuthenticationError"],
    [400, { error: { message: "record has been changed by another user" } }, "StaleRecordError"],
    [429, "", "RateLimitError"],
    [500, { error: "boom" }, "ServerError"],
    [418, "tea", "ApiError"],
  ];
  for (const [status, body, name] of refusals) {
    const { client } = clientOf(Sqlacc, answers({ status, body }), { retry: { attempts: 1 } });
    assert.equal(errorOf(() => client.agents.get("A")).name, name, `${status} ${JSON.stringify(body)}`);
  }
});

test("answers that are none", () => {
  const odd = [
    { body: "<html>login</html>" },
    { body: '{"data":[{"code":"A' },
    { status: 302, headers: { Location: "https://elsewhere.example" } },
    { body: { message: "failed, but with status 200" } },
  ];
  for (const one of odd) {
    const error = errorOf(() => clientOf(Sqlacc, answers(one)).client.agents.get("A"));
    assert.ok(error instanceof Sqlacc.UnexpectedResponseError, inspect(one));
  }
  assert.equal(clientOf(Sqlacc, answers({ body: "" })).client.agents.create({ code: "A", description: "A" }), null);
});

test("a clock that is wrong is told as such", () => {
  const headers = { date: new Date(Date.now() + 3_600_000).toUTCString() };
  const refused = { status: 401, headers, body: { message: "Unauthorized" } };
  const error = errorOf(() => clientOf(Sqlacc, answers(refused)).client.agents.list());
  assert.ok(error instanceof Sqlacc.ClockSkewError);
  assert.match(error.message, /s behind the server's/);
});

test("no secret gets into errors, logs or dumps", () => {
  const log = [];
  const refused = { status: 400, body: { message: `bad key ${KEYS.secretKey}` } };
  const { client } = clientOf(Sqlacc, answers(refused), { log: (line) => log.push(line) });
  const error = errorOf(() => client.agents.list());
  const all = [
    error.stack,
    ...[error, client].map((one) => inspect(one, { depth: 9 })),
    JSON.stringify(error),
    ...log,
    ...lines,
  ].join("\n");
  assert.doesNotMatch(all, /top-secret/);
  assert.equal(log.length, 1);
});

test("shouldStop cancels between requests", () => {
  const transport = answers(BUSY);
  let asked = 0;
  const { client } = clientOf(Sqlacc, transport, { shouldStop: () => ++asked > 2 });
  assert.equal(errorOf(() => client.agents.list()).kind, "cancelled");
  assert.equal(transport.asked.length, 2);
});

test("keys come from options, a profile, or properties", () => {
  assert.equal(errorOf(() => Sqlacc.connect()).kind, "configuration");
  Sqlacc.saveProfile("demo", { accessKey: "A", secretKey: "demo-secret", baseUrl: "https://demo.example/" });
  const transport = answers({ body: {} });
  const client = Sqlacc.connect({ profile: "demo", transport });
  assert.equal(client.profile, "demo");
  client.raw({ method: "GET", path: "/pmmethod" });
  assert.equal(transport.asked[0].url, "https://demo.example/pmmethod");
  services.PropertiesService.getScriptProperties().setProperty("SQLACC_PROFILE", "demo");
  assert.equal(Sqlacc.connect().profile, "demo");
  Sqlacc.deleteProfile("demo");
  assert.equal(errorOf(() => Sqlacc.connect()).kind, "configuration");
});

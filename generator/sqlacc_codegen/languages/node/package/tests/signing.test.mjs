import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { ConfigurationError, sign, SqlAccount, UsageError, ValidationError } from "sqlacc-client";

const KEYS = {
  accessKey: "AKIDEXAMPLE",
  secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region: "ap-southeast-5",
  service: "sqlaccount",
};
const NOW = new Date("2026-01-15T23:59:59Z");
const NOTHING = new Uint8Array();

function signed(url, headers = [], body = NOTHING, method = "GET") {
  return sign({ method, url, headers, body }, KEYS, NOW);
}

// Expected signatures were computed with botocore 1.44.
test("signatures equal botocore's", () => {
  const cases = [
    [
      "GET",
      "https://api.sql.my/salesinvoice/*?docno=A%20B&code=x",
      [],
      "",
      "ea0fc05454ce0a42a6e2506ff59ffbe555554d4d8cabbd17077a996de57be1cb",
    ],
    [
      "GET",
      "https://api.sql.my/agent/%28x%29%20%E4%B8%AD?b=2&a=~&a=*&c",
      [],
      "",
      "7aac6ffdebd3dca8ea59284a7fdffaab092a0f92bc74540f278d158d44caa76a",
    ],
    [
      "GET",
      "https://api.sql.my/salesinvoice/35",
      [["Content-Type", "application/pdf;template=Sales Invoice 8 (SST 1)"]],
      "",
      "66ddac277a8c4f3d4c02eabccf02e58ec80b3c4f0e5c7d5712d8c3e5d2621c52",
    ],
    [
      "POST",
      "https://api.sql.my:443/a//b/../c/",
      [["Content-Type", "application/json"]],
      '{"a":"中😀"}',
      "db488ba3802aa1375f9a68dbebaf308cb9e1f0070a46933184d4ad91352419dc",
    ],
    [
      "DELETE",
      "http://127.0.0.1:8080/customer/300%2F1",
      [],
      "",
      "7158553a46c380144b5d07b48c4d9e2118d34fbe23c7fe77baf2622d8c87ca7d",
    ],
  ];
  for (const [method, url, headers, body, signature] of cases) {
    const { authorization } = signed(url, headers, new TextEncoder().encode(body), method);
    assert.ok(authorization.endsWith(`Signature=${signature}`), `${method} ${url}`);
  }
});

test("the star of the detail form is sent as it is and signed encoded", () => {
  const { canonicalRequest } = signed("https://api.sql.my/salesinvoice/*?docno=A%20B&code=x");
  assert.deepEqual(canonicalRequest.split("\n").slice(0, 3), ["GET", "/salesinvoice/%2A", "code=x&docno=A%20B"]);
});

test("what is signed is what reaches fetch", async () => {
  let seen;
  const fetch = (url, init) => {
    seen = { url, init };
    return Promise.resolve(new Response('{"data":[]}'));
  };
  const client = new SqlAccount({ ...KEYS, fetch, now: () => NOW });
  await client.agents.list({ where: { code: "(A) B/'!*~" } });
  assert.equal(seen.url, "https://api.sql.my/agent?code=%28A%29%20B%2F%27%21*~&offset=0&limit=50");
  const authorization = seen.init.headers.find(([name]) => name === "Authorization")[1];
  assert.equal(authorization, signed(seen.url).authorization);
  assert.equal(seen.init.redirect, "manual");

  await assert.rejects(client.agents.get(".."), ValidationError);
  await assert.rejects(client.raw({ method: "GET", path: "/a/%2e%2e/b" }), UsageError);
  await assert.rejects(client.raw({ method: "GET", path: "/a b" }), UsageError);
});

test("the PDF header goes out raw, in UTF-8", async () => {
  let headers;
  const fetch = (_url, init) => {
    headers = new Map(init.headers);
    return Promise.resolve(new Response("%PDF-1.4 %%EOF"));
  };
  const client = new SqlAccount({ ...KEYS, fetch });
  await client.salesInvoices.pdf(1);
  assert.equal(headers.get("Content-Type"), "application/pdf;template=Sales Invoice 8 (SST 1)");
  await client.salesInvoices.pdf(1, { template: "发票" });
  assert.equal(Buffer.from(headers.get("Content-Type"), "latin1").toString("utf8"), "application/pdf;template=发票");
  await assert.rejects(client.salesInvoices.pdf(1, { template: "a\r\nX: y" }), ValidationError);
});

test("no secret shows in a client, an error or a log", async () => {
  const lines = [];
  const fetch = () => Promise.resolve(new Response(`{"message":"no ${KEYS.secretKey}"}`, { status: 401 }));
  const client = new SqlAccount({ ...KEYS, fetch, log: (line) => lines.push(line), profile: "demo" });
  const error = await client.ping().catch((reason) => reason);
  assert.equal(error.kind, "authentication");
  assert.match(error.message, /profile demo.*no \[redacted\]/);
  const shown = [inspect(client, { depth: 9, showHidden: true }), inspect(error, { depth: 9 }), ...lines].join("\n");
  for (const secret of [KEYS.secretKey, "Signature="]) assert.equal(shown.includes(secret), false);
  assert.equal(lines.length, 1);
});

test("settings that cannot work are told at once", () => {
  assert.throws(() => new SqlAccount({ accessKey: "a" }), ConfigurationError);
  assert.throws(() => new SqlAccount({ ...KEYS, baseUrl: "ftp://x" }), ConfigurationError);
  assert.throws(() => new SqlAccount({ profile: "x", profilesFile: "/nowhere" }), ConfigurationError);
});

// The stand-in for the services of Apps Script behaves as the services are documented.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { services } from "../driver/apps-script.mjs";

const SERVER = `
  const server = require("node:http").createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { url, method, headers } = request;
      if (url === "/away") return response.writeHead(302, { Location: "/there" }).end();
      if (url === "/late") return;
      if (url === "/cut") return response.writeHead(200, { "Content-Length": "10" }).write("abc", () => response.destroy());
      const status = url === "/missing" ? 404 : 200;
      response.writeHead(status, { "Set-Cookie": ["a=1", "b=2"] });
      response.end(JSON.stringify({ url, method, headers, body: Buffer.concat(chunks).toString("hex") }));
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;
const { UrlFetchApp, Utilities, PropertiesService } = services({ timeoutMs: 500 });
let child;
let base;

before(async () => {
  child = spawn(process.execPath, ["-e", SERVER], { stdio: ["ignore", "pipe", "inherit"] });
  base = `http://127.0.0.1:${await new Promise((done) => child.stdout.once("data", (data) => done(String(data).trim())))}`;
});
after(() => child.kill());

const json = (response) => JSON.parse(response.getContentText());

test("bytes go out as they are, the URL as it is written", () => {
  const params = { method: "post", payload: [-1, 0, 127], contentType: "application/json", escaping: false };
  const seen = json(UrlFetchApp.fetch(`${base}/a/*?b=%7E'`, params));
  assert.equal(seen.url, "/a/*?b=%7E'");
  assert.equal(seen.body, "ff007f");
  assert.equal(seen.headers["content-type"], "application/json");
  assert.equal(json(UrlFetchApp.fetch(`${base}/a/*`)).url, "/a/%2A");
});

test("headers that UrlFetchApp keeps for itself are refused", () => {
  assert.throws(() => UrlFetchApp.fetch(base, { headers: { Host: "x" } }), /Attribute provided with invalid value/);
});

test("statuses throw unless they are muted, redirects are followed unless told otherwise", () => {
  assert.throws(() => UrlFetchApp.fetch(`${base}/missing`), /returned code 404/);
  assert.equal(UrlFetchApp.fetch(`${base}/missing`, { muteHttpExceptions: true }).getResponseCode(), 404);
  assert.equal(json(UrlFetchApp.fetch(`${base}/away`)).url, "/there");
  assert.equal(UrlFetchApp.fetch(`${base}/away`, { followRedirects: false }).getResponseCode(), 302);
});

test("failures have UrlFetchApp's words", () => {
  assert.throws(() => UrlFetchApp.fetch("http://127.0.0.1:9/"), /^Error: Address unavailable: /);
  assert.throws(() => UrlFetchApp.fetch("http://nowhere.invalid/"), /^Error: DNS error: /);
  assert.throws(() => UrlFetchApp.fetch(`${base}/late`), /^Error: Timeout: /);
  assert.throws(() => UrlFetchApp.fetch(`${base}/cut`), /^Error: Unexpected error: /);
});

test("fetchAll keeps the order; repeated headers are lists; bytes are signed", () => {
  const found = UrlFetchApp.fetchAll([1, 2, 3].map((n) => ({ url: `${base}/${n}` })));
  assert.deepEqual(
    found.map((response) => json(response).url),
    ["/1", "/2", "/3"],
  );
  assert.deepEqual(found[0].getAllHeaders()["Set-Cookie"], ["a=1", "b=2"]);
  assert.deepEqual(Utilities.newBlob("é").getBytes(), [-61, -87]);
});

test("hashes are those of the bytes", () => {
  const { computeDigest, computeHmacSha256Signature, DigestAlgorithm, Charset } = Utilities;
  const hex = (bytes) => Buffer.from(bytes).toString("hex").slice(0, 8);
  assert.equal(hex(computeDigest(DigestAlgorithm.SHA_256, "é", Charset.UTF_8)), "4a99557e");
  assert.equal(hex(computeHmacSha256Signature([104, 105], [107])), "233f8e9a");
  assert.throws(() => computeDigest(DigestAlgorithm.SHA_256, "é"), /US-ASCII/);
});

test("properties have limits", () => {
  const properties = PropertiesService.getUserProperties();
  assert.throws(() => properties.setProperty("a", "x".repeat(10_000)), /too large/);
  assert.equal(properties.getProperty("a"), null);
});

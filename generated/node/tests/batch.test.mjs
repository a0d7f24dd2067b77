import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ConfigurationError } from "sqlacc-client";
import { FakeServer } from "sqlacc-client/testing";

const RECORDS = ["A", "B", "C"].map((code) => ({ code, description: `agent ${code}` }));

function journalPath() {
  return join(mkdtempSync(join(tmpdir(), "sqlacc-")), "journal");
}

function statuses(results) {
  return results.map((result) => result.status).join(" ");
}

test("a result for each record, and a line for each step", async () => {
  const server = new FakeServer();
  const journal = journalPath();
  const progress = [];
  server.answerNext({ status: 400, body: { message: "attempt to store duplicate value" } });
  const options = { journal, onProgress: ({ done, total }) => progress.push(`${done}/${total}`) };
  const results = await server.client().agents.createMany(RECORDS, options);
  assert.equal(statuses(results), "failed created created");
  assert.equal(results[0].error.kind, "duplicate");
  assert.deepEqual(progress, ["1/3", "2/3", "3/3"]);
  const lines = readFileSync(journal, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ n, state }) => `${n} ${state}`),
    ["0 started", "0 failed", "1 started", "1 done", "2 started", "2 done"],
  );
  assert.match(lines[0].key, /^[0-9a-f]{64}$/);

  const again = await server.client().agents.createMany(RECORDS, { journal });
  assert.equal(statuses(again), "created found found");
  assert.equal(server.records("agents").length, 3);
});

test("a run that was cut short goes on without booking twice", async () => {
  const server = new FakeServer();
  const journal = journalPath();
  await server.client().agents.createMany(RECORDS, { journal });
  const lines = readFileSync(journal, "utf8").trim().split("\n");
  // As a crash leaves it: B was sent and is stored, but the journal says only that it was begun; the last line is torn.
  writeFileSync(journal, `${lines.slice(0, 3).join("\n")}\n${lines[3].slice(0, 20)}`);
  writeFileSync(`${journal}.lock`, "");
  const sent = server.requests.length;
  const results = await server
    .client()
    .agents.createMany(RECORDS.slice(0, 2).concat({ code: "D", description: "d" }), { journal });
  assert.equal(statuses(results), "found found created");
  assert.deepEqual(
    server.requests.slice(sent).map((request) => request.method),
    ["GET", "POST"],
  );
  assert.equal(server.records("agents").length, 4);
});

test("what nothing identifies is left alone when its fate is unknown", async () => {
  const server = new FakeServer();
  const journal = journalPath();
  const payment = { docdate: "2026-01-15", code: "300-A0001", paymentmethod: "310-001", docamt: "10.00" };
  server.answerNext(new Error("reset"));
  assert.equal(statuses(await server.client().customerPayments.createMany([payment], { journal })), "unknown");
  assert.equal(statuses(await server.client().customerPayments.createMany([payment], { journal })), "unknown");
  assert.equal(server.requests.length, 1);
});

test("ensure finds before it creates", async () => {
  const server = new FakeServer();
  const client = server.client();
  const once = await client.agents.ensureMany([...RECORDS, ...RECORDS], { by: "code" });
  assert.equal(statuses(once), "created created created found found found");
  const { created, record } = await client.agents.ensure({ code: "A", description: "other" }, { by: "code" });
  assert.deepEqual([created, record.description], [false, "agent A"]);
});

test("the journal of other records, or one in use, is refused", async () => {
  const server = new FakeServer();
  const journal = journalPath();
  await server.client().agents.createMany(RECORDS, { journal });
  await assert.rejects(server.client().agents.createMany(RECORDS.toReversed(), { journal }), ConfigurationError);
  writeFileSync(`${journal}.lock`, String(process.pid));
  await assert.rejects(server.client().agents.createMany(RECORDS, { journal }), /in use/);
  const other = journalPath();
  appendFileSync(other, "not a journal\n");
  await assert.rejects(server.client().agents.createMany(RECORDS, { journal: other }), ConfigurationError);
});

test("a journal belongs to one server and key", async () => {
  const server = new FakeServer();
  const journal = journalPath();
  const keys = { baseUrl: "https://api.sql.my", accessKey: "0123456789abcdef0123456789abcdef.sql.my/APIUSER" };
  const run = (settings) =>
    server.client({ ...keys, secretKey: "x", ...settings }).agents.createMany(RECORDS, { journal });
  assert.equal(statuses(await run()), "created created created");
  const whole = readFileSync(journal, "utf8");
  for (const line of whole.trim().split("\n")) {
    assert.equal(JSON.parse(line).account, "cc8fe5f26c282729"); // the same in the tests of every language
  }
  const sent = server.requests.length;
  for (const other of [{ accessKey: "other.sql.my/APIUSER" }, { baseUrl: "https://sandbox.invalid" }]) {
    await assert.rejects(run(other), (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.equal(error.kind, "configuration");
      assert.match(error.message, /journal .* was begun with other keys or on another server/);
      return !error.message.includes("APIUSER");
    });
  }
  assert.equal(readFileSync(journal, "utf8"), whole);
  assert.equal(statuses(await run({ baseUrl: "HTTPS://API.sql.my:443/", secretKey: "new" })), "found found found");
  assert.equal(server.requests.length, sent);
  writeFileSync(journal, whole.replaceAll('"account":"cc8fe5f26c282729",', "")); // of an older version
  assert.equal(statuses(await run({ baseUrl: "https://sandbox.invalid" })), "found found found");
});

test("it stops at the first failure when asked to, and runs side by side when asked to", async () => {
  const server = new FakeServer();
  server.answerNext({ status: 400, body: { message: "no" } });
  const stopped = await server.client().agents.createMany(RECORDS, { stopOnError: true });
  assert.equal(statuses(stopped), "failed skipped skipped");
  assert.equal(
    statuses(await server.client().agents.createMany(RECORDS, { concurrency: 3 })),
    "created created created",
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AmbiguousWriteError,
  CancelledError,
  ConnectionError,
  LineNotRemovedError,
  MultipleFoundError,
  NotFoundError,
  ServerError,
  StaleRecordError,
  TimeoutError,
  UnexpectedResponseError,
  UsageError,
  ValidationError,
} from "sqlacc-client";
import { FakeServer } from "sqlacc-client/testing";

const INVOICE = {
  docdate: "2026-01-15",
  code: "300-A0001",
  sdsdocdetail: [{ itemcode: "ANT", qty: "2", unitprice: "25.10" }],
};

function full(count) {
  const server = new FakeServer();
  for (let number = 0; number < count; number++) server.add("agents", { code: `A${number}`, description: "x" });
  return server;
}

test("every record comes once, whatever the number of pages", async () => {
  for (const count of [0, 1, 49, 50, 51, 100, 101]) {
    const agents = await full(count).client().agents.iterate().toArray();
    assert.equal(new Set(agents.map((agent) => agent.code)).size, count);
    assert.equal(agents.length, count);
  }
  const some = await full(101).client().agents.iterate({ offset: 10, pageLimit: 7, max: 20 }).toArray();
  assert.deepEqual([some.length, some[0].code, some[19].code], [20, "A10", "A29"]);
});

test("a server that ignores offset or limit neither hangs the loop nor shortens it", async () => {
  const server = full(0);
  const row = (number) => ({ code: `A${number}` });
  const page = { body: { data: Array.from({ length: 50 }, (_one, number) => row(number)) } };
  server.answerNext(page);
  server.answerNext(page);
  await assert.rejects(server.client().agents.iterate().toArray(), UnexpectedResponseError);

  server.answerNext(page);
  const agents = await server.client().agents.iterate({ pageLimit: 10 }).toArray();
  assert.equal(agents.length, 50);
});

test("details are read for each record of a list", async () => {
  const server = new FakeServer();
  for (let number = 0; number < 3; number++) server.add("salesInvoices", INVOICE);
  const records = await server.client().salesInvoices.iterate({ details: true, concurrency: 2 }).toArray();
  assert.deepEqual(
    records.map((record) => record.sdsdocdetail.length),
    [1, 1, 1],
  );
});

test("find compares the rows again, and does not guess among several", async () => {
  const server = new FakeServer();
  const client = server.client();
  assert.equal(await client.salesInvoices.find({ docno: "IV-1" }), null);
  server.add("salesInvoices", { ...INVOICE, docno: "IV-1", docref1: "R" });
  server.add("salesInvoices", { ...INVOICE, docno: "IV-2", docref1: "R" });
  assert.equal((await client.salesInvoices.find({ docno: "IV-1" })).sdsdocdetail.length, 1);
  await assert.rejects(client.salesInvoices.find({ docref1: "R" }), MultipleFoundError);
  server.answerNext({ body: { data: server.records("salesInvoices") } });
  assert.equal(await client.salesInvoices.find({ docno: "IV-3" }), null);
  await assert.rejects(client.salesInvoices.find({}), UsageError);
});

test("reads are tried again, with the waits that the server asks for", async () => {
  const server = full(1);
  const waits = [];
  const onEvent = (event) => event.type === "sleep" && waits.push(event.ms);
  const client = server.client({ onEvent, random: () => 0.5, retry: { maxMs: 5000 } });
  server.answerNext({ status: 503 });
  server.answerNext({ status: 429, headers: { "retry-after": "3" }, body: "<html><title>Too Many Requests</title>" });
  server.answerNext(new Error("socket hang up"));
  assert.equal((await client.agents.get("A0")).code, "A0");
  assert.deepEqual(waits, [250, 3000, 1000]);

  for (let number = 0; number < 4; number++) server.answerNext({ status: 503, body: { message: "busy" } });
  await assert.rejects(
    client.agents.get("A0"),
    (error) => error instanceof ServerError && error.serverMessage === "busy",
  );
  for (let number = 0; number < 4; number++) server.answerNext(new Error("reset"));
  await assert.rejects(client.agents.get("A0"), ConnectionError);
});

test("a write that may have been carried out is never sent again", async () => {
  for (const trouble of [new Error("reset"), { status: 504 }, { status: 500, body: "<html>" }]) {
    const server = new FakeServer();
    server.answerNext(trouble);
    const error = await server
      .client()
      .salesInvoices.create({ ...INVOICE, docref1: "R1" })
      .catch((reason) => reason);
    assert.ok(error instanceof AmbiguousWriteError, String(error));
    assert.equal(server.requests.length, 1);
    assert.equal(await error.check(), null);
    server.add("salesInvoices", { ...INVOICE, docref1: "R1" });
    assert.equal((await error.check()).docref1, "R1");
  }
});

test("a write that was refused before it was read is sent again", async () => {
  const server = new FakeServer();
  server.answerNext(Object.assign(new TypeError("fetch failed"), { cause: { code: "" } }));
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
  const client = server.client();
  server.answerNext({ status: 429 });
  await assert.rejects(client.agents.create({ code: "A", description: "x" }), AmbiguousWriteError);
  await client.agents.create({ code: "A", description: "x" });
  server.answerNext(new TypeError("fetch failed", { cause: refused }));
  await client.agents.create({ code: "B", description: "x" });
  assert.deepEqual(
    server.requests.map((request) => request.body.code),
    ["A", "A", "A", "B", "B"],
  );
});

test("answers that no reading explains are told as such", async () => {
  const client = (answer) => {
    const server = new FakeServer();
    server.answerNext(answer);
    return server.client({ retry: { attempts: 1 } });
  };
  const odd = [
    { body: "<html>blocked</html>" },
    { body: '{"dockey":1,' },
    { body: "" },
    { body: null },
    { body: { error: "broken" } },
    { status: 302, headers: { location: "https://elsewhere.invalid/" } },
  ];
  for (const answer of odd) await assert.rejects(client(answer).salesInvoices.get(1), UnexpectedResponseError);
  await assert.rejects(client({ body: "{}" }).salesInvoices.pdf(1), UnexpectedResponseError);
  await assert.rejects(client({ body: "%PDF-1.4 cut" }).salesInvoices.pdf(1), UnexpectedResponseError);
  await assert.rejects(client({ status: 400, body: { message: "x not found" } }).agents.get("x"), NotFoundError);
});

test("time limits and signals end a call", async () => {
  const fetch = () => new Promise(() => {});
  const client = new FakeServer().client();
  const slow = new client.constructor({ accessKey: "a", secretKey: "b", fetch, retry: { attempts: 1 }, timeoutMs: 20 });
  await assert.rejects(slow.agents.get("A"), TimeoutError);
  await assert.rejects(slow.agents.delete("A"), AmbiguousWriteError);
  await assert.rejects(slow.agents.delete("A", { signal: AbortSignal.timeout(5) }), AmbiguousWriteError);
  await assert.rejects(slow.agents.get("A", { signal: AbortSignal.timeout(5) }), CancelledError);
  await assert.rejects(slow.agents.get("A", { signal: AbortSignal.abort() }), CancelledError);
});

test("an update needs the lines: not a row of a list, nor a record that was only acknowledged", async () => {
  const server = new FakeServer();
  const { salesInvoices } = server.client();
  const stored = await salesInvoices.create(INVOICE);
  const listed = (await salesInvoices.list()).records[0];
  listed.sdsdocdetail = [{ itemcode: "COVER", qty: "1" }];
  server.answerNext({ body: "" });
  const acknowledged = await salesInvoices.update(stored, { description: "new" });
  const asked = server.requests.length;
  for (const record of [listed, acknowledged, { dockey: stored.dockey, updatecount: 0 }]) {
    await assert.rejects(salesInvoices.update(record, { description: "x" }), (error) => {
      return error instanceof UsageError && error.message.includes("came without its lines");
    });
  }
  assert.equal(server.requests.length, asked);
});

test("an update sends all that was read, and lines by their key", async () => {
  const server = new FakeServer();
  const client = server.client();
  const lines = ["ANT", "HFK", "COVER"].map((itemcode) => ({ itemcode, qty: "1", udf_l: itemcode }));
  const stored = await client.salesInvoices.create({ ...INVOICE, sdsdocdetail: lines });
  const [first, second, third] = stored.sdsdocdetail.map((line) => line.dtlkey);
  const updated = await client.salesInvoices.update(stored, {
    description: "new",
    sdsdocdetail: [
      { dtlkey: second, qty: "3" },
      { itemcode: "IP6", qty: "1" },
      { dtlkey: third, $remove: true },
    ],
  });
  assert.equal(updated.updatecount, 1);
  assert.deepEqual(
    updated.sdsdocdetail.map((line) => [line.itemcode, line.qty, line.udf_l]),
    [
      ["ANT", "1", "ANT"],
      ["HFK", "3", "HFK"],
      ["IP6", "1", undefined],
    ],
  );
  assert.equal(updated.sdsdocdetail[0].dtlkey, first);
  const gone = client.salesInvoices.update(updated, { sdsdocdetail: [{ dtlkey: third, qty: "1" }] });
  await assert.rejects(
    gone,
    (error) => error instanceof ValidationError && error.fields[0] === "sdsdocdetail[0].dtlkey",
  );

  const stale = await client.salesInvoices.update(stored, { description: "late" }).catch((reason) => reason);
  assert.ok(stale instanceof StaleRecordError);
  assert.equal(stale.mine.description, "late");
  assert.equal((await stale.current()).description, "new");

  server.answerNext({ body: { data: [stored] } });
  const again = await client.salesInvoices.updateWithRetry(stored.dockey, (record) => ({
    description: `${record.description}!`,
  }));
  assert.equal(again.description, "new!");

  const [row] = (await client.salesInvoices.list()).records;
  await assert.rejects(client.salesInvoices.update(row, { description: "x" }), UsageError);
  server.answerNext({ body: again });
  const kept = client.salesInvoices.update(again, { sdsdocdetail: [{ dtlkey: first, $remove: true }] });
  await assert.rejects(kept, LineNotRemovedError);
});

test("records are checked before anything is sent", async () => {
  const server = new FakeServer();
  const client = server.client();
  const record = {
    ...INVOICE,
    code: undefined,
    docdate: "2026-02-30",
    docno: "x".repeat(21),
    docamt: 0.1,
    cancelled: "T",
  };
  const error = await client.salesInvoices.create({ ...record, sdsdocdetail: [] }).catch((reason) => reason);
  assert.ok(error instanceof ValidationError);
  assert.deepEqual(error.fields, ["docno", "docdate", "code", "cancelled", "docamt", "sdsdocdetail"]);
  const journal = {
    docdate: "2026-01-15",
    sdsdocdetail: [
      { code: "1", localdr: "1.00" },
      { code: "2", localcr: "0.99" },
    ],
  };
  await assert.rejects(client.journalEntries.create(journal), ValidationError);
  await assert.rejects(client.agents.create({}, { validate: false }), ValidationError);
  assert.equal(server.requests.length, 0);
  await client.agents.create({ code: "A".repeat(99) }, { validate: false });
  assert.equal(server.requests.length, 1);
});

test("orders become invoices, invoices are settled", async () => {
  const server = new FakeServer();
  const client = server.client();
  const order = server.add("salesOrders", {
    ...INVOICE,
    docno: "SO-1",
    sdsdocdetail: [
      { itemcode: "ANT", qty: "30", offsetqty: "17", unitprice: "2.00" },
      { itemcode: "HFK", qty: "1", offsetqty: "1" },
    ],
  });
  const invoice = await client.workflows.orderToInvoice({ order: order.dockey, header: { docdate: "2026-01-16" } });
  assert.deepEqual(
    invoice.sdsdocdetail.map((line) => [line.qty, line.fromdoctype, line.fromdockey, line.fromdtlkey]),
    [["13", "SO", order.dockey, order.sdsdocdetail[0].dtlkey]],
  );
  const much = { order: order.dockey, lines: [{ dtlkey: order.sdsdocdetail[0].dtlkey, qty: "14" }] };
  await assert.rejects(client.workflows.orderToInvoice(much), ValidationError);

  const owed = server.add("salesInvoices", { ...INVOICE, docno: "IV-9", docamt: "147.09" });
  const payment = await client.workflows.settleInvoice({
    invoices: [owed.dockey],
    paymentmethod: "310-001",
    amount: "200",
    header: { docdate: "2026-01-20" },
  });
  assert.equal(payment.docamt, "200.00");
  assert.deepEqual(payment.sdsknockoff, [{ doctype: "IV", docno: "IV-9", koamt: "147.09", knockoff: true }]);
});

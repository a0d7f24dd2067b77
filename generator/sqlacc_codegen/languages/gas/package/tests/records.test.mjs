// Lists, updates, batches, PDF: against the fake.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, clientOf, errorOf, sent, world } from "./world.mjs";

const { Sqlacc, SqlaccFake, services } = world();
const LINE = { itemcode: "ANT", qty: "1", unitprice: "1.00" };
const order = (name) => ({ docref1: name, code: "300-A0001", docdate: "2026-01-15", sdsdocdetail: [LINE] });

function agents(count) {
  const server = SqlaccFake.server();
  for (let n = 0; n < count; n++) server.add("agents", { code: `A${n}` });
  return server;
}

test("each record once, however many", () => {
  for (const count of [0, 1, 49, 50, 51, 100, 101]) {
    const server = agents(count);
    const codes = server.client().agents.iterate().toArray();
    assert.equal(new Set([...codes].map((agent) => agent.code)).size, count);
    assert.equal(codes.length, count);
  }
});

test("a server that ignores offset is told, not looped over", () => {
  const data = Array.from({ length: 50 }, (_, n) => ({ code: `A${n}` }));
  const { client } = clientOf(Sqlacc, answers({ body: { data } }));
  assert.equal(errorOf(() => client.agents.iterate().toArray()).kind, "unexpected_response");
});

test("a loop that ran out of time goes on where it stopped", () => {
  const client = agents(120).client();
  const seen = [];
  let token;
  do {
    const records = client.agents.iterate({ resume: token, max: 35 });
    for (const agent of records) seen.push(agent.code);
    token = records.token();
  } while (token !== null);
  assert.equal(seen.length, 120);
  assert.equal(new Set(seen).size, 120);
  const spent = client.agents.iterate({ budgetMs: 0 });
  assert.equal(spent.toArray().length, 0);
  assert.notEqual(spent.token(), null);
});

test("a record counts as delivered when the next one is asked for", () => {
  const client = agents(3).client();
  const records = client.agents.iterate();
  for (const agent of records) if (agent.code === "A1") break;
  const rest = client.agents.iterate({ resume: records.token() }).toArray();
  assert.deepEqual(
    [...rest].map((agent) => agent.code),
    ["A1", "A2"],
  );
});

test("a token of other records is refused", () => {
  const client = agents(60).client();
  const records = client.agents.iterate({ max: 1 });
  records.toArray();
  assert.equal(errorOf(() => client.customers.iterate({ resume: records.token() })).kind, "usage");
});

test("details are read whole", () => {
  const server = SqlaccFake.server();
  for (let n = 0; n < 6; n++) server.add("salesInvoices", order(`W${n}`));
  const invoices = server.client().salesInvoices.iterate({ details: true }).toArray();
  assert.equal([...invoices].filter((invoice) => invoice.sdsdocdetail[0].itemcode === "ANT").length, 6);
});

test("find compares again what a server may have ignored", () => {
  const data = [
    { docno: "B", dockey: 2 },
    { docno: "A", dockey: 1 },
  ];
  const { client } = clientOf(Sqlacc, answers({ body: { data } }));
  assert.equal(client.salesInvoices.find({ docno: "A" }).dockey, 1);
  assert.equal(client.salesInvoices.find({ docno: "C" }), null);
  const two = clientOf(Sqlacc, answers({ body: { data: [data[0], { ...data[0], dockey: 3 }] } })).client;
  assert.equal(errorOf(() => two.salesInvoices.find({ docno: "B" })).kind, "multiple_found");
});

test("an update needs the lines: not a row of a list, whatever lines it was given", () => {
  const server = SqlaccFake.server();
  server.add("salesInvoices", order("W"));
  const { salesInvoices } = server.client();
  const listed = salesInvoices.list().records[0];
  listed.sdsdocdetail = [LINE];
  const asked = server.requests.length;
  for (const record of [listed, { dockey: listed.dockey, updatecount: 0 }]) {
    const error = errorOf(() => salesInvoices.update(record, { description: "x" }));
    assert.equal(error.kind, "usage");
    assert.ok(error.message.includes("came without its lines"));
  }
  assert.equal(server.requests.length, asked);
});

test("an update merges lines by key and counts", () => {
  const server = SqlaccFake.server();
  const lines = [LINE, { ...LINE, itemcode: "HFK" }, { ...LINE, itemcode: "PEN" }];
  const { dockey } = server.add("salesInvoices", { ...order("W"), sdsdocdetail: lines });
  const client = server.client();
  const [first, second, third] = client.salesInvoices.get(dockey).sdsdocdetail;
  const changes = [
    { dtlkey: second.dtlkey, qty: "5" },
    { ...LINE, itemcode: "NEW" },
    { dtlkey: third.dtlkey, $remove: true },
  ];
  const updated = client.salesInvoices.updateWithRetry(dockey, { sdsdocdetail: changes });
  assert.deepEqual(
    [...updated.sdsdocdetail].map((row) => [row.itemcode, row.qty]),
    [
      ["ANT", "1"],
      ["HFK", "5"],
      ["NEW", "1"],
    ],
  );
  assert.equal(updated.sdsdocdetail[0].dtlkey, first.dtlkey);
  assert.equal(updated.updatecount, 1);
  const strange = { sdsdocdetail: [{ dtlkey: 99999, qty: "1" }] };
  assert.equal(errorOf(() => client.salesInvoices.update(updated, strange)).kind, "validation");
});

test("a stale update is told with both versions, and retried from a fresh read", () => {
  const server = SqlaccFake.server();
  const { dockey } = server.add("salesInvoices", order("W"));
  const client = server.client();
  const old = client.salesInvoices.get(dockey);
  client.salesInvoices.update(old, { description: "theirs" });
  const error = errorOf(() => client.salesInvoices.update(old, { description: "mine" }));
  assert.ok(error instanceof Sqlacc.StaleRecordError);
  assert.equal(error.mine.description, "mine");
  assert.equal(error.current().description, "theirs");
  const stale = { status: 400, body: { message: "Record has been changed by another user" } };
  let tries = 0;
  const changed = client.salesInvoices.updateWithRetry(dockey, () => {
    if (tries++ === 0) server.answerNext(stale);
    return { description: "mine" };
  });
  assert.equal(changed.description, "mine");
  assert.equal(tries, 2);
});

test("a line that a server keeps is told", () => {
  const record = { dockey: 1, updatecount: 0, sdsdocdetail: [{ dtlkey: 8 }, { dtlkey: 9 }] };
  const { client } = clientOf(Sqlacc, answers({ body: record }));
  const error = errorOf(() => client.salesInvoices.update(record, { sdsdocdetail: [{ dtlkey: 9, $remove: true }] }));
  assert.equal(error.kind, "line_not_removed");
});

test("a read-modify-write holds the lock of the script", () => {
  const server = agents(1);
  const lock = services.LockService.getScriptLock();
  let held;
  server.client().agents.updateWithRetry("A0", () => {
    held = lock.hasLock();
    return { description: "x" };
  });
  assert.equal(held, true);
  assert.equal(lock.hasLock(), false);
});

test("a batch that was cut short goes on without booking twice", () => {
  const server = SqlaccFake.server();
  const client = server.client();
  const records = ["W1", "W2", "W3"].map(order);
  const statuses = (results) => [...results].map((result) => result.status);
  const options = { journal: "orders", stopOnError: true };
  const onEvent = (event) => {
    if (event.type === "response" && server.requests.length === 1) server.answerNext(new Error("Timeout"));
  };
  assert.deepEqual(statuses(client.salesInvoices.createMany(records, { ...options, onEvent })), [
    "created",
    "unknown",
    "skipped",
  ]);
  server.add("salesInvoices", records[1]); // it had arrived
  assert.deepEqual(statuses(client.salesInvoices.createMany(records, options)), ["found", "found", "created"]);
  assert.equal(server.records("salesInvoices").length, 3);
  assert.equal(errorOf(() => client.salesInvoices.createMany(records.slice(1), options)).kind, "configuration");
  const [line] = new Sqlacc.PropertiesJournal("orders").read().split("\n");
  assert.match(line, /^\{"n":0,"key":"[0-9a-f]{64}","account":"[0-9a-f]{16}","state":"started"\}$/);
});

test("a long journal is kept in pieces, and a line cut off by a crash is left out", () => {
  const journal = new Sqlacc.PropertiesJournal("long");
  const line = `${"x".repeat(999)}\n`;
  for (let n = 0; n < 30; n++) journal.append(line);
  assert.equal(new Sqlacc.PropertiesJournal("long").read(), line.repeat(30));
  journal.clear();
  assert.equal(new Sqlacc.PropertiesJournal("long").read(), "");
  const cut = { text: '{"n":0,"key":"', read: () => cut.text, append: (text) => void (cut.text += text) };
  const [result] = SqlaccFake.server()
    .client()
    .salesInvoices.createMany([order("W1")], { journal: cut });
  assert.equal(result.status, "created");
});

test("a journal belongs to one server and key", () => {
  const server = SqlaccFake.server();
  const store = { text: "", read: () => store.text, append: (text) => void (store.text += text) };
  const keys = { baseUrl: "https://api.sql.my", accessKey: "0123456789abcdef0123456789abcdef.sql.my/APIUSER" };
  const run = (settings, journal = store) => {
    const client = server.client({ ...keys, secretKey: "x", ...settings });
    return [...client.salesInvoices.createMany([order("W1")], { journal })].map((result) => result.status);
  };
  assert.deepEqual(run({}), ["created"]);
  const whole = store.text;
  for (const line of whole.trim().split("\n")) {
    assert.equal(JSON.parse(line).account, "cc8fe5f26c282729"); // the same in the tests of every language
  }
  const sent = server.requests.length;
  for (const other of [{ accessKey: "other.sql.my/APIUSER" }, { baseUrl: "https://sandbox.invalid" }]) {
    const error = errorOf(() => run(other));
    assert.equal(error.kind, "configuration");
    assert.match(error.message, /^the journal was begun with other keys or on another server/);
    assert.doesNotMatch(error.message, /APIUSER/);
  }
  assert.equal(store.text, whole);
  assert.deepEqual(run({ baseUrl: "HTTPS://API.sql.my:443/", secretKey: "new" }), ["found"]);
  store.text = whole.replaceAll('"account":"cc8fe5f26c282729",', ""); // of an older version
  assert.deepEqual(run({ baseUrl: "https://sandbox.invalid" }), ["found"]);
  assert.equal(server.requests.length, sent);
  new Sqlacc.PropertiesJournal("theirs").append(whole);
  assert.match(errorOf(() => run({ baseUrl: "https://sandbox.invalid" }, "theirs")).message, /^the journal theirs was/);
});

test("orders become invoices, whole and in part", () => {
  const server = SqlaccFake.server();
  const lines = [
    { ...LINE, qty: "10.00", offsetqty: "4" },
    { ...LINE, qty: "2", offsetqty: "2" },
  ];
  const { dockey } = server.add("salesOrders", { ...order("S"), sdsdocdetail: lines });
  const client = server.client();
  const { sdsdocdetail: rows } = client.workflows.orderToInvoice(dockey);
  assert.deepEqual(
    [...rows].map((row) => [row.qty, row.fromdoctype, row.fromdockey]),
    [["6.00", "SO", dockey]],
  );
  const [{ dtlkey }] = client.salesOrders.get(dockey).sdsdocdetail;
  const part = client.workflows.orderToInvoice(dockey, { lines: [{ dtlkey, qty: "2.5" }] });
  assert.equal(part.sdsdocdetail[0].qty, "2.5");
  const tooMuch = () => client.workflows.orderToInvoice(dockey, { lines: [{ dtlkey, qty: "7" }] });
  assert.equal(errorOf(tooMuch).kind, "validation");
});

test("a payment settles invoices in order", () => {
  const server = SqlaccFake.server();
  const keys = ["100.00", "50.5"].map((docamt) => server.add("salesInvoices", { ...order("I"), docamt }).dockey);
  const options = { paymentmethod: "310-001", amount: "120", header: { docdate: "2026-01-20" } };
  const payment = server.client().workflows.settleInvoice(keys, options);
  assert.equal(payment.docamt, "120.00");
  assert.deepEqual(
    [...payment.sdsknockoff].map((row) => row.koamt),
    ["100.00", "20.00"],
  );
});

test("a PDF is a blob with a name; half a PDF is an error", () => {
  const server = SqlaccFake.server();
  const { dockey } = server.add("salesInvoices", order("W"));
  const blob = server.client().salesInvoices.pdf(dockey);
  assert.equal(blob.getContentType(), "application/pdf");
  assert.match(blob.getName(), /\.pdf$/);
  server.answerNext({ body: "%PDF-1.4 and then nothing" });
  assert.equal(errorOf(() => server.client().salesInvoices.pdf(dockey)).kind, "unexpected_response");
});

test("a create sends no placeholders", () => {
  const transport = answers({ body: { dockey: 1 } });
  const record = { dockey: -1, docno: "", ...order("W"), sdsdocdetail: [{ dtlkey: 0, ...LINE }] };
  clientOf(Sqlacc, transport).client.salesInvoices.create(record);
  assert.doesNotMatch(sent(transport.asked[0]), /dockey|dtlkey|docno/);
});

// Digits, dates and fields between the wire and the user.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, clientOf, errorOf, sent, world } from "./world.mjs";

const { Sqlacc } = world();

test("JSON keeps every digit, and what is missing, null and empty apart", () => {
  const text =
    '{"a":25.10,"b":9007199254740993,"c":-0,"d":1E-7,"e":null,"f":"","g":[1],"h":"\\u4e2d\\ud83d\\ude00\\n"}';
  const read = Sqlacc.parseJson(text);
  assert.equal(read.a.text, "25.10");
  assert.equal(read.b, 9007199254740993n);
  assert.equal(Sqlacc.writeJson(read), text.replace("\\u4e2d\\ud83d\\ude00", "中😀"));
  assert.equal(Sqlacc.writeJson(Sqlacc.parseJson('{"__proto__":1}')), '{"__proto__":1}');
});

test("broken JSON is refused", () => {
  for (const text of ["", "{", '{"a":01}', '{"a" 1}', "[1,]", '"\t"', '"a', "nul", "{}x", "[".repeat(600)]) {
    assert.equal(errorOf(() => Sqlacc.parseJson(text)).name, "SyntaxError", text);
  }
});

test("what JSON cannot hold exactly is not written", () => {
  for (const value of [1.5, NaN, 2 ** 53, () => 1, new Date(0)]) {
    assert.equal(errorOf(() => Sqlacc.writeJson({ value })).name, "TypeError");
  }
});

test("decimals are exact", () => {
  assert.equal(Sqlacc.addDecimals("0.1", "0.20", "-1"), "-0.70");
  assert.equal(Sqlacc.multiplyDecimals("1234567890123456789012345.678", "2"), "2469135780246913578024691.356");
  assert.equal(Sqlacc.roundDecimal("2.675", 2), "2.68");
  assert.equal(Sqlacc.roundDecimal("-2.675", 2), "-2.68");
  assert.equal(Sqlacc.compareDecimals("1.0", "1"), 0);
  assert.equal(Sqlacc.decimal("1.5e3"), "1500");
});

test("numbers of cells become decimals only with the digits named", () => {
  assert.equal(Sqlacc.decimal(25.1, 2), "25.10");
  assert.equal(Sqlacc.decimal(1.005, 2), "1.01");
  assert.equal(errorOf(() => Sqlacc.decimal(25.1)).name, "TypeError");
});

test("a date is the day on the wall of its time zone", () => {
  assert.equal(Sqlacc.dateOf(new Date("2026-01-14T16:00:00Z")), "2026-01-15");
  assert.equal(Sqlacc.dateOf(new Date("2026-01-14T16:00:00Z"), "UTC"), "2026-01-14");
});

test("a record comes back as it was read, unknown fields with their digits", () => {
  const stored =
    '{"dockey":7,"docno":"A","docamt":"25.10","updatecount":null,"sdsdocdetail":[{"dtlkey":1}],"udf_x":1.50,"new":{"a":2.0}}';
  const transport = answers({ body: stored });
  const { client } = clientOf(Sqlacc, transport);
  const record = client.salesInvoices.get(7);
  assert.equal(record.docamt, "25.10");
  client.salesInvoices.update(record, { description: "x" });
  const body = sent(transport.asked[1]);
  assert.match(body, /"docamt":"25\.10"/);
  assert.match(body, /"udf_x":1\.50,"new":\{"a":2\.0\}/);
  assert.match(body, /"updatecount":1,/);
});

test("a decimal that came as a number is text with the same digits", () => {
  const { client } = clientOf(Sqlacc, answers({ body: '{"dockey":7,"docamt":1.50,"sdsdocdetail":[{"qty":1E+2}]}' }));
  const record = client.salesInvoices.get(7);
  assert.equal(record.docamt, "1.50");
  assert.equal(record.sdsdocdetail[0].qty, "100");
});

test("validation names every field and sends nothing", () => {
  const transport = answers({});
  const { client } = clientOf(Sqlacc, transport);
  const lines = [{ qty: 1.5 }, { qty: "x", unitprice: new Date(0) }];
  const record = { code: "300-A0001-too-long", docdate: "2026-02-30", sdsdocdetail: lines };
  const error = errorOf(() => client.salesInvoices.create(record));
  assert.ok(error instanceof Sqlacc.ValidationError);
  const wanted = ["docdate", "sdsdocdetail[0].qty", "sdsdocdetail[1].qty", "sdsdocdetail[1].unitprice"];
  assert.deepEqual([...error.fields].filter((field) => wanted.includes(field)).sort(), wanted);
  assert.ok(error.fields.includes("code"));
  assert.equal(transport.asked.length, 0);
});

test("journals must balance", () => {
  const { client } = clientOf(Sqlacc, answers({}));
  const sdsdocdetail = [
    { code: "921-000", localdr: "10.00" },
    { code: "330-000", localcr: "9.99" },
  ];
  const error = errorOf(() => client.journalEntries.create({ docdate: "2026-01-31", sdsdocdetail }));
  assert.equal(error.kind, "validation");
});

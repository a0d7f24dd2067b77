import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addDecimals,
  compareDecimals,
  date,
  dateOf,
  decimal,
  JsonNumber,
  multiplyDecimals,
  parseJson,
  roundDecimal,
  subtractDecimals,
  writeJson,
} from "sqlacc-client";
import { FakeServer } from "sqlacc-client/testing";

const LONG = "1234567890123456789.012345678";

test("decimals keep their digits and add up exactly", () => {
  for (const text of ["0.10", "19.990", "-0.05", LONG, "25.10"]) assert.equal(decimal(text), text);
  assert.equal(decimal("1.5e3"), "1500");
  assert.equal(decimal("0E-8"), "0.00000000");
  assert.equal(addDecimals("0.1", "0.2"), "0.3");
  assert.equal(subtractDecimals(LONG, "0.000000001"), "1234567890123456789.012345677");
  assert.equal(multiplyDecimals("2.50", "3"), "7.50");
  assert.equal(roundDecimal("1.005", 2), "1.01");
  assert.equal(roundDecimal("-1.005", 2), "-1.01");
  assert.equal(compareDecimals("1.0", "1"), 0);
  assert.throws(() => decimal(0.1 + 0.2), TypeError);
  assert.throws(() => decimal("1,060.00"), TypeError);
});

test("dates are days of the calendar", () => {
  assert.equal(date("2024-02-29"), "2024-02-29");
  assert.equal(date(2026, 1, 5), "2026-01-05");
  for (const wrong of ["2023-02-29", "2026-13-01", "20260115", "2026-1-5"]) assert.throws(() => date(wrong), TypeError);
  const evening = new Date("2026-12-31T16:30:00Z");
  assert.equal(dateOf(evening, "Asia/Kuala_Lumpur"), "2027-01-01");
  assert.equal(dateOf(evening, "UTC"), "2026-12-31");
});

test("JSON is read and written without loss", () => {
  const text = '{"a":0.10,"b":9007199254740993,"c":-0,"d":1e3,"e":"\\"\\n中😀","__proto__":[null,true,12]}';
  const value = parseJson(text);
  assert.equal(writeJson(value), text);
  assert.ok(value.a instanceof JsonNumber);
  assert.equal(value.b, 9007199254740993n);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  for (const wrong of ['{"a":1', "[1,]", "01", '"\n"', '"\\x"', "nul", "{}{}", "", "[".repeat(1000)]) {
    assert.throws(() => parseJson(wrong), SyntaxError, wrong.slice(0, 20));
  }
  assert.throws(() => writeJson({ a: 1.5 }), TypeError);
});

test("a record comes back as it went out, with what is unknown", async () => {
  const server = new FakeServer();
  const client = server.client();
  server.answerNext({
    body: JSON.stringify({
      dockey: 1,
      docamt: "X",
      docno: 12,
      docnoex: "",
      note: null,
      status: "7",
      udf_x: "Y",
      sdsdocdetail: [{ dtlkey: 2 }],
    })
      .replace('"X"', LONG)
      .replace('"Y"', "1.50"),
  });
  const invoice = await client.salesInvoices.get(1);
  assert.equal(invoice.docamt, LONG);
  assert.equal(invoice.docno, "12");
  assert.equal(invoice.docnoex, "");
  assert.equal(invoice.note, null);
  assert.equal(invoice.status, 7);
  assert.equal("description" in invoice, false);
  assert.equal(String(invoice.udf_x), "1.50");

  server.answerNext({ body: { dockey: 1 } });
  await client.salesInvoices.update(invoice, { description: '中文 "<&>" 😀' });
  const { body } = server.requests.at(-1);
  assert.equal(body.docamt, LONG);
  assert.equal(String(body.udf_x), "1.50");
  assert.equal(body.description, '中文 "<&>" 😀');
  assert.equal(body.updatecount, 1);
});

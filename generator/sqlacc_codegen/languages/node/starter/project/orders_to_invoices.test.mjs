// The orders of the sample become invoices, once, however often the program runs. No network is used.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FakeServer } from "sqlacc-client/testing";
import { book, invoicesOf } from "./orders_to_invoices.mjs";

const invoices = invoicesOf(readFileSync(new URL("orders_to_invoices.csv", import.meta.url), "utf8"));

test("each order becomes one invoice", async () => {
  const server = new FakeServer();
  const first = await book(server.client(), invoices);
  assert.deepEqual(
    first.map(({ status }) => status),
    ["created", "created"],
  );
  const [invoice] = server.records("salesInvoices");
  assert.equal(invoice.docref1, "WEB-5001");
  assert.deepEqual(
    invoice.sdsdocdetail.map((line) => [line.itemcode, line.qty]),
    [
      ["ANT", "2"],
      ["HFK", "1"],
    ],
  );
  const second = await book(server.client(), invoices);
  assert.deepEqual(
    second.map(({ status }) => status),
    ["found", "found"],
  );
  assert.equal(server.records("salesInvoices").length, 2);
});

// The recipes over their samples: run twice, booked once.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { RECIPES, sheetOf } from "../examples/run.mjs";
import { world } from "./world.mjs";

const here = (name) => new URL(`../examples/${name}`, import.meta.url);

function runTwice(main) {
  const [script, csv] = RECIPES[main];
  const sheet = sheetOf(readFileSync(here(csv), "utf8"));
  const transport = {};
  const globals = { SpreadsheetApp: { getActiveSheet: () => sheet }, UrlFetchApp: transport };
  const { SqlaccFake, services, run, lines } = world({ files: ["SheetTable.gs", script].map(here), globals });
  const server = SqlaccFake.server();
  Object.assign(transport, { fetch: server.fetch.bind(server), fetchAll: server.fetchAll.bind(server) });
  const properties = services.PropertiesService.getScriptProperties();
  for (const name of ["SQLACC_ACCESS_KEY", "SQLACC_SECRET_KEY"]) properties.setProperty(name, "x");
  run(main);
  const first = sheet.column("Result");
  const result = sheet.values[0].indexOf("Result");
  first.forEach((_text, at) => sheet.getRange(at + 2, result + 1).setValue(""));
  run(main);
  assert.ok(sheet.spreadsheet.toasts.length >= 2 && lines.length >= 2);
  return { server, sheet, first };
}

test("orders into invoices", () => {
  const { server, sheet, first } = runTwice("ordersToInvoices");
  const [invoice] = server.records("salesInvoices");
  assert.equal(server.records("salesInvoices").length, 2);
  assert.equal(invoice.docdate, "2026-01-15");
  assert.deepEqual(
    [...invoice.sdsdocdetail].map((row) => [row.itemcode, row.qty, row.taxrate]),
    [
      ["ANT", "2", undefined],
      ["HFK", "1", "10%"],
    ],
  );
  assert.deepEqual(first, ["created", "created", "created"]);
  assert.deepEqual(sheet.column("Result"), ["found", "found", "found"]);
  assert.equal(sheet.column("Number")[0], invoice.docno);
});

test("bills into purchase invoices", () => {
  const { server } = runTwice("billsToPurchaseInvoices");
  const bills = [...server.records("purchaseInvoices")];
  assert.deepEqual(
    bills.map((bill) => [bill.docno, bill.sdsdocdetail.length]),
    [
      ["E-7701", 2],
      ["T-1201", 1],
    ],
  );
});

test("postings into the ledger", () => {
  const { server, sheet } = runTwice("postingsToLedger");
  const counts = ["journalEntries", "customerPayments", "paymentVouchers"].map((name) => server.records(name).length);
  assert.deepEqual(counts, [1, 1, 1]);
  assert.equal(server.records("customerPayments")[0].sdsknockoff[0].koamt, "400");
  assert.deepEqual(sheet.column("Result"), ["found", "found", "found", "found"]);
});

test("customers of a CRM", () => {
  const { server, sheet } = runTwice("crmCustomers");
  const [customer] = server.records("customers");
  assert.equal(customer.sdsbranch[0].postcode, "50000");
  assert.deepEqual(sheet.column("Result"), ["found", "found"]);
});

test("items of a catalogue", () => {
  const { server, sheet } = runTwice("itemsToCatalogue");
  const items = [...server.records("stockItems")];
  assert.deepEqual(
    items.map((item) => [item.code, item.sdsuom[0].refprice]),
    [
      ["CABLE-3M", "9.9"],
      ["TABLE 120/60", "249"],
    ],
  );
  assert.deepEqual(sheet.column("Result"), ["found", "found"]);
});

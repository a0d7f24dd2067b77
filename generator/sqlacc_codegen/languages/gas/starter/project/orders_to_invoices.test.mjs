// The orders of the sample become invoices, once, however often the recipe runs. No network is used.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runFiles } from "./driver/apps-script.mjs";
import { sheetOf } from "./examples/run.mjs";

const at = (path) => new URL(path, import.meta.url);

test("each order becomes one invoice", () => {
  const sheet = sheetOf(readFileSync(at("examples/orders_to_invoices.csv"), "utf8"));
  const transport = {};
  const { SqlaccFake, ordersToInvoices, properties } = runFiles(
    ["Sqlacc.gs", "SqlaccFake.gs", "examples/SheetTable.gs", "examples/OrdersToInvoices.gs"].map(at),
    "({ SqlaccFake, ordersToInvoices, properties: PropertiesService.getScriptProperties() })",
    { globals: { SpreadsheetApp: { getActiveSheet: () => sheet }, UrlFetchApp: transport }, timeZone: "Asia/Kuala_Lumpur" },
  );
  const server = SqlaccFake.server();
  Object.assign(transport, { fetch: server.fetch.bind(server), fetchAll: server.fetchAll.bind(server) });
  for (const name of ["SQLACC_ACCESS_KEY", "SQLACC_SECRET_KEY"]) properties.setProperty(name, "x");

  ordersToInvoices();
  assert.deepEqual(sheet.column("Result"), ["created", "created", "created"]);
  const result = sheet.values[0].indexOf("Result") + 1;
  for (const row of [2, 3, 4]) sheet.getRange(row, result).setValue("");
  ordersToInvoices();
  assert.deepEqual(sheet.column("Result"), ["found", "found", "found"]);
  assert.equal(server.records("salesInvoices").length, 2);
});

// The recipes under Apps Script's time limit, which ends a script wherever it is: nothing catches it, no `finally` runs.
// Cut off at each call of a service and run again, a recipe has everything booked once.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { RECIPES, sheetOf } from "../examples/run.mjs";
import { world } from "./world.mjs";

const LIMIT = 10; // milliseconds for six minutes
const here = (name) => new URL(`../examples/${name}`, import.meta.url);

/** The books, the sheet and the properties outlive a run; the script's own variables and locks do not. */
function scene(main) {
  const [script, csv] = RECIPES[main];
  const sheet = sheetOf(readFileSync(here(csv), "utf8"));
  const files = ["SheetTable.gs", script].map(here);
  const { SqlaccFake, services } = world();
  const server = SqlaccFake.server();
  const properties = services.PropertiesService.getScriptProperties();
  for (const name of ["SQLACC_ACCESS_KEY", "SQLACC_SECRET_KEY"]) properties.setProperty(name, "x");
  const { fetch, fetchAll } = { fetch: server.fetch.bind(server), fetchAll: server.fetchAll.bind(server) };

  /** Runs the recipe; the script is ended in its so-manieth call of a service, after or before that does its work. */
  function run(cut = Infinity, after = true) {
    let calls = 0;
    const limited =
      (work) =>
      (...given) => {
        calls += 1;
        const value = calls === cut && !after ? undefined : work(...given);
        while (calls === cut);
        return value;
      };
    const active = {
      ...sheet,
      getRange: (row, column) => ({ setValue: limited(sheet.getRange(row, column).setValue) }),
    };
    const store = { ...properties, setProperty: limited(properties.setProperty.bind(properties)) };
    const globals = {
      SpreadsheetApp: { getActiveSheet: () => active },
      UrlFetchApp: { fetch: limited(fetch), fetchAll: limited(fetchAll) },
      PropertiesService: { ...services.PropertiesService, getScriptProperties: () => store },
    };
    const fresh = world({ files, globals });
    globalThis.playRecipe = () => fresh.run(main);
    if (cut === Infinity) globalThis.playRecipe();
    else {
      const ended = { code: "ERR_SCRIPT_EXECUTION_TIMEOUT" };
      assert.throws(() => vm.runInThisContext("playRecipe()", { timeout: LIMIT }), ended);
    }
    return calls;
  }
  return { run, sheet, server };
}

/** How many records of each kind are booked. */
function books(server, kinds) {
  return kinds.map((kind) => [kind, server.records(kind).length]);
}

const KINDS = {
  ordersToInvoices: ["salesInvoices"],
  billsToPurchaseInvoices: ["purchaseInvoices"],
  postingsToLedger: ["journalEntries", "customerPayments", "paymentVouchers"],
  crmCustomers: ["customers"],
  itemsToCatalogue: ["stockItems"],
};

for (const [main, kinds] of Object.entries(KINDS)) {
  test(`${main}: ended at any call of a service, then run again`, () => {
    const whole = scene(main);
    const calls = whole.run();
    const wanted = books(whole.server, kinds);
    assert.ok(calls > 5 && wanted.every(([, count]) => count > 0));
    for (let cut = 1; cut <= calls; cut += 1) {
      for (const after of [true, false]) {
        const { run, sheet, server } = scene(main);
        run(cut, after);
        run();
        assert.deepEqual(books(server, kinds), wanted, `ended in call ${cut} of ${calls}, after=${after}`);
        assert.ok(!sheet.column("Result").includes(""), `ended in call ${cut} of ${calls}: rows without a result`);
      }
    }
  });
}

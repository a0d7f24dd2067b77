// Runs a recipe on this machine, with a CSV file for the active sheet, before you take it to a spreadsheet:
//
//   SQLACC_BASE_URL=http://127.0.0.1:8080 SQLACC_ACCESS_KEY=... SQLACC_SECRET_KEY=... \
//     node examples/run.mjs ordersToInvoices [orders_to_invoices.csv]
//
// The keys of a sandbox are printed by `sqlacc sandbox`. Results are shown, not written into the file.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runFiles } from "../driver/apps-script.mjs";

export const RECIPES = {
  ordersToInvoices: ["OrdersToInvoices.gs", "orders_to_invoices.csv"],
  billsToPurchaseInvoices: ["BillsToPurchaseInvoices.gs", "bills_to_purchase_invoices.csv"],
  postingsToLedger: ["PostingsToLedger.gs", "postings_to_ledger.csv"],
  crmCustomers: ["CrmCustomers.gs", "crm_customers.csv"],
  itemsToCatalogue: ["ItemsToCatalogue.gs", "items_to_catalogue.csv"],
};
const TIME_ZONE = "Asia/Kuala_Lumpur";

/** A sheet with the rows of CSV text. A cell holds what Sheets makes of it when it is typed: numbers, dates, text. */
export function sheetOf(text) {
  const shown = text
    .replace(/^\ufeff/, "")
    .trimEnd()
    .split(/\r?\n/)
    .map((row) => [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)])
    .map((row) => row.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain));
  const values = shown.map((row, at) => (at === 0 ? [...row] : row.map(typed)));
  const spreadsheet = { getSpreadsheetTimeZone: () => TIME_ZONE, toasts: [] };
  spreadsheet.toast = (words) => spreadsheet.toasts.push(words);
  return {
    values,
    spreadsheet,
    getParent: () => spreadsheet,
    getDataRange: () => ({
      getValues: () => values.map((row) => [...row]),
      getDisplayValues: () => shown.map((row) => [...row]),
    }),
    getRange: (row, column) => ({
      setValue(value) {
        values[row - 1][column - 1] = value;
        shown[row - 1][column - 1] = String(value);
      },
    }),
    column: (name) => values.slice(1).map((row) => row[values[0].indexOf(name)]),
  };
}

function typed(text) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return new Date(`${text}T00:00:00+08:00`);
  return /^-?(?:0|[1-9]\d{0,8})(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function main([name, csv]) {
  const recipe = RECIPES[name];
  if (!recipe) throw new Error(`usage: node run.mjs ${Object.keys(RECIPES).join("|")} [FILE.csv]`);
  const sheet = sheetOf(readFileSync(csv ?? new URL(recipe[1], import.meta.url), "utf8"));
  const files = ["../Sqlacc.gs", "SheetTable.gs", recipe[0]].map((file) => new URL(file, import.meta.url));
  const globals = { SpreadsheetApp: { getActiveSheet: () => sheet } };
  const { run, properties } = runFiles(
    files,
    `({ run: ${name}, properties: PropertiesService.getScriptProperties() })`,
    { globals, timeZone: TIME_ZONE },
  );
  for (const [variable, value] of Object.entries(process.env)) {
    if (variable.startsWith("SQLACC_")) properties.setProperty(variable, value);
  }
  try {
    run();
  } catch (error) {
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
  const [names, ...rows] = sheet.values;
  const told = ["Result", "Number", "Message"].map((title) => names.indexOf(title));
  const shown = (cell) => (cell instanceof Date ? cell.toLocaleDateString("en-CA", { timeZone: TIME_ZONE }) : cell);
  if (rows.some((row) => !["created", "found", "updated", ""].includes(row[told[0]]))) process.exitCode = 1;
  for (const row of rows) console.log([...row.slice(0, 2), ...told.map((at) => row[at])].map(shown).join("\t"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));

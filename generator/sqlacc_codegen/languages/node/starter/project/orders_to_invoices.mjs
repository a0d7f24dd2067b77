// Orders of a shop (CSV) into sales invoices: one for each order, none of them twice.
// node orders_to_invoices.mjs [ORDERS.csv], with SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY set, or SQLACC_PROFILE.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SqlAccount } from "sqlacc-client";

/** An invoice for each order of CSV text (without quoted cells); the rows of an order become its lines. */
export function invoicesOf(text) {
  const [head, ...lines] = text.trimEnd().split(/\r?\n/);
  const names = head.split(",");
  const invoices = new Map();
  for (const line of lines) {
    const row = Object.fromEntries(line.split(",").map((cell, at) => [names[at], cell]));
    if (!invoices.has(row.Order)) {
      const header = { docref1: row.Order, docdate: row.Date, code: row.Customer, description: "Web shop" };
      invoices.set(row.Order, { ...header, sdsdocdetail: [] });
    }
    const tax = row.Tax === "" ? {} : { tax: row.Tax, taxrate: row.Rate };
    const item = { itemcode: row.SKU, qty: row.Quantity, unitprice: row.Price, ...tax };
    invoices.get(row.Order).sdsdocdetail.push(item);
  }
  return [...invoices.values()];
}

/** Books them; the order's number in docref1 tells whether the invoice exists already. */
export function book(client, invoices) {
  const onProgress = ({ done, total, status }) => console.error(`${done} of ${total}: ${status}`);
  return client.salesInvoices.ensureMany(invoices, { by: "docref1", onProgress });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = process.argv[2] ?? fileURLToPath(new URL("orders_to_invoices.csv", import.meta.url));
  const results = await book(new SqlAccount(), invoicesOf(readFileSync(path, "utf8")));
  for (const { status, record, error } of results) console.log(status, record?.docno ?? error?.message);
  const created = results.filter(({ status }) => status === "created").length;
  console.log(`${created} created of ${results.length}`);
  if (results.some(({ error }) => error)) process.exitCode = 1;
}

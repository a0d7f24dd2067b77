// @ts-check
// Orders of a web shop into sales invoices, one for each order, none of them twice.
// Run: node examples/orders_to_invoices.mjs [ORDERS.csv], with SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY set.

import { date, decimal, SqlAccount } from "sqlacc-client";
import { ensureAll, filled, groups, readRows } from "./recipe.mjs";

const client = new SqlAccount();
const invoices = groups(readRows("orders_to_invoices"), "Order").map((rows) => {
  const [{ Order: order = "", Date: day = "", Customer: code = "" } = {}] = rows;
  return {
    docref1: order, // tells whether the invoice exists already
    docdate: date(day),
    code,
    description: "Web shop",
    sdsdocdetail: rows.map(({ SKU = "", Quantity = "", Price = "", Tax = "", Rate = "" }) =>
      filled({ itemcode: SKU, qty: decimal(Quantity), unitprice: decimal(Price), tax: Tax, taxrate: Rate }),
    ),
  };
});
const results = await ensureAll("invoices", client.salesInvoices, invoices, "docref1");
for (const { record } of results) {
  if (record) console.log(`${record.docref1} is ${record.docno}: ${record.docamt}`);
}

// @ts-check
// Bills of suppliers into purchase invoices. A supplier's number is taken once for each supplier.
// Run: node examples/bills_to_purchase_invoices.mjs [BILLS.csv], with SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY set.

import { date, decimal, SqlAccount } from "sqlacc-client";
import { ensureAll, filled, groups, readRows } from "./recipe.mjs";

const client = new SqlAccount();
const rows = readRows("bills_to_purchase_invoices");
const bySupplier = groups(rows, "Supplier").flatMap((bills) => groups(bills, "Bill"));
const invoices = bySupplier.map((lines) => {
  const [{ Bill: docno = "", Supplier: code = "", Date: day = "" } = {}] = lines;
  return {
    docno,
    code,
    docdate: date(day),
    sdsdocdetail: lines.map(({ SKU = "", Text = "", Account = "", Quantity = "", Price = "", Tax = "", Rate = "" }) =>
      filled({
        itemcode: SKU,
        description: Text,
        account: Account,
        qty: decimal(Quantity),
        unitprice: decimal(Price),
        tax: Tax,
        taxrate: Rate,
      }),
    ),
  };
});
await ensureAll("purchase invoices", client.purchaseInvoices, invoices, ["docno", "code"]);

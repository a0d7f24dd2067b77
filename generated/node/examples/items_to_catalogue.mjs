// @ts-check
// Items of a price list into the catalogue of stock items.
// Run: node examples/items_to_catalogue.mjs [ITEMS.csv], with SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY set.

import { decimal, SqlAccount } from "sqlacc-client";
import { ensureAll, readRows } from "./recipe.mjs";

const client = new SqlAccount();
const items = readRows("items_to_catalogue").map((row) => ({
  code: row["SKU"] ?? "",
  description: row["Name"] ?? "",
  stockgroup: row["Group"] ?? "",
  sltax: row["SalesTax"] ?? "", // sent also when empty, so that no default of the database steps in
  phtax: row["PurchaseTax"] ?? "",
  irbm_classification: row["Class"] ?? "",
  sdsuom: [
    {
      uom: row["Unit"] ?? "",
      rate: decimal("1.0000"),
      refcost: decimal(row["Cost"] ?? "0"),
      refprice: decimal(row["Price"] ?? "0"),
      isbase: 1,
    },
  ],
}));
await ensureAll("stock items", client.stockItems, items, "code");

// @ts-check
// Postings of another system into the ledger: journal entries, customer payments and payment vouchers.
// Run: node examples/postings_to_ledger.mjs [POSTINGS.csv], with SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY set.

import { addDecimals, date, decimal, SqlAccount } from "sqlacc-client";
import { ensureAll, filled, groups, readRows } from "./recipe.mjs";

const client = new SqlAccount();
const rows = readRows("postings_to_ledger");

/** @param {string} kind */
const vouchers = (kind) =>
  groups(
    rows.filter((row) => row["Kind"] === kind),
    "Voucher",
  );

/** @param {Record<string, string>[]} lines */
const header = ([{ Voucher = "", Date: day = "", Text = "" } = {}]) => ({
  docno: Voucher,
  docdate: date(day),
  description: Text,
});

/** @param {Record<string, string>[]} lines */
const total = (lines) => addDecimals(...lines.map((line) => decimal(line["Amount"] ?? "")));

const journals = vouchers("journal").map((lines) => ({
  ...header(lines),
  sdsdocdetail: lines.map(({ Account = "", Text = "", Debit = "", Credit = "" }) => ({
    code: Account,
    description: Text,
    ...(Debit === "" ? {} : { localdr: decimal(Debit) }),
    ...(Credit === "" ? {} : { localcr: decimal(Credit) }),
  })),
}));

const receipts = vouchers("receipt").map((lines) => ({
  ...header(lines),
  code: lines[0]?.["Customer"] ?? "",
  paymentmethod: lines[0]?.["Bank"] ?? "",
  docamt: total(lines),
  // A row without an invoice leaves its money unapplied.
  sdsknockoff: lines
    .filter((line) => line["Invoice"] !== "")
    .map(({ Invoice = "", Amount = "" }) => ({
      doctype: "IV",
      docno: Invoice,
      koamt: decimal(Amount),
      knockoff: true,
    })),
}));

const payments = vouchers("payment").map((lines) => ({
  ...header(lines),
  paymentmethod: lines[0]?.["Bank"] ?? "",
  docamt: total(lines),
  sdsdocdetail: lines.map(({ Account = "", Text = "", Amount = "" }) =>
    filled({ code: Account, description: Text, amount: decimal(Amount) }),
  ),
}));

await ensureAll("journal entries", client.journalEntries, journals, "docno");
await ensureAll("customer payments", client.customerPayments, receipts, "docno");
await ensureAll("payment vouchers", client.paymentVouchers, payments, "docno");

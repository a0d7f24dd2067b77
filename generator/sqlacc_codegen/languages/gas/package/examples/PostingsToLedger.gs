/**
 * Postings of another system into the ledger: journal entries, customer payments and payment vouchers.
 *
 * The active sheet has the columns Kind (journal, receipt or payment), Voucher, Date, Text, Account, Customer, Bank,
 * Invoice, Debit, Credit and Amount (postings_to_ledger.csv). Rows of a Kind with the same Voucher are one record.
 */
function postingsToLedger() {
  const client = Sqlacc.connect();
  const table = new SheetTable(SpreadsheetApp.getActiveSheet());
  post_(table, "journal", client.journalEntries, (rows) => ({
    sdsdocdetail: rows.map((row) =>
      SheetTable.filled({
        code: row.Account,
        description: row.Text,
        localdr: row.Debit,
        localcr: row.Credit,
      }),
    ),
  }));
  post_(table, "receipt", client.customerPayments, (rows) => ({
    code: rows[0].Customer,
    paymentmethod: rows[0].Bank,
    docamt: Sqlacc.addDecimals(...rows.map((row) => row.Amount || "0")),
    // A row without an invoice leaves its money unapplied.
    sdsknockoff: rows
      .filter((row) => row.Invoice !== "")
      .map((row) => ({ doctype: "IV", docno: row.Invoice, koamt: row.Amount, knockoff: true })),
  }));
  post_(table, "payment", client.paymentVouchers, (rows) => ({
    paymentmethod: rows[0].Bank,
    docamt: Sqlacc.addDecimals(...rows.map((row) => row.Amount || "0")),
    sdsdocdetail: rows.map((row) => ({ code: row.Account, description: row.Text, amount: row.Amount })),
  }));
}

/**
 * @param {SheetTable} table
 * @param {string} kind
 * @param {any} resource
 * @param {(rows: {[name: string]: any}[]) => object} body
 */
function post_(table, kind, resource, body) {
  const vouchers = table.groups("Voucher", (row) => row.Kind === kind && SheetTable.isOpen(row));
  const records = vouchers.map((rows) =>
    Object.assign({ docno: rows[0].Voucher, docdate: rows[0].Date, description: rows[0].Text }, body(rows)),
  );
  const options = { by: "docno", budgetMs: 270000, onProgress: table.progress() };
  table.tellAll(vouchers, resource.ensureMany(records, options), "docno");
}

/**
 * Suppliers' bills into purchase invoices, under the number that the supplier printed and none of them twice.
 *
 * The active sheet has the columns Bill, Supplier, Date, Text, SKU, Account, Quantity, Price, Tax and Rate
 * (bills_to_purchase_invoices.csv). Rows with the same Bill and Supplier are one purchase invoice.
 */
function billsToPurchaseInvoices() {
  const table = new SheetTable(SpreadsheetApp.getActiveSheet());
  for (const row of table.rows) row.key = row.Bill && JSON.stringify([row.Supplier, row.Bill]);
  const bills = table.groups("key");
  const invoices = bills.map((rows) => ({
    docno: rows[0].Bill,
    code: rows[0].Supplier,
    docdate: rows[0].Date,
    sdsdocdetail: rows.map((row) =>
      SheetTable.filled({
        itemcode: row.SKU,
        description: row.Text,
        account: row.Account,
        qty: row.Quantity,
        unitprice: row.Price,
        tax: row.Tax,
        taxrate: row.Rate,
      }),
    ),
  }));
  // The number alone may be another supplier's.
  const options = { by: ["docno", "code"], budgetMs: 270000, onProgress: table.progress() };
  table.tellAll(bills, Sqlacc.connect().purchaseInvoices.ensureMany(invoices, options), "docno");
}

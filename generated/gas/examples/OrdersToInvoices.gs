/**
 * Orders of a shop into sales invoices: one for each order, none of them twice.
 *
 * The active sheet has the columns Order, Date, Customer, SKU, Quantity, Price, Tax and Rate (orders_to_invoices.csv);
 * rows with the same Order are one invoice. Run it again at any time: what is there already is found. It stops by
 * itself before Apps Script's six minutes are over, and the next run goes on.
 */
function ordersToInvoices() {
  const table = new SheetTable(SpreadsheetApp.getActiveSheet());
  const orders = table.groups("Order");
  const invoices = orders.map((rows) => ({
    docref1: rows[0].Order, // the key that tells whether the invoice exists already
    docdate: rows[0].Date,
    code: rows[0].Customer,
    description: "Web shop",
    sdsdocdetail: rows.map((row) =>
      SheetTable.filled({
        itemcode: row.SKU,
        qty: row.Quantity,
        unitprice: row.Price,
        tax: row.Tax,
        taxrate: row.Rate,
      }),
    ),
  }));
  const options = { by: "docref1", budgetMs: 270000, onProgress: table.progress() };
  table.tellAll(orders, Sqlacc.connect().salesInvoices.ensureMany(invoices, options), "docno");
}

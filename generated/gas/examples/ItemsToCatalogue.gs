/**
 * Items of a shop's catalogue into the books, with base unit, prices and tax codes.
 *
 * The active sheet has the columns SKU, Name, Group, Unit, Cost, Price, SalesTax, PurchaseTax and Class
 * (items_to_catalogue.csv). An item that is there already is updated where the sheet says something else.
 */
function itemsToCatalogue() {
  const client = Sqlacc.connect();
  const table = new SheetTable(SpreadsheetApp.getActiveSheet());
  const statuses = table
    .groups("SKU", () => true)
    .map((rows) => {
      const [row] = rows;
      const header = {
        code: row.SKU,
        description: row.Name,
        stockgroup: row.Group,
        sltax: row.SalesTax, // sent even when empty, so that no default of the database steps in
        phtax: row.PurchaseTax,
        irbm_classification: row.Class,
      };
      const unit = { uom: row.Unit, rate: "1", refcost: row.Cost, refprice: row.Price, isbase: 1 };
      try {
        const status = keepItem_(client, header, unit);
        table.tell(rows, status, row.SKU);
        return status;
      } catch (error) {
        table.tell(rows, "failed", row.SKU, error instanceof Error ? error.message : String(error));
        return "failed";
      }
    });
  table.summary(statuses);
}

/**
 * @param {any} client
 * @param {{[name: string]: any}} header
 * @param {{[name: string]: any}} unit
 * @returns {string}
 */
function keepItem_(client, header, unit) {
  const stored = client.stockItems.find({ code: header.code });
  if (stored === null) {
    client.stockItems.create(Object.assign({}, header, { sdsuom: [unit] }));
    return "created";
  }
  const base = (stored.sdsuom || []).find((/** @type {any} */ one) => one.uom === unit.uom) || {};
  const isHeaderSame = Object.entries(header).every(([name, value]) => value === (stored[name] || ""));
  const isUnitSame = ["refcost", "refprice"].every(
    (name) => Sqlacc.compareDecimals(unit[name], base[name] || "0") === 0,
  );
  if (isHeaderSame && isUnitSame) return "found";
  // Units have no key: an update replaces them all, so all are sent.
  const others = (stored.sdsuom || []).filter((/** @type {any} */ one) => one !== base);
  const changed = Object.assign({}, unit, base, { refcost: unit.refcost, refprice: unit.refprice });
  client.stockItems.update(stored, Object.assign({}, header, { sdsuom: [changed, ...others] }));
  return "updated";
}

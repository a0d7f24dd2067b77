/**
 * Customers of a customer relationship system into the books, under codes of your choosing.
 *
 * The active sheet has the columns Code, Name, Contact, Phone, Email, Address, Postcode, City, State, Terms, TIN and BRN
 * (crm_customers.csv). A customer that is there already is updated where the sheet says something else.
 */
function crmCustomers() {
  const client = Sqlacc.connect();
  const table = new SheetTable(SpreadsheetApp.getActiveSheet());
  const statuses = table
    .groups("Code", () => true)
    .map((rows) => {
      const [row] = rows;
      const header = SheetTable.filled({
        code: row.Code,
        companyname: row.Name,
        creditterm: row.Terms,
        tin: row.TIN,
        idtype: row.BRN === "" ? "" : 1, // the number is a business registration
        idno: row.BRN,
      });
      const branch = SheetTable.filled({
        branchname: "BILLING",
        attention: row.Contact,
        phone1: row.Phone,
        email: row.Email,
        address1: row.Address,
        postcode: row.Postcode,
        city: row.City,
        state: row.State,
      });
      try {
        const status = keepCustomer_(client, header, branch);
        table.tell(rows, status, row.Code);
        return status;
      } catch (error) {
        table.tell(rows, "failed", row.Code, error instanceof Error ? error.message : String(error));
        return "failed";
      }
    });
  table.summary(statuses);
}

/**
 * Customers have no update counter, so they are read just before they are written.
 * @param {any} client
 * @param {{[name: string]: any}} header
 * @param {{[name: string]: any}} branch
 * @returns {string}
 */
function keepCustomer_(client, header, branch) {
  const stored = client.customers.find({ code: header.code });
  if (stored === null) {
    client.customers.create(Object.assign({}, header, { sdsbranch: [branch] }));
    return "created";
  }
  const billing = (stored.sdsbranch || []).find((/** @type {any} */ one) => one.branchname === branch.branchname) || {};
  const differs = (/** @type {any} */ mine, /** @type {any} */ theirs) =>
    Object.keys(mine).some((name) => String(mine[name]) !== String(theirs[name]));
  if (!differs(header, stored) && !differs(branch, billing)) return "found";
  const changed = Object.assign({}, branch, billing.dtlkey === undefined ? {} : { dtlkey: billing.dtlkey });
  client.customers.update(stored, Object.assign({}, header, { sdsbranch: [changed] }));
  return "updated";
}

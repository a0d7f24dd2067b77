/**
 * The rows of a sheet by the names in its first row, and the columns Result, Number and Message that recipes fill.
 * Rows that were created or found are left alone the next time: empty their Result to have them done again.
 */
class SheetTable {
  /** @param {GoogleAppsScript.Spreadsheet.Sheet} sheet */
  constructor(sheet) {
    this.sheet_ = sheet;
    const range = sheet.getDataRange();
    const [shown, values] = [range.getDisplayValues(), range.getValues()];
    /** @type {string[]} */
    this.names_ = shown[0].map((name) => name.trim());
    for (const name of ["Result", "Number", "Message"]) {
      if (this.names_.includes(name)) continue;
      this.names_.push(name);
      sheet.getRange(1, this.names_.length).setValue(name);
    }
    const timeZone = sheet.getParent().getSpreadsheetTimeZone();
    /** @type {{[name: string]: any}[]} */
    this.rows = values.slice(1).map((cells, at) => {
      /** @type {{[name: string]: any}} */
      const row = { place: at + 2 };
      this.names_.forEach((name, column) => {
        row[name] = cells[column] === undefined ? "" : SheetTable.text_(cells[column], shown[at + 1][column], timeZone);
      });
      return row;
    });
  }

  /**
   * What a cell means as text: a date without time, a number without the noise of floats, percent as shown.
   * @param {any} value
   * @param {string} shown
   * @param {string} timeZone
   * @returns {string}
   */
  static text_(value, shown, timeZone) {
    if (Object.prototype.toString.call(value) === "[object Date]") return Sqlacc.dateOf(value, timeZone);
    if (typeof value !== "number" || shown.includes("%")) return shown.trim();
    return Sqlacc.decimal(value, 8).replace(/\.?0+$/, "");
  }

  /**
   * Rows with the same text in a column together; without `wanted` the ones that are still to be done.
   * @param {string} name
   * @param {(row: {[name: string]: any}) => boolean} [wanted]
   * @returns {{[name: string]: any}[][]}
   */
  groups(name, wanted = SheetTable.isOpen) {
    /** @type {Map<string, {[name: string]: any}[]>} */
    const groups = new Map();
    for (const row of this.rows) {
      if (row[name] === "" || !wanted(row)) continue;
      groups.set(row[name], [...(groups.get(row[name]) || []), row]);
    }
    return [...groups.values()];
  }

  /**
   * Whether a row is still to be done.
   * @param {{[name: string]: any}} row
   * @returns {boolean}
   */
  static isOpen(row) {
    return row.Result !== "created" && row.Result !== "found";
  }

  /**
   * Writes what became of some rows beside them.
   * @param {{[name: string]: any}[]} rows
   * @param {string} result
   * @param {string} [number]
   * @param {string} [message]
   */
  tell(rows, result, number = "", message = "") {
    const values = { Result: result, Number: number, Message: message };
    for (const row of rows) {
      for (const [name, value] of Object.entries(values)) {
        row[name] = value;
        this.sheet_.getRange(row.place, this.names_.indexOf(name) + 1).setValue(value);
      }
    }
  }

  /**
   * Writes the results of a batch beside their groups of rows, and a summary.
   * @param {{[name: string]: any}[][]} groups
   * @param {{status: string, record?: any, error?: Error}[]} results
   * @param {string} field The field of a record that goes into the column Number.
   */
  tellAll(groups, results, field) {
    results.forEach(({ status, record, error }, at) => {
      this.tell(groups[at], status, record ? String(record[field]) : "", error ? error.message : "");
    });
    this.summary(results.map((result) => result.status));
  }

  /**
   * What to call after each record of a batch.
   * @returns {(progress: {done: number, total: number}) => void}
   */
  progress() {
    return ({ done, total }) => {
      if (done % 10 === 0) this.sheet_.getParent().toast(done + " of " + total, "SQL Account");
    };
  }

  /**
   * Counts results and shows them.
   * @param {string[]} statuses
   */
  summary(statuses) {
    const counts = new Map();
    for (const status of statuses) counts.set(status, (counts.get(status) || 0) + 1);
    const text = [...counts].map(([status, count]) => count + " " + status).join(", ") || "nothing to do";
    console.log(text);
    this.sheet_.getParent().toast(text, "SQL Account", 10);
  }

  /**
   * The members of a record that are not empty.
   * @param {{[name: string]: any}} members
   * @returns {{[name: string]: any}}
   */
  static filled(members) {
    return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ""));
  }
}

/** A menu for the recipes beside this file. */
function onOpen() {
  SpreadsheetApp.getUi()
    .createMenu("SQL Account")
    .addItem("Orders into sales invoices", "ordersToInvoices")
    .addItem("Bills into purchase invoices", "billsToPurchaseInvoices")
    .addItem("Postings into the ledger", "postingsToLedger")
    .addItem("Customers of the CRM", "crmCustomers")
    .addItem("Items of the catalogue", "itemsToCatalogue")
    .addToUi();
}

// @ts-check
// Customers of a CRM into the books: new ones are created, those that are there get their new address and contact.
// Run: node examples/crm_customers.mjs [CUSTOMERS.csv], with SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY set.

import { SqlAccount } from "sqlacc-client";
import { ensureAll, filled, readRows } from "./recipe.mjs";

const client = new SqlAccount();
const rows = readRows("crm_customers");

/** @param {Record<string, string>} row */
const branchOf = (row) =>
  filled({
    branchname: "BILLING",
    attention: row["Contact"] ?? "",
    phone1: row["Phone"] ?? "",
    email: row["Email"] ?? "",
    address1: row["Address"] ?? "",
    postcode: row["Postcode"] ?? "",
    city: row["City"] ?? "",
    state: row["State"] ?? "",
  });

const customers = rows.map((row) => ({
  ...filled({
    code: row["Code"] ?? "",
    companyname: row["Name"] ?? "",
    creditterm: row["Terms"] ?? "",
    tin: row["TIN"] ?? "",
    idno: row["BRN"] ?? "",
  }),
  idtype: 1, // the number is a business registration
  sdsbranch: [branchOf(row)],
}));
const results = await ensureAll("customers", client.customers, customers, "code");

for (const [index, { status, record }] of results.entries()) {
  const row = rows[index];
  if (status !== "found" || !record || !row) continue;
  const wanted = branchOf(row);
  const [branch] = record.sdsbranch ?? [];
  const isSame = branch && Object.entries(wanted).every(([name, value]) => Reflect.get(branch, name) === value);
  if (isSame) continue;
  const line = branch?.dtlkey == null ? wanted : { ...wanted, dtlkey: branch.dtlkey };
  await client.customers.updateWithRetry(record.code, { sdsbranch: [line] });
  console.log(`${record.code}: address and contact brought up to date`);
}

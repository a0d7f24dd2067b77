/** Compiled, never run: what the types must accept and refuse. */

import { type Decimal, decimal, type Integer, type SalesInvoice, type SqlAccount } from "sqlacc-client";
import { FakeServer } from "sqlacc-client/testing";

export async function typed(client: SqlAccount = new FakeServer().client()): Promise<Decimal | null | undefined> {
  const invoice: SalesInvoice = await client.salesInvoices.create({
    docdate: "2026-01-15",
    code: "300-A0001",
    docamt: decimal("25.10"),
    udf_channel: "web",
    sdsdocdetail: [{ itemcode: "ANT", qty: "2", unitprice: "25.10", udf_note: null }],
  });
  // @ts-expect-error a record needs its customer
  await client.salesInvoices.create({ docdate: "2026-01-15" });
  // @ts-expect-error money is no float
  await client.salesInvoices.create({ docdate: "2026-01-15", code: "300-A0001", docamt: 25.1 });
  // @ts-expect-error a text that is no number
  await client.salesInvoices.create({ docdate: "2026-01-15", code: "300-A0001", docamt: "RM 25" });
  // @ts-expect-error dates are no moments
  await client.salesInvoices.create({ docdate: new Date(), code: "300-A0001" });
  // @ts-expect-error there is no such field
  await client.salesInvoices.update(invoice, { docdat: "2026-01-15" });
  await client.salesInvoices.update(invoice, { sdsdocdetail: [{ dtlkey: 1, $remove: true }, { itemcode: "HFK" }] });
  // @ts-expect-error agents have no reports
  type None = (typeof client.agents)["pdf"];
  const key: Integer = invoice.dockey;
  for await (const { docno } of client.salesInvoices.iterate({ where: { code: "300-*" } })) docno?.toUpperCase();
  const none: None[] = [];
  return key > none.length ? invoice.docamt : null;
}

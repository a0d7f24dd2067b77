using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Examples;

/// <summary>Suppliers' bills into purchase invoices under the number that the supplier printed.</summary>
public static class BillsToPurchaseInvoices
{
    public static async Task<Tally> RunAsync(
        SqlaccClient client,
        IReadOnlyList<Row> rows,
        CancellationToken cancellationToken
    )
    {
        var tally = new Tally();
        var invoices = rows.GroupBy(row => (row["Supplier"], row["Bill"]))
            .Select(bill => Invoice(bill.ToList()))
            .ToList();
        // The number alone may be another supplier's, so both are looked for.
        var results = await client.PurchaseInvoices.EnsureManyAsync(
            invoices,
            by: new[] { "docno", "code" },
            tally.Batch,
            cancellationToken: cancellationToken
        );
        tally.Add(
            "bill",
            invoices.Select(invoice => $"{invoice.Code} {invoice.DocNo}").ToList(),
            results
        );
        return tally;
    }

    private static PurchaseInvoice Invoice(IReadOnlyList<Row> rows)
    {
        var invoice = new PurchaseInvoice
        {
            DocNo = rows[0]["Bill"],
            Code = rows[0]["Supplier"],
            DocDate = rows[0].Date("Date"),
        };
        foreach (var row in rows)
        {
            var line = new PurchaseInvoiceLine
            {
                Qty = row.Number("Quantity"),
                UnitPrice = row.Number("Price"),
            };
            // Only what the bill says is sent; the rest is the server's to fill in.
            Set(line, "itemcode", row["SKU"]);
            Set(line, "description", row["Text"]);
            Set(line, "account", row["Account"]);
            Set(line, "tax", row["Tax"]);
            Set(line, "taxrate", row["Rate"]);
            invoice.SdsDocDetail.Add(line);
        }
        return invoice;
    }

    private static void Set(Record line, string wire, string? text)
    {
        if (text != null)
        {
            line.Set(wire, text);
        }
    }
}

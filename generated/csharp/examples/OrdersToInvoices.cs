using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Examples;

/// <summary>Orders of a web shop into sales invoices: one for each order, none twice.</summary>
public static class OrdersToInvoices
{
    public static async Task<Tally> RunAsync(
        SqlaccClient client,
        IReadOnlyList<Row> rows,
        CancellationToken cancellationToken
    )
    {
        var tally = new Tally();
        var invoices = rows.GroupBy(row => row["Order"])
            .Select(order => Invoice(order.ToList()))
            .ToList();
        // The order's number stands in docref1 and tells whether the invoice exists already.
        var results = await client.SalesInvoices.EnsureManyAsync(
            invoices,
            by: new[] { "docref1" },
            tally.Batch,
            cancellationToken: cancellationToken
        );
        tally.Add("order", invoices.Select(invoice => invoice.DocRef1!).ToList(), results);
        return tally;
    }

    private static SalesInvoice Invoice(IReadOnlyList<Row> rows)
    {
        var invoice = new SalesInvoice
        {
            DocRef1 = rows[0]["Order"],
            DocDate = rows[0].Date("Date"),
            Code = rows[0]["Customer"],
            Description = "Web shop",
        };
        foreach (var row in rows)
        {
            var line = new SalesInvoiceLine
            {
                ItemCode = row["SKU"],
                Qty = row.Number("Quantity"),
                UnitPrice = row.Number("Price"),
            };
            if (row["Tax"] is { } tax)
            {
                line.Tax = tax;
                line.TaxRate = row["Rate"];
            }
            invoice.SdsDocDetail.Add(line);
        }
        return invoice;
    }
}

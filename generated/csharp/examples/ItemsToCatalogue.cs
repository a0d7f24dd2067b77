using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Examples;

/// <summary>Items of a shop's catalogue into the books, with base unit, prices and tax codes.</summary>
public static class ItemsToCatalogue
{
    public static async Task<Tally> RunAsync(
        SqlaccClient client,
        IReadOnlyList<Row> rows,
        CancellationToken cancellationToken
    )
    {
        var tally = new Tally();
        foreach (var row in rows)
        {
            var code = row["SKU"]!;
            try
            {
                var stored = await client.StockItems.FindAsync(
                    code: code,
                    cancellationToken: cancellationToken
                );
                if (stored is null)
                {
                    await client.StockItems.CreateAsync(
                        Filled(new StockItem { Code = code }, row),
                        cancellationToken: cancellationToken
                    );
                }
                var was = stored?.ToJson();
                var updated = stored != null && Filled(stored, row).ToJson() != was;
                if (updated)
                {
                    await client.StockItems.UpdateAsync(
                        stored!,
                        cancellationToken: cancellationToken
                    );
                }
                tally.Add("item", code, created: stored is null, updated);
            }
            catch (SqlaccException error)
            {
                tally.Fail("item", code, error);
            }
        }
        return tally;
    }

    private static StockItem Filled(StockItem item, Row row)
    {
        item.Description = row["Name"];
        item.StockGroup = row["Group"];
        // Sent even when empty, so that no default of the database steps in.
        item.SlTax = row["SalesTax"] ?? "";
        item.PhTax = row["PurchaseTax"] ?? "";
        item.IrbmClassification = row["Class"];
        var unit = item.SdsUom.FirstOrDefault(unit => unit.Uom == row["Unit"]);
        if (unit is null)
        {
            unit = new UnitOfMeasure
            {
                Uom = row["Unit"],
                Rate = 1.0000m,
                IsBase = 1,
            };
            item.SdsUom.Add(unit);
        }
        // The same amount with other digits behind the point is no change.
        if (unit.RefCost != row.Number("Cost"))
        {
            unit.RefCost = row.Number("Cost");
        }
        if (unit.RefPrice != row.Number("Price"))
        {
            unit.RefPrice = row.Number("Price");
        }
        return item;
    }
}

// The five recipes: dotnet run --project examples -- orders_to_invoices [FILE.csv]
// Keys come from the environment (SQLACC_ACCESS_KEY, SQLACC_SECRET_KEY) or a profile (SQLACC_PROFILE).
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sqlacc;
using Sqlacc.Examples;

var recipes = new Dictionary<
    string,
    Func<SqlaccClient, IReadOnlyList<Row>, CancellationToken, Task<Tally>>
>
{
    ["orders_to_invoices"] = OrdersToInvoices.RunAsync,
    ["bills_to_purchase_invoices"] = BillsToPurchaseInvoices.RunAsync,
    ["postings_to_ledger"] = PostingsToLedger.RunAsync,
    ["crm_customers"] = CrmCustomers.RunAsync,
    ["items_to_catalogue"] = ItemsToCatalogue.RunAsync,
};
if (args.Length is 0 or > 2 || !recipes.TryGetValue(args[0], out var recipe))
{
    Console.Error.WriteLine(
        $"usage: RECIPE [FILE.csv], with RECIPE one of {string.Join(", ", recipes.Keys)}"
    );
    return 2;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};
try
{
    var file = args.Length == 2 ? args[1] : Path.Combine("examples", "data", args[0] + ".csv");
    using var client = new SqlaccClient(Profiles.FromEnvironment());
    var tally = await recipe(client, Csv.Read(file).ToList(), stop.Token);
    Console.WriteLine(tally);
    return tally.Failed == 0 ? 0 : 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("stopped; run it again, nothing is stored twice");
    return 130;
}
catch (Exception error)
    when (error is SqlaccException || error is IOException || error is FormatException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

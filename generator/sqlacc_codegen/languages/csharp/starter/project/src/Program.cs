// Orders of a shop (CSV) into sales invoices: dotnet run --project src -- [ORDERS.csv]
// Keys come from the environment (SQLACC_ACCESS_KEY, SQLACC_SECRET_KEY) or a profile (SQLACC_PROFILE).
using System;
using System.IO;
using System.Linq;
using Sqlacc;
using Sqlacc.Examples;

try
{
    var rows = Csv.Read(args.FirstOrDefault() ?? "orders_to_invoices.csv").ToList();
    using var client = new SqlaccClient(Profiles.FromEnvironment());
    var tally = await OrdersToInvoices.RunAsync(client, rows, default);
    Console.WriteLine(tally);
    return tally.Failed == 0 ? 0 : 1;
}
catch (Exception error)
    when (error is SqlaccException || error is IOException || error is FormatException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

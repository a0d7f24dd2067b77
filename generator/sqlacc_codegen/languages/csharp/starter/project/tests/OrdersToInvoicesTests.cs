using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Sqlacc.Examples;
using Sqlacc.Testing;

namespace Orders.Tests;

/// <summary>The orders of the sample become invoices, once, however often the program runs. No network is used.</summary>
public sealed class OrdersToInvoicesTests
{
    [Test]
    public async Task EachOrderBecomesOneInvoice()
    {
        var sample = Path.Combine(TestContext.CurrentContext.TestDirectory, "orders_to_invoices.csv");
        var rows = Csv.Read(sample).ToList();
        var server = new FakeServer();
        using var client = server.CreateClient();

        var first = await OrdersToInvoices.RunAsync(client, rows, default);
        var second = await OrdersToInvoices.RunAsync(client, rows, default);

        Assert.That((first.Created, first.Failed), Is.EqualTo((2, 0)));
        Assert.That((second.Created, second.Found), Is.EqualTo((0, 2)));
        Assert.That(server.Requests.Count(request => request.Method == "POST"), Is.EqualTo(2));
    }
}

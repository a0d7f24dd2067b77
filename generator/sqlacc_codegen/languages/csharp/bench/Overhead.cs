// What a call of the client costs beside a bare signed HttpClient request with JSON, without a network.
using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sqlacc;

var body = Invoice().ToJson();
var handler = new Canned("{\"data\":[" + body + "]}");
var options = new SqlaccOptions { AccessKey = "k.sql.my/BENCH", SecretKey = "s" };
using var client = new SqlaccClient(options, handler);
var keys = new Credentials("k.sql.my/BENCH", "s", options.Region, options.Service);
using var bare = new HttpClient(new SigningHandler(keys, handler));

await Measure("bare signed GET, parsed with JsonDocument", async () =>
{
    var text = await bare.GetStringAsync("https://api.sql.my/salesinvoice/35");
    using var json = JsonDocument.Parse(text);
    json.RootElement.GetProperty("data");
});
await Measure("client GetAsync, one property read", async () => _ = (await client.SalesInvoices.GetAsync(35)).DocAmt);
await Measure("bare signed POST of a ready body", async () =>
{
    using var content = new StringContent(body);
    using var answer = await bare.PostAsync("https://api.sql.my/salesinvoice", content);
});
await Measure("client CreateAsync, checked", async () => _ = await client.SalesInvoices.CreateAsync(Invoice()));

static async Task Measure(string what, Func<Task> call)
{
    const int Count = 4000;
    var best = double.MaxValue;
    for (var round = 0; round < 5; round++)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Count; i++)
        {
            await call();
        }
        best = Math.Min(best, watch.Elapsed.TotalMilliseconds * 1000 / Count);
    }
    Console.WriteLine($"{what, -45} {best, 8:0.0} us");
}

static SalesInvoice Invoice()
{
    var invoice = new SalesInvoice
    {
        DocKey = 35,
        DocNo = "IV-00035",
        DocDate = new CalendarDate(2026, 1, 15),
        Code = "300-A0001",
        DocAmt = 753.00m,
        UpdateCount = 1,
    };
    foreach (var number in Enumerable.Range(1, 10))
    {
        invoice.SdsDocDetail.Add(new() { DtlKey = number, ItemCode = "ANT", Qty = 3.00m, UnitPrice = 25.10m, Amount = 75.30m });
    }
    return invoice;
}

internal sealed class Canned : HttpMessageHandler
{
    private readonly byte[] _body;

    public Canned(string body)
    {
        _body = System.Text.Encoding.UTF8.GetBytes(body);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent(_body) });
}

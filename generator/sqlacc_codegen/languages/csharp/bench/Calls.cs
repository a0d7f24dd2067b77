// Calls of the client and bare signed requests, to milliseconds of each; run.sh says how it is started.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Sqlacc;

const string Names = "host;x-amz-content-sha256;x-amz-date";
const string Json = "application/json";
const int Rounds = 7;
var calls = int.Parse(args[0]);
var server = Environment.GetEnvironmentVariable("SQLACC_BASE_URL")!;
var access = Environment.GetEnvironmentVariable("SQLACC_ACCESS_KEY")!;
var secret = Environment.GetEnvironmentVariable("SQLACC_SECRET_KEY")!;
using var http = new HttpClient();
using var client = new SqlaccClient(Profiles.FromEnvironment());

const string Page = "/salesinvoice?limit=50&offset=0";
var line = new { itemcode = "ANT", qty = "2.00", unitprice = "25.10" };
var fresh = new { code = "300-G0002", docdate = "2026-01-15", sdsdocdetail = new[] { line, line, line } };
using var answer = await Bare("GET", "/salesinvoice/35");
var stored = answer.RootElement.GetProperty("data")[0];
var changed = JsonSerializer.Deserialize<JsonObject>(stored)!;
changed["description"] = "changed";
changed["updatecount"] = stored.GetProperty("updatecount").GetInt64() + 1;
var read = await client.SalesInvoices.GetAsync(35);
read.Description = "changed";

await Compare(
    "create",
    async () => Text(await Bare("POST", "/salesinvoice", fresh), "docno"),
    async () => (await client.SalesInvoices.CreateAsync(Fresh())).DocNo
);
await Compare(
    "get",
    async () => Amounts(await Bare("GET", "/salesinvoice/35")),
    async () => (await client.SalesInvoices.GetAsync(35)).DocAmt
);
await Compare(
    "update",
    async () => Text(await Bare("PUT", "/salesinvoice/35", changed), "docno"),
    async () => (await client.SalesInvoices.UpdateAsync(read)).DocNo
);
await Compare(
    "list",
    async () => Amounts(await Bare("GET", Page)),
    async () => (await client.SalesInvoices.ListAsync()).Records.Select(row => row.DocAmt).ToList()
);

// The least that a signed request takes.
async Task<JsonDocument> Bare(string method, string target, object? record = null)
{
    var body = record is null ? Array.Empty<byte>() : JsonSerializer.SerializeToUtf8Bytes(record);
    var stamp = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'");
    var scope = stamp.Substring(0, 8) + "/ap-southeast-5/sqlaccount/aws4_request";
    var parts = (target + "?").Split('?');
    var digest = Hex(SHA256.HashData(body));
    var host = server.Split("//")[1];
    var lines = $"host:{host}\nx-amz-content-sha256:{digest}\nx-amz-date:{stamp}\n";
    var canonical = string.Join("\n", method, parts[0], parts[1], lines, Names, digest);
    var text = string.Join("\n", "AWS4-HMAC-SHA256", stamp, scope, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
    var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), Mac);
    using var request = new HttpRequestMessage(new HttpMethod(method), server + target);
    request.Headers.Add("x-amz-content-sha256", digest);
    request.Headers.Add("x-amz-date", stamp);
    request.Headers.TryAddWithoutValidation(
        "Authorization",
        $"AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={Names}, Signature={Hex(Mac(key, text))}"
    );
    request.Content = record is null ? null : new ByteArrayContent(body) { Headers = { { "Content-Type", Json } } };
    using var response = await http.SendAsync(request);
    return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
}

static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

static string? Text(JsonDocument document, string name)
{
    using (document)
    {
        return document.RootElement.GetProperty(name).GetString();
    }
}

static List<string?> Amounts(JsonDocument document)
{
    using (document)
    {
        var rows = document.RootElement.GetProperty("data").EnumerateArray();
        return rows.Select(row => row.GetProperty("docamt").GetString()).ToList();
    }
}

static SalesInvoice Fresh()
{
    var invoice = new SalesInvoice { Code = "300-G0002", DocDate = new CalendarDate(2026, 1, 15) };
    for (var number = 0; number < 3; number++)
    {
        invoice.SdsDocDetail.Add(new() { ItemCode = "ANT", Qty = 2.00m, UnitPrice = 25.10m });
    }
    return invoice;
}

// Milliseconds of a call of each, the best of several rounds taken in turn.
async Task Compare<TBare, TClient>(string call, Func<Task<TBare>> bare, Func<Task<TClient>> byClient)
{
    var (first, second) = (double.MaxValue, double.MaxValue);
    for (var round = 0; round < Rounds; round++)
    {
        first = Math.Min(first, await Time(bare));
        second = Math.Min(second, await Time(byClient));
    }
    Console.WriteLine(JsonSerializer.Serialize(new { call, bare_ms = first, client_ms = second }));
}

async Task<double> Time<T>(Func<Task<T>> work)
{
    var watch = Stopwatch.StartNew();
    for (var count = 0; count < calls; count++)
    {
        await work();
    }
    return watch.Elapsed.TotalMilliseconds / calls;
}

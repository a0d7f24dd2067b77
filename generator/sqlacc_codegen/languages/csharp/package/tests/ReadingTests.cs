using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using NUnit.Framework;
using Sqlacc.Testing;

namespace Sqlacc.Tests;

public class ReadingTests
{
    private static async Task<FakeServer> Filled(int count)
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        await client.Agents.CreateManyAsync(
            Enumerable
                .Range(0, count)
                .Select(i => new Agent { Code = $"A{i:000}", Description = "x" })
        );
        return server;
    }

    private static async Task<List<Agent>> All(SqlaccClient client, IterateOptions? how = null)
    {
        var found = new List<Agent>();
        await foreach (var agent in client.Agents.IterateAsync(how: how))
        {
            found.Add(agent);
        }
        return found;
    }

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(49, 1)]
    [TestCase(50, 2)]
    [TestCase(51, 2)]
    [TestCase(101, 3)]
    public async Task EachRecordComesOnce(int count, int pages)
    {
        var server = await Filled(count);
        using var client = server.CreateClient();
        var before = server.Requests.Count;
        var codes = (await All(client)).Select(agent => agent.Code).ToList();
        Assert.That(codes, Has.Count.EqualTo(count).And.Unique);
        Assert.That(server.Requests.Count - before, Is.EqualTo(pages));
    }

    [Test]
    public async Task AServerThatIgnoresOffsetIsAnErrorAndNoEndlessLoop()
    {
        var server = await Filled(50);
        using var client = server.CreateClient();
        var page = server.Stored("/agent").Select(row => row.ToJsonString());
        var body = "{\"data\":[" + string.Join(",", page) + "]}";
        server.Answer(HttpStatusCode.OK, body);
        server.Answer(HttpStatusCode.OK, body);
        Assert.That(
            async () => await All(client),
            Throws.TypeOf<UnexpectedResponseException>().With.Message.Contains("offset")
        );
    }

    [Test]
    public async Task OffsetMaxAndDetailsAreHonoured()
    {
        var server = await Filled(9);
        using var client = server.CreateClient();
        var found = await All(
            client,
            new IterateOptions
            {
                Offset = 2,
                Max = 3,
                PageLimit = 2,
                Details = true,
            }
        );
        Assert.That(
            found.Select(agent => agent.Code),
            Is.EqualTo(new[] { "A002", "A003", "A004" })
        );
    }

    [Test]
    public void APageHasARowAtLeast()
    {
        using var client = new FakeServer().CreateClient();
        Assert.That(() => client.Agents.ListAsync(limit: 0), Throws.TypeOf<UsageException>());
        Assert.That(() => client.Agents.ListAsync(offset: -1), Throws.TypeOf<UsageException>());
    }

    [Test]
    public async Task FindComparesWhatComesBack()
    {
        var server = await Filled(0);
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.OK, "{\"data\":[{\"code\":\"OTHER\"}]}");
        Assert.That(await client.Agents.FindAsync(code: "A001"), Is.Null);
        server.Answer(
            HttpStatusCode.OK,
            "{\"data\":[{\"code\":\"A\",\"x\":1},{\"code\":\"A\",\"x\":2},{\"code\":\"A\"}]}"
        );
        Assert.That(
            (await client.Agents.FindAsync(code: "A"))!.GetText("x"),
            Is.EqualTo("1"),
            "the same key twice is one record"
        );
        server.Answer(HttpStatusCode.BadRequest, "{\"message\":\"A not found\"}");
        Assert.That(await client.Agents.FindAsync(code: "A"), Is.Null);
        Assert.That(server.Requests[^1].Target, Is.EqualTo("/agent/*?code=A"));
    }

    [Test]
    public async Task FindComparesMomentsAndDecimalsByValue()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer(
            HttpStatusCode.OK,
            "{\"data\":[{\"dockey\":1,\"eiv_utc\":\"2026-07-23T18:00:00+08:00\",\"docamt\":1.50}]}"
        );
        var moment = new DateTimeOffset(2026, 7, 23, 10, 0, 0, TimeSpan.Zero);
        Assert.That(
            (await client.SalesInvoices.FindAsync(eivUtc: moment))?.DocAmt,
            Is.EqualTo(1.50m)
        );
    }

    [Test]
    public async Task AFieldThatIsNotIndexedGoesThroughTheList()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        await client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1", "REF-1"));
        var found = await client.SalesInvoices.FindAsync(new Where { ["docref1"] = "REF-1" });
        Assert.That(found!.SdsDocDetail, Has.Count.EqualTo(1), "read whole");
        Assert.That(
            server.Requests.Select(r => r.Target).TakeLast(2),
            Is.EqualTo(
                new[]
                {
                    "/salesinvoice?docref1=REF-1&offset=0&limit=50",
                    "/salesinvoice/" + found.DocKey,
                }
            )
        );
    }

    [TestCase("{\"code\":\"A\"}")]
    [TestCase("{\"data\":{\"code\":\"A\"}}")]
    [TestCase("{\"data\":[{\"code\":\"A\"}]}")]
    public async Task ARecordIsFoundInEveryEnvelope(string body)
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.OK, body);
        Assert.That((await client.Agents.GetAsync("A")).Code, Is.EqualTo("A"));
    }

    [TestCase("<html>", "text/html")]
    [TestCase("{\"data\":[{\"code\":", "application/json")]
    [TestCase("{\"error\":\"boom\"}", "application/json")]
    [TestCase("null", "application/json")]
    public void AGoodStatusWithABadBodyIsUnexpected(string body, string type)
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.OK, body, type);
        Assert.That(
            () => client.Agents.GetAsync("A"),
            Throws.TypeOf<UnexpectedResponseException>()
        );
    }

    [Test]
    public async Task APdfGoesOutWithItsRawHeader()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        var invoice = await client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1"));
        var pdf = await client.SalesInvoices.PdfAsync(
            invoice.DocKey!.Value,
            "Sales Invoice 8 (SST 1)"
        );
        Assert.That(pdf, Is.Not.Empty);
        Assert.That(
            server.Requests[^1].Headers["Content-Type"],
            Is.EqualTo("application/pdf;template=Sales Invoice 8 (SST 1)")
        );
        server.Answer(HttpStatusCode.OK, "<html>", "application/pdf;template=x");
        Assert.That(
            () => client.SalesInvoices.PdfAsync(1),
            Throws.TypeOf<UnexpectedResponseException>()
        );
        Assert.That(
            () => client.SalesInvoices.PdfAsync(1, "a\r\nX: y"),
            Throws.TypeOf<ValidationException>()
        );
    }

    [TestCase("A/B %", "/agent/A%2FB%20%25")]
    [TestCase("*", "/agent/%2A")]
    [TestCase("發票", "/agent/%E7%99%BC%E7%A5%A8")]
    [TestCase("a..b", "/agent/a..b")]
    public async Task AKeyStaysOneSegment(string key, string target)
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.OK, "{\"code\":\"x\"}");
        await client.Agents.GetAsync(key);
        Assert.That(server.Requests[^1].Target, Is.EqualTo(target));
    }

    [TestCase("")]
    [TestCase("..")]
    public void AKeyThatIsNoSegmentIsRefused(string key)
    {
        using var client = new FakeServer().CreateClient();
        Assert.That(() => client.Agents.GetAsync(key), Throws.TypeOf<ValidationException>());
    }
}

using System;
using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using NUnit.Framework;
using Sqlacc.Testing;

namespace Sqlacc.Tests;

public class WritingTests
{
    private FakeServer _server = new();
    private SqlaccClient _client = new FakeServer().CreateClient();

    [SetUp]
    public void Start()
    {
        _server = new FakeServer();
        _client = _server.CreateClient();
    }

    [TearDown]
    public void Stop()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Test]
    public async Task ACreateSendsNoPlaceholdersAndNoEmptyNumber()
    {
        var invoice = Samples.Invoice("");
        invoice.DocKey = -1;
        invoice.SdsDocDetail[0].DtlKey = 0;
        var stored = await _client.SalesInvoices.CreateAsync(invoice);
        var sent = _server.Requests[^1].Json;
        Assert.That(sent.ContainsKey("docno") || sent.ContainsKey("dockey"), Is.False);
        Assert.That(sent["sdsdocdetail"]![0]!.AsObject().ContainsKey("dtlkey"), Is.False);
        Assert.That(
            (stored.DocNo, invoice.DocKey),
            Is.EqualTo(("FAKE-00002", -1)),
            "the given record is left alone"
        );
    }

    [Test]
    public void ValidationNamesEveryFieldBeforeAnythingIsSent()
    {
        var invoice = Samples.Invoice(new string('x', 21));
        invoice.Remove("docdate");
        invoice.SdsDocDetail[0].Set("qty", "1,5");
        var error = Assert.ThrowsAsync<ValidationException>(() =>
            _client.SalesInvoices.CreateAsync(invoice)
        )!;
        Assert.That(
            error.Problems.Select(p => p.Field),
            Is.EquivalentTo(new[] { "docno", "docdate", "sdsdocdetail[0].qty" })
        );
        Assert.That(_server.Requests, Is.Empty);
    }

    [Test]
    public async Task ValidationCanBeTurnedOffForACallButNotForAnEmptyBody()
    {
        var off = new CallOptions { Validate = false };
        await _client.SalesInvoices.CreateAsync(new SalesInvoice { Code = "x" }, off);
        Assert.That(
            () => _client.SalesInvoices.CreateAsync(new SalesInvoice(), off),
            Throws.TypeOf<ValidationException>()
        );
    }

    [Test]
    public void AnUnbalancedJournalAndTooMuchKnockOffAreRefused()
    {
        var journal = new JournalEntry
        {
            DocDate = new CalendarDate(2026, 1, 1),
            SdsDocDetail =
            {
                new() { Code = "a", LocalDr = 1 },
                new() { Code = "b", LocalCr = 1.01m },
            },
        };
        Assert.That(
            () => _client.JournalEntries.CreateAsync(journal),
            Throws.TypeOf<ValidationException>().With.Message.Contains("sdsdocdetail")
        );
        var payment = new CustomerPayment
        {
            DocAmt = 5,
            SdsKnockOff =
            {
                new() { KoAmt = 5.01m, KnockOffValue = true },
            },
        };
        Assert.That(
            () => _client.CustomerPayments.CreateAsync(payment),
            Throws.TypeOf<ValidationException>().With.Message.Contains("sdsknockoff")
        );
    }

    [Test]
    public async Task AnUpdateSendsAllThatWasReadAndTheCounterOneHigher()
    {
        var invoice = Samples.Invoice("IV-1");
        invoice.Set("udf_text", "kept");
        invoice = await _client.SalesInvoices.CreateAsync(invoice);
        invoice.Description = "changed";
        invoice.SdsDocDetail[0].Qty = 3.00m;
        invoice.SdsDocDetail.Add(new() { ItemCode = "COVER", Qty = 1 });
        var updated = await _client.SalesInvoices.UpdateAsync(invoice);
        var sent = _server.Requests[^1].Json;
        Assert.That((string?)sent["udf_text"], Is.EqualTo("kept"));
        Assert.That(sent["updatecount"]!.ToJsonString(), Is.EqualTo("1"));
        Assert.That(
            sent["sdsdocdetail"]!.AsArray().Select(row => row!["dtlkey"]?.ToJsonString()),
            Is.EqualTo(new[] { invoice.SdsDocDetail[0].DtlKey.ToString(), null })
        );
        Assert.That((updated.UpdateCount, updated.SdsDocDetail.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task ARowOfAListIsNotUpdatedWhateverLinesItWasGiven()
    {
        await _client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1"));
        var row = (await _client.SalesInvoices.ListAsync()).Records[0];
        var asked = _server.Requests.Count;
        row.Description = "changed";
        row.SdsDocDetail.Add(new() { ItemCode = "COVER", Qty = 1 });
        var error = Assert.ThrowsAsync<UsageException>(() =>
            _client.SalesInvoices.UpdateAsync(row)
        )!;
        Assert.That(error.Message, Does.Contain("came without its lines"));
        var bare = new SalesInvoice { DocKey = row.DocKey, UpdateCount = 0 };
        Assert.ThrowsAsync<UsageException>(() => _client.SalesInvoices.UpdateAsync(bare));
        Assert.That(_server.Requests, Has.Count.EqualTo(asked));
    }

    [Test]
    public void ANumberThatIsNoTextIsForTheServerToRefuse()
    {
        var invoice = Samples.Invoice("IV-1");
        invoice.Set("docno", new JsonArray("a"));
        _server.Answer(HttpStatusCode.BadRequest, "{\"message\":\"no text\"}");
        var off = new CallOptions { Validate = false };
        Assert.CatchAsync<ApiException>(() => _client.SalesInvoices.CreateAsync(invoice, off));
        Assert.That(_server.Requests[^1].Json!["docno"]!.ToJsonString(), Is.EqualTo("[\"a\"]"));
    }

    [Test]
    public async Task ATableThatWasReadCannotBeTakenAwayAsAWhole()
    {
        var invoice = await _client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1"));
        var asked = _server.Requests.Count;
        invoice.Remove("sdsdocdetail");
        var options = new CallOptions { Validate = false };
        var error = Assert.ThrowsAsync<ValidationException>(() =>
            _client.SalesInvoices.UpdateAsync(invoice, options)
        )!;
        Assert.That(error.Message, Does.StartWith("sdsdocdetail: must be a list of lines"));
        Assert.That(_server.Requests, Has.Count.EqualTo(asked));
    }

    [Test]
    public async Task AStaleRecordTellsBothVersions()
    {
        var mine = await _client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1"));
        var theirs = await _client.SalesInvoices.GetAsync(mine.DocKey!.Value);
        theirs.Description = "theirs";
        await _client.SalesInvoices.UpdateAsync(theirs);
        mine.Description = "mine";
        var error = Assert.ThrowsAsync<StaleRecordException>(() =>
            _client.SalesInvoices.UpdateAsync(mine)
        )!;
        Assert.That(((SalesInvoice)error.Sent!).Description, Is.EqualTo("mine"));
        Assert.That(
            ((SalesInvoice)await error.ReadStoredAsync()).Description,
            Is.EqualTo("theirs")
        );
        var merged = await _client.SalesInvoices.UpdateWithRetryAsync(mine.DocKey!.Value, invoice =>
            invoice.Description += "+mine"
        );
        Assert.That(merged.Description, Is.EqualTo("theirs+mine"));
    }

    [Test]
    public async Task ALineThatTheServerKeepsIsToldOf()
    {
        var invoice = Samples.Invoice("IV-1");
        invoice.SdsDocDetail.Add(new() { ItemCode = "COVER", Qty = 1 });
        invoice = await _client.SalesInvoices.CreateAsync(invoice);
        var kept = invoice.ToJson();
        invoice.SdsDocDetail.RemoveAt(1);
        _server.Answer(HttpStatusCode.OK, kept);
        Assert.That(
            () => _client.SalesInvoices.UpdateAsync(invoice),
            Throws.TypeOf<LineNotRemovedException>()
        );
        Assert.That(
            (await _client.SalesInvoices.UpdateAsync(invoice)).SdsDocDetail,
            Has.Count.EqualTo(1)
        );
    }

    [Test]
    public async Task EnsureFindsBeforeItCreates()
    {
        var first = await _client.SalesInvoices.EnsureAsync(
            Samples.Invoice("", "REF-1"),
            by: "docref1"
        );
        var second = await _client.SalesInvoices.EnsureAsync(
            Samples.Invoice("", "REF-1"),
            by: "docref1"
        );
        Assert.That((first.Created, second.Created), Is.EqualTo((true, false)));
        Assert.That(second.Record.DocKey, Is.EqualTo(first.Record.DocKey));
    }

    [Test]
    public async Task AnOrderBecomesAnInvoice()
    {
        var order = await _client.SalesOrders.CreateAsync(
            new SalesOrder
            {
                DocNo = "SO-1",
                DocDate = new CalendarDate(2026, 1, 15),
                Code = "300-A0001",
                SdsDocDetail =
                {
                    new()
                    {
                        ItemCode = "ANT",
                        Qty = 10.00m,
                        OffsetQty = 4.00m,
                    },
                    new() { ItemCode = "COVER", Qty = 1.00m },
                },
            }
        );
        var lines = new[] { new TransferLine(order.SdsDocDetail[0].DtlKey!.Value, 2.5m) };
        var invoice = await _client.Workflows.OrderToInvoiceAsync(
            order.DocKey!.Value,
            lines,
            new SalesInvoice { DocDate = new CalendarDate(2026, 2, 1) }
        );
        var line = invoice.SdsDocDetail.Single();
        Assert.That(
            (line.Qty, line.FromDocType, line.FromDocKey, line.FromDtlKey),
            Is.EqualTo((2.5m, "SO", order.DocKey, lines[0].Key))
        );
        var tooMuch = new[] { new TransferLine(lines[0].Key, 6.01m) };
        Assert.That(
            () => _client.Workflows.OrderToInvoiceAsync(order.DocKey!.Value, tooMuch),
            Throws.TypeOf<ValidationException>()
        );
        var whole = await _client.Workflows.OrderToInvoiceAsync(order.DocKey!.Value);
        Assert.That(whole.SdsDocDetail.Select(row => row.Qty), Is.EqualTo(new[] { 6.00m, 1.00m }));
    }

    [Test]
    public async Task APaymentSettlesInvoicesInOrder()
    {
        var off = new CallOptions { Validate = false };
        var first = await _client.SalesInvoices.CreateAsync(
            new SalesInvoice
            {
                DocNo = "IV-1",
                Code = "c",
                DocAmt = 100.00m,
            },
            off
        );
        var second = await _client.SalesInvoices.CreateAsync(
            new SalesInvoice
            {
                DocNo = "IV-2",
                Code = "c",
                DocAmt = 50.00m,
            },
            off
        );
        var keys = new[] { first.DocKey!.Value, second.DocKey!.Value };
        var payment = await _client.Workflows.SettleInvoiceAsync(keys, "310-001", 120.00m);
        Assert.That(
            payment.SdsKnockOff.Select(row => (row.DocNo, row.KoAmt)),
            Is.EqualTo(new[] { ("IV-1", 100.00m), ((string?)"IV-2", (decimal?)20.00m) })
        );
        Assert.That(
            (payment.DocAmt, payment.PaymentMethod, payment.Code),
            Is.EqualTo((120.00m, "310-001", "c"))
        );
    }
}

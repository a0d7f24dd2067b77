using System;
using System.Globalization;
using System.Text.Json;
using System.Threading;
using NUnit.Framework;

namespace Sqlacc.Tests;

public class ValueTests
{
    [TestCase("0.10")]
    [TestCase("19.990")]
    [TestCase("-1234567890123456789012345.678")]
    [TestCase("0.0000000000000000000000000001")]
    public void ADecimalKeepsItsDigits(string digits)
    {
        var invoice = Record.FromJson<SalesInvoice>("{\"docamt\":\"" + digits + "\"}");
        Assert.That(
            invoice.DocAmt!.Value.ToString(CultureInfo.InvariantCulture),
            Is.EqualTo(digits)
        );
        Assert.That(invoice.ToJson(), Is.EqualTo("{\"docamt\":\"" + digits + "\"}"));
        Assert.That(
            new SalesInvoice { DocAmt = invoice.DocAmt }.ToJson(),
            Is.EqualTo(invoice.ToJson())
        );
    }

    [Test]
    public void ANumberOnTheWireIsADecimalToo()
    {
        var invoice = Record.FromJson<SalesInvoice>("{\"docamt\":1060.10}");
        Assert.That(invoice.DocAmt, Is.EqualTo(1060.10m));
        Assert.That(invoice.ToJson(), Is.EqualTo("{\"docamt\":\"1060.10\"}"));
    }

    [Test]
    public void MoreDigitsThanADecimalHoldsStayReadableAsText()
    {
        var invoice = Record.FromJson<SalesInvoice>(
            "{\"docamt\":\"1234567890.12345678901234567890123\"}"
        );
        Assert.That(
            () => invoice.DocAmt,
            Throws.TypeOf<UnexpectedResponseException>().With.Message.Contains("more digits")
        );
        Assert.That(invoice.GetText("docamt"), Is.EqualTo("1234567890.12345678901234567890123"));
        Assert.That(invoice.ToJson(), Does.Contain("\"1234567890.12345678901234567890123\""));
    }

    [Test]
    public void IntegersBeyondADoubleSurvive()
    {
        var invoice = Record.FromJson<SalesInvoice>(
            "{\"dockey\":9007199254740993,\"udf_n\":123456789012345678901234567890}"
        );
        Assert.That(invoice.DocKey, Is.EqualTo(9007199254740993));
        Assert.That(
            invoice.ToJson(),
            Does.Contain("9007199254740993").And.Contain("123456789012345678901234567890")
        );
    }

    [Test]
    public void MissingNullAndEmptyAreThree()
    {
        var invoice = Record.FromJson<SalesInvoice>("{\"code\":null,\"docno\":\"\"}");
        Assert.That((invoice.Has("code"), invoice.Code), Is.EqualTo((true, (string?)null)));
        Assert.That((invoice.Has("docno"), invoice.DocNo), Is.EqualTo((true, (string?)"")));
        Assert.That((invoice.Has("agent"), invoice.Agent), Is.EqualTo((false, (string?)null)));
        invoice.Remove("code");
        Assert.That(invoice.ToJson(), Is.EqualTo("{\"docno\":\"\"}"));
    }

    [Test]
    public void UnknownFieldsAreKeptWithTheirTokens()
    {
        const string json = "{\"docno\":\"IV-1\",\"udf_rate\":1.50,\"udf_list\":[1,{\"a\":null}]}";
        var invoice = Record.FromJson<SalesInvoice>(json);
        Assert.That(invoice.GetDecimal("udf_rate"), Is.EqualTo(1.50m));
        Assert.That(invoice.Extra.Keys, Is.EquivalentTo(new[] { "udf_rate", "udf_list" }));
        Assert.That(invoice.ToJson(), Is.EqualTo(json));
    }

    [Test]
    public void TextsOfAllKindsRoundTrip()
    {
        const string text = "发票 😀 \"<&>\\\u0001\u2028'";
        var copy = Record.FromJson<SalesInvoice>(new SalesInvoice { CompanyName = text }.ToJson());
        Assert.That(copy.CompanyName, Is.EqualTo(text));
    }

    [Test]
    public void HalfASurrogatePairIsNoText() =>
        Assert.That(
            () => Record.FromJson<Agent>("{\"code\":\"\\ud800\"}"),
            Throws.InstanceOf<JsonException>()
        );

    [Test]
    public void OfANameGivenTwiceTheLastCounts() =>
        Assert.That(
            Record.FromJson<Agent>("{\"code\":\"a\",\"code\":\"b\"}").Code,
            Is.EqualTo("b")
        );

    [Test]
    public void DatesAreDaysAndNothingElse()
    {
        var invoice = new SalesInvoice
        {
            DocDate = CalendarDate.FromDateTime(
                new DateTime(2026, 12, 31, 23, 59, 59, DateTimeKind.Local)
            ),
        };
        Assert.That(invoice.ToJson(), Is.EqualTo("{\"docdate\":\"2026-12-31\"}"));
        Assert.That(invoice.DocDate, Is.EqualTo((CalendarDate)new DateOnly(2026, 12, 31)));
        Assert.That(CalendarDate.TryParse("2026-02-30", out _), Is.False);
        Assert.That(CalendarDate.TryParse("20260115", out _), Is.False);
    }

    [TestCase("de-DE")]
    [TestCase("tr-TR")]
    [TestCase("ar-SA")]
    public void TheCultureOfTheMachineDoesNotMatter(string culture)
    {
        var before = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            var invoice = new SalesInvoice
            {
                DocAmt = -1234.50m,
                DocKey = -5,
                DocDate = new CalendarDate(2026, 1, 5),
                EivUtc = new DateTimeOffset(2026, 1, 5, 1, 2, 3, TimeSpan.Zero),
            };
            Assert.That(
                invoice.ToJson(),
                Does.Contain("\"-1234.50\"")
                    .And.Contain(":-5")
                    .And.Contain("\"2026-01-05\"")
                    .And.Contain("2026-01-05T01:02:03.000Z")
            );
            var copy = Record.FromJson<SalesInvoice>(invoice.ToJson());
            Assert.That(
                (copy.DocAmt, copy.DocKey, copy.DocDate, copy.EivUtc),
                Is.EqualTo((invoice.DocAmt, invoice.DocKey, invoice.DocDate, invoice.EivUtc))
            );
            Assert.That(new Where { ["I"] = 1.50m }["I"].Text, Is.EqualTo("1.50"));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    [Test]
    public void LinesAreViewsOfTheRecord()
    {
        var invoice = new SalesInvoice
        {
            SdsDocDetail =
            {
                new() { ItemCode = "ANT", Qty = 2 },
            },
        };
        invoice.SdsDocDetail[0].Qty = 3.0m;
        invoice.SdsDocDetail.Add(new() { ItemCode = "COVER" });
        invoice.SdsDocDetail.Remove(invoice.SdsDocDetail[1]);
        Assert.That(
            invoice.ToJson(),
            Is.EqualTo("{\"sdsdocdetail\":[{\"itemcode\":\"ANT\",\"qty\":\"3.0\"}]}")
        );
    }
}

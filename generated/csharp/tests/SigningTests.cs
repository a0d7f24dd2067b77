using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using Sqlacc.Testing;

namespace Sqlacc.Tests;

public class SigningTests
{
    private static readonly DateTimeOffset Clock = new(2026, 1, 15, 10, 0, 0, TimeSpan.Zero);
    private static readonly Credentials Keys = new(
        "0123.sql.my/API USER".Replace(" ", ""),
        "secret",
        "ap-southeast-5",
        "sqlaccount"
    );

    private static Signature Sign(
        string method,
        string target,
        string body = "",
        DateTimeOffset? clock = null,
        Credentials? keys = null
    ) =>
        Signature.Create(
            keys ?? Keys,
            method,
            "api.sql.my",
            target,
            Enumerable.Empty<KeyValuePair<string, string>>(),
            Encoding.UTF8.GetBytes(body),
            clock ?? Clock
        );

    // Signatures made by botocore for the same requests.
    [TestCase(
        "GET",
        "/salesinvoice/*?docno=a%20b&A=1",
        "",
        "662ff9bdbcec731d709150bd5017c8db0eae8c5ecad9c9d7af079e10752a8991"
    )]
    public void EqualsBotocore(string method, string target, string body, string signature)
    {
        var keys = new Credentials("ab/USER", "s", "ap-southeast-5", "sqlaccount");
        Assert.That(
            Sign(method, target, body, keys: keys).Authorization,
            Does.EndWith("Signature=" + signature)
        );
    }

    [TestCase("/salesinvoice/*", "/salesinvoice/%2A")]
    [TestCase("/customer/A%20B", "/customer/A%2520B")]
    [TestCase("/a//b/./c/../d/", "/a/b/d/")]
    [TestCase("/x(1)!'~", "/x%281%29%21%27~")]
    [TestCase("/", "/")]
    public void EncodesThePathOnceMore(string path, string canonical) =>
        Assert.That(Sign("GET", path).CanonicalRequest.Split('\n')[1], Is.EqualTo(canonical));

    [Test]
    public void SortsTheQueryByNameAndValueWithoutEncodingItAgain() =>
        Assert.That(
            Sign("GET", "/a?b=2&b=1&a&B=%20&c=*~").CanonicalRequest.Split('\n')[2],
            Is.EqualTo("B=%20&a=&b=1&b=2&c=*~")
        );

    [Test]
    public void TakesTheDayInUtc()
    {
        var late = new DateTimeOffset(2026, 2, 1, 7, 59, 59, TimeSpan.FromHours(8));
        Assert.That(
            Sign("GET", "/a", clock: late).StringToSign,
            Does.Contain("20260131T235959Z\n20260131/ap-southeast-5")
        );
    }

    [Test]
    public void SignsASessionToken()
    {
        var keys = new Credentials("k", "s", "r", "v", "token");
        Assert.That(
            Sign("GET", "/a", keys: keys).CanonicalRequest,
            Does.Contain("x-amz-security-token:token\n")
        );
    }

    [Test]
    public async Task TheHandlerSignsWhatAnHttpClientSends()
    {
        var server = new FakeServer();
        using var http = new HttpClient(new SigningHandler(Keys, server, () => Clock));
        using var answer = await http.GetAsync(new Uri("https://api.sql.my/version"));
        var request = server.Requests.Single();
        Assert.That(
            request.Headers["Authorization"],
            Is.EqualTo(Sign("GET", "/version").Authorization)
        );
        Assert.That(request.Headers["X-Amz-Date"], Is.EqualTo("20260115T100000Z"));
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a\nb")]
    public void RefusesAnAccessKeyThatNoHeaderCanHold(string key) =>
        Assert.That(
            () => new Credentials(key, "s", "r", "v"),
            Throws.TypeOf<ConfigurationException>()
        );
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using NUnit.Framework;
using Sqlacc.Testing;

namespace Sqlacc.Tests;

public class BatchTests
{
    private string _journal = "";

    [SetUp]
    public void Start() =>
        _journal = Path.Combine(Path.GetTempPath(), $"sqlacc-{Guid.NewGuid():N}.jsonl");

    [TearDown]
    public void Stop() => File.Delete(_journal);

    private static IEnumerable<Agent> Agents(int count) =>
        Enumerable.Range(0, count).Select(i => new Agent { Code = $"A{i}", Description = "x" });

    [Test]
    public async Task ARunCutShortGoesOnWithoutBookingTwice()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        await client.Agents.CreateManyAsync(Agents(2), new BatchOptions { Journal = _journal });
        // Killed after the third record was sent, before the answer was noted; then half a line.
        await client.Agents.CreateAsync(new Agent { Code = "A2", Description = "x" });
        var key = Key(new Agent { Code = "A2", Description = "x" });
        File.AppendAllText(
            _journal,
            "{\"n\":2,\"key\":\"" + key + "\",\"state\":\"started\"}\n{\"n\":3,\"key"
        );
        var results = await client.Agents.CreateManyAsync(
            Agents(5),
            new BatchOptions { Journal = _journal }
        );
        Assert.That(
            results.Select(r => r.Status),
            Is.EqualTo(
                new[]
                {
                    BatchStatus.Found,
                    BatchStatus.Found,
                    BatchStatus.Found,
                    BatchStatus.Created,
                    BatchStatus.Created,
                }
            )
        );
        Assert.That(server.Requests.Count(r => r.Method == "POST"), Is.EqualTo(5));
        Assert.That(File.ReadAllLines(_journal), Has.All.StartsWith("{\"n\":"));
    }

    [Test]
    public async Task WithoutANumberAnOpenRecordIsUnknown()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        var invoice = Samples.Invoice("");
        server.Break();
        var first = await client.SalesInvoices.CreateManyAsync(
            new[] { invoice },
            new BatchOptions { Journal = _journal }
        );
        var second = await client.SalesInvoices.CreateManyAsync(
            new[] { invoice },
            new BatchOptions { Journal = _journal }
        );
        Assert.That(
            (first[0].Status, second[0].Status, server.Requests.Count),
            Is.EqualTo((BatchStatus.Unknown, BatchStatus.Unknown, 1))
        );
    }

    [Test]
    public async Task AFailureStopsTheRestWhenAsked()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.BadRequest, "{\"message\":\"no\"}");
        var done = new List<int>();
        var batch = new BatchOptions { StopOnError = true, OnProgress = p => done.Add(p.Done) };
        var results = await client.Agents.CreateManyAsync(Agents(3), batch);
        Assert.That(
            results.Select(r => r.Status),
            Is.EqualTo(new[] { BatchStatus.Failed, BatchStatus.Skipped, BatchStatus.Skipped })
        );
        Assert.That(done, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task SeveralAtATimeKeepTheOrderOfResults()
    {
        using var client = new FakeServer().CreateClient();
        var results = await client.Agents.EnsureManyAsync(
            Agents(20),
            new[] { "code" },
            new BatchOptions { Concurrency = 4, Journal = _journal }
        );
        Assert.That(
            results.Select(r => r.Record!.Code),
            Is.EqualTo(Agents(20).Select(a => a.Code))
        );
    }

    [Test]
    public async Task AJournalOfAnotherListIsRefused()
    {
        using var client = new FakeServer().CreateClient();
        await client.Agents.CreateManyAsync(Agents(1), new BatchOptions { Journal = _journal });
        var other = new[]
        {
            new Agent { Code = "B", Description = "x" },
        };
        Assert.That(
            () => client.Agents.CreateManyAsync(other, new BatchOptions { Journal = _journal }),
            Throws.TypeOf<BatchException>()
        );
    }

    [Test]
    public async Task AJournalBelongsToOneServerAndKey()
    {
        const string Server = "https://api.sql.my";
        const string Key = "0123456789abcdef0123456789abcdef.sql.my/APIUSER";
        var server = new FakeServer();
        async Task<BatchStatus> Run(string url, string key, string secret = "x")
        {
            var options = new SqlaccOptions
            {
                BaseUrl = url,
                AccessKey = key,
                SecretKey = secret,
            };
            using var client = server.CreateClient(options);
            var batch = new BatchOptions { Journal = _journal };
            return (await client.Agents.CreateManyAsync(Agents(1), batch))[0].Status;
        }

        Assert.That(await Run(Server, Key), Is.EqualTo(BatchStatus.Created));
        var whole = File.ReadAllText(_journal);
        // The same in the tests of every language.
        const string Account = "\"account\":\"cc8fe5f26c282729\",";
        Assert.That(File.ReadAllLines(_journal), Has.Length.EqualTo(2).And.All.Contains(Account));
        foreach (
            var (url, key) in new[]
            {
                (Server, "other.sql.my/APIUSER"),
                ("https://sandbox.invalid", Key),
            }
        )
        {
            var error = Assert.ThrowsAsync<BatchException>(() => Run(url, key))!;
            Assert.That(error.Kind, Is.EqualTo("configuration"));
            Assert.That(error.Message, Does.Contain("with other keys or on another server"));
            Assert.That(error.Message, Does.Not.Contain("APIUSER"));
        }
        Assert.That(File.ReadAllText(_journal), Is.EqualTo(whole));
        Assert.That(
            await Run("HTTPS://API.sql.my:443/", Key, "new"),
            Is.EqualTo(BatchStatus.Found)
        );
        File.WriteAllText(_journal, whole.Replace(Account, "")); // of an older version
        Assert.That(await Run("https://sandbox.invalid", Key), Is.EqualTo(BatchStatus.Found));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    /// <summary>The key of a record: SHA-256 of its JSON with sorted names.</summary>
    private static string Key(Agent agent)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(agent.ToJson());
        return Convert
            .ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))
            .ToLowerInvariant();
    }
}

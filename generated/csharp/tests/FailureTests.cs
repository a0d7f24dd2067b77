using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Sqlacc.Testing;

namespace Sqlacc.Tests;

public class FailureTests
{
    [TestCase(401, "Invalid signature", typeof(AuthenticationException))]
    [TestCase(400, "A001 not found", typeof(NotFoundException))]
    [TestCase(404, "", typeof(NotFoundException))]
    [TestCase(400, "Record has been changed by another user", typeof(StaleRecordException))]
    [TestCase(500, "attempt to store duplicate value", typeof(DuplicateException))]
    [TestCase(400, "No record found", typeof(ReferenceException))]
    [TestCase(400, "something else", typeof(ApiException))]
    [TestCase(500, "Operation aborted", typeof(ServerException))]
    public void AnErrorHasItsOwnTypeAndTheServersWords(int status, string message, Type type)
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer((HttpStatusCode)status, "{\"message\":\"" + message + "\"}");
        var error = Assert.ThrowsAsync(type, () => client.Agents.GetAsync("A"))!;
        Assert.That(error.Message, Does.Contain("GET /agent/A").And.Contain("profile fake"));
        Assert.That(((ApiException)error).ServerMessage, Does.Contain(message));
    }

    [Test]
    public async Task AGetIsRepeatedAndRetryAfterHonoured()
    {
        var server = new FakeServer();
        var pauses = new List<TimeSpan>();
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.ServiceUnavailable, "<html>", "text/html");
        server.Break();
        server.Answer((HttpStatusCode)429, "<html>", "text/html");
        server.Answer(HttpStatusCode.OK, "{\"code\":\"A\"}");
        var found = await client.Agents.GetAsync("A", new CallOptions { OnPause = pauses.Add });
        Assert.That((found.Code, server.Requests.Count, pauses.Count), Is.EqualTo(("A", 4, 3)));
        Assert.That(pauses, Has.All.InRange(TimeSpan.Zero, TimeSpan.FromSeconds(2)));
    }

    [TestCase("7", 7)]
    [TestCase("3600", 30)]
    [TestCase("Thu, 15 Jan 2026 10:00:05 GMT", 5)]
    public async Task RetryAfterIsSecondsOrADate(string header, int seconds)
    {
        var server = new Scripted(_ => header);
        var pauses = new List<TimeSpan>();
        var options = new SqlaccOptions
        {
            AccessKey = "k",
            SecretKey = "s",
            Clock = () => new DateTimeOffset(2026, 1, 15, 10, 0, 0, TimeSpan.Zero),
            Delay = (_, _) => Task.CompletedTask,
            OnPause = pauses.Add,
        };
        using var client = new SqlaccClient(options, server);
        await client.Agents.GetAsync("A");
        Assert.That(pauses, Is.EqualTo(new[] { TimeSpan.FromSeconds(seconds) }));
    }

    [Test]
    public void AWriteIsNeverRepeatedAfterBytesLeft()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Break();
        var error = Assert.ThrowsAsync<AmbiguousWriteException>(() =>
            client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1"))
        )!;
        Assert.That((server.Requests.Count, error.CanCheck), Is.EqualTo((1, true)));
        server.Answer(HttpStatusCode.BadGateway, "{\"message\":\"x\"}");
        Assert.That(
            () => client.SalesInvoices.DeleteAsync(1),
            Throws.TypeOf<AmbiguousWriteException>()
        );
    }

    [Test]
    public async Task AnUnknownOutcomeCanBeLookedUp()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.GatewayTimeout, "");
        var error = Assert.ThrowsAsync<AmbiguousWriteException>(() =>
            client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1"))
        )!;
        Assert.That(await error.CheckAsync(), Is.Null);
        await client.SalesInvoices.CreateAsync(Samples.Invoice("IV-1"));
        Assert.That(((SalesInvoice?)await error.CheckAsync())?.DocNo, Is.EqualTo("IV-1"));
    }

    [Test]
    public async Task ARefusalByRateLimitIsRepeatedForWritesToo()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer((HttpStatusCode)429, "busy", "text/plain");
        await client.Agents.CreateAsync(new Agent { Code = "A", Description = "a" });
        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public void ARedirectIsNeverFollowed()
    {
        var server = new FakeServer();
        using var client = server.CreateClient();
        server.Answer(HttpStatusCode.Found, "");
        Assert.That(
            () => client.Agents.GetAsync("A"),
            Throws.TypeOf<UnexpectedResponseException>()
        );
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public void CancellationIsTheUsualException()
    {
        using var client = new FakeServer().CreateClient();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(
            () => client.Agents.GetAsync("A", cancellationToken: source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public async Task NoSecretReachesALogOrAMessage()
    {
        var lines = new List<string>();
        var options = new SqlaccOptions
        {
            AccessKey = "abcdefgh/USER",
            SecretKey = "TOPSECRET",
            Profile = "demo",
            Log = lines.Add,
        };
        var server = new FakeServer();
        using var client = server.CreateClient(options);
        server.Answer(
            HttpStatusCode.Unauthorized,
            "Credential=abcdefgh/USER/x, Signature=0123456789abcdef bad",
            "text/plain"
        );
        var error = Assert.ThrowsAsync<AuthenticationException>(() => client.Agents.GetAsync("A"))!;
        await client.PingAsync();
        var all = string.Join("\n", lines) + error + client + options + options.ToString();
        Assert.That(
            all,
            Does.Not.Contain("TOPSECRET")
                .And.Not.Contain("abcdefgh")
                .And.Not.Contain("0123456789abcdef")
        );
        Assert.That(lines, Has.All.Contain("profile=demo"));
    }

    /// <summary>429 with a Retry-After first, then a record.</summary>
    private sealed class Scripted : System.Net.Http.HttpMessageHandler
    {
        private readonly Func<int, string> _retryAfter;
        private int _count;

        public Scripted(Func<int, string> retryAfter)
        {
            _retryAfter = retryAfter;
        }

        protected override Task<System.Net.Http.HttpResponseMessage> SendAsync(
            System.Net.Http.HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var answer = new System.Net.Http.HttpResponseMessage(
                (HttpStatusCode)(_count++ == 0 ? 429 : 200)
            )
            {
                Content = new System.Net.Http.StringContent("{\"code\":\"A\"}"),
            };
            answer.Headers.TryAddWithoutValidation("Retry-After", _retryAfter(_count));
            return Task.FromResult(answer);
        }
    }
}

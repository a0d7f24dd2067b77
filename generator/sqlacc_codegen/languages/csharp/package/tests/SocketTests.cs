using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Sqlacc.Tests;

/// <summary>What really goes over a connection, and what happens when it breaks.</summary>
public class SocketTests
{
    [Test]
    public async Task TheWireSeesTheTargetAndHeadersThatWereSigned()
    {
        await using var server = new RawServer(_ => Ok("{\"data\":[]}"));
        using var client = server.Client();
        Assert.That(await client.SalesInvoices.FindAsync(docNo: "A B/(1)'*"), Is.Null);
        var request = server.Requests.Single();
        Assert.That(
            request,
            Does.StartWith("GET /salesinvoice/*?docno=A%20B%2F%281%29%27* HTTP/1.1\r\n")
        );
        Assert.That(
            request,
            Does.Contain($"Host: 127.0.0.1:{server.Port}\r\n")
                .And.Contain("SignedHeaders=host;x-amz-content-sha256;x-amz-date,")
        );
    }

    [Test]
    public async Task ThePdfHeaderGoesOutAsItIs()
    {
        await using var server = new RawServer(_ => Ok("%PDF-1.4\n%%EOF"));
        using var client = server.Client();
        await client.SalesInvoices.PdfAsync(35, "Sales Invoice 8 (SST 1)");
        Assert.That(
            server.Requests.Single(),
            Does.Contain("Content-Type: application/pdf;template=Sales Invoice 8 (SST 1)\r\n")
        );
    }

    // HttpClient likes to send a request again by itself when a connection ends; a write must go out once.
    [TestCase("POST")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("GET")]
    public async Task AClosedConnectionSendsNothingTwice(string method)
    {
        await using var server = new RawServer(n =>
            n == 1 ? Ok("{\"code\":\"A\",\"description\":\"x\"}") : null
        );
        using var client = server.Client();
        var agent = await client.Agents.GetAsync("A"); // the connection is kept and used again below
        Task Act() =>
            method switch
            {
                "POST" => client.Agents.CreateAsync(new Agent { Code = "A", Description = "a" }),
                "PUT" => client.Agents.UpdateAsync(agent),
                "DELETE" => client.Agents.DeleteAsync("A"),
                _ => client.Agents.GetAsync("A"),
            };
        var error = Assert.CatchAsync<SqlaccException>(Act)!;
        Assert.That(error.Kind, Is.EqualTo(method == "GET" ? "connection" : "ambiguous_write"));
        Assert.That(
            server.Requests.Count(request => request.StartsWith(method, StringComparison.Ordinal)),
            Is.EqualTo(method == "GET" ? 4 : 1)
        );
    }

    [Test]
    public async Task AnHttpClientThatFollowsRedirectsIsToldOf()
    {
        await using var server = new RawServer(n =>
            n == 1
                ? "HTTP/1.1 302 Found\r\nLocation: /agent/B\r\nContent-Length: 0\r\n\r\n"
                : Ok("{\"code\":\"B\"}")
        );
        using var http = new System.Net.Http.HttpClient();
        using var client = new SqlaccClient(server.Options(), http);
        Assert.That(() => client.Agents.GetAsync("A"), Throws.TypeOf<ConfigurationException>());
    }

    [Test]
    public async Task ACutBodyOfAWriteIsAmbiguous()
    {
        await using var server = new RawServer(_ =>
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\":"
        );
        using var client = server.Client();
        Assert.That(
            () => client.Agents.CreateAsync(new Agent { Code = "A", Description = "a" }),
            Throws.TypeOf<AmbiguousWriteException>()
        );
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task NoAnswerInTimeIsATimeout()
    {
        await using var server = new RawServer(_ => "");
        using var client = server.Client();
        var quick = new CallOptions
        {
            Timeout = TimeSpan.FromMilliseconds(100),
            Retry = RetryPolicy.None,
        };
        Assert.That(
            () => client.Agents.GetAsync("A", quick),
            Throws.TypeOf<CallTimeoutException>()
        );
        Assert.That(
            () => client.Agents.DeleteAsync("A", quick),
            Throws.TypeOf<AmbiguousWriteException>()
        );
    }

    [Test]
    public void ARefusedConnectionIsNotAmbiguous()
    {
        var options = new SqlaccOptions
        {
            BaseUrl = "http://127.0.0.1:9",
            AccessKey = "k",
            SecretKey = "s",
            Delay = (_, _) => Task.CompletedTask,
        };
        using var client = new SqlaccClient(options);
        Assert.That(
            () => client.Agents.DeleteAsync("A"),
            Throws.TypeOf<ConnectionException>().With.Property("NothingSent").True
        );
    }

    private static string Ok(string body) =>
        $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    /// <summary>Answers each request with a text, closes on null, and stays silent on an empty one.</summary>
    private sealed class RawServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _end = new();
        private readonly Func<int, string?> _answer;
        private readonly Task _loop;
        private int _count;

        public RawServer(Func<int, string?> answer)
        {
            _answer = answer;
            _listener.Start();
            _loop = AcceptAsync();
        }

        public List<string> Requests { get; } = new();

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public SqlaccClient Client() => new(Options());

        public SqlaccOptions Options() =>
            new()
            {
                BaseUrl = $"http://127.0.0.1:{Port}",
                AccessKey = "k",
                SecretKey = "s",
                Retry = new RetryPolicy { Attempts = 3 },
                Delay = (_, _) => Task.CompletedTask,
            };

        public async ValueTask DisposeAsync()
        {
            _end.Cancel();
            _listener.Stop();
            await _loop;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
                }
            }
            catch (Exception error)
                when (error is OperationCanceledException
                    || error is SocketException
                    || error is ObjectDisposedException
                )
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(TcpClient connection)
        {
            using var owned = connection;
            var stream = connection.GetStream();
            while (await ReadAsync(stream) is { } request)
            {
                int number;
                lock (Requests)
                {
                    Requests.Add(request);
                    number = ++_count;
                }
                var answer = _answer(number);
                if (answer is null)
                {
                    return;
                }
                if (answer.Length == 0)
                {
                    await Task.Delay(Timeout.Infinite, _end.Token)
                        .ContinueWith(_ => { }, TaskScheduler.Default);
                    return;
                }
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
                if (answer.EndsWith(':'))
                {
                    return;
                }
            }
        }

        private static async Task<string?> ReadAsync(NetworkStream stream)
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (true)
            {
                var head = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (head >= 0 && text.Length >= head + 4 + Length(text.ToString()))
                {
                    return text.ToString();
                }
                var count = await stream.ReadAsync(buffer);
                if (count == 0)
                {
                    return null;
                }
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }

        private static int Length(string request)
        {
            var line = request
                .Split("\r\n")
                .FirstOrDefault(l =>
                    l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)
                );
            return line is null
                ? 0
                : int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}

using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>
/// A client of the SQL Account REST API. Make one and keep it: it is safe for many threads and holds the connections.
/// </summary>
public sealed partial class SqlaccClient : ISqlaccClient, IDisposable
{
    private static readonly string[] Methods = { "GET", "POST", "PUT", "PATCH", "DELETE" };

    // The characters of RFC 3986, so that nothing on the way writes the target in another form than the one signed.
    private static readonly Regex Target = new(
        @"^/(?!/)([A-Za-z0-9_.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(\?([A-Za-z0-9_.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+)?\z",
        RegexOptions.CultureInvariant
    );
    private static readonly Regex Dots = new(
        @"/(\.|%2[eE]){1,2}(?=/|\z)",
        RegexOptions.CultureInvariant
    );

    /// <summary>A client with connections of its own.</summary>
    /// <exception cref="ConfigurationException">Keys or address are missing or wrong.</exception>
    public SqlaccClient(SqlaccOptions options)
        : this(options, Handlers.Default(options.ConnectTimeout), ownsHandler: true) { }

    /// <summary>A client that sends through an HttpClient that you made and will dispose of; signing happens here.</summary>
    /// <param name="options">Keys, address and time limits.</param>
    /// <param name="http">It must not follow redirects (<c>AllowAutoRedirect = false</c>).</param>
    public SqlaccClient(SqlaccOptions options, HttpClient http)
        : this(options, Handlers.Through(http), ownsHandler: false) { }

    /// <summary>A client over a handler of your own, such as <c>Sqlacc.Testing.FakeServer</c>; not disposed of here.</summary>
    public SqlaccClient(SqlaccOptions options, HttpMessageHandler handler)
        : this(options, handler, ownsHandler: false) { }

    private SqlaccClient(SqlaccOptions options, HttpMessageHandler handler, bool ownsHandler)
    {
        Exchange = new Exchange(
            options,
            ownsHandler ? handler : new Borrowed(handler),
            ownsHandler
        );
        Runner = new WorkflowRunner(this);
    }

    internal Exchange Exchange { get; }

    internal WorkflowRunner Runner { get; }

    /// <summary>Asks <c>/version</c>: checks the keys, the clock and the way to the server.</summary>
    public async Task<PingResult> PingAsync(
        CallOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var response = await SendAsync(
                "GET",
                "/version",
                options: options,
                cancellationToken: cancellationToken
            )
            .ConfigureAwait(false);
        var skew = response.Date - Exchange.Options.Clock();
        return new PingResult(
            Exchange.Read(new Call("GET", "/version"), response, r => r.Json()),
            skew
        );
    }

    /// <summary>A signed call to an endpoint that has no class here.</summary>
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="path">From the slash on, encoded already: <c>/supplier/400-A0001</c>.</param>
    /// <param name="query">Filters; encoded here.</param>
    /// <param name="body">The JSON to send, or null for none.</param>
    /// <param name="options">What is different for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer as it came, with a good status; errors are thrown as everywhere.</returns>
    public Task<RawResponse> SendAsync(
        string method,
        string path,
        Where? query = null,
        JsonNode? body = null,
        CallOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Exchange.SendAsync(RawCall(method, path, query, body), options, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Exchange.Dispose();

    /// <inheritdoc/>
    public override string ToString() => "SqlaccClient " + Exchange.Options;

    internal static Call RawCall(string method, string path, Where? query, JsonNode? body)
    {
        method = method.ToUpperInvariant();
        if (!Methods.Contains(method) || (method == "GET" && body != null))
        {
            throw new UsageException(
                $"a method is one of {string.Join(", ", Methods)}, and GET has no body"
            );
        }
        if (!Target.IsMatch(path) || Dots.IsMatch(path.Split('?')[0]))
        {
            throw new UsageException(
                $"\"{path}\" is no path: /terms, percent-encoded, without dots for a segment"
            );
        }
        var target = query is null ? path : Call.Query(path, query.Pairs);
        if (path.Contains("?") && target.Length > path.Length)
        {
            target = path + "&" + target.Substring(path.Length + 1);
        }
        return body is null
            ? new Call(method, target)
            : Call.WithBody(method, target, JsonText.Write(body));
    }

    /// <summary>Passes requests on to a handler that lives longer than the client.</summary>
    private sealed class Borrowed : DelegatingHandler
    {
        public Borrowed(HttpMessageHandler inner)
            : base(inner) { }

        protected override void Dispose(bool disposing)
        {
            // The inner handler belongs to whoever made it.
        }
    }
}

/// <summary>What <see cref="SqlaccClient.PingAsync"/> found.</summary>
public sealed class PingResult
{
    internal PingResult(JsonNode? version, TimeSpan? skew)
    {
        Version = version;
        Skew = skew;
    }

    /// <summary>The answer of <c>/version</c>.</summary>
    public JsonNode? Version { get; }

    /// <summary>The server's time minus this machine's; signatures fail when it is some minutes. Null when not told.</summary>
    public TimeSpan? Skew { get; }
}

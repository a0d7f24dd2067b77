using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Testing;

/// <summary>
/// A server in memory for the tests of your own program: it stores what is created, gives keys and numbers, pages,
/// filters, refuses stale updates, and remembers every request. It knows no business rules: no totals, no ledgers.
/// <code>
/// var server = new FakeServer();
/// using var client = server.CreateClient();
/// await client.Agents.CreateAsync(new Agent { Code = "SMITH", Description = "Smith" });
/// </code>
/// </summary>
public sealed class FakeServer : HttpMessageHandler
{
    private readonly object _lock = new();
    private readonly Dictionary<string, List<JsonObject>> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Func<HttpResponseMessage>> _canned = new();
    private readonly List<FakeRequest> _requests = new();
    private long _next = 1;

    /// <summary>The requests so far, in order.</summary>
    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return _requests.ToList();
            }
        }
    }

    /// <summary>A client of this server, with made-up keys and no pauses.</summary>
    public SqlaccClient CreateClient(SqlaccOptions? options = null)
    {
        options ??= new SqlaccOptions
        {
            AccessKey = "fake.sql.my/TEST",
            SecretKey = "fake",
            Profile = "fake",
        };
        options.Delay = (_, token) =>
            token.IsCancellationRequested ? Task.FromCanceled(token) : Task.CompletedTask;
        return new SqlaccClient(options, this);
    }

    /// <summary>The next request gets this answer; the store does not see it. Answers queue up.</summary>
    public void Answer(
        HttpStatusCode status,
        string body,
        string contentType = "application/json"
    ) => _canned.Enqueue(() => Message(status, Encoding.UTF8.GetBytes(body), contentType));

    /// <summary>The next request fails as a connection does.</summary>
    public void Break(string message = "the connection was reset") =>
        _canned.Enqueue(() => throw new HttpRequestException(message));

    /// <summary>The stored records of a path such as <c>/salesinvoice</c>, as copies.</summary>
    public IReadOnlyList<JsonObject> Stored(string path)
    {
        lock (_lock)
        {
            return Table(path).Select(record => JsonText.Clone(record)).ToList();
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null
            ? Array.Empty<byte>()
            : await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        var seen = new FakeRequest(request, body);
        lock (_lock)
        {
            _requests.Add(seen);
            if (_canned.TryDequeue(out var canned))
            {
                return canned();
            }
            try
            {
                return Respond(seen);
            }
            catch (Refusal refusal)
            {
                return Json(refusal.Status, new JsonObject { ["message"] = refusal.Message });
            }
        }
    }

    private HttpResponseMessage Respond(FakeRequest request)
    {
        if (request.Path == "/version")
        {
            return Json(HttpStatusCode.OK, new JsonObject { ["version"] = "fake" });
        }
        var parts = request.Path.Split('/');
        var path = "/" + parts[1];
        var key = parts.Length > 2 ? Uri.UnescapeDataString(parts[2]) : null;
        return request.Method switch
        {
            "GET"
                when request.ContentType.StartsWith("application/pdf", StringComparison.Ordinal) =>
                Pdf(Find(path, key)),
            "GET" when key is null or "*" or "" => List(path, request.Query, whole: key == "*"),
            "GET" => Json(
                HttpStatusCode.OK,
                new JsonObject { ["data"] = new JsonArray(Find(path, key!).DeepClone()) }
            ),
            "POST" => Json(HttpStatusCode.OK, Create(path, request.Json)),
            "PUT" => Json(HttpStatusCode.OK, Update(path, Find(path, key), request.Json)),
            "DELETE" => Delete(path, Find(path, key)),
            _ => throw new Refusal(HttpStatusCode.MethodNotAllowed, "method not allowed"),
        };
    }

    private HttpResponseMessage List(
        string path,
        IReadOnlyDictionary<string, string> query,
        bool whole
    )
    {
        int Number(string name, int otherwise) =>
            query.TryGetValue(name, out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : otherwise;
        var offset = Number("offset", 0);
        var limit = Math.Min(Number("limit", ServiceFacts.PageSize), ServiceFacts.PageSize);
        var filters = query.Where(pair => pair.Key is not "offset" and not "limit").ToList();
        var rows = Table(path)
            .Where(record => filters.All(filter => Matches(record, filter)))
            .Skip(offset)
            .Take(limit)
            .ToList();
        var data = new JsonArray(
            rows.Select(record => whole ? record.DeepClone() : Header(record)).ToArray()
        );
        var pagination = new JsonObject
        {
            ["offset"] = offset,
            ["limit"] = limit,
            ["count"] = rows.Count,
        };
        return Json(
            HttpStatusCode.OK,
            new JsonObject { ["pagination"] = pagination, ["data"] = data }
        );
    }

    private JsonObject Create(string path, JsonObject record)
    {
        var kind =
            Shapes.ByPath(path) ?? throw new Refusal(HttpStatusCode.NotFound, "no such resource");
        var stored = JsonText.Clone(record);
        if (kind.Table.ByWire[kind.Key].Kind == FieldKind.Integer)
        {
            stored[kind.Key] = _next++;
        }
        if (kind.Number is { } number && string.IsNullOrEmpty(JsonText.Scalar(stored[number])))
        {
            stored[number] = $"FAKE-{_next++:00000}";
        }
        if (
            Table(path)
                .Any(other =>
                    kind.Identity.Count > 0
                    && kind.Identity.All(wire =>
                        JsonText.Scalar(other[wire]) == JsonText.Scalar(stored[wire])
                    )
                )
        )
        {
            throw new Refusal(HttpStatusCode.BadRequest, "attempt to store duplicate value");
        }
        if (kind.Counter is { } counter)
        {
            stored[counter] = 0;
        }
        Keys(kind.Table, stored);
        Table(path).Add(stored);
        return JsonText.Clone(stored);
    }

    private JsonObject Update(string path, JsonObject stored, JsonObject changes)
    {
        var kind = Shapes.ByPath(path)!;
        if (kind.Counter is { } counter)
        {
            var sent = JsonText.Scalar(changes[counter]);
            var next =
                long.Parse(JsonText.Scalar(stored[counter]) ?? "0", CultureInfo.InvariantCulture)
                + 1;
            if (sent != next.ToString(CultureInfo.InvariantCulture))
            {
                throw new Refusal(
                    HttpStatusCode.BadRequest,
                    "Record has been changed by another user"
                );
            }
        }
        foreach (var change in changes)
        {
            stored[change.Key] = JsonText.Clone(change.Value);
        }
        Keys(kind.Table, stored);
        return JsonText.Clone(stored);
    }

    private HttpResponseMessage Delete(string path, JsonObject record)
    {
        Table(path).Remove(record);
        return Message(HttpStatusCode.OK, Array.Empty<byte>(), "application/json");
    }

    private JsonObject Find(string path, string? key)
    {
        var kind = Shapes.ByPath(path);
        return Table(path)
                .FirstOrDefault(record => kind != null && JsonText.Scalar(record[kind.Key]) == key)
            ?? throw new Refusal(HttpStatusCode.BadRequest, $"{key} not found");
    }

    /// <summary>New rows get keys.</summary>
    private void Keys(TableShape table, JsonObject record)
    {
        foreach (var name in table.LineNames)
        {
            foreach (
                var row in (record[name] as JsonArray)?.OfType<JsonObject>()
                    ?? Enumerable.Empty<JsonObject>()
            )
            {
                if (table.Lines[name].Key is { } key && RowKeys.Of(row, key) is null)
                {
                    row[key] = _next++;
                }
                Keys(table.Lines[name], row);
            }
        }
    }

    private List<JsonObject> Table(string path)
    {
        if (!_tables.TryGetValue(path, out var table))
        {
            _tables[path] = table = new List<JsonObject>();
        }
        return table;
    }

    private static JsonNode Header(JsonObject record)
    {
        var header = JsonText.Clone(record);
        foreach (
            var lines in header
                .Where(field => field.Value is JsonArray)
                .Select(field => field.Key)
                .ToList()
        )
        {
            header.Remove(lines);
        }
        return header;
    }

    private static bool Matches(JsonObject record, KeyValuePair<string, string> filter)
    {
        var text = JsonText.Scalar(record[filter.Key]) ?? "";
        var star = filter.Value.IndexOf('*');
        return star < 0
            ? text == filter.Value
            : text.StartsWith(filter.Value.Substring(0, star), StringComparison.Ordinal);
    }

    private static HttpResponseMessage Pdf(JsonObject _) =>
        Message(HttpStatusCode.OK, Encoding.ASCII.GetBytes("%PDF-1.4\n%%EOF\n"), "application/pdf");

    private static HttpResponseMessage Json(HttpStatusCode status, JsonObject body) =>
        Message(status, JsonText.Write(body), "application/json");

    private static HttpResponseMessage Message(
        HttpStatusCode status,
        byte[] body,
        string contentType
    )
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return new HttpResponseMessage(status) { Content = content };
    }

    private sealed class Refusal : Exception
    {
        public Refusal(HttpStatusCode status, string message)
            : base(message)
        {
            Status = status;
        }

        public HttpStatusCode Status { get; }
    }
}

/// <summary>A request as the fake server saw it.</summary>
public sealed class FakeRequest
{
    internal FakeRequest(HttpRequestMessage request, byte[] body)
    {
        Method = request.Method.Method;
        Target = request.RequestUri!.PathAndQuery;
        Body = body;
        var headers = request.Headers.AsEnumerable();
        headers = request.Content is null ? headers : headers.Concat(request.Content.Headers);
        Headers = headers.ToDictionary(
            h => h.Key,
            h => string.Join(", ", h.Value),
            StringComparer.OrdinalIgnoreCase
        );
    }

    /// <summary>GET, POST, PUT or DELETE.</summary>
    public string Method { get; }

    /// <summary>Path and query as sent.</summary>
    public string Target { get; }

    /// <summary>The path alone, encoded.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The bytes of the body.</summary>
    public byte[] Body { get; }

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public JsonObject Json =>
        JsonText.Parse(Body) as JsonObject ?? throw new JsonException("a JSON object is needed");

    internal string ContentType => Headers.TryGetValue("Content-Type", out var type) ? type : "";

    internal IReadOnlyDictionary<string, string> Query
    {
        get
        {
            var question = Target.IndexOf('?');
            var pairs = question < 0 ? "" : Target.Substring(question + 1);
            return pairs
                .Split(new[] { '&' }, StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split(new[] { '=' }, 2))
                .ToDictionary(
                    pair => Uri.UnescapeDataString(pair[0]),
                    pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : ""
                );
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}

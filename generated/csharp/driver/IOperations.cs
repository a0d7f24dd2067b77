using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Driver;

/// <summary>The operations of one resource, with tagged arguments and values.</summary>
internal interface IOperations
{
    Task<JsonNode?> CallAsync(
        string verb,
        JsonObject args,
        CallOptions options,
        CancellationToken cancellationToken
    );

    /// <summary>The request of an operation that has only one.</summary>
    Call Build(string verb, JsonObject args);

    /// <summary>The value that an answer stands for.</summary>
    JsonNode? Parse(string verb, RawResponse response);
}

internal delegate Task<Record> Workflow(
    JsonObject args,
    CallOptions options,
    CancellationToken cancellationToken
);

/// <summary>Calls of the client itself.</summary>
internal sealed class ClientOperations : IOperations
{
    private readonly SqlaccClient _client;

    public ClientOperations(SqlaccClient client)
    {
        _client = client;
    }

    public async Task<JsonNode?> CallAsync(
        string verb,
        JsonObject args,
        CallOptions options,
        CancellationToken cancellationToken
    )
    {
        if (verb == "ping")
        {
            var ping = await _client.PingAsync(options, cancellationToken).ConfigureAwait(false);
            var skew = ping.Skew is { } time ? JsonValue.Create((long)time.TotalSeconds) : null;
            return new JsonObject
            {
                ["ok"] = true,
                ["version"] = Tagged.Untyped(ping.Version),
                ["skew_seconds"] = skew,
            };
        }
        var (method, path, query, body) = Raw(args);
        return Value(
            await _client
                .SendAsync(method, path, query, body, options, cancellationToken)
                .ConfigureAwait(false)
        );
    }

    public Call Build(string verb, JsonObject args)
    {
        var (method, path, query, body) =
            verb == "ping" ? ("GET", "/version", null, null) : Raw(args);
        return SqlaccClient.RawCall(method, path, query, body);
    }

    public JsonNode? Parse(string verb, RawResponse response)
    {
        _client.Exchange.Check(new Call("GET", "/"), response);
        return verb == "ping"
            ? new JsonObject { ["ok"] = true, ["version"] = Tagged.Untyped(response.Json()) }
            : Value(response);
    }

    private static (string Method, string Path, Where? Query, JsonNode? Body) Raw(JsonObject args)
    {
        var where = args["query"] is JsonObject query ? Arguments.Where(query) : null;
        var body = Tagged.Untag(args["body"], asText: false);
        return (args["method"]!.GetValue<string>(), args["path"]!.GetValue<string>(), where, body);
    }

    private static JsonObject Value(RawResponse response)
    {
        try
        {
            return new JsonObject
            {
                ["status"] = response.Status,
                ["value"] = Tagged.Untyped(response.Json()),
            };
        }
        catch (UnexpectedResponseException)
        {
            return new JsonObject { ["status"] = response.Status, ["text"] = response.Text };
        }
    }
}

/// <summary>Tasks over several calls.</summary>
internal sealed class WorkflowOperations : IOperations
{
    private readonly IReadOnlyDictionary<string, Workflow> _workflows;

    public WorkflowOperations(IReadOnlyDictionary<string, Workflow> workflows)
    {
        _workflows = workflows;
    }

    public async Task<JsonNode?> CallAsync(
        string verb,
        JsonObject args,
        CallOptions options,
        CancellationToken cancellationToken
    ) =>
        Arguments.Value(
            await _workflows[verb](args, options, cancellationToken).ConfigureAwait(false)
        );

    public Call Build(string verb, JsonObject args) =>
        throw new FormatException("a workflow has more than one request");

    public JsonNode? Parse(string verb, RawResponse response) =>
        throw new FormatException("a workflow has more than one answer");
}

/// <summary>Arguments that several operations share.</summary>
internal static class Arguments
{
    public static Where Where(JsonObject filters)
    {
        var where = new Where();
        foreach (var filter in filters)
        {
            where[filter.Key] = Tagged.Bare(filter.Value);
        }
        return where;
    }

    public static JsonNode? Value(Record record) =>
        record.Json.Count == 0 ? null : Shown.Record(record);
}

/// <summary>Arguments of workflows.</summary>
internal static class WorkflowArguments
{
    public static IEnumerable<TransferLine>? Lines(JsonNode? lines) =>
        (lines as JsonArray)
            ?.OfType<JsonObject>()
            .Select(line => new TransferLine(
                Tagged.Long(line["dtlkey"]),
                line["qty"] is { } quantity ? Tagged.Number(quantity) : default(decimal?)
            ))
            .ToList();

    public static IEnumerable<long> Keys(JsonObject args) =>
        args["invoices"] is JsonArray keys
            ? keys.Select(Tagged.Long).ToList()
            : new List<long> { Tagged.Long(args["invoice"]) };

    public static decimal? Amount(JsonNode? node) =>
        node is null ? default(decimal?) : Tagged.Number(node);

    public static T? Header<T>(JsonNode? node)
        where T : Record, new() =>
        node is JsonObject header ? Record.FromJson<T>(Tagged.Untag(new T().Table, header)) : null;
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Driver;

/// <summary>The operations of one kind of record, through the methods that users call.</summary>
internal sealed class RecordOperations<TRecord, TKey> : IOperations
    where TRecord : Record, new()
    where TKey : notnull
{
    private readonly Resource<TRecord, TKey> _resource;
    private readonly Shape _shape;
    private readonly Func<JsonNode?, TKey> _key;

    public RecordOperations(
        Resource<TRecord, TKey> resource,
        Shape shape,
        Func<JsonNode?, TKey> key
    )
    {
        _resource = resource;
        _shape = shape;
        _key = key;
    }

    public async Task<JsonNode?> CallAsync(
        string verb,
        JsonObject args,
        CallOptions options,
        CancellationToken token
    )
    {
        switch (verb)
        {
            case "list":
                var offset = Number(args["offset"], 0);
                var limit = Number(args["limit"], ServiceFacts.PageSize);
                return Page(
                    await _resource
                        .ListAsync(Where(args), offset, limit, options, token)
                        .ConfigureAwait(false)
                );
            case "iterate":
                return await IterateAsync(args, options, token).ConfigureAwait(false);
            case "get":
                return Value(
                    await _resource
                        .GetAsync(_key(args["key"]), options, token)
                        .ConfigureAwait(false)
                );
            case "find":
                return Value(
                    await _resource
                        .FindAsync(Where(args) ?? new Where(), options, token)
                        .ConfigureAwait(false)
                );
            case "create":
                return Value(
                    await _resource
                        .CreateAsync(New(args["record"]), options, token)
                        .ConfigureAwait(false)
                );
            case "update":
                return Value(
                    await _resource.UpdateAsync(Changed(args), options, token).ConfigureAwait(false)
                );
            case "update_with_retry":
                void Change(TRecord record) =>
                    Changes.Apply(_shape.Table, record.Json, Object(args["changes"]), "");
                return Value(
                    await _resource
                        .UpdateWithRetryAsync(_key(args["key"]), Change, options, token)
                        .ConfigureAwait(false)
                );
            case "delete":
                await _resource
                    .DeleteAsync(_key(args["key"]), options, token)
                    .ConfigureAwait(false);
                return null;
            case "pdf":
                var report = args["template"]?.GetValue<string>();
                return Tagged.Pdf(
                    await _resource
                        .PdfAsync(_key(args["key"]), report, options, token)
                        .ConfigureAwait(false)
                );
            case "ensure":
                var ensured = await _resource
                    .EnsureAsync(New(args["record"]), By(args["by"]), options, token)
                    .ConfigureAwait(false);
                return new JsonObject
                {
                    ["record"] = Value(ensured.Record),
                    ["created"] = ensured.Created,
                };
            case "create_many":
                return Results(
                    await _resource
                        .CreateManyAsync(Many(args), Batch(args), options, token)
                        .ConfigureAwait(false)
                );
            case "ensure_many":
                return Results(
                    await _resource
                        .EnsureManyAsync(Many(args), By(args["by"]), Batch(args), options, token)
                        .ConfigureAwait(false)
                );
            default:
                throw new FormatException($"unknown operation {verb}");
        }
    }

    public Call Build(string verb, JsonObject args) =>
        verb switch
        {
            "list" => _resource.ListCall(
                Where(args),
                Number(args["offset"], 0),
                Number(args["limit"], ServiceFacts.PageSize)
            ),
            "find" => _resource.FindCall(Where(args) ?? new Where()),
            "get" => _resource.GetCall(_key(args["key"])),
            "create" => _resource.CreateCall(New(args["record"]), null),
            "update" => _resource.UpdateCall(Changed(args), null),
            "delete" => _resource.DeleteCall(_key(args["key"])),
            "pdf" => _resource.PdfCall(_key(args["key"]), args["template"]?.GetValue<string>()),
            _ => throw new FormatException($"{verb} has more than one request"),
        };

    public JsonNode? Parse(string verb, RawResponse response)
    {
        var call = Build(verb, verb);
        try
        {
            _resource.Exchange.Check(call, response);
        }
        catch (NotFoundException error) when (verb == "find" && !error.IsPage)
        {
            return null;
        }
        return _resource.Exchange.Read<JsonNode?>(call, response, answer => verb switch
            {
                "list" => Page(_resource.ReadPage(answer, 0, ServiceFacts.PageSize)),
                "find" => _resource.ReadPage(answer, 0, ServiceFacts.PageSize).Records switch
                {
                    { Count: 0 } => null,
                    { Count: 1 } rows => Value(rows[0]),
                    _ => throw new MultipleFoundException("more than one record matches"),
                },
                "get" => Value(_resource.ReadWhole(answer)),
                "create" or "update" => Value(_resource.Read(answer)),
                "delete" => Resource<TRecord, TKey>.Nothing(answer) ? null : null,
                "pdf" => Tagged.Pdf(Answers.Pdf(answer)),
                _ => throw new FormatException($"{verb} has more than one answer"),
            });
    }

    private Call Build(string verb, string _) =>
        new(
            verb is "create" ? "POST"
                : verb is "update" ? "PUT"
                : verb is "delete" ? "DELETE"
                : "GET",
            _shape.Path
        );

    private async Task<JsonNode?> IterateAsync(
        JsonObject args,
        CallOptions options,
        CancellationToken token
    )
    {
        var how = new IterateOptions
        {
            Offset = Number(args["offset"], 0),
            PageLimit = Number(args["page_limit"], ServiceFacts.PageSize),
            Max = args["max"] is { } max ? Number(max, 0) : null,
            Details = args["details"]?.GetValue<bool>() ?? false,
            Concurrency = Number(args["concurrency"], 1),
        };
        var records = new JsonArray();
        await foreach (
            var record in _resource
                .IterateAsync(Where(args), how, options, token)
                .ConfigureAwait(false)
        )
        {
            records.Add(Value(record));
        }
        return new JsonObject { ["records"] = records };
    }

    private static JsonObject Page(Page<TRecord> page) =>
        new()
        {
            ["records"] = new JsonArray(page.Records.Select(Value).ToArray()),
            ["offset"] = page.Offset,
            ["count"] = page.Records.Count,
            ["more"] = page.More,
        };

    private static JsonObject Results(IReadOnlyList<BatchResult<TRecord>> results)
    {
        var list = new JsonArray();
        foreach (var result in results)
        {
            var entry = new JsonObject { ["status"] = result.Status.ToString().ToLowerInvariant() };
            if (result.Record != null)
            {
                entry["record"] = Value(result.Record);
            }
            if (result.Error != null)
            {
                entry["error"] = new JsonObject
                {
                    ["kind"] = result.Error.Kind,
                    ["message"] = result.Error.Message,
                };
            }
            list.Add(entry);
        }
        return new JsonObject { ["results"] = list };
    }

    private TRecord New(JsonNode? record) =>
        Record.Over<TRecord>(Tagged.Untag(_shape.Table, Object(record)));

    private TRecord Changed(JsonObject args)
    {
        var record = Record.FromJson<TRecord>(Tagged.Untag(_shape.Table, Object(args["record"])));
        Changes.Apply(_shape.Table, record.Json, Object(args["changes"]), "");
        return record;
    }

    private IEnumerable<TRecord> Many(JsonObject args) =>
        ((JsonArray)args["records"]!).Select(New).ToList();

    private static BatchOptions Batch(JsonObject args) =>
        new()
        {
            Journal = args["journal"]?.GetValue<string>() is { Length: > 0 } path ? path : null,
            StopOnError = args["stop_on_error"]?.GetValue<bool>() ?? false,
            Concurrency = Number(args["concurrency"], 1),
            By = args["by"] is null ? Array.Empty<string>() : By(args["by"]),
        };

    private static IReadOnlyList<string> By(JsonNode? by) =>
        by is JsonArray names
            ? names.Select(name => name!.GetValue<string>()).ToList()
            : new[] { by!.GetValue<string>() };

    private static Where? Where(JsonObject args) =>
        args["where"] is JsonObject filters ? Arguments.Where(filters) : null;

    private static JsonNode? Value(TRecord? record) =>
        record is null ? null : Arguments.Value(record);

    private static JsonObject Object(JsonNode? node) =>
        node as JsonObject ?? throw new FormatException("an object is needed");

    private static int Number(JsonNode? node, int otherwise) =>
        node is null
            ? otherwise
            : int.Parse(
                JsonText.Scalar(node)!,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture
            );
}

/// <summary>The changes of a command to a record as read, the way a user would make them.</summary>
internal static class Changes
{
    public static void Apply(TableShape table, JsonObject record, JsonObject changes, string path)
    {
        foreach (var change in changes.Where(change => change.Key != "$remove"))
        {
            if (
                table.Lines.TryGetValue(change.Key, out var rows)
                && rows.Key != null
                && change.Value is JsonArray lines
            )
            {
                if (record[change.Key] is not JsonArray stored)
                {
                    record[change.Key] = stored = new JsonArray();
                }
                Lines(rows, stored, lines, path + change.Key);
            }
            else
            {
                var single = new JsonObject { [change.Key] = change.Value?.DeepClone() };
                record[change.Key] = Tagged.Untag(table, single)[change.Key]?.DeepClone();
            }
        }
    }

    private static void Lines(TableShape table, JsonArray stored, JsonArray changes, string path)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i] is not JsonObject given)
            {
                throw new ValidationException($"{path}[{i}]", "must be an object");
            }
            var change = (JsonObject)given.DeepClone();
            var key = Tagged.Bare(change[table.Key!]);
            if (RowKeys.IsPlaceholder(key))
            {
                if (JsonText.Kind(change["$remove"]) == JsonValueKind.True)
                {
                    throw new ValidationException(
                        $"{path}[{i}].{table.Key}",
                        "is missing, so it is not known which line is to be removed"
                    );
                }
                change.Remove("$remove");
                stored.Add(Tagged.Untag(table, change));
                continue;
            }
            var row = stored
                .OfType<JsonObject>()
                .FirstOrDefault(r => RowKeys.Of(r, table.Key!) == key);
            if (row is null)
            {
                throw new ValidationException(
                    $"{path}[{i}].{table.Key}",
                    $"{key} is no line of the record"
                );
            }
            if (JsonText.Kind(change["$remove"]) == JsonValueKind.True)
            {
                stored.Remove(row);
                continue;
            }
            change.Remove("$remove");
            Apply(table, row, change, $"{path}[{i}].");
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>What can be done with one kind of record; the interfaces of the objects say which of it, and document it.</summary>
/// <typeparam name="TRecord">The kind of record.</typeparam>
/// <typeparam name="TKey">Its key: a number or a code.</typeparam>
internal abstract class Resource<TRecord, TKey>
    where TRecord : Record, new()
    where TKey : notnull
{
    private const int UpdateTries = 3;
    internal Exchange Exchange { get; }

    private readonly Shape _shape;

    private protected Resource(SqlaccClient client, Shape shape)
    {
        Exchange = client.Exchange;
        _shape = shape;
    }

    public Task<Page<TRecord>> ListAsync(
        Where? where,
        int offset,
        int limit,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        return PageAsync(
            ListCall(where, offset, limit),
            offset,
            Math.Min(limit, ServiceFacts.PageSize),
            where?.Count > 0,
            options,
            cancellationToken
        );
    }

    public async IAsyncEnumerable<TRecord> IterateAsync(
        Where? where,
        IterateOptions? how,
        CallOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        how ??= new IterateOptions();
        var left = how.Max ?? int.MaxValue;
        if (left < 0 || how.PageLimit < 1)
        {
            throw new UsageException("Max is 0 or more, and PageLimit 1 or more");
        }
        if (left == 0)
        {
            yield break;
        }
        var size = Math.Min(how.PageLimit, ServiceFacts.PageSize);
        Call Ask(int offset, int limit) => ListCall(where, offset, limit);
        var pages = Pages(Ask, how.Offset, size, where?.Count > 0, options, cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            var rows = page.Take(left).ToList();
            left -= rows.Count;
            if (how.Details)
            {
                Task<TRecord?> Whole(TRecord row, CancellationToken token) =>
                    ThereAsync(KeyOf(row), options, token);
                await foreach (
                    var whole in InOrder
                        .Select(rows, Whole, how.Concurrency, cancellationToken)
                        .ConfigureAwait(false)
                )
                {
                    if (whole != null)
                    {
                        yield return whole;
                    }
                }
            }
            else
            {
                foreach (var row in rows)
                {
                    yield return row;
                }
            }
            if (left <= 0)
            {
                yield break;
            }
        }
    }

    public Task<TRecord> GetAsync(
        TKey key,
        CallOptions? options,
        CancellationToken cancellationToken
    ) => ReadAsync(KeyText(key), options, cancellationToken);

    public async Task<TRecord?> FindAsync(
        Where where,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        var first = FindCall(where);
        var detail = where.All(filter => _shape.Indexed.Contains(filter.Key));
        Call Ask(int offset, int limit) =>
            offset == 0 ? first
            : !detail ? ListCall(where, offset, limit)
            : new Call("GET", Call.Query(_shape.Path + "/*", where.Pairs, offset, limit));
        TRecord? found = null;
        await foreach (
            var page in Pages(Ask, 0, ServiceFacts.PageSize, true, options, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            foreach (var row in page.Where(row => where.Matches(row.Json, _shape.Table)))
            {
                found = found is null ? row : throw Multiple(where);
            }
        }
        if (found is null || detail)
        {
            found?.Whole();
            return found;
        }
        return await ReadAsync(KeyOf(found), options, cancellationToken).ConfigureAwait(false);
    }

    public async Task<TRecord> CreateAsync(
        TRecord record,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        var call = CreateCall(record, options);
        try
        {
            return await Exchange
                .SendAsync(call, Read, options, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (AmbiguousWriteException error)
        {
            error.Check = CheckOf(record);
            throw;
        }
    }

    public async Task<TRecord> UpdateAsync(
        TRecord record,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        var call = UpdateCall(record, options);
        var key = KeyOf(record);
        TRecord stored;
        try
        {
            stored = await Exchange
                .SendAsync(call, Read, options, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StaleRecordException error)
        {
            error.Sent = record;
            error.Stored = async token => await ReadAsync(key, null, token).ConfigureAwait(false);
            throw;
        }
        catch (AmbiguousWriteException error)
        {
            error.Check = async token =>
                await IfStoredAsync(key, call.Body!, token).ConfigureAwait(false);
            throw;
        }
        var kept = RowKeys
            .Removed(_shape, record.Origin, record.Json)
            .Intersect(RowKeys.All(_shape, stored.Json))
            .ToList();
        return kept.Count == 0
            ? stored
            : throw new LineNotRemovedException(
                $"the server kept {string.Join(", ", kept)}",
                stored
            );
    }

    public async Task<TRecord> UpdateWithRetryAsync(
        TKey key,
        Action<TRecord> change,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var record = await GetAsync(key, options, cancellationToken).ConfigureAwait(false);
            change(record);
            try
            {
                return await UpdateAsync(record, options, cancellationToken).ConfigureAwait(false);
            }
            catch (StaleRecordException) when (attempt < UpdateTries) { }
        }
    }

    public Task DeleteAsync(TKey key, CallOptions? options, CancellationToken cancellationToken) =>
        Exchange.SendAsync(DeleteCall(key), Nothing, options, cancellationToken);

    public Task<byte[]> PdfAsync(
        TKey key,
        string? report,
        CallOptions? options,
        CancellationToken cancellationToken
    ) => Exchange.SendAsync(PdfCall(key, report), Answers.Pdf, options, cancellationToken);

    public async Task<Ensured<TRecord>> EnsureAsync(
        TRecord record,
        IReadOnlyList<string> by,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        var where = Where.Of(record.Json, by);
        var found = await FindAsync(where, options, cancellationToken).ConfigureAwait(false);
        if (found != null)
        {
            return new Ensured<TRecord>(found, created: false);
        }
        try
        {
            var stored = await CreateAsync(record, options, cancellationToken)
                .ConfigureAwait(false);
            return new Ensured<TRecord>(stored, created: true);
        }
        catch (DuplicateException)
        {
            // Somebody was faster.
            found = await FindAsync(where, options, cancellationToken).ConfigureAwait(false);
            if (found == null)
            {
                throw;
            }
            return new Ensured<TRecord>(found, created: false);
        }
    }

    public Task<Ensured<TRecord>> EnsureAsync(
        TRecord record,
        string by,
        CallOptions? options,
        CancellationToken cancellationToken
    ) => EnsureAsync(record, new[] { by }, options, cancellationToken);

    public Task<IReadOnlyList<BatchResult<TRecord>>> CreateManyAsync(
        IEnumerable<TRecord> records,
        BatchOptions? batch,
        CallOptions? options,
        CancellationToken cancellationToken
    ) => ManyAsync(records, null, batch, options, cancellationToken);

    public Task<IReadOnlyList<BatchResult<TRecord>>> EnsureManyAsync(
        IEnumerable<TRecord> records,
        IReadOnlyList<string> by,
        BatchOptions? batch,
        CallOptions? options,
        CancellationToken cancellationToken
    ) => ManyAsync(records, by, batch, options, cancellationToken);

    private Task<IReadOnlyList<BatchResult<TRecord>>> ManyAsync(
        IEnumerable<TRecord> records,
        IReadOnlyList<string>? by,
        BatchOptions? batch,
        CallOptions? options,
        CancellationToken cancellationToken
    ) =>
        new Batch<TRecord>(
            _shape,
            batch ?? new BatchOptions(),
            Exchange.Account,
            by,
            (record, token) => CreateAsync(record, options, token),
            (record, names, token) => EnsureAsync(record, names, options, token)
        ).RunAsync(records, cancellationToken);

    // --- the requests, also for the driver of the contract tests ---

    internal Call ListCall(Where? where, int offset, int limit)
    {
        if (offset < 0 || limit < 1)
        {
            throw new UsageException("an offset is 0 or more, and a page has at least one row");
        }
        var filters = where?.Filters ?? Array.Empty<KeyValuePair<string, string>>();
        var most = Math.Min(limit, ServiceFacts.PageSize);
        return new Call("GET", Call.Query(_shape.Path, filters, offset, most));
    }

    /// <summary>The first request of a search: the detail form when the server can look up all the fields.</summary>
    internal Call FindCall(Where where) =>
        where.Count == 0 ? throw new UsageException("find needs at least one field to look for")
        : where.All(filter => _shape.Indexed.Contains(filter.Key))
            ? new Call("GET", Call.Query(_shape.Path + "/*", where.Pairs))
        : ListCall(where, 0, ServiceFacts.PageSize);

    internal Call GetCall(TKey key) => new("GET", Call.Path(_shape.Path, KeyText(key)));

    internal Call CreateCall(TRecord record, CallOptions? options)
    {
        if (options?.Validate ?? Exchange.Options.Validate)
        {
            Validation.Create(_shape, record.Json);
        }
        var body = RowKeys.ForCreate(_shape, record.Json, record.Origin != null);
        if (body.Count == 0)
        {
            throw new ValidationException(
                "",
                "the record is empty, and an empty body stops the server"
            );
        }
        return Call.WithBody("POST", _shape.Path, RecordJson.Write(_shape.Table, body));
    }

    internal Call UpdateCall(TRecord record, CallOptions? options)
    {
        var key = KeyOf(record);
        if (_shape.Table.LineNames.Count > 0 && !record.HasLines)
        {
            throw new UsageException(
                $"this {_shape.Id} came without its lines, which an update could lose: get it by its key first"
            );
        }
        foreach (var kept in new[] { _shape.Counter, HasIntegerKey ? _shape.Key : null })
        {
            if (
                kept != null
                && record.Origin != null
                && JsonText.Scalar(record.Json[kept]) != JsonText.Scalar(record.Origin[kept])
            )
            {
                throw new ValidationException(
                    kept,
                    "is kept by the client and the server; leave it as it was read"
                );
            }
        }
        Validation.Tables(_shape, record.Json, record.Origin);
        if (options?.Validate ?? Exchange.Options.Validate)
        {
            Validation.Update(_shape, record.Json, record.Origin);
        }
        var body = RowKeys.ForUpdate(_shape, record.Json);
        // Kinds without a counter get one raised all the same when the server sends one.
        var counter =
            _shape.Counter
            ?? (body.ContainsKey(ServiceFacts.Counter) ? ServiceFacts.Counter : null);
        if (counter != null)
        {
            body[counter] = Next(body[counter]);
        }
        return Call.WithBody(
            "PUT",
            Call.Path(_shape.Path, key),
            RecordJson.Write(_shape.Table, body)
        );
    }

    internal Call DeleteCall(TKey key) => new("DELETE", Call.Path(_shape.Path, KeyText(key)));

    internal Call PdfCall(TKey key, string? report) =>
        new("GET", Call.Path(_shape.Path, KeyText(key)))
        {
            ContentType = "application/pdf;template=" + Report(report ?? _shape.Pdf ?? ""),
            Accept = "application/pdf",
        };

    internal Page<TRecord> ReadPage(RawResponse response, int offset, int limit)
    {
        var rows = Answers.Rows(response).Select(Record.Over<TRecord>).ToList();
        rows.ForEach(row => row.FromList());
        return new Page<TRecord>(rows, offset, rows.Count >= limit);
    }

    internal TRecord Read(RawResponse response)
    {
        var record = Record.Over<TRecord>(Answers.Record(response, _shape) ?? new JsonObject());
        record.Whole();
        return record;
    }

    /// <summary>The answer to a read, which is never empty.</summary>
    internal TRecord ReadWhole(RawResponse response)
    {
        Answers.NotEmpty(response);
        return Read(response);
    }

    internal static bool Nothing(RawResponse response)
    {
        Answers.Deleted(response);
        return true;
    }

    private Task<TRecord> ReadAsync(
        string key,
        CallOptions? options,
        CancellationToken cancellationToken
    ) =>
        Exchange.SendAsync(
            new Call("GET", Call.Path(_shape.Path, key)),
            ReadWhole,
            options,
            cancellationToken
        );

    /// <summary>The record, or null when it is not there. An HTML page means a wrong address.</summary>
    private async Task<TRecord?> ThereAsync(
        string key,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await ReadAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException gone) when (!gone.IsPage)
        {
            return null;
        }
    }

    /// <summary>The record as it is now when an update whose outcome is unknown is in it, else null.</summary>
    private async Task<TRecord?> IfStoredAsync(
        string key,
        byte[] sent,
        CancellationToken cancellationToken
    )
    {
        var now = await ThereAsync(key, null, cancellationToken).ConfigureAwait(false);
        if (now is null)
        {
            return null;
        }
        var body = (JsonObject)JsonText.Parse(sent)!;
        var counter = _shape.Counter ?? ServiceFacts.Counter;
        var isStored = body.ContainsKey(counter)
            ? Count(now.Json[counter]) >= Count(body[counter])
            : RecordJson
                .Write(_shape.Table, RowKeys.ForUpdate(_shape, now.Json))
                .SequenceEqual(sent);
        return isStored ? now : null;
    }

    /// <summary>A counter as it was read; -1 when it is none.</summary>
    private static long Count(JsonNode? counter) =>
        long.TryParse(
            JsonText.Scalar(counter),
            System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture,
            out var count
        )
            ? count
            : -1;

    private MultipleFoundException Multiple(Where where) =>
        new(
            $"more than one {_shape.Id} matches {string.Join(", ", where.Select(filter => filter.Key))}"
        );

    private async Task<Page<TRecord>> PageAsync(
        Call call,
        int offset,
        int limit,
        bool filtered,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        Page<TRecord> page;
        try
        {
            page = await Exchange
                .SendAsync(
                    call,
                    response => ReadPage(response, offset, limit),
                    options,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (NotFoundException error) when (filtered && !error.IsPage)
        {
            // Some servers say "not found" where others give an empty list.
            return new Page<TRecord>(Array.Empty<TRecord>(), offset, more: false);
        }
        options?.OnPage?.Invoke(new PageInfo(offset, page.Records.Count));
        return page;
    }

    /// <summary>The unseen rows page by page. The server's word on offset, limit and count is never taken.</summary>
    private async IAsyncEnumerable<IReadOnlyList<TRecord>> Pages(
        Func<int, int, Call> ask,
        int offset,
        int size,
        bool filtered,
        CallOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var page = await PageAsync(
                    ask(offset, size),
                    offset,
                    size,
                    filtered,
                    options,
                    cancellationToken
                )
                .ConfigureAwait(false);
            var fresh = page.Records.Where(row => seen.Add(Identity(row.Json))).ToList();
            if (fresh.Count == 0 && page.More)
            {
                throw new UnexpectedResponseException(
                    $"{_shape.Path}: the server ignores offset and gives the same page for ever"
                );
            }
            if (fresh.Count > 0)
            {
                yield return fresh;
            }
            if (!page.More)
            {
                yield break;
            }
            offset += page.Records.Count;
        }
    }

    /// <summary>The key of a row of a list; the whole row where it came without one.</summary>
    private string Identity(JsonObject row) =>
        JsonText.Scalar(row[_shape.Key]) is { Length: > 0 } key ? key : row.ToJsonString();

    /// <summary>After an unknown outcome: look by number or code, else by <c>docref1</c>.</summary>
    private Func<CancellationToken, Task<Record?>>? CheckOf(TRecord record)
    {
        var by = Lookup.Of(_shape, record.Json);
        return by is null
            ? null
            : async token =>
                await FindAsync(Where.Of(record.Json, by), null, token).ConfigureAwait(false);
    }

    private bool HasIntegerKey =>
        _shape.Table.Fields.Any(field =>
            field.Wire == _shape.Key && field.Kind == FieldKind.Integer
        );

    private string KeyOf(TRecord record) =>
        (record.Origin ?? record.Json)[_shape.Key] is { } node
        && JsonText.Scalar(node) is { Length: > 0 } key
        && (JsonText.Kind(node) == JsonValueKind.String || (key[0] is > '0' and <= '9'))
            ? key
            : throw new UsageException(
                $"the record has no {_shape.Key}: read it from the server first"
            );

    private static string KeyText(TKey key) =>
        Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static JsonNode Next(JsonNode? counter)
    {
        var text = JsonText.Scalar(counter);
        if (string.IsNullOrEmpty(text))
        {
            return JsonValue.Create(1L);
        }
        return
            long.TryParse(
                text,
                System.Globalization.NumberStyles.AllowLeadingSign,
                System.Globalization.CultureInfo.InvariantCulture,
                out var stored
            )
            && stored < long.MaxValue
            ? JsonValue.Create(stored + 1)
            : throw new UsageException("the counter of the record is none: read it again");
    }

    /// <summary>A report's name goes into a header as it is, so it must be fit for one.</summary>
    private static string Report(string name) =>
        name.Length > 0
        && name.Trim().Length == name.Length
        && !name.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')
            ? name
            : throw new ValidationException(
                "template",
                "must be the name of a report, one line of text"
            );
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>The reads and the one write of a workflow.</summary>
internal sealed class WorkflowRunner
{
    private readonly SqlaccClient _client;

    public WorkflowRunner(SqlaccClient client)
    {
        _client = client;
    }

    public async Task<TTarget> TransferAsync<TSource, TTarget>(
        JsonObject facts,
        Func<long, CallOptions?, CancellationToken, Task<TSource>> get,
        Func<TTarget, CallOptions?, CancellationToken, Task<TTarget>> create,
        long key,
        IEnumerable<TransferLine>? lines,
        TTarget? header,
        CallOptions? options,
        CancellationToken cancellationToken
    )
        where TSource : Record, new()
        where TTarget : Record, new()
    {
        var source = await get(key, options, cancellationToken).ConfigureAwait(false);
        var body = new Transfer(facts, source.Json).Body(lines, header?.Json);
        return await create(New<TTarget>(body), options, cancellationToken).ConfigureAwait(false);
    }

    public async Task<TPayment> SettleAsync<TDocument, TPayment>(
        JsonObject facts,
        Func<long, CallOptions?, CancellationToken, Task<TDocument>> get,
        Func<TPayment, CallOptions?, CancellationToken, Task<TPayment>> create,
        IEnumerable<long> keys,
        string method,
        decimal? amount,
        TPayment? header,
        CallOptions? options,
        CancellationToken cancellationToken
    )
        where TDocument : Record, new()
        where TPayment : Record, new()
    {
        var documents = new List<JsonObject>();
        foreach (var key in keys)
        {
            documents.Add((await get(key, options, cancellationToken).ConfigureAwait(false)).Json);
        }
        var body = Settlement.Body(facts, documents, amount, method, header?.Json);
        return await create(New<TPayment>(body), options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A new document is of today, by the clock on the wall, unless it says otherwise.</summary>
    private T New<T>(JsonObject body)
        where T : Record, new()
    {
        var record = Record.Over<T>(body);
        if (record.Table.ByWire.ContainsKey("docdate") && !record.Has("docdate"))
        {
            body["docdate"] = CalendarDate
                .FromDateTime(_client.Exchange.Options.Clock().ToLocalTime().DateTime)
                .ToString();
        }
        return record;
    }
}

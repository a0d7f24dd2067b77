using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>Many records to a result each: in order, bounded, and with a journal against double booking.</summary>
internal sealed class Batch<T>
    where T : Record, new()
{
    private readonly Shape _shape;
    private readonly BatchOptions _options;
    private readonly string _account;
    private readonly IReadOnlyList<string>? _by;
    private readonly Func<T, CancellationToken, Task<T>> _create;
    private readonly Func<T, IReadOnlyList<string>, CancellationToken, Task<Ensured<T>>> _ensure;

    /// <param name="shape">The kind of record.</param>
    /// <param name="options">How to go about it.</param>
    /// <param name="account">What a journal knows server and key by.</param>
    /// <param name="by">The fields to look for each record first; null to create without looking.</param>
    /// <param name="create">Stores a record.</param>
    /// <param name="ensure">Looks for a record and stores it when it is not there.</param>
    public Batch(
        Shape shape,
        BatchOptions options,
        string account,
        IReadOnlyList<string>? by,
        Func<T, CancellationToken, Task<T>> create,
        Func<T, IReadOnlyList<string>, CancellationToken, Task<Ensured<T>>> ensure
    )
    {
        _shape = shape;
        _options = options;
        _account = account;
        _by = by;
        _create = create;
        _ensure = ensure;
    }

    public async Task<IReadOnlyList<BatchResult<T>>> RunAsync(
        IEnumerable<T> records,
        CancellationToken cancellationToken
    )
    {
        var all = records.ToList();
        var results = new List<BatchResult<T>>();
        using var journal = _options.Journal is null
            ? null
            : new Journal(_options.Journal, _account);
        // A journal of other records is told before anything is sent.
        var keys = all.Select(record => journal is null ? "" : Journal.KeyOf(Body(record)))
            .ToList();
        for (var number = 0; journal != null && number < keys.Count; number++)
        {
            journal.Find(number, keys[number]);
        }
        var stopped = false;
        async Task<BatchResult<T>> One(int number, CancellationToken token)
        {
            var skip =
                token.IsCancellationRequested
                || (_options.StopOnError && Volatile.Read(ref stopped));
            var result = skip
                ? new BatchResult<T>(BatchStatus.Skipped)
                : await OneAsync(number, all[number], keys[number], journal, token)
                    .ConfigureAwait(false);
            if (result.Status is BatchStatus.Failed or BatchStatus.Unknown)
            {
                Volatile.Write(ref stopped, true);
            }
            return result;
        }
        var numbers = Enumerable.Range(0, all.Count);
        await foreach (
            var result in InOrder
                .Select(numbers, One, _options.Concurrency, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            results.Add(result);
            _options.OnProgress?.Invoke(new BatchProgress(results.Count, all.Count, result.Status));
        }
        return results;
    }

    private async Task<BatchResult<T>> OneAsync(
        int number,
        T record,
        string key,
        Journal? journal,
        CancellationToken cancellationToken
    )
    {
        var before = journal?.Find(number, key);
        if (before?.State == "done")
        {
            return new BatchResult<T>(BatchStatus.Found, number: before.Number);
        }
        var by = _by;
        if (by is null && before?.State == "started")
        {
            by = _options.By.Count > 0 ? _options.By : Lookup.Of(_shape, record.Json);
            if (by is null)
            {
                var message =
                    "an earlier run was cut short here, and the record has neither a number nor a docref1 to look for";
                return new BatchResult<T>(
                    BatchStatus.Unknown,
                    error: new AmbiguousWriteException(message)
                );
            }
        }
        if (before?.State != "started")
        {
            journal?.Write(number, key, "started");
        }
        var result = await TryAsync(record, by, cancellationToken).ConfigureAwait(false);
        var isMissing = result.Status is BatchStatus.Failed or BatchStatus.Skipped;
        // What an earlier run began stays uncertain until it is found.
        var isUncertain = before?.State == "started" && isMissing;
        if (result.Status != BatchStatus.Unknown && !isUncertain)
        {
            journal?.Write(number, key, isMissing ? "failed" : "done", result.Number);
        }
        return result;
    }

    private async Task<BatchResult<T>> TryAsync(
        T record,
        IReadOnlyList<string>? by,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (by is null)
            {
                var stored = await _create(record, cancellationToken).ConfigureAwait(false);
                return new BatchResult<T>(BatchStatus.Created, stored, number: TextOf(stored));
            }
            var ensured = await _ensure(record, by, cancellationToken).ConfigureAwait(false);
            var status = ensured.Created ? BatchStatus.Created : BatchStatus.Found;
            return new BatchResult<T>(status, ensured.Record, number: TextOf(ensured.Record));
        }
        catch (AmbiguousWriteException error)
        {
            return new BatchResult<T>(BatchStatus.Unknown, error: error);
        }
        catch (UnexpectedResponseException error) when (error.IsStored)
        {
            return new BatchResult<T>(BatchStatus.Unknown, error: error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new BatchResult<T>(BatchStatus.Skipped);
        }
        catch (SqlaccException error) when (error is not BatchException)
        {
            return new BatchResult<T>(BatchStatus.Failed, error: error);
        }
    }

    /// <summary>What a create sends.</summary>
    private byte[] Body(T record) =>
        RecordJson.Write(
            _shape.Table,
            RowKeys.ForCreate(_shape, record.Json, record.Origin != null)
        );

    private string? TextOf(T record) =>
        _shape.Identity.Count > 0 ? record.GetText(_shape.Identity[0]) : null;
}

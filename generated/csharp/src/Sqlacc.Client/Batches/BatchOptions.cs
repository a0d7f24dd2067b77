using System;
using System.Collections.Generic;
using System.Linq;

namespace Sqlacc;

/// <summary>How many records are stored.</summary>
public sealed class BatchOptions
{
    /// <summary>
    /// A file that remembers what was stored, so that a run cut short goes on without booking twice. Use one file for
    /// one list of records, and give the same list again, with the same server and key.
    /// </summary>
    public string? Journal { get; set; }

    /// <summary>Leave the rest alone after a record that failed; otherwise go on.</summary>
    public bool StopOnError { get; set; }

    /// <summary>How many records are sent at the same time. A licence limits connections: 1 unless you know better.</summary>
    public int Concurrency { get; set; } = 1;

    /// <summary>
    /// Fields by which a record is looked for when an earlier run left its outcome open. When empty: its number or code, else docref1.
    /// </summary>
    public IReadOnlyList<string> By { get; set; } = Array.Empty<string>();

    /// <summary>Called after each record.</summary>
    public Action<BatchProgress>? OnProgress { get; set; }
}

/// <summary>How far a batch has come.</summary>
public sealed class BatchProgress
{
    internal BatchProgress(int done, int total, BatchStatus last)
    {
        Done = done;
        Total = total;
        Last = last;
    }

    /// <summary>Records that have a result.</summary>
    public int Done { get; }

    /// <summary>All records.</summary>
    public int Total { get; }

    /// <summary>What became of the last one.</summary>
    public BatchStatus Last { get; }
}

/// <summary>What became of a record.</summary>
public enum BatchStatus
{
    /// <summary>It was stored now.</summary>
    Created,

    /// <summary>It was there before, or an earlier run has stored it.</summary>
    Found,

    /// <summary>It was refused, or could not be sent; it is not stored.</summary>
    Failed,

    /// <summary>It was not tried, since an earlier one failed, or cancelled before it was sent.</summary>
    Skipped,

    /// <summary>It may or may not be stored. Look before sending it again.</summary>
    Unknown,
}

/// <summary>The result for one record, in the order given.</summary>
/// <typeparam name="T">The kind of record.</typeparam>
public sealed class BatchResult<T>
    where T : Record
{
    internal BatchResult(
        BatchStatus status,
        T? record = null,
        SqlaccException? error = null,
        string? number = null
    )
    {
        Status = status;
        Record = record;
        Error = error;
        Number = number;
    }

    /// <summary>What became of it.</summary>
    public BatchStatus Status { get; }

    /// <summary>The record as stored; null when it failed, or when the journal alone knows that it is there.</summary>
    public T? Record { get; }

    /// <summary>Why it failed or is unknown.</summary>
    public SqlaccException? Error { get; }

    /// <summary>Its number or code, when the journal knows it.</summary>
    public string? Number { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        Error is null ? $"{Status} {Number}" : $"{Status}: {Error.Message}";
}

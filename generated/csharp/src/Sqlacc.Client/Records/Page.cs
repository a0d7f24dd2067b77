using System.Collections.Generic;

namespace Sqlacc;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">The kind of record.</typeparam>
public sealed class Page<T>
{
    /// <summary>A page; tests make their own.</summary>
    public Page(IReadOnlyList<T> records, int offset, bool more)
    {
        Records = records;
        Offset = offset;
        More = more;
    }

    /// <summary>The rows, header fields only.</summary>
    public IReadOnlyList<T> Records { get; }

    /// <summary>The place of the first row, counted from 0.</summary>
    public int Offset { get; }

    /// <summary>May there be more? True when as many rows came as were asked for.</summary>
    public bool More { get; }
}

/// <summary>How <c>IterateAsync</c> goes about it.</summary>
public sealed class IterateOptions
{
    /// <summary>How many rows to pass over first.</summary>
    public int Offset { get; set; }

    /// <summary>Rows for each request; the service gives at most 50.</summary>
    public int PageLimit { get; set; } = ServiceFacts.PageSize;

    /// <summary>Stop after so many records; null for all.</summary>
    public int? Max { get; set; }

    /// <summary>Read each record whole, with its lines, instead of the header that a list gives.</summary>
    public bool Details { get; set; }

    /// <summary>How many records to read at the same time with <see cref="Details"/>. Mind the licence's connections.</summary>
    public int Concurrency { get; set; } = 2;
}

/// <summary>What <c>EnsureAsync</c> found or made.</summary>
/// <typeparam name="T">The kind of record.</typeparam>
public sealed class Ensured<T>
{
    /// <summary>A result; tests make their own.</summary>
    public Ensured(T record, bool created)
    {
        Record = record;
        Created = created;
    }

    /// <summary>The record as stored.</summary>
    public T Record { get; }

    /// <summary>True when it was not there before.</summary>
    public bool Created { get; }
}

using System;
using System.Collections;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>The rows of a table of a record. A table that is missing looks empty and comes to be with its first row.</summary>
/// <typeparam name="T">One row.</typeparam>
public sealed class LineList<T> : IList<T>, IReadOnlyList<T>
    where T : Record, new()
{
    private readonly Record _owner;
    private readonly string _wire;

    internal LineList(Record owner, string wire)
    {
        _owner = owner;
        _wire = wire;
    }

    /// <summary>How many rows there are.</summary>
    public int Count => Rows?.Count ?? 0;

    bool ICollection<T>.IsReadOnly => false;

    private JsonArray? Rows => _owner.Json[_wire] as JsonArray;

    /// <summary>The row at a place, counted from 0.</summary>
    public T this[int index]
    {
        get => Row(Existing(index));
        set
        {
            Existing(index);
            Rows![index] = Detached(value);
        }
    }

    /// <summary>Adds a row at the end.</summary>
    public void Add(T item) => Ensured().Add(Detached(item));

    /// <summary>Adds a row at a place.</summary>
    public void Insert(int index, T item) => Ensured().Insert(index, Detached(item));

    /// <summary>Removes the row at a place.</summary>
    public void RemoveAt(int index)
    {
        Existing(index);
        Rows!.RemoveAt(index);
    }

    /// <summary>Removes a row that was taken from this list.</summary>
    public bool Remove(T item)
    {
        var index = IndexOf(item);
        if (index >= 0)
        {
            Rows!.RemoveAt(index);
        }
        return index >= 0;
    }

    /// <summary>Removes all rows; the table stays, empty.</summary>
    public void Clear() => Ensured().Clear();

    /// <summary>The place of a row that was taken from this list, or -1.</summary>
    public int IndexOf(T item)
    {
        for (var i = 0; i < Count; i++)
        {
            if (ReferenceEquals(Rows![i], item.Json))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Was the row taken from this list?</summary>
    public bool Contains(T item) => IndexOf(item) >= 0;

    /// <inheritdoc/>
    public void CopyTo(T[] array, int arrayIndex)
    {
        foreach (var row in this)
        {
            array[arrayIndex++] = row;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static JsonObject Detached(T item)
    {
        if (item.Json.Parent != null)
        {
            return JsonText.Clone(item.Json);
        }
        return item.Json;
    }

    private T Row(JsonNode? node) =>
        node is JsonObject row
            ? Record.Over<T>(row)
            : throw new UnexpectedResponseException($"a row of {_wire} is not a JSON object");

    private JsonNode? Existing(int index) =>
        index >= 0 && index < Count
            ? Rows![index]
            : throw new ArgumentOutOfRangeException(nameof(index));

    private JsonArray Ensured()
    {
        if (Rows is { } rows)
        {
            return rows;
        }
        var created = new JsonArray();
        _owner.Json[_wire] = created;
        return created;
    }
}

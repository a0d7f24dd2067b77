using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sqlacc;

/// <summary>
/// Filters by field, in the order given: <c>new Where { ["docno"] = "IV-00001", ["code"] = "300-*" }</c>.
/// Texts, numbers, dates and flags convert by themselves; <c>*</c> in a text stands for any characters.
/// </summary>
public sealed class Where : IEnumerable<KeyValuePair<string, WhereValue>>
{
    private static readonly Regex Field = new(
        @"^(?!(offset|limit)\z)[A-Za-z_][A-Za-z0-9_]*\z",
        RegexOptions.CultureInvariant
    );
    private readonly List<KeyValuePair<string, WhereValue>> _filters = new();

    /// <summary>How many filters there are.</summary>
    public int Count => _filters.Count;

    /// <summary>The value that a field must have.</summary>
    public WhereValue this[string wire]
    {
        get => _filters.First(filter => filter.Key == wire).Value;
        set
        {
            var filter = new KeyValuePair<string, WhereValue>(wire, value);
            var at = _filters.FindIndex(f => f.Key == wire);
            if (at < 0)
            {
                _filters.Add(filter);
            }
            else
            {
                _filters[at] = filter;
            }
        }
    }

    /// <summary>The same filters and one more, unless the value is null.</summary>
    public Where And(string wire, WhereValue? value)
    {
        if (value is { } given)
        {
            this[wire] = given;
        }
        return this;
    }

    /// <summary>The same filters and one more, unless the text is null.</summary>
    public Where And(string wire, string? text) =>
        And(wire, text is null ? default(WhereValue?) : new WhereValue(text));

    internal IEnumerable<KeyValuePair<string, string>> Pairs =>
        _filters.Select(filter => new KeyValuePair<string, string>(filter.Key, filter.Value.Text));

    /// <summary>The same, once every name is known to be one of a field: paging is no filter.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Filters =>
        _filters.FirstOrDefault(filter => !Field.IsMatch(filter.Key)) is { Key: { } wrong }
            ? throw new UsageException($"\"{wrong}\" is no field to filter by")
            : Pairs;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, WhereValue>> GetEnumerator() =>
        _filters.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>These fields of a record as filters.</summary>
    internal static Where Of(JsonObject record, IEnumerable<string> wires)
    {
        var where = new Where();
        foreach (var wire in wires)
        {
            if (
                !record.TryGetPropertyValue(wire, out var value)
                || value is JsonObject or JsonArray
                || string.IsNullOrEmpty(JsonText.Scalar(value))
            )
            {
                throw new ValidationException(wire, "is needed to tell whether the record exists");
            }
            where[wire] = new WhereValue(JsonText.Scalar(value)!);
        }
        return where;
    }

    /// <summary>Is a row what was asked for? The server may have ignored a filter.</summary>
    internal bool Matches(JsonObject row, TableShape table) =>
        _filters.All(filter => Matches(row, table, filter.Key, filter.Value.Text));

    private static bool Matches(JsonObject row, TableShape table, string wire, string wanted)
    {
        var stored = JsonText.Scalar(row[wire]);
        if (wanted.IndexOf('*') >= 0)
        {
            return true;
        }
        if (string.IsNullOrEmpty(stored))
        {
            return wanted.Length == 0
                && JsonText.Kind(row[wire]) is JsonValueKind.Null or JsonValueKind.String;
        }
        var kind = table.ByWire.TryGetValue(wire, out var field) ? field.Kind : FieldKind.Text;
        return stored == wanted
            || (
                kind == FieldKind.Decimal
                && DecimalText.IsNumber(wanted)
                && DecimalText.Significant(stored!) == DecimalText.Significant(wanted)
            )
            || (
                kind == FieldKind.Moment
                && Instant(stored!) is { } moment
                && moment == Instant(wanted)
            );
    }

    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? moment
            : null;
}

/// <summary>The value of a filter as text, the same in every culture.</summary>
public readonly struct WhereValue
{
    private readonly string? _text;

    /// <summary>A value that is written like this in a query.</summary>
    public WhereValue(string text)
    {
        _text = text;
    }

    /// <summary>The text as it stands in the query, before encoding.</summary>
    public string Text => _text ?? "";

    /// <summary>A text; <c>*</c> stands for any characters.</summary>
    public static implicit operator WhereValue(string text) => new(text);

    /// <summary>An integer.</summary>
    public static implicit operator WhereValue(long number) =>
        new(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A decimal with its digits.</summary>
    public static implicit operator WhereValue(decimal number) => new(DecimalText.Format(number));

    /// <summary>A date.</summary>
    public static implicit operator WhereValue(CalendarDate date) => new(date.ToString());

    /// <summary>A point in time, in UTC.</summary>
    public static implicit operator WhereValue(DateTimeOffset moment) =>
        new(
            moment.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                CultureInfo.InvariantCulture
            )
        );

    /// <summary>A flag: <c>true</c> or <c>false</c>.</summary>
    public static implicit operator WhereValue(bool flag) => new(flag ? "true" : "false");

    /// <inheritdoc/>
    public override string ToString() => Text;
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>The keys that the server gave to rows; numbers below 1 and an empty text stand for none.</summary>
internal static class RowKeys
{
    public static string? Of(JsonObject row, string key)
    {
        var text = JsonText.Scalar(row[key]);
        return IsPlaceholder(text) ? null : text;
    }

    public static bool IsPlaceholder(string? text) =>
        string.IsNullOrEmpty(text)
        || (
            long.TryParse(
                text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            )
            && number < 1
        );

    public static bool AreRows(JsonNode? table) =>
        table is JsonArray rows && rows.All(row => row is JsonObject);

    /// <summary>Rows that were there when the record was read and that the user took out, as <c>table/key</c>.</summary>
    public static IReadOnlyList<string> Removed(
        Shape shape,
        JsonObject? origin,
        JsonObject record
    ) =>
        origin is null
            ? new List<string>()
            : All(shape, origin).Except(All(shape, record)).ToList();

    public static IEnumerable<string> All(Shape shape, JsonObject record) =>
        from name in shape.Table.LineNames
        let key = shape.Table.Lines[name].Key
        where key != null && record[name] is JsonArray
        from row in ((JsonArray)record[name]!).OfType<JsonObject>()
        let value = Of(row, key)
        where value != null
        select name + "/" + value;

    /// <summary>A copy to create: without the keys that the server gives, and without an empty number.</summary>
    /// <param name="shape">The kind of record.</param>
    /// <param name="record">The record to copy.</param>
    /// <param name="wasRead">Does it come from the server? Then its keys belong to the record it was; else only placeholders go.</param>
    public static JsonObject ForCreate(Shape shape, JsonObject record, bool wasRead)
    {
        var copy = JsonText.Clone(record);
        var issued = shape.Table.ByWire[shape.Key].Kind == FieldKind.Integer;
        Strip(shape.Table, copy, issued ? new[] { shape.Key } : Array.Empty<string>(), wasRead);
        if (
            shape.Number is { } number
            && (copy[number] is null || JsonText.Scalar(copy[number]) == "")
        )
        {
            copy.Remove(number);
        }
        return copy;
    }

    /// <summary>A copy to update: new rows without placeholders of the keys that the server gives.</summary>
    public static JsonObject ForUpdate(Shape shape, JsonObject record)
    {
        var copy = JsonText.Clone(record);
        Strip(shape.Table, copy, Array.Empty<string>(), false);
        return copy;
    }

    private static void Strip(TableShape table, JsonObject row, string[] keys, bool all)
    {
        foreach (var key in keys)
        {
            if (
                row[key] is not JsonObject and not JsonArray
                && (all || IsPlaceholder(JsonText.Scalar(row[key])))
            )
            {
                row.Remove(key);
            }
        }
        foreach (var name in table.LineNames)
        {
            foreach (
                var below in (row[name] as JsonArray)?.OfType<JsonObject>()
                    ?? Enumerable.Empty<JsonObject>()
            )
            {
                var key = table.Lines[name].Key;
                var own = key is null ? keys : keys.Append(key).ToArray();
                Strip(table.Lines[name], below, own, all);
            }
        }
    }
}

using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sqlacc.Driver;

/// <summary>Records as users read them, property by property, to tagged values.</summary>
/// <remarks>
/// A value that its property cannot hold (text in a number, more digits than <c>decimal</c> has, a zero below zero) is
/// told as it came; so is what no property knows.
/// </remarks>
internal static class Shown
{
    private const int DecimalDigits = 28;

    private static readonly ConcurrentDictionary<
        Type,
        IReadOnlyDictionary<string, PropertyInfo>
    > All = new();

    public static JsonObject Record(Record record)
    {
        var properties = All.GetOrAdd(record.GetType(), _ => Properties(record));
        var tagged = new JsonObject();
        foreach (var (wire, node) in record.Json)
        {
            tagged[wire] = properties.TryGetValue(wire, out var property)
                ? Field(record, property, wire, node)
                : Tagged.Untyped(node);
        }
        foreach (var field in record.Table.Fields)
        {
            // A property shows nothing of a field that is not there.
            if (!record.Has(field.Wire) && Read(record, properties[field.Wire]) is { } value)
            {
                tagged[field.Wire] = Tagged.Value(value);
            }
        }
        return tagged;
    }

    /// <summary>Properties by wire name: they stand in the order of the columns, tables last.</summary>
    private static IReadOnlyDictionary<string, PropertyInfo> Properties(Record record)
    {
        var own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly;
        var properties = record.GetType().GetProperties(own).OrderBy(p => p.MetadataToken).ToList();
        var wires = record.Table.Fields.Select(f => f.Wire).Concat(record.Table.LineNames).ToList();
        if (wires.Count != properties.Count)
        {
            throw new FormatException(
                $"{record.GetType()} has {properties.Count} properties for {wires.Count} columns"
            );
        }
        return wires
            .Zip(properties, KeyValuePair.Create)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    private static JsonNode? Field(
        Record record,
        PropertyInfo property,
        string wire,
        JsonNode? node
    )
    {
        if (!record.Table.ByWire.TryGetValue(wire, out var field))
        {
            return node is JsonArray items && items.All(item => item is JsonObject)
                ? Rows((IEnumerable)Read(record, property)!)
                : Tagged.Member(record.Table, wire, node);
        }
        var asItCame = Tagged.Member(record.Table, wire, node);
        if (node != null && !Fits(field.Kind, JsonText.Kind(node), asItCame))
        {
            return asItCame;
        }
        try
        {
            var value = Read(record, property);
            // A point in time can be written in many ways: one that is right is told in the server's.
            return field.Kind == FieldKind.Moment && Equals(value, Moment(asItCame))
                ? asItCame
                : Tagged.Value(value);
        }
        catch (SqlaccException error)
        {
            return $"{property.Name} throws: {error.Message}";
        }
    }

    private static JsonArray Rows(IEnumerable rows) =>
        new(rows.Cast<Record>().Select(row => (JsonNode)Record(row)).ToArray());

    private static object? Read(Record record, PropertyInfo property) =>
        property.GetValue(record, BindingFlags.DoNotWrapExceptions, null, null, null);

    private static DateTimeOffset? Moment(JsonNode? node) =>
        DateTimeOffset.TryParse(
            JsonText.Scalar(node),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? moment
            : null;

    /// <summary>Can the property hold the value, by the protocol's own reading of it?</summary>
    private static bool Fits(FieldKind field, JsonValueKind kind, JsonNode? asItCame)
    {
        var isText = kind is JsonValueKind.String or JsonValueKind.Number;
        var isTagged = isText && asItCame is JsonObject;
        var text =
            JsonText.Scalar(isTagged ? ((JsonObject)asItCame!).First().Value : asItCame) ?? "";
        return field switch
        {
            FieldKind.Text => isText,
            FieldKind.Flag => kind is JsonValueKind.True or JsonValueKind.False,
            FieldKind.Date => isTagged && kind == JsonValueKind.String,
            FieldKind.Decimal => isTagged
                && text.Count(char.IsAsciiDigit) <= DecimalDigits
                && (text[0] != '-' || text.Any(c => c is > '0' and <= '9')),
            FieldKind.Blob => true,
            FieldKind.Integer or FieldKind.Epoch => (
                isTagged || JsonText.Kind(asItCame) == JsonValueKind.Number
            )
                && long.TryParse(
                    text,
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out _
                ),
            FieldKind.Moment => kind == JsonValueKind.String && Moment(asItCame) != null,
            _ => throw new FormatException($"a field of the kind {field}"),
        };
    }
}

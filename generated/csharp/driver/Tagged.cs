using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sqlacc.Driver;

/// <summary>Values of records to the tagged values of the protocol, and back: <c>{"$dec":"25.10"}</c>.</summary>
internal static class Tagged
{
    private const long Safe = (1L << 53) - 1;
    private static readonly Regex Decimal = new(
        @"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?\z",
        RegexOptions.CultureInvariant
    );
    private static readonly Regex Integer = new(@"^-?[0-9]+\z", RegexOptions.CultureInvariant);

    public static JsonObject Pdf(byte[] bytes)
    {
        using var sha = SHA256.Create();
        return new JsonObject
        {
            ["$pdf"] = new JsonObject
            {
                ["sha256"] = Hex.Encode(sha.ComputeHash(bytes)),
                ["len"] = bytes.Length,
            },
        };
    }

    /// <summary>A value of a field that the specification does not know: only its JSON form tells.</summary>
    public static JsonNode? Untyped(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var copy = new JsonObject();
                foreach (var member in members)
                {
                    copy[member.Key] = Untyped(member.Value);
                }
                return copy;
            case JsonArray items:
                return new JsonArray(items.Select(Untyped).ToArray());
            case not null when JsonText.Kind(node) == JsonValueKind.Number:
                var digits = JsonText.Scalar(node)!;
                return Integer.IsMatch(digits) && digits != "-0"
                    ? Whole(digits)
                    : Tag("$dec", digits);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>The tokens that a tagged record stands for: decimals of known fields as text, of others as numbers.</summary>
    public static JsonObject Untag(TableShape? table, JsonObject tagged)
    {
        var record = new JsonObject();
        foreach (var member in tagged)
        {
            if (
                table != null
                && table.Lines.TryGetValue(member.Key, out var rows)
                && member.Value is JsonArray items
            )
            {
                record[member.Key] = new JsonArray(
                    items
                        .Select(item =>
                            item is JsonObject row ? Untag(rows, row) : Untag(item, asText: true)
                        )
                        .ToArray()
                );
            }
            else
            {
                record[member.Key] = Untag(
                    member.Value,
                    table != null
                        && table.ByWire.TryGetValue(member.Key, out var field)
                        && field.Kind is FieldKind.Decimal or FieldKind.Text
                        && member.Value is JsonObject value
                        && value.ContainsKey("$dec")
                );
            }
        }
        return record;
    }

    public static JsonNode? Untag(JsonNode? node, bool asText)
    {
        if (node is JsonArray items)
        {
            return new JsonArray(items.Select(item => Untag(item, asText)).ToArray());
        }
        if (node is not JsonObject members)
        {
            return node?.DeepClone();
        }
        if (members.Count == 1)
        {
            var (name, value) = (members.First().Key, JsonText.Scalar(members.First().Value));
            switch (name)
            {
                case "$dec":
                    return asText ? JsonValue.Create(value) : JsonText.Number(value!);
                case "$int":
                    return JsonText.Number(value!);
                case "$date":
                    return JsonValue.Create(value);
            }
        }
        var copy = new JsonObject();
        foreach (var member in members)
        {
            copy[member.Key] = Untag(member.Value, asText);
        }
        return copy;
    }

    /// <summary>A scalar without its tag, as text.</summary>
    public static string Bare(JsonNode? node) => JsonText.Scalar(Untag(node, asText: true)) ?? "";

    /// <summary>The key of a record: the client takes no other than a whole number.</summary>
    public static long Long(JsonNode? node) =>
        long.TryParse(
            Bare(node),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var key
        )
            ? key
            : throw new ValidationException("key", $"\"{Bare(node)}\" is no key of a record");

    public static decimal Number(JsonNode? node) =>
        DecimalText.TryParse(Bare(node), out var value)
            ? value
            : throw new FormatException("a decimal is needed");

    /// <summary>A typed value.</summary>
    public static JsonNode? Value(object? value) =>
        value switch
        {
            null => null,
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            long number => Whole(number.ToString(CultureInfo.InvariantCulture)),
            decimal number => Tag("$dec", number.ToString(CultureInfo.InvariantCulture)),
            CalendarDate date => Tag("$date", date.ToString()),
            DateTimeOffset moment => JsonValue.Create(
                moment.ToString("o", CultureInfo.InvariantCulture)
            ),
            JsonNode node => Untyped(node),
            _ => throw new FormatException($"{value.GetType()} has no tagged form"),
        };

    /// <summary>A value of a record as it came, marked by the kind of its field.</summary>
    public static JsonNode? Member(TableShape table, string wire, JsonNode? node)
    {
        if (table.Lines.TryGetValue(wire, out var rows) && node is JsonArray items)
        {
            return new JsonArray(
                items
                    .Select(item => item is JsonObject row ? Record(rows, row) : Untyped(item))
                    .ToArray()
            );
        }
        return table.ByWire.TryGetValue(wire, out var field)
            ? Known(field.Kind, node)
            : Untyped(node);
    }

    private static JsonObject Record(TableShape table, JsonObject record)
    {
        var tagged = new JsonObject();
        foreach (var member in record)
        {
            tagged[member.Key] = Member(table, member.Key, member.Value);
        }
        return tagged;
    }

    private static JsonNode? Known(FieldKind field, JsonNode? node)
    {
        var kind = JsonText.Kind(node);
        var text = kind is JsonValueKind.String or JsonValueKind.Number
            ? JsonText.Scalar(node)!
            : "";
        return (field, kind) switch
        {
            (FieldKind.Decimal, JsonValueKind.Number) => Tag("$dec", DecimalText.Plain(text)),
            (FieldKind.Text, JsonValueKind.Number) => JsonValue.Create(text),
            (FieldKind.Decimal, JsonValueKind.String) when Decimal.IsMatch(text) => Tag(
                "$dec",
                DecimalText.Plain(text)
            ),
            (FieldKind.Date, JsonValueKind.String) when CalendarDate.TryParse(text, out _) => Tag(
                "$date",
                text
            ),
            (FieldKind.Integer or FieldKind.Epoch, JsonValueKind.String)
                when Integer.IsMatch(text) => Whole(text),
            (FieldKind.Integer or FieldKind.Epoch, JsonValueKind.Number) when text == "-0" => Whole(
                text
            ),
            _ => Untyped(node),
        };
    }

    private static JsonObject Tag(string name, string text) => new() { [name] = text };

    private static JsonNode Whole(string digits) =>
        long.TryParse(
            digits,
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var number
        )
        && Math.Abs((decimal)number) <= Safe
            ? JsonValue.Create(number)
            : Tag("$int", digits);
}

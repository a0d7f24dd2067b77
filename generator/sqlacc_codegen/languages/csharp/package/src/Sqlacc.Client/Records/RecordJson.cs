using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>A record to the bytes of a body: known fields in the order of the wire, then the others as they were given.</summary>
internal static class RecordJson
{
    public static byte[] Write(TableShape table, JsonObject record) =>
        JsonText.Write(writer => Write(writer, table, record));

    private static void Write(Utf8JsonWriter writer, TableShape table, JsonObject record)
    {
        writer.WriteStartObject();
        foreach (var field in table.Fields)
        {
            if (record.TryGetPropertyValue(field.Wire, out var value))
            {
                writer.WritePropertyName(field.Wire);
                Write(writer, field, value);
            }
        }
        foreach (var name in table.LineNames)
        {
            if (record.TryGetPropertyValue(name, out var value))
            {
                writer.WritePropertyName(name);
                Write(writer, table.Lines[name], value);
            }
        }
        foreach (var other in record)
        {
            if (!table.Knows(other.Key))
            {
                writer.WritePropertyName(other.Key);
                Write(writer, other.Value);
            }
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TableShape table, JsonNode? rows)
    {
        if (rows is not JsonArray items)
        {
            Write(writer, rows);
            return;
        }
        writer.WriteStartArray();
        foreach (var row in items)
        {
            if (row is JsonObject fields)
            {
                Write(writer, table, fields);
            }
            else
            {
                Write(writer, row);
            }
        }
        writer.WriteEndArray();
    }

    /// <summary>Decimals and texts go out as text and integers as numbers, whichever way the server sent them.</summary>
    private static void Write(Utf8JsonWriter writer, FieldShape field, JsonNode? value)
    {
        var kind = JsonText.Kind(value);
        if (field.Kind == FieldKind.Decimal && kind is JsonValueKind.Number or JsonValueKind.String)
        {
            writer.WriteStringValue(DecimalText.Plain(JsonText.Scalar(value)!));
        }
        else if (field.Kind == FieldKind.Text && kind == JsonValueKind.Number)
        {
            writer.WriteStringValue(JsonText.Scalar(value));
        }
        else if (
            field.Kind is FieldKind.Integer or FieldKind.Epoch
            && kind == JsonValueKind.String
            && JsonText.Scalar(value) is { Length: > 0 } digits
            && digits[0] != '+'
            && long.TryParse(
                digits,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var whole
            )
        )
        {
            writer.WriteNumberValue(whole);
        }
        else
        {
            Write(writer, value);
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}

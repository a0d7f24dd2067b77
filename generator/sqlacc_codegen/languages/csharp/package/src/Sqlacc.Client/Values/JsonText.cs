using System;
using System.Globalization;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>JSON bytes to nodes and back: numbers keep their digits, of a name given twice the last counts.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="JsonException">The bytes are not one JSON value in UTF-8.</exception>
    public static JsonNode? Parse(ReadOnlyMemory<byte> utf8)
    {
        var start = utf8.Span;
        if (start.Length >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF)
        {
            utf8 = utf8.Slice(3);
        }
        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 64 });
        try
        {
            return Node(document.RootElement);
        }
        catch (InvalidOperationException error)
        {
            // A half of a surrogate pair: no text at all.
            throw new JsonException("a text in the JSON is not valid Unicode", error);
        }
    }

    public static JsonNode? Parse(string text) => Parse(System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Compact))
        {
            write(writer);
        }
        return stream.ToArray();
    }

    public static byte[] Write(JsonNode? node) =>
        Write(writer =>
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        });

    /// <summary>A number token with exactly these digits.</summary>
    public static JsonNode Number(string digits) => Parse(digits)!;

    // Nodes made from text or numbers of .NET answer GetValueKind and DeepClone by writing and parsing JSON; the
    // common kinds are told apart and copied here without that.
    public static JsonValueKind Kind(JsonNode? node)
    {
        if (node is not JsonValue value)
        {
            return node is null ? JsonValueKind.Null
                : node is JsonArray ? JsonValueKind.Array
                : JsonValueKind.Object;
        }
        if (value.TryGetValue<JsonElement>(out var element))
        {
            return element.ValueKind;
        }
        if (value.TryGetValue<bool>(out var flag))
        {
            return flag ? JsonValueKind.True : JsonValueKind.False;
        }
        if (value.TryGetValue<string>(out _))
        {
            return JsonValueKind.String;
        }
        return value.TryGetValue<long>(out _) ? JsonValueKind.Number : value.GetValueKind();
    }

    /// <summary>The characters of a text, or of a number or flag as it stands in JSON; null for all else.</summary>
    public static string? Scalar(JsonNode? node)
    {
        if (node is not JsonValue value)
        {
            return null;
        }
        if (value.TryGetValue<string>(out var text))
        {
            return text;
        }
        return value.TryGetValue<long>(out var number) && !value.TryGetValue<JsonElement>(out _)
            ? number.ToString(CultureInfo.InvariantCulture)
            : value.ToJsonString();
    }

    /// <summary>A copy that belongs to nobody.</summary>
    public static JsonNode? Clone(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                return Clone(members);
            case JsonArray items:
                var copies = new JsonArray();
                foreach (var item in items)
                {
                    copies.Add(Clone(item));
                }
                return copies;
            case JsonValue value when value.TryGetValue<JsonElement>(out var element):
                return JsonValue.Create(element);
            case JsonValue value when value.TryGetValue<string>(out var text):
                return JsonValue.Create(text);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>A copy that belongs to nobody.</summary>
    public static JsonObject Clone(JsonObject members)
    {
        var copy = new JsonObject();
        foreach (var member in members)
        {
            copy.Add(member.Key, Clone(member.Value));
        }
        return copy;
    }

    private static JsonNode? Node(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var fields = new JsonObject();
                foreach (var field in element.EnumerateObject())
                {
                    fields[field.Name] = Node(field.Value);
                }
                return fields;
            case JsonValueKind.Array:
                var items = new JsonArray();
                foreach (var item in element.EnumerateArray())
                {
                    items.Add(Node(item));
                }
                return items;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}

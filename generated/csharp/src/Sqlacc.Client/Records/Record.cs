using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>
/// A record or a row of one: typed properties over the JSON as it came. What the properties do not know, above all
/// user fields (<c>udf_*</c>), stays in <see cref="Json"/> and goes back with an update. A field can be missing, null
/// or empty; a property gives null for the first two, <see cref="Has"/> tells them apart.
/// </summary>
public abstract class Record
{
    private protected Record() { }

    /// <summary>Every field under its name on the wire, with digits, unknown names and order kept.</summary>
    public JsonObject Json { get; internal set; } = new();

    /// <summary>The record as it was read; null for one that is new.</summary>
    internal JsonObject? Origin { get; private set; }

    /// <summary>Is it a row of a list, that is, the header without lines?</summary>
    internal bool IsRow { get; private set; }

    internal abstract TableShape Table { get; }

    /// <summary>Are its lines known, because it was read by its key or made with lines?</summary>
    internal bool HasLines =>
        !IsRow && Table.LineNames.Any(name => RowKeys.AreRows((Origin ?? Json)[name]));

    /// <summary>Is the field there, be it null?</summary>
    public bool Has(string wire) => Json.ContainsKey(wire);

    /// <summary>Leaves the field out; it is not sent at all then.</summary>
    /// <returns>Was it there?</returns>
    public bool Remove(string wire) => Json.Remove(wire);

    /// <summary>The text of any field: a number with its digits as they came; null when missing, null or a structure.</summary>
    public string? GetText(string wire) => JsonText.Scalar(Json[wire]);

    /// <summary>An exact number from any field, such as a user field.</summary>
    /// <exception cref="UnexpectedResponseException">The field holds something else.</exception>
    public decimal? GetDecimal(string wire)
    {
        var text = GetText(wire);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        if (DecimalText.TryParse(text!, out var value))
        {
            return value;
        }
        throw DecimalText.IsNumber(text!)
            ? Wrong(
                wire,
                text,
                "has more digits than System.Decimal holds; GetText gives all of them"
            )
            : Wrong(wire, text, "is not a decimal number");
    }

    /// <summary>The fields that the specification does not know.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Extra =>
        Json.Where(field => !Table.Knows(field.Key))
            .ToDictionary(field => field.Key, field => field.Value);

    /// <summary>The record as JSON, known fields first.</summary>
    public string ToJson() => System.Text.Encoding.UTF8.GetString(RecordJson.Write(Table, Json));

    /// <summary>The name of the class and the number of fields; never their contents, which may be personal.</summary>
    public override string ToString() => $"{GetType().Name} with {Json.Count} fields";

    /// <summary>A record over a copy of this JSON.</summary>
    public static T FromJson<T>(JsonObject json)
        where T : Record, new()
    {
        var record = Over<T>(JsonText.Clone(json));
        record.Whole();
        return record;
    }

    /// <summary>A record over this JSON text; unknown fields and all digits are kept.</summary>
    /// <exception cref="JsonException">The text is not a JSON object.</exception>
    public static T FromJson<T>(string json)
        where T : Record, new() =>
        JsonText.Parse(json) is JsonObject fields
            ? FromJson<T>(fields)
            : throw new JsonException("a JSON object is needed");

    internal static T Over<T>(JsonObject json)
        where T : Record, new() => new() { Json = json };

    internal void FromList()
    {
        Whole();
        IsRow = true;
    }

    internal void Whole() => Origin = JsonText.Clone(Json);

    /// <summary>A 64-bit integer from any field.</summary>
    /// <exception cref="UnexpectedResponseException">The field holds something else.</exception>
    public long? GetInteger(string wire)
    {
        var text = GetText(wire);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        var style = NumberStyles.AllowLeadingSign;
        if (long.TryParse(text, style, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }
        var whole =
            DecimalText.TryParse(text!, out var number) && number == decimal.Truncate(number);
        return whole && number >= long.MinValue && number <= long.MaxValue
            ? (long)number
            : throw Wrong(wire, text, "is not a 64-bit integer");
    }

    /// <summary>True or false from any field.</summary>
    /// <exception cref="UnexpectedResponseException">The field holds something else.</exception>
    public bool? GetFlag(string wire) =>
        JsonText.Kind(Json[wire]) switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            _ => GetText(wire) switch
            {
                "T" or "1" or "true" => true,
                "F" or "0" or "false" => false,
                null or "" => null,
                var text => throw Wrong(wire, text, "is neither true nor false"),
            },
        };

    /// <summary>A date from any field.</summary>
    /// <exception cref="UnexpectedResponseException">The field holds something else.</exception>
    public CalendarDate? GetDate(string wire)
    {
        var text = GetText(wire);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        return CalendarDate.TryParse(text, out var date)
            ? date
            : throw Wrong(wire, text, "is not a date");
    }

    /// <summary>A point in time from any field.</summary>
    /// <exception cref="UnexpectedResponseException">The field holds something else.</exception>
    public DateTimeOffset? GetMoment(string wire)
    {
        var text = GetText(wire);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        var style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, style, out var moment)
            ? moment
            : throw Wrong(wire, text, "is not a point in time");
    }

    /// <summary>Any field as JSON.</summary>
    public JsonNode? GetNode(string wire) => Json[wire];

    private protected LineList<T> Rows<T>(string wire)
        where T : Record, new() => new(this, wire);

    /// <summary>Sets any field, such as a user field; null is sent as null.</summary>
    public void Set(string wire, string? value) =>
        Json[wire] = value is null ? null : JsonValue.Create(value);

    /// <summary>Sets any field, such as a user field; null is sent as null.</summary>
    public void Set(string wire, long? value) =>
        Json[wire] = value is null ? null : JsonValue.Create(value.Value);

    /// <summary>Sets any field, such as a user field; null is sent as null.</summary>
    public void Set(string wire, bool? value) =>
        Json[wire] = value is null ? null : JsonValue.Create(value.Value);

    /// <summary>Sets any field, such as a user field; null is sent as null.</summary>
    public void Set(string wire, decimal? value) =>
        Set(wire, value is null ? null : DecimalText.Format(value.Value));

    /// <summary>Sets any field, such as a user field; null is sent as null.</summary>
    public void Set(string wire, CalendarDate? value) => Set(wire, value?.ToString());

    /// <summary>Sets any field, such as a user field; null is sent as null.</summary>
    public void Set(string wire, DateTimeOffset? value) =>
        Set(
            wire,
            value?.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                CultureInfo.InvariantCulture
            )
        );

    /// <summary>Sets any field, such as a user field; null is sent as null.</summary>
    public void Set(string wire, JsonNode? value) =>
        Json[wire] = value?.Parent is null ? value : value.DeepClone();

    private UnexpectedResponseException Wrong(string wire, string? text, string why) =>
        new($"{GetType().Name}.{wire}: \"{text}\" {why}");
}

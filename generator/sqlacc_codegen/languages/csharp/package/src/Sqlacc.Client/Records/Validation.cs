using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sqlacc;

/// <summary>A record to everything that is wrong with it, before it is sent.</summary>
internal static class Validation
{
    private static readonly Regex Instant = new(
        @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$",
        RegexOptions.CultureInvariant
    );

    public static void Create(Shape shape, JsonObject record)
    {
        var problems = new List<FieldProblem>();
        if (record.Count == 0)
        {
            problems.Add(
                new FieldProblem("", "the record is empty, and an empty body stops the server")
            );
        }
        Fields(shape.Table, record, null, "", problems);
        Throw(problems.Concat(shape.Rules.SelectMany(rule => Rule(rule, record, isNew: true))));
    }

    /// <param name="shape">The kind of record.</param>
    /// <param name="record">The record with its changes.</param>
    /// <param name="origin">The record as it was read: what has not changed is the server's own business.</param>
    public static void Update(Shape shape, JsonObject record, JsonObject? origin)
    {
        var problems = new List<FieldProblem>();
        Fields(shape.Table, record, origin ?? new JsonObject(), "", problems);
        Throw(problems.Concat(shape.Rules.SelectMany(rule => Rule(rule, record, isNew: false))));
    }

    /// <summary>A table that was read and is a list of lines no more would take away all its lines, or none.</summary>
    public static void Tables(Shape shape, JsonObject record, JsonObject? origin) =>
        Throw(NoRows(shape.Table, record, origin, ""));

    private static IEnumerable<FieldProblem> NoRows(
        TableShape table,
        JsonObject record,
        JsonObject? origin,
        string path
    )
    {
        bool Changed(string name) =>
            !Same(record[name], origin?[name])
            || (record.ContainsKey(name) && origin?.ContainsKey(name) != true);
        foreach (var name in table.LineNames.Where(Changed))
        {
            if (record[name] is not JsonArray rows)
            {
                yield return new FieldProblem(
                    path + name,
                    "must be a list of lines; take lines out of it to remove them"
                );
                continue;
            }
            var below = table.Lines[name];
            for (var i = 0; i < rows.Count; i++)
            {
                var here = $"{path}{name}[{i.ToString(CultureInfo.InvariantCulture)}]";
                var found = rows[i] is JsonObject row
                    ? NoRows(below, row, Stored(below, row, origin?[name] as JsonArray), here + ".")
                    : new[] { new FieldProblem(here, "must be an object") };
                foreach (var problem in found)
                {
                    yield return problem;
                }
            }
        }
    }

    private static void Throw(IEnumerable<FieldProblem> problems)
    {
        var all = problems.ToList();
        if (all.Count > 0)
        {
            throw new ValidationException(all);
        }
    }

    /// <summary>A new record or row needs its required fields; of a stored one only what differs is looked at.</summary>
    private static void Fields(
        TableShape table,
        JsonObject record,
        JsonObject? origin,
        string path,
        List<FieldProblem> problems
    )
    {
        foreach (var field in table.Fields)
        {
            var given = record.TryGetPropertyValue(field.Wire, out var value);
            if (origin != null && (!given || Same(value, origin[field.Wire])))
            {
                continue;
            }
            var missing =
                !given
                || value is null
                || (JsonText.Kind(value) == JsonValueKind.String && JsonText.Scalar(value) == "");
            var message = missing
                ? (field.Required && origin is null ? "is required" : null)
                : Value(field, value!);
            if (message != null)
            {
                problems.Add(new FieldProblem(path + field.Wire, message));
            }
        }
        foreach (var name in table.LineNames)
        {
            if (origin != null && Same(record[name], origin[name]))
            {
                continue;
            }
            Rows(
                table.Lines[name],
                record[name],
                origin?[name] as JsonArray,
                path + name,
                problems
            );
        }
    }

    private static void Rows(
        TableShape table,
        JsonNode? node,
        JsonArray? origin,
        string path,
        List<FieldProblem> problems
    )
    {
        if (node is null)
        {
            return;
        }
        if (node is not JsonArray rows)
        {
            problems.Add(new FieldProblem(path, "must be a list of lines"));
            return;
        }
        for (var i = 0; i < rows.Count; i++)
        {
            var here = $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]";
            if (rows[i] is JsonObject row)
            {
                Fields(table, row, Stored(table, row, origin), here + ".", problems);
            }
            else
            {
                problems.Add(new FieldProblem(here, "must be an object"));
            }
        }
    }

    /// <summary>The row as it was read: the one with the same key, or for rows without keys an equal one.</summary>
    private static JsonObject? Stored(TableShape table, JsonObject row, JsonArray? origin)
    {
        var key = table.Key is null ? null : RowKeys.Of(row, table.Key);
        return origin
            ?.OfType<JsonObject>()
            .FirstOrDefault(r =>
                table.Key is null ? Same(r, row) : key != null && RowKeys.Of(r, table.Key) == key
            );
    }

    private static bool Same(JsonNode? value, JsonNode? stored) =>
        JsonText.Kind(value) == JsonText.Kind(stored)
        && value?.ToJsonString() == stored?.ToJsonString();

    private static string? Value(FieldShape field, JsonNode value)
    {
        var kind = JsonText.Kind(value);
        var text = JsonText.Scalar(value);
        switch (field.Kind)
        {
            case FieldKind.Text:
                return kind is JsonValueKind.String or JsonValueKind.Number
                    ? Length(field, text!)
                    : "must be text";
            case FieldKind.Decimal:
                return kind is JsonValueKind.String or JsonValueKind.Number
                    ? Digits(field, text!)
                    : "must be a decimal number";
            case FieldKind.Integer or FieldKind.Epoch:
                var culture = CultureInfo.InvariantCulture;
                return
                    kind is JsonValueKind.Number
                    && text != "-0"
                    && long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out _)
                    ? null
                    : "must be a whole number of 64 bits";
            case FieldKind.Flag:
                return kind is JsonValueKind.True or JsonValueKind.False
                    ? null
                    : "must be true or false";
            case FieldKind.Date:
                return CalendarDate.TryParse(text, out _)
                    ? null
                    : $"\"{text}\" is not a date (2026-01-15)";
            case FieldKind.Moment:
                return text != null && Instant.IsMatch(text)
                    ? null
                    : $"\"{text}\" is not a point in time (ISO 8601)";
            default:
                return null;
        }
    }

    /// <summary>Sizes count characters, so an emoji is one; half of one cannot be sent at all.</summary>
    private static string? Length(FieldShape field, string text)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++, length++)
        {
            if (
                char.IsHighSurrogate(text[i])
                && i + 1 < text.Length
                && char.IsLowSurrogate(text[i + 1])
            )
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return "holds half of a surrogate pair";
            }
        }
        return length > field.Limit
            ? $"is {length} characters long, {field.Limit} are allowed"
            : null;
    }

    private static string? Digits(FieldShape field, string text)
    {
        if (!DecimalText.IsNumber(text))
        {
            return $"\"{text}\" is not a decimal number";
        }
        var scale = DecimalText.Scale(text);
        return scale > field.Limit
            ? $"{text} has {scale} digits after the point, {field.Limit} are allowed"
            : null;
    }

    private static IEnumerable<FieldProblem> Rule(JsonObject rule, JsonObject record, bool isNew)
    {
        string Arg(string name) => Shape.Text(rule[name])!;
        var broken = Shape.Text(rule["kind"]) switch
        {
            "some_lines" => (isNew || record.ContainsKey(Arg("table")))
            && Rows(record, Arg("table")).Count == 0
                ? Arg("table")
                : null,
            "positive" => Amount(record, Arg("field")) is { } value && value <= 0
                ? Arg("field")
                : null,
            "balanced" => IsBalanced(rule, Rows(record, Arg("table"))) ? null : Arg("table"),
            "within" => IsWithin(rule, record, Rows(record, Arg("table"))) ? null : Arg("table"),
            _ => null,
        };
        if (broken != null)
        {
            yield return new FieldProblem(broken, Arg("message"));
        }
    }

    private static bool IsBalanced(JsonObject rule, IReadOnlyList<JsonObject> rows)
    {
        if (
            Shape.Text(rule["unless"]) is { } unless
            && rows.Any(row => !string.IsNullOrEmpty(JsonText.Scalar(row[unless])))
        )
        {
            return true;
        }
        var debit = rows.Sum(row => FirstAmount(row, Shape.Texts(rule["debit"])));
        var credit = rows.Sum(row => FirstAmount(row, Shape.Texts(rule["credit"])));
        var tolerance = Amount(rule, "tolerance") ?? 0;
        return Math.Abs(debit - credit) <= tolerance;
    }

    private static bool IsWithin(JsonObject rule, JsonObject record, IReadOnlyList<JsonObject> rows)
    {
        var counted = rows.Where(row =>
            JsonText.Kind(row[Shape.Text(rule["flag"])!]) != JsonValueKind.False
        );
        var sum = counted.Sum(row => Amount(row, Shape.Text(rule["amount"])!) ?? 0);
        return Amount(record, Shape.Text(rule["total"])!) is not { } total || sum <= total;
    }

    private static IReadOnlyList<JsonObject> Rows(JsonObject record, string table) =>
        (record[table] as JsonArray)?.OfType<JsonObject>().ToList() ?? new List<JsonObject>();

    private static decimal FirstAmount(JsonObject row, IEnumerable<string> names) =>
        names.Select(name => Amount(row, name)).FirstOrDefault(amount => amount != null) ?? 0;

    /// <summary>The number in a field; null when there is none, or one too long to calculate with.</summary>
    private static decimal? Amount(JsonObject row, string name) =>
        JsonText.Scalar(row[name]) is { } text && DecimalText.TryParse(text, out var value)
            ? value
            : null;
}

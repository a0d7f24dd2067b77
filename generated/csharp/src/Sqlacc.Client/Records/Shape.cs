using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>The facts of one kind of record, as the specification gives them: <c>text(20)!</c> for a field.</summary>
internal sealed class Shape
{
    private Shape(JsonObject facts)
    {
        Id = Text(facts["id"])!;
        Path = Text(facts["path"])!;
        Key = Text(facts["key"])!;
        Counter = Text(facts["counter"]);
        Number = Text(facts["number"]);
        Identity = Texts(facts["identity"]);
        Indexed = Texts(facts["indexed"]);
        Pdf = Text(facts["pdf"]);
        Table = new TableShape(null, facts);
        Rules = ((JsonArray)facts["rules"]!).Select(rule => (JsonObject)rule!).ToList();
    }

    public string Id { get; }

    public string Path { get; }

    /// <summary>The field whose value stands in the path of a record.</summary>
    public string Key { get; }

    /// <summary>The counter that a PUT must raise, or null for kinds of records without one.</summary>
    public string? Counter { get; }

    /// <summary>The field that the server fills with the next number when a create leaves it out.</summary>
    public string? Number { get; }

    /// <summary>The fields by which people know a record.</summary>
    public IReadOnlyList<string> Identity { get; }

    /// <summary>The fields that the detail form takes.</summary>
    public IReadOnlyList<string> Indexed { get; }

    public string? Pdf { get; }

    public TableShape Table { get; }

    public IReadOnlyList<JsonObject> Rules { get; }

    /// <summary>The columns of a table by its path: <c>sdsdocdetail</c>, <c>sdsserialnumber</c>.</summary>
    public TableShape Rows(params string[] path) =>
        path.Aggregate(Table, (table, name) => table.Lines[name]);

    public static Lazy<Shape> Of(string json) =>
        new(() => new Shape((JsonObject)JsonText.Parse(json)!));

    internal static string? Text(JsonNode? node) => node?.GetValue<string>();

    internal static IReadOnlyList<string> Texts(JsonNode? node) =>
        node is JsonArray items
            ? items.Select(item => item!.GetValue<string>()).ToList()
            : new List<string>();
}

/// <summary>The columns of a record or of a table of rows below it.</summary>
internal sealed class TableShape
{
    public TableShape(string? key, JsonObject facts)
    {
        Key = key;
        var fields = new List<FieldShape>();
        foreach (var field in (JsonObject)facts["fields"]!)
        {
            fields.Add(new FieldShape(field.Key, field.Value!.GetValue<string>()));
        }
        Fields = fields;
        ByWire = fields.ToDictionary(f => f.Wire, StringComparer.Ordinal);
        var lines = new Dictionary<string, TableShape>(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var table in (JsonObject)facts["lines"]!)
        {
            var below = (JsonObject)table.Value!;
            lines[table.Key] = new TableShape(Shape.Text(below["key"]), below);
            names.Add(table.Key);
        }
        Lines = lines;
        LineNames = names;
    }

    /// <summary>The server's key of a row, or null when rows have none.</summary>
    public string? Key { get; }

    public IReadOnlyList<FieldShape> Fields { get; }

    public IReadOnlyDictionary<string, FieldShape> ByWire { get; }

    public IReadOnlyDictionary<string, TableShape> Lines { get; }

    public IReadOnlyList<string> LineNames { get; }

    public bool Knows(string wire) => ByWire.ContainsKey(wire) || Lines.ContainsKey(wire);
}

internal enum FieldKind
{
    Text,
    Integer,
    Flag,
    Decimal,
    Date,
    Moment,
    Epoch,
    Blob,
}

/// <summary>One column: its kind, its largest size or scale, and whether a create needs it.</summary>
internal sealed class FieldShape
{
    public FieldShape(string wire, string code)
    {
        Wire = wire;
        Required = code.IndexOf('!') >= 0;
        ReadOnly = code.EndsWith("-", StringComparison.Ordinal);
        var bare = code.TrimEnd('-').TrimEnd('!');
        var open = bare.IndexOf('(');
        var kind = open < 0 ? bare : bare.Substring(0, open);
        Kind = (FieldKind)Enum.Parse(typeof(FieldKind), kind, ignoreCase: true);
        if (open >= 0)
        {
            Limit = int.Parse(bare.Substring(open + 1).TrimEnd(')'), CultureInfo.InvariantCulture);
        }
    }

    public string Wire { get; }

    public FieldKind Kind { get; }

    /// <summary>Characters of a text, digits after the point of a decimal.</summary>
    public int? Limit { get; }

    public bool Required { get; }

    public bool ReadOnly { get; }
}

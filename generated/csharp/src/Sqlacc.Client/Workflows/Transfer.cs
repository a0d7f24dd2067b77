using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>A line to transfer, and how much of it.</summary>
public sealed class TransferLine
{
    /// <summary>A line of the source document.</summary>
    /// <param name="key">Its <c>dtlkey</c>.</param>
    /// <param name="quantity">How much; null for all that is outstanding.</param>
    public TransferLine(long key, decimal? quantity = null)
    {
        Key = key;
        Quantity = quantity;
    }

    /// <summary>The <c>dtlkey</c> of the line.</summary>
    public long Key { get; }

    /// <summary>How much; null for all that is outstanding.</summary>
    public decimal? Quantity { get; }
}

/// <summary>A stored document to the body of the document that it is transferred to.</summary>
internal sealed class Transfer
{
    private readonly JsonObject _facts;
    private readonly JsonObject _source;

    /// <param name="facts">The wire names, as the specification of the workflow gives them.</param>
    /// <param name="source">The document as stored.</param>
    public Transfer(JsonObject facts, JsonObject source)
    {
        _facts = facts;
        _source = source;
    }

    public JsonObject Body(IEnumerable<TransferLine>? lines, JsonObject? header)
    {
        if (
            IsTrue(_source[Name("void")])
            || JsonText.Kind(_source[Name("transferable")]) == JsonValueKind.False
        )
        {
            throw new ValidationException(
                Name("void"),
                "the document is cancelled or not transferable"
            );
        }
        var body = new JsonObject();
        Fields.Copy(_source, body, Shape.Texts(_facts["copy_header"]));
        body[Name("table")] = new JsonArray(Rows(lines).ToArray<JsonNode?>());
        Fields.Merge(body, header);
        return body;
    }

    private IEnumerable<JsonObject> Rows(IEnumerable<TransferLine>? lines)
    {
        var rows =
            (_source[Name("table")] as JsonArray)?.OfType<JsonObject>().ToList()
            ?? new List<JsonObject>();
        var wanted = lines is null
            ? rows.Where(row =>
                    Outstanding(row) > 0
                    && JsonText.Kind(row[Name("transferable")]) != JsonValueKind.False
                )
                .Select(row => (row, (decimal?)null))
                .ToList()
            : lines.Select((line, i) => (Find(rows, line.Key, i), line.Quantity)).ToList();
        if (wanted.Count == 0)
        {
            throw new ValidationException(Name("table"), "nothing is outstanding");
        }
        return wanted.Select((pair, i) => Row(pair.Item1, pair.Item2, i)).ToList();
    }

    private JsonObject Find(List<JsonObject> rows, long key, int index)
    {
        var text = key.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return rows.FirstOrDefault(row => JsonText.Scalar(row[Name("row_key")]) == text)
            ?? throw new ValidationException(
                $"lines[{index}].{Name("row_key")}",
                $"{text} is no line of the document"
            );
    }

    private JsonObject Row(JsonObject row, decimal? quantity, int index)
    {
        var left = Outstanding(row);
        var amount = quantity ?? left;
        if (amount <= 0 || amount > left)
        {
            throw new ValidationException(
                $"lines[{index}].{Name("quantity")}",
                $"{DecimalText.Format(amount)} is not above 0 and at most {DecimalText.Format(left)}"
            );
        }
        var ordered = JsonText.Scalar(row[Name("quantity")])!;
        var whole = amount == Fields.Number(row, Name("quantity"));
        var target = new JsonObject();
        var leftOut = whole ? new List<string>() : Shape.Texts(_facts["drop_when_partial"]);
        Fields.Copy(row, target, Shape.Texts(_facts["copy_line"]).Except(leftOut));
        target[Name("quantity")] = whole && quantity is null ? ordered : DecimalText.Format(amount);
        var link = (JsonObject)_facts["link"]!;
        target[Shape.Text(link["type"])!] = Name("doctype");
        target[Shape.Text(link["document"])!] = JsonText.Clone(_source[Name("document_key")]);
        target[Shape.Text(link["line"])!] = JsonText.Clone(row[Name("row_key")]);
        return target;
    }

    private decimal Outstanding(JsonObject row) =>
        Fields.Number(row, Name("quantity")) - Fields.Number(row, Name("consumed"));

    private string Name(string fact) => Shape.Text(_facts[fact]) ?? "";

    private static bool IsTrue(JsonNode? node) => JsonText.Kind(node) == JsonValueKind.True;
}

/// <summary>Fields from one record to another.</summary>
internal static class Fields
{
    /// <summary>Copies what is neither null nor empty.</summary>
    public static void Copy(JsonObject from, JsonObject to, IEnumerable<string> wires)
    {
        foreach (var wire in wires)
        {
            var value = from[wire];
            if (
                value != null
                && !(JsonText.Kind(value) == JsonValueKind.String && JsonText.Scalar(value) == "")
            )
            {
                to[wire] = value.DeepClone();
            }
        }
    }

    /// <summary>What is given wins over what is there.</summary>
    public static void Merge(JsonObject body, JsonObject? given)
    {
        foreach (var field in given ?? new JsonObject())
        {
            body[field.Key] = JsonText.Clone(field.Value);
        }
    }

    /// <summary>An exact number; 0 when missing, null or empty.</summary>
    public static decimal Number(JsonObject record, string wire)
    {
        var text = JsonText.Scalar(record[wire]);
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }
        return DecimalText.TryParse(text!, out var value)
            ? value
            : throw new UnexpectedResponseException(
                $"{wire}: \"{text}\" is not a number that can be calculated with"
            );
    }
}

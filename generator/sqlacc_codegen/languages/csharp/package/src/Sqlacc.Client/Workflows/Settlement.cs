using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>Stored documents to the body of the payment that settles them, by knocking them off.</summary>
internal static class Settlement
{
    /// <param name="facts">The wire names, as the specification of the workflow gives them.</param>
    /// <param name="documents">The documents as stored, in the order in which the money goes to them.</param>
    /// <param name="amount">What is paid; null for the sum of the totals.</param>
    /// <param name="method">The account code of the bank or cash account.</param>
    /// <param name="header">Fields of the payment that win over what is made here.</param>
    public static JsonObject Body(
        JsonObject facts,
        IReadOnlyList<JsonObject> documents,
        decimal? amount,
        string method,
        JsonObject? header
    )
    {
        string Name(string fact) => Shape.Text(facts[fact])!;
        if (documents.Count == 0)
        {
            throw new ValidationException("invoices", "needs at least one document");
        }
        if (amount <= 0)
        {
            throw new ValidationException("amount", "must be above 0");
        }
        var total = documents.Sum(document => Fields.Number(document, Name("total")));
        var left = amount ?? total;
        var body = new JsonObject();
        var first = documents[0];
        Fields.Copy(first, body, Shape.Texts(facts["copy_header"]));
        body[Name("party")] = JsonText.Clone(first[Name("party")]);
        body[Name("method")] = method;
        Fields.Copy(
            first,
            body,
            new[] { "currency", "rate" }.Select(fact => Shape.Text(facts[fact])).OfType<string>()
        );
        body[Name("total")] = Money(left);

        var names = (JsonObject)facts["row"]!;
        var rows = new JsonArray();
        foreach (var document in documents)
        {
            var applied = Math.Min(Fields.Number(document, Name("total")), left);
            left -= applied;
            if (applied > 0)
            {
                rows.Add(
                    new JsonObject
                    {
                        [Shape.Text(names["type"])!] = Name("doctype"),
                        [Shape.Text(names["number"])!] = JsonText.Clone(document[Name("number")]),
                        [Shape.Text(names["amount"])!] = Money(applied),
                        [Shape.Text(names["flag"])!] = true,
                    }
                );
            }
        }
        body[Name("table")] = rows;
        Fields.Merge(body, header);
        return body;
    }

    private static string Money(decimal amount) =>
        Math.Round(amount, 2).ToString("F2", CultureInfo.InvariantCulture);
}

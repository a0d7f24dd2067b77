using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Sqlacc;

/// <summary>One request to be: method, target on the wire, body, and what kind of answer is wanted.</summary>
internal sealed class Call
{
    public Call(string method, string target)
    {
        Method = method;
        Target = target;
    }

    public string Method { get; }

    /// <summary>Path and query, encoded, as they go over the wire.</summary>
    public string Target { get; }

    public byte[]? Body { get; set; }

    /// <summary>Sent as it is, also where it is no valid media type: <c>application/pdf;template=Invoice (SST 1)</c>.</summary>
    public string? ContentType { get; set; }

    public string Accept { get; set; } = "application/json";

    public bool IsWrite => Method != "GET";

    /// <summary>Was it given to the network, and has no answer come yet?</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>The request in a message: without the query, which may hold personal data.</summary>
    public string Summary
    {
        get
        {
            var question = Target.IndexOf('?');
            return Method + " " + (question < 0 ? Target : Target.Substring(0, question));
        }
    }

    public static Call WithBody(string method, string target, byte[] body) =>
        new(method, target) { Body = body, ContentType = "application/json" };

    /// <summary>The path of a record: its key encoded so that it stays one segment.</summary>
    public static string Path(string path, string key)
    {
        if (key.Length == 0 || key == "." || key == "..")
        {
            throw new ValidationException(
                "key",
                key.Length == 0 ? "is empty" : $"\"{key}\" cannot stand in a path"
            );
        }
        return path + "/" + Percent.Encode(key);
    }

    public static string Query(
        string path,
        IEnumerable<KeyValuePair<string, string>> filters,
        int? offset = null,
        int? limit = null
    )
    {
        var query = new StringBuilder();
        foreach (var filter in filters)
        {
            Add(query, Percent.Encode(filter.Key), Percent.Encode(filter.Value, keep: "*"));
        }
        if (offset is { } from)
        {
            Add(query, "offset", from.ToString(CultureInfo.InvariantCulture));
        }
        if (limit is { } most)
        {
            Add(query, "limit", most.ToString(CultureInfo.InvariantCulture));
        }
        return query.Length == 0 ? path : path + "?" + query;
    }

    private static void Add(StringBuilder query, string name, string value)
    {
        query.Append(query.Length == 0 ? "" : "&").Append(name).Append('=').Append(value);
    }
}

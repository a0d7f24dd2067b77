using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Sqlacc;

/// <summary>AWS Signature Version 4 of one request, equal to botocore's for every path, query, body and clock.</summary>
public sealed class Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly string EmptyHash = Hash(Array.Empty<byte>());

    private Signature(
        string canonicalRequest,
        string stringToSign,
        string authorization,
        string date,
        string bodyHash
    )
    {
        CanonicalRequest = canonicalRequest;
        StringToSign = stringToSign;
        Authorization = authorization;
        Date = date;
        BodyHash = bodyHash;
    }

    /// <summary>What is signed, before hashing.</summary>
    public string CanonicalRequest { get; }

    /// <summary>Algorithm, time, scope and the hash of the canonical request.</summary>
    public string StringToSign { get; }

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    public string Authorization { get; }

    /// <summary>The value of the <c>X-Amz-Date</c> header.</summary>
    public string Date { get; }

    /// <summary>The value of the <c>X-Amz-Content-Sha256</c> header: the SHA-256 of the body in hexadecimal.</summary>
    public string BodyHash { get; }

    /// <summary>Signs a request.</summary>
    /// <param name="credentials">Who signs, and for which region and service.</param>
    /// <param name="method">GET, POST, PUT or DELETE.</param>
    /// <param name="host">The <c>Host</c> header: name, and the port unless it is the usual one.</param>
    /// <param name="target">Path and query exactly as they go over the wire: <c>/salesinvoice/*?docno=IV-1</c>.</param>
    /// <param name="headers">Further headers to sign, such as <c>Content-Type</c>.</param>
    /// <param name="body">The bytes of the body; empty when there is none.</param>
    /// <param name="moment">The time of signing.</param>
    public static Signature Create(
        Credentials credentials,
        string method,
        string host,
        string target,
        IEnumerable<KeyValuePair<string, string>> headers,
        byte[] body,
        DateTimeOffset moment
    )
    {
        var time = moment
            .ToUniversalTime()
            .ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var bodyHash = body.Length == 0 ? EmptyHash : Hash(body);
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in headers)
        {
            var name = header.Key.ToLowerInvariant();
            var value = OneSpace(header.Value);
            signed[name] = signed.TryGetValue(name, out var first) ? first + "," + value : value;
        }
        signed["host"] = host;
        signed["x-amz-date"] = time;
        signed["x-amz-content-sha256"] = bodyHash;
        if (credentials.SessionToken is { Length: > 0 } token)
        {
            signed["x-amz-security-token"] = token;
        }

        var names = string.Join(";", signed.Keys);
        var question = target.IndexOf('?');
        var path = question < 0 ? target : target.Substring(0, question);
        var query = question < 0 ? "" : target.Substring(question + 1);
        var canonical = new StringBuilder()
            .Append(method.ToUpperInvariant())
            .Append('\n')
            .Append(CanonicalPath(path))
            .Append('\n')
            .Append(CanonicalQuery(query))
            .Append('\n');
        foreach (var header in signed)
        {
            canonical.Append(header.Key).Append(':').Append(header.Value).Append('\n');
        }
        canonical.Append('\n').Append(names).Append('\n').Append(bodyHash);

        var day = time.Substring(0, 8);
        var scope = $"{day}/{credentials.Region}/{credentials.Service}/aws4_request";
        var request = canonical.ToString();
        var text = $"{Algorithm}\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(request))}";
        var signature = Hex.Encode(Mac(credentials.SigningKey(day), text));
        var authorization =
            $"{Algorithm} Credential={credentials.AccessKey}/{scope}, SignedHeaders={names}, Signature={signature}";
        return new Signature(request, text, authorization, time, bodyHash);
    }

    internal static byte[] Mac(byte[] key, string text)
    {
        using var mac = new HMACSHA256(key);
        return mac.ComputeHash(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Dot segments and doubled slashes go; then every reserved character is encoded, <c>%</c> included.</summary>
    private static string CanonicalPath(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment == "..")
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (segment.Length > 0 && segment != ".")
            {
                segments.Add(segment);
            }
        }
        if (segments.Count == 0)
        {
            return "/";
        }
        var last = path.EndsWith("/", StringComparison.Ordinal) ? "/" : "";
        return Percent.Encode("/" + string.Join("/", segments) + last, keep: "/");
    }

    /// <summary>The pairs as they stand in the URL, sorted by name and then by value.</summary>
    private static string CanonicalQuery(string query)
    {
        if (query.Length == 0)
        {
            return "";
        }
        var pairs = query
            .Split('&')
            .Select(pair =>
            {
                var equals = pair.IndexOf('=');
                return equals < 0
                    ? (Name: pair, Value: "")
                    : (Name: pair.Substring(0, equals), Value: pair.Substring(equals + 1));
            });
        var sorted = pairs
            .OrderBy(p => p.Name, CodePoints.Order)
            .ThenBy(p => p.Value, CodePoints.Order);
        return string.Join("&", sorted.Select(p => p.Name + "=" + p.Value));
    }

    private static string OneSpace(string value) =>
        string.Join(
            " ",
            value.Split(
                new[] { ' ', '\t', '\r', '\n', '\f', '\v' },
                StringSplitOptions.RemoveEmptyEntries
            )
        );

    /// <summary>SHA-256 in hexadecimal digits.</summary>
    public static string Hash(byte[] bytes)
    {
        using var sha = SHA256.Create();
        return Hex.Encode(sha.ComputeHash(bytes));
    }

    /// <summary>Orders by Unicode code point, where ordinal comparison of UTF-16 puts emoji before U+E000.</summary>
    private sealed class CodePoints : IComparer<string>
    {
        public static readonly CodePoints Order = new();

        public int Compare(string? x, string? y)
        {
            var left = Encoding.UTF8.GetBytes(x ?? "");
            var right = Encoding.UTF8.GetBytes(y ?? "");
            for (var i = 0; i < left.Length && i < right.Length; i++)
            {
                if (left[i] != right[i])
                {
                    return left[i].CompareTo(right[i]);
                }
            }
            return left.Length.CompareTo(right.Length);
        }
    }
}

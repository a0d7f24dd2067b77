using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sqlacc;

/// <summary>An answer as it came.</summary>
public sealed class RawResponse
{
    /// <summary>An answer; tests make their own.</summary>
    public RawResponse(int status, IEnumerable<KeyValuePair<string, string>> headers, byte[] body)
    {
        Status = status;
        Headers = headers
            .GroupBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                g => g.Key,
                g => string.Join(", ", g.Select(h => h.Value)),
                StringComparer.OrdinalIgnoreCase
            );
        Body = body;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The headers; their names in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The bytes of the body.</summary>
    public byte[] Body { get; }

    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The media type without parameters, in lower case.</summary>
    public string MediaType =>
        Headers.TryGetValue("Content-Type", out var type)
            ? type.Split(';')[0].Trim().ToLowerInvariant()
            : "";

    /// <summary>The body as JSON, numbers with their digits.</summary>
    /// <exception cref="UnexpectedResponseException">It is not JSON.</exception>
    public JsonNode? Json()
    {
        try
        {
            return JsonText.Parse(Body);
        }
        catch (JsonException error)
        {
            var what =
                LooksLikeHtml ? "an HTML page instead of JSON"
                : Body.Length == 0 ? "no body"
                : "no valid JSON";
            throw new UnexpectedResponseException(
                $"{Status}: the answer is {what}",
                Status,
                Redaction.Text(Text, 500),
                error
            );
        }
    }

    /// <summary>The server's clock, when the answer tells it.</summary>
    internal DateTimeOffset? Date =>
        Headers.TryGetValue("Date", out var text)
        && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var date
        )
            ? date
            : null;

    internal bool IsSuccess => Status >= 200 && Status < 300;

    internal bool LooksLikeHtml
    {
        get
        {
            var at = 0;
            while (
                at < Body.Length
                && (Body[at] <= ' ' || Body[at] == 0xEF || Body[at] == 0xBB || Body[at] == 0xBF)
            )
            {
                at++;
            }
            return MediaType == "text/html" || (at < Body.Length && Body[at] == '<');
        }
    }

    /// <summary>A date without its weekday, which is not looked at.</summary>
    private static readonly Regex HttpDate = new(
        @"^[a-z]+, ([0-9]{1,2} [a-z]{3} [0-9]{4} (?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}) (?:GMT|UTC)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    );

    /// <summary>The pause that the server asks for, in seconds or as a date.</summary>
    internal TimeSpan? RetryAfter(DateTimeOffset now)
    {
        if (!Headers.TryGetValue("Retry-After", out var header))
        {
            return null;
        }
        var text = header.Trim();
        var culture = CultureInfo.InvariantCulture;
        if (Regex.IsMatch(text, @"^[0-9]{1,9}(\.[0-9]+)?\z"))
        {
            return TimeSpan.FromSeconds(double.Parse(text, culture));
        }
        var plain = HttpDate.Replace(text, "$1");
        var style = DateTimeStyles.AssumeUniversal;
        return
            HttpDate.IsMatch(text) && DateTimeOffset.TryParse(plain, culture, style, out var date)
            ? date - now
            : null;
    }
}

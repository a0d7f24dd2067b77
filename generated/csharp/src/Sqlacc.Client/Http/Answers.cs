using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sqlacc;

/// <summary>Answers to values or errors: envelopes, messages, and which error a status and its words mean.</summary>
internal static class Answers
{
    /// <summary>Clocks further apart than this explain a refused signature.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    /// <summary>The rows of a list: an array, or an object with one under <c>data</c> or <c>items</c>.</summary>
    public static IReadOnlyList<JsonObject> Rows(RawResponse response)
    {
        var json = response.Json();
        var rows = json is JsonObject envelope ? envelope["data"] ?? envelope["items"] : json;
        if (rows is not JsonArray items || items.Any(row => row is not JsonObject))
        {
            throw Unexpected(response, "the answer is no list of records" + Words(json));
        }
        return items.Select(row => (JsonObject)row!).ToList();
    }

    /// <summary>One record: at the top, under <c>data</c>, or as the only row of <c>data</c>; null for no body at all.</summary>
    public static JsonObject? Record(RawResponse response, Shape shape)
    {
        if (string.IsNullOrWhiteSpace(response.Text))
        {
            return null;
        }
        var json = response.Json();
        var found =
            json is JsonObject envelope && !envelope.ContainsKey(shape.Key)
                ? envelope["data"]
                : json;
        found = found is JsonArray { Count: 1 } rows ? rows[0] : found;
        return
            found is JsonObject record && record[shape.Key] is { } key && JsonText.Scalar(key) != ""
            ? record
            : throw Unexpected(
                response,
                $"the answer holds no record with {shape.Key}" + Words(json)
            );
    }

    public static void NotEmpty(RawResponse response)
    {
        if (string.IsNullOrWhiteSpace(response.Text))
        {
            throw Unexpected(response, "the answer is empty");
        }
    }

    public static byte[] Pdf(RawResponse response)
    {
        var body = response.Body;
        if (Ascii(body, 0, 5) != "%PDF-")
        {
            throw Unexpected(
                response,
                response.LooksLikeHtml
                    ? "the answer is an HTML page instead of a PDF"
                    : "the answer is no PDF"
            );
        }
        return Ascii(body, body.Length - 1024, 1024).Contains("%%EOF")
            ? body
            : throw Unexpected(response, "the PDF is cut short");
    }

    /// <summary>A delete may answer nothing, a text or JSON; but no HTML page.</summary>
    public static void Deleted(RawResponse response)
    {
        if (response.LooksLikeHtml)
        {
            throw Unexpected(response, "the answer is an HTML page");
        }
        if (
            TryJson(response) is JsonObject json
            && (
                JsonText.Scalar(json["error"]) is not (null or "" or "false")
                || json["error"] is JsonObject or JsonArray
                || JsonText.Kind(json["success"]) == JsonValueKind.False
            )
        )
        {
            throw Unexpected(response, "an error with a status of success" + Words(json));
        }
    }

    /// <summary>Did a failing server refuse in its own words, so that nothing was stored?</summary>
    public static bool IsDefinite(RawResponse response) =>
        response.Status == 500
        && !response.LooksLikeHtml
        && TryJson(response) switch
        {
            JsonObject body => body.ContainsKey("message") || body.ContainsKey("error"),
            JsonValue text => Kind(500, JsonText.Scalar(text) ?? "")
                is "stale"
                    or "duplicate"
                    or "reference"
                    or "licence",
            _ => false,
        };

    /// <summary>The error that an answer with a status of 300 and above means; <c>hide</c> takes secrets out of texts.</summary>
    public static SqlaccException Failure(
        RawResponse response,
        DateTimeOffset now,
        TimeSpan? skew,
        Func<string, string> hide
    )
    {
        if (response.Status < 400)
        {
            var where = response.Headers.TryGetValue("Location", out var location)
                ? " to " + location.Split('?')[0]
                : "";
            return new UnexpectedResponseException(
                hide($"{response.Status}: a redirect{where}, which is never followed"),
                response.Status,
                hide(Redaction.Text(response.Text, 500))
            );
        }
        var words = response.LooksLikeHtml ? Title(response.Text) : Message(response);
        var shown =
            words.Length > 0 ? words
            : response.LooksLikeHtml ? "a page without words"
            : "(no message)";
        var failure = new ApiFailure(
            response.Status,
            Redaction.Text(hide(shown), 20000),
            Redaction.Text(hide(response.Text), 20000),
            response.RetryAfter(now)
        )
        {
            IsPage = response.LooksLikeHtml,
        };
        return Kind(response.Status, words) switch
        {
            "authentication" when skew is { } off && off.Duration() > MostSkew =>
                new ClockSkewException(failure, skew),
            "authentication" => new AuthenticationException(failure),
            "clock_skew" => new ClockSkewException(failure, skew),
            "not_found" => new NotFoundException(failure),
            "stale" => new StaleRecordException(failure),
            "duplicate" => new DuplicateException(failure),
            "reference" => new ReferenceException(failure),
            "rate_limit" => new RateLimitException(failure),
            "licence" => new LicenceException(failure),
            "server" => new ServerException(failure),
            _ => new ApiException(failure),
        };
    }

    /// <summary>The first form of the specification that fits; else the status alone.</summary>
    private static string Kind(int status, string message)
    {
        foreach (var form in ServiceFacts.Errors)
        {
            if ((form.Status == 0 || form.Status == status) && form.Pattern.IsMatch(message))
            {
                return form.Kind;
            }
        }
        return status switch
        {
            401 or 403 => "authentication",
            404 => "not_found",
            429 => "rate_limit",
            >= 500 => "server",
            _ => "api",
        };
    }

    /// <summary><c>message</c>, else <c>error.message</c>, else <c>error</c>, else the text itself.</summary>
    private static string Message(RawResponse response)
    {
        var json = TryJson(response);
        if (json is JsonObject body)
        {
            var inner = body["error"] is JsonObject error ? error["message"] : body["error"];
            foreach (var node in new[] { body["message"], inner })
            {
                if (
                    JsonText.Kind(node) == JsonValueKind.String
                    && JsonText.Scalar(node) is { Length: > 0 } found
                )
                {
                    return found;
                }
            }
        }
        return JsonText.Kind(json) == JsonValueKind.String
            ? JsonText.Scalar(json)!
            : response.Text.Trim();
    }

    /// <summary>The title of a page, else its first words.</summary>
    private static string Title(string page)
    {
        var title = Regex.Match(page, "<title[^>]*>([^<]*)", RegexOptions.IgnoreCase);
        var words = string.IsNullOrWhiteSpace(title.Groups[1].Value)
            ? Regex.Replace(page, "<[^>]*>", " ")
            : title.Groups[1].Value;
        words = Regex.Replace(words, "\\s+", " ").Trim();
        return words.Length > 300 ? words.Substring(0, 300) : words;
    }

    private static string Words(JsonNode? json)
    {
        var inner = (json as JsonObject)?["error"] ?? (json as JsonObject)?["message"];
        var text = JsonText.Scalar(inner) ?? JsonText.Scalar((inner as JsonObject)?["message"]);
        return text is null ? "" : $", but says: {Redaction.Text(text, 500)}";
    }

    private static JsonNode? TryJson(RawResponse response)
    {
        try
        {
            return JsonText.Parse(response.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Ascii(byte[] body, int start, int most)
    {
        start = Math.Max(0, start);
        return Encoding.ASCII.GetString(body, start, Math.Min(most, body.Length - start));
    }

    private static UnexpectedResponseException Unexpected(RawResponse response, string message) =>
        new(message, response.Status, Redaction.Text(response.Text, 500));
}

/// <summary>One way in which the service says that something is wrong, as observed.</summary>
internal sealed class ErrorForm
{
    public ErrorForm(string kind, int status, string pattern)
    {
        Kind = kind;
        Status = status;
        Pattern = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    public string Kind { get; }

    /// <summary>0 is any.</summary>
    public int Status { get; }

    public Regex Pattern { get; }
}

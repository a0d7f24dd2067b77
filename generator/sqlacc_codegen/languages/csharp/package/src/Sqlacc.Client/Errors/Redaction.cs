using System;
using System.Text.RegularExpressions;

namespace Sqlacc;

/// <summary>Texts without what nobody may read in a log.</summary>
internal static class Redaction
{
    private static readonly Regex Secrets = new(
        "(?i)(Credential=|Signature=|X-Amz-Security-Token: ?)[^,\\s\"]+",
        RegexOptions.CultureInvariant
    );

    /// <summary>The first four characters of the key and the user code after the slash.</summary>
    public static string AccessKey(string key)
    {
        var slash = key.LastIndexOf('/');
        var start = key.Substring(0, Math.Min(4, slash < 0 ? key.Length : slash));
        return start + "..." + (slash < 0 ? "" : key.Substring(slash));
    }

    /// <summary>The text without a secret, should a server repeat it, also with slashes escaped or percent-encoded.</summary>
    public static string Without(string secret, string text) =>
        // what is shorter is no secret of this service, and would blot out words
        secret.Length < 8
            ? text
            : text.Replace(secret, "[redacted]")
                .Replace(secret.Replace("/", "\\/"), "[redacted]")
                .Replace(Percent.Encode(secret), "[redacted]");

    /// <summary>The text without credentials and signatures, and not endless.</summary>
    public static string Text(string text, int most = 2000)
    {
        var clean = Secrets.Replace(text, "$1[redacted]");
        return clean.Length <= most ? clean : clean.Substring(0, most) + "...";
    }
}

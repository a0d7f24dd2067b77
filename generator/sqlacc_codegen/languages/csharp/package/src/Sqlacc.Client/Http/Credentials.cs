using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Sqlacc;

/// <summary>A key pair and the scope it signs for. Immutable; never shows the secret.</summary>
public sealed class Credentials
{
    private readonly byte[] _secret;
    private volatile CachedKey? _cached;

    /// <summary>A key pair for one region and service.</summary>
    /// <param name="accessKey">As made in SQL Account: <c>0123...ef.sql.my/APIUSER</c>. It may hold slashes.</param>
    /// <param name="secretKey">The secret that was shown once.</param>
    /// <param name="region">The region of the scope.</param>
    /// <param name="service">The service of the scope.</param>
    /// <param name="sessionToken">A session token, when the keys are temporary ones.</param>
    /// <exception cref="ConfigurationException">A part is empty or holds characters that no header may hold.</exception>
    public Credentials(
        string accessKey,
        string secretKey,
        string region,
        string service,
        string? sessionToken = null
    )
    {
        AccessKey = Checked("access key", accessKey);
        if (AccessKey.Contains(" "))
        {
            throw new ConfigurationException("the access key holds a blank");
        }
        Region = Name("region", region);
        Service = Name("service", service);
        SessionToken = string.IsNullOrEmpty(sessionToken)
            ? null
            : Checked("session token", sessionToken!);
        _secret = Encoding.UTF8.GetBytes("AWS4" + Checked("secret key", secretKey));
    }

    /// <summary>The access key.</summary>
    public string AccessKey { get; }

    /// <summary>The region of the scope.</summary>
    public string Region { get; }

    /// <summary>The service of the scope.</summary>
    public string Service { get; }

    /// <summary>The session token, or null.</summary>
    public string? SessionToken { get; }

    /// <summary>The access key without its middle, and the scope.</summary>
    public override string ToString() => $"{Redaction.AccessKey(AccessKey)} for {Region}/{Service}";

    /// <summary>The signing key of a day; the last one is kept, since a run signs thousands of requests on one day.</summary>
    internal byte[] SigningKey(string day)
    {
        var cached = _cached;
        if (cached is null || cached.Day != day)
        {
            var key = Signature.Mac(_secret, day);
            key = Signature.Mac(key, Region);
            key = Signature.Mac(key, Service);
            _cached = cached = new CachedKey(day, Signature.Mac(key, "aws4_request"));
        }
        return cached.Key;
    }

    private static string Checked(string what, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ConfigurationException($"the {what} is empty");
        }
        if (text.Trim().Length != text.Length || text.Any(c => c < ' ' || c >= 0x7F))
        {
            throw new ConfigurationException($"the {what} holds characters that no key has");
        }
        return text;
    }

    private static string Name(string what, string text) =>
        Regex.IsMatch(text, @"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*\z", RegexOptions.CultureInvariant)
            ? text
            : throw new ConfigurationException($"\"{text}\" is no {what}");

    private sealed class CachedKey
    {
        public CachedKey(string day, byte[] key)
        {
            Day = day;
            Key = key;
        }

        public string Day { get; }

        public byte[] Key { get; }
    }
}

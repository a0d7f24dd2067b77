using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>
/// Signs each request that passes with AWS Signature Version 4. The client has one inside; put it into a pipeline of
/// your own (<c>AddHttpMessageHandler</c>) to sign requests that you make with a bare <see cref="HttpClient"/>.
/// </summary>
public sealed class SigningHandler : DelegatingHandler
{
    private readonly Credentials _credentials;
    private readonly Func<DateTimeOffset> _clock;

    /// <summary>A handler that signs with these credentials.</summary>
    /// <param name="credentials">Keys and scope.</param>
    /// <param name="inner">The next handler; leave it out where a factory sets it.</param>
    /// <param name="clock">The time of signing; the clock of the machine when left out.</param>
    public SigningHandler(
        Credentials credentials,
        HttpMessageHandler? inner = null,
        Func<DateTimeOffset>? clock = null
    )
    {
        _credentials = credentials;
        _clock = clock ?? (() => DateTimeOffset.UtcNow);
        if (inner != null)
        {
            InnerHandler = inner;
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var body = request.Content is null
            ? Array.Empty<byte>()
            : await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        var uri =
            request.RequestUri ?? throw new InvalidOperationException("the request has no address");
        Sign(request, uri.PathAndQuery, body);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private void Sign(HttpRequestMessage request, string target, byte[] body)
    {
        var host = Host(request.RequestUri!);
        var headers = new List<KeyValuePair<string, string>>();
        if (request.Content != null && ContentType(request.Content) is { } type)
        {
            headers.Add(new KeyValuePair<string, string>("content-type", type));
        }
        var signature = Signature.Create(
            _credentials,
            request.Method.Method,
            host,
            target,
            headers,
            body,
            _clock()
        );
        request.Headers.Host = host;
        Replace(request, "X-Amz-Date", signature.Date);
        Replace(request, "X-Amz-Content-Sha256", signature.BodyHash);
        if (_credentials.SessionToken is { } token)
        {
            Replace(request, "X-Amz-Security-Token", token);
        }
        Replace(request, "Authorization", signature.Authorization);
    }

    /// <summary>The header as it will be sent. Asked for in the usual way, .NET would write a valid one anew.</summary>
    private static string? ContentType(HttpContent content) =>
#if NET6_0_OR_GREATER
        content.Headers.NonValidated.TryGetValues("Content-Type", out var types)
            ? types.ToString()
            : null;
#else
        content.Headers.TryGetValues("Content-Type", out var types)
            ? string.Join(",", types)
            : null;
#endif

    private static void Replace(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>The name in ASCII, and the port unless it is the usual one.</summary>
    internal static string Host(Uri uri)
    {
        var name =
            uri.HostNameType == UriHostNameType.IPv6
                ? "[" + uri.IdnHost.Trim('[', ']') + "]"
                : uri.IdnHost;
        return uri.IsDefaultPort
            ? name
            : name + ":" + uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}

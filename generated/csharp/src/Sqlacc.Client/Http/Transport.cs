using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>Calls to answers: attempts, pauses, time limits, and what may be sent again.</summary>
internal sealed class Transport : IDisposable
{
    private readonly SqlaccOptions _options;
    private readonly HttpMessageInvoker _invoker;
    private readonly Uri _base;
    private readonly bool _ownHandler;

    /// <param name="options">What the client was told.</param>
    /// <param name="inner">The last handler of the pipeline.</param>
    /// <param name="ownHandler">Is it ours, so that its only time limit is the one for connecting?</param>
    public Transport(SqlaccOptions options, HttpMessageHandler inner, bool ownHandler)
    {
        _options = options;
        _ownHandler = ownHandler;
        _base = BaseUrl(options.BaseUrl);
        Account = AccountOf(_base, options.AccessKey);
        _invoker = new HttpMessageInvoker(
            new SigningHandler(options.Credentials(), inner, () => options.Clock())
        );
    }

    /// <summary>What the journals of batches know this server and key by; it says neither.</summary>
    public string Account { get; }

    public void Dispose() => _invoker.Dispose();

    /// <summary>The last answer, whatever its status; throws when none came.</summary>
    public async Task<RawResponse> SendAsync(
        Call call,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        var retry = options?.Retry ?? _options.Retry;
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if ((options?.CallTimeout ?? _options.CallTimeout) is { } limit)
        {
            whole.CancelAfter(limit);
        }
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? retryAfter = null;
            try
            {
                var response = await AttemptAsync(
                        call,
                        options,
                        attempt,
                        whole.Token,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                if (attempt >= retry.Attempts || !MayRepeat(call, response.Status))
                {
                    return response;
                }
                retryAfter = response.RetryAfter(_options.Clock());
            }
            catch (TransportException error)
                when (attempt < retry.Attempts
                    && !whole.IsCancellationRequested
                    && MayRepeat(call, error)
                ) { }
            var pause = retry.Pause(attempt, retryAfter, _options.Chance());
            _options.OnPause?.Invoke(pause);
            options?.OnPause?.Invoke(pause);
            try
            {
                await _options.Delay(pause, whole.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw Final(
                    call,
                    new CallTimeoutException("the call took too long, pauses included"),
                    nothingSent: true
                );
            }
        }
    }

    /// <summary>The request as it would be sent, signed.</summary>
    public HttpRequestMessage Request(Call call, CallOptions? options)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), Address(call.Target));
        // A body of no bytes keeps the runtime from silently sending a GET or DELETE a second time on its own.
        if (call.Body != null || call.ContentType != null || !IsNetFramework)
        {
            request.Content = new ByteArrayContent(call.Body ?? Array.Empty<byte>());
            if (call.ContentType != null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
            }
        }
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        var own = string.IsNullOrEmpty(_options.UserAgent) ? "" : _options.UserAgent + " ";
        request.Headers.TryAddWithoutValidation(
            "User-Agent",
            $"{own}sqlacc-csharp/{ServiceFacts.ClientVersion}"
        );
        foreach (var header in options?.Headers ?? new Dictionary<string, string>())
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
        return request;
    }

    private static bool IsNetFramework { get; } =
        System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription.StartsWith(
            ".NET Framework",
            StringComparison.Ordinal
        );

    /// <summary>A GET changes nothing; anything else may go again only when the server refused to begin.</summary>
    private static bool MayRepeat(Call call, int status) =>
        status == 429 || (!call.IsWrite && (status == 502 || status == 503 || status == 504));

    private static bool MayRepeat(Call call, TransportException error) =>
        !call.IsWrite || error.NothingSent;

    private async Task<RawResponse> AttemptAsync(
        Call call,
        CallOptions? options,
        int number,
        CancellationToken whole,
        CancellationToken caller
    )
    {
        var info = new AttemptInfo(call.Method, call.Target, number);
        Tell(options, info);
        var watch = Stopwatch.StartNew();
        var timeout = options?.Timeout ?? _options.Timeout;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(whole);
        limit.CancelAfter(timeout);
        call.IsUnderWay = false;
        try
        {
            whole.ThrowIfCancellationRequested();
            using var request = Request(call, options);
            var sent = request.RequestUri!.AbsoluteUri; // a redirect is written into the request itself
            call.IsUnderWay = true;
            using var response = await _invoker
                .SendAsync(request, limit.Token)
                .ConfigureAwait(false);
            info.Status = (int)response.StatusCode;
            if (response.RequestMessage?.RequestUri is { } final && final.AbsoluteUri != sent)
            {
                throw new ConfigurationException(
                    "the HttpClient followed a redirect; set AllowAutoRedirect to false"
                );
            }
            info.Response = await ReadAsync(response, limit.Token).ConfigureAwait(false);
            call.IsUnderWay = false;
            return info.Response;
        }
        catch (OperationCanceledException) when (caller.IsCancellationRequested)
        {
            info.Error = "cancelled";
            throw;
        }
        catch (OperationCanceledException error)
        {
            info.Error = "timeout";
            var connecting = !call.IsUnderWay || (_ownHandler && !limit.IsCancellationRequested);
            var message = connecting
                ? "no connection in time"
                : $"no answer within {Seconds(timeout)} s";
            throw Final(call, new CallTimeoutException(message, error), connecting);
        }
        catch (Exception error)
            when (error is HttpRequestException || error is IOException || error is SocketException)
        {
            info.Error = "connection";
            throw Final(
                call,
                new ConnectionException(Innermost(error), error),
                info.Status is null && IsBeforeSending(error)
            );
        }
        finally
        {
            info.Ended = true;
            info.Duration = watch.Elapsed;
            Tell(options, info);
            _options.Log?.Invoke(Line(call, info));
        }
    }

    private TransportException Final(Call call, TransportException error, bool nothingSent)
    {
        error.NothingSent = nothingSent;
        return error.At<TransportException>(call.Summary, _options.Profile);
    }

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private void Tell(CallOptions? options, AttemptInfo info)
    {
        _options.OnAttempt?.Invoke(info);
        options?.OnAttempt?.Invoke(info);
    }

    private string Line(Call call, AttemptInfo info)
    {
        var profile = _options.Profile.Length > 0 ? $" profile={_options.Profile}" : "";
        var outcome = info.Status is { } status ? $"status={status}" : $"error={info.Error}";
        return $"{call.Summary} attempt={info.Number} {outcome} ms={(long)info.Duration.TotalMilliseconds}{profile}";
    }

    private static async Task<RawResponse> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .SelectMany(h =>
                h.Value.Select(value => new KeyValuePair<string, string>(h.Key, value))
            )
            .ToList();
        using var body = new MemoryStream();
#if NETSTANDARD2_0
        using var stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
#else
        using var stream = await response
            .Content.ReadAsStreamAsync(cancellationToken)
            .ConfigureAwait(false);
#endif
        await stream.CopyToAsync(body, 81920, cancellationToken).ConfigureAwait(false);
        return new RawResponse((int)response.StatusCode, headers, body.ToArray());
    }

    /// <summary>Did it fail before any byte of the request left: no such host, refused, no TLS?</summary>
    private static bool IsBeforeSending(Exception error)
    {
#if NET8_0_OR_GREATER
        if (error is HttpRequestException http)
        {
            return http.HttpRequestError
                is HttpRequestError.NameResolutionError
                    or HttpRequestError.ConnectionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError;
        }
        return false;
#else
        for (Exception? inner = error; inner != null; inner = inner.InnerException)
        {
            var refused =
                inner is SocketException
                {
                    SocketErrorCode: SocketError.ConnectionRefused
                        or SocketError.HostNotFound
                        or SocketError.NoData
                        or SocketError.TryAgain
                        or SocketError.NetworkUnreachable
                        or SocketError.HostUnreachable
                };
            var unnamed =
                inner is WebException
                {
                    Status: WebExceptionStatus.NameResolutionFailure
                        or WebExceptionStatus.ConnectFailure
                        or WebExceptionStatus.ProxyNameResolutionFailure
                        or WebExceptionStatus.TrustFailure
                        or WebExceptionStatus.SecureChannelFailure
                };
            if (refused || unnamed)
            {
                return true;
            }
        }
        return false;
#endif
    }

    private static string Innermost(Exception error)
    {
        var inner = error;
        while (inner.InnerException != null)
        {
            inner = inner.InnerException;
        }
        return ReferenceEquals(inner, error) ? error.Message : $"{error.Message}: {inner.Message}";
    }

    private static string AccountOf(Uri server, string accessKey)
    {
        var url = server.GetLeftPart(UriPartial.Authority) + server.AbsolutePath.TrimEnd('/');
        return Signature.Hash(Encoding.UTF8.GetBytes(url + "\n" + accessKey)).Substring(0, 16);
    }

    private static Uri BaseUrl(string text)
    {
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != "https" && uri.Scheme != "http")
        )
        {
            throw new ConfigurationException(
                $"the base URL \"{text}\" is no http or https address"
            );
        }
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new ConfigurationException(
                "the base URL must hold neither a user, nor a query, nor a fragment"
            );
        }
        return uri;
    }

    /// <summary>The full address. <see cref="Uri"/> likes to rewrite paths; one that it would change is not sent.</summary>
    private Uri Address(string target)
    {
        var path = _base.AbsolutePath.TrimEnd('/') + target;
        var text = _base.GetLeftPart(UriPartial.Authority) + path;
#if NET6_0_OR_GREATER
        var uri = new Uri(
            text,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
#else
        var uri = new Uri(text);
#endif
        return uri.PathAndQuery == path
            ? uri
            : throw new ConfigurationException(
                "this runtime would change the address on its way; use .NET 6 or later for it"
            );
    }
}

using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>A call to a good answer, or to the error that it ended with.</summary>
internal sealed class Exchange : IDisposable
{
    private readonly Transport _transport;

    public Exchange(SqlaccOptions options, HttpMessageHandler inner, bool ownHandler)
    {
        Options = options;
        _transport = new Transport(options, inner, ownHandler);
    }

    public SqlaccOptions Options { get; }

    /// <summary>What the journals of batches know this server and key by; it says neither.</summary>
    public string Account => _transport.Account;

    public void Dispose() => _transport.Dispose();

    public HttpRequestMessage Request(Call call) => _transport.Request(call, null);

    public async Task<RawResponse> SendAsync(
        Call call,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        RawResponse response;
        try
        {
            response = await _transport
                .SendAsync(call, options, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TransportException error) when (call.IsWrite && !error.NothingSent)
        {
            throw Ambiguous(call, $"no definite answer came: {error.Kind}", error);
        }
        catch (OperationCanceledException error) when (call.IsWrite && call.IsUnderWay)
        {
            throw Ambiguous(call, "it was cancelled before an answer came", error);
        }
        Check(call, response);
        return response;
    }

    /// <summary>The value of an answer; its error tells the request and the profile.</summary>
    public async Task<T> SendAsync<T>(
        Call call,
        Func<RawResponse, T> read,
        CallOptions? options,
        CancellationToken cancellationToken
    )
    {
        var response = await SendAsync(call, options, cancellationToken).ConfigureAwait(false);
        return Read(call, response, read);
    }

    public T Read<T>(Call call, RawResponse response, Func<RawResponse, T> read)
    {
        try
        {
            return read(response);
        }
        catch (UnexpectedResponseException error)
        {
            var stored = call.IsWrite
                ? "; the server took the write, look before sending it again"
                : "";
            throw At(
                call,
                new UnexpectedResponseException(
                    Shown(error.Text) + stored,
                    error.Status,
                    Shown(error.Body),
                    error.InnerException
                )
                {
                    IsStored = call.IsWrite,
                }
            );
        }
    }

    public void Check(Call call, RawResponse response)
    {
        if (response.IsSuccess)
        {
            return;
        }
        if (call.IsWrite && response.Status >= 500 && !Answers.IsDefinite(response))
        {
            throw Ambiguous(call, $"the answer was status {response.Status}", null);
        }
        var failure = Answers.Failure(response, Options.Clock(), ToldSkew(response), Shown);
        throw At(call, failure);
    }

    /// <summary>The server's time minus this machine's; a clock that was injected says nothing about it.</summary>
    private TimeSpan? ToldSkew(RawResponse response) =>
        ReferenceEquals(Options.Clock, SqlaccOptions.MachineClock)
            ? response.Date - Options.Clock()
            : null;

    private AmbiguousWriteException Ambiguous(Call call, string why, Exception? inner) =>
        At(
            call,
            new AmbiguousWriteException(
                $"whether the write was processed is not known: {why}",
                inner
            )
        );

    private string Shown(string text) =>
        Redaction.Without(Options.SessionToken ?? "", Redaction.Without(Options.SecretKey, text));

    private T At<T>(Call call, T error)
        where T : SqlaccException => error.At<T>(call.Summary, Options.Profile);
}

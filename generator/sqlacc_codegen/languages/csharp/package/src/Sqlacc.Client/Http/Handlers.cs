using System;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>The innermost handlers: one made here, or a given HttpClient.</summary>
internal static class Handlers
{
    /// <summary>No redirects (the signature must not reach another host) and no cookies.</summary>
    public static HttpMessageHandler Default(TimeSpan connectTimeout)
    {
#if NET6_0_OR_GREATER
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = connectTimeout,
            // An answer that was given up is not read to its end for the sake of its connection.
            ResponseDrainTimeout = TimeSpan.Zero,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8, // names of reports need not be ASCII
        };
#else
        return new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
#endif
    }

    /// <summary>Sends through an HttpClient that somebody else made, and will dispose of.</summary>
    public static HttpMessageHandler Through(HttpClient client) => new ClientHandler(client);

    private sealed class ClientHandler : HttpMessageHandler
    {
        private readonly HttpClient _client;

        public ClientHandler(HttpClient client)
        {
            _client = client;
        }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}

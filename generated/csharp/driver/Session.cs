using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Driver;

/// <summary>A configured client, and the commands that need one.</summary>
internal sealed class Session : IDisposable
{
    private readonly SqlaccClient _client;
    private readonly SqlaccOptions _options;
    private readonly IReadOnlyDictionary<string, IOperations> _resources;
    private readonly ConcurrentDictionary<string, Cancelling> _cancellable = new();

    public Session(JsonObject config)
    {
        _options = Options(config);
        _client = new SqlaccClient(_options);
        _resources = Operations.Of(_client);
    }

    public static JsonObject Describe() =>
        new()
        {
            ["protocol"] = 1,
            ["client"] = "Sqlacc.Client",
            ["client_version"] = ServiceFacts.ClientVersion,
            ["language"] = "csharp",
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["spec_version"] = ServiceFacts.SpecVersion,
            ["spec_sha256"] = ServiceFacts.SpecSha256,
            ["operations"] = new JsonArray(
                Operations.Names.Select(name => (JsonNode?)JsonValue.Create(name)).ToArray()
            ),
            ["features"] = new JsonArray("cancel", "cancel_request", "concurrency", "profiles"),
        };

    /// <summary>The settings that an environment and a name lead to; secrets as digests.</summary>
    public static JsonObject Profile(JsonObject command)
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().ToList())
        {
            if (name.StartsWith("SQLACC_", StringComparison.Ordinal) || name == "XDG_CONFIG_HOME")
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
        foreach (var variable in (JsonObject)command["environment"]!)
        {
            Environment.SetEnvironmentVariable(variable.Key, variable.Value!.GetValue<string>());
        }
        var options = command["name"]?.GetValue<string>() is { } named
            ? Profiles.FromFile(named)
            : Profiles.FromEnvironment();
        using var client = new SqlaccClient(options);
        var secret = Encoding.UTF8.GetBytes($"{options.SecretKey}\n{options.SessionToken}");
        return Value(
            new JsonObject
            {
                ["profile"] = options.Profile,
                ["access_key"] = options.AccessKey,
                ["secret_sha256"] = Hex.Encode(SHA256.HashData(secret)),
                ["region"] = options.Region,
                ["service"] = options.Service,
                ["base_url"] = options.BaseUrl.TrimEnd('/'),
            }
        );
    }

    public void Dispose() => _client.Dispose();

    public async Task<JsonObject> RunAsync(string name, JsonObject command)
    {
        var events = new JsonArray();
        JsonObject answer;
        try
        {
            if (name == "sign")
            {
                return Value(Sign(command));
            }
            if (name == "cancel")
            {
                _cancellable[command["case"]!.GetValue<string>()].Now();
                return Value(null);
            }
            var op = command["op"]!.GetValue<string>();
            if (!Operations.Names.Contains(op))
            {
                return Failures.Usage($"unknown operation \"{op}\"");
            }
            var dot = op.IndexOf('.', StringComparison.Ordinal);
            var operations = _resources[op.Substring(0, dot)];
            var verb = op.Substring(dot + 1);
            var args = command["args"] as JsonObject ?? new JsonObject();
            if (name == "parse")
            {
                return Value(operations.Parse(verb, Response((JsonObject)command["response"]!)));
            }
            if (name == "build")
            {
                return Value(await BuildAsync(operations.Build(verb, args)).ConfigureAwait(false));
            }
            var cancelling = new Cancelling(command["cancel"] as JsonObject);
            if (command["cancel"] != null)
            {
                _cancellable[command["case"]!.GetValue<string>()] = cancelling;
            }
            var looks = command["look"]?.GetValue<bool>() ?? false;
            var options = CallOptions(command["case"]?.GetValue<string>(), events, cancelling);
            try
            {
                answer = Value(
                    await operations
                        .CallAsync(verb, args, options, cancelling.Token)
                        .ConfigureAwait(false)
                );
            }
            catch (AmbiguousWriteException error) when (looks && error.CanCheck)
            {
                var found = await error.CheckAsync().ConfigureAwait(false);
                answer = Value(found is null ? null : Arguments.Value(found));
            }
            catch (StaleRecordException error) when (looks)
            {
                answer = Value(
                    Arguments.Value(await error.ReadStoredAsync().ConfigureAwait(false))
                );
            }
        }
        catch (SqlaccException error)
        {
            answer = Failures.Of(error);
        }
        catch (OperationCanceledException error)
        {
            answer = Failures.Client("cancelled", error.Message);
        }
        if (name == "call")
        {
            answer["events"] = events;
        }
        return answer;
    }

    private static JsonObject Value(JsonNode? value) => new() { ["value"] = value };

    private static SqlaccOptions Options(JsonObject config)
    {
        string Text(string name, string otherwise) => config[name]?.GetValue<string>() ?? otherwise;
        int Number(JsonNode? node, int otherwise) =>
            node is null ? otherwise : int.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
        var options = new SqlaccOptions
        {
            BaseUrl = Text("base_url", ""),
            AccessKey = Text("access_key", ""),
            SecretKey = Text("secret_key", ""),
            Region = Text("region", ServiceFacts.Region),
            Service = Text("service", ServiceFacts.Service),
            SessionToken = config["session_token"]?.GetValue<string>(),
        };
        options.Validate = config["validate"]?.GetValue<bool>() ?? options.Validate;
        options.Timeout = TimeSpan.FromMilliseconds(
            Number(config["timeout_ms"], (int)options.Timeout.TotalMilliseconds)
        );
        if (config["retry"] is JsonObject retry)
        {
            options.Retry.Attempts = Number(retry["attempts"], options.Retry.Attempts);
            options.Retry.Base = TimeSpan.FromMilliseconds(
                Number(retry["base_ms"], (int)options.Retry.Base.TotalMilliseconds)
            );
            options.Retry.Max = TimeSpan.FromMilliseconds(
                Number(retry["max_ms"], (int)options.Retry.Max.TotalMilliseconds)
            );
        }
        if (config["clock"] is { } clock)
        {
            var moment = Moment(clock.GetValue<string>());
            options.Clock = () => moment;
        }
        if (Text("sleep", "virtual") == "virtual")
        {
            options.Delay = (_, token) =>
                token.IsCancellationRequested ? Task.FromCanceled(token) : Task.CompletedTask;
        }
        return options;
    }

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static CallOptions CallOptions(
        string? testCase,
        JsonArray events,
        Cancelling cancelling
    )
    {
        void Add(JsonObject entry)
        {
            lock (events)
            {
                events.Add(entry);
            }
            cancelling.Event(entry["type"]!.GetValue<string>());
        }
        return new CallOptions
        {
            Headers = testCase is null
                ? null
                : new Dictionary<string, string> { ["X-Case"] = testCase },
            OnAttempt = attempt =>
            {
                if (attempt.Ended)
                {
                    Add(Attempt(attempt));
                }
            },
            OnPause = pause =>
                Add(new JsonObject { ["type"] = "sleep", ["ms"] = pause.TotalMilliseconds }),
            OnPage = page =>
                Add(
                    new JsonObject
                    {
                        ["type"] = "page",
                        ["offset"] = page.Offset,
                        ["count"] = page.Count,
                    }
                ),
        };
    }

    private static JsonObject Attempt(AttemptInfo attempt)
    {
        var entry = new JsonObject
        {
            ["type"] = "attempt",
            ["method"] = attempt.Method,
            ["target"] = attempt.Target,
        };
        if (attempt.Status is { } status)
        {
            entry["status"] = status;
        }
        if (attempt.Error is { } error)
        {
            entry["error"] = error;
        }
        return entry;
    }

    private async Task<JsonObject> BuildAsync(Call call)
    {
        using var request = _client.Exchange.Request(call);
        using var catcher = new HttpMessageInvoker(
            new SigningHandler(_options.Credentials(), new Catcher(), () => _options.Clock())
        );
        using var response = await catcher
            .SendAsync(request, CancellationToken.None)
            .ConfigureAwait(false);
        var headers = new JsonObject();
        foreach (
            var header in request
                .Headers.NonValidated.Select(h => (h.Key, h.Value.ToString()))
                .Concat(
                    request.Content!.Headers.NonValidated.Select(h => (h.Key, h.Value.ToString()))
                )
        )
        {
            headers[header.Key] = header.Item2;
        }
        return new JsonObject
        {
            ["method"] = request.Method.Method,
            ["target"] = request.RequestUri!.PathAndQuery,
            ["headers"] = headers,
            ["body_b64"] = Convert.ToBase64String(
                await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false)
            ),
        };
    }

    private JsonObject Sign(JsonObject command)
    {
        var url = command["url"]!.GetValue<string>();
        var (host, target) = Split(url);
        var given = ((JsonObject)command["headers"]!)
            .Select(h => new KeyValuePair<string, string>(h.Key, h.Value!.GetValue<string>()))
            .ToList();
        var body = Convert.FromBase64String(command["body_b64"]!.GetValue<string>());
        var clock = command["clock"] is { } text
            ? Moment(text.GetValue<string>())
            : DateTimeOffset.UtcNow;
        var signature = Signature.Create(
            _options.Credentials(),
            command["method"]!.GetValue<string>(),
            host,
            target,
            given,
            body,
            clock
        );
        var headers = new JsonObject
        {
            ["Host"] = host,
            ["X-Amz-Date"] = signature.Date,
            ["X-Amz-Content-Sha256"] = signature.BodyHash,
            ["Authorization"] = signature.Authorization,
        };
        given.ForEach(header => headers[header.Key] = header.Value);
        return new JsonObject
        {
            ["canonical_request"] = signature.CanonicalRequest,
            ["string_to_sign"] = signature.StringToSign,
            ["authorization"] = signature.Authorization,
            ["headers"] = headers,
        };
    }

    /// <summary>Host and target of a URL, the target untouched.</summary>
    private static (string Host, string Target) Split(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.IndexOfAny(new[] { '/', '?', '#' }, start);
        end = end < 0 ? url.Length : end;
        var target = url.Substring(end);
        var fragment = target.IndexOf('#', StringComparison.Ordinal);
        target = fragment < 0 ? target : target.Substring(0, fragment);
        var host = SigningHandler.Host(new Uri(url.Substring(0, end)));
        return (host, target.StartsWith("/", StringComparison.Ordinal) ? target : "/" + target);
    }

    private static RawResponse Response(JsonObject response)
    {
        var headers = ((JsonObject)response["headers"]!).Select(h => new KeyValuePair<
            string,
            string
        >(h.Key, h.Value!.GetValue<string>()));
        var status = int.Parse(response["status"]!.ToJsonString(), CultureInfo.InvariantCulture);
        return new RawResponse(
            status,
            headers,
            Convert.FromBase64String(response["body_b64"]!.GetValue<string>())
        );
    }

    /// <summary>Answers at once, so that a signed request can be looked at.</summary>
    private sealed class Catcher : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new HttpResponseMessage());
    }
}

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>Everything that a client is told once. Keys belong outside the code: see <see cref="Profiles"/>.</summary>
public sealed class SqlaccOptions
{
    /// <summary>The access key: <c>0123...ef.sql.my/APIUSER</c>.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>The secret key. It can be set but not read, so that no dump or structured log shows it.</summary>
    public string SecretKey { internal get; set; } = "";

    /// <summary>A session token, for temporary keys only.</summary>
    public string? SessionToken { internal get; set; }

    /// <summary>The region of the signing scope; <c>ap-southeast-1</c> with the older pair.</summary>
    public string Region { get; set; } = ServiceFacts.Region;

    /// <summary>The service of the signing scope; <c>execute-api</c> with the older pair.</summary>
    public string Service { get; set; } = ServiceFacts.Service;

    /// <summary>The address of the service; an on-premise server has its own.</summary>
    public string BaseUrl { get; set; } = ServiceFacts.BaseUrl;

    /// <summary>A name for this set of keys, told in errors and logs.</summary>
    public string Profile { get; set; } = "";

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for the answer of one attempt, the body included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a whole call may take, with all attempts and pauses; null for no limit.</summary>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>Attempts and pauses.</summary>
    public RetryPolicy Retry { get; set; } = new();

    /// <summary>Check records before they are sent?</summary>
    public bool Validate { get; set; } = true;

    /// <summary>Added to the <c>User-Agent</c>: the name and version of your program.</summary>
    public string? UserAgent { get; set; }

    /// <summary>Called before and after each attempt. It must be quick and must not throw.</summary>
    public Action<AttemptInfo>? OnAttempt { get; set; }

    /// <summary>Called before each pause.</summary>
    public Action<TimeSpan>? OnPause { get; set; }

    /// <summary>Takes one line for each attempt; never a secret and never the contents of a record.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>The time of signing. Set by tests.</summary>
    public Func<DateTimeOffset> Clock { get; set; } = MachineClock;

    internal static readonly Func<DateTimeOffset> MachineClock = () => DateTimeOffset.UtcNow;

    /// <summary>The pause between attempts. Set by tests.</summary>
    public Func<TimeSpan, CancellationToken, Task> Delay { get; set; } = Task.Delay;

    /// <summary>A number from 0 up to 1 for the length of a pause. Set by tests.</summary>
    public Func<double> Chance { get; set; } = new Dice().Roll;

    /// <summary>The profile, the address and the scope; no keys.</summary>
    public override string ToString() =>
        $"{(Profile.Length > 0 ? Profile + ": " : "")}{BaseUrl}, {Region}/{Service}, {Redaction.AccessKey(AccessKey)}";

    internal Credentials Credentials() => new(AccessKey, SecretKey, Region, Service, SessionToken);

    private sealed class Dice
    {
        private readonly Random _random = new();

        public double Roll()
        {
            lock (_random)
            {
                return _random.NextDouble();
            }
        }
    }
}

/// <summary>What is different for one call.</summary>
public sealed class CallOptions
{
    /// <summary>Instead of <see cref="SqlaccOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Instead of <see cref="SqlaccOptions.CallTimeout"/>.</summary>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>Instead of <see cref="SqlaccOptions.Retry"/>.</summary>
    public RetryPolicy? Retry { get; set; }

    /// <summary>Instead of <see cref="SqlaccOptions.Validate"/>.</summary>
    public bool? Validate { get; set; }

    /// <summary>Further headers; they are sent but not signed.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; set; }

    /// <summary>Called before and after each attempt of this call, beside <see cref="SqlaccOptions.OnAttempt"/>.</summary>
    public Action<AttemptInfo>? OnAttempt { get; set; }

    /// <summary>Called before each pause of this call.</summary>
    public Action<TimeSpan>? OnPause { get; set; }

    /// <summary>Called after each page of a list.</summary>
    public Action<PageInfo>? OnPage { get; set; }
}

/// <summary>One attempt: told before it is made, and again when it has ended.</summary>
public sealed class AttemptInfo
{
    internal AttemptInfo(string method, string target, int number)
    {
        Method = method;
        Target = target;
        Number = number;
    }

    /// <summary>GET, POST, PUT or DELETE.</summary>
    public string Method { get; }

    /// <summary>Path and query as sent. Filters may hold personal data: think before logging it.</summary>
    public string Target { get; }

    /// <summary>1 for the first attempt.</summary>
    public int Number { get; }

    /// <summary>Has it ended?</summary>
    public bool Ended { get; internal set; }

    /// <summary>The status of the answer, if one came.</summary>
    public int? Status { get; internal set; }

    /// <summary>The kind of the error, if no answer came: <c>connection</c>, <c>timeout</c> or <c>cancelled</c>.</summary>
    public string? Error { get; internal set; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>The answer, if one came.</summary>
    public RawResponse? Response { get; internal set; }
}

/// <summary>One page of a list, as it came.</summary>
public sealed class PageInfo
{
    internal PageInfo(int offset, int count)
    {
        Offset = offset;
        Count = count;
    }

    /// <summary>The place of the first row, counted from 0.</summary>
    public int Offset { get; }

    /// <summary>How many rows came.</summary>
    public int Count { get; }
}

using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>The server answered with an error. Its words are in <see cref="ServerMessage"/>, never lost.</summary>
public class ApiException : SqlaccException
{
    internal ApiException(ApiFailure failure, string kind = "api")
        : base(kind, $"{failure.Status}: {failure.Message}")
    {
        Status = failure.Status;
        ServerMessage = failure.Message;
        Body = failure.Body;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The server's own words.</summary>
    public string ServerMessage { get; }

    /// <summary>The body of the answer, as text.</summary>
    public string Body { get; }
}

/// <summary>Status, message and body of an error answer.</summary>
internal sealed class ApiFailure
{
    public ApiFailure(int status, string message, string body, TimeSpan? retryAfter = null)
    {
        Status = status;
        Message = message;
        Body = body;
        RetryAfter = retryAfter;
    }

    public int Status { get; }

    public string Message { get; }

    public string Body { get; }

    public TimeSpan? RetryAfter { get; }

    /// <summary>An HTML page instead of the service's own words?</summary>
    public bool IsPage { get; set; }
}

/// <summary>The keys, the scope or the signature were refused.</summary>
public class AuthenticationException : ApiException
{
    internal AuthenticationException(ApiFailure failure, string kind = "authentication")
        : base(failure, kind) { }
}

/// <summary>The clock of this machine differs too much from the server's.</summary>
public sealed class ClockSkewException : AuthenticationException
{
    internal ClockSkewException(ApiFailure failure, TimeSpan? skew = null)
        : base(failure, "clock_skew")
    {
        Skew = skew;
    }

    /// <summary>The server's time minus this machine's, when the answer told it.</summary>
    public TimeSpan? Skew { get; }
}

/// <summary>There is no such record. The service says so with 404, or with a 400 and words.</summary>
public sealed class NotFoundException : ApiException
{
    internal NotFoundException(ApiFailure failure)
        : base(failure, "not_found")
    {
        IsPage = failure.IsPage;
    }

    /// <summary>Was it an HTML page? Then the address is probably wrong, and nothing is known about the record.</summary>
    internal bool IsPage { get; }
}

/// <summary>Somebody else changed the record after it was read.</summary>
public sealed class StaleRecordException : ApiException
{
    internal StaleRecordException(ApiFailure failure)
        : base(failure, "stale") { }

    /// <summary>What this client wanted to store; null when the error did not come from an update.</summary>
    public Record? Sent { get; internal set; }

    internal Func<CancellationToken, Task<Record>>? Stored { get; set; }

    /// <summary>Reads the other version: the record as it is stored now.</summary>
    /// <exception cref="InvalidOperationException">The error did not come from an update.</exception>
    public Task<Record> ReadStoredAsync(CancellationToken cancellationToken = default) =>
        Stored is null
            ? throw new InvalidOperationException("the record is not known")
            : Stored(cancellationToken);
}

/// <summary>The document number or code is taken.</summary>
public sealed class DuplicateException : ApiException
{
    internal DuplicateException(ApiFailure failure)
        : base(failure, "duplicate") { }
}

/// <summary>A code in the record does not exist in this database.</summary>
public sealed class ReferenceException : ApiException
{
    internal ReferenceException(ApiFailure failure)
        : base(failure, "reference") { }
}

/// <summary>Too many requests, also after waiting.</summary>
public sealed class RateLimitException : ApiException
{
    internal RateLimitException(ApiFailure failure)
        : base(failure, "rate_limit")
    {
        RetryAfter = failure.RetryAfter;
    }

    /// <summary>How long the server asks to wait, when it says.</summary>
    public TimeSpan? RetryAfter { get; }
}

/// <summary>The licence allows no further session on this database now.</summary>
public sealed class LicenceException : ApiException
{
    internal LicenceException(ApiFailure failure)
        : base(failure, "licence") { }
}

/// <summary>The server failed and said so.</summary>
public sealed class ServerException : ApiException
{
    internal ServerException(ApiFailure failure)
        : base(failure, "server") { }
}

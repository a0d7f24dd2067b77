using System;

namespace Sqlacc;

/// <summary>
/// The root of everything that this client throws on its own account.
/// <code>
/// SqlaccException
/// |-- ConfigurationException        keys, profile or options are wrong; nothing was sent
/// |-- UsageException              the call cannot be: a path that is none, a find without filters
/// |-- ValidationException           the record is wrong; nothing was sent; Problems names every field
/// |-- TransportException            no answer came
/// |   |-- ConnectionException       refused, broken, unknown host, bad certificate
/// |   `-- CallTimeoutException      no answer in time
/// |-- AmbiguousWriteException       a write may or may not have been processed; CheckAsync looks
/// |-- UnexpectedResponseException   HTML, cut JSON, a redirect, a PDF that is none
/// |-- MultipleFoundException        find matched more than one record
/// |-- LineNotRemovedException       the server kept a line that an update left out
/// |-- BatchException                a journal file that cannot be used
/// `-- ApiException                  the server refused: Status, ServerMessage
///     |-- AuthenticationException   wrong keys or scope
///     |   `-- ClockSkewException    the clock of this machine is off
///     |-- NotFoundException         no such record (also a 400 that says so)
///     |-- StaleRecordException      somebody else changed the record; Sent and the stored one
///     |-- DuplicateException        the number or code is taken
///     |-- ReferenceException        a code in the record does not exist
///     |-- RateLimitException        too many requests; RetryAfter
///     |-- LicenceException          too many sessions on the database
///     `-- ServerException           the server failed and said so
/// </code>
/// Cancellation is <see cref="OperationCanceledException"/>, as everywhere in .NET.
/// </summary>
public class SqlaccException : Exception
{
    /// <summary>An error of a kind.</summary>
    public SqlaccException(string kind, string message, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
    }

    /// <summary>The kind in one word, the same in all languages of this client: <c>not_found</c>, <c>timeout</c>.</summary>
    public string Kind { get; }

    /// <summary>The profile whose keys were in use; empty when none was named.</summary>
    public string Profile { get; internal set; } = "";

    /// <summary>What was asked: <c>POST /salesinvoice</c>. Empty when nothing was sent.</summary>
    public string Request { get; internal set; } = "";

    /// <summary>The message, followed by the request and the profile.</summary>
    public override string Message
    {
        get
        {
            var where =
                Request.Length > 0
                    ? $" ({Request}{(Profile.Length > 0 ? $", profile {Profile}" : "")})"
                    : "";
            return base.Message + where;
        }
    }

    /// <summary>The message alone.</summary>
    internal string Text => base.Message;

    internal T At<T>(string request, string profile)
        where T : SqlaccException
    {
        Request = request;
        Profile = profile;
        return (T)this;
    }
}

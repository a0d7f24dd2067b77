using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>Keys, profile, options or the HTTP pipeline are wrong. Nothing was sent.</summary>
public sealed class ConfigurationException : SqlaccException
{
    /// <summary>What is wrong, and what to do about it.</summary>
    public ConfigurationException(string message, Exception? inner = null)
        : base("configuration", message, inner) { }
}

/// <summary>The call itself cannot be: a path that is none, a search without filters. Nothing was sent.</summary>
public sealed class UsageException : SqlaccException
{
    internal UsageException(string message)
        : base("usage", message) { }
}

/// <summary>One thing that is wrong with a record.</summary>
public sealed class FieldProblem
{
    internal FieldProblem(string field, string message)
    {
        Field = field;
        Message = message;
    }

    /// <summary>The path of the field: <c>sdsdocdetail[0].qty</c>.</summary>
    public string Field { get; }

    /// <summary>What is wrong with it.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => Field.Length == 0 ? Message : $"{Field}: {Message}";
}

/// <summary>The record cannot be right. Nothing was sent.</summary>
public sealed class ValidationException : SqlaccException
{
    internal ValidationException(IReadOnlyList<FieldProblem> problems)
        : base("validation", string.Join("; ", problems.Select(p => p.ToString())))
    {
        Problems = problems;
    }

    internal ValidationException(string field, string message)
        : this(new[] { new FieldProblem(field, message) }) { }

    /// <summary>Everything that was found, not only the first.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; }
}

/// <summary>No answer came, and nothing can have been changed.</summary>
public abstract class TransportException : SqlaccException
{
    private protected TransportException(string kind, string message, Exception? inner)
        : base(kind, message, inner) { }

    /// <summary>Is it certain that no byte of the request left this machine?</summary>
    public bool NothingSent { get; internal set; }
}

/// <summary>The connection was refused, broke, or could not be made.</summary>
public sealed class ConnectionException : TransportException
{
    internal ConnectionException(string message, Exception? inner = null)
        : base("connection", message, inner) { }
}

/// <summary>No answer came in time.</summary>
public sealed class CallTimeoutException : TransportException
{
    internal CallTimeoutException(string message, Exception? inner = null)
        : base("timeout", message, inner) { }
}

/// <summary>A write whose outcome is not known: bytes left, no definite answer came. It was not sent again.</summary>
public sealed class AmbiguousWriteException : SqlaccException
{
    internal AmbiguousWriteException(string message, Exception? inner = null)
        : base("ambiguous_write", message, inner) { }

    internal Func<CancellationToken, Task<Record?>>? Check { get; set; }

    /// <summary>Can <see cref="CheckAsync"/> tell? It needs a document number, a code or a reference to look for.</summary>
    public bool CanCheck => Check != null;

    /// <summary>Looks whether the write is there now: by number or code, else by <c>docref1</c>; an update by its key.</summary>
    /// <returns>The record as stored, or null when the write is not in it.</returns>
    /// <exception cref="InvalidOperationException">There is nothing to look for (<see cref="CanCheck"/> is false).</exception>
    public Task<Record?> CheckAsync(CancellationToken cancellationToken = default) =>
        Check is null
            ? throw new InvalidOperationException(
                "the record has no number, code or docref1 to look for"
            )
            : Check(cancellationToken);
}

/// <summary>The answer is none that this service gives: HTML, cut JSON, a redirect, a PDF that is not a PDF.</summary>
public sealed class UnexpectedResponseException : SqlaccException
{
    internal UnexpectedResponseException(
        string message,
        int status = 0,
        string body = "",
        Exception? inner = null
    )
        : base("unexpected_response", message, inner)
    {
        Status = status;
        Body = body;
    }

    /// <summary>The status, or 0 when the fault is not in one answer.</summary>
    public int Status { get; }

    /// <summary>Did a write get this answer with a good status, so that it is probably stored?</summary>
    public bool IsStored { get; internal set; }

    /// <summary>The beginning of the body.</summary>
    public string Body { get; }
}

/// <summary>Find matched more than one record where one was meant.</summary>
public sealed class MultipleFoundException : SqlaccException
{
    internal MultipleFoundException(string message)
        : base("multiple_found", message) { }
}

/// <summary>The update was stored, but the server kept a line that was to be removed.</summary>
public sealed class LineNotRemovedException : SqlaccException
{
    internal LineNotRemovedException(string message, Record stored)
        : base("line_not_removed", message)
    {
        Stored = stored;
    }

    /// <summary>The record as it is stored now.</summary>
    public Record Stored { get; }
}

/// <summary>A journal file of a batch cannot be read, written or trusted.</summary>
public sealed class BatchException : SqlaccException
{
    internal BatchException(string message, Exception? inner = null)
        : base("configuration", message, inner) { }
}

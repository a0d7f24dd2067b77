using System;

namespace Sqlacc;

/// <summary>How often and how long to wait. Only what cannot have been processed is ever sent again.</summary>
public sealed class RetryPolicy
{
    /// <summary>Attempts in all, the first included.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>The longest pause before the second attempt; it doubles with each attempt, and chance picks below it.</summary>
    public TimeSpan Base { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>No pause is longer, also when the server asks for more.</summary>
    public TimeSpan Max { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>One attempt only.</summary>
    public static RetryPolicy None => new() { Attempts = 1 };

    internal TimeSpan Pause(int attempt, TimeSpan? retryAfter, double chance)
    {
        if (retryAfter is { } asked)
        {
            return asked < TimeSpan.Zero ? TimeSpan.Zero
                : asked < Max ? asked
                : Max;
        }
        var ceiling = Math.Min(
            Max.TotalMilliseconds,
            Base.TotalMilliseconds * Math.Pow(2, attempt - 1)
        );
        return TimeSpan.FromMilliseconds(ceiling* chance);
    }
}

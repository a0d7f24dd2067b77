using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc;

/// <summary>Work on several items at the same time, results in the order of the items. The work heeds the token.</summary>
internal static class InOrder
{
    public static async IAsyncEnumerable<TResult> Select<T, TResult>(
        IEnumerable<T> items,
        Func<T, CancellationToken, Task<TResult>> work,
        int concurrency,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Queue<Task<TResult>>();
        try
        {
            foreach (var item in items)
            {
                if (running.Count >= Math.Max(1, concurrency))
                {
                    yield return await running.Dequeue().ConfigureAwait(false);
                }
                running.Enqueue(work(item, ended.Token));
            }
            while (running.Count > 0)
            {
                yield return await running.Dequeue().ConfigureAwait(false);
            }
        }
        finally
        {
            ended.Cancel();
            foreach (var rest in running)
            {
                await Ended(rest).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits for a task whose result nobody wants any more.</summary>
    private static async Task Ended(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception error)
            when (error is OperationCanceledException || error is SqlaccException)
        {
            // The caller has left the loop, or hears of the first error.
        }
    }
}

using System;
using System.Collections.Generic;

namespace Sqlacc.Examples;

/// <summary>Counts what became of the records, and says so as it goes.</summary>
public sealed class Tally
{
    public int Created { get; private set; }

    public int Found { get; private set; }

    public int Updated { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Tells on the terminal how far a batch has come.</summary>
    public BatchOptions Batch { get; } =
        new()
        {
            OnProgress = now =>
                Console.Error.Write(
                    $"\r{now.Done} of {now.Total}{(now.Done == now.Total ? "\n" : "")}"
                ),
        };

    public void Add<T>(
        string what,
        IReadOnlyList<string> names,
        IReadOnlyList<BatchResult<T>> results
    )
        where T : Record
    {
        for (var i = 0; i < results.Count; i++)
        {
            Console.WriteLine($"{what} {names[i]}: {results[i]}");
            Created += results[i].Status == BatchStatus.Created ? 1 : 0;
            Found += results[i].Status == BatchStatus.Found ? 1 : 0;
            Failed += results[i].Status is BatchStatus.Failed or BatchStatus.Unknown ? 1 : 0;
        }
    }

    /// <summary>One record that was created, brought up to date, or is as it should be.</summary>
    public void Add(string what, string name, bool created, bool updated)
    {
        Console.WriteLine(
            $"{what} {name}: {(created ? "created" : updated ? "updated" : "unchanged")}"
        );
        Created += created ? 1 : 0;
        Updated += updated ? 1 : 0;
        Found += created || updated ? 0 : 1;
    }

    public void Fail(string what, string name, SqlaccException error)
    {
        Console.WriteLine($"{what} {name}: {error.Message}");
        Failed++;
    }

    public override string ToString() =>
        $"{Created} created, {Found} there already, {Updated} updated, {Failed} failed";
}

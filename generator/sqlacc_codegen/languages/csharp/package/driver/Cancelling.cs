using System;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading;

namespace Sqlacc.Driver;

/// <summary>When a call is to be cancelled: <c>{"on":"sleep","nth":1}</c>; never without such a wish.</summary>
internal sealed class Cancelling
{
    // Never disposed of: the command that cancels may come when the call has ended by itself.
    private readonly CancellationTokenSource? _source;
    private readonly string _on = "";
    private readonly TimeSpan? _after;
    private int _left = 1;

    public Cancelling(JsonObject? told)
    {
        if (told is null)
        {
            return;
        }
        _source = new CancellationTokenSource();
        _on = told["on"]!.GetValue<string>();
        _left = Number(told["nth"]) ?? 1;
        _after = Number(told["after_ms"]) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        if (_on == "start")
        {
            _source.Cancel();
        }
    }

    public CancellationToken Token => _source?.Token ?? CancellationToken.None;

    /// <summary>An event of this type has happened.</summary>
    public void Event(string type)
    {
        if (type != _on || Interlocked.Decrement(ref _left) != 0)
        {
            return;
        }
        if (_after is { } after)
        {
            _source?.CancelAfter(after);
        }
        else
        {
            Now();
        }
    }

    public void Now() => _source?.Cancel();

    private static int? Number(JsonNode? node) =>
        node is null ? default(int?) : int.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
}

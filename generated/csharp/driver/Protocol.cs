using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Sqlacc.Driver;

/// <summary>Lines to commands, answers to lines. Calls run at the same time; answers come as they are ready.</summary>
internal sealed class Protocol
{
    private readonly TextReader _input;
    private readonly TextWriter _output;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private Session? _session;

    public Protocol(TextReader input, TextWriter output)
    {
        _input = input;
        _output = output;
    }

    public async Task RunAsync()
    {
        var writer = WriteAsync();
        var calls = new List<Task>();
        while (await _input.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }
            calls.RemoveAll(call => call.IsCompleted);
            calls.Add(HandleAsync(line));
        }
        await Task.WhenAll(calls).ConfigureAwait(false);
        _answers.Writer.Complete();
        await writer.ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        while (await _answers.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_answers.Reader.TryRead(out var answer))
            {
                _output.WriteLine(answer);
            }
            await _output.FlushAsync().ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(string line)
    {
        JsonNode? seq = null;
        JsonObject answer;
        try
        {
            var command = (JsonObject)JsonText.Parse(line)!;
            seq = command["seq"]?.DeepClone();
            answer = await AnswerAsync(command).ConfigureAwait(false);
        }
        catch (Exception error)
            when (error is JsonException
                || error is InvalidCastException
                || error is InvalidOperationException
                || error is FormatException
                || error is OverflowException
                || error is KeyNotFoundException
            )
        {
            await Console.Error.WriteLineAsync(error.ToString()).ConfigureAwait(false);
            answer = Failures.Usage(error.Message);
        }
        catch (Exception error)
        {
            // An answer that never comes would look like a slow one: better to be seen to fall.
            await Console.Error.WriteLineAsync(error.ToString()).ConfigureAwait(false);
            Environment.Exit(70);
            throw;
        }
        if (seq != null)
        {
            answer["seq"] = seq;
        }
        await _answers
            .Writer.WriteAsync(
                Encoding.UTF8.GetString(JsonText.Write(answer)),
                CancellationToken.None
            )
            .ConfigureAwait(false);
    }

    private async Task<JsonObject> AnswerAsync(JsonObject command)
    {
        var name = command["cmd"]?.GetValue<string>() ?? "";
        switch (name)
        {
            case "start":
                return new JsonObject { ["ok"] = Session.Describe() };
            case "config":
                _session?.Dispose();
                _session = null;
                try
                {
                    _session = new Session(command);
                }
                catch (SqlaccException error)
                {
                    return Failures.Of(error);
                }
                return new JsonObject { ["ok"] = new JsonObject() };
            case "profile":
                try
                {
                    return Session.Profile(command);
                }
                catch (SqlaccException error)
                {
                    return Failures.Of(error);
                }
            case "call" or "cancel" or "build" or "parse" or "sign":
                var session = _session;
                return session is null
                    ? Failures.Usage("config must come first")
                    : await session.RunAsync(name, command).ConfigureAwait(false);
            default:
                return Failures.Usage($"unknown command \"{name}\"");
        }
    }
}

/// <summary>Errors as the protocol tells them.</summary>
internal static class Failures
{
    public static JsonObject Usage(string message) => Client("usage", message);

    public static JsonObject Of(SqlaccException error)
    {
        if (error is ApiException api)
        {
            var failure = new JsonObject
            {
                ["kind"] = api.Kind,
                ["status"] = api.Status,
                ["message"] = api.ServerMessage,
                ["body"] = api.Body,
            };
            return new JsonObject { ["api_error"] = failure };
        }
        var answer = Client(error.Kind, error.Message);
        if (error is ValidationException validation)
        {
            var fields = new JsonArray();
            foreach (var problem in validation.Problems)
            {
                if (problem.Field.Length > 0)
                {
                    fields.Add(problem.Field);
                }
            }
            answer["client_error"]!["fields"] = fields;
        }
        return answer;
    }

    public static JsonObject Client(string kind, string message) =>
        new()
        {
            ["client_error"] = new JsonObject { ["kind"] = kind, ["message"] = message },
        };
}

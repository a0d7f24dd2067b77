using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>
/// The journal of a batch: one JSON object a line, written through to the disk before and after each record is sent.
/// <c>{"n":0,"key":"...","account":"...","state":"started"}</c>; the states are started, done and failed, the key is the
/// SHA-256 of the record, the account tells server and access key apart from others. All languages of this client write
/// the same form.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream _file;
    private readonly Dictionary<int, Entry> _entries = new();
    private readonly object _lock = new();
    private readonly string _account;

    /// <param name="path">The file; it is made when it is not there.</param>
    /// <param name="account">The server and key of this run.</param>
    public Journal(string path, string account)
    {
        _account = account;
        try
        {
            _file = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.Read
            );
            Load(path);
        }
        catch (Exception error)
            when (error is IOException
                || error is UnauthorizedAccessException
                || error is ArgumentException
            )
        {
            throw new BatchException(
                $"the journal {path} cannot be opened: {error.Message}",
                error
            );
        }
        catch (BatchException)
        {
            _file?.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What an earlier run wrote about the record at this place; null when nothing.</summary>
    public Entry? Find(int number, string key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(number, out var entry))
            {
                return null;
            }
            // In the place of a record that failed another may stand: the corrected one.
            return entry.Key == key ? entry
                : entry.State == "failed" ? null
                : throw new BatchException(
                    $"the journal knows another record at place {number}; use a new file for another list"
                );
        }
    }

    public void Write(int number, string key, string state, string? documentNumber = null)
    {
        var line = new JsonObject
        {
            ["n"] = number,
            ["key"] = key,
            ["account"] = _account,
            ["state"] = state,
        };
        if (documentNumber != null)
        {
            line["docno"] = documentNumber;
        }
        var bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(JsonText.Write(line)) + "\n");
        lock (_lock)
        {
            _entries[number] = new Entry(key, state, documentNumber);
            try
            {
                _file.Write(bytes, 0, bytes.Length);
                _file.Flush(flushToDisk: true);
            }
            catch (IOException error)
            {
                throw new BatchException($"the journal cannot be written: {error.Message}", error);
            }
        }
    }

    /// <summary>
    /// The SHA-256 of what a create sends, as JSON with sorted names, without spaces and with no escapes but those that
    /// JSON demands: the same in all languages of this client.
    /// </summary>
    public static string KeyOf(byte[] body)
    {
        var text = new StringBuilder();
        Canonical(text, JsonText.Parse(body));
        using var sha = SHA256.Create();
        return Hex.Encode(sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Canonical(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject record:
                var names = record.OrderBy(field => field.Key, StringComparer.Ordinal);
                text.Append('{');
                foreach (var field in names)
                {
                    Text(text.Append(text[text.Length - 1] == '{' ? "" : ","), field.Key);
                    Canonical(text.Append(':'), field.Value);
                }
                text.Append('}');
                break;
            case JsonArray rows:
                text.Append('[');
                foreach (var row in rows)
                {
                    Canonical(text.Append(text[text.Length - 1] == '[' ? "" : ","), row);
                }
                text.Append(']');
                break;
            case null:
                text.Append("null");
                break;
            default:
                if (JsonText.Kind(node) == JsonValueKind.String)
                {
                    Text(text, JsonText.Scalar(node)!);
                }
                else
                {
                    text.Append(JsonText.Scalar(node));
                }
                break;
        }
    }

    private static void Text(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            var at = "\b\t\n\f\r\"\\".IndexOf(character);
            if (at >= 0)
            {
                text.Append('\\').Append("btnfr\"\\"[at]);
            }
            else if (character < ' ')
            {
                text.Append("\\u").Append(((int)character).ToString("x4"));
            }
            else
            {
                text.Append(character);
            }
        }
        text.Append('"');
    }

    private void Load(string path)
    {
        using var copy = new MemoryStream();
        _file.CopyTo(copy);
        var text = Encoding.UTF8.GetString(copy.ToArray());
        var whole = text.LastIndexOf('\n') + 1;
        var number = 0;
        foreach (var line in text.Substring(0, whole).Split('\n'))
        {
            number++;
            if (line.Length > 0)
            {
                Take(path, number, line);
            }
        }
        // A run that was killed can leave half a line; what it announced never began.
        _file.SetLength(Encoding.UTF8.GetByteCount(text.Substring(0, whole)));
        _file.Seek(0, SeekOrigin.End);
    }

    private void Take(string path, int number, string line)
    {
        JsonObject entry;
        try
        {
            entry = (JsonObject)JsonText.Parse(line)!;
            var place = entry["n"]!.ToJsonString();
            var key = entry["key"]!.GetValue<string>();
            var state = entry["state"]!.GetValue<string>();
            _entries[int.Parse(place, System.Globalization.CultureInfo.InvariantCulture)] =
                new Entry(key, state, JsonText.Scalar(entry["docno"]));
        }
        catch (Exception error) when (error is not IOException)
        {
            throw new BatchException($"{path}:{number}: this is no line of a journal", error);
        }
        // Older journals have no account.
        if (entry.ContainsKey("account") && JsonText.Scalar(entry["account"]) != _account)
        {
            throw new BatchException(
                $"the journal {path} was begun with other keys or on another server; "
                    + "finish it with those or use another file"
            );
        }
    }

    internal sealed class Entry
    {
        public Entry(string key, string state, string? number)
        {
            Key = key;
            State = state;
            Number = number;
        }

        public string Key { get; }

        public string State { get; }

        public string? Number { get; }
    }
}

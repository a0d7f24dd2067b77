using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace Sqlacc.Examples;

/// <summary>A row of a CSV file by column.</summary>
public sealed class Row
{
    private readonly IReadOnlyDictionary<string, string> _cells;

    public Row(IReadOnlyDictionary<string, string> cells)
    {
        _cells = cells;
    }

    /// <summary>The text of a column; null when empty.</summary>
    public string? this[string column] => _cells[column].Length == 0 ? null : _cells[column];

    /// <summary>An exact number; money is never a double.</summary>
    public decimal? Number(string column) =>
        this[column] is { } text
            ? decimal.Parse(
                text,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture
            )
            : null;

    public CalendarDate Date(string column) => CalendarDate.Parse(this[column] ?? "");
}

/// <summary>CSV files in UTF-8 with a line of column names; quoted cells may hold commas, quotes and line ends.</summary>
public static class Csv
{
    public static IEnumerable<Row> Read(string path)
    {
        using var file = new StreamReader(path, new UTF8Encoding(false, true));
        var columns = Cells(file) ?? throw new FormatException($"{path} is empty");
        while (Cells(file) is { } cells)
        {
            if (cells.Count != columns.Count)
            {
                throw new FormatException(
                    $"{path}: a row has {cells.Count} cells, not {columns.Count}"
                );
            }
            var row = new Dictionary<string, string>();
            for (var i = 0; i < columns.Count; i++)
            {
                row[columns[i]] = cells[i];
            }
            yield return new Row(row);
        }
    }

    private static List<string>? Cells(TextReader file)
    {
        if (file.Peek() < 0)
        {
            return null;
        }
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        while (file.Read() is var next and >= 0)
        {
            var character = (char)next;
            if (character == '"' && quoted && file.Peek() == '"')
            {
                cell.Append((char)file.Read());
            }
            else if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else if (character == '\n' && !quoted)
            {
                break;
            }
            else if (character != '\r' || quoted)
            {
                cell.Append(character);
            }
        }
        cells.Add(cell.ToString());
        return cells;
    }
}

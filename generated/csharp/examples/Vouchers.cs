using System;
using System.Collections.Generic;
using System.Linq;

namespace Sqlacc.Examples;

/// <summary>Rows to documents.</summary>
public static class Vouchers
{
    /// <summary>One record for each voucher of a kind, its number, date and text filled in.</summary>
    public static List<T> Of<T>(string kind, IEnumerable<Row> all, Action<T, List<Row>> fill)
        where T : Record, new()
    {
        var records = new List<T>();
        foreach (var rows in all.Where(row => row["Kind"] == kind).GroupBy(row => row["Voucher"]))
        {
            var record = new T();
            record.Set("docno", rows.Key);
            record.Set("docdate", rows.First().Date("Date"));
            record.Set("description", rows.First()["Text"]);
            fill(record, rows.ToList());
            records.Add(record);
        }
        return records;
    }
}

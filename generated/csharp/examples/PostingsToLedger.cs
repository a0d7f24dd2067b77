using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Examples;

/// <summary>Postings of a payroll, a bank or a till: journal entries, customer payments and payment vouchers.</summary>
public static class PostingsToLedger
{
    private static readonly string[] By = { "docno" };

    public static async Task<Tally> RunAsync(
        SqlaccClient client,
        IReadOnlyList<Row> rows,
        CancellationToken stop
    )
    {
        var tally = new Tally();
        var journals = Vouchers.Of<JournalEntry>("journal", rows, Journal);
        var entered = await client.JournalEntries.EnsureManyAsync(
            journals,
            By,
            tally.Batch,
            null,
            stop
        );
        tally.Add("journal", journals.ConvertAll(record => record.DocNo!), entered);
        var receipts = Vouchers.Of<CustomerPayment>("receipt", rows, Receipt);
        var paid = await client.CustomerPayments.EnsureManyAsync(
            receipts,
            By,
            tally.Batch,
            null,
            stop
        );
        tally.Add("receipt", receipts.ConvertAll(record => record.DocNo!), paid);
        var vouchers = Vouchers.Of<PaymentVoucher>("payment", rows, Voucher);
        var spent = await client.PaymentVouchers.EnsureManyAsync(
            vouchers,
            By,
            tally.Batch,
            null,
            stop
        );
        tally.Add("payment", vouchers.ConvertAll(record => record.DocNo!), spent);
        return tally;
    }

    private static void Journal(JournalEntry entry, List<Row> rows)
    {
        foreach (var row in rows)
        {
            var line = new JournalEntryLine { Code = row["Account"], Description = row["Text"] };
            var side = row["Debit"] is null ? "Credit" : "Debit";
            line.Set(side == "Debit" ? "localdr" : "localcr", row.Number(side));
            entry.SdsDocDetail.Add(line);
        }
    }

    private static void Receipt(CustomerPayment payment, List<Row> rows)
    {
        payment.Code = rows[0]["Customer"];
        payment.PaymentMethod = rows[0]["Bank"];
        payment.DocAmt = rows.Sum(row => row.Number("Amount"));
        // A row without an invoice leaves its money unapplied.
        foreach (var row in rows.Where(row => row["Invoice"] != null))
        {
            var amount = row.Number("Amount");
            var settled = new KnockOff
            {
                DocType = "IV",
                DocNo = row["Invoice"],
                KoAmt = amount,
            };
            settled.KnockOffValue = true;
            payment.SdsKnockOff.Add(settled);
        }
    }

    private static void Voucher(PaymentVoucher voucher, List<Row> rows)
    {
        voucher.PaymentMethod = rows[0]["Bank"];
        voucher.DocAmt = rows.Sum(row => row.Number("Amount"));
        foreach (var row in rows)
        {
            var line = new PaymentVoucherLine { Code = row["Account"], Description = row["Text"] };
            line.Amount = row.Number("Amount");
            voucher.SdsDocDetail.Add(line);
        }
    }
}

namespace Sqlacc.Tests;

internal static class Samples
{
    public static SalesInvoice Invoice(string number, string? reference = null)
    {
        var invoice = new SalesInvoice
        {
            DocNo = number,
            DocDate = new CalendarDate(2026, 1, 15),
            Code = "300-A0001",
            SdsDocDetail =
            {
                new()
                {
                    ItemCode = "ANT",
                    Qty = 2.00m,
                    UnitPrice = 10.50m,
                },
            },
        };
        if (reference != null)
        {
            invoice.DocRef1 = reference;
        }
        return invoice;
    }
}

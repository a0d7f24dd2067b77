using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sqlacc.Examples;

/// <summary>Customers of a CRM into the books: created when new, otherwise brought up to date.</summary>
public static class CrmCustomers
{
    public static async Task<Tally> RunAsync(
        SqlaccClient client,
        IReadOnlyList<Row> rows,
        CancellationToken cancellationToken
    )
    {
        var tally = new Tally();
        foreach (var row in rows)
        {
            var code = row["Code"]!;
            try
            {
                var stored = await client.Customers.FindAsync(
                    code: code,
                    cancellationToken: cancellationToken
                );
                if (stored is null)
                {
                    await client.Customers.CreateAsync(
                        Filled(new Customer { Code = code }, row),
                        cancellationToken: cancellationToken
                    );
                }
                // Customers have no update counter: read just before you write.
                var was = stored?.ToJson();
                var updated = stored != null && Filled(stored, row).ToJson() != was;
                if (updated)
                {
                    await client.Customers.UpdateAsync(
                        stored!,
                        cancellationToken: cancellationToken
                    );
                }
                tally.Add("customer", code, created: stored is null, updated);
            }
            catch (SqlaccException error)
            {
                tally.Fail("customer", code, error);
            }
        }
        return tally;
    }

    private static Customer Filled(Customer customer, Row row)
    {
        customer.CompanyName = row["Name"];
        customer.CreditTerm = row["Terms"];
        customer.Tin = row["TIN"];
        customer.IdType = 1; // the number is a business registration
        customer.IdNo = row["BRN"];
        var branch = customer.SdsBranch.FirstOrDefault(branch => branch.BranchName == "BILLING");
        if (branch is null)
        {
            branch = new Branch { BranchName = "BILLING" };
            customer.SdsBranch.Add(branch);
        }
        branch.Attention = row["Contact"];
        branch.Phone1 = row["Phone"];
        branch.Email = row["Email"];
        branch.Address1 = row["Address"];
        branch.Postcode = row["Postcode"];
        branch.City = row["City"];
        branch.State = row["State"];
        return customer;
    }
}

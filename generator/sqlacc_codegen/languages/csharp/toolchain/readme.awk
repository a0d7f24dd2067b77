# README.md to a C# program that runs every example of it against the fake server.
BEGIN {
    n = 0
    print "using System;\nusing System.IO;\nusing System.Linq;\nusing System.Text.Json.Nodes;\nusing System.Threading;\nusing System.Threading.Tasks;"
    print "using System.Net.Http;\nusing Sqlacc;\nusing Sqlacc.Testing;\n\nstatic class Readme\n{"
}
/^```csharp/ { inside = 1; n++; print "    static async Task Example" n "(SqlaccClient client, CancellationToken cancellationToken)\n    {"; next }
/^```/ && inside { inside = 0; print "        await Task.CompletedTask;\n    }\n"; next }
inside && /^using [A-Za-z.]+;/ { next }
inside { print "#line " NR " \"README.md\"\n        " $0 }
END {
    print "#line default\n    static async Task Main()\n    {"
    print "        Environment.SetEnvironmentVariable(\"SQLACC_ACCESS_KEY\", \"fake.sql.my/TEST\");"
    print "        Environment.SetEnvironmentVariable(\"SQLACC_SECRET_KEY\", \"fake\");"
    print "        Environment.SetEnvironmentVariable(\"SQLACC_BASE_URL\", \"http://127.0.0.1:9\");"
    print "        using var client = new FakeServer().CreateClient();"
    print "        var seed = new SalesInvoice { DocNo = \"SEED\", Code = \"c\", DocDate = new CalendarDate(2026, 1, 1), SdsDocDetail = { new() { Qty = 1 } } };"
    print "        await client.SalesInvoices.CreateAsync(seed);"
    for (i = 1; i <= n; i++) {
        print "        Console.WriteLine(\"README example " i "\");"
        # The first talks to the real service; it is compiled, and must fail to connect.
        if (i == 1) print "        try { await Example1(client, default); return; } catch (ConnectionException) { }"
        else print "        await Example" i "(client, default);"
    }
    print "    }\n}"
}

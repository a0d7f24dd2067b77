using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;

namespace Sqlacc.Driver;

/// <summary>The driver of the contract tests: commands as JSON lines on stdin, answers on stdout.</summary>
internal static class Program
{
    private static async Task<int> Main()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var input = new StreamReader(Console.OpenStandardInput(), utf8, false, 1 << 16);
        using var output = new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 16)
        {
            AutoFlush = false,
            NewLine = "\n",
        };
        // Whatever prints must not come between the answers.
        Console.SetOut(Console.Error);
        await new Protocol(input, output).RunAsync().ConfigureAwait(false);
        return 0;
    }
}

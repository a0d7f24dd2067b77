using System;
using System.IO;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>Runs the method of each sample that is named on a line of standard input.</summary>
public static class Player
{
    public static async Task Main()
    {
        var answers = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        while (Console.In.ReadLine() is { } name)
        {
            var said = new StringWriter();
            var error = "";
            Console.SetOut(said);
            try
            {
                var method = typeof(Samples).GetMethod(name.Trim().Replace('-', '_'))!;
                await (Task)method.Invoke(null, null)!;
            }
            catch (Exception thrown)
            {
                error = thrown.ToString();
            }
            var options = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            answers.WriteLine(JsonSerializer.Serialize(new { printed = said.ToString(), error }, options));
        }
    }
}

// Runs the NUnit tests of one assembly and prints what failed and a count.
using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

static class Runner
{
    // NUnit redirects the console while tests run.
    static TextWriter output = TextWriter.Null;

    sealed class Listener : ITestListener
    {
        public int Passed, Failed, Skipped;

        public void TestStarted(ITest test) { }

        public void TestFinished(ITestResult result)
        {
            var setUpFailed = result.ResultState.Status == TestStatus.Failed && result.ResultState.Site == FailureSite.SetUp;
            if (result.Test.IsSuite && !setUpFailed) return;
            switch (result.ResultState.Status)
            {
                case TestStatus.Passed: Passed++; break;
                case TestStatus.Failed:
                    Failed++;
                    output.WriteLine("FAIL " + result.FullName + "\n" + result.Message + "\n" + result.StackTrace);
                    break;
                default:
                    Skipped++;
                    output.WriteLine("skipped " + result.FullName + ": " + result.Message);
                    break;
            }
        }

        public void TestOutput(TestOutput output) { }

        public void SendMessage(TestMessage message) { }
    }

    static int Main(string[] args)
    {
        output = Console.Out;
        var assembly = Assembly.LoadFrom(Path.GetFullPath(args[0]));
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(assembly, new Dictionary<string, object>());
        var listener = new Listener();
        runner.Run(listener, TestFilter.Empty);
        output.WriteLine($"{listener.Passed} passed, {listener.Failed} failed, {listener.Skipped} skipped");
        return listener.Failed == 0 && listener.Passed > 0 ? 0 : 1;
    }
}

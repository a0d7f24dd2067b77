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
    sealed class Listener : ITestListener
    {
        public int Passed, Failed, Skipped;

        public void TestStarted(ITest test) { }

        public void TestFinished(ITestResult result)
        {
            if (result.Test.IsSuite && !(result.ResultState.Site == FailureSite.SetUp && result.ResultState.Status == TestStatus.Failed)) return;
            switch (result.ResultState.Status)
            {
                case TestStatus.Passed: Passed++; break;
                case TestStatus.Failed:
                    Failed++;
                    Console.WriteLine("FAIL " + result.FullName + "\n" + result.Message + "\n" + result.StackTrace);
                    break;
                default:
                    Skipped++;
                    Console.WriteLine("skipped " + result.FullName + ": " + result.Message);
                    break;
            }
        }

        public void TestOutput(TestOutput output) { }

        public void SendMessage(TestMessage message) { }
    }

    static int Main(string[] args)
    {
        var assembly = Assembly.LoadFrom(Path.GetFullPath(args[0]));
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(assembly, new Dictionary<string, object>());
        var listener = new Listener();
        runner.Run(listener, TestFilter.Empty);
        Console.WriteLine($"{listener.Passed} passed, {listener.Failed} failed, {listener.Skipped} skipped");
        return listener.Failed == 0 && listener.Passed > 0 ? 0 : 1;
    }
}

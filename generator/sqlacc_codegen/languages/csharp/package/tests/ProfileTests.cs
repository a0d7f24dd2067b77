using System;
using System.IO;
using NUnit.Framework;

namespace Sqlacc.Tests;

public class ProfileTests
{
    private string _file = "";

    [SetUp]
    public void Start() =>
        _file = Path.Combine(Path.GetTempPath(), $"sqlacc-{Guid.NewGuid():N}.ini");

    [TearDown]
    public void Stop() => File.Delete(_file);

    private void Write(
        string text,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite
    )
    {
        File.WriteAllText(_file, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_file, mode);
        }
    }

    [Test]
    public void ASectionIsAProfile()
    {
        Write(
            "# keys\n[demo]\naccess_key = a/B\nSECRET_KEY = s=:x\nregion=ap-southeast-1\nservice: execute-api\n"
        );
        var options = Profiles.FromFile("demo", _file);
        Assert.That(
            (options.Profile, options.AccessKey, options.Region, options.Service),
            Is.EqualTo(("demo", "a/B", "ap-southeast-1", "execute-api"))
        );
        Assert.That(
            () => Profiles.FromFile("live", _file),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("it has: demo")
        );
    }

    [TestCase("[demo]\naccess_key = a\n", "no secret_key")]
    [TestCase("[demo]\nSUPERSECRET\n", ":2: neither")]
    [TestCase("[demo]\naccess_key=a\nsecret_key=b\nsekret=c\n", "unknown setting sekret")]
    public void AFaultyFileIsToldWithoutItsSecrets(string text, string message)
    {
        Write(text);
        var error = Assert.Throws<ConfigurationException>(() => Profiles.FromFile("demo", _file))!;
        Assert.That(error.Message, Does.Contain(message).And.Not.Contain("SUPERSECRET"));
    }

    [Test]
    public void AFileThatOthersMayReadIsRefused()
    {
        Write("[demo]\n", UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.That(
            () => Profiles.FromFile("demo", _file),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("chmod 600")
        );
    }
}

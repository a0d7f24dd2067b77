using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace Sqlacc;

/// <summary>
/// Keys from outside the code. Demo and production share one host; the pair of keys decides which database is meant,
/// so the name of the profile stands in every error and log line. The file is INI, one section a profile:
/// <code>
/// [demo]
/// access_key = 0123456789abcdef0123456789abcdef.sql.my/APIUSER
/// secret_key = ...
/// ; optional: region, service, base_url, session_token
/// </code>
/// </summary>
public static class Profiles
{
    private static readonly string[] Settings =
    {
        "access_key",
        "secret_key",
        "region",
        "service",
        "base_url",
        "session_token",
    };

    /// <summary>
    /// The file with profiles: <c>$SQLACC_PROFILES</c>, else <c>sqlacc/profiles.ini</c> in the user's configuration
    /// folder (<c>~/.config</c>, <c>~/Library/Application Support</c> or <c>%APPDATA%</c>).
    /// </summary>
    public static string File
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (Variable("SQLACC_PROFILES") is { } path)
            {
                var isHome = path == "~" || (path[0] == '~' && path[1] is '/' or '\\');
                return isHome ? home + path.Substring(1) : path;
            }
            var folder =
                RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
                    ? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData)
                : RuntimeInformation.IsOSPlatform(OSPlatform.OSX)
                    ? Path.Combine(home, "Library", "Application Support")
                : Variable("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config");
            return Path.Combine(folder, "sqlacc", "profiles.ini");
        }
    }

    /// <summary>
    /// Keys of the environment: <c>SQLACC_ACCESS_KEY</c> and <c>SQLACC_SECRET_KEY</c> with <c>SQLACC_REGION</c>,
    /// <c>SQLACC_SERVICE</c> and <c>SQLACC_BASE_URL</c>; without them the profile that <c>SQLACC_PROFILE</c> names.
    /// </summary>
    /// <exception cref="ConfigurationException">There are no keys, or only one of the two.</exception>
    public static SqlaccOptions FromEnvironment()
    {
        var found = Settings.ToDictionary(
            name => name,
            name => Variable("SQLACC_" + name.ToUpperInvariant())
        );
        var label = Variable("SQLACC_PROFILE");
        if (found["access_key"] is null && found["secret_key"] is null)
        {
            return label is null
                ? throw new ConfigurationException(
                    $"no keys: set SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY, or SQLACC_PROFILE to name a section of {File}"
                )
                : FromFile(label);
        }
        if (found["access_key"] is null || found["secret_key"] is null)
        {
            throw new ConfigurationException(
                "only one of SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY is set"
            );
        }
        return Options(label ?? "environment", found);
    }

    /// <summary>A named profile of a file.</summary>
    /// <param name="name">The section.</param>
    /// <param name="path">The file; <see cref="File"/> when left out.</param>
    /// <exception cref="ConfigurationException">It cannot be read, others may read it too, or a part is missing.</exception>
    public static SqlaccOptions FromFile(string name, string? path = null)
    {
        path ??= File;
        string text;
        try
        {
            RefuseOpenDoors(path);
            text = System.IO.File.ReadAllText(
                path,
                new UTF8Encoding(false, throwOnInvalidBytes: true)
            );
        }
        catch (Exception error)
            when (error is IOException
                || error is UnauthorizedAccessException
                || error is DecoderFallbackException
            )
        {
            throw new ConfigurationException(
                $"profile {name}: {path} cannot be read: {error.GetType().Name}"
            );
        }
        var sections = Parse(path, text);
        if (!sections.TryGetValue(name, out var settings))
        {
            var known = sections.Count == 0 ? "none" : string.Join(", ", sections.Keys);
            throw new ConfigurationException($"profile {name}: not in {path}; it has: {known}");
        }
        var unknown = settings.Keys.Except(Settings).ToList();
        if (unknown.Count > 0)
        {
            throw new ConfigurationException(
                $"profile {name}: unknown setting {string.Join(", ", unknown)}"
            );
        }
        return Options(name, settings);
    }

    private static SqlaccOptions Options(string name, IReadOnlyDictionary<string, string?> settings)
    {
        string? Setting(string key) =>
            settings.TryGetValue(key, out var value) && value is { Length: > 0 } ? value : null;
        string Needed(string key) =>
            Setting(key) ?? throw new ConfigurationException($"profile {name}: no {key}");
        return new SqlaccOptions
        {
            Profile = name,
            AccessKey = Needed("access_key"),
            SecretKey = Needed("secret_key"),
            Region = Setting("region") ?? ServiceFacts.Region,
            Service = Setting("service") ?? ServiceFacts.Service,
            BaseUrl = Setting("base_url") ?? ServiceFacts.BaseUrl,
            SessionToken = Setting("session_token"),
        };
    }

    private static string? Head(string line) =>
        line.Length > 2
        && line[0] == '['
        && line[line.Length - 1] == ']'
        && line.Substring(1, line.Length - 2).Trim() is { Length: > 0 } head
            ? head
            : null;

    /// <summary>A name given twice could mean the keys of another company, so it is refused.</summary>
    private static Dictionary<string, Dictionary<string, string?>> Parse(string path, string text)
    {
        var sections = new Dictionary<string, Dictionary<string, string?>>(StringComparer.Ordinal);
        Dictionary<string, string?>? current = null;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim('\uFEFF', ' ', '\t', '\r', '\f', '\v');
            if (line.Length == 0 || line[0] == '#' || line[0] == ';')
            {
                continue;
            }
            var at = line.IndexOfAny(new[] { '=', ':' });
            string? wrong = null;
            if (Head(line) is { } head)
            {
                wrong = sections.ContainsKey(head) ? "the profile stands twice" : null;
                current = new Dictionary<string, string?>(StringComparer.Ordinal);
                sections[head] = current;
            }
            else if (current != null && at > 0)
            {
                var name = line.Substring(0, at).Trim().ToLowerInvariant();
                var value = line.Substring(at + 1).Trim();
                wrong =
                    current.ContainsKey(name) ? $"{name} stands twice"
                    : value.Length > 1
                    && value[0] is '"' or '\''
                    && value[0] == value[value.Length - 1]
                        ? "write values without quotes"
                    : null;
                current[name] = value;
            }
            else
            {
                wrong = "neither [profile] nor name = value";
            }
            if (wrong != null)
            {
                // The line itself may hold a key, so it is not quoted.
                throw new ConfigurationException($"{path}:{number}: {wrong}");
            }
        }
        return sections;
    }

    /// <summary>A file with secrets must not be open to others. On Windows the folder is the user's own.</summary>
    private static void RefuseOpenDoors(string path)
    {
#if NET8_0_OR_GREATER
        const UnixFileMode Others =
            UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite
            | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new ConfigurationException(
                $"{path} is open to other users; close it with: chmod 600 {path}"
            );
        }
#endif
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

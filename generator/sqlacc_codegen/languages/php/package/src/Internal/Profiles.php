<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\ConfigurationException;

/**
 * Named sets of keys and settings, from the environment or a file outside the code.
 *
 * @internal
 */
final class Profiles
{
    private const SETTINGS = ['access_key', 'secret_key', 'region', 'service', 'base_url', 'session_token'];

    /** @return array<string, string> access_key, secret_key, region, service, base_url, session_token: those that are set */
    public static function environment(): array
    {
        $found = [];
        foreach (self::SETTINGS as $name) {
            $value = getenv('SQLACC_' . strtoupper($name));
            if ($value !== false && $value !== '') {
                $found[$name] = $value;
            }
        }

        return $found;
    }

    /** @return array<string, string> a section of the file; others must not be able to read that file */
    public static function section(string $profile, ?string $file): array
    {
        $file ??= self::path();
        clearstatcache(true, $file);
        $text = is_file($file) ? @file_get_contents($file) : false;
        if ($text === false) {
            throw new ConfigurationException(sprintf('The profiles file "%s" cannot be read', $file));
        }
        if (DIRECTORY_SEPARATOR === '/' && (fileperms($file) & 0o077) !== 0) {
            throw new ConfigurationException(sprintf('"%s" holds secrets and others may read it: chmod 600 it', $file));
        }
        if (preg_match('//u', $text) !== 1) {
            throw new ConfigurationException(sprintf('The profiles file "%s" is not UTF-8', $file));
        }
        $sections = self::parse($text, $file);
        foreach (array_diff(array_keys($sections[$profile] ?? []), self::SETTINGS) as $unknown) {
            throw new ConfigurationException(sprintf('"%s", profile "%s": unknown setting %s', $file, $profile, $unknown));
        }

        return $sections[$profile] ?? throw new ConfigurationException(sprintf(
            '"%s" has no profile "%s"; it has: %s',
            $file,
            $profile,
            implode(', ', array_keys($sections)) ?: 'none',
        ));
    }

    private static function path(): string
    {
        $named = getenv('SQLACC_PROFILES');
        $home = (string) (getenv('HOME') ?: getenv('USERPROFILE'));
        if ($named !== false && $named !== '') {
            return preg_match('~^\~(?=[/\\\\]|$)~D', $named) === 1 ? $home . substr($named, 1) : $named;
        }

        return match (PHP_OS_FAMILY) {
            'Windows' => (getenv('APPDATA') ?: $home . '\AppData\Roaming') . '\sqlacc\profiles.ini',
            'Darwin' => $home . '/Library/Application Support/sqlacc/profiles.ini',
            default => (getenv('XDG_CONFIG_HOME') ?: $home . '/.config') . '/sqlacc/profiles.ini',
        };
    }

    /**
     * Not parse_ini_string, which gives a meaning to characters that keys may hold. A name given twice could mean the
     * keys of another company, so it is refused. No line is quoted: it may hold a key.
     *
     * @return array<string, array<string, string>>
     */
    private static function parse(string $text, string $file): array
    {
        $sections = [];
        $current = null;
        foreach (explode("\n", (string) preg_replace('/^\xEF\xBB\xBF/', '', $text)) as $number => $line) {
            $line = trim($line);
            if ($line === '' || $line[0] === '#' || $line[0] === ';') {
                continue;
            }
            $wrong = null;
            if (preg_match('/^\[\s*(\S|\S.*\S)\s*\]$/D', $line, $head) === 1) {
                $wrong = isset($sections[$head[1]]) ? 'the profile stands twice' : null;
                $current = $head[1];
                $sections[$current] = [];
            } elseif ($current !== null && preg_match('/^([^=:\s](?:[^=:]*[^=:\s])?)\s*[=:]\s*(.*)$/D', $line, $pair) === 1) {
                $name = strtolower($pair[1]);
                $wrong = match (true) {
                    isset($sections[$current][$name]) => "$name stands twice",
                    preg_match('/^(["\']).*\1$/D', $pair[2]) === 1 => 'write values without quotes',
                    default => null,
                };
                $sections[$current][$name] = $pair[2];
            } else {
                $wrong = 'neither [profile] nor name = value';
            }
            if ($wrong !== null) {
                throw new ConfigurationException(sprintf('"%s", line %d: %s', $file, $number + 1, $wrong));
            }
        }

        return $sections;
    }
}

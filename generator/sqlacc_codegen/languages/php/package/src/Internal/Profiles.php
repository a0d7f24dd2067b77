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
    /** @return array<string, string> access_key, secret_key, region, service, base_url, session_token: those that are set */
    public static function environment(): array
    {
        $found = [];
        foreach (['access_key', 'secret_key', 'region', 'service', 'base_url', 'session_token'] as $name) {
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
        $sections = self::parse($text, $file);

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
        if ($named !== false && $named !== '') {
            return $named;
        }
        $home = (string) (getenv('HOME') ?: getenv('USERPROFILE'));

        return match (PHP_OS_FAMILY) {
            'Windows' => (getenv('APPDATA') ?: $home . '\AppData\Roaming') . '\sqlacc\profiles.ini',
            'Darwin' => $home . '/Library/Application Support/sqlacc/profiles.ini',
            default => (getenv('XDG_CONFIG_HOME') ?: $home . '/.config') . '/sqlacc/profiles.ini',
        };
    }

    /**
     * Not parse_ini_string, which gives a meaning to characters that keys may hold.
     *
     * @return array<string, array<string, string>>
     */
    private static function parse(string $text, string $file): array
    {
        $sections = [];
        $current = null;
        foreach (preg_split('/\r?\n/', (string) preg_replace('/^\xEF\xBB\xBF/', '', $text)) ?: [] as $number => $line) {
            $line = trim($line);
            if ($line === '' || $line[0] === '#' || $line[0] === ';') {
                continue;
            }
            if (preg_match('/^\[(.+)\]$/D', $line, $head) === 1) {
                $current = trim($head[1]);
                $sections[$current] = [];
            } elseif ($current !== null && preg_match('/^([^=:]+?)\s*[=:]\s*(.*)$/D', $line, $pair) === 1) {
                $sections[$current][strtolower($pair[1])] = $pair[2];
            } else {
                $text = '"%s", line %d: neither [profile] nor name = value';
                throw new ConfigurationException(sprintf($text, $file, $number + 1));
            }
        }

        return $sections;
    }
}

<?php

declare(strict_types=1);

namespace SqlAcc;

use SqlAcc\Exception\ConfigurationException;
use SqlAcc\Internal\Profiles;
use SqlAcc\Internal\Secret;

/**
 * Where to call, as whom, and how patiently. The key pair decides on the company: demo and production share one host.
 *
 * Keys belong into the environment or a profile file, never into code: see `fromEnvironment` and `fromProfile`.
 */
final class Config
{
    public readonly Secret $accessKey;
    public readonly Secret $secretKey;
    public readonly ?Secret $sessionToken;
    public readonly string $origin;
    public readonly string $prefix;

    public function __construct(
        #[\SensitiveParameter]
        string $accessKey,
        #[\SensitiveParameter]
        string $secretKey,
        public readonly string $baseUrl = Facts::BASE_URL,
        /** SigV4 region; the older pair is `ap-southeast-1` with service `execute-api`. */
        public readonly string $region = Facts::REGION,
        /** SigV4 service name. */
        public readonly string $service = Facts::SERVICE,
        /** Name of the profile; it stands in errors and logs. */
        public readonly string $profile = '',
        /** Seconds for one request, from connecting to the last byte. */
        public readonly float $timeout = 60.0,
        /** Seconds for connecting. */
        public readonly float $connectTimeout = 10.0,
        public readonly RetryPolicy $retry = new RetryPolicy(),
        /** Check records before they are sent? */
        public readonly bool $validate = true,
        /** Put before this package's own words in the User-Agent header. */
        public readonly string $userAgent = '',
        /** Goes with temporary keys. */
        #[\SensitiveParameter]
        string $sessionToken = '',
    ) {
        $this->accessKey = new Secret(self::key($accessKey, 'access key'));
        $this->secretKey = new Secret(self::key($secretKey, 'secret key'));
        $this->sessionToken = $sessionToken === '' ? null : new Secret(self::key($sessionToken, 'session token'));
        $parts = parse_url($baseUrl);
        if ($parts === false || !in_array($parts['scheme'] ?? '', ['http', 'https'], true) || ($parts['host'] ?? '') === '') {
            throw new ConfigurationException(sprintf('"%s" is not the address of an API; it reads https://host', $baseUrl));
        }
        if (isset($parts['user']) || isset($parts['pass']) || isset($parts['query']) || isset($parts['fragment'])) {
            throw new ConfigurationException('The base address holds a user, query or fragment');
        }
        $port = $parts['port'] ?? null;
        $usual = $parts['scheme'] === 'http' ? 80 : 443;
        $this->origin = $parts['scheme'] . '://' . strtolower($parts['host']) . ($port === null || $port === $usual ? '' : ':' . $port);
        $this->prefix = rtrim($parts['path'] ?? '', '/');
        if (preg_match('/^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\n[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/D', "$region\n$service") !== 1) {
            throw new ConfigurationException(sprintf('"%s" and "%s" are no region and service', $region, $service));
        }
        if ($timeout <= 0 || $connectTimeout <= 0) {
            throw new ConfigurationException('Time limits are above zero');
        }
        if (preg_match('/[\r\n]/', $userAgent . $profile . $region . $service) === 1) {
            throw new ConfigurationException('Settings hold no line breaks');
        }
    }

    /** From SQLACC_ACCESS_KEY, SQLACC_SECRET_KEY and, if set, SQLACC_BASE_URL, SQLACC_REGION, SQLACC_SERVICE. */
    public static function fromEnvironment(): self
    {
        $profile = getenv('SQLACC_PROFILE') ?: '';
        $settings = Profiles::environment();
        if ($profile !== '' && !isset($settings['access_key']) && !isset($settings['secret_key'])) {
            return self::fromProfile($profile);
        }

        return self::fromSettings($settings, $profile ?: 'environment', 'SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY are not set');
    }

    /**
     * From a section of a profiles file, which only you can read:
     *
     *     [demo]
     *     access_key = ...
     *     secret_key = ...
     *
     * @param string|null $file when left out: SQLACC_PROFILES, else `~/.config/sqlacc/profiles.ini`
     */
    public static function fromProfile(string $profile, ?string $file = null): self
    {
        $missing = sprintf('Profile "%s" lacks access_key or secret_key', $profile);

        return self::fromSettings(Profiles::section($profile, $file), $profile, $missing);
    }

    /** Host and port as in the Host header. */
    public function host(): string
    {
        return substr($this->origin, (int) strpos($this->origin, '://') + 3);
    }

    /** @param array<string, string> $settings */
    private static function fromSettings(#[\SensitiveParameter] array $settings, string $profile, string $missing): self
    {
        if (($settings['access_key'] ?? '') === '' || ($settings['secret_key'] ?? '') === '') {
            throw new ConfigurationException($missing);
        }

        return new self(
            $settings['access_key'],
            $settings['secret_key'],
            ($settings['base_url'] ?? '') ?: Facts::BASE_URL,
            ($settings['region'] ?? '') ?: Facts::REGION,
            ($settings['service'] ?? '') ?: Facts::SERVICE,
            $profile,
            sessionToken: $settings['session_token'] ?? '',
        );
    }

    private static function key(#[\SensitiveParameter] string $key, string $what): string
    {
        if (preg_match('/^[!-~](?:[ -~]*[!-~])?$/D', $key) !== 1 || ($what === 'access key' && str_contains($key, ' '))) {
            throw new ConfigurationException(sprintf('The %s is empty or holds characters that no key has', $what));
        }

        return $key;
    }
}

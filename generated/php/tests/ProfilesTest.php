<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use SqlAcc\Config;
use SqlAcc\Exception\ConfigurationException;
use SqlAcc\Facts;

final class ProfilesTest extends ClientTestCase
{
    private string $file = '';

    protected function setUp(): void
    {
        parent::setUp();
        $this->file = tempnam(sys_get_temp_dir(), 'sqlacc') ?: self::fail('no temporary file');
        file_put_contents($this->file, <<<'INI'
            ; keys of two companies
            [demo]
            access_key = 0123.sql.my/APIUSER
            secret_key = a;b"c=d #e

            [live]
            access_key: K
            SECRET_KEY: S
            base_url = http://127.0.0.1:8080/api/
            region = ap-southeast-1
            service = execute-api

            [half]
            access_key = K
            INI);
        chmod($this->file, 0o600);
    }

    protected function tearDown(): void
    {
        unlink($this->file);
        foreach (['SQLACC_ACCESS_KEY', 'SQLACC_SECRET_KEY', 'SQLACC_PROFILE', 'SQLACC_PROFILES'] as $name) {
            putenv($name);
        }
    }

    public function testAProfileOfAFile(): void
    {
        $demo = Config::fromProfile('demo', $this->file);
        self::assertSame('a;b"c=d #e', $demo->secretKey->reveal());
        self::assertSame([Facts::BASE_URL, 'demo'], [$demo->baseUrl, $demo->profile]);

        $live = Config::fromProfile('live', $this->file);
        self::assertSame(['127.0.0.1:8080', '/api', 'execute-api'], [$live->host(), $live->prefix, $live->service]);
        $this->fake->json(['code' => 'A']);
        $this->fake->client($live)->agents->get('A');
        self::assertSame('http://127.0.0.1:8080/api/agent/A', $this->fake->requests[0]->url());
    }

    public function testTheEnvironment(): void
    {
        putenv('SQLACC_PROFILES=' . $this->file);
        putenv('SQLACC_PROFILE=live');
        self::assertSame('live', Config::fromEnvironment()->profile);
        putenv('SQLACC_ACCESS_KEY=E');
        putenv('SQLACC_SECRET_KEY=F');
        self::assertSame('E', Config::fromEnvironment()->accessKey->reveal());
    }

    public function testWhatIsWrongIsSaid(): void
    {
        $wrong = [
            'it has: demo, live, half' => fn() => Config::fromProfile('other', $this->file),
            'lacks access_key or secret_key' => fn() => Config::fromProfile('half', $this->file),
            'cannot be read' => fn() => Config::fromProfile('demo', $this->file . '-not'),
            'are not set' => static fn() => Config::fromEnvironment(),
            'not the address of an API' => static fn() => new Config('K', 'S', 'ftp://x'),
            'access key' => static fn() => new Config('', 'S'),
        ];
        foreach ($wrong as $words => $call) {
            self::assertStringContainsString($words, self::thrown(ConfigurationException::class, $call)->getMessage());
        }
        if (DIRECTORY_SEPARATOR === '/') {
            chmod($this->file, 0o644);
            $call = fn() => Config::fromProfile('demo', $this->file);
            self::assertStringContainsString('chmod 600', self::thrown(ConfigurationException::class, $call)->getMessage());
        }
    }
}

<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use SqlAcc\Exception\ConnectionException;
use SqlAcc\Http\CurlTransport;
use SqlAcc\Http\Limits;
use SqlAcc\Http\Request;
use SqlAcc\Http\Response;

final class CurlTransportTest extends ClientTestCase
{
    /** @var resource|null */
    private $server = null;

    /** @var array<int, resource> */
    private array $pipes = [];

    private string $origin = '';

    protected function setUp(): void
    {
        parent::setUp();
        if (!\extension_loaded('curl')) {
            self::markTestSkipped('this PHP has no ext-curl');
        }
        $this->server = proc_open([PHP_BINARY, __DIR__ . '/server.php'], [1 => ['pipe', 'w']], $this->pipes) ?: null;
        $this->origin = 'http://127.0.0.1:' . trim((string) fgets($this->pipes[1]));
    }

    protected function tearDown(): void
    {
        if ($this->server !== null) {
            proc_terminate($this->server);
            proc_close($this->server);
        }
    }

    private function send(CurlTransport $transport, string $method, string $path): Response
    {
        $body = $method === 'GET' ? null : '{}';

        return $transport->send(new Request($method, $this->origin, $path, ['Content-Type' => 'a/b'], $body), new Limits(1.0, 2.0));
    }

    public function testThePathGoesOutAsItWasSigned(): void
    {
        $answer = $this->send(new CurlTransport(), 'GET', "/a/./b/../*?x=%2A'(~)*");
        self::assertSame("/a/./b/../*?x=%2A'(~)*", $answer->header('X-Path'));
    }

    /** @dataProvider broken */
    public function testABrokenWriteIsDeliveredOnceAndCountsAsSent(string $path): void
    {
        $transport = new CurlTransport();
        $this->send($transport, 'GET', '/fine');
        $error = self::thrown(ConnectionException::class, fn() => $this->send($transport, 'POST', $path));
        self::assertTrue($error->sent);
        $this->send($transport, 'GET', '/fine');
        self::assertSame(['GET', 'POST', 'GET'], [$this->method(), $this->method(), $this->method()]);
    }

    /** @return list<list<string>> */
    public static function broken(): array
    {
        return [['/silent'], ['/garbage'], ['/cut']];
    }

    public function testARefusedConnectionWasNotSent(): void
    {
        $this->origin = 'http://127.0.0.1:9';
        $error = self::thrown(ConnectionException::class, fn() => $this->send(new CurlTransport(), 'POST', '/'));
        self::assertFalse($error->sent);
    }

    private function method(): string
    {
        return trim((string) fgets($this->pipes[1]));
    }
}

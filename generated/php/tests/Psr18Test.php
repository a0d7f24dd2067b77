<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use Nyholm\Psr7\Factory\Psr17Factory;
use Nyholm\Psr7\Response;
use Psr\Http\Client\ClientInterface;
use Psr\Http\Client\NetworkExceptionInterface;
use Psr\Http\Message\RequestInterface;
use Psr\Http\Message\ResponseInterface;
use SqlAcc\Client;
use SqlAcc\Config;
use SqlAcc\Exception\AmbiguousWriteException;
use SqlAcc\Record\Agent;

final class Psr18Test extends ClientTestCase
{
    private ?RequestInterface $sent = null;

    public function testTheRequestIsSentAsItWasSigned(): void
    {
        $client = $this->clientOn(static fn(): ResponseInterface => new Response(200, ['X-A' => ['1', '2']], "%PDF-1.4\n%%EOF"));
        $client->salesInvoices->pdf(35, 'Sales Invoice 8 (SST 1)');

        self::assertSame('application/pdf;template=Sales Invoice 8 (SST 1)', $this->sent?->getHeaderLine('Content-Type'));
        self::assertStringStartsWith('AWS4-HMAC-SHA256 Credential=K/', (string) $this->sent?->getHeaderLine('Authorization'));

        $client = $this->clientOn(static fn(): ResponseInterface => new Response(200, [], '{"data":[]}'));
        $client->salesInvoices->find(docNo: "A*~'(漢) &");
        self::assertSame('/salesinvoice/*?docno=A*~%27%28%E6%BC%A2%29%20%26', $this->sent?->getRequestTarget());
    }

    public function testANetworkFailureOfAWriteIsAmbiguous(): void
    {
        $client = $this->clientOn(static fn(RequestInterface $request) => throw new class ($request) extends \RuntimeException implements NetworkExceptionInterface {
            public function __construct(private readonly RequestInterface $request)
            {
                parent::__construct('connection reset');
            }

            public function getRequest(): RequestInterface
            {
                return $this->request;
            }
        });
        self::thrown(AmbiguousWriteException::class, static fn() => $client->agents->create(new Agent(code: 'A', description: 'x')));
    }

    /** @param \Closure(RequestInterface): ResponseInterface $answer */
    private function clientOn(\Closure $answer): Client
    {
        $note = function (RequestInterface $request) use ($answer): ResponseInterface {
            $this->sent = $request;

            return $answer($request);
        };
        $http = new class ($note) implements ClientInterface {
            public function __construct(private readonly \Closure $answer) {}

            public function sendRequest(RequestInterface $request): ResponseInterface
            {
                return ($this->answer)($request);
            }
        };
        $factory = new Psr17Factory();

        return new Client(new Config('K', 'S', 'https://fake.invalid'), $http, $factory, $factory, sleep: static function (): void {});
    }
}

<?php

declare(strict_types=1);

namespace SqlAcc\Testing;

use SqlAcc\Client;
use SqlAcc\Config;
use SqlAcc\Exception\TransportException;
use SqlAcc\Http\Limits;
use SqlAcc\Http\Request;
use SqlAcc\Http\Response;
use SqlAcc\Http\Transport;
use SqlAcc\Internal\Json;

/**
 * For your own tests: answers without a network, and keeps what was asked.
 *
 *     $fake = new FakeTransport();
 *     $fake->json(['data' => [['code' => 'FF', 'description' => 'Fong']]]);
 *     $agents = $fake->client()->agents->list();
 *     self::assertSame('GET /agent?offset=0&limit=50', $fake->seen()[0]);
 */
final class FakeTransport implements Transport
{
    /** @var list<Request> every request so far, signed, as it would have been sent */
    public array $requests = [];

    /** @var list<float> every pause so far, in seconds; none is really waited */
    public array $pauses = [];

    /** @var list<Response|TransportException|\Closure(Request): Response> */
    private array $answers = [];

    /** The next answer, as JSON. */
    public function json(mixed $body, int $status = 200): self
    {
        return $this->answer($status, Json::encode($body), ['content-type' => 'application/json']);
    }

    /** @param array<string, string> $headers by lower-case name */
    public function answer(int $status, string $body = '', array $headers = []): self
    {
        $this->answers[] = new Response($status, $headers, $body);

        return $this;
    }

    /** The next request fails so. */
    public function fail(TransportException $failure): self
    {
        $this->answers[] = $failure;

        return $this;
    }

    /** @param \Closure(Request): Response $answer decides when the request comes */
    public function with(\Closure $answer): self
    {
        $this->answers[] = $answer;

        return $this;
    }

    /** A client on this transport, with keys that open nothing and pauses that take no time. */
    public function client(?Config $config = null): Client
    {
        return new Client(
            $config ?? new Config('FAKEKEY', 'fake-secret', 'https://fake.invalid'),
            transport: $this,
            sleep: function (float $seconds): void {
                $this->pauses[] = $seconds;
            },
        );
    }

    /** @return list<string> method and target of each request */
    public function seen(): array
    {
        return array_map(static fn(Request $request): string => $request->method . ' ' . $request->target, $this->requests);
    }

    /** The JSON body of a request: objects as stdClass, numbers that PHP would spoil as Number. */
    public function body(int $index): mixed
    {
        return Json::decode($this->requests[$index]->body ?? '');
    }

    public function send(Request $request, Limits $limits): Response
    {
        $this->requests[] = $request;
        $answer = array_shift($this->answers);

        return match (true) {
            $answer === null => throw new \LogicException("No answer is prepared for {$request->method} {$request->target}"),
            $answer instanceof TransportException => throw $answer,
            $answer instanceof \Closure => $answer($request),
            default => $answer,
        };
    }
}

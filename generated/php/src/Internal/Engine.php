<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use Psr\Log\LoggerInterface;
use SqlAcc\Attempt;
use SqlAcc\Config;
use SqlAcc\Exception\AmbiguousWriteException;
use SqlAcc\Exception\CancelledException;
use SqlAcc\Exception\TransportException;
use SqlAcc\Facts;
use SqlAcc\Http\Limits;
use SqlAcc\Http\Request;
use SqlAcc\Http\Response;
use SqlAcc\Http\RetryAfter;
use SqlAcc\Http\Transport;
use SqlAcc\Options;

/**
 * A call to an answer: signs, sends, and tries again where nothing can have been processed.
 *
 * @internal
 */
final class Engine
{
    /** Answers to a read that are worth another try; a write was only surely refused by 429. */
    private const PASSING = [429, 502, 503, 504];

    private readonly Signer $signer;

    /** @param (\Closure(Attempt): void)|null $hook */
    public function __construct(
        public readonly Config $config,
        private readonly Transport $transport,
        public readonly Time $time,
        private readonly ?LoggerInterface $logger = null,
        private readonly ?\Closure $hook = null,
    ) {
        $this->signer = new Signer($config->accessKey, $config->secretKey, $config->region, $config->service);
    }

    /**
     * The answer of the API, whatever its status; `Errors` and `Answers` read it.
     *
     * @param string $target encoded path and query below the base address
     * @throws TransportException|AmbiguousWriteException|CancelledException
     */
    public function send(
        string $method,
        string $target,
        ?string $body = null,
        ?Options $options = null,
        string $accept = 'application/json',
        ?string $contentType = null,
    ): Response {
        $attempts = $options?->attempts ?? $this->config->retry->attempts;
        $contentType ??= $body === null ? null : 'application/json';
        $deadline = $options?->deadline === null ? INF : microtime(true) + $options->deadline;
        for ($number = 1; ; $number++) {
            $this->stopIfCancelled($options, "$method $target");
            $request = $this->request($method, $target, $body, $options, $accept, $contentType);
            try {
                $response = $this->attempt($request, $number, $options, $deadline);
                $again = in_array($response->status, $request->isRead() ? self::PASSING : [429], true);
                $pause = $this->config->retry->pause($number, RetryAfter::seconds($response, $this->time->now()));
                if (!$again || $number >= $attempts || microtime(true) + $pause > $deadline) {
                    return $this->definite($request, $response);
                }
            } catch (TransportException $failure) {
                if ($failure->sent && !$request->isRead()) {
                    throw $this->ambiguous($request, $failure->getMessage(), $failure);
                }
                $pause = $this->config->retry->pause($number);
                if ($number >= $attempts || microtime(true) + $pause > $deadline) {
                    throw $failure;
                }
            } catch (CancelledException $failure) {
                throw $failure->sent && !$request->isRead()
                    ? $this->ambiguous($request, $failure->getMessage(), $failure)
                    : $failure;
            }
            $this->tell('pause', $request, $number, null, null, $pause);
            $this->time->sleep($pause, $options?->cancelled);
        }
    }

    /** What was asked, for messages: method, path and profile, never a key or a body. */
    public function summary(string $method, string $target): string
    {
        return $method . ' ' . $target . ($this->config->profile === '' ? '' : ' (profile ' . $this->config->profile . ')');
    }

    private function request(
        string $method,
        string $target,
        ?string $body,
        ?Options $options,
        string $accept,
        ?string $contentType,
    ): Request {
        $target = $this->config->prefix . $target;
        $signed = ['Host' => $this->config->host()] + ($contentType === null ? [] : ['Content-Type' => $contentType]);
        if ($this->config->sessionToken !== null) {
            $signed['X-Amz-Security-Token'] = $this->config->sessionToken->reveal();
        }
        $signature = $this->signer->sign($method, $target, $signed, $body ?? '', $this->time->now());
        $agent = trim($this->config->userAgent . ' sqlacc-php/' . Facts::CLIENT_VERSION);
        $headers = $signature->headers + ['Accept' => $accept, 'User-Agent' => $agent] + ($options->headers ?? []);

        return new Request($method, $this->config->origin, $target, $headers, $body);
    }

    private function attempt(Request $request, int $number, ?Options $options, float $deadline): Response
    {
        $total = max(0.001, min($options?->timeout ?? $this->config->timeout, $deadline - microtime(true)));
        $limits = new Limits(min($total, $this->config->connectTimeout), $total, $options?->cancelled, $number > 1);
        $this->tell('request', $request, $number);
        $start = microtime(true);
        try {
            $response = $this->transport->send($request, $limits);
        } catch (TransportException|CancelledException $failure) {
            $this->tell('failure', $request, $number, null, $failure->kind(), microtime(true) - $start);
            throw $failure;
        }
        $this->tell('response', $request, $number, $response->status, null, microtime(true) - $start);

        return $response->hiding($this->config->secretKey, $this->config->sessionToken);
    }

    /** A write that the server neither confirmed nor clearly refused is ambiguous. */
    private function definite(Request $request, Response $response): Response
    {
        if ($request->isRead() || $response->status < 500) {
            return $response;
        }
        if (Errors::isDefinite($response)) {
            return $response;
        }
        throw $this->ambiguous($request, sprintf('the server answered %d', $response->status));
    }

    private function ambiguous(Request $request, string $why, ?\Throwable $previous = null): AmbiguousWriteException
    {
        $what = $this->summary($request->method, $request->target);
        $why = str_replace("{$request->method} {$request->target}: ", '', $why);

        return new AmbiguousWriteException("$what: it is not known whether this was booked: $why", 0, $previous);
    }

    private function stopIfCancelled(?Options $options, string $what): void
    {
        if ($options?->cancelled !== null && ($options->cancelled)()) {
            throw new CancelledException("$what: cancelled before it was sent");
        }
    }

    private function tell(
        string $event,
        Request $request,
        int $number,
        ?int $status = null,
        ?string $error = null,
        float $seconds = 0.0,
    ): void {
        $attempt = new Attempt($event, $request->method, $request->target, $number, $status, $error, $seconds, $this->config->profile);
        if ($this->hook !== null) {
            ($this->hook)($attempt);
        }
        if ($this->logger !== null && $event !== 'request') {
            $level = $event === 'response' ? 'debug' : 'warning';
            $this->logger->log($level, 'sqlacc {event}: {method} {target}', get_object_vars($attempt));
        }
    }
}

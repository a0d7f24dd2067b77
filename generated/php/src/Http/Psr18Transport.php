<?php

declare(strict_types=1);

namespace SqlAcc\Http;

use Psr\Http\Client\ClientExceptionInterface;
use Psr\Http\Client\ClientInterface;
use Psr\Http\Client\RequestExceptionInterface;
use Psr\Http\Message\RequestFactoryInterface;
use Psr\Http\Message\StreamFactoryInterface;
use SqlAcc\Exception\ConfigurationException;
use SqlAcc\Exception\ConnectionException;

/**
 * Any PSR-18 client with PSR-17 factories.
 *
 * PSR-18 knows no time limits: set them on the client itself. Nor does it tell whether bytes left before a failure, so
 * every failure of a write counts as ambiguous. The client must not follow redirects or repeat requests.
 */
final class Psr18Transport implements Transport
{
    public function __construct(
        private readonly ClientInterface $client,
        private readonly RequestFactoryInterface $requests,
        private readonly StreamFactoryInterface $streams,
    ) {}

    public function send(Request $request, Limits $limits): Response
    {
        $message = $this->requests->createRequest($request->method, $request->url());
        if ($message->getRequestTarget() !== $request->target) {
            throw new ConfigurationException(sprintf(
                'The PSR-17 factory changes the address that was signed: "%s" became "%s"',
                $request->target,
                $message->getRequestTarget(),
            ));
        }
        foreach ($request->headers as $name => $value) {
            $message = $message->withHeader($name, $value);
        }
        if ($request->body !== null) {
            $message = $message->withBody($this->streams->createStream($request->body));
        }
        try {
            $answer = $this->client->sendRequest($message);
            $body = (string) $answer->getBody();
        } catch (ClientExceptionInterface $error) {
            $unsent = $error instanceof RequestExceptionInterface;
            throw new ConnectionException($request->method . ' ' . $request->target . ': ' . $error->getMessage(), !$unsent, $error);
        } catch (\RuntimeException $error) {
            throw new ConnectionException($request->method . ' ' . $request->target . ': ' . $error->getMessage(), true, $error);
        }
        $headers = [];
        foreach ($answer->getHeaders() as $name => $values) {
            $headers[strtolower((string) $name)] = implode(', ', $values);
        }

        return new Response($answer->getStatusCode(), $headers, $body);
    }
}

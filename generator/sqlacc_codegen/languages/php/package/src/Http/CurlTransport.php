<?php

declare(strict_types=1);

namespace SqlAcc\Http;

use SqlAcc\Exception\CancelledException;
use SqlAcc\Exception\ConfigurationException;
use SqlAcc\Exception\ConnectionException;
use SqlAcc\Exception\TimeoutException;
use SqlAcc\Exception\TransportException;
use SqlAcc\Internal\Parallel;
use SqlAcc\Internal\Time;

/** The built-in transport, on ext-curl. It knows whether bytes left, and waits together with others in a Parallel. */
final class CurlTransport implements Transport
{
    /** @var list<\CurlHandle> idle handles; each keeps its connection open */
    private array $idle = [];

    /** Keeps the connections of calls that can be cancelled. */
    private ?\CurlMultiHandle $multi = null;

    /** @param array<int, mixed> $options further CURLOPT_* options: a proxy, a CA file */
    public function __construct(private readonly array $options = [])
    {
        if (!\extension_loaded('curl')) {
            throw new ConfigurationException('ext-curl is not loaded; install it or give a PSR-18 client');
        }
    }

    public function send(Request $request, Limits $limits): Response
    {
        $handle = array_pop($this->idle) ?? curl_init();
        curl_reset($handle);
        $headers = [];
        curl_setopt_array($handle, $this->setup($request, $limits, $headers) + $this->options);
        $parallel = Parallel::current();
        if ($parallel !== null) {
            $error = $parallel->transfer($handle);
        } elseif ($limits->cancelled !== null) {
            $error = $this->glancing($handle);
        } else {
            curl_exec($handle);
            $error = curl_errno($handle);
        }
        if ($error !== CURLE_OK) {
            throw $this->failure($request, $handle, $error);
        }
        $response = new Response(
            (int) curl_getinfo($handle, CURLINFO_RESPONSE_CODE),
            $headers,
            (string) curl_multi_getcontent($handle),
        );
        $this->idle[] = $handle;

        return $response;
    }

    /** As curl_exec, which asks whether the call is cancelled only once a second while nothing arrives. */
    private function glancing(\CurlHandle $handle): int
    {
        $multi = $this->multi ??= curl_multi_init();
        curl_multi_add_handle($multi, $handle);
        do {
            curl_multi_exec($multi, $running);
            if ($running > 0) {
                curl_multi_select($multi, Time::GLANCE);
            }
        } while ($running > 0);
        $done = curl_multi_info_read($multi);
        curl_multi_remove_handle($multi, $handle);

        return $done === false ? CURLE_ABORTED_BY_CALLBACK : $done['result'];
    }

    /**
     * @param array<string, string> $headers filled while the answer arrives
     * @return array<int, mixed>
     */
    private function setup(Request $request, Limits $limits, array &$headers): array
    {
        $lines = ['Expect:'];
        foreach ($request->headers + ['Content-Type' => ''] as $name => $value) {
            $lines[] = $value === '' ? $name . ':' : $name . ': ' . $value;
        }

        return [
            CURLOPT_URL => $request->url(),
            CURLOPT_CUSTOMREQUEST => $request->method,
            CURLOPT_HTTPHEADER => $lines,
            CURLOPT_PATH_AS_IS => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_CONNECTTIMEOUT_MS => (int) ceil($limits->connect * 1000),
            CURLOPT_TIMEOUT_MS => (int) ceil($limits->total * 1000),
            CURLOPT_NOSIGNAL => true,
            CURLOPT_RETURNTRANSFER => true,
            // On a kept connection that died, curl sends the request again by itself: a write must not be, and an
            // attempt is counted.
            CURLOPT_FRESH_CONNECT => $limits->fresh || !$request->isRead(),
            CURLOPT_NOPROGRESS => $limits->cancelled === null,
            CURLOPT_PROGRESSFUNCTION => static fn(): int => $limits->cancelled !== null && ($limits->cancelled)() ? 1 : 0,
            CURLOPT_HEADERFUNCTION => static function ($_, string $line) use (&$headers): int {
                $parts = explode(':', $line, 2);
                if (count($parts) === 2) {
                    $headers[strtolower(trim($parts[0]))] = trim($parts[1]);
                } elseif (str_starts_with($line, 'HTTP/')) {
                    $headers = [];
                }

                return strlen($line);
            },
        ] + ($request->body === null ? [] : [CURLOPT_POSTFIELDS => $request->body]);
    }

    private function failure(Request $request, \CurlHandle $handle, int $error): TransportException|CancelledException
    {
        $sent = (int) curl_getinfo($handle, CURLINFO_REQUEST_SIZE) > 0;
        $text = sprintf('%s %s: %s', $request->method, $request->target, curl_error($handle) ?: (string) curl_strerror($error));

        return match ($error) {
            CURLE_ABORTED_BY_CALLBACK => new CancelledException($text, $sent),
            CURLE_OPERATION_TIMEDOUT => new TimeoutException($text, $sent),
            default => new ConnectionException($text, $sent),
        };
    }
}

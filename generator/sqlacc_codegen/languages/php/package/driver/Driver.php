<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

use SqlAcc\Attempt;
use SqlAcc\Client;
use SqlAcc\Config;
use SqlAcc\Exception\AmbiguousWriteException;
use SqlAcc\Exception\ApiException;
use SqlAcc\Exception\SqlAccException;
use SqlAcc\Exception\StaleRecordException;
use SqlAcc\Exception\UsageException;
use SqlAcc\Exception\ValidationException;
use SqlAcc\Facts;
use SqlAcc\Http\CurlTransport;
use SqlAcc\Http\Response;
use SqlAcc\Http\Transport;
use SqlAcc\Internal\Json;
use SqlAcc\Internal\Secret;
use SqlAcc\Internal\Signer;
use SqlAcc\Options;
use SqlAcc\RetryPolicy;

/** One message of the protocol to one answer. */
final class Driver
{
    private ?\stdClass $settings = null;

    private ?Client $client = null;

    private ?Client $builder = null;

    private readonly Captured $captured;

    /** @var list<array<string, mixed>> */
    private array $events = [];

    private ?Cancelling $cancelling = null;

    public function __construct(private readonly Lines $lines)
    {
        $this->captured = new Captured();
    }

    public function answer(string $line): string
    {
        $this->events = [];
        $this->cancelling = null;
        $seq = [];
        try {
            $message = Json::decode($line);
            if (!$message instanceof \stdClass) {
                throw new UsageException('A message is a JSON object');
            }
            $seq = isset($message->seq) ? ['seq' => $message->seq] : [];
            $answer = $this->dispatch($message);
        } catch (\JsonException $error) {
            $answer = self::error(new UsageException('A message is JSON: ' . $error->getMessage()));
        } catch (SqlAccException $error) {
            $answer = self::error($error);
        } catch (\TypeError|\ErrorException $error) { // a type that the client's methods do not take
            $answer = self::error(new UsageException($error->getMessage()));
        }
        $events = $this->events === [] ? [] : ['events' => $this->events];

        return Json::encode($seq + $answer + $events);
    }

    /** @return array<string, mixed> */
    private function dispatch(\stdClass $message): array
    {
        return match ($message->cmd ?? null) {
            'start' => ['ok' => self::start()],
            'config' => ['ok' => $this->configure($message)],
            'profile' => ['value' => self::profile($message)],
            'call' => ['value' => $this->call($message)],
            'cancel' => ['value' => null], // whom it ends has seen it before it came here
            'build' => ['value' => $this->build($message)],
            'parse' => ['value' => $this->parse($message)],
            'sign' => ['value' => $this->sign($message)],
            default => throw new UsageException('Unknown command'),
        };
    }

    /** @return array<string, mixed> */
    private static function start(): array
    {
        return [
            'protocol' => 1,
            'client' => 'sqlacc/client',
            'client_version' => Facts::CLIENT_VERSION,
            'language' => 'php',
            'runtime' => 'PHP ' . PHP_VERSION,
            'spec_version' => Facts::SPEC_VERSION,
            'spec_sha256' => Facts::SPEC_SHA256,
            'operations' => Operations::names(),
            'features' => ['cancel', 'cancel_request', 'concurrency', 'profiles'],
        ];
    }

    /**
     * The settings that an environment and a name lead to; secrets as digests.
     *
     * @return array<string, string>
     */
    private static function profile(\stdClass $message): array
    {
        foreach (array_keys(getenv()) as $name) {
            if (str_starts_with($name, 'SQLACC_') || $name === 'XDG_CONFIG_HOME') {
                putenv($name);
            }
        }
        foreach ((array) $message->environment as $name => $value) {
            putenv("$name=$value");
        }
        $name = $message->name ?? null;
        $config = is_string($name) ? Config::fromProfile($name) : Config::fromEnvironment();

        return [
            'profile' => $config->profile,
            'access_key' => $config->accessKey->reveal(),
            'secret_sha256' => hash('sha256', $config->secretKey->reveal() . "\n" . $config->sessionToken?->reveal()),
            'region' => $config->region,
            'service' => $config->service,
            'base_url' => $config->origin . $config->prefix,
        ];
    }

    private function configure(\stdClass $message): \stdClass
    {
        $this->settings = $message;
        $this->client = $this->make(new CurlTransport());
        $this->builder = $this->make($this->captured);

        return new \stdClass();
    }

    private function make(Transport $transport): Client
    {
        $settings = $this->settings ?? throw new UsageException('The first message is config');
        $retry = $settings->retry ?? null;
        $clock = $settings->clock ?? null;
        $virtual = ($settings->sleep ?? 'virtual') === 'virtual';

        return new Client(
            new Config(
                $settings->access_key,
                $settings->secret_key,
                $settings->base_url,
                $settings->region ?? Facts::REGION,
                $settings->service ?? Facts::SERVICE,
                ...['timeout' => ($settings->timeout_ms ?? 30_000) / 1000],
                ...$retry === null ? [] : ['retry' => new RetryPolicy($retry->attempts ?? 4, ($retry->base_ms ?? 500) / 1000, ($retry->max_ms ?? 30_000) / 1000)],
                ...isset($settings->validate) ? ['validate' => $settings->validate] : [],
                ...isset($settings->session_token) ? ['sessionToken' => $settings->session_token] : [],
            ),
            transport: $transport,
            clock: $clock === null ? null : static fn(): \DateTimeImmutable => new \DateTimeImmutable($clock),
            onAttempt: $this->note(...),
            sleep: $virtual ? static function (): void {} : null,
        );
    }

    private function call(\stdClass $message): mixed
    {
        $case = $message->case ?? null;
        $this->cancelling = isset($message->cancel) ? new Cancelling($message->cancel, $case, $this->lines) : null;
        $options = $case === null ? null : new Options(
            cancelled: $this->cancelling === null ? null : $this->cancelling->isDue(...),
            headers: ['X-Case' => $case],
        );

        try {
            return $this->calls($this->client, $options)->run($message->op, $message->args);
        } catch (AmbiguousWriteException $error) {
            return ($message->look ?? false) && $error->canCheck() ? Tags::record($error->check()) : throw $error;
        } catch (StaleRecordException $error) {
            return ($message->look ?? false) ? Tags::record($error->stored()) : throw $error;
        }
    }

    /** @return array<string, mixed> */
    private function build(\stdClass $message): array
    {
        try {
            $this->calls($this->builder, new Options(attempts: 1))->run($message->op, $message->args);
        } catch (Capture $capture) {
            $this->events = [];
            $request = $capture->request;

            return [
                'method' => $request->method,
                'target' => $request->target,
                'headers' => (object) $request->headers,
                'body_b64' => base64_encode($request->body ?? ''),
            ];
        }
        throw new UsageException('The operation sends no request');
    }

    private function parse(\stdClass $message): mixed
    {
        $headers = array_change_key_case((array) $message->response->headers);
        $body = (string) base64_decode($message->response->body_b64, true);
        $client = $this->make(new Canned(new Response($message->response->status, $headers, $body)));
        try {
            return $this->calls($client, new Options(attempts: 1, validate: false))->run($message->op, Parsing::arguments($client, $message->op));
        } finally {
            $this->events = [];
        }
    }

    /** @return array<string, mixed> */
    private function sign(\stdClass $message): array
    {
        $settings = $this->settings ?? throw new UsageException('The first message is config');
        $signer = new Signer(
            new Secret($settings->access_key),
            new Secret($settings->secret_key),
            $settings->region ?? Facts::REGION,
            $settings->service ?? Facts::SERVICE,
        );
        preg_match('~^(https?://[^/?#]+)([^#]*)$~Di', $message->url, $parts);
        $given = (array) $message->headers;
        $names = array_map(strtolower(...), array_keys($given));
        $host = (new Config('key', 'key', $parts[1]))->host();
        $headers = (in_array('host', $names, true) ? [] : ['Host' => $host]) + $given;
        $clock = new \DateTimeImmutable($message->clock ?? 'now');
        $signature = $signer->sign($message->method, $parts[2], $headers, (string) base64_decode($message->body_b64, true), $clock);

        return [
            'canonical_request' => $signature->canonicalRequest,
            'string_to_sign' => $signature->stringToSign,
            'authorization' => $signature->headers['Authorization'],
            'headers' => (object) $signature->headers,
        ];
    }

    private function calls(?Client $client, ?Options $options): Calls
    {
        $client ?? throw new UsageException('The first message is config');

        return new Calls($client, $options, function (int $offset, int $count): void {
            $this->happened(['type' => 'page', 'offset' => $offset, 'count' => $count]);
        });
    }

    private function note(Attempt $attempt): void
    {
        if ($attempt->event === 'pause') {
            $this->happened(['type' => 'sleep', 'ms' => (int) round($attempt->seconds * 1000)]);
        } elseif ($attempt->event !== 'request') {
            $this->happened(['type' => 'attempt', 'method' => $attempt->method, 'target' => $attempt->target]
                + ($attempt->status === null ? ['error' => $attempt->error] : ['status' => $attempt->status]));
        }
    }

    /** @param array<string, mixed> $event */
    private function happened(array $event): void
    {
        $this->events[] = $event;
        $this->cancelling?->event($event['type']);
    }

    /** @return array<string, mixed> */
    private static function error(SqlAccException $error): array
    {
        $message = Calls::utf8($error->getMessage());
        if ($error instanceof ApiException) {
            return ['api_error' => [
                'kind' => $error->kind(),
                'status' => $error->status,
                'message' => Calls::utf8($error->serverMessage),
                'body' => Calls::utf8($error->response->body),
            ]];
        }
        $fields = $error instanceof ValidationException ? array_values(array_filter(array_keys($error->problems), strlen(...))) : null;

        return ['client_error' => ['kind' => $error->kind(), 'message' => $message] + ($fields === null ? [] : ['fields' => $fields])];
    }
}

<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use SqlAcc\Exception\ConnectionException;
use SqlAcc\Exception\MultipleFoundException;
use SqlAcc\Exception\NotFoundException;
use SqlAcc\Exception\RateLimitException;
use SqlAcc\Exception\ServerException;
use SqlAcc\Exception\TimeoutException;
use SqlAcc\Exception\UnexpectedResponseException;
use SqlAcc\Exception\UsageException;
use SqlAcc\Exception\ValidationException;
use SqlAcc\Http\Request;
use SqlAcc\Http\Response;
use SqlAcc\Options;

final class ReadingTest extends ClientTestCase
{
    /** @return array{data: list<array<string, mixed>>} */
    private static function page(int $from, int $count): array
    {
        return ['data' => array_map(static fn(int $n): array => ['code' => "A$n"], $count === 0 ? [] : range($from, $from + $count - 1))];
    }

    public static function sizes(): iterable
    {
        foreach ([0 => 1, 1 => 1, 49 => 1, 50 => 2, 51 => 2, 100 => 3, 101 => 3] as $rows => $requests) {
            yield [$rows, $requests];
        }
    }

    /** @dataProvider sizes */
    public function testIterateGivesEachRecordOnce(int $rows, int $requests): void
    {
        for ($at = 0; $at <= $rows; $at += 50) {
            $this->fake->json(self::page($at, min(50, $rows - $at)));
        }
        $codes = [];
        foreach ($this->client->agents->iterate() as $agent) {
            $codes[] = $agent->code;
        }
        self::assertCount($rows, array_unique($codes));
        self::assertCount($rows, $codes);
        self::assertCount($requests, $this->fake->requests);
    }

    public function testAServerThatIgnoresTheOffsetIsNoEndlessList(): void
    {
        $this->fake->json(self::page(0, 50))->json(self::page(0, 50));
        $all = fn() => iterator_to_array($this->client->agents->iterate());
        self::thrown(UnexpectedResponseException::class, $all);
        self::assertCount(2, $this->fake->requests);
    }

    public function testAServerThatIgnoresTheLimitLosesNothing(): void
    {
        $this->fake->json(self::page(0, 50))->json(self::page(50, 3));
        $agents = iterator_to_array($this->client->agents->iterate(pageLimit: 10), false);
        self::assertCount(53, $agents);
        self::assertSame('GET /agent?offset=50&limit=10', $this->fake->seen()[1]);
    }

    public function testMaxStopsAsking(): void
    {
        $this->fake->json(self::page(0, 50));
        self::assertCount(7, iterator_to_array($this->client->agents->iterate(max: 7), false));
    }

    public function testDetailsReadEachRecord(): void
    {
        $this->fake->json(self::page(0, 2))->json(['code' => 'A0', 'isactive' => true])->json(['data' => [['code' => 'A1']]]);
        $agents = iterator_to_array($this->client->agents->iterate(details: true), false);
        self::assertTrue($agents[0]->isActive);
        self::assertSame(['GET /agent?offset=0&limit=50', 'GET /agent/A0', 'GET /agent/A1'], $this->fake->seen());
    }

    public function testFindComparesWhatTheServerFiltered(): void
    {
        $this->fake->json(['data' => [['dockey' => 1, 'docno' => 'B'], ['dockey' => 2, 'docno' => 'A']]]);
        self::assertSame(2, $this->client->salesInvoices->find(docNo: 'A')?->docKey);

        $this->fake->json(['data' => []]);
        self::assertNull($this->client->salesInvoices->find(docNo: 'A'));

        $this->fake->json(['data' => [['dockey' => 1, 'docno' => 'A'], ['dockey' => 2, 'docno' => 'A']]]);
        self::thrown(MultipleFoundException::class, fn() => $this->client->salesInvoices->find(docNo: 'A'));
        self::thrown(UsageException::class, fn() => $this->client->salesInvoices->find());
    }

    public function testFindByAFieldWithoutIndexReadsTheWholeRecord(): void
    {
        $this->fake->json(['data' => [['dockey' => 7, 'docref1' => 'R']]])->json(['data' => [self::invoice()]]);
        self::assertCount(2, $this->client->salesInvoices->find(docRef1: 'R')->sdsDocDetail ?? []);
        self::assertSame(['GET /salesinvoice?docref1=R&offset=0&limit=50', 'GET /salesinvoice/7'], $this->fake->seen());
    }

    public function testKeysAndFiltersAreEncoded(): void
    {
        $this->fake->json(['code' => 'x'])->json(['data' => []]);
        $this->client->customers->get('300/A 漢*~');
        $this->client->customers->list(['code' => '300*', 'companyname' => 'A&B=~']);
        self::assertSame([
            'GET /customer/300%2FA%20%E6%BC%A2%2A~',
            'GET /customer?code=300*&companyname=A%26B%3D~&offset=0&limit=50',
        ], $this->fake->seen());
        self::thrown(ValidationException::class, fn() => $this->client->customers->get(''));
    }

    public function testReadsAreTriedAgain(): void
    {
        $this->fake->answer(503)->fail(new TimeoutException('slow'))->fail(new ConnectionException('cut'))->json(['code' => 'A']);
        self::assertSame('A', $this->client->agents->get('A')->code);
        self::assertCount(3, $this->fake->pauses);

        $this->fake->answer(503)->answer(503)->answer(503)->answer(503, '{"message":"down"}');
        $error = self::thrown(ServerException::class, fn() => $this->client->agents->get('A'));
        self::assertSame('down', $error->serverMessage);

        $this->fake->fail(new TimeoutException('slow'));
        self::thrown(TimeoutException::class, fn() => $this->client->agents->get('A', new Options(attempts: 1)));
    }

    public function testRetryAfterIsHonouredUpToTheLimit(): void
    {
        $date = gmdate('D, d M Y H:i:s', time() + 20) . ' GMT';
        $this->fake->answer(429, '', ['retry-after' => '7'])->answer(429, '', ['retry-after' => $date])
            ->answer(429, '', ['retry-after' => '9999'])->answer(429, '<html>', ['retry-after' => '5']);
        $error = self::thrown(RateLimitException::class, fn() => $this->client->agents->get('A'));
        self::assertSame(5.0, $error->retryAfter());
        self::assertSame(7.0, $this->fake->pauses[0]);
        self::assertEqualsWithDelta(20.0, $this->fake->pauses[1], 2.0);
        self::assertSame(30.0, $this->fake->pauses[2]);
    }

    public function testErrorsKeepTheServersWords(): void
    {
        $this->fake->json(['message' => 'Customer X not found'], 400);
        $error = self::thrown(NotFoundException::class, fn() => $this->client->customers->get('X'));
        self::assertSame('Customer X not found', $error->serverMessage);
        self::assertSame('GET /customer/X: 400 Customer X not found', $error->getMessage());
        self::assertSame('not_found', $error->kind());

        $forms = ['{"error":{"message":"words"}}', '{"error":"words"}', '"words"', 'words'];
        foreach ($forms as $body) {
            $this->fake->answer(418, $body);
            $error = self::thrown(\SqlAcc\Exception\ApiException::class, fn() => $this->client->customers->get('X'));
            self::assertSame('words', $error->serverMessage);
        }
    }

    public function testRedirectsAreNotFollowed(): void
    {
        $this->fake->answer(302, '', ['location' => 'https://elsewhere.invalid/']);
        self::thrown(UnexpectedResponseException::class, fn() => $this->client->agents->get('A'));
        self::assertCount(1, $this->fake->requests);
    }

    public function testPdf(): void
    {
        $this->fake->answer(200, "%PDF-1.4\n...\n%%EOF\n");
        self::assertStringStartsWith('%PDF-', $this->client->salesInvoices->pdf(35, 'Sales Invoice 8 (SST 1)'));
        $headers = $this->fake->requests[0]->headers;
        self::assertSame('application/pdf;template=Sales Invoice 8 (SST 1)', $headers['Content-Type']);
        self::assertStringContainsString('SignedHeaders=content-type;host;', $headers['Authorization']);
        foreach (['%PDF-1.4 cut', '<html>%%EOF', '{}'] as $body) {
            $this->fake->answer(200, $body);
            self::thrown(UnexpectedResponseException::class, fn() => $this->client->salesInvoices->pdf(35));
        }
    }

    public function testHooksAndCancelling(): void
    {
        $events = [];
        $fake = $this->fake->answer(503)->json(['code' => 'A']);
        $client = new \SqlAcc\Client(
            new \SqlAcc\Config('K', 'S', 'https://fake.invalid', profile: 'demo'),
            transport: $fake,
            onAttempt: static function (\SqlAcc\Attempt $attempt) use (&$events): void {
                $events[] = $attempt->event;
            },
            sleep: static function (): void {},
        );
        $client->agents->get('A');
        self::assertSame(['request', 'response', 'pause', 'request', 'response'], $events);

        $cancelled = new Options(cancelled: static fn(): bool => true);
        $call = static fn() => $client->agents->get('A', $cancelled);
        self::assertSame('cancelled', self::thrown(\SqlAcc\Exception\CancelledException::class, $call)->kind());
        self::assertCount(2, $fake->requests);
    }

    public function testPingAndRaw(): void
    {
        $this->fake->json(['version' => '5.1'])->json(['a' => 1]);
        self::assertEquals((object) ['version' => '5.1'], $this->client->ping()->version);
        $answer = $this->client->raw('POST', '/terms', ['x' => 'a b'], ['code' => 'Ü']);
        self::assertSame('POST /terms?x=a%20b', $this->fake->seen()[1]);
        self::assertEquals((object) ['a' => 1], $answer->json());
    }

    public function testFakeAnswersByClosure(): void
    {
        $this->fake->with(static fn(Request $request): Response => new Response(200, [], '{"code":"' . $request->method . '"}'));
        self::assertSame('GET', $this->client->agents->get('A')->code);
    }
}

<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use SqlAcc\Internal\Secret;
use SqlAcc\Internal\Signer;

final class SigningTest extends ClientTestCase
{
    /** Signatures of botocore 1.44 with AWS's published example key. */
    public static function vectors(): iterable
    {
        yield ['GET', '/salesinvoice/*?docno=--IV-Test--', [], '', 'fe1da28b01d017fe4741ac7326c52f6aad6a67bccad8a36e1d9ff27e7938969d'];
        yield ['GET', '/customer/300%2FA%20B%27%28%29', [], '', '216f9848d5dac185a5a3ba1e53cb1b3945be0ebdcf25c104aa7b038c50b5ddd8'];
        yield ['GET', '/salesinvoice/35', ['Content-Type' => 'application/pdf;template=Sales Invoice 8 (SST 1)'], '', 'cb6ec1fb75daa2c828f21e920a2ab802f8c0309f200310db3fa25fa8071b47a2'];
        yield ['POST', '/salesinvoice', ['Content-Type' => 'application/json'], '{"docno":"漢😀"}', 'df074de27d1cf66b86d92b58502536f00924efc957796f28e7e9c9bfc86fd318'];
        yield ['GET', '/purchaseinvoice/?docno=B&code=A~*&docno=A', [], '', 'b7da1f7f7157ffb69020610cb1ad7b957c8cfbff1e4ea1bf0925d1d1cd3d49d8'];
        yield ['DELETE', '/a/../b//c/./', [], '', '3ac61c4204f857f2279a960cb1dc64a6d28e8428d6133dc45c3a711fa62810fe'];
    }

    /**
     * @dataProvider vectors
     * @param array<string, string> $headers
     */
    public function testEqualsBotocore(string $method, string $target, array $headers, string $body, string $signature): void
    {
        $secret = new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
        $signer = new Signer(new Secret('AKIDEXAMPLE/APIUSER'), $secret, 'ap-southeast-5', 'sqlaccount');
        $now = new \DateTimeImmutable('2026-01-31T23:59:59Z');

        $signed = $signer->sign($method, $target, ['Host' => 'api.sql.my'] + $headers, $body, $now);

        self::assertStringEndsWith(', Signature=' . $signature, $signed->headers['Authorization']);
        self::assertStringContainsString('Credential=AKIDEXAMPLE/APIUSER/20260131/', $signed->headers['Authorization']);
    }

    public function testEveryAttemptIsSignedOverWhatIsSent(): void
    {
        $this->fake->json(['data' => []]);
        $this->client->salesInvoices->find(docNo: '--IV Test--');

        $request = $this->fake->requests[0];
        self::assertSame('/salesinvoice/*?docno=--IV%20Test--', $request->target);
        self::assertSame(hash('sha256', ''), $request->headers['X-Amz-Content-Sha256']);
        self::assertStringContainsString('SignedHeaders=host;x-amz-content-sha256;x-amz-date,', $request->headers['Authorization']);
    }

    public function testNoDumpShowsTheKeys(): void
    {
        $config = new \SqlAcc\Config('AKIDEXAMPLE', 'very-secret', 'https://fake.invalid');
        $client = $this->fake->client($config);
        $this->fake->json(['message' => 'bad key very-secret'], 400);
        ini_set('zend.exception_ignore_args', '0');
        $error = self::thrown(\SqlAcc\Exception\ApiException::class, static fn() => $client->agents->get('A'));

        $frames = array_filter(
            $error->getTrace(),
            static fn(array $frame): bool => preg_match('/^SqlAcc.(Internal|Resource)/', $frame['class'] ?? '') === 1,
        );
        self::assertNotSame([], $frames);
        self::assertNotSame([], array_filter(array_column($frames, 'args')), 'the arguments are part of the trace');
        $dumps = [print_r($client, true), var_export($config, true), $error->getMessage(), print_r($error->response, true)];
        foreach ([...$dumps, print_r($frames, true)] as $dump) {
            self::assertStringNotContainsString('very-secret', $dump);
        }
    }
}

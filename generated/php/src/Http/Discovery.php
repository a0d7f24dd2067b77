<?php

declare(strict_types=1);

namespace SqlAcc\Http;

use Http\Discovery\Psr17FactoryDiscovery;
use Http\Discovery\Psr18ClientDiscovery;
use Psr\Http\Client\ClientInterface;
use Psr\Http\Message\RequestFactoryInterface;
use Psr\Http\Message\StreamFactoryInterface;
use SqlAcc\Exception\ConfigurationException;

/** Finds a transport: the PSR-18 client given, what php-http/discovery or Composer offers, the built-in one. */
final class Discovery
{
    public static function transport(
        ?ClientInterface $client = null,
        ?RequestFactoryInterface $requests = null,
        ?StreamFactoryInterface $streams = null,
        ?Limits $limits = null,
    ): Transport {
        if ($client !== null) {
            $requests ??= $client instanceof RequestFactoryInterface ? $client : self::requestFactory();
            $streams ??= $client instanceof StreamFactoryInterface ? $client : self::streamFactory();

            return new Psr18Transport($client, $requests, $streams);
        }
        if (class_exists(Psr18ClientDiscovery::class)) {
            return new Psr18Transport(Psr18ClientDiscovery::find(), self::requestFactory(), self::streamFactory());
        }
        if (class_exists('GuzzleHttp\Client') && class_exists('GuzzleHttp\Psr7\HttpFactory')) {
            return self::guzzle($limits ?? new Limits());
        }
        if (\extension_loaded('curl')) {
            return new CurlTransport();
        }
        throw new ConfigurationException(
            'No HTTP client found: enable ext-curl, or run "composer require guzzlehttp/guzzle", or give a PSR-18 client '
            . 'with its PSR-17 factories as http, requestFactory and streamFactory',
        );
    }

    /** Guzzle with our limits; connections are not kept, as curl would repeat a write on one that died. */
    private static function guzzle(Limits $limits): Psr18Transport
    {
        $client = 'GuzzleHttp\Client';
        $options = ['connect_timeout' => $limits->connect, 'timeout' => $limits->total, 'allow_redirects' => false];
        if (\extension_loaded('curl')) {
            $options['curl'] = [CURLOPT_FORBID_REUSE => true, CURLOPT_PATH_AS_IS => true];
        }

        return new Psr18Transport(new $client($options), self::requestFactory(), self::streamFactory());
    }

    private static function requestFactory(): RequestFactoryInterface
    {
        return class_exists(Psr17FactoryDiscovery::class)
            ? Psr17FactoryDiscovery::findRequestFactory()
            : self::known(RequestFactoryInterface::class);
    }

    private static function streamFactory(): StreamFactoryInterface
    {
        return class_exists(Psr17FactoryDiscovery::class)
            ? Psr17FactoryDiscovery::findStreamFactory()
            : self::known(StreamFactoryInterface::class);
    }

    /**
     * @template T of object
     * @param class-string<T> $interface
     * @return T
     */
    private static function known(string $interface): object
    {
        foreach (['GuzzleHttp\Psr7\HttpFactory', 'Nyholm\Psr7\Factory\Psr17Factory'] as $class) {
            if (class_exists($class)) {
                $factory = new $class();
                if ($factory instanceof $interface) {
                    return $factory;
                }
            }
        }
        throw new ConfigurationException(sprintf(
            'No %s found: give one, or run "composer require nyholm/psr7"',
            $interface,
        ));
    }
}

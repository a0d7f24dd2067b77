<?php

// Interfaces and classes that the client only uses when somebody has them; the type checker must know them.

namespace Psr\Clock {
    interface ClockInterface
    {
        public function now(): \DateTimeImmutable;
    }
}

namespace Http\Discovery {
    final class Psr18ClientDiscovery
    {
        public static function find(): \Psr\Http\Client\ClientInterface {}
    }

    final class Psr17FactoryDiscovery
    {
        public static function findRequestFactory(): \Psr\Http\Message\RequestFactoryInterface {}

        public static function findStreamFactory(): \Psr\Http\Message\StreamFactoryInterface {}
    }
}

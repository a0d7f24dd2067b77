<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** Keys, profile, address or HTTP client are missing or wrong. */
final class ConfigurationException extends Failure
{
    public const KIND = 'configuration';
}

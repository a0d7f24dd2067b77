"""Rules about api.yaml: readings, errors, scopes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..hints import did_you_mean, quoted
from .core import Context, Finding, rule


@rule("unknown-choice", "The default of a reading is none of its choices.", blocking=True)
def reading_defaults(context: Context) -> Iterator[Finding]:
    for reading in context.api.readings:
        known = [choice.value for choice in reading.choices]
        if reading.default not in known:
            message = f"the default {quoted(reading.default)} is none of the choices"
            path = ("readings", reading.id, "default")
            yield Finding(context.spec.api, path, message, did_you_mean(reading.default, known))


@rule("bad-pattern", "The pattern of an error is no regular expression.", blocking=True)
def error_patterns(context: Context) -> Iterator[Finding]:
    for index, error in enumerate(context.api.errors):
        wrong = _not_a_pattern(error.pattern)
        if wrong:
            message = f"{quoted(error.pattern)} is no regular expression: {wrong}"
            yield Finding(context.spec.api, ("errors", index, "pattern"), message)


def _not_a_pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    return ""


@rule("duplicate-scope", "Two signing scopes are the same pair of region and service.")
def scopes(context: Context) -> Iterator[Finding]:
    first: dict[tuple[str, str], str] = {}
    for scope in context.api.scopes:
        pair = (scope.region, scope.service)
        if first.setdefault(pair, scope.id) != scope.id:
            message = f"scope {quoted(scope.id)} is the same pair as {quoted(first[pair])}"
            yield Finding(context.spec.api, ("scopes", scope.id), message, "", True)

"""A recorded answer -> other answers that mean the same, or that the spec allows: a client must not mind."""

from __future__ import annotations

from collections.abc import Callable

from ..tokens import Number, Token, parse, text
from .cassette import Cassette, Interaction

# Operations whose later requests and arguments do not depend on the whole of an answer.
STEADY = {"list", "iterate", "find", "get", "create", "update", "delete"}
UNKNOWN: dict[str, Token] = {
    "udf_perturbed": '中 \\ " é',
    "udf_number": Number("9007199254740993"),
    "udf_fraction": Number("1.10"),
    "udf_rows": [{"a": None}],
}


def bears(cassette: Cassette) -> bool:
    """Whether its answers may be changed without changing what has to be asked next."""
    return all(call.op.partition(".")[2] in STEADY for call in cassette.calls)


def _changed(one: Interaction, change: Callable[[Token], Token]) -> bytes:
    kind = dict(one.answer_headers).get("content-type", "")
    if not 200 <= one.status < 300 or not kind.startswith("application/json"):
        return one.answer
    try:
        token = parse(one.answer)
    except ValueError:
        return one.answer
    return text(change(token)).encode("utf-8")


def _reversed(token: Token) -> Token:
    if isinstance(token, dict):
        return {name: _reversed(token[name]) for name in reversed(token)}
    return [_reversed(item) for item in token] if isinstance(token, list) else token


def _more(token: Token) -> Token:
    """Fields nobody knows, in every record."""
    if isinstance(token, dict):
        return {name: _more(item) for name, item in token.items()} | UNKNOWN
    return [_more(item) for item in token] if isinstance(token, list) else token


def perturbed(one: Interaction) -> bytes:
    """Names in another order, and fields nobody knows in every record."""
    return _changed(one, lambda token: _more(_reversed(token)))

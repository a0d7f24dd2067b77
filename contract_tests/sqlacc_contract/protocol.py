"""Driver messages <-> lines: strict JSON both ways, and what makes an answer well formed."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

VERSION = 1
OUTCOMES = ("value", "api_error", "client_error", "skipped")
Message = dict[str, Any]


class NotProtocol(Exception):  # noqa: N818 - it names what was read
    """A line that is no message; the text says why and shows the line."""


def line(message: Message) -> bytes:
    """The message as one line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read(raw: bytes) -> Message:
    """The message of a line; `NotProtocol` for anything but one JSON object with distinct names."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise NotProtocol(f"not UTF-8 at byte {error.start}: {shown(raw)}") from None
    try:
        message = json.loads(text, object_pairs_hook=distinct, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotProtocol(f"not JSON ({error}): {shown(raw)}") from None
    if not isinstance(message, dict):
        raise NotProtocol(f"not a JSON object: {shown(raw)}")
    return message


def shown(raw: bytes, most: int = 200) -> str:
    """The start of a line, fit to print."""
    text = raw[:most].decode("utf-8", "backslashreplace").encode("unicode_escape").decode()
    return f"{text}... ({len(raw)} bytes)" if len(raw) > most else text


def fault(answer: Message) -> str | None:
    """What is wrong with an answer to call, build, parse or sign; None when it is well formed."""
    found = [name for name in OUTCOMES if name in answer]
    if len(found) != 1:
        return f"an answer has exactly one of {', '.join(OUTCOMES)}; this one has {', '.join(found) or 'none'}"
    stray = set(answer) - {"seq", "events", *OUTCOMES}
    if stray:
        return f"unknown members in an answer: {', '.join(sorted(stray))}"
    if not isinstance(answer.get("events", []), list):
        return "events is not a list"
    body = answer[found[0]]
    if found[0] != "value" and not isinstance(body, dict):
        return f"{found[0]} is not an object"
    needs = {"api_error": ("kind", "status", "message"), "client_error": ("kind", "message"), "skipped": ("message",)}
    missing = [name for name in needs.get(found[0], ()) if name not in body]
    return f"{found[0]} lacks {', '.join(missing)}" if missing else None


@cache
def validator(part: str = "") -> Validator:
    """The JSON Schema validator of a part of the protocol (`command`, `answer`, `outcome`, ...), or of any message."""
    from jsonschema import Draft202012Validator

    schema = json.loads(files(__package__).joinpath("protocol.schema.json").read_text("utf-8"))
    if part:
        schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
    return Draft202012Validator(schema)


def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Members of an object; ValueError when a name stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"name given twice: {next(n for n in names if names.count(n) > 1)}")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")

"""A reply -> what a client must make of it: the value with tags, or the kind of error."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from sqlacc_codegen.ir import Api, Object

from .tagged import Tagged, tag, untyped
from .tokens import Token, parse
from .wire import Reply

API_KINDS = {
    *("authentication", "clock_skew", "not_found", "stale", "duplicate"),
    *("reference", "rate_limit", "licence", "server", "api"),
}
DEFINITE = {"stale", "duplicate", "reference", "licence"}  # after these nothing was stored, whatever the status
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Outcome:
    """How an operation ends: `value`, or an error. A message of None is not compared."""

    kind: str  # "value", or the kind of the error
    value: Tagged = None
    side: str = ""  # "api" or "client" for errors
    status: int = 0
    message: str | None = None

    @property
    def ok(self) -> bool:
        return self.kind == "value"


class Failure(Exception):  # noqa: N818 - an outcome that ends a conversation
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{outcome.side}_error {outcome.kind}")
        self.outcome = outcome


def client_error(kind: str) -> Failure:
    return Failure(Outcome(kind, side="client"))


def record(o: Object, reply: Reply) -> Tagged:
    """The record of an answer to get, create or update, at top level or as the only item of `data`."""
    if not reply.body.strip():
        return None
    token = document(reply)
    if isinstance(token, dict) and "data" in token and o.key not in token:
        token = token["data"]
    if isinstance(token, list) and len(token) == 1:
        token = token[0]
    if not isinstance(token, dict) or o.key not in token:
        raise client_error("unexpected_response")
    return tag(o, token)


def rows(o: Object, reply: Reply) -> list[dict[str, Tagged]]:
    """The rows of a list answer."""
    token = document(reply)
    if isinstance(token, dict):
        token = token.get("data", token.get("items"))
    if not isinstance(token, list) or not all(isinstance(row, dict) for row in token):
        raise client_error("unexpected_response")
    return [tag(o, row) for row in token]


def document(reply: Reply) -> Token:
    """The JSON of an answer, also with a byte order mark before it."""
    try:
        return parse(reply.body.removeprefix(BOM)) if reply.body.startswith(BOM) else reply.tokens
    except (ValueError, RecursionError):
        raise client_error("unexpected_response") from None


def pdf(reply: Reply) -> Tagged:
    if not reply.body.startswith(b"%PDF-") or b"%%EOF" not in reply.body[-1024:]:
        raise client_error("unexpected_response")
    return {"$pdf": {"sha256": hashlib.sha256(reply.body).hexdigest(), "len": len(reply.body)}}


def raw(reply: Reply) -> Tagged:
    try:
        return {"status": reply.status, "value": untyped(reply.tokens)}
    except ValueError:
        return {"status": reply.status, "text": reply.body.decode("utf-8", "replace")}


# --- errors -------------------------------------------------------------------------------------------------------


def failure(api: Api, reply: Reply) -> Failure:
    """The error that an answer of 400 and above is."""
    message = words(reply)
    return Failure(Outcome(error_kind(api, reply.status, message or ""), None, "api", reply.status, message))


def words(reply: Reply) -> str | None:
    """The server's words: `message`, `error.message`, `error`, or the text. None for HTML, which is no sentence."""
    text = reply.body.decode("utf-8", "replace").strip()
    if is_html(reply):
        return None
    try:
        token: Any = reply.tokens
    except ValueError:
        return text
    if isinstance(token, dict):
        error = token.get("error")
        inner = error.get("message") if isinstance(error, dict) else error
        for found in (token.get("message"), inner):
            if isinstance(found, str) and found:
                return found
    return token if isinstance(token, str) else text


def is_html(reply: Reply) -> bool:
    return reply.body.lstrip()[:1] == b"<" or "html" in reply.headers.get("content-type", "")


def is_definite(api: Api, reply: Reply) -> bool:
    """Whether an answer of 500 is the application's own refusal: a JSON object with words, or words that are known."""
    if reply.status != 500 or is_html(reply):
        return False
    if error_kind(api, reply.status, words(reply) or "") in DEFINITE:
        return True
    try:
        token = reply.tokens
    except ValueError:
        return False
    return isinstance(token, dict) and bool({"message", "error"} & set(token))


def error_kind(api: Api, status: int, message: str) -> str:
    """The kind by the errors that the spec lists, the first that fits; else by status."""
    for form in api.errors:
        if form.status in (0, status) and re.search(form.pattern, message, re.IGNORECASE):
            return form.kind if form.kind in API_KINDS else "api"
    by_status = {401: "authentication", 403: "authentication", 404: "not_found", 429: "rate_limit"}
    return by_status.get(status, "server" if status >= 500 else "api")

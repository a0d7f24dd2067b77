"""What was seen on the wire and what the client returned -> differences from what the oracle expects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from urllib.parse import urlsplit

from . import sigv4
from .conversation import RETRY_READ, Ask, Policy, Steps
from .decode import Failure, Outcome
from .protocol import Message
from .tagged import Tagged
from .tap import Exchange
from .tokens import MISSING, NOTHING, Difference, Token, brief, differences, parse
from .wire import Reply, Request

SIGNED = ["host", "x-amz-content-sha256", "x-amz-date"]
# Headers that a request may have: those of the contract, the harness's own, and what HTTP libraries add by themselves.
KNOWN = {
    *("host", "content-type", "accept", "user-agent", "authorization", "x-amz-date", "x-amz-content-sha256", "x-case"),
    *("connection", "content-length", "accept-encoding", "accept-language", "sec-fetch-mode"),
}
CLOCK_SLACK = 120  # seconds between the client's clock and ours, when it uses the real one


@dataclass(frozen=True)
class Settings:
    """How the client under test is configured."""

    base_url: str
    access_key: str
    secret_key: str
    region: str
    service: str
    clock: str | None = None
    timeout_ms: int = 5000
    retry: Policy = field(default_factory=Policy)
    validate: bool = True
    sleep: str = "virtual"

    def message(self) -> dict[str, object]:
        return {**vars(self), "retry": dict(vars(self.retry))}


def follow(
    steps: Steps[Tagged], seen: Sequence[Exchange], settings: Settings, unseen: str = ""
) -> tuple[Outcome | None, list[Difference]]:
    """Walks an operation's conversation along what was seen. `unseen`: how requests ended that never arrived."""
    found: list[Difference] = []
    left = list(seen)
    number = 0
    outcome: Outcome | None = None
    try:
        ask: Ask = next(steps)
        while True:
            batch = ask if isinstance(ask, tuple) else (ask,)
            replies = []
            for request in batch:
                number += 1
                if not left and unseen:
                    replies.append(Reply(broken=unseen))
                    continue
                exchange = _pick(request, left, any_order=isinstance(ask, tuple))
                if exchange is None:
                    found.append(Difference(f"request {number}", str(request), NOTHING))
                    return None, found
                left.remove(exchange)
                found += request_differences(request, exchange, settings, f"request {number}")
                replies.append(exchange.reply)
            ask = steps.send(replies if isinstance(ask, tuple) else replies[0])
    except StopIteration as stop:
        outcome = Outcome("value", stop.value)
    except Failure as failure:
        outcome = failure.outcome
    for extra, exchange in enumerate(left, number + 1):
        found.append(Difference(f"request {extra}", NOTHING, f"{exchange.method} {exchange.target}"))
    return outcome, found


def _pick(request: Request, left: list[Exchange], any_order: bool) -> Exchange | None:
    """The next exchange, or of those that may come in any order the one that fits best."""
    alike = [x for x in left if (x.method, x.target) == (request.method, request.target)] if any_order else []
    same = [x for x in alike if request.body is not None and not list(_body(request.body, x.body, ""))]
    found = same or alike or left
    return found[0] if found else None


# --- one request --------------------------------------------------------------------------------------------------


def request_differences(expected: Request, seen: Exchange, settings: Settings, at: str) -> Iterator[Difference]:
    if seen.method != expected.method:
        yield Difference(f"{at} method", expected.method, seen.method)
    target = _base(settings) + expected.target
    if seen.target != target:
        yield Difference(f"{at} target", target, seen.target)
    yield from _body(expected.body, seen.body, f"{at} body")
    for name, value in expected.headers.items():
        yield from _header(name, value, seen, at)
    yield from _agent(seen, at)
    for name, value in seen.headers:
        if name not in KNOWN:
            yield Difference(f"{at} header {name}", NOTHING, value)
    yield from signature_differences(seen, settings, at)


def _base(settings: Settings) -> str:
    """The path of the base address, which stands before every target."""
    return urlsplit(settings.base_url).path.rstrip("/")


def _body(expected: Token, raw: bytes, at: str) -> Iterator[Difference]:
    if expected is None:
        if raw:
            yield Difference(at, NOTHING, brief(raw.decode("utf-8", "replace")))
        return
    try:
        received = parse(raw)
    except (ValueError, RecursionError) as error:
        yield Difference(at, brief(expected), f"no JSON ({error}): {brief(raw.decode('utf-8', 'backslashreplace'))}")
        return
    for one in differences(expected, received):
        yield Difference(f"{at} {one.path}".rstrip(), one.expected, one.received)


def _header(name: str, value: str | None, seen: Exchange, at: str) -> Iterator[Difference]:
    received = seen.named(name)
    if value is None:
        if received:
            yield Difference(f"{at} header {name}", NOTHING, ", ".join(received))
    elif received != [value]:
        yield Difference(f"{at} header {name}", value, ", ".join(received) or MISSING)


def _agent(seen: Exchange, at: str) -> Iterator[Difference]:
    agent = seen.header("user-agent") or MISSING
    if not re.match(r"sqlacc-[a-z]+/[0-9]", agent):
        yield Difference(f"{at} header user-agent", "sqlacc-<language>/<version>", agent)


def signature_differences(seen: Exchange, settings: Settings, at: str) -> Iterator[Difference]:
    """Whether the request is signed as botocore would sign it, with the settings' keys and scope."""
    host = urlsplit(settings.base_url).netloc
    yield from _header("host", host, seen, at)
    yield from _header("x-amz-content-sha256", hashlib.sha256(seen.body).hexdigest(), seen, at)
    stamp = seen.header("x-amz-date") or ""
    yield from _clock(stamp, settings.clock, at)
    given = seen.named("authorization")
    if len(given) != 1:
        yield Difference(f"{at} header authorization", "one", f"{len(given)}")
        return
    try:
        auth = sigv4.parse_authorization(given[0])
    except sigv4.Refused as refused:
        yield Difference(f"{at} header authorization", "a SigV4 authorization", refused.reason)
        return
    scope = (settings.access_key, stamp[:8], settings.region, settings.service)
    received = (auth.access_key, auth.date, auth.region, auth.service)
    if received != scope:
        yield Difference(f"{at} credential", "/".join(scope), "/".join(received))
    names = [*(["content-type"] if seen.header("content-type") is not None else []), *SIGNED]
    if list(auth.signed_headers) != names:
        yield Difference(f"{at} signed headers", ";".join(names), ";".join(auth.signed_headers))
    try:
        canonical, signature = expected_signature(seen, auth, settings.secret_key, stamp)
    except sigv4.Refused as refused:
        yield Difference(f"{at} signature", "of headers that are sent", refused.reason)
        return
    if signature != auth.signature:
        yield Difference(f"{at} signature", f"of the canonical request {canonical!r}", "another")


def expected_signature(seen: Exchange, auth: sigv4.Authorization, secret: str, stamp: str) -> tuple[str, str]:
    """The canonical request of what was received, in the standard form, and its signature."""
    path, _, query = seen.target.partition("?")
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in seen.headers]
    canonical = sigv4.canonical_request(
        seen.method,
        sigv4.canonical_path(path),
        sigv4.canonical_query(query),
        sigv4.canonical_headers(headers, auth.signed_headers),
        auth.signed_headers,
        hashlib.sha256(seen.body).hexdigest(),
    )
    key = sigv4.signing_key(secret, auth.date, auth.region, auth.service)
    text = sigv4.string_to_sign(stamp, auth.scope, canonical)
    return canonical.decode("utf-8", "replace"), sigv4.signature(key, text)


def _clock(stamp: str, clock: str | None, at: str) -> Iterator[Difference]:
    try:
        sent = _stamped(stamp)
    except ValueError:
        yield Difference(f"{at} header x-amz-date", "YYYYMMDDTHHMMSSZ", stamp or MISSING)
        return
    told = _moment(clock) if clock else datetime.now(timezone.utc)
    if abs((sent - told).total_seconds()) > (0 if clock else CLOCK_SLACK):
        yield Difference(f"{at} header x-amz-date", told.strftime("%Y%m%dT%H%M%SZ"), stamp)


@lru_cache(maxsize=64)
def _stamped(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)


@lru_cache(maxsize=64)
def _moment(clock: str) -> datetime:
    return datetime.fromisoformat(clock.replace("Z", "+00:00"))


# --- the answer ---------------------------------------------------------------------------------------------------


def answer_differences(expected: Outcome, body: Message) -> Iterator[Difference]:
    """What the client returned, beside what it had to make of the replies."""
    if expected.ok:
        if "value" not in body:
            yield Difference("answer", f"a value: {brief(expected.value)}", error_text(body))
        elif _is_batch(expected.value):
            yield from _batch(expected.value["results"], body["value"])
        else:
            yield from differences(_comparable(expected.value), _comparable(body["value"]))
        return
    side = f"{expected.side}_error"
    error = body.get(side)
    if not isinstance(error, dict):
        yield Difference("answer", f"{side} {expected.kind}", error_text(body))
        return
    if error.get("kind") != expected.kind:
        yield Difference(f"{side} kind", expected.kind, f"{error.get('kind')} ({error.get('message')})")
    if expected.status and error.get("status") != expected.status:
        yield Difference(f"{side} status", str(expected.status), str(error.get("status")))
    if expected.message and expected.message not in str(error.get("message")):
        yield Difference(f"{side} message", f"with the server's words {expected.message!r}", repr(error.get("message")))


def error_text(body: Message) -> str:
    """An answer in few words."""
    if "value" in body:
        return f"value {brief(body['value'])}"
    for side in ("api_error", "client_error", "skipped"):
        if side in body:
            error = body[side]
            return f"{side} {error.get('kind', '')} {error.get('message', '')}".replace("  ", " ")
    return "no outcome"


def _is_batch(value: Tagged) -> bool:
    return isinstance(value, dict) and set(value) == {"results"}


def _batch(expected: list[Tagged], received: Tagged) -> Iterator[Difference]:
    """Results by status, records where both have one, errors by kind."""
    results = received.get("results") if isinstance(received, dict) else None
    if not isinstance(results, list) or len(results) != len(expected):
        yield Difference("results", f"{len(expected)} results", brief(received))
        return
    for index, (wanted, got) in enumerate(zip(expected, results, strict=True)):
        at = f"results[{index}]"
        if not isinstance(got, dict) or got.get("status") != wanted["status"]:
            yield Difference(f"{at}.status", wanted["status"], brief(got))
            continue
        if wanted.get("record") is not None:
            yield from differences(wanted["record"], got.get("record"), f"{at}.record")
        if "error" in wanted:
            yield from differences(wanted["error"]["kind"], (got.get("error") or {}).get("kind"), f"{at}.error.kind")


def _comparable(value: Tagged) -> Tagged:
    """Without what depends on the moment: the clock skew of ping, the headers of a raw answer."""
    if isinstance(value, dict) and "skew_seconds" in value and "ok" in value:
        return {name: item for name, item in value.items() if name != "skew_seconds"}
    return value


def event_differences(body: Message, seen: Sequence[Exchange], settings: Settings) -> Iterator[Difference]:
    """What the client says it tried, beside what was seen; its waits, beside the retry settings."""
    events = [event for event in body.get("events", []) if isinstance(event, dict)]
    base = _base(settings)  # clients may tell what they asked for with it or without it
    attempts = [event for event in events if event.get("type") == "attempt"]
    tried = [f"{event.get('method')} {str(event.get('target')).removeprefix(base)}" for event in attempts]
    arrived = [f"{exchange.method} {exchange.target.removeprefix(base)}" for exchange in seen]
    if sorted(_resent(tried)) != sorted(_resent(arrived)):
        yield Difference("events", f"attempts {arrived}", f"attempts {tried}")
    for event in events:
        if event.get("type") == "sleep" and not 0 <= float(event.get("ms", -1)) <= settings.retry.max_ms:
            yield Difference("events", f"a wait of 0 to {settings.retry.max_ms} ms", f"{event.get('ms')} ms")
    if tried == arrived:
        yield from _wait_differences(events, seen, settings.retry.max_ms)


def _wait_differences(events: Sequence[Message], seen: Sequence[Exchange], most: int) -> Iterator[Difference]:
    """Before a request is repeated there is a wait, as long as the server asked for."""
    number, waited = -1, list[float]()
    for event in events:
        if event.get("type") == "sleep":
            waited.append(float(event.get("ms", 0)))
        if event.get("type") != "attempt":
            continue
        number += 1
        before = seen[number - 1] if number else None
        if before and (before.method, before.target, before.body) == (
            seen[number].method,
            seen[number].target,
            seen[number].body,
        ):
            asked = before.reply.headers.get("retry-after", "")
            if before.reply.status in RETRY_READ or before.reply.broken:
                if len(waited) != 1:
                    yield Difference("events", f"one wait before request {number + 1}", f"{len(waited)} waits")
                elif asked.isdigit() and waited[0] != min(int(asked) * 1000, most):
                    yield Difference("events", f"a wait of {asked} s as the server asked", f"{waited[0]:g} ms")
        waited.clear()


def _resent(requests: list[str]) -> list[str]:
    """Without repeated reads: a transport may repeat a read by itself when a kept connection turns out to be closed."""
    return [one for n, one in enumerate(requests) if n == 0 or one != requests[n - 1] or not one.startswith("GET ")]

"""A folder of cassettes -> what is wrong with each, without any network: a run for every change of the spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api

from ..conversation import operations
from ..server_check import server_differences
from ..sigv4 import Key, Refused, Verifier
from ..tap import Exchange
from ..wire import Reply
from .cassette import EXAMPLE_ACCESS_KEY, EXAMPLE_MOMENT, EXAMPLE_SECRET_KEY, Cassette, Interaction, Unreadable, load
from .player import files
from .record import oracle_replay
from .scribe import HEADERS
from .scrub import TOLD

OLD_DAYS = 90
EXPIRED_DAYS = 180


@dataclass(frozen=True)
class Finding:
    """One thing about one cassette. Warnings leave a check green."""

    path: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{'warning' if self.warning else 'error'}: {self.path}: {self.message}"


def check(api: Api, folder: Path, today: date, expire: bool = False) -> Iterator[Finding]:
    """`expire`: a cassette past its days is an error, as in a scheduled run, not a warning."""
    found = files(folder)
    if not found:
        yield Finding(str(folder), "there is no cassette; a check of nothing proves nothing")
    spec, cases = spec_sha256(api), dict[str, str]()
    for path in found:
        name = str(path.relative_to(folder))
        try:
            cassette = load(path)
        except Unreadable as error:
            yield Finding(name, str(error).removeprefix(f"{path}: "))
            continue
        if cassette.case in cases:
            yield Finding(name, f"is a recording of {cassette.case}, as is {cases[cassette.case]}: remove one")
        cases.setdefault(cassette.case, name)
        yield from _findings(api, name, cassette)
        yield from _age(name, cassette, today, expire)
        if cassette.origin.spec_sha256 != spec:
            yield Finding(name, f"was recorded with spec {cassette.origin.spec_version}, which has changed since", True)


def _findings(api: Api, name: str, cassette: Cassette) -> Iterator[Finding]:
    for number, one in enumerate(cassette.interactions, 1):
        at = f"interaction {number} ({one.method} {one.target})"
        for message in _wrong(api, one):
            yield Finding(name, f"{at}: {message}")
    known = operations(api)
    gone = next((call.op for call in cassette.calls if call.op not in known), None)
    wrong = f"there is no operation {gone}" if gone else oracle_replay(api, cassette)
    if wrong:
        yield Finding(name, f"does not fit today's spec: {wrong}")


def _wrong(api: Api, one: Interaction) -> Iterator[str]:
    unlisted = [n for n, _ in one.headers if n not in HEADERS] + [n for n, _ in one.answer_headers if n not in TOLD]
    if unlisted:
        yield f"the header {unlisted[0]} is not one that recordings keep"
    verifier = Verifier({EXAMPLE_ACCESS_KEY: Key(EXAMPLE_SECRET_KEY)}, None, lambda: EXAMPLE_MOMENT)
    path, _, query = one.target.encode("latin-1").partition(b"?")
    headers = [(n.encode(), v.encode("latin-1")) for n, v in one.headers]
    try:
        verifier.verify(one.method, path, query, headers, one.body)
    except Refused as refused:
        yield refused.reason
    reply = Reply(one.status, dict(one.answer_headers), one.answer)
    exchange = Exchange("", one.method, one.target, one.headers, one.body, reply, 0.0, one.faulty)
    for difference in server_differences(api, exchange):
        yield str(difference)


def _age(name: str, cassette: Cassette, today: date, expire: bool) -> Iterator[Finding]:
    days = (today - date.fromisoformat(cassette.origin.recorded)).days
    if days < -1:  # elsewhere it may be tomorrow
        yield Finding(name, f"was recorded on {cassette.origin.recorded}, which is yet to come: it would not expire")
    elif days > EXPIRED_DAYS:
        yield Finding(name, f"is {days} days old and has expired; record it again", not expire)
    elif days > OLD_DAYS:
        yield Finding(name, f"is {days} days old; it expires after {EXPIRED_DAYS}", True)

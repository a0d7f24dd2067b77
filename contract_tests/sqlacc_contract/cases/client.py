"""Cases of the client itself: ping, raw calls, keys, scope and clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from sqlacc_codegen.ir import Api

from ..play import Play
from .case import Case
from .subject import Subject


def client(api: Api, subject: Subject) -> Iterator[Case]:
    s = subject

    def ping(play: Play) -> None:
        found = play.value("client.ping")
        play.equal(True, found.get("ok"), "ok")

    def raw_read(play: Play) -> None:
        found = play.value("client.raw", method="GET", path=s.o.path, query={"offset": 0, "limit": 1})
        play.equal(200, found.get("status"), "status")

    def raw_other(play: Play) -> None:
        master = next(m for m in api.masters if m.path and "list" in m.operations)
        found = play.value("client.raw", method="GET", path=master.path)
        play.equal(200, found.get("status"), "status")

    def raw_write(play: Play) -> None:
        body = s.variant(1)
        made = play.value("client.raw", method="POST", path=s.o.path, body=body)
        play.equal(200, made.get("status"), "status")
        play.value(s.op("get"), key=body[s.o.key])

    def wrong_secret(play: Play) -> None:
        right = play.settings
        play.configure(secret_key="not the secret key of anybody")  # noqa: S106 - it opens nothing
        for result in (
            play.error(s.op("list"), "authentication"),
            play.error(s.op("create"), "authentication", record=s.variant(1)),
        ):
            play.check("not the secret" not in (result.message or ""), "the error shows the secret key")
        play.configure(secret_key=right.secret_key)
        play.value(s.op("list"))

    def unknown_key(play: Play) -> None:
        play.configure(access_key="0123456789abcdef.sql.my/NOBODY")
        play.error(s.op("list"), "authentication")

    def scope(region: str, service: str) -> Case:
        def play_scope(play: Play) -> None:
            play.configure(region=region, service=service)
            play.value(s.op("list"))

        return Case("client", "client", f"keys: scope {region} {service}", play_scope, "documented")

    def skew(play: Play) -> None:
        past = datetime.now(timezone.utc) - timedelta(hours=3)
        play.configure(clock=past.strftime("%Y-%m-%dT%H:%M:%SZ"))
        play.error(s.op("list"), "clock_skew|authentication")

    yield Case("client", "client", "ping: version", ping, "observed", "read")
    yield Case("client", "client", "raw: read", raw_read, "documented", "read")
    yield Case("client", "client", "raw: another endpoint", raw_other, "observed")
    if s.o.key == s.identity:
        yield Case("client", "client", "raw: write", raw_write, "documented")
    yield Case("client", "client", "keys: wrong secret", wrong_secret, "observed")
    yield Case("client", "client", "keys: unknown key", unknown_key, "observed")
    yield Case("client", "client", "keys: clock three hours slow", skew, "inferred")
    for one in api.scopes:
        yield scope(one.region, one.service)

"""Takes -> cassettes: played by the oracle, scrubbed, searched for leaks, signed again, replayed, then kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import cached_property
from importlib.metadata import version
from secrets import token_hex
from urllib.parse import urlsplit

from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api

from ..house import MOMENT, clock_at
from ..judge import Settings
from ..play import Play, Skipped, Wrong
from ..sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Backend, Sandbox
from ..tap import Tap
from ..tokens import text
from .cassette import (
    EXAMPLE_ACCESS_KEY,
    EXAMPLE_CLOCK,
    EXAMPLE_MOMENT,
    EXAMPLE_SECRET_KEY,
    HOSTS,
    Call,
    Cassette,
    Interaction,
    Origin,
    dump,
)
from .compare import volatile
from .leaks import leaks
from .player import played, unjudged
from .replay import Replay, ending
from .scribe import Scribe, Unsayable, all_interactions, signed
from .scrub import RULES, TEXTS_TOO, Scrubber
from .takes import Take

LONG_KEY = 16  # characters of a part of an access key that is never a word


class NotKept(Exception):  # noqa: N818 - a verdict
    """Why a take gives no cassette."""


@dataclass(frozen=True)
class Studio:
    """A server to be recorded."""

    api: Api
    backend: Backend
    settings: Settings
    source: str
    key: bytes  # of the pseudonyms
    now: Callable[[], float]
    server_version: str = ""
    renew: Callable[[Mapping[str, str]], None] = lambda _: None  # with these readings
    pause: Callable[[float], None] = lambda _: None
    texts: bool = False  # pseudonyms for all free text
    kept: set[str] = field(default_factory=set)  # fields of free text with words in them

    @property
    def host(self) -> str:
        return HOSTS[self.source]

    @cached_property
    def spec(self) -> str:
        return spec_sha256(self.api)

    def record(self, take: Take) -> Cassette:
        """Raises `NotKept` with the reason when there is nothing to be kept. What a real server answers is read
        twice, to learn what in it changes by itself."""
        made = self._once(take)
        if self.source == "sandbox" or take.case.live == "write":
            return made
        return replace(made, volatile=volatile(made, self._once(take)))

    def rehearse(self, take: Take) -> list[str]:
        """The calls that recording makes."""
        self.renew(dict(take.case.reading))
        scribe = self._play(take.case.id, take.case.play)
        return [f"{one.method} {one.target}" for one in all_interactions(scribe.taken)]

    def _once(self, take: Take) -> Cassette:
        self.renew(dict(take.case.reading))
        if take.prepare:
            self._play(take.case.id, take.prepare)
        scribe = self._play(take.case.id, take.case.play)
        calls = tuple(Call(t.op, t.args, ending(t.outcome), len(t.interactions)) for t in scribe.taken)
        origin = Origin(
            self.source,
            datetime.now(timezone.utc).date().isoformat(),
            self.host,
            self.server_version,
            self.api.version,
            self.spec,
            self.settings.region,
            self.settings.service,
            {"sqlacc": version("sqlacc")},
            (*RULES, TEXTS_TOO) if self.texts else RULES,
        )
        made = Cassette(take.case.id, take.case.grade, origin, all_interactions(scribe.taken), calls)
        clean = self._cleaned(made)
        wrong = oracle_replay(self.api, clean)
        if wrong:
            raise NotKept(f"the scrubbed recording does not replay: {wrong}")
        return clean

    def _play(self, case: str, what: Callable[[Play], None]) -> Scribe:
        tap = Tap(self.backend)
        scribe = Scribe(self.api, tap, self.now, self.pause)
        play = Play(self.api, case, scribe, self.settings, tap, readings=unjudged(self.source))
        play.configure()
        try:
            what(play)
        except (Wrong, Skipped, Unsayable) as wrong:
            raise NotKept(str(wrong)) from None
        except OSError as error:
            raise NotKept(f"the server cannot be reached: {error}") from None
        if not any(taken.interactions for taken in scribe.taken):
            raise NotKept("nothing was sent")
        return scribe

    def _cleaned(self, made: Cassette) -> Cassette:
        """Scrubbed and signed again. A canary goes through all of it, and must not come out."""
        bird = f"Canary{token_hex(8)}"
        scrubber = Scrubber(self.api, self.key, self.texts)
        interactions, calls = scrubber.all((*made.interactions, canary(self.api, bird)), made.calls)
        again = replace(self.settings, access_key=EXAMPLE_ACCESS_KEY, secret_key=EXAMPLE_SECRET_KEY)
        again = replace(again, base_url=f"https://{self.host}")
        clean = replace(made, interactions=tuple(_resigned(one, again) for one in interactions), calls=calls)
        forbidden = [bird, *scrubber.telling, self.settings.access_key, self.settings.secret_key]
        forbidden += [part for part in self.settings.access_key.split(".") if len(part) >= LONG_KEY]
        if self.source == "live":
            forbidden.append(urlsplit(self.settings.base_url).netloc)
        found = next(leaks(_haystacks(clean), forbidden), None)
        if found:
            raise NotKept(f"it would leak {found}")
        scrubber.kept.clear()  # of the canary's fields
        for one in made.interactions:
            scrubber.interaction(one)
        self.kept.update(scrubber.kept)
        return replace(clean, interactions=clean.interactions[:-1])


def canary(api: Api, bird: str) -> Interaction:
    """An exchange with a personal text in every place where one may stand."""
    texts = [(o, [f for f in o.fields if f.type.kind == "text" and f.wire != o.key]) for o in api.objects]
    o, field, free = next((o, f, g) for o, some in texts for f in some if f.personal for g in some if not g.personal)
    row = {field.wire: bird, free.wire: f"about {bird}.", "udf_canary": bird, "udf_rows": [{"a": [bird]}]}
    answer = {"data": [row], "message": f"no {bird}", "detail": bird, "pagination": {"next": bird}}
    told = (("set-cookie", bird), ("content-disposition", bird), ("content-type", "application/json"))
    asked = (("authorization", bird), ("cookie", bird), ("x-canary", bird))
    target = f"{o.path}?{field.wire}={bird}"
    return Interaction("PUT", target, asked, text(row).encode(), 200, told, text(answer).encode())


def _resigned(one: Interaction, settings: Settings) -> Interaction:
    return replace(one, headers=signed(one.method, one.target, dict(one.headers), one.body, settings, EXAMPLE_MOMENT))


def _haystacks(cassette: Cassette) -> Iterator[bytes]:
    yield dump(cassette).encode("utf-8")
    for one in cassette.interactions:
        yield f"{one.target} {one.headers} {one.answer_headers}".encode()
        yield one.body
        yield one.answer
    for call in cassette.calls:
        yield json.dumps(call.args, ensure_ascii=False).encode("utf-8")


def oracle_replay(api: Api, cassette: Cassette) -> str:
    """What is wrong when the oracle plays a cassette against itself; empty when nothing is."""
    settings = Settings(
        f"https://{cassette.origin.host}",
        EXAMPLE_ACCESS_KEY,
        EXAMPLE_SECRET_KEY,
        cassette.origin.region,
        cassette.origin.service,
        EXAMPLE_CLOCK,
    )
    tap = Tap(Replay(cassette))
    play = Play(api, cassette.case, Scribe(api, tap, lambda: EXAMPLE_MOMENT), settings, tap)
    try:
        play.configure()
        played(play, cassette)
    except Wrong as wrong:
        return wrong.message
    except (TypeError, AttributeError, KeyError) as error:
        return f"arguments that its operations do not take: {error}"
    return ""


def sandbox_studio(api: Api) -> Studio:
    """The demo records, at a moment that never changes."""
    sandbox = Sandbox(api, now=lambda: MOMENT)
    scope = api.scopes[0]

    def renew(readings: Mapping[str, str]) -> None:
        sandbox.reset()
        sandbox.set_readings(readings)

    keys = DEMO_ACCESS_KEY, DEMO_SECRET_KEY
    settings = Settings(f"https://{HOSTS['sandbox']}", *keys, scope.region, scope.service, clock_at(MOMENT))
    return Studio(
        api,
        sandbox,
        settings,
        "sandbox",
        b"sandbox: nothing in it is anybody's",
        lambda: MOMENT,
        sandbox.name,
        renew,
    )


def record_all(studio: Studio, takes: Sequence[Take]) -> Iterator[tuple[Take, Cassette | NotKept]]:
    for take in takes:
        yield take, _recorded(studio, take)


def _recorded(studio: Studio, take: Take) -> Cassette | NotKept:
    try:
        return studio.record(take)
    except NotKept as reason:
        return reason
    except UnicodeEncodeError:
        return NotKept("the server sent half a character (a lone surrogate), which no file can hold")

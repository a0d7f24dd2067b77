"""A cassette file <-> its interactions, the calls they belong to, and where they come from.

The file is vcrpy's YAML with a section `sqlacc` beside `interactions`, which vcrpy's own player does not look at.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import yaml

from sqlacc_codegen.ir import Grade

from ..tagged import Tagged
from ..tokens import differences

FORMAT = 2
VCR_VERSION = 1

# AWS's published example key and the moment of its examples: what every saved request is signed with.
EXAMPLE_ACCESS_KEY = "AKIDEXAMPLE"
EXAMPLE_SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # noqa: S105 - published, opens nothing
EXAMPLE_CLOCK = "2015-08-30T12:36:00Z"
EXAMPLE_MOMENT = 1440938160.0

Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Dumper: type = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

LENGTH = "content-length"  # kept only where the body is shorter: the connection broke

HOSTS = {"sandbox": "sandbox.test", "live": "live.test"}  # by source, the name that stands for the server's
GRADES = get_args(Grade)

Headers = tuple[tuple[str, str], ...]  # names in lower case


class Unreadable(Exception):  # noqa: N818 - a verdict
    """The file is no cassette, or not what it was when it was recorded."""


@dataclass(frozen=True)
class Interaction:
    """One request and its answer."""

    method: str
    target: str  # path and query, raw, as latin-1
    headers: Headers
    body: bytes
    status: int
    answer_headers: Headers
    answer: bytes
    faulty: bool = False  # a fault on demand, not the server, answered

    def header(self, name: str) -> str | None:
        return next((value for n, value in self.headers if n == name), None)

    @property
    def digest(self) -> str:
        """A hash of all of it."""
        parts = [self.method, self.target, list(map(list, self.headers)), self.body.hex(), self.status]
        parts += [list(map(list, self.answer_headers)), self.answer.hex(), *(["faulty"] if self.faulty else [])]
        return _hash(parts)


@dataclass(frozen=True)
class Call:
    """An operation with its arguments, how it ended (`value`, or side and kind of the error), its interactions."""

    op: str
    args: Mapping[str, Tagged]
    ends: str
    requests: int


@dataclass(frozen=True)
class Origin:
    """Where a cassette comes from."""

    source: str  # sandbox or live
    recorded: str  # day, YYYY-MM-DD
    host: str  # the name that stands for the server's
    server_version: str
    spec_version: str
    spec_sha256: str
    region: str
    service: str
    tools: Mapping[str, str]
    scrubbed: tuple[str, ...]  # the rules that were applied


@dataclass(frozen=True)
class Cassette:
    """A recording of one case."""

    case: str  # id of the case that was recorded
    grade: str
    origin: Origin
    interactions: tuple[Interaction, ...]
    calls: tuple[Call, ...]
    volatile: tuple[str, ...] = ()  # places of answers that change by themselves

    @staticmethod
    def path(source: str, case: str) -> str:
        """Where the recording of a case stands below the folder of cassettes."""
        subject, _, rest = case.partition("/")
        return f"{source}/{subject}/{re.sub('[^a-z0-9]+', '-', rest.lower()).strip('-')}.yaml"

    @property
    def file(self) -> str:
        return self.path(self.origin.source, self.case)


# --- writing ------------------------------------------------------------------------------------------------------


def dump(cassette: Cassette) -> str:
    """The text of the file."""
    plain = _unmarked(_plain(_document(cassette)))
    return str(yaml.dump(plain, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1_000_000))


def _document(cassette: Cassette) -> dict[str, Any]:
    origin = cassette.origin
    calls = [
        {"op": call.op, "args": call.args, "ends": call.ends, "requests": call.requests} for call in cassette.calls
    ]
    faulty = [number for number, one in enumerate(cassette.interactions, 1) if one.faulty]
    about = {
        "format": FORMAT,
        "case": cassette.case,
        "grade": cassette.grade,
        "source": origin.source,
        "recorded": origin.recorded,
        "host": origin.host,
        "server_version": origin.server_version,
        "spec_version": origin.spec_version,
        "spec_sha256": origin.spec_sha256,
        "region": origin.region,
        "service": origin.service,
        "tools": dict(origin.tools),
        "scrubbed": list(origin.scrubbed),
        **({"volatile": list(cassette.volatile)} if cassette.volatile else {}),
        **({"faulty": faulty} if faulty else {}),
    }
    hashes = {
        "about": _hash(about),
        "calls": [_hash(call) for call in calls],
        "interactions": [interaction.digest for interaction in cassette.interactions],
    }
    return {
        "sqlacc": {**about, "calls": calls, "hashes": hashes},
        "interactions": [_out(origin.host, interaction) for interaction in cassette.interactions],
        "version": VCR_VERSION,
    }


def _plain(document: Any) -> Any:
    """Nothing but plain values, each of its own, so that the file has no aliases."""
    return json.loads(json.dumps(document, default=_bytes))


def _out(host: str, one: Interaction) -> dict[str, Any]:
    return {
        "request": {
            "method": one.method,
            "uri": f"https://{host}{one.target}",
            "headers": {name: [value] for name, value in one.headers},
            "body": one.body or None,
        },
        "response": {
            "status": {"code": one.status, "message": _reason(one.status)},
            "headers": {name: [value] for name, value in one.answer_headers},
            "body": {"string": one.answer},
        },
    }


def _reason(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


_MARK = "\0binary:"


def _bytes(value: Any) -> str:
    """Text where it is text, else marked for `!!binary`. A day that nobody put in quotes is read as one."""
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return _MARK + value.hex()


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unmarked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_unmarked(item) for item in value]
    if isinstance(value, str) and value.startswith(_MARK):
        return bytes.fromhex(value[len(_MARK) :])
    return value


# --- reading ------------------------------------------------------------------------------------------------------


def load(path: Path) -> Cassette:
    """Raises `Unreadable` for whatever is not exactly what was recorded."""
    try:
        return read(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from None
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from None


def read(text: str) -> Cassette:
    try:
        found = _parsed(text)
    except yaml.YAMLError as error:
        raise Unreadable(f"no YAML: {error}") from None
    except RecursionError:
        raise Unreadable("no cassette of ours: too deep") from None
    if not isinstance(found, dict) or "sqlacc" not in found:
        raise Unreadable("no cassette of ours: it has no section `sqlacc` that says where it comes from")
    try:
        section = found["sqlacc"]
        if section["format"] != FORMAT or found["version"] != VCR_VERSION:
            raise Unreadable(f"format {section['format']} of version {found['version']} is not known here")
        cassette = _cassette(section, found["interactions"])
        document = _plain(_document(cassette))
        _check(cassette, section["hashes"], document["sqlacc"]["hashes"])
    except KeyError as error:
        raise Unreadable(f"no cassette of ours: it has no {error}") from None
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise Unreadable(f"no cassette of ours: {error}") from None
    for one in differences(document, _plain(found)):
        raise Unreadable(f"it was changed by hand: {one}")
    return cassette


def _parsed(text: str) -> Any:
    loader = Loader(text)
    try:
        root = loader.get_single_node()
        _distinct(root)
        return loader.construct_document(root) if root else None
    finally:
        loader.dispose()


def _distinct(root: yaml.Node | None) -> None:
    """YAML lets the last of two equal names win; vcrpy's player and ours would, too."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            names = [name.value for name, _ in node.value if isinstance(name, yaml.ScalarNode)]
            if len(set(names)) != len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise Unreadable(f"line {node.start_mark.line + 1}: {twice} is there twice")
            waiting += [inner for _, inner in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _cassette(section: Mapping[str, Any], interactions: list[Any]) -> Cassette:
    names = ("source", "recorded", "host", "server_version", "spec_version", "spec_sha256", "region", "service")
    texts = {name: str(section[name]) for name in names}
    date.fromisoformat(texts["recorded"])
    if texts["host"] != HOSTS.get(texts["source"]):
        raise ValueError(f"the source {texts['source']} does not fit the host {texts['host']}")
    if section["grade"] not in GRADES or not isinstance(section["case"], str) or "/" not in section["case"]:
        raise ValueError(f"{section['case']} of grade {section['grade']} is no case")
    faulty = set(section.get("faulty", []))
    return Cassette(
        section["case"],
        section["grade"],
        Origin(**texts, tools=dict(section["tools"]), scrubbed=tuple(section["scrubbed"])),
        tuple(_in(one, number in faulty) for number, one in enumerate(interactions, 1)),
        tuple(Call(c["op"], c["args"], c["ends"], c["requests"]) for c in section["calls"]),
        tuple(section.get("volatile", [])),
    )


def _in(one: Mapping[str, Any], faulty: bool) -> Interaction:
    asked, told = one["request"], one["response"]
    url = urlsplit(asked["uri"])
    return Interaction(
        asked["method"],
        f"{url.path}?{url.query}" if url.query else url.path,
        tuple((name.lower(), values[0]) for name, values in asked["headers"].items()),
        _raw(asked["body"]),
        told["status"]["code"],
        tuple((name.lower(), values[0]) for name, values in told["headers"].items()),
        _raw(told["body"]["string"]),
        faulty,
    )


def _raw(body: str | bytes | None) -> bytes:
    return body.encode("utf-8") if isinstance(body, str) else body or b""


def _check(cassette: Cassette, recorded: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """The hashes that were recorded, and those of what is there now."""
    if not cassette.interactions or not cassette.calls:
        raise Unreadable("it holds no interaction")
    named = {
        "interactions": [
            f"interaction {n} ({one.method} {one.target})" for n, one in enumerate(cassette.interactions, 1)
        ],
        "calls": [f"call {n} ({one.op}, which ends in {one.ends})" for n, one in enumerate(cassette.calls, 1)],
    }
    for kind, names in named.items():
        if len(recorded[kind]) != len(names):
            raise Unreadable(f"it holds {len(names)} {kind}, {len(recorded[kind])} were recorded")
        for name, then, now in zip(names, recorded[kind], found[kind], strict=True):
            if then != now:
                raise Unreadable(f"{name} is not what was recorded")
    if recorded["about"] != found["about"]:
        raise Unreadable("what it says of itself, from `format` to `calls`, is not what was recorded")
    asked = sum(call.requests for call in cassette.calls)
    if asked != len(cassette.interactions):
        raise Unreadable(f"its calls made {asked} requests, it holds {len(cassette.interactions)}")


def _hash(plain: Any) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=_bytes).encode()).hexdigest()

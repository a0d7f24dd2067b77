"""Suites of reading: pages, PDFs, closed doors, and everything that can be seen without writing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sqlacc_codegen.ir import Api, Field

from ...cases.subject import Subject
from ...play import Row
from ...recordings.scribe import signed
from ...sandbox.exchange import Request
from ...server_check import ANY
from ...tagged import bare
from ..dice import Dice
from ..records import Given, Maker
from ..scene import Scene
from ..transport import Http
from .suite import Suite, with_operations

COUNTS = (0, 1, 2, 3, 49, 50, 51, 100, 120)
PEEK = 200  # rows that are looked at where there may be any number
DAY = 86_400


def listed(scene: Scene, given: Given) -> None:
    """So many more records, listed in pages of several sizes."""
    s, size = scene.s, scene.play.api.page_size
    before = scene.keys()
    records = [s.variant(number) for number in range(given["count"])]
    with scene.held("P2"):
        results = scene.value("create_many", records=records)["results"] if records else []
        made = [bare(s.key(one["record"])) for one in results if one["status"] == "created"]
        scene.play.equal(len(records), len(made), "records created")
    keys = scene.keys()
    scene.check("P16", len(keys) == len(set(keys)), "a row came twice")
    scene.same("P17", len(before) + len(made), len(keys), "the number of rows")
    scene.check("P17", set(made) <= set(keys), "a record that was made is not in the list")
    paged(scene, given, keys, size)


def paged(scene: Scene, given: Given, keys: list[Any], size: int) -> None:
    """`keys` are the first rows; the same ones come in pages of another size, and one by one page."""
    s = scene.s
    again = scene.keys(page_limit=given["page"], max=max(len(keys), 1))
    scene.same("P17", keys, again[: len(keys)], f"the rows in pages of {given['page']}")
    offset = given["offset"] % (len(keys) + 1)
    page = [bare(s.key(row)) for row in scene.value("list", offset=offset, limit=given["page"])["records"]]
    heeded = "limit_parameter" not in scene.readings
    if ANY in scene.readings:  # nobody knows; a page that is small enough was asked for so
        heeded = len(page) <= given["page"]
    most = given["page"] if heeded else size
    scene.check("P15", len(page) <= most, f"{len(page)} rows in a page of {most}")
    expected = keys[offset : offset + most]
    scene.same("P17", expected, page[: len(expected)], f"the page from row {offset}")
    asked = {"offset": 0, "limit": size + given["more"]}
    with scene.held("P15"):
        answer = scene.play.value("client.raw", method="GET", path=scene.o.path, query=asked)
        found = answer["value"].get("data", answer["value"].get("items"))
        scene.play.check(len(found) <= size, f"{len(found)} rows when {asked['limit']} were asked for")


def printed(scene: Scene, given: Given) -> None:
    o, s = scene.o, scene.s
    assert o.pdf is not None
    made, other = scene.created(given["record"], 1), scene.created(given["record"], 2)
    template = o.pdf.reports[given["report"] % len(o.pdf.reports)] if given["report"] else None
    with scene.held("P5"):
        options = {"template": template} if template else {}
        found, another = (scene.value("pdf", key=s.key(record), **options)["$pdf"] for record in (made, other))
        scene.play.check(found["len"] > 0, "an empty PDF")
        scene.play.check(found["sha256"] != another["sha256"], "two records of other numbers print alike")


def locked(scene: Scene, given: Given) -> None:
    """With wrong keys, and with requests that are signed wrongly or not at all."""
    play, right = scene.play, scene.play.settings
    mutation: dict[str, str] = {"secret_key": right.secret_key + "x", "access_key": f"x{right.access_key}"}
    name = given["wrong"]
    with scene.held("P12"):
        if name in mutation:
            play.configure(**{name: mutation[name]})
            play.error(scene.s.op("list"), "authentication")
            play.error(scene.s.op("get"), "authentication", key=scene.s.missing_key)
            play.configure(**{name: getattr(right, name)})
        else:
            status = _without_right(scene, name)
            play.check(status in (401, 403), f"a request {name} was answered with {status}")


def _without_right(scene: Scene, name: str) -> int:
    """The status of a request whose signature does not hold."""
    play, target, other = scene.play, f"{scene.o.path}?offset=0&limit=1", f"{scene.o.path}?offset=0&limit=2"
    clock = play.settings.clock
    now = datetime.fromisoformat(clock.replace("Z", "+00:00")).timestamp() if clock else time.time()
    moment = now - 2 * DAY if name == "signed two days ago" else now
    meant = {"accept": "application/json"}
    headers = list(signed("GET", target, meant, b"", play.settings, moment))
    if name == "without a signature":
        headers = [(n, v) for n, v in headers if n in ("host", "accept")]
    if name == "with another's signature":
        target = other
    case = f"{play.case}#locked"
    raw = [(n.encode(), v.encode("latin-1")) for n, v in (*headers, ("x-case", case))]
    path, _, query = target.encode("ascii").partition(b"?")
    http = Http(play.settings.base_url, play.settings.timeout_ms / 1000, tell_case=play.tap is not None)
    try:
        status = http.respond(Request("GET", path, query, raw)).status
    finally:
        http.close()
    if play.tap:
        play.seen += play.tap.take(case)
    return status


def looked_at(scene: Scene, given: Given) -> None:
    """What is there already, without writing anything."""
    s, o = scene.s, scene.o
    with scene.held("P1"):
        rows = scene.value("iterate", max=PEEK)["records"]
    keys = [bare(s.key(row)) for row in rows]
    scene.check("P16", len(keys) == len(set(keys)), "a row came twice")
    paged(scene, given, keys, scene.play.api.page_size)
    if not rows or "get" not in o.by_operation:
        return
    row = rows[given["pick"] % len(rows)]
    with scene.held("P1"):
        record = scene.read(s.key(row))
    scene.same("P4", row, {wire: record.get(wire) for wire in row}, "the row of the list, beside the record")
    scene.adds_up(record)
    filtered(scene, rows, row, given["pick"])
    if "find" in o.by_operation:
        with scene.held("P4"):
            scene.play.equal(record, scene.value("find", where={n: row[n] for n in o.identity}), "the record found")


def filtered(scene: Scene, rows: list[Row], row: Row, pick: int) -> None:
    """By a value of the row, whole or its beginning: these rows and no others. All rows are known unless there are very
    many. Whether letters' case counts, nobody knows of a real server."""
    o, s = scene.o, scene.s
    unsure = scene.restyled | {o.counter}  # whether a first counter is nothing or 0 is a reading
    fields = [f.wire for f in o.fields if f.wire not in unsure and _filterable(f, bare(row.get(f.wire)))]
    if not fields or len(rows) == PEEK:
        return
    wire = fields[pick % len(fields)]
    values = {bare(s.key(one)): _filter_text(one.get(wire)) for one in rows}
    whole = _filter_text(row[wire])
    asked: list[tuple[str, Callable[[str], bool]]] = [(whole, lambda text: text == whole)]
    if o.by_wire[wire].type.kind in TEXTS:
        begun, other = whole[: 1 + pick % len(whole)], whole.swapcase()
        asked.append((f"{begun}*", lambda text: text.startswith(begun)))
        if ANY not in scene.readings and other != whole:
            asked.append((other, lambda text: text == other))
    for text, fits in asked:
        with scene.held("P32"):
            expected = [key for key, value in values.items() if fits(value)]
            result = scene.play.call(s.op("iterate"), where={wire: text})
            nothing = result.kind == "not_found" and not expected
            scene.play.check(result.ok or nothing, f"{wire}={text} ended with {result.kind}: {result.message}")
            found = [bare(s.key(one)) for one in result.value["records"]] if result.ok else []
            scene.play.equal(expected, found, f"rows with {wire}={text}")


def _filterable(field: Field, value: Any) -> bool:
    """A flag, a day, a whole number; a text without signs that mean something in a filter."""
    if field.detail_only or value in (None, "", "----"):
        return False
    plain = isinstance(value, str) and value.isprintable() and value.strip() == value and not set(value) & set("*?[")
    return field.type.kind in ("flag", "date", "integer") or (field.type.kind in TEXTS and plain)


def _filter_text(value: Any) -> str:
    """As it stands in a query."""
    plain = bare(value)
    return "" if plain is None else str(plain).lower() if isinstance(plain, bool) else str(plain)


TEXTS = ("text", "code")
WRONG = ("secret_key", "access_key", "without a signature", "with another's signature", "signed two days ago")


def _pages(dice: Dice) -> dict[str, Any]:
    """Small pages more often: there may be few rows."""
    return {"page": 1 + dice(1 + dice(50)), "offset": dice(201), "more": 1 + dice(150)}


@st.composite
def _listed(draw: DrawFn, maker: Maker) -> Given:  # noqa: ARG001
    dice = Dice(draw)
    return {"count": dice.one_of(COUNTS), **_pages(dice)}


def _printed(maker: Maker) -> SearchStrategy[Given]:
    return st.fixed_dictionaries({"record": maker.records(), "report": st.integers(0, 40)})


def _locked(maker: Maker) -> SearchStrategy[Given]:  # noqa: ARG001
    return st.fixed_dictionaries({"wrong": st.sampled_from(WRONG)})


@st.composite
def _looked_at(draw: DrawFn, maker: Maker) -> Given:  # noqa: ARG001
    dice = Dice(draw)
    return {"pick": dice(1000), **_pages(dice)}


def _first(api: Api) -> Iterator[Subject]:
    """Doors are the same everywhere: a document and a master."""
    found = {subject.o.kind: subject for subject in reversed(list(with_operations("list", "get")(api)))}
    yield from found.values()


READING = (
    Suite(
        "looked at",
        "Lists in pages of any size, and any record that is there.",
        ("P1", "P4", "P15", "P16", "P17", "P18", "P19", "P27", "P32"),
        with_operations("list"),
        _looked_at,
        looked_at,
        live="read",
        share=0.5,
    ),
    Suite(
        "listed",
        "Some more records, up to several pages.",
        ("P15", "P16", "P17"),
        with_operations("list", "create"),
        _listed,
        listed,
        avoids={"negative_stock": ("refused",)},
        share=0.2,
    ),
    Suite(
        "printed",
        "A record as PDF by any of its reports.",
        ("P5",),
        with_operations("create", "pdf"),
        _printed,
        printed,
        live="write",
        avoids={"negative_stock": ("refused",)},
        share=0.3,
    ),
    Suite(
        "locked out",
        "Wrong keys; requests without a signature, with another's, with an old one.",
        ("P12",),
        _first,
        _locked,
        locked,
        live="read",
    ),
)

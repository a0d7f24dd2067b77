"""Cases that meet a reading no round meets: what it asks for has to be in a record, a request or a story of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqlacc_codegen.ir import Api, TextType

from ..play import Play, Row
from ..tagged import bare
from ..wire import at
from .case import Case
from .subject import Subject

# Reading -> the name of the case that meets it. Each is played once as it is, and again under every other value.
MEETS = {
    "styleid_type": "numbers as styles of rows",
    "signing_scope": "every scope",
    "star_paging": "raw: detail form from an offset",
    "unknown_filter": "unknown field",
    "unknown_keys": "unknown key",
    "dates_in": "raw: compact date",
    "empty_keys": "raw: empty keys",
    "omitted_fields": "raw: fields left out",
    "text_sizes": "longer text",
    "stock_received_path": "raw: other path",
    "amounts": "amounts sent",
    "rounding_tie": "amounts half up",
    "typed_number": "next number typed",
    "order_offset": "nothing left",
    "cancelled_transfer": "cancelled",
    "negative_stock": "more than in stock",
}

# Reading and value -> why nothing that a client is told can depend on it.
BEYOND_CLIENTS = {
    ("star_signing", "encoded"): "Every signature is held to the form that this value asks for, whatever is played.",
}


def telling(api: Api, subjects: list[Subject], hard: list[Subject]) -> Iterator[Case]:
    """Each on the first object that has what it takes."""
    able = [s for s in (*hard, *(s for s in subjects if s not in hard)) if s.can("create") and s.creates]
    for make, suits in (
        (_scopes, lambda s: s.can("list")),
        (_unknown_key, lambda s: s.creates),
        (_detail_form, lambda s: s.can("find")),
        (_styles, lambda s: s.can("update") and s.text_field and s.table and "styleid" in s.table.by_wire),
        (_compact_date, _date),
        (_empty_keys, lambda s: s.o.by_wire[s.o.key].type.kind == "integer"),
        (_left_out, lambda s: s.can("update") and s.text_field),
        (_long, _longer),
        (_other_path, lambda s: s.o.other_paths),
        (_typed, lambda s: s.can("delete") and "format" in s.o.behaviour.get("numbering", {})),
        (_out_of_stock, lambda s: s.o.behaviour.get("stock", {}).get("effect") in ("out", "move")),
    ):
        yield from [make(api, s) for s in able if suits(s)][:1]


def _case(s: Subject, operation: str, reading: str, play: Callable[[Play], None]) -> Case:
    return Case(s.o.id, operation, MEETS[reading], play, "inferred")


def _scopes(api: Api, s: Subject) -> Case:
    def play_scopes(play: Play) -> None:
        wanted = play.reading("signing_scope")
        for scope in api.scopes:
            play.configure(region=scope.region, service=scope.service)
            result = play.call(s.op("list"), limit=1)
            play.equal(wanted in ("", "any", scope.id), result.ok, f"success in the scope {scope.id}")

    return _case(s, "list", "signing_scope", play_scopes)


def _unknown_key(_: Api, s: Subject) -> Case:
    def play_unknown(play: Play) -> None:
        play.configure(validate=False)
        result = play.call(s.op("create"), record=s.variant(1) | {"no_such_field": "x"})
        play.equal(play.reading("unknown_keys") != "refused", result.ok, "success")

    return _case(s, "create", "unknown_keys", play_unknown)


def _detail_form(_: Api, s: Subject) -> Case:
    def play_detail(play: Play) -> None:
        for number in (1, 2):
            play.value(s.op("create"), record=s.variant(number))
        for offset in (0, 1):
            query = {"offset": offset, "limit": 1}
            found = play.value("client.raw", method="GET", path=f"{s.o.path}/*", query=query)
            play.equal(200, found["status"], "status")

    return _case(s, "find", "star_paging", play_detail)


def _styles(_: Api, s: Subject) -> Case:
    def play_styles(play: Play) -> None:
        assert s.table is not None
        table, field = s.table.wire, s.text_field or ""
        rows = [row | {"styleid": str(n)} for n, row in enumerate(s.full[table], 11)]
        stored = s.stored(play, s.full | {table: rows})
        updated = play.value(s.op("update"), record=stored, changes={field: "styled"})
        play.equal([r["styleid"] for r in stored[table]], [r["styleid"] for r in updated[table]], "styleid")

    return _case(s, "update", "styleid_type", play_styles)


def _date(s: Subject) -> str:
    return next((f.wire for f in s.o.fields if f.type.kind == "date" and not f.read_only), "")


def _compact_date(_: Api, s: Subject) -> Case:
    def play_date(play: Play) -> None:
        result = play.call("client.raw", method="POST", path=s.o.path, body=s.variant(1) | {_date(s): "20260115"})
        play.equal(play.reading("dates_in") == "compact_too", result.ok, "success")

    return _case(s, "create", "dates_in", play_date)


def _empty_keys(_: Api, s: Subject) -> Case:
    """Clients leave them out by themselves, all but in raw calls."""

    def play_empty(play: Play) -> None:
        result = play.call("client.raw", method="POST", path=s.o.path, body=s.variant(1) | {s.o.key: 0})
        play.equal(play.reading("empty_keys") != "crash", result.ok, "success")

    return _case(s, "create", "empty_keys", play_empty)


def _left_out(_: Api, s: Subject) -> Case:
    """Clients send the whole record, all but in raw calls."""

    def play_left_out(play: Play) -> None:
        stored, field = s.stored(play), s.text_field or ""
        needed = [f.wire for f in s.o.fields if f.create == "required"]
        body = {name: stored[name] for name in (s.o.key, *needed)} | {field: "only this"}
        if s.o.counter:
            body[s.o.counter] = int(bare(stored[s.o.counter]) or 0) + 1
        play.call("client.raw", method="PUT", path=at(s.o, s.key(stored)), body=body)
        after = play.value(s.op("get"), key=s.key(stored))
        rest = [f.wire for f in s.o.fields if not f.read_only and f.wire not in body]
        kept = all(stored.get(wire) == after.get(wire) for wire in rest)
        play.equal("only this", after[field], field)
        play.equal(play.reading("omitted_fields") != "cleared", kept, "whether the rest is kept")

    return _case(s, "update", "omitted_fields", play_left_out)


def _longer(s: Subject) -> dict[str, str]:
    """A text that is too long for one source and not for the other."""
    for field in s.o.fields:
        type = field.type
        if isinstance(type, TextType) and type.size != type.largest and not field.read_only:
            return {field.wire: "x" * (type.largest or 0)}
    return {}


def _long(_: Api, s: Subject) -> Case:
    def play_long(play: Play) -> None:
        result = play.call(s.op("create"), record=s.variant(1) | _longer(s))
        play.equal(play.reading("text_sizes") == "template", result.ok, "success")

    return _case(s, "create", "text_sizes", play_long)


def _other_path(_: Api, s: Subject) -> Case:
    """Both answer, the other one as a resource of its own, or one of them does not."""

    def play_paths(play: Play) -> None:
        for path in (s.o.path, *s.o.other_paths):
            play.call("client.raw", method="GET", path=path, query={"limit": 1})

    return _case(s, "list", "stock_received_path", play_paths)


def _typed(_: Api, s: Subject) -> Case:
    """A number of one's own that is the next one; then its record goes, and the number is free again."""
    wire = s.o.behaviour["numbering"]["field"]
    record: Row = {name: value for name, value in s.minimum.items() if name != wire}

    def play_typed(play: Play) -> None:
        typed = _next(play.value(s.op("create"), record=record)[wire])
        made = play.value(s.op("create"), record=record | {wire: typed})
        play.value(s.op("delete"), key=s.key(made))
        given = play.value(s.op("create"), record=record)[wire]
        play.equal(_next(typed) if play.reading("typed_number") == "advances" else typed, given, wire)

    return _case(s, "create", "typed_number", play_typed)


def _next(number: str) -> str:
    return re.sub(r"[0-9]+$", lambda digits: f"{int(digits[0]) + 1:0{len(digits[0])}d}", number)


def _out_of_stock(_: Api, s: Subject) -> Case:
    facts = s.o.behaviour["amounts"]

    def play_out(play: Play) -> None:
        rows = [row | {facts["quantity"]: {"$dec": "99999.00"}} for row in s.minimum[facts["table"]]]
        result = play.call(s.op("create"), record=s.variant(1) | {facts["table"]: rows})
        play.equal(play.reading("negative_stock") != "refused", result.ok, "success")

    return _case(s, "create", "negative_stock", play_out)

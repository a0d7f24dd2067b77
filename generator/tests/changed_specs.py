"""Random changes of an Api, for the laws of `sqlacc diff`: each at one place, so that two of them can be told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from sqlacc_codegen.ir import (
    Api,
    BlobType,
    CodeType,
    DateType,
    DecimalType,
    Default,
    EnumType,
    EpochType,
    Evidence,
    Field,
    FlagType,
    IntegerType,
    Lines,
    MomentType,
    Object,
    Rule,
    TextType,
)
from sqlacc_codegen.names import Name

_EVIDENCE = Evidence("inferred", ("WB",), "a caveat (of sorts)")
_SIZES = st.none() | st.integers(1, 90)
_DOCS = st.sampled_from(["", "Other words.", "x | y\n`z` <b> {{w}}"])
_TYPES = st.one_of(
    _SIZES.map(TextType),
    st.sampled_from([TextType(5, 9), IntegerType(), FlagType(), DateType(), MomentType(), EpochType(), BlobType()]),
    st.sampled_from([None, 2, 4]).map(DecimalType),
    st.builds(CodeType, st.sampled_from(["agent", "customer", "tax"]), _SIZES),
    st.builds(
        lambda values, size: EnumType("text", tuple((v, f"is {v}") for v in values), size),
        st.lists(st.sampled_from(["A", "B", "1", "yes"]), min_size=1, unique=True),
        _SIZES,
    ).filter(lambda enum: enum.size is None or all(len(str(value)) <= enum.size for value, _ in enum.values)),
    st.lists(st.integers(-1, 5), min_size=1, unique=True).map(
        lambda values: EnumType("integer", tuple((v, f"is {v}") for v in values))
    ),
)
_DEFAULTS = st.none() | st.sampled_from(
    [Default("value", "----"), Default("value", True), Default("value", 0), Default("field", "docno"), Default("today")]
)
_FACTS: dict[str, st.SearchStrategy[Any]] = {
    "type": _TYPES,
    "doc": _DOCS,
    "note": _DOCS,
    "evidence": st.sampled_from([_EVIDENCE, Evidence("documented"), Evidence("observed", ("OCC", "WB"))]),
    "create": st.sampled_from(["required", "optional", "unknown"]),
    "read_only": st.booleans(),
    "detail_only": st.booleans(),
    "default": _DEFAULTS,
    "unit": st.sampled_from(["", "days", "home currency"]),
    "personal": st.sampled_from(["", "name", "phone"]),
    "name": st.sampled_from([Name(("other", "words")), Name(("doc", "no"))]),
}
_OBJECT_FACTS: dict[str, st.SearchStrategy[Any]] = {
    "doc": st.just("Other words."),
    "title": st.just("Another Title"),
    "notes": st.sampled_from([(), ("A note.",)]),
    "identity": st.just(("key",)),  # the name of the object's key is put in its place
    "plural": st.just(Name(("many", "more"))),
    "counter": st.just(None),
    "rules": st.sampled_from([(), (Rule("positive", {"field": "docamt"}, "Above zero.", _EVIDENCE),)]),
}


@dataclass(frozen=True)
class Edit:
    """What is done, to which object, and below which table or field."""

    object: str
    place: str
    change: Callable[[Object], Object]

    def __call__(self, api: Api) -> Api:
        objects = tuple(self.change(o) if o.id == self.object else o for o in api.objects)
        return replace(api, objects=objects)

    def __repr__(self) -> str:
        return f"{self.object}: {self.place}"


def new_field(wire: str) -> Field:
    return Field(wire, Name.parse(wire), TextType(8), "New.", _EVIDENCE)


@st.composite
def edits(draw: st.DrawFn, api: Api) -> Edit:
    """One change of one object."""
    object = draw(st.sampled_from(api.objects))
    what = draw(st.sampled_from(["field", "field", "field", "new", "gone", "operation", "table", "object"]))
    path = draw(st.sampled_from([(), *(path for path, _ in object.all_tables())]))
    if what == "object":
        name = draw(st.sampled_from(sorted(_OBJECT_FACTS)))
        value = (object.key,) if name == "identity" else draw(_OBJECT_FACTS[name])
        return Edit(object.id, f"{name}={value!r}", lambda o: replace(o, **{name: value}))
    if what == "operation":
        kind = draw(st.sampled_from([operation.kind for operation in object.operations if operation.kind != "get"]))
        return Edit(
            object.id,
            f"no {kind}",
            lambda o: replace(
                o,
                operations=tuple(x for x in o.operations if x.kind != kind),
                indexed=() if kind == "find" else o.indexed,
                pdf=None if kind == "pdf" else o.pdf,
                examples=tuple(e for e in o.examples if not _sent_by(e.purpose, kind)),
            ),
        )
    if what == "table":
        if not path:
            return Edit(object.id, "no tables", lambda o: replace(o, lines=(), rules=()))
        return Edit(object.id, f"{path} row key", lambda o: _at(o, path, lambda holder: replace(holder, key=None)))
    holder = object if not path else dict(object.all_tables())[path]
    wire = draw(st.sampled_from([field.wire for field in holder.fields]))
    if what == "new":
        field = replace(new_field("udf_new"), create=draw(_FACTS["create"]), type=draw(_TYPES))
        return Edit(object.id, f"{path} new", lambda o: _at(o, path, lambda h: replace(h, fields=(*h.fields, field))))
    if what == "gone" and wire != object.key:
        return Edit(object.id, f"{path} no {wire}", lambda o: _at(o, path, lambda h: _without(h, wire)))
    name = draw(st.sampled_from(sorted(_FACTS)))
    value = draw(_FACTS[name])

    def set_(holder: Any) -> Any:
        return replace(
            holder, fields=tuple(replace(f, **{name: value}) if f.wire == wire else f for f in holder.fields)
        )

    return Edit(object.id, f"{path} {wire}.{name}={value!r}", lambda o: _at(o, path, set_))


def _sent_by(purpose: str, kind: str) -> bool:
    return kind == ("update" if purpose == "update" else "create")


def _without(holder: Any, wire: str) -> Any:
    return replace(holder, fields=tuple(f for f in holder.fields if f.wire != wire))


def _at(holder: Any, path: tuple[str, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(holder)
    lines: tuple[Lines, ...] = tuple(
        _at(table, path[1:], change) if table.wire == path[0] else table for table in holder.lines
    )
    return replace(holder, lines=lines)

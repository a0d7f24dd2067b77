"""fields.yaml and the tables of an object -> Fields and Lines: groups expanded, overrides laid over what is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from .hints import did_you_mean, quoted
from .ir import BlobType, Default, Evidence, Field, Json, Lines, Type
from .names import Name
from .source import Document
from .spec import Spec
from .type_text import TypeTextError, parse_type

Path = tuple[str | int, ...]


@lru_cache(maxsize=4096)
def evidence(text: str) -> Evidence:
    """`documented WB PM (a caveat)`; the form was checked by the schema."""
    head, _, note = text.partition(" (")
    grade, *tags = head.split()
    return Evidence(grade, tuple(tags), note.removesuffix(")"))  # type: ignore[arg-type]


def default(value: Json) -> Default:
    """`=docdate` copies a field, `today` is the date, all else is the value."""
    if isinstance(value, str) and value.startswith("="):
        return Default("field", value[1:])
    return Default("today") if value == "today" else Default("value", value)


class Fields:
    """What fields.yaml describes, and the resolution of tables against it."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        data = spec.fields.data if spec.fields and spec.fields.data else {}
        self.shared: Mapping[str, dict[str, Json]] = data.get("fields", {})
        self.groups: Mapping[str, list[str]] = data.get("groups", {})
        self._types: dict[tuple[str, str], Type | TypeTextError] = {}
        if spec.fields and data:
            self._check_shared(spec.fields)

    def _check_shared(self, document: Document) -> None:
        for wire, facts in self.shared.items():
            self._type(document, ("fields", wire), facts, {})
        for group, members in self.groups.items():
            for index, wire in enumerate(members):
                if wire not in self.shared:
                    message = f'group "{group}" names the field {quoted(wire)}, which is not described'
                    hint = did_you_mean(wire, self.shared)
                    self._spec.add(document, ("groups", group, index), "unknown-field", message, hint)

    def table(self, document: Document, path: Path, data: Mapping[str, Any], outer: Evidence) -> tuple[Field, ...]:
        """The fields of the table that stands at `path`."""
        result: dict[str, Field] = {}
        own_evidence = evidence(data["evidence"]) if "evidence" in data else outer
        defaults = data.get("defaults", {})
        for name, own in data["fields"].items():
            here: Path = (*path, "fields", name)
            own = own or {}
            for wire in self._members(document, here, name, own):
                if wire in result:
                    message = f'field "{wire}" comes twice: by itself and in a group, or in two groups'
                    self._spec.add(document, here, "duplicate-field", message, "write the members out", key=True)
                    continue
                field = self._field(document, here, wire, defaults, own, own_evidence)
                if field:
                    result[wire] = field
        return tuple(result.values())

    def _members(self, document: Document, here: Path, name: str, own: Mapping[str, Json]) -> Sequence[str]:
        if not own.get("group"):
            return [name]
        if name not in self.groups:
            hint = did_you_mean(name, self.groups)
            self._spec.add(document, here, "unknown-group", f"there is no group {quoted(name)}", hint, key=True)
        return self.groups.get(name, [])

    def _field(
        self,
        document: Document,
        here: Path,
        wire: str,
        defaults: Mapping[str, Json],
        own: Mapping[str, Json],
        outer: Evidence,
    ) -> Field | None:
        shared = self.shared.get(wire, {})
        facts = {**shared, **defaults, **own}
        missing = [key for key in ("type", "doc") if key not in facts]
        if missing:
            if not own.get("group"):  # of a group's member fields.yaml itself was told
                message = f'field "{wire}" has no {" and no ".join(missing)}, and fields.yaml does not describe it'
                hint = "add group: true" if wire in self.groups else did_you_mean(wire, self.shared)
                self._spec.add(document, here, "unknown-field", message, hint, key=True)
            return None
        if "type" in own and "values" not in own and not str(own["type"]).startswith("enum"):
            facts.pop("values", None)
        return Field(
            wire=wire,
            name=Name.parse(facts.get("words", wire)),
            type=self._type(document, here, facts, shared if "type" not in own and "values" not in own else None),
            doc=facts["doc"],
            evidence=evidence(facts["evidence"]) if "evidence" in facts else outer,
            create=facts.get("create", "unknown"),
            sdk=facts.get("sdk"),
            read_only=facts.get("read_only", False),
            detail_only=facts.get("detail_only", False),
            default=default(facts["default"]) if "default" in facts else None,
            example=facts.get("example"),
            unit=facts.get("unit", ""),
            personal=facts.get("personal", ""),
            note=facts.get("note", ""),
        )

    def _type(self, document: Document, here: Path, facts: Mapping[str, Any], told: Mapping[str, Json] | None) -> Type:
        """The type in `facts`; a wrong one is a problem here unless it was `told` where it is shared."""
        text, values = facts["type"], facts.get("values")
        key = (text, repr(values))
        if key not in self._types:
            try:
                self._types[key] = parse_type(text, values)
            except TypeTextError as error:
                self._types[key] = error
        result = self._types[key]
        if not isinstance(result, TypeTextError):
            return result
        if not told:
            message = f'field "{here[-1]}": {result}'
            self._spec.add(document, (*here, "type"), "unknown-type", message, result.hint)
        return BlobType()  # accepts every example, so that one mistake is told once

    def lines(self, document: Document, path: Path, data: Mapping[str, Any]) -> tuple[Lines, ...]:
        """The tables below the table or object at `path`."""
        result = []
        for wire, table in data.get("lines", {}).items():
            here: Path = (*path, "lines", wire)
            own_evidence = evidence(table["evidence"])
            fields = self.table(document, here, table, own_evidence)
            if "key" in table and all(field.wire != table["key"] for field in fields):
                message = f'table "{wire}" has the key {quoted(table["key"])}, which is none of its fields'
                hint = did_you_mean(table["key"], [field.wire for field in fields])
                self._spec.add(document, (*here, "key"), "unknown-field", message, hint)
            result.append(
                Lines(
                    wire=wire,
                    name=Name.parse(table.get("words", wire)),
                    item=Name.parse(table["item"]),
                    key=table.get("key"),
                    fields=fields,
                    lines=self.lines(document, here, table),
                    doc=table["doc"],
                    evidence=own_evidence,
                )
            )
        return tuple(result)

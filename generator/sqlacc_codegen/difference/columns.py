"""The schemas of a field (as read, as sent) -> Field: the way back from `exporters/schema.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..ir import (
    BlobType,
    CodeType,
    DateType,
    DecimalType,
    Default,
    EnumType,
    Evidence,
    Field,
    FlagType,
    IntegerType,
    MomentType,
    TextType,
    Type,
)
from ..names import Name
from ..type_text import parse_type

_EVIDENCE = re.compile(r"(documented|observed|inferred)(?:: ([A-Z0-9-]+(?:, [A-Z0-9-]+)*))?(?: \((.*)\))?", re.DOTALL)


def evidence_of(text: str) -> Evidence:
    """`documented: WB, PM (a caveat)`, read back."""
    found = _EVIDENCE.fullmatch(text)
    if not found:
        raise ValueError(f"cannot make out the evidence {text!r}")
    grade, sources, note = found.groups()
    return Evidence(grade, tuple(sources.split(", ")) if sources else (), note or "")  # type: ignore[arg-type]


def field_of(wire: str, seen: Mapping[str, Any], sent: Mapping[str, Any], *, required: bool) -> Field:
    """The field whose schema in a record is `seen`, and in an update `sent`."""
    return Field(
        wire=wire,
        name=Name.parse(seen.get("x-sqlacc-words", wire)),
        type=_type(seen, sent),
        doc=seen.get("description", ""),
        evidence=evidence_of(seen["x-sqlacc-evidence"]),
        create="required" if required else seen.get("x-sqlacc-create", "unknown"),
        read_only=bool(seen.get("readOnly")),
        detail_only=bool(seen.get("x-sqlacc-detail-only")),
        default=_default(seen, sent),
        example=seen["examples"][0] if "examples" in seen else None,
        unit=seen.get("x-sqlacc-unit", ""),
        personal=seen.get("x-sqlacc-personal", ""),
        note=seen.get("x-sqlacc-note", ""),
    )


def _type(seen: Mapping[str, Any], sent: Mapping[str, Any]) -> Type:
    size: int | None = sent.get("maxLength")
    kinds = sent.get("type", ())
    told = parse_type(seen["x-sqlacc-type"]) if "x-sqlacc-type" in seen else None
    if told is not None and (not isinstance(told, TextType) or told.largest == size):
        return told
    if "x-sqlacc-values" in seen:
        values = seen["x-sqlacc-values"].items()
        if "integer" in kinds:
            return EnumType("integer", tuple((int(value), doc) for value, doc in values))
        return EnumType("text", tuple(values), size)
    if "x-sqlacc-code-of" in seen:
        return CodeType(seen["x-sqlacc-code-of"], size)
    if "integer" in kinds or "boolean" in kinds:
        return IntegerType() if "integer" in kinds else FlagType()
    if sent.get("format") in ("date", "date-time"):
        return DateType() if sent["format"] == "date" else MomentType()
    if "pattern" in sent:
        return DecimalType(seen.get("x-sqlacc-scale"))
    return TextType(size) if "type" in seen else BlobType()


def _default(seen: Mapping[str, Any], sent: Mapping[str, Any]) -> Default | None:
    told = seen.get("x-sqlacc-default")
    if told is not None:
        return Default("today") if told == "today" else Default("field", told.removeprefix("="))
    return Default("value", sent["default"]) if "default" in sent else None

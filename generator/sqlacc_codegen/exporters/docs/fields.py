"""Fields of an object or table -> an HTML table that the script of the site sorts and filters."""

from __future__ import annotations

from collections.abc import Iterator

from ...ir import Api, CodeType, DecimalType, EnumType, Evidence, Field, Lines, Object, TextType, Type
from .text import html

_COLUMNS = ("Field", "Type", "On create", "Default", "Meaning", "Evidence")
_CREATE = {"required": "required", "optional": "optional", "unknown": "not known"}
_MANY = 8  # values; more are folded away


def table(api: Api, holder: Object | Lines, path: tuple[str, ...] = ()) -> str:
    """The table; each row can be linked to as `#field-docno` or `#field-sdsdocdetail.qty`."""
    name = ".".join(path) or "header"
    head = "".join(f'<th scope="col">{column}</th>' for column in _COLUMNS)
    rows = "\n".join(_row(api, field, ".".join((*path, field.wire))) for field in holder.fields)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="Fields: {html(name)}">\n'
        f'<table class="fields">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>'
    )


def _row(api: Api, field: Field, path: str) -> str:
    cells = (_type(api, field.type), _create(field), _default(field), _meaning(field), _evidence(field.evidence))
    return (
        f'<tr id="field-{html(path)}"><th scope="row"><code>{html(field.wire)}</code></th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def _type(api: Api, type: Type) -> str:
    kind: str = type.kind
    match type:
        case TextType(size, longer):
            return f"text {size or ''}{f' or {longer}' if longer else ''}".strip()
        case CodeType(target, size):
            page = f"{target}.html" if target in api.by_id else ""
            title = html(api.object(target).title if page else target.replace("_", " "))
            linked = f'<a href="{html(page)}">{title}</a>' if page else title
            return f"code of {linked}{f', {size}' if size else ''}"
        case EnumType(base, _, size):
            return f"one of, {base}{f' {size}' if size else ''}"
        case DecimalType(scale):
            return "decimal" if scale is None else f"decimal, {scale} places"
        case _:
            return kind


def _create(field: Field) -> str:
    if field.read_only:
        return "the server's"
    told = f"<small>SDK: {html(field.sdk)}</small>" if field.create == "unknown" and field.sdk else ""
    return f"<b>required</b>{told}" if field.create == "required" else _CREATE[field.create] + told


def _default(field: Field) -> str:
    if field.default is None:
        return ""
    match field.default.kind:
        case "today":
            return "today"
        case "field":
            return f"as <code>{html(field.default.value)}</code>"
        case _:
            value = field.default.value
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            return f"<code>{html(shown)}</code>" if shown else "empty"


def _meaning(field: Field) -> str:
    return " ".join(_sayings(field))


def _sayings(field: Field) -> Iterator[str]:
    yield html(field.doc)
    if field.unit:
        yield f"Unit: {html(field.unit)}."
    if field.detail_only:
        yield "Not in lists."
    if field.note:
        yield html(field.note)
    if field.personal:
        yield "<small>personal data</small>"
    if isinstance(field.type, EnumType):
        values = field.type.values
        listed = "".join(f"<li><code>{html(value) or '&quot;&quot;'}</code> {html(doc)}</li>" for value, doc in values)
        folded = f"<details><summary>{len(values)} values</summary><ul>{listed}</ul></details>"
        yield folded if len(values) > _MANY else f"<ul>{listed}</ul>"
    if field.example not in (None, ""):
        shown = str(field.example).lower() if isinstance(field.example, bool) else field.example
        yield f"<small>e.g. <code>{html(shown)}</code></small>"


def _evidence(evidence: Evidence) -> str:
    note = f" <small>{html(evidence.note)}</small>" if evidence.note else ""
    return f'<span class="ev {evidence.grade}">{evidence.grade}</span> {html(" ".join(evidence.sources))}{note}'

"""A stored document to a PDF: title, party, a table of its lines, totals. The same record gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from sqlacc_codegen.ir import Field

from .plan import NONE, Plan

Record = Mapping[str, Any]

_FONT = "Helvetica"
_EAST_ASIAN = "STSong-Light"  # one of the fonts that every PDF reader knows without embedding
_HEADER = ("docno", "docdate", "postdate", "terms", "agent", "description")
_PARTY = ("code", "companyname", "address1", "address2", "address3", "address4", "postcode", "city", "phone1")
_REST = ("paymentmethod", "currencycode", "note")
_TOTALS = ("docamt", "localdocamt", "unappliedamt")
_COLUMNS = (
    *("doctype", "docno", "itemcode", "code", "description", "qty", "uom", "unitprice", "unitcost", "fromlocation"),
    *("tolocation", "location", "disc", "tax", "taxrate", "taxamt", "amount", "dr", "cr", "koamt", "outstanding"),
)
_NOTHING = (None, "", NONE)
_MARGIN = 42.5
_WIDTH = 510.0  # between the margins of A4
_PADDING = 8.0


@dataclass(frozen=True)
class _Table:
    """Rows of texts, the first of them the heads, and which columns hold numbers."""

    cells: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]
    wide: int  # the column that takes the room that is left


@dataclass(frozen=True)
class _Sheet:
    """All that is shown, and nothing else: what is set once need not be set again."""

    title: str
    number: str
    report: str
    head: tuple[str, ...]
    tables: tuple[_Table, ...]
    totals: tuple[str, ...]


def document(plan: Plan, record: Record, report: str) -> bytes:
    """The PDF of a record under a report name."""
    o = plan.object
    tables = (_table(lines.by_wire, record[wire]) for wire, lines in o.tables.items() if record.get(wire))
    return _typeset(
        _Sheet(
            plan.title,
            str(record.get("docno") or ""),
            report,
            tuple(_named(o.by_wire, record, _header(plan))),
            tuple(table for table in tables if table),
            tuple(_named(o.by_wire, record, _TOTALS)),
        )
    )


@lru_cache(maxsize=256)
def _typeset(sheet: _Sheet) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    if _EAST_ASIAN not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_EAST_ASIAN))
    plain = ParagraphStyle("plain", fontName=_FONT, fontSize=8, leading=10)
    right = ParagraphStyle("right", parent=plain, alignment=2)
    title = ParagraphStyle("title", parent=plain, fontSize=14, leading=18)

    story: list[Any] = [Paragraph(_mixed(sheet.title), title), Paragraph(_mixed(sheet.report), plain), Spacer(1, 11)]
    story += [Paragraph(_mixed(line), plain) for line in sheet.head]
    for table in sheet.tables:
        story += [Spacer(1, 11), _grid(table)]
    story.append(Spacer(1, 11))
    story += [Paragraph(_mixed(line), right) for line in sheet.totals]

    out = io.BytesIO()
    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"{sheet.title} {sheet.number}".strip(),
        author="sqlacc sandbox",
        subject=sheet.report,
        invariant=1,
    )
    template.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


def _foot(canvas: Any, template: Any) -> None:
    canvas.setFont(_FONT, 7)
    canvas.drawString(template.leftMargin, 20, f"Made by the sqlacc sandbox, not by SQL Account. Page {template.page}")


def _header(plan: Plan) -> list[str]:
    party = plan.behaviour.get("party", {}).get("field", "code")
    return list(dict.fromkeys([*_HEADER, party, *_PARTY, *_REST]))


def _named(fields: Mapping[str, Field], record: Record, wires: Iterable[str]) -> list[str]:
    """`Company Name: ...` for the fields that hold something."""
    return [f"{fields[w].name.title()}: {_shown(record[w])}" for w in wires if record.get(w) not in _NOTHING]


# --- the table of lines ------------------------------------------------------------------------------------------


def _table(fields: Mapping[str, Field], rows: Sequence[Record]) -> _Table | None:
    """The columns that hold something."""
    wires = [wire for wire in _COLUMNS if wire in fields and any(row.get(wire) not in _NOTHING for row in rows)]
    if not wires:
        return None
    head = tuple(fields[wire].name.title() for wire in wires)
    return _Table(
        (head, *(tuple(_shown(row.get(wire)) for wire in wires) for row in rows)),
        tuple(fields[wire].type.kind == "decimal" for wire in wires),
        wires.index("description") if "description" in wires else len(wires) - 1,
    )


def _grid(table: _Table) -> Any:
    """Numbers never wrap, texts do."""
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    size, widths = _fitted(table)
    plain = ParagraphStyle("cell", fontName=_FONT, fontSize=size, leading=size + 2)
    right = ParagraphStyle("number", parent=plain, alignment=2)
    made = [
        [Paragraph(_mixed(cell), right if number else plain) for number, cell in zip(table.numbers, row, strict=True)]
        for row in table.cells
    ]
    style: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING / 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING / 2),
    ]
    return Table(made, colWidths=widths, repeatRows=1, splitInRow=1, style=style)  # a text may be longer than a page


def _fitted(table: _Table) -> tuple[float, list[float]]:
    """The largest size of type at which all numbers fit in one line, and the columns' widths."""
    size, widths, spare = 8.0, [0.0], 0.0
    for size in (8.0, 7.0, 6.0, 5.0):
        widths = [_least(number, [row[n] for row in table.cells], size) for n, number in enumerate(table.numbers)]
        spare = _WIDTH - sum(widths)
        if spare >= 0:
            break
    widths[table.wide] += max(spare, 0.0)
    return size, widths


def _least(number: bool, column: Sequence[str], size: float) -> float:
    """What a column needs at least: its numbers whole, of texts the longest word within reason."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    head, values = column[0], column[1:]
    words = [*head.split(), *(values if number else (word[:12] for value in values for word in value.split()))]
    return max((_printed_width(word, size, stringWidth) for word in words), default=0.0) + _PADDING + 1


def _printed_width(text: str, size: float, measure: Any) -> float:
    return float(sum(measure(run, _EAST_ASIAN if foreign else _FONT, size) for run, foreign in _runs(text)))


# --- texts -------------------------------------------------------------------------------------------------------


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _mixed(text: str) -> str:
    """Text as reportlab's markup, with another font for what Helvetica cannot show."""
    parts: list[str] = []
    for run, foreign in _runs(text):
        escaped = escape(run).replace("\n", "<br/>")
        parts.append(f'<font name="{_EAST_ASIAN}">{escaped}</font>' if foreign else escaped)
    return "".join(parts)


def _runs(text: str) -> list[tuple[str, bool]]:
    """Stretches of characters that Helvetica has and has not; beyond the basic plane there is no font at all."""
    runs: list[tuple[str, bool]] = []
    for letter in text:
        if letter != "\n" and (letter < " " or "\ud800" <= letter <= "\udfff"):
            continue
        foreign = letter > "\xff"
        shown = letter if letter <= "\uffff" else "\u25a1"
        if runs and runs[-1][1] == foreign:
            runs[-1] = (runs[-1][0] + shown, foreign)
        else:
            runs.append((shown, foreign))
    return runs

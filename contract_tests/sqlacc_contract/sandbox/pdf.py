"""A stored document to a PDF: title, party, a table of its lines, totals. The same record gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
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


def document(plan: Plan, record: Record, report: str) -> bytes:
    """The PDF of a record under a report name."""
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

    story: list[Any] = [Paragraph(_mixed(plan.title), title), Paragraph(_mixed(report), plain), Spacer(1, 11)]
    story += [Paragraph(_mixed(line), plain) for line in _named(plan.object.by_wire, record, _header(plan))]
    for wire, lines in plan.object.tables.items():
        if record.get(wire):
            story += [Spacer(1, 11), *_grid(lines.by_wire, record[wire])]
    story.append(Spacer(1, 11))
    story += [Paragraph(_mixed(line), right) for line in _named(plan.object.by_wire, record, _TOTALS)]

    out = io.BytesIO()
    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"{plan.title} {record.get('docno') or ''}".strip(),
        author="sqlacc sandbox",
        subject=report,
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


def _grid(fields: Mapping[str, Field], rows: Sequence[Record]) -> list[Any]:
    """A table of the columns that hold something; numbers never wrap, texts do."""
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    wires = [wire for wire in _COLUMNS if wire in fields and any(row.get(wire) not in _NOTHING for row in rows)]
    if not wires:
        return []
    numbers = {wire for wire in wires if fields[wire].type.kind == "decimal"}
    cells = [
        [fields[wire].name.title() for wire in wires],
        *([_shown(row.get(wire)) for wire in wires] for row in rows),
    ]
    size, widths = _fitted(wires, numbers, cells)
    plain = ParagraphStyle("cell", fontName=_FONT, fontSize=size, leading=size + 2)
    right = ParagraphStyle("number", parent=plain, alignment=2)
    made = [
        [Paragraph(_mixed(cell), right if wire in numbers else plain) for wire, cell in zip(wires, row, strict=True)]
        for row in cells
    ]
    style: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING / 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING / 2),
    ]
    return [Table(made, colWidths=widths, repeatRows=1, style=style)]


def _fitted(wires: Sequence[str], numbers: set[str], cells: Sequence[Sequence[str]]) -> tuple[float, list[float]]:
    """The largest size of type at which all numbers fit in one line, and the columns' widths."""
    size, widths, spare = 8.0, [0.0], 0.0
    for size in (8.0, 7.0, 6.0, 5.0):
        least = [_least(wire in numbers, [row[n] for row in cells], size) for n, wire in enumerate(wires)]
        spare = _WIDTH - sum(least)
        widths = least
        if spare >= 0:
            break
    wide = next((n for n, wire in enumerate(wires) if wire == "description"), len(wires) - 1)
    widths[wide] += max(spare, 0.0)
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

"""A stored document to a PDF: title, party, a table of its lines, totals. The same record gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from .plan import NONE, Plan, Table

_FONT = "Helvetica"
_EAST_ASIAN = "STSong-Light"  # one of the fonts that every PDF reader knows without embedding
_PARTY = ("code", "companyname", "address1", "address2", "address3", "address4", "postcode", "city", "phone1")
_TOTALS = ("docamt", "localdocamt", "unappliedamt")
_COLUMNS = (
    *("doctype", "docno", "itemcode", "code", "description", "qty", "uom", "unitprice", "unitcost", "fromlocation"),
    *("tolocation", "location", "disc", "tax", "taxrate", "taxamt", "amount", "dr", "cr", "koamt", "outstanding"),
)
_NOTHING = (None, "", NONE)


def document(plan: Plan, record: Mapping[str, Any], report: str) -> bytes:
    """The PDF of a record under a report name."""
    import io

    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
    from reportlab.platypus import Table as Grid

    if _EAST_ASIAN not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_EAST_ASIAN))
    plain = ParagraphStyle("plain", fontName=_FONT, fontSize=8, leading=10, wordWrap=None)
    right = ParagraphStyle("right", parent=plain, alignment=2)
    title = ParagraphStyle("title", parent=plain, fontSize=14, leading=18)

    story: list[Any] = [Paragraph(_mixed(plan.title), title), Paragraph(_mixed(report), plain), Spacer(1, 4 * mm)]
    story += [Paragraph(_mixed(f"{name}: {value}"), plain) for name, value in _header(plan, record)]
    for table, rows in _tables(plan, record):
        wires = [wire for wire in _COLUMNS if any(row.get(wire) not in _NOTHING for row in rows)]
        if not wires:
            continue
        decimals = {wire for wire in wires if table.columns[wire].kind == "decimal"}
        cells = [[Paragraph(_mixed(wire), right if wire in decimals else plain) for wire in wires]]
        cells += [
            [Paragraph(_mixed(_shown(row.get(wire))), right if wire in decimals else plain) for wire in wires]
            for row in rows
        ]
        style: list[Any] = [("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        story += [Spacer(1, 4 * mm), Grid(cells, colWidths=_widths(wires, 180 * mm), repeatRows=1, style=style)]
    story.append(Spacer(1, 4 * mm))
    for wire in _TOTALS:
        if record.get(wire) not in _NOTHING:
            story.append(Paragraph(_mixed(f"{wire}: {record[wire]}"), right))

    out = io.BytesIO()
    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=15 * mm,
        rightMargin=15 * mm,
        topMargin=15 * mm,
        bottomMargin=15 * mm,
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


def _header(plan: Plan, record: Mapping[str, Any]) -> list[tuple[str, str]]:
    party = plan.behaviour.get("party", {}).get("field", "code")
    first = [wire for wire in ("docno", "docdate", "postdate", "terms", "agent", "description") if wire in record]
    names = [*first, party, *(wire for wire in _PARTY if wire != party), "paymentmethod", "currencycode", "note"]
    return [(wire, _shown(record[wire])) for wire in names if record.get(wire) not in _NOTHING]


def _tables(plan: Plan, record: Mapping[str, Any]) -> list[tuple[Table, Sequence[Mapping[str, Any]]]]:
    return [(table, record[wire]) for wire, table in plan.table.tables.items() if record.get(wire)]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _widths(wires: Sequence[str], whole: float) -> list[float]:
    shares = [4.0 if wire == "description" else 1.5 if wire in {"itemcode", "docno"} else 1.0 for wire in wires]
    return [whole * share / sum(shares) for share in shares]


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

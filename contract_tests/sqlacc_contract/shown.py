"""Records -> JSON for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlacc_codegen.ir import Object

COLUMNS = 7
WIDE = 200  # columns of a table that goes to a file or program
PREFER = ("docdate", "code", "companyname", "description", "docamt", "currencycode", "status", "isactive")


def wire(answer: Any) -> Any:
    """The JSON form of what the client gives: records by their wire names, amounts and dates as text."""
    if hasattr(answer, "to_wire"):
        return wire(answer.to_wire())
    if isinstance(answer, Mapping):
        return {str(name): wire(value) for name, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        return [wire(item) for item in answer]
    if isinstance(answer, Decimal):
        return str(answer)
    return answer.isoformat() if isinstance(answer, date) else answer


def as_json(value: Any) -> str:
    return json.dumps(wire(value), ensure_ascii=False, indent=2)


def table(o: Object | None, value: Any) -> None:
    """Prints rows as a table, a record as names and values with its line tables below."""
    from rich.console import Console

    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDE)
    if isinstance(value, Mapping) and o is None and isinstance(value.get("data"), list):
        value = value["data"]
    if isinstance(value, Mapping):
        _record(console, value)
    else:
        rows = [row for row in value if isinstance(row, Mapping)]
        _rows(console, rows, _columns(o, rows))
        console.print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}", style="dim")


def _record(console: Any, record: Mapping[str, Any]) -> None:
    from rich.table import Table

    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    tables = {name: rows for name, rows in record.items() if isinstance(rows, list)}
    for name, value in record.items():
        if name not in tables and value not in (None, ""):
            grid.add_row(name, _cell(value))
    console.print(grid)
    for name, rows in tables.items():
        found = [row for row in rows if isinstance(row, Mapping)]
        if found:
            console.print(f"\n[bold]{name}[/]")
            _rows(console, found, _row_columns(found))


def _rows(console: Any, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    from rich.table import Table

    if not rows:
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        numbers = all(_is_number(row.get(name)) for row in rows)
        grid.add_column(name, justify="right" if numbers else "left", overflow="ellipsis", no_wrap=True)
    for row in rows:
        grid.add_row(*(_cell(row.get(name)) for name in columns))
    console.print(grid)


def _columns(o: Object | None, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Key and identity, then what people look for, then whatever else is filled."""
    first = [o.key, *o.identity] if o else []
    return _chosen([*first, *PREFER], rows)


def _row_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    keys = ("dtlkey", "autokey", "seq", "itemcode", "uom", "code", "doctype", "docno", "description", "qty", "rate")
    return _chosen([*keys, "unitprice", "amount", "taxamt", "koamt", "dr", "cr", "refprice"], rows, COLUMNS + 3)


def _chosen(prefer: Sequence[str], rows: Sequence[Mapping[str, Any]], most: int = COLUMNS) -> list[str]:
    def filled(name: str) -> bool:
        return any(row.get(name) not in (None, "", "----") and not isinstance(row.get(name), list) for row in rows)

    names = dict.fromkeys([*prefer, *(name for row in rows for name in row)])
    return [name for name in names if filled(name)][:most]


def _cell(value: Any) -> str:
    from rich.markup import escape

    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return escape("".join(character if character.isprintable() else " " for character in text))


def _is_number(value: Any) -> bool:
    text = str(value).lstrip("-")
    return text.replace(".", "", 1).isdigit() if text else False

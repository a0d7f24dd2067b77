"""Lines of the log -> one HTML page without anything from outside: the matrix, and every case with its wire diff."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..results import Line, digest, is_good, of_type
from .matrix import LEGEND, MARKS, clients, matrix
from .terminal import summary

_STYLE = """
:root{color-scheme:light dark;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700;--line:#8884}
body{font:15px/1.5 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}
th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:left;white-space:nowrap}
.passed{color:var(--good)}.bad{color:var(--bad);font-weight:600}.skipped{color:var(--warn)}
details{border-left:3px solid var(--line);margin:.3rem 0;padding-left:.7rem}summary{cursor:pointer}
pre{background:#8881;padding:.5rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
ins{color:var(--good);text-decoration:none}del{color:var(--bad);text-decoration:none}
.wire{color:#888}
"""


def page(lines: Sequence[Line], seconds: float, good: bool) -> str:
    cases = of_type(lines, "case")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>sqlacc verify</title><style>{_STYLE}</style></head><body>",
        f'<h1>sqlacc verify</h1><p class="{"passed" if good else "bad"}">{escape(summary(lines, seconds, good))}</p>',
        *[_client(line) for line in clients(lines)],
        *[f'<p class="bad">{escape(line["message"])}</p>' for line in of_type(lines, "problem")],
        _matrix(lines),
        f"<p>{LEGEND}. A run against the sandbox is no evidence about the real server.</p>",
        "<h2>What went wrong</h2>",
        *([_case(line) for line in cases if not is_good(line)] or ["<p>Nothing.</p>"]),
        "<h2>Every case</h2>",
        *_by_case(cases),
        f"<p>Digest of the results: <code>{digest(lines)}</code></p></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _client(line: Line) -> str:
    about = line.get("about") or {}
    told = ", ".join(
        f"{name} {about[name]}" for name in ("client", "client_version", "runtime", "spec_version") if name in about
    )
    css = {"failed": "bad", "skipped": "skipped"}.get(line["verdict"], "")
    return f'<p class="{css}"><b>{escape(line["title"])}</b> {escape(told)} {escape(line["message"])}</p>'


def _matrix(lines: Sequence[Line]) -> str:
    found = matrix(lines)
    head = "".join(f"<th scope=col>{escape(column)}</th>" for column in found.columns)
    rows = []
    for row in found.rows:
        cells = []
        for column in found.columns:
            cell = found.cells.get((row, column))
            css = {"failed": "bad"}.get(cell.verdict, cell.verdict) if cell else ""
            cells.append(f'<td class="{css}">{cell.text}</td>' if cell else "<td></td>")
        rows.append(f"<tr><th scope=row>{escape(row)}</th>{''.join(cells)}</tr>")
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _by_case(cases: list[Line]) -> list[str]:
    """Case by language."""
    languages = list(dict.fromkeys(line["language"] for line in cases))
    by_id: dict[str, dict[str, Line]] = {}
    for line in cases:
        by_id.setdefault(line["id"].partition("/")[2], {})[line["language"]] = line
    head = "".join(f"<th scope=col>{escape(language)}</th>" for language in languages)
    rows = []
    for id, found in by_id.items():
        cells = "".join(_verdict(found.get(language)) for language in languages)
        first = next(iter(found.values()))
        wire = "\n".join(f"{w['method']} {w['target']} -> {w.get('broken') or w['status']}" for w in first["wire"])
        rows.append(
            f"<tr><td>{MARKS[first['evidence']]} <details><summary>{escape(id)}</summary>"
            f"<pre>{escape(wire)}</pre></details></td>{cells}</tr>"
        )
    return [f"<table><thead><tr><th>case</th>{head}</tr></thead><tbody>", *rows, "</tbody></table>"]


def _verdict(line: Line | None) -> str:
    if line is None:
        return "<td></td>"
    css = "passed" if line["verdict"] == "passed" else "skipped" if line["verdict"] == "skipped" else "bad"
    word = line["verdict"].replace("_", " ")
    return f'<td class="{css}" title="{escape(line["message"], quote=True)}">{escape(word)}</td>'


def _case(line: Line) -> str:
    differences = "".join(
        f"<p><b>{escape(d['path'] or 'value')}</b><br><ins>expected {escape(d['expected'])}</ins><br>"
        f"<del>received {escape(d['received'])}</del></p>"
        for d in line["differences"]
    )
    wire = "".join(f"<pre>{escape(_wire(w))}</pre>" for w in line["wire"])
    answers = "".join(f"<pre>{escape(str(a['op']))} -> {escape(str(a['answer']))}</pre>" for a in line["answers"])
    return (
        f'<details open><summary class="bad">{escape(line["id"])}: {escape(line["message"])}</summary>'
        f"{differences}<details><summary>On the wire</summary>{wire}</details>"
        f"<details><summary>What the client said</summary>{answers}</details></details>"
    )


def _wire(wire: Line) -> str:
    headers = "".join(f"{name}: {value}\n" for name, value in wire.get("headers", []))
    return (
        f"{wire['method']} {wire['target']}\n{headers}\n{wire.get('body', '')}\n\n"
        f"-> {wire.get('broken') or wire['status']}\n{wire.get('answer', '')}"
    )

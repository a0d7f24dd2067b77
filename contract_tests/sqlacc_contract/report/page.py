"""Lines of the log -> one HTML page that needs nothing else: every case by language, and the wire behind each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from ..coverage import KINDS
from ..results import Line, counts, is_good, of_type
from .details import of_languages
from .matrix import LEGEND, MARKS, clients, matrix
from .terminal import tried

HERE = Path(__file__).parent
TOLD = 500  # cases whose wire is kept in full; the log has them all
LETTERS = {"passed": "p", "skipped": "s"}


def page(lines: Sequence[Line], seconds: float, good: bool) -> str:
    """The HTML text. Cases are drawn by a script from data in the page; the rest can be read without one."""
    run = next(iter(of_type(lines, "run")), {})
    about = [f"against {run['against']}", f"spec {run['spec_version']}", f"sqlacc {run['sqlacc']}"] if run else []
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<link rel="icon" href="data:,">',
        f"<title>{'Good' if good else 'Not good'}: contract report</title>",
        f"<style>\n{(HERE / 'page.css').read_text('utf-8')}</style></head><body>",
        "<header><div><h1>Contract report</h1>",
        f'<p class="quiet">{escape(" · ".join(about))}</p></div>',
        f'<strong class="verdict {"good" if good else "bad"}">{"All good" if good else "Not good"}</strong>',
        '<button id="theme" type="button" hidden>Theme</button></header><main>',
        f"<p>{escape(tried(lines, seconds))}</p>",
        *_problems(lines),
        '<ul class="clients">',
        *[_client(line, lines) for line in clients(lines)],
        "</ul>",
        *_cases(lines),
        *_coverage(lines),
        *_operations(lines),
        "</main>",
        f"<script>\n{(HERE / 'page.js').read_text('utf-8')}</script></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _problems(lines: Sequence[Line]) -> Iterator[str]:
    found = of_type(lines, "problem")
    if found:
        told = [f"<li>{escape(' '.join(filter(None, (line['language'], line['message']))))}</li>" for line in found]
        yield f'<ul class="problems">{"".join(told)}</ul>'


def _client(line: Line, lines: Sequence[Line]) -> str:
    about = line.get("about") or {}
    mine = [one for one in of_type(lines, "case") if one["language"] == line["language"]]
    number = counts(mine)
    bad = len(mine) - number["passed"] - number["skipped"]
    css = "bad" if bad or line["verdict"] == "failed" else "skipped" if not number["passed"] else "good"
    whole = "" if number["passed"] == len(mine) else f" of {len(mine)}"
    told = f"{number['passed']}{whole} passed" if mine else line["verdict"]
    extra = [f"{number['skipped']} skipped"] if number["skipped"] else []
    covered = next((one for one in of_type(lines, "coverage") if one["language"] == line["language"]), None)
    bars = ['<p class="quiet">Proved:</p>', *(_bar(kind, covered[kind]) for kind in KINDS)] if covered else []
    message = f"<p>{escape(line['message'])}</p>" if line["message"] else ""
    return (
        f'<li class="{css}"><h2>{escape(line["title"])}</h2>'
        f'<p class="quiet">{escape(str(about.get("runtime", "")))}</p>'
        f"<p><b>{escape(', '.join([told, *extra]))}</b></p>"
        f"{message}{''.join(bars)}</li>"
    )


def _bar(kind: str, found: Line) -> str:
    total, reached, proved = _sum(found)
    share = f"width:{100 * proved / total if total else 0:.1f}%"
    words = f"{kind}: {proved} of {total} proved, {reached} reached"
    told = f"{kind} {proved}/{total}" + (f", {reached} reached" if reached > proved else "")
    return f'<p class="bar" title="{words}"><span>{told}</span><i style="{share}"></i></p>'


def _sum(found: Line) -> tuple[int, int, int]:
    total, reached, proved = ([numbers[place] for numbers in found["subjects"].values()] for place in range(3))
    return sum(total), sum(reached), sum(proved)


# --- the cases ----------------------------------------------------------------------------------------------------


def _cases(lines: Sequence[Line]) -> Iterator[str]:
    names = [line["language"] for line in clients(lines)]
    by_id: dict[str, list[Line]] = {}
    for line in of_type(lines, "case"):
        by_id.setdefault(line["id"].partition("/")[2], []).append(line)
    used = [name for name in names if any(line["language"] == name for some in by_id.values() for line in some)]
    told = 0
    rows: list[list[Any]] = []
    for id, some in by_id.items():
        verdicts = {line["language"]: LETTERS.get(line["verdict"], "f") for line in some}
        bad = sum(not is_good(line) for line in some)
        told += bad
        rows.append(
            [
                id,
                some[0]["subject"],
                MARKS[some[0]["evidence"]],
                "".join(verdicts.get(name, "-") for name in used),
                of_languages(some, full=told <= TOLD),
            ]
        )
    data = {"languages": used, "cases": rows, "cut": told > TOLD}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    yield '<section aria-labelledby="cases"><h2 id="cases">Cases</h2>'
    yield '<noscript><p class="problems">A script shows the cases; this browser runs none.</p></noscript>'
    yield '<div id="explorer"></div>'
    yield f'<p class="quiet">{LEGEND}. What the sandbox did is no evidence about the real server.</p></section>'
    yield f'<script type="application/json" id="log">{text}</script>'


# --- tables -------------------------------------------------------------------------------------------------------


def _coverage(lines: Sequence[Line]) -> Iterator[str]:
    found = of_type(lines, "coverage")
    if not found:
        return
    yield '<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2>'
    yield (
        '<p class="quiet">Reached: called, sent or read. Proved: a case that passed would have failed if the client '
        "had got it wrong; a field that was only ever empty is not proved.</p>"
    )
    for kind in KINDS:
        head = "".join(f'<th scope="col">{escape(line["language"])}</th>' for line in found)
        subjects = dict.fromkeys(subject for line in found for subject in line[kind]["subjects"])
        rows = "".join(
            f'<tr><th scope="row">{escape(subject)}</th>'
            + "".join(_share(line[kind]["subjects"].get(subject, [0, 0, 0])) for line in found)
            + "</tr>"
            for subject in subjects
        )
        yield f"<details><summary>{kind.capitalize()}: proved of all, by object</summary>"
        yield f'<div class="wide" tabindex="0" role="region" aria-label="{kind}"><table>'
        yield f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        yield from (_left(line, kind) for line in found if line[kind]["unreached"] or line[kind]["unproved"])
        yield "</details>"
    yield "</section>"


def _share(numbers: Sequence[int]) -> str:
    total, reached, proved = numbers
    css = "good" if proved == total else "skipped"
    return f'<td class="{css}" title="{reached} of {total} reached">{proved}/{total}</td>'


def _left(line: Line, kind: str) -> str:
    found = line[kind]
    told = [("not reached", found["unreached"]), ("reached, not proved", found["unproved"])]
    lists = "".join(f"<p>{words}: <code>{escape(', '.join(some))}</code></p>" for words, some in told if some)
    number = len(found["unreached"]) + len(found["unproved"])
    return f"<details><summary>{escape(line['language'])}: {number} left</summary>{lists}</details>"


def _operations(lines: Sequence[Line]) -> Iterator[str]:
    found = matrix(lines)
    if not found.rows:
        return
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in found.columns)
    yield '<section aria-labelledby="matrix"><h2 id="matrix">By operation</h2>'
    yield '<div class="wide" tabindex="0" role="region" aria-label="Objects by operation"><table>'
    yield f"<thead><tr><td></td>{head}</tr></thead><tbody>"
    for row in found.rows:
        cells = [found.cells.get((row, column)) for column in found.columns]
        told = "".join(f'<td class="{_css(c.verdict)}">{c.text}</td>' if c else "<td></td>" for c in cells)
        yield f'<tr><th scope="row">{escape(row)}</th>{told}</tr>'
    yield f'</tbody></table></div><p class="quiet">{LEGEND}.</p></section>'


def _css(verdict: str) -> str:
    return {"passed": "good", "failed": "bad"}.get(verdict, verdict)

"""Lines of the log -> what a person sees: a progress bar on the way, then the table, what went wrong, and the count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlacc_codegen.hints import visible

from ..coverage import KINDS
from ..results import Line, counts, is_good, of_type
from .matrix import Cell, clients

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

SHOWN = 20  # failures told in full
NAMES = 12  # of what is not proved, a line each
NARROWEST = 40
COLOURS = {"passed": "green", "failed": "bold red", "skipped": "yellow"}
PLAIN = str.maketrans({"✓": "+", "✗": "!", "…": "~", "·": "-"})  # where the output is not Unicode


def console() -> Console:
    """Standard output. Rich knows about NO_COLOR, terminals and pipes; a file is as wide as it has to be."""
    import sys

    from rich.console import Console

    console = Console(highlight=False, emoji=False)
    return console if sys.stdout.isatty() else Console(highlight=False, emoji=False, width=max(console.width, 100))


def watch(lines: Iterable[Line], total: int) -> Iterator[Line]:
    """Passes lines on; when standard error is a terminal, a bar there says how far it is."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, emoji=False)
    if not console.is_terminal:
        yield from lines
        return
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    text = TextColumn("[progress.description]{task.description}")
    bad = 0
    with Progress(
        BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), text, console=console, transient=True
    ) as bar:
        task = bar.add_task("starting", total=total)
        for line in lines:
            if line["type"] == "case":
                bad += not is_good(line)
                told = f"[bold red]{bad} failed[/] " if bad else ""
                bar.update(task, advance=1, description=told + escape(line["id"][: max(20, console.width - 60)]))
            elif line["type"] == "client" and line["verdict"] == "begun":
                bar.update(task, description=line["title"])
            yield line


def show(lines: Sequence[Line], seconds: float, good: bool, console: Console, coverage: bool = False) -> None:
    """The table, the failures, the summary."""
    from rich.markup import escape

    def say(text: str, style: str = "") -> None:
        text = visible(text, but="\n")
        plain = text if console.encoding.lower().startswith("utf") else text.translate(PLAIN)
        console.print(plain, style=style, soft_wrap=True)

    table = _table(lines, console)
    if table:
        console.print(table)
        console.print()
    bad = [line for line in of_type(lines, "case") if not is_good(line)]
    for line in bad[:SHOWN]:
        say(f"[bold red]✗[/] [bold]{escape(line['id'])}[/] {line['verdict']}: {escape(line['message'])}")
        for difference in line["differences"][:6]:
            say(f"    {escape(difference['path'] or 'value')}", "bold")
            say(f"      expected {escape(difference['expected'])}", "green")
            say(f"      received {escape(difference['received'])}", "red")
        if line.get("place"):
            say("    in the spec: {file}:{line}:{column}".format(**line["place"]), "dim")
    if len(bad) > SHOWN:
        say(f"... and {len(bad) - SHOWN} more; --ndjson FILE or --html FILE has them all")
    if coverage:
        _cover(lines, say)
    for line in of_type(lines, "problem"):
        say(f"[bold red]✗[/] {escape(': '.join(filter(None, (line['language'], line['message']))))}")
    for line in clients(lines):
        if line["verdict"] in ("failed", "skipped"):
            say(f"[{COLOURS[line['verdict']]}]{line['language']}: {line['verdict']}[/]: {escape(line['message'])}")
    for line in of_type(lines, "untouched"):
        say(f"{len(line['cases'])} cases under readings that change nothing in them were not played again", "dim")
    say(escape(summary(lines, seconds, good)), "bold green" if good else "bold red")


def _table(lines: Sequence[Line], console: Console) -> Table | None:
    """Subject by language. A terminal too narrow for that many columns gets one: what all languages passed."""
    from rich.table import Table

    cells: dict[tuple[str, str], Cell] = {}
    for line in of_type(lines, "case"):
        cells.setdefault((line["subject"], line["language"]), Cell()).lines.append(line)
    subjects, languages = (list(dict.fromkeys(key[place] for key in cells)) for place in range(2))
    if not subjects:
        return None
    name = max(len(subject) for subject in subjects)
    widths = [max(len(c.count) for key, c in cells.items() if key[1] == one) for one in languages]
    fits = name + sum(max(len(one), width) + 2 for one, width in zip(languages, widths, strict=True)) <= console.width
    columns = [[one] for one in languages] if fits else [languages]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    table.add_column("", no_wrap=fits, overflow="fold")
    for column in columns:
        table.add_column(column[0] if fits else "cases", no_wrap=True)
    plain = {} if console.encoding.lower().startswith("utf") else PLAIN
    for subject in subjects:
        row = [Cell([one for language in column for one in _lines(cells, subject, language)]) for column in columns]
        table.add_row(
            visible(subject), *(f"[{COLOURS[c.verdict]}]{c.count.translate(plain)}[/]" if c.lines else "" for c in row)
        )
    return table


def _lines(cells: dict[tuple[str, str], Cell], subject: str, language: str) -> list[Line]:
    return cells[subject, language].lines if (subject, language) in cells else []


def _cover(lines: Sequence[Line], say: Callable[..., None]) -> None:
    """What was reached and proved by language, and the names of what is left, with the languages that lack it."""
    from rich.markup import escape

    found = of_type(lines, "coverage")
    for line in found:
        shares = []
        for kind in KINDS:
            total, reached, proved = map(sum, zip(*line[kind]["subjects"].values(), strict=True))
            shares.append(f"{proved} of {total} {kind}" + (f" ({reached} reached)" if reached > proved else ""))
        say(f"{line['language']} proved {', '.join(shares)}")
    for kind in KINDS:
        left: dict[str, list[str]] = {}
        for line in found:
            for name in [*line[kind]["unproved"], *line[kind]["unreached"]]:
                left.setdefault(name, []).append(line["language"])
        for name, languages in list(left.items())[:NAMES]:
            say(f"    not proved: {escape(name)} ({', '.join(languages) if len(languages) < len(found) else 'all'})")
        if len(left) > NAMES:
            say(f"    not proved: {len(left) - NAMES} more {kind}; --ndjson FILE or --html FILE has them all")


def summary(lines: Sequence[Line], seconds: float, good: bool) -> str:
    names = ", ".join(
        f"{line['language']} ({(line.get('about') or {}).get('runtime', 'not run')})" for line in clients(lines)
    )
    if not counts(lines).keys() - {"skipped"}:
        return f"Nothing was tested, which is a failure. {names}".strip()
    return f"{'Good' if good else 'Not good'}: {tried(lines, seconds)}; {names}"


def tried(lines: Sequence[Line], seconds: float) -> str:
    """`1457 passed, 3 failed; 4854 calls in 18.0 s`."""
    number = sorted(counts(lines).items(), key=_by_verdict)
    told = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in number) or "Nothing was tested"
    calls = sum(line["calls"] for line in of_type(lines, "case"))
    return f"{told}; {calls} calls in {seconds:.1f} s"


def _by_verdict(item: tuple[str, int]) -> tuple[int, str]:
    return (0 if item[0] == "passed" else 1, item[0])

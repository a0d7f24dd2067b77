"""Lines of the log -> what a person sees: a progress bar on the way, then the table, what went wrong, and the count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..results import Line, counts, is_good, of_type
from .matrix import LEGEND, clients, matrix

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 20  # failures told in full
COLOURS = {"passed": "green", "failed": "bold red", "skipped": "yellow"}


def watch(lines: Iterable[Line], total: int, console: Console) -> Iterator[Line]:
    """Passes lines on; on a terminal a bar says how far it is."""
    if not console.is_terminal:
        yield from lines
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=total)
        for line in lines:
            if line["type"] == "case":
                bar.update(task, advance=1, description=line["id"][:50].ljust(50))
            yield line


def show(lines: Sequence[Line], seconds: float, good: bool, console: Console) -> None:
    """The table, the failures, the summary."""
    from rich.markup import escape
    from rich.table import Table

    found = matrix(lines)
    if found.rows:
        table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True, padding=(0, 1))
        table.add_column("")
        for name in found.columns:
            table.add_column(name, no_wrap=True)
        for row in found.rows:
            cells = [found.cells.get((row, column)) for column in found.columns]
            table.add_row(row, *(f"[{COLOURS[c.verdict]}]{c.text}[/]" if c else "" for c in cells))
        console.print(table)
        console.print(f"[dim]{LEGEND}[/]\n")
    bad = [line for line in of_type(lines, "case") if not is_good(line)]
    for line in bad[:SHOWN]:
        console.print(
            f"[bold red]✗[/] [bold]{escape(line['id'])}[/] {line['verdict']}: {escape(line['message'])}", soft_wrap=True
        )
        for difference in line["differences"][:6]:
            console.print(f"    {escape(difference['path'] or 'value')}", style="bold", soft_wrap=True)
            console.print(f"      expected {escape(difference['expected'])}", style="green", soft_wrap=True)
            console.print(f"      received {escape(difference['received'])}", style="red", soft_wrap=True)
    if len(bad) > SHOWN:
        console.print(f"... and {len(bad) - SHOWN} more; --ndjson FILE or --html FILE has them all")
    for line in of_type(lines, "problem"):
        console.print(f"[bold red]✗[/] {escape(line['language'])}: {escape(line['message'])}", soft_wrap=True)
    for line in clients(lines):
        if line["verdict"] in ("failed", "skipped"):
            console.print(
                f"[{COLOURS[line['verdict']]}]{line['language']}: {line['verdict']}[/]: {escape(line['message'])}",
                soft_wrap=True,
            )
    console.print(summary(lines, seconds, good), style="bold green" if good else "bold red", soft_wrap=True)


def summary(lines: Sequence[Line], seconds: float, good: bool) -> str:
    names = ", ".join(
        f"{line['language']} ({(line.get('about') or {}).get('runtime', 'not run')})" for line in clients(lines)
    )
    if not counts(lines)["passed"]:
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

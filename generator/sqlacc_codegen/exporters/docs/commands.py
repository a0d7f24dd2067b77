"""A click group -> a page with every command, its options and its examples, as `--help` tells them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from .text import code, md

_WIDTH = 10_000  # nothing is wrapped: the page does that


def commands_page(root: click.Group, name: str) -> str:
    """Markdown. Commands of commands stand below their own."""
    settings = {**root.context_settings, "max_content_width": _WIDTH, "terminal_width": _WIDTH}
    ctx = click.Context(root, info_name=name, **settings)
    told = "\n".join(
        f"- [{code(child)}](#{_anchor(f'{name} {child}')}): {_prose(_first(command))}"
        for child, command in _children(ctx)
    )
    parts = [
        "# Commands\n",
        f"{code(f'{name} COMMAND --help')} tells the same; {code(f'{name} completion')} is for the Tab key.\n",
        told + "\n",
        *(part for child, command in _children(ctx) for part in _command(command, child, ctx, 2)),
    ]
    return "\n".join(parts)


def _children(ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    group = ctx.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is not None and not command.hidden:
            yield name, command


def _first(command: click.Command) -> str:
    return command.get_short_help_str(_WIDTH).rstrip(".")


def _command(command: click.Command, name: str, parent: click.Context, level: int) -> Iterator[str]:
    ctx = click.Context(command, info_name=name, parent=parent, max_content_width=_WIDTH, terminal_width=_WIDTH)
    yield f"{'#' * level} {ctx.command_path}\n"
    yield f"```text\n{' '.join([ctx.command_path, *command.collect_usage_pieces(ctx)])}\n```\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        lines = paragraph.split("\n")
        if lines[0] != "\b":
            yield _prose(" ".join(lines)) + "\n"
        elif lines[1:2] == ["Examples:"] or lines[1:2] == ["Example:"]:
            yield "```sh\n" + "\n".join(line.strip() for line in lines[2:]) + "\n```\n"
        else:
            yield "```text\n" + "\n".join(lines[1:]) + "\n```\n"
    records = [record for param in command.get_params(ctx) if (record := param.get_help_record(ctx))]
    yield "| Option | What it does |\n|---|---|"
    yield "\n".join(f"| {code(names)} | {_prose(told)} |" for names, told in records if told) + "\n"
    if isinstance(command, click.Group):
        for child, below in _children(ctx):
            yield from _command(below, child, ctx, level + 1)


def _anchor(heading: str) -> str:
    return heading.replace(" ", "-")


def _prose(text: str) -> str:
    """Words between backticks are code, and so is an option, which would be broken at its dashes."""
    parts = re.split(r"`([^`]*)`|(?<!\S)(--[a-z][a-z-]*)", text)
    told = ""
    for words, ticked, option in zip(parts[::3], [*parts[1::3], None], [*parts[2::3], None], strict=True):
        after = " " if told and words[:1].isspace() else ""
        before = " " if words[-1:].isspace() and words.strip() else ""
        told += after + (md(words) if words.strip() else "") + before
        told += code(ticked or option) if ticked or option else ""
    return told.strip()

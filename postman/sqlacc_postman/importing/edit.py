"""Additions to a YAML text that leave every other character as somebody wrote it."""

from __future__ import annotations

from typing import Any

import yaml

from .layout import entry, flow, key_text


class CannotEditError(Exception):
    """The text is not written in a way that can be added to."""


def add(text: str, path: tuple[str, ...], entries: dict[str, Any]) -> str:
    """The text with entries at the end of the mapping at `path`, which is made when it is not there."""
    if not entries:
        return text
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    node = root
    for depth, step in enumerate(path):
        found = _value(node, step)
        if found is None:
            for name in reversed(path[depth + 1 :]):
                entries = {name: entries}
            return _checked(text, path[:depth], _insert(text, node, {step: entries}))
        node = found
    return _checked(text, path, _insert(text, node, entries))


def remove(text: str, path: tuple[str, ...]) -> str:
    """The text without the entry at `path`, when it stands on lines of its own."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    for step in path[:-1]:
        node = _value(node, step)
    if not isinstance(node, yaml.MappingNode) or node.flow_style or len(node.value) < 2:
        raise CannotEditError(f"{'.'.join(path)} cannot be taken out")
    for name, value in node.value:
        if name.value == path[-1]:
            lines = text.split("\n")
            del lines[name.start_mark.line : _last_line(value, lines) + 1]
            return "\n".join(lines)
    return text


def _value(node: Any, step: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        raise CannotEditError(f"{step} is not in a mapping")
    return next((value for name, value in node.value if name.value == step), None)


def _insert(text: str, node: Any, entries: dict[str, Any]) -> str:
    if not isinstance(node, yaml.MappingNode):
        raise CannotEditError("there is no mapping to add to")
    if node.flow_style:
        at = node.end_mark.index - 1
        while text[at] != "}":  # marks count characters; a byte order mark shifts them
            at += 1
        inner = ", ".join(f"{key_text(key)}: {flow(value)}" for key, value in entries.items())
        before = text[:at].rstrip()
        comma = ", " if node.value and not before.endswith(",") else " " if node.value else ""
        return before + comma + inner + text[at:]
    lines = text.split("\n")
    indent = node.start_mark.column
    at = _last_line(node, lines) + 1
    return "\n".join(
        lines[:at] + [line for key, value in entries.items() for line in entry(key, value, indent)] + lines[at:]
    )


def _last_line(node: Any, lines: list[str]) -> int:
    while isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    last: int = node.end_mark.line
    if node.end_mark.column == 0 and last > node.start_mark.line:  # a block of text ends where the next thing begins
        last -= 1
    last = min(last, len(lines) - 1)
    while last > node.start_mark.line and not lines[last].strip():
        last -= 1
    return last


def _checked(old: str, path: tuple[str, ...], new: str) -> str:
    """The new text, when it reads as the old one with more in the one mapping."""
    try:
        was, now = (yaml.load(text, Loader=yaml.CBaseLoader) for text in (old, new))  # noqa: S506 - plain texts only
    except yaml.YAMLError as error:
        raise CannotEditError(f"the addition cannot be read back: {error}") from None
    inner_was, inner_now = was, now
    for step in path:
        inner_was, inner_now = inner_was[step], inner_now[step]
    if list(inner_now)[: len(inner_was)] != list(inner_was):
        raise CannotEditError("the addition would change what stands before it")
    for name in list(inner_now):
        if name not in inner_was:
            del inner_now[name]
    if was != now:
        raise CannotEditError("the addition would change something else")
    return new

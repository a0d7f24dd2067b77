"""A YAML file -> plain data, every value of which can be placed at file:line:column, and what is wrong as YAML."""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser

from .ir import Json
from .problems import Place, Problem

LARGEST_FILE = 4_000_000  # bytes
DEEPEST = 40  # levels

_PLAIN, _QUOTED = "plain", "quoted"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})")
# Whatever YAML 1.1, YAML 1.2 or JSON would read as a number that is not a small integer.
_NUMBER = re.compile(r"[-+]?(\.?[0-9][0-9_]*\.?[0-9_]*([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))|\.(nan|NaN|NAN)")
_OTHER_NUMBER = re.compile(r"0[0-9]+|[-+]?[0-9]+(_[0-9]+)+")  # 007, 1_000: text to us
_CONSTANTS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BRACKET = re.compile(r"[\[\]{}]")
_LONG_INDENT = re.compile(r"^[ \-?]{60,}", re.MULTILINE)

_SAYINGS = (
    (
        "found character that cannot start any token",
        "a character that cannot stand here",
        'indent with spaces, not tabs; put text with @ or ` in quotes: "..."',
    ),
    ("mapping values are not allowed", "a second colon", 'put text that holds ": " in quotes: "..."'),
    ("control characters are not allowed", "a control character", "remove it"),
    ("special characters are not allowed", "a control character", "remove it"),
    ("could not find expected ':'", "a line without a colon", "write key: value"),
    ("expected <block end>", "an indentation that fits nothing above", "check the indentation of this line"),
    ("expected ',' or", "a bracket or brace that is not closed, or a missing comma", "close it"),
    ("did not find expected ',' or", "a bracket or brace that is not closed, or a missing comma", "close it"),
    ("did not find expected node content", "a bracket, brace or value that is not finished", "finish it"),
    ("did not find expected key", "an indentation that fits nothing above", "check the indentation and quotes nearby"),
    ("found unexpected end of stream", "text in quotes that never ends", "close the quotes"),
    (
        "found undefined alias",
        "an alias",
        "specs use no anchors and aliases; put quotes around text that begins with *",
    ),
    ("but found another document", "a second document in the file", "remove the line ---"),
)


class _Loader(CParser):
    """Nodes whose tag says only how they were written: what a scalar means is decided here, not by YAML 1.1."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:  # noqa: ARG002 - the parser calls it
        return _PLAIN if kind is yaml.ScalarNode and implicit[0] else _QUOTED

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


@dataclass
class Document:
    """One file: `shown` is its name in messages; `data` is None when it could not be read as YAML."""

    path: Path
    shown: str
    text: str = ""
    data: Json = None
    problems: list[Problem] = field(default_factory=list)

    def place(self, *path: str | int, key: bool = False) -> Place:
        """Where the value at `path` stands, or its key; the nearest one above when there is no such value."""
        node, mark = self._root, None
        for depth, step in enumerate(path):
            found = _step(node, step)
            if found is None:
                break
            name, node = found
            mark = name.start_mark if name is not None and (key or depth < len(path) - 1) else node.start_mark
        if mark is None:
            return Place(self.shown, 1, 1) if node is not None else Place(self.shown)
        return Place(self.shown, mark.line + 1, mark.column + 1)

    @cached_property
    def _root(self) -> yaml.Node | None:
        return _compose(self.text) if self.text else None


def read(path: Path, shown: str) -> Document:
    """Read one file. Problems are in the document; it never raises for what the file holds."""
    document = Document(path, shown)

    def wrong(code: str, message: str, hint: str = "", at: tuple[int, int] = (0, 0)) -> Document:
        document.problems.append(Problem(Place(shown, *at), code, message, hint))
        return document

    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer
            return wrong("unreadable", "is not a regular file")
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        return wrong("unreadable", f"cannot be read: {error.strerror or error}")
    if len(raw) > LARGEST_FILE:
        return wrong("too-large", f"is larger than {LARGEST_FILE // 1_000_000} MB", "split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        at = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        return wrong("not-utf-8", "is not UTF-8" + (" but UTF-16" if wide else ""), "save it as UTF-8", at)
    if not text.strip():
        return wrong("empty-file", "is empty")
    if "\0" in text:
        before = text[: text.index("\0")]
        at = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        return wrong("not-yaml", "a NUL character", "remove it, or save the file as UTF-8", at)
    try:
        _refuse_depth(text)
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        unclosed = "expected ','" in (error.problem or "") or "unexpected end" in (error.problem or "")
        mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return wrong("not-yaml", *_saying(error.problem or str(error), text, at), at)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        at = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        return wrong("not-yaml", *_saying(str(error), text, at), at)
    if root is None:
        return wrong("empty-file", "holds comments only")
    document.text = text
    if not isinstance(root, yaml.MappingNode):
        return wrong("not-a-mapping", "holds no mapping (key: value) at the top", at=(1, 1))
    document.data = _Builder(document).build(root)
    return document


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((name, value) for name, value in node.value if name.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return None, node.value[step]
    return None


def _refuse_depth(text: str) -> None:
    """Composing recurses in C without a limit: count levels first where the text could be deep at all."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest <= DEEPEST // 2 and not _LONG_INDENT.search(text):
        return
    loader, level = _Loader(text), 0
    try:
        while loader.check_event():
            event = loader.get_event()
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if event is not None and level > DEEPEST:
                mark: Any = event.start_mark
                raise yaml.MarkedYAMLError(problem=f"more than {DEEPEST} levels", problem_mark=mark)
    finally:
        loader.dispose()


def _saying(problem: str, text: str, at: tuple[int, int]) -> tuple[str, str]:
    """The parser's words in plain ones, and a hint."""
    lines = text.splitlines()
    line = lines[at[0] - 1] if 0 < at[0] <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab in the indentation", "indent with spaces"
    for words, message, hint in _SAYINGS:
        if words in problem:
            return f"not readable as YAML: {message}", hint
    return f"not readable as YAML: {problem}", ""


class _Builder:
    """Nodes -> dicts, lists, text, integers, flags and null; notes what a spec must not hold."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()

    def build(self, node: yaml.Node) -> Json:
        if id(node) in self._seen:
            self._wrong(node, "yaml-alias", "an anchor (&name) that an alias uses again", "write it out")
            return None
        self._seen.add(id(node))
        if node.tag not in (_PLAIN, _QUOTED):
            self._wrong(node, "yaml-tag", f"the tag {_shown_tag(node.tag)}", "specs use no tags; remove it")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item) for item in node.value]
        return self._plain(node) if isinstance(node, yaml.ScalarNode) and node.tag == _PLAIN else node.value

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Json]:
        result: dict[str, Json] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag not in (_PLAIN, _QUOTED):
                self._wrong(key, "bad-key", "a key that is not plain text")
                continue
            name = key.value
            if name == "<<" and key.tag == _PLAIN:
                self._wrong(key, "yaml-alias", "a merge key (<<)", "write the keys out")
            elif name in result:
                self._wrong(key, "duplicate-key", f'"{name}" is given twice', f"first on line {lines[name]}")
            else:
                result[name] = self.build(value)
                lines[name] = key.start_mark.line + 1
        return result

    def _plain(self, node: yaml.ScalarNode) -> Json:
        text: str = node.value
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text[0] not in "+-.0123456789":
            return text
        if _INTEGER.fullmatch(text) and -(2**63) <= int(text) < 2**63:
            return int(text)
        if _NUMBER.fullmatch(text) and not _OTHER_NUMBER.fullmatch(text):
            message = f"{_short(text)} is a number to YAML, which would not keep it as it is written"
            self._wrong(node, "unquoted-number", message, f'write "{_short(text)}"')
        return text

    def _wrong(self, node: yaml.Node, code: str, message: str, hint: str = "") -> None:
        place = Place(self._document.shown, node.start_mark.line + 1, node.start_mark.column + 1)
        self._document.problems.append(Problem(place, code, message, hint))


def _shown_tag(tag: str) -> str:
    return _short(tag.replace("tag:yaml.org,2002:", "!!"))


def _short(text: str, size: int = 60) -> str:
    return text if len(text) <= size else f"{text[:size]}..."


def lookup(data: Json, path: Sequence[str | int]) -> Json:
    """The value at `path`, or None."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            data = data[step]
        else:
            return None
    return data

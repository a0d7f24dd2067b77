"""The text of a profiles file -> the same text with one profile in it; everything else stays as it was written."""

from __future__ import annotations

import configparser
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

_SECTION = re.compile(r"\[(.+)\]\s*([#;].*)?$")
_NEWLINE = re.compile(r"\r?\n")


class NoProfileFileError(ValueError):
    """The file cannot be read as profiles, or cannot hold what it is to hold; in words without any key."""


def sections(text: str) -> dict[str, dict[str, str]]:
    """Every profile with its settings."""
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None)  # the error's own text may quote a line with a key
        raise NoProfileFileError(f"it is no INI file{f' at line {line}' if line else ''}; mend it first") from None
    return {name: dict(parser.items(name)) for name in parser.sections()}


def with_profile(text: str, name: str, settings: Mapping[str, str]) -> str:
    """Settings of a profile are changed where they stand, else added; comments and other profiles are kept."""
    before = sections(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _NEWLINE.split(text.rstrip()) if text.strip() else []
    begin = next((n for n, line in enumerate(lines) if _is_section(line, name)), None)
    if begin is None:
        lines += ["", f"[{name}]"] if lines else [f"[{name}]"]
        begin = len(lines) - 1
    end = next((n for n in range(begin + 1, len(lines)) if _SECTION.match(lines[n])), len(lines))
    made = newline.join([*lines[: begin + 1], *_body(lines[begin + 1 : end], settings), *lines[end:], ""])
    wanted = before | {name: before.get(name, {}) | dict(settings)}
    if sections(made) != wanted:
        raise NoProfileFileError("a profile of this name or with these settings cannot be kept in it")
    return made


def _is_section(line: str, name: str) -> bool:
    found = _SECTION.match(line)
    return found is not None and found[1] == name


def _body(lines: list[str], settings: Mapping[str, str]) -> list[str]:
    """The lines of a section, with the settings changed or, after the last that says something, added."""
    left = dict(settings)
    made: list[str] = []
    replaced = False
    for line in lines:
        if replaced and line[:1].isspace() and line.strip():
            continue  # the value that is replaced went on here
        key = re.split("[=:]", line, maxsplit=1)[0].strip().lower()
        replaced = key in left and line[:1] not in "#;"
        made.append(f"{key} = {left.pop(key)}" if replaced else line)
    blank = 0
    while made and not made[-1].strip():
        made.pop()
        blank += 1
    return [*made, *(f"{key} = {value}" for key, value in left.items()), *[""] * blank]


def read(path: Path) -> str:
    """The text of the file, without a byte order mark; empty when there is none."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise NoProfileFileError("it is not UTF-8") from None


def write(path: Path, text: str) -> None:
    """The whole file or none of it, open to its owner alone. A link goes on to lead where it leads."""
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # made with 0600
    stage = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        stage.replace(target)
    except BaseException:
        stage.unlink(missing_ok=True)
        raise

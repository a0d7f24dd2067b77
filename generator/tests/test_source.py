"""YAML in: what is written is what is read, every value has its place, and nothing makes the reader fall over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlacc_codegen.source import Document, lookup, read

# YAML cannot write lone surrogates; the rest of Unicode is fair.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _read(folder: Path, content: str | bytes) -> Document:
    path = folder / "x.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, "x.yaml")


class _Quoted(yaml.SafeDumper):
    """Texts in double quotes, no aliases: what is text stays text under any reading of YAML."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@quick
@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path: Path, data: dict[str, Any]) -> None:
    document = _read(tmp_path, yaml.dump(data, Dumper=_Quoted, allow_unicode=True))
    assert document.problems == []
    assert document.data == data


@pytest.mark.slow
@quick
@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=5))
def test_every_value_has_its_place(tmp_path: Path, data: dict[str, Any]) -> None:
    text = yaml.dump(data, Dumper=_Quoted, allow_unicode=False, default_flow_style=True, width=10**6)
    document = _read(tmp_path, text)
    for path, value in _walk((), data):
        place = document.place(*path)
        rest = text.splitlines()[place.line - 1][place.column - 1 :]
        assert rest.startswith(_start(value)), (path, rest)


def _walk(path: tuple[str | int, ...], value: Any) -> Any:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key), item
        yield from _walk((*path, key), item)


def _start(value: Any) -> str:
    starts = {dict: "{", list: "[", str: '"', type(None): "null"}
    return starts.get(type(value)) or str(value).lower()


@quick
@given(st.binary(max_size=200) | st.text("[]{}:-, \n\t\"'&*!|>#%@`a1.", max_size=80).map(str.encode))
def test_nothing_makes_it_fall_over(tmp_path: Path, content: bytes) -> None:
    document = _read(tmp_path, content)
    assert document.problems or isinstance(document.data, dict)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("off", "off"),
        ("2026-01-15", "2026-01-15"),
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"),
        ("007", "007"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("300-A0001", "300-A0001"),
        ("2026.11.0", "2026.11.0"),
        ("----", "----"),
        ("=docdate", "=docdate"),
        ("12", 12),
        ("-5", -5),
        ("true", True),
        ("~", None),
        ("", None),
        ('"12"', "12"),
        ("'true'", "true"),
    ],
)
def test_plain_values(tmp_path: Path, written: str, meant: object) -> None:
    document = _read(tmp_path, f"value: {written}\n")
    assert document.problems == []
    assert document.data == {"value": meant}
    assert type(document.data["value"]) is type(meant)


@pytest.mark.parametrize("written", ["0.10", "1.5", "-0.0", ".5", "1.", "1e3", "1E-3", ".inf", ".nan", "9" * 25])
def test_numbers_that_would_lose_their_form(tmp_path: Path, written: str) -> None:
    document = _read(tmp_path, f"a: 1\nvalue: [{written}]\n")
    assert [(problem.code, str(problem.place)) for problem in document.problems] == [("unquoted-number", "x.yaml:2:9")]


def test_a_bomb_of_aliases_is_quick(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"b{i}: &b{i} [{', '.join(['*a' if i == 0 else f'*b{i - 1}'] * 9)}]" for i in range(60)]
    codes = {problem.code for problem in _read(tmp_path, "\n".join(lines)).problems}
    assert codes == {"yaml-alias"}


@pytest.mark.parametrize(
    "text",
    ["[" * 300_000, "- " * 300_000 + "x", "a: " + "{b: " * 50_000, "\n".join(" " * i + "a:" for i in range(1500))],
)
def test_depth_is_refused_and_not_recursed_into(tmp_path: Path, text: str) -> None:
    (problem,) = _read(tmp_path, text).problems
    assert "levels" in problem.message


def test_lookup() -> None:
    data = {"a": [{"b": 1}]}
    assert lookup(data, ("a", 0, "b")) == 1
    assert lookup(data, ("a", 1, "b")) is None
    assert lookup(data, ("a", "b")) is None

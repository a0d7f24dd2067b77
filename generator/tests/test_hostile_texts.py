"""`literal` and `doc` stand between texts of the spec and code: nothing gets out of its quotes or comment."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlacc_codegen.language import Language, languages

LANGUAGES = pytest.mark.parametrize("language", languages(), ids=lambda language: language.id)

# Whatever ends a comment or a text, starts code inside one, ends a line, hides, or turns the direction of reading.
HOSTILE = [
    *("*/", "/*", "//", "?>", "<?php", '"""', "'''", "${x}", "#{x}", "{{ x }}", "{% x %}", "$x", "%s", "`", "'", '"'),
    *(
        "\\",
        "\\\\",
        "\\n",
        "\\u0041",
        "\\u{41}",
        "\\x41",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\0",
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\x85",
    ),
    *("\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\ufeff", "\U0001f600", "中文", "é", "e\u0301"),
    *("</summary>", "<script>", "&amp;", "-->", "@param", "{@link", "@return", "#pragma", "#>", "=cut", "\\end"),
]
TEXTS = [*HOSTILE, *(f"a{text}" for text in HOSTILE), *(f"{text}b" for text in HOSTILE), "".join(HOSTILE), ""]
ANY = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=3), max_size=8).map("".join)
# What ends the documentation comment of a language, besides the end of a line.
ENDS_COMMENT = {"python": ('"""',), "php": ("*/", "?>"), "node": ("*/",), "gas": ("*/",)}
INVISIBLE = set("\r\0\x07\x1b\x7f\x85\u2028\u2029\u202e\u2066")


def _is_one_line(source: str) -> bool:
    return not set(source) & {"\n", "\r", "\u2028", "\u2029", "\0", "\x85"}


@LANGUAGES
def test_a_literal_is_one_line_and_hides_nothing(language: Language) -> None:
    for text in TEXTS:
        source = language.literal(text)
        assert _is_one_line(source), (text, source)
        assert not set(source) & INVISIBLE, (text, source)


@LANGUAGES
def test_no_line_of_a_comment_ends_it(language: Language) -> None:
    for text in TEXTS:
        lines = language.doc(text)
        assert isinstance(lines, list)
        for line in lines:
            assert _is_one_line(line), (text, line)
            assert not set(line) & INVISIBLE, (text, line)
            assert not any(end in line for end in ENDS_COMMENT.get(language.id, ())), (text, line)


@pytest.mark.slow
@LANGUAGES
@settings(max_examples=100, deadline=None)
@given(text=ANY)
def test_any_text(language: Language, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:  # a spec cannot hold lone surrogates
        return
    assert _is_one_line(language.literal(text))
    assert all(_is_one_line(line) for line in language.doc(text))


@LANGUAGES
def test_long_texts_stay_whole(language: Language) -> None:
    text = " ".join(["word"] * 100 + ["x" * 300])
    assert "".join(language.doc(text)).replace(" ", "") == text.replace(" ", "")


# How a literal is read back as JSON, where the interpreter is at hand.
_READERS: dict[str, tuple[str, Callable[[str], list[str]]]] = {
    "python": (sys.executable, lambda code: ["-c", f"import json\nfor x in {code}: print(json.dumps(x))"]),
    "node": ("node", lambda code: ["-e", f"for (const x of {code}) console.log(JSON.stringify(x))"]),
    "gas": ("node", lambda code: ["-e", f"for (const x of {code}) console.log(JSON.stringify(x))"]),
    "php": ("php", lambda code: ["-r", f'foreach ({code} as $x) echo json_encode($x), "\\n";']),
}


@LANGUAGES
def test_what_is_written_is_what_is_read(language: Language) -> None:
    if language.id not in _READERS:
        pytest.skip(f"no interpreter reads a literal of {language.title} back")
    program, arguments = _READERS[language.id]
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed")
    values: list[Any] = [text for text in TEXTS if "\0" not in text]
    values += [None, True, False, 0, -1, 2**31, [1, ["a"]], {"a": [{"b": None}], "*/": "'"}]
    code = "[" + ", ".join(language.literal(value) for value in values) + "]"
    result = subprocess.run([found, *arguments(code)], capture_output=True, check=True, timeout=60)
    assert [json.loads(line) for line in result.stdout.decode().strip().split("\n")] == values


def test_python_documentation_is_safe_inside_a_docstring() -> None:
    (python,) = [language for language in languages() if language.id == "python"]
    for text in TEXTS:
        body = "\n".join(f"    {line}" for line in python.doc(text))
        source = f'def f():\n    """Start.\n\n{body}\n    """\n    return 1\n'
        (function,) = ast.parse(source).body
        assert isinstance(function, ast.FunctionDef)
        assert [type(statement) for statement in function.body] == [ast.Expr, ast.Return]

"""Spec folders that are no proper folders: missing, unreadable, full of links."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sqlacc_codegen.lint import check_spec
from sqlacc_codegen.load import default_spec


def _codes(spec: Path) -> list[str]:
    return [problem.code for problem in check_spec(spec)]


def test_no_folder(tmp_path: Path) -> None:
    assert _codes(tmp_path / "nowhere") == ["no-spec"]


def test_a_file_as_folder(tmp_path: Path) -> None:
    (tmp_path / "spec").write_text("")
    assert _codes(tmp_path / "spec") == ["no-spec"]


def test_an_empty_folder(tmp_path: Path) -> None:
    assert _codes(tmp_path) == ["missing-file"] * 3


def test_a_folder_as_file(small: Path) -> None:
    (small / "objects" / "folder.yaml").mkdir()
    assert _codes(small) == ["unreadable"]


def test_a_loop_of_links(small: Path) -> None:
    (small / "objects" / "loop.yaml").symlink_to("loop.yaml")
    assert _codes(small) == ["unreadable"]


def test_a_pipe_is_not_waited_for(small: Path) -> None:
    os.mkfifo(small / "objects" / "pipe.yaml")
    assert _codes(small) == ["unreadable"]


def test_a_name_that_would_play_with_the_terminal(small: Path) -> None:
    (small / "objects" / "\x1b[31m\n.yaml").write_text("")
    (problem,) = check_spec(small)
    assert str(problem).isprintable()


def test_a_link_to_nothing(small: Path) -> None:
    (small / "demo.yaml").unlink()
    (small / "demo.yaml").symlink_to("nothing.yaml")
    assert _codes(small) == ["unreadable"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(small: Path) -> None:
    (small / "api.yaml").chmod(0)
    assert _codes(small) == ["unreadable"]


def test_too_large_a_file(small: Path) -> None:
    with (small / "demo.yaml").open("ab") as file:
        file.truncate(5_000_000)
    assert _codes(small) == ["too-large"]


def test_a_broken_schema_of_its_own(small: Path) -> None:
    (small / "schema").mkdir()
    (small / "schema" / "api.schema.json").write_text('{"type": 5}')
    assert _codes(small) == ["bad-schema"]


def test_a_schema_that_refers_elsewhere_is_refused(small: Path) -> None:
    (small / "schema").mkdir()
    (small / "schema" / "api.schema.json").write_text('{"$ref": "http://127.0.0.1:9/x.json"}')
    assert _codes(small) == ["bad-schema"]


def test_a_byte_order_mark_is_no_problem(small: Path) -> None:
    path = small / "objects" / "customer.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert _codes(small) == []


def test_where_the_specs_are(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small.parent)
    monkeypatch.delenv("SQLACC_SPEC", raising=False)
    assert default_spec() == Path("spec")
    monkeypatch.setenv("SQLACC_SPEC", str(tmp_path / "other"))
    assert default_spec() == tmp_path / "other"
    monkeypatch.delenv("SQLACC_SPEC")
    monkeypatch.chdir(tmp_path)
    assert (default_spec() / "api.yaml").is_file()

"""Outputs are found by looking, made side by side, and written where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlacc_codegen.files import Files
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language_ids
from sqlacc_codegen.outputs import Output, outputs
from sqlacc_codegen.problems import Place, Problem, Problems
from sqlacc_codegen.workers import make

_EXPORTER = """
from sqlacc_codegen.outputs import Output
OUTPUT = Output("list", "A list", "postman/list.txt", lambda api: {"list.txt": api.title}, folder=False)
"""


def _output(id: str, text: str) -> Output:
    return Output(id, id, f"generated/{id}", lambda _: {"x.txt": text})


def _broken(id: str) -> Output:
    def fail(_: Api) -> Files:
        raise Problems([Problem(Place(id), "template-error", "does not work")])

    return Output(id, id, f"generated/{id}", fail)


def test_every_language_is_an_output() -> None:
    assert [output.id for output in outputs([])] == list(language_ids())


def test_a_module_with_output_is_an_exporter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "my_exporters"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "helper.py").write_text("NOTHING = 1\n")
    (package / "list.py").write_text(_EXPORTER)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = outputs(["my_exporters", "no_such_package.exporters"])
    assert [output.id for output in found] == [*language_ids(), "list"]
    output = found[-1]
    project = tmp_path / "project"
    assert output.target(project, None) == project / "postman" / "list.txt"
    assert output.target(project, tmp_path / "out") == tmp_path / "out" / "postman" / "list.txt"
    target = output.target(project, None)
    assert [d.kind for d in output.diff({"list.txt": "1\n"}, target)] == ["missing"]
    output.write({"list.txt": "1\n"}, target)
    assert target.read_text() == "1\n"


def test_generated_is_what_out_replaces(tmp_path: Path) -> None:
    assert _output("x", "").target(tmp_path, None) == tmp_path / "generated" / "x"
    assert _output("x", "").target(tmp_path, Path("out")) == Path("out") / "x"


@pytest.mark.parametrize("cores", [1, 2])
def test_outputs_come_in_order(kitchen_sink: Api, monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr("sqlacc_codegen.workers._cores", lambda: cores)
    told = []
    made = make([_output(id, id) for id in "abcdef"], kitchen_sink, lambda *args: told.append(args))
    assert [files["x.txt"] for files, _ in made] == list("abcdef")
    assert len(told) == 6


@pytest.mark.parametrize("cores", [1, 2])
def test_the_problems_of_all_outputs_are_told(kitchen_sink: Api, monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr("sqlacc_codegen.workers._cores", lambda: cores)
    with pytest.raises(Problems) as caught:
        make([_output("a", ""), _broken("b"), _output("c", ""), _broken("d")], kitchen_sink, lambda *_: None)
    assert [problem.place.file for problem in caught.value.found] == ["b", "d"]

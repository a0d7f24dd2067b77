"""A sound spec with any one part replaced, removed or renamed: problems or none, but never a fall."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlacc_codegen.lint import check_spec
from sqlacc_codegen.load import load
from sqlacc_codegen.outputs import outputs
from sqlacc_codegen.problems import Problem, Problems
from sqlacc_codegen.source import read

from .conftest import KITCHEN_SINK, SMALL

Path_ = tuple[str | int, ...]
DATA = {
    (spec, path.relative_to(spec).as_posix()): read(path, path.name).data
    for spec in (SMALL, KITCHEN_SINK)
    for path in sorted(spec.rglob("*.yaml"))
}
ODD = st.sampled_from(
    [None, 5, -1, "", "x", "code", "=x", [], {}, [1], ["x"], {"a": 1}, {"code": None}, [{}], [[]], True]
)
WORDS = st.sampled_from(["x", "group", "type", "values", "evidence", "fields", "lines", "udf_a", "=", "a b", "", "Ä"])


def _paths(value: Any, path: Path_ = ()) -> list[Path_]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[Path_] = []
    for key, item in items:
        found += [(*path, key), *_paths(item, (*path, key))]
    return found


@st.composite
def _mutations(draw: st.DrawFn) -> tuple[Path, str, Any]:
    spec, name = draw(st.sampled_from(sorted(DATA)))
    data = copy.deepcopy(DATA[spec, name])
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(_paths(data) or [()]))
        if not path:
            break
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        action = draw(st.sampled_from(["replace", "remove", "rename", "double"]))
        if action == "replace":
            holder[path[-1]] = copy.deepcopy(draw(ODD))
        elif action == "remove" or not isinstance(holder, dict):
            del holder[path[-1]]
        elif action == "rename":
            holder[draw(WORDS)] = holder.pop(path[-1])
        else:
            holder[draw(WORDS)] = copy.deepcopy(holder[path[-1]])
    return spec, name, data


@pytest.mark.slow
@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_mutations())
def test_it_is_told_and_nothing_falls(tmp_path: Path, mutation: tuple[Path, str, Any]) -> None:
    spec, name, data = mutation
    folder = tmp_path / "spec"
    shutil.copytree(spec, folder, dirs_exist_ok=True)
    path = folder / name
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    found = check_spec(folder)
    assert all(isinstance(problem, Problem) and str(problem).isprintable() for problem in found)
    assert len(set(found)) == len(found)
    (folder / name).write_bytes((spec / name).read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("output", outputs(), ids=lambda output: output.id)
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutation=_mutations())
def test_what_loads_can_be_made(tmp_path: Path, output: Any, mutation: tuple[Path, str, Any]) -> None:
    spec, name, data = mutation
    folder = tmp_path / "spec"
    shutil.copytree(spec, folder, dirs_exist_ok=True)
    (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    try:
        api = load(folder)
    except Problems:
        return
    finally:
        (folder / name).write_bytes((spec / name).read_bytes())
    assert output.files(api)

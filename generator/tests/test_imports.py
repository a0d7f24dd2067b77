"""Dependencies point one way, as the import statements say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from .conftest import PROJECT

CORE = PROJECT / "generator" / "sqlacc_codegen"
PACKAGES = {
    "sqlacc_codegen": CORE,
    "sqlacc_contract": PROJECT / "contract_tests" / "sqlacc_contract",
    "sqlacc_postman": PROJECT / "postman" / "sqlacc_postman",
}
# A module of the core may import these of ours; what is not listed is bound only by the rules between packages.
ALLOWED = {
    "names": set[str](),
    "problems": set[str](),
    "hints": set[str](),
    "codes": set[str](),
    "collector": set[str](),
    "ir": {"names"},
    "values": {"hints", "ir"},
    "type_text": {"hints", "ir"},
    "shape": {"ir"},
    "api_json": {"ir", "names"},
    "swap": {"problems"},
    "files": {"problems", "swap"},
    "language": {"files", "ir", "names", "problems"},
    "emit": {"api_json", "files", "ir", "language", "problems", "shape"},
    "source": {"ir", "problems"},
    "gate": {"hints", "problems", "source", "type_text"},
    "spec": {"hints", "problems", "source"},
    "resolve_fields": {"hints", "ir", "names", "source", "spec", "type_text"},
    "resolve_object": {"hints", "ir", "names", "resolve_fields", "source", "spec"},
    "load": {"collector", "gate", "ir", "names", "problems", "resolve_fields", "resolve_object", "source", "spec"},
}


def _imports(path: Path, package: str) -> set[str]:
    """Modules that a file imports: absolute names, relative ones resolved against its package."""
    here = [package, *path.relative_to(PACKAGES[package]).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names} if not node.module else {module}
    return found


def _files(package: str) -> list[Path]:
    return [path for path in PACKAGES[package].rglob("*.py") if "package" not in path.parts]


@pytest.mark.parametrize("module", sorted(ALLOWED))
def test_the_core_points_one_way(module: str) -> None:
    ours = {name for name in _imports(CORE / f"{module}.py", "sqlacc_codegen") if name.startswith("sqlacc_codegen")}
    assert {name.split(".")[1] for name in ours} <= ALLOWED[module]


@pytest.mark.slow
@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_packages_point_at_the_core_alone(package: str) -> None:
    others = set(PACKAGES) - {package, "sqlacc_codegen"} if package != "sqlacc_codegen" else set(PACKAGES) - {package}
    for path in _files(package):
        assert not {name for name in _imports(path, package) if name.split(".")[0] in others}, path


@pytest.mark.slow
def test_nobody_imports_the_command_line() -> None:
    for package in PACKAGES:
        for path in _files(package):
            assert "sqlacc_codegen.cli" not in _imports(path, package), path


def test_only_languages_know_languages() -> None:
    for path in _files("sqlacc_codegen"):
        if "languages" not in path.parts:
            used = {name for name in _imports(path, "sqlacc_codegen") if name.startswith("sqlacc_codegen.languages.")}
            assert not used, path


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    heavy = ("yaml", "jinja2", "jsonschema", "rich", "requests", "pydantic", "datamodel_code_generator", "hypothesis")
    code = f"import sqlacc_codegen.cli, sys; print([name for name in {heavy!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

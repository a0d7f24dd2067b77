"""Api and its documents -> problems that no schema can see. Each rule is a small function with a stable code."""

from __future__ import annotations

from pathlib import Path

from ..ir import Api
from ..load import Loaded, read_api
from ..problems import Problem, Problems
from . import completeness, demo, evidence, examples, names, references, service, workflows
from .core import RULES, Context, Rule

__all__ = ["RULES", "Rule", "check_spec", "lint", "load_checked"]

# Importing a module registers its rules.
MODULES = (completeness, demo, evidence, examples, names, references, service, workflows)


def lint(loaded: Loaded, *, blocking: bool = False) -> list[Problem]:
    """What the rules find in a spec folder; with `blocking`, only those that no output may be made with."""
    if loaded.api is None:
        return []
    context = Context(loaded.spec, loaded.api)
    for rule in RULES:
        if rule.blocking or not blocking:
            context.run(rule)
    return context.problems


def check_spec(spec_dir: Path) -> tuple[Problem, ...]:
    """Every problem of a spec folder, in order of place: of loading, and of all rules."""
    try:
        loaded = read_api(spec_dir)
    except Problems as problems:
        return problems.found
    return Problems([*loaded.spec.problems, *lint(loaded)]).found


def load_checked(spec_dir: Path) -> Api:
    """The Api, after the blocking rules. Raises Problems, all of them at once."""
    loaded = read_api(spec_dir)
    found = [*loaded.spec.problems, *lint(loaded, blocking=True)]
    if found or loaded.api is None:
        raise Problems(found)
    return loaded.api

"""`sqlacc diff`: what changed between two specs, weighed, for people, programs and code scanning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..difference.lacks import Partial
    from ..difference.revisions import Readers


@click.command()
@click.argument("old")
@click.argument("new", default="spec")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json", "sarif"]),
    default="markdown",
    show_default=True,
    help="markdown for people, json for programs, sarif (2.1.0) for code scanning.",
)
@click.option(
    "--allow",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Approved fingerprints, one a line; `#` begins a comment.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "risky", "never"]),
    default="breaking",
    show_default=True,
    help="The lightest change that is not approved and makes the exit code 1.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write here.")
def diff(old: str, new: str, form: str, allow: Path | None, fail_on: str, output: Path | None) -> int:
    """Compare OLD and NEW: spec folders, git revisions, or exports.

    Exports are Postman collections, OpenAPI documents and JSON Schema folders of `sqlacc export`, and the output of
    `sqlacc show --json`. What a format has no words for counts as unchanged.

    Each change says what it means for programs that read and for those that write, what users of each language see,
    and has a fingerprint by which it can be approved.

    \b
    Examples:
      sqlacc diff HEAD~1                        what did the last commit change?
      sqlacc diff vendor.json                   what does a Postman collection have that the specs do not?
      sqlacc diff v1.0:generated/openapi.yaml   the OpenAPI export of a release against the specs of today
      sqlacc diff v1.0:spec spec --format sarif -o changes.sarif
      sqlacc diff v1.0 --allow approved.txt     in CI: 1 when something breaking is not approved
    """
    from ..difference import report
    from ..difference.change import WEIGHTS
    from ..difference.compare import compare
    from ..difference.effects import with_effects
    from ..difference.lacks import pair
    from ..difference.revisions import revision
    from ..language import languages

    known = languages()
    before, after = revision(old, readers()), revision(new, readers())
    was, now = pair(before.found, after.found)
    changes = with_effects(compare(was, now), was, now, known)
    approved = frozenset(_fingerprints(allow))
    if form == "markdown":
        text = report.as_markdown(changes, approved, {language.id: language.title for language in known})
    else:
        text = {"json": report.as_json, "sarif": report.as_sarif}[form](changes, approved, after.locate)
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    if fail_on == "never":
        return 0
    bound = WEIGHTS.index("breaking" if fail_on == "breaking" else "risky")
    return int(any(WEIGHTS.index(c.weight) >= bound and c.fingerprint not in approved for c in changes))


def _fingerprints(allow: Path | None) -> list[str]:
    if not allow:
        return []
    lines = (line.partition("#")[0].strip() for line in allow.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def readers() -> Readers:
    """Formats of other packages, when those are there."""
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("sqlacc_postman") is None:
        return {}

    def collection(path: Path) -> Partial:
        found: Partial = import_module("sqlacc_postman.importing.as_api").read_api(path)
        return found

    return {r'schema\.(get)?postman\.com|"item"\s*:\s*\[': collection}

"""`sqlacc release`: the changelog entry and version of each package, from what changed in the specs."""

from __future__ import annotations

import click

from ..language import language_ids


@click.command()
@click.argument("old")
@click.argument("new", default="spec")
@click.option(
    "--lang",
    "wanted",
    multiple=True,
    type=click.Choice(language_ids()),
    help="Only this package; again for more.  [default: all]",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show the entries.")
def release(old: str, new: str, wanted: tuple[str, ...], dry_run: bool) -> int:
    """Write what changed between OLD and NEW into the changelog of each package.

    The changelog is where a package has its version from: the heading of the new entry raises it as far as the changes
    ask for, and the next `sqlacc generate` carries it into the package. Text below `## Unreleased` joins the entry. OLD
    and NEW are what `sqlacc diff` takes; OLD is as a rule the tag of the last release.

    \b
    Examples:
      sqlacc release v0.1.0 --dry-run            what would the entries say?
      sqlacc release v0.1.0 && sqlacc generate   write them, and the packages with their new versions
    """
    from ..difference import changelog
    from ..difference.change import Change
    from ..difference.compare import compare
    from ..difference.effects import with_effects
    from ..difference.lacks import pair
    from ..difference.revisions import revision
    from ..files import write_file
    from ..language import language
    from .diff import readers

    languages = [language(id) for id in wanted or language_ids()]
    was, now = pair(revision(old, readers()).found, revision(new, readers()).found)
    changes: tuple[Change, ...] = with_effects(compare(was, now), was, now, languages)
    for one in languages:
        path = one.tree / "CHANGELOG.md"
        before, was_version = path.read_text(encoding="utf-8"), one.version
        text, version = changelog.released(before, changes, one)
        if text == before:
            click.echo(f"{one.title}: nothing new since {version}")
        elif dry_run:
            click.echo(f"{one.title}: {was_version} -> {version}\n\n{changelog.top(text)}")
        else:
            write_file(text, path)
            click.echo(f"{one.title}: {was_version} -> {version}, {path}")
    return 0

"""`sqlacc check`: every problem of the specs, for people, programs or code scanning."""

from __future__ import annotations

from pathlib import Path

import click

from .options import spec_option


@click.command()
@spec_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="text for people, json for programs, sarif (2.1.0) for code scanning.",
)
@click.option("--list-rules", is_flag=True, help="List every code with what it means, and stop.")
def check(spec_dir: Path | None, form: str, list_rules: bool) -> int:
    """Check the specs: YAML, JSON Schema, references, examples, names in every language.

    Prints every problem as file:line:column: message; hint. Exit code 1 when there are any.

    \b
    Examples:
      sqlacc check
      sqlacc check --spec my/spec --format sarif > check.sarif
    """
    from ..report import as_json, as_sarif, as_text, list_of_rules

    if list_rules:
        click.echo(list_of_rules(form))
        return 0
    from ..lint import check_spec
    from ..spec import default_spec

    found = check_spec(spec_dir or default_spec())
    click.echo({"text": as_text, "json": as_json, "sarif": as_sarif}[form](found))
    return 1 if found else 0

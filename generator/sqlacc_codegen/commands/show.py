"""`sqlacc show`: what the specs say, as text for people or the whole Api as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from . import completions
from .options import spec_option


@click.command()
@click.argument("object", required=False, shell_complete=completions.objects)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: everything the specs say, defaults resolved.")
@spec_option
def show(object: str | None, as_json: bool, spec_dir: Path | None) -> None:
    """Show the objects and workflows, or one OBJECT with its fields, lines and operations.

    \b
    Examples:
      sqlacc show
      sqlacc show sales_invoice
      sqlacc show sales_invoice --json | jq '.fields[] | select(.create == "required") | .wire'
    """
    import json

    from ..api_json import as_json as json_of
    from ..hints import did_you_mean
    from ..ir import Object, Workflow
    from ..load import default_spec, load
    from ..show import show_api, show_object, show_workflow

    api = load(spec_dir or default_spec())
    things: dict[str, Object | Workflow] = {**api.by_id, **{workflow.id: workflow for workflow in api.workflows}}
    if object is not None and object not in things:
        raise click.UsageError(f"no object or workflow {object!r}; {did_you_mean(object, things)}")
    if as_json:
        click.echo(json.dumps(json_of(things[object] if object else api), indent=2, ensure_ascii=False))
    elif object is None:
        click.echo(show_api(api))
    else:
        thing = things[object]
        click.echo(show_object(thing) if isinstance(thing, Object) else show_workflow(thing))

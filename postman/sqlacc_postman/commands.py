"""The commands `sqlacc export` and `sqlacc import`: each parses, calls one function, prints. Heavy imports wait."""

from __future__ import annotations

from pathlib import Path

import click

from sqlacc_codegen.commands.options import spec_option

FORMATS = ("postman", "openapi", "jsonschema")


@click.command()
@click.argument("format", type=click.Choice(FORMATS))
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write here.  [default: .]"
)
@spec_option
def export(format: str, out: Path | None, spec_dir: Path | None) -> int:
    """Write the specs in another FORMAT: postman, openapi or jsonschema.

    \b
    Examples:
      sqlacc export postman -o /tmp/postman      collection.json and environments/
      sqlacc export openapi                      openapi.yaml in this folder
      sqlacc export jsonschema -o schemas        one file per object
    """
    from sqlacc_codegen.files import write, write_file
    from sqlacc_codegen.load import default_spec, load
    from sqlacc_codegen.outputs import outputs

    api = load(spec_dir or default_spec())
    home = out or Path()
    for output in outputs():
        if output.id == format or (format == "postman" and output.id == "postman-environments"):
            files = output.files(api)
            target = home if output.id == "jsonschema" and out else home / Path(output.path).name
            if output.folder:
                write(files, target)
            else:
                (text,) = files.values()
                target.parent.mkdir(parents=True, exist_ok=True)
                write_file(text, target)
            click.echo(f"wrote {target}")
    return 0

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


@click.group("import")
def import_() -> None:
    """Read another format into specs.

    \b
    Examples:
      sqlacc import postman collection.json --into spec --dry-run
      sqlacc import postman collection.json --into spec --report loss.md
    """


@import_.command("postman")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR", help="Add to these specs."
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write a new spec folder.")
@click.option(
    "--environment",
    "environments",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A Postman environment whose variables count; again for more.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what was lost, guessed or contradicted here; Markdown, or JSON when it ends in .json.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing but the report; show what would change.")
@spec_option
def import_postman(
    file: Path,
    into: Path | None,
    out: Path | None,
    environments: tuple[Path, ...],
    report_file: Path | None,
    dry_run: bool,
    spec_dir: Path | None,
) -> int:
    """Read a Postman collection (v2.0 or v2.1) into specs.

    Everything inferred says from what. Hand-written text in the specs is never changed: contradictions are told, and
    people decide. Keys and other secrets in the collection are never written.

    \b
    Examples:
      sqlacc import postman vendor.json --dry-run
      sqlacc import postman vendor.json --into spec/ --report loss.md
      sqlacc import postman vendor.json --out /tmp/spec
    """
    from sqlacc_codegen.load import default_spec

    from .importing.run import run

    if into and out:
        raise click.UsageError("--into and --out do not go together")
    target = into or (None if out else spec_dir or default_spec())
    done = run(file, target, out, spec_dir or into or default_spec(), environments, dry_run=dry_run)
    for note in done.report.of("secret"):
        click.echo(f"warning: {note.where}: {note.what}", err=True)
    if report_file:
        text = done.report.json() if report_file.suffix.lower() == ".json" else done.report.markdown()
        report_file.write_text(text, encoding="utf-8")
    for line in done.changes:
        click.echo(line)
    click.echo(f"{done.objects} objects, {done.masters} other endpoints; {done.report.summary()}")
    if not report_file and done.report.notes:
        click.echo("Give --report FILE to see what was lost or guessed.")
    return 0 if done.objects or done.masters else 1

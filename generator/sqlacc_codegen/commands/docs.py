"""`sqlacc docs`: the documentation as a site, built into a folder or served on this machine."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from pathlib import Path

import click

from .options import spec_option

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the site.  [default: .cache/docs beside the specs]",
)


@click.group()
def docs() -> None:
    """The documentation: payloads, fields, samples in every language, guides.

    Its sources are generated/docs, which `sqlacc generate` keeps. The site needs nothing from elsewhere: it can be
    opened from the disk, and its search works there too.

    \b
    Examples:
      sqlacc docs serve                build it and look at it: http://127.0.0.1:8000
      sqlacc docs build --out public   build it to put it somewhere
    """


@docs.command()
@spec_option
@out_option
def build(spec_dir: Path | None, out: Path | None) -> int:
    """Build the site from the specs; the folder is replaced as a whole.

    \b
    Examples:
      sqlacc docs build
      sqlacc docs build --out public
    """
    _, warned = _build(spec_dir, out)
    return 1 if warned else 0


@docs.command()
@spec_option
@out_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
def serve(spec_dir: Path | None, out: Path | None, port: int) -> None:
    """Build the site and serve it to this machine, until Ctrl-C.

    \b
    Examples:
      sqlacc docs serve
      sqlacc docs serve --port 0
    """
    from ..exporters.docs.serve import server

    folder, _ = _build(spec_dir, out)
    try:
        listening = server(folder, port)
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror}; --port 0 takes a free one") from None
    with listening, contextlib.suppress(KeyboardInterrupt):
        for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs are born ignoring the first
            signal.signal(number, signal.default_int_handler)
        click.echo(f"http://127.0.0.1:{listening.server_address[1]}/ (Ctrl-C ends it)")
        sys.stdout.flush()
        listening.serve_forever()


def _build(spec_dir: Path | None, out: Path | None) -> tuple[Path, bool]:
    """The folder, and whether something was wrong with the pages, which is told."""
    from ..exporters.docs.commands import commands_page
    from ..exporters.docs.site import INSTALL, missing, site
    from ..files import refuse_foreign, write
    from ..generate import Job
    from ..lint import load_checked
    from ..spec import default_spec

    if missing():
        raise click.ClickException(f"the documentation needs {', '.join(missing())}; run: {INSTALL}")
    begin = time.perf_counter()
    job = Job(spec_dir or default_spec())
    folder = out or job.project / ".cache" / "docs"
    refuse_foreign({}, folder)  # before the work, not after it
    root = click.get_current_context().find_root().command
    assert isinstance(root, click.Group)
    more = {"commands.md": commands_page(root, "sqlacc")}
    files, warnings = site(load_checked(job.spec_dir), sys.stderr if sys.stderr.isatty() else None, more)
    if warnings:
        click.echo(warnings.rstrip(), err=True)
    write(files, folder)
    pages = sum(path.endswith(".html") for path in files)
    click.echo(f"{folder.as_posix()}: {pages} pages in {time.perf_counter() - begin:.1f} s", err=True)
    return folder, bool(warnings)

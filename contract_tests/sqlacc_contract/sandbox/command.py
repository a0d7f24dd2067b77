"""`sqlacc sandbox`: the command line to a sandbox that serves until it is told to stop."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from sqlacc_codegen.commands import completions
from sqlacc_codegen.problems import Problems


def _reading(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f'--reading {text}: write NAME=VALUE, for example "not_found=404"')
    return name, value


@click.command(
    epilog="Example: sqlacc sandbox --port 8080 --reading get_envelope=top_level --fault rate_limit,retry_after=2"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.")
@click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help="File that keeps the records; else memory.")
@click.option("--access-key", envvar="SQLACC_SANDBOX_ACCESS_KEY", help="Key that clients must use; else a demo key.")
@click.option("--secret-key", envvar="SQLACC_SANDBOX_SECRET_KEY", help="Its secret; better in the environment.")
@click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completions.readings,
    help="Play a reading of the spec.",
)
@click.option("--fault", "faults", multiple=True, metavar="KIND[,NAME=VALUE]...", help="Play a fault on requests.")
@click.option("--empty", is_flag=True, help="Start without the demo records (accounts, taxes and terms stay).")
@click.option("--spec", type=click.Path(file_okay=False, path_type=Path), help="Folder of the specs.")
def sandbox(
    host: str,
    port: int,
    db: Path | None,
    access_key: str | None,
    secret_key: str | None,
    readings: Sequence[str],
    faults: Sequence[str],
    empty: bool,
    spec: Path | None,
) -> None:
    """Serve a stand-in of the SQL Account REST API on this machine.

    Prints `ready http://HOST:PORT` when it listens and serves until SIGINT or SIGTERM. Requests must be signed, as
    for the real service. GET /sandbox, which needs no signature, tells what can be steered while it runs.
    """
    from sqlacc_codegen.load import default_spec, load

    from . import backend
    from . import faults as fault_texts
    from .readings import ReadingError
    from .seed import SeedError
    from .server import ListenError, Server

    if (access_key is None) != (secret_key is None):
        raise click.UsageError("--access-key and --secret-key belong together")
    demo = access_key is None or secret_key is None
    keys = {backend.DEMO_ACCESS_KEY: backend.DEMO_SECRET_KEY} if demo else {str(access_key): str(secret_key)}
    try:
        api = load(spec if spec is not None else default_spec())
        sandbox = backend.Sandbox(
            api,
            db=db if db is not None else ":memory:",
            keys=keys,
            readings=dict(map(_reading, readings)),
            empty=empty,
            faults=[fault_texts.parse(text) for text in faults],
        )
        server = Server(sandbox, sandbox.now, sandbox.name, host=host, port=port)
    except (ReadingError, fault_texts.FaultError) as error:
        raise click.UsageError(str(error)) from None
    except Problems as problems:
        click.echo(str(problems), err=True)
        raise SystemExit(1) from None
    except (SeedError, ListenError) as error:
        raise click.ClickException(str(error)) from None
    except sqlite3.Error as error:
        raise click.ClickException(f"{db}: {error}") from None

    def announce() -> None:
        if demo:
            click.echo(f"access key {backend.DEMO_ACCESS_KEY}", err=True)
            click.echo(f"secret key {backend.DEMO_SECRET_KEY} (a demo key, good for sandboxes only)", err=True)
        if not server.loopback:
            click.echo(f"warning: {host} can be reached from other machines", err=True)
        click.echo(f"ready {server.url}")
        sys.stdout.flush()

    try:
        server.run(announce)
    finally:
        sandbox.close()

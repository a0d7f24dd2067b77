"""The command `sqlacc`: a table of sub-commands, each imported only when it is called, and how all of them end."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from .problems import Problems

# name: (module:attribute, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("sqlacc_codegen.commands.check:check", "Check the specs; every problem at once."),
    "show": ("sqlacc_codegen.commands.show:show", "Show what the specs say about an object."),
    "generate": ("sqlacc_codegen.commands.generate:generate", "Write the clients, or check that they are up to date."),
    "diff": ("sqlacc_codegen.commands.diff:diff", "Tell what changed between two specs, and whom it breaks."),
    "release": (
        "sqlacc_codegen.commands.release:release",
        "Write the changelog entry and version of each package.",
    ),
    "import": ("sqlacc_postman.commands:import_", "Read a Postman collection into specs."),
    "export": ("sqlacc_postman.commands:export", "Write the specs as Postman, OpenAPI or JSON Schema."),
    "docs": ("sqlacc_codegen.commands.docs:docs", "Build the documentation as a site, or serve it here."),
    "sandbox": ("sqlacc_contract.commands:sandbox", "Serve a stand-in of the API on this machine."),
    "properties": ("sqlacc_contract.commands:properties", "List what has to hold over generated values."),
    "verify": ("sqlacc_contract.commands:verify", "Hold the clients to the contract, operation by operation."),
    "report": ("sqlacc_contract.report.command:report", "Make reports of logs that verify wrote."),
    "record": ("sqlacc_contract.recordings.command:record", "Record cassettes, or check those there are."),
    "snippets": ("sqlacc_contract.samples.command:snippets", "Run the sample code of the documentation."),
    "driver": ("sqlacc_contract.commands:driver", "Start the driver program of a language by hand."),
    "init": ("sqlacc_contract.first.init_command:init", "Keep a pair of keys as a profile, and try it."),
    "doctor": ("sqlacc_contract.first.doctor_command:doctor", "Look for what keeps things from working here."),
    "new": ("sqlacc_codegen.commands.new:new", "Make a starter project in a language."),
    "call": ("sqlacc_contract.commands:call", "Make one signed call from the shell."),
    "ping": ("sqlacc_contract.commands:ping", "Check keys, clock and reach."),
    "completion": ("sqlacc_codegen.commands.completion:completion", "Print the completion script of a shell."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and help, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        try:
            command = getattr(import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            raise click.ClickException(f"the command {cmd_name} cannot be loaded: {error}") from error
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from .hints import did_you_mean

            ctx.fail(f"No such command {args[0]!r}. {did_you_mean(args[0], COMMANDS)}".strip())
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=text) for name, (_, text) in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        def run() -> Any:
            return click.Group.main(self, args, prog_name or "sqlacc", complete_var, standalone_mode=False, **extra)

        return _end(run) if standalone_mode else run()


def _end(run: Any) -> NoReturn:
    """Run, and end the process with 0 (fine), 1 (problems or differences) or 2 (usage); never with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = run()
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except Problems as problems:
        for problem in problems.found:
            click.echo(str(problem), err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # What is left in the buffer has no reader; keep the interpreter from trying again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if os.environ.get("SQLACC_DEBUG"):
            raise
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            click.echo(f"Error: {error.filename or 'a file'} cannot be written: {error.strerror}", err=True)
            sys.exit(1)
        click.echo(f"sqlacc: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("This is a fault of sqlacc; SQLACC_DEBUG=1 shows where.", err=True)
        sys.exit(1)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"sqlacc {version('sqlacc')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Specs of the SQL Account REST API, turned into clients, and the clients held to the specs.

    \b
    Examples:
      sqlacc check                     are the specs sound?
      sqlacc generate                  write all clients into generated/
      sqlacc sandbox                   an API to try them on
      sqlacc verify                    do the clients keep the contract?

    Exit codes: 0 fine, 1 problems or differences, 2 wrong usage.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False


if __name__ == "__main__":
    main()

"""`sqlacc completion`: the script that makes a shell complete `sqlacc`."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    Examples:
      eval "$(sqlacc completion bash)"                     in ~/.bashrc
      eval "$(sqlacc completion zsh)"                      in ~/.zshrc
      sqlacc completion fish > ~/.config/fish/completions/sqlacc.fish
    """
    from click.shell_completion import get_completion_class

    shell_class = get_completion_class(shell)
    assert shell_class is not None
    click.echo(shell_class(ctx.find_root().command, {}, "sqlacc", "_SQLACC_COMPLETE").source())

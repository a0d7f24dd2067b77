"""`sqlacc completion`: the script that makes a shell complete `sqlacc`."""

from __future__ import annotations

import click

# Click's scripts, mended: what stands there, and what has to stand there.
_MENDED = {
    # Bash takes `NAME=VALUE` for three words, and puts what is offered behind the `=` only.
    "bash": {
        """\
    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD""": """\
    local line=${COMP_LINE:0:COMP_POINT}
    local -a whole
    IFS=$' \\t\\n' read -ra whole <<< "$line"
    [[ $line == *[[:space:]] ]] && whole+=('')
    local word=${whole[-1]}
    response=$(env COMP_WORDS="$line" COMP_CWORD=$((${#whole[@]} - 1))""",
        """\
            COMPREPLY+=($value)""": """\
            [[ $word == *=* ]] && value=${value#"${word%%=*}="}
            COMPREPLY+=("$value")""",
    },
    # Who has not set up zsh's completion yet has no compdef.
    "zsh": {
        """\
    compdef """: """\
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef """
    },
    # Descriptions hold commas.
    "fish": {'string split ","': 'string split --max 1 ","'},
}


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
    script = shell_class(ctx.find_root().command, {}, "sqlacc", "_SQLACC_COMPLETE").source()
    for found, wanted in _MENDED[shell].items():
        script = script.replace(found, wanted)
    click.echo(script)

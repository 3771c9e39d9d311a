"""`completion`: what makes a shell complete commands, records and claims."""

from __future__ import annotations

import click

from adrtool.errors import ExitCode

SHELLS = ("bash", "zsh", "fish")
_ADR = "config generate help init link list new upgrade-repository"
# The command `adr` has so few words that the shell can know them all.
_STATIC = {
    "bash": f"complete -o default -W '{_ADR} toc graph' adr\n",
    "zsh": f"_adr_tools() {{ _arguments '1:command:({_ADR})' '*:file:_files' }}\ncompdef _adr_tools adr\n",
    "fish": f"complete --command adr --condition __fish_use_subcommand --no-files --arguments '{_ADR}'\n",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion_command(shell: str) -> int:
    """Print what makes a shell complete commands, records and claims.

    In ~/.bashrc or ~/.zshrc: eval "$(adrtool completion bash)", or zsh.

    In config.fish: adrtool completion fish | source
    """
    from click.shell_completion import get_completion_class

    from adrtool.cli import cli, completing

    completing.begin()
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "adrtool", completing.VARIABLE).source().strip("\n"))
    click.echo(_STATIC[shell], nl=False)
    return ExitCode.OK

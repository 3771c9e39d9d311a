"""Options in, exit code out. No decision is taken here."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from adrtool import __version__
from adrtool.errors import AdrtoolError, ExitCode
from adrtool.streams import forgive

if TYPE_CHECKING:
    from datetime import datetime

    from click.shell_completion import CompletionItem

# Every command: the module that holds it, and its line of help. Modules are imported when a command runs.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("adrtool.cli.write", "Begin a folder of records, with the first one in it."),
    "new": ("adrtool.cli.write", "Write a new record, in the ways of the folder."),
    "edit": ("adrtool.cli.write", "Open a record in $VISUAL or $EDITOR."),
    "accept": ("adrtool.cli.standing", "Accept a record, if its evidence holds."),
    "reject": ("adrtool.cli.standing", "Reject a record."),
    "deprecate": ("adrtool.cli.standing", "Take a record out of force."),
    "supersede": ("adrtool.cli.standing", "Put a newer record in the place of one, on both sides."),
    "link": ("adrtool.cli.standing", "Say how one record stands to another."),
    "claim": ("adrtool.cli.claim", "Add a claim to a record, with a skeleton of its evidence."),
    "renumber": ("adrtool.cli.renumber", "Give a record another number, wherever it is named."),
    "move": ("adrtool.cli.move", "Move evidence or a record, with its links and its history."),
    "list": ("adrtool.cli.read", "List the records, with the health of each."),
    "show": ("adrtool.cli.read", "Show a record's claims, and which sentence is in trouble."),
    "claims": ("adrtool.cli.read", "List the claims, with their verdicts."),
    "status": ("adrtool.cli.status", "Judge everything from the ledger; runs nothing."),
    "search": ("adrtool.cli.search", "Find records by their words, the best match first."),
    "why": ("adrtool.cli.why", "Say which decisions govern a file."),
    "graph": ("adrtool.cli.graph", "Draw the records, their relations and their health."),
    "export": ("adrtool.cli.export", "Write the records as JSON-ADR, CSV, or a folder for another tool."),
    "import": ("adrtool.cli.importing", "Write the records of JSON-ADR, CSV or another folder here."),
    "lint": ("adrtool.cli.lint", "Find what is wrong with records, claims and evidence."),
    "index": ("adrtool.cli.index", "Write the table of records into the README of their folder."),
    "plan": ("adrtool.cli.plan", "Say which evidence would run, and why; runs nothing."),
    "verify": ("adrtool.cli.prove", "Run the evidence, and give each claim its verdict."),
    "review": ("adrtool.cli.review", "Say what a change means for decisions, for its reviewer."),
    "audit": ("adrtool.cli.audit", "Ask of evidence whether it could have said no."),
    "history": ("adrtool.cli.history", "Show a claim's outcomes and measures over time."),
    "bisect": ("adrtool.cli.bisect", "Find the commit, or the release, that made a claim turn."),
    "outlook": ("adrtool.cli.outlook", "Say what an upgrade past the pins would cost."),
    "waive": ("adrtool.cli.waive", "Live with a stale claim for a while, with a date and a reason."),
    "ci": ("adrtool.cli.ci", "Write the files of a job that re-validates by itself."),
    "mcp": ("adrtool.cli.mcp", "Serve the reading commands to agents, over stdin and stdout."),
    "ledger": ("adrtool.cli.ledger", "Pull, push, compact and check the history in git notes."),
    "env": ("adrtool.cli.environments", "List or prune the environments that evidence runs in."),
    "completion": ("adrtool.cli.completion", "Print what makes a shell complete commands, records and claims."),
    "doctor": ("adrtool.cli.doctor", "Check Python, uv, git, the ledger, and what evidence needs."),
}


class Group(click.Group):
    """Knows its commands by name, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), cmd_name.replace("-", "_") + "_command")
        assert isinstance(command, click.Command)
        if not ctx.resilient_parsing:
            return command
        from adrtool.cli.completing import teach

        return teach(command)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """The commands and options that begin so."""
        from click.shell_completion import CompletionItem

        named = [CompletionItem(name, help=line) for name, (_, line) in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, or the nearest name for one that is misspelt."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="adrtool")
def cli() -> None:
    """Decision records whose reasons are tested.

    A record says why. Each claim in it is a link to evidence, a script or a test; adrtool runs the
    evidence and says which reasons still hold.
    """


def main(args: list[str] | None = None, clock: Callable[[], datetime] | None = None) -> None:
    """Run one command, and leave with its exit code; every failure is one line. `clock` tells the time, UTC."""
    forgive()
    sys.exit(_run(args, clock))


def _run(args: list[str] | None, clock: Callable[[], datetime] | None) -> int:
    if "_ADRTOOL_COMPLETE" in os.environ:
        from adrtool.cli import completing

        completing.begin()
    colour = False if os.environ.get("NO_COLOR") else None
    try:
        result: Any = cli.main(args=args, prog_name="adrtool", standalone_mode=False, color=colour, obj=clock)
        sys.stdout.flush()
        return int(result or 0)
    except click.exceptions.Abort:
        click.echo("adrtool: stopped", err=True)
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except AdrtoolError as error:
        click.echo(f"adrtool: {error}", err=True)
        return error.exit_code
    except KeyboardInterrupt:
        click.echo("adrtool: stopped", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has seen enough; keep Python from complaining while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:
        if os.environ.get("ADRTOOL_DEBUG"):
            raise
        click.echo(
            f"adrtool: a fault of adrtool itself: {type(error).__name__}: {error}; "
            "set ADRTOOL_DEBUG=1 to see where, and please report it",
            err=True,
        )
        return 1

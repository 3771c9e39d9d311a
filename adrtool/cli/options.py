"""What several commands share: the folder, JSON, selections, and the width of the paper."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adrtool.errors import AdrtoolError, UsageError
from adrtool.report.text import Paper

if TYPE_CHECKING:
    from adrtool.plan import Chosen, Selection
    from adrtool.shards import Shard
    from adrtool.verdict import Judgement
    from adrtool.workspace import Workspace

Command = Callable[..., Any]


def dir_option(command: Command) -> Command:
    """`--dir FOLDER`, repeatable."""
    return click.option(
        "--dir",
        "dirs",
        multiple=True,
        metavar="FOLDER",
        type=click.Path(path_type=Path),
        help="Read the records of this folder; repeatable.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")(command)


def sandbox_option(command: Command) -> Command:
    """`--sandbox`."""
    return click.option(
        "--sandbox",
        type=click.Choice(["require", "auto", "off"]),
        help="Run evidence inside a sandbox: or not at all, where one works, or never.  [default: the setting]",
    )(command)


def selection_options(command: Command) -> Command:
    """NAMES, `--tag`, `--verdict`; the command is given them as one `selection`."""

    @wraps(command)
    def selecting(names: Sequence[str], tags: Sequence[str], verdicts: Sequence[str], **others: Any) -> Any:
        return command(selection=_selection(names, tags, verdicts), **others)

    return _with(
        selecting,
        click.argument("names", nargs=-1, metavar="[NAME]..."),
        click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only evidence with this tag; repeatable."),
        click.option(
            "--verdict", "verdicts", multiple=True, metavar="VERDICT", help="Only claims with this verdict; repeatable."
        ),
    )


@dataclass(frozen=True, slots=True)
class Schedule:
    """How much of what is selected to run, and which part of it."""

    everything: bool  # also what holds and is fresh
    due: bool  # the most urgent first, and nothing else
    seconds: float | None  # the budget
    part: Shard | None


def schedule_options(command: Command) -> Command:
    """`--due`, `--budget`, `--shard`; with its own `--all`, the command is given them as one `schedule`."""

    @wraps(command)
    def scheduling(everything: bool, due: bool, budget: str | None, shard: str | None, **others: Any) -> Any:
        if due and everything:
            raise UsageError("--due and --all contradict each other; give one of them")
        return command(schedule=Schedule(everything, due, seconds(budget), _shard(shard)), **others)

    return _with(
        scheduling,
        click.option(
            "--due", is_flag=True, help="Only what is expired, suspect, broken or never ran; the most urgent first."
        ),
        click.option("--budget", metavar="TIME", help="Start nothing that does not fit into so long, as in 20m."),
        click.option(
            "--shard", metavar="N/M", help="Only the Nth of M parts; every piece of evidence is in exactly one."
        ),
    )


def _with(command: Command, *parameters: Callable[[Command], Command]) -> Command:
    """The command with these parameters, in the order in which its help lists them."""
    for parameter in reversed(parameters):
        command = parameter(command)
    return command


def seconds(text: str | None) -> float | None:
    """What `--budget` says; raises UsageError."""
    from adrtool.settings import duration

    try:
        return duration(text).total_seconds() if text is not None else None
    except ValueError as error:
        raise UsageError(f"--budget: {error}") from None


def _shard(text: str | None) -> Shard | None:
    """What `--shard` says; raises UsageError."""
    from adrtool.shards import Shard

    try:
        return Shard.from_text(text) if text is not None else None
    except ValueError as error:
        raise UsageError(f"--shard: {error}") from None


def _selection(names: Sequence[str], tags: Sequence[str], verdicts: Sequence[str]) -> Selection:
    """What the words of the command line select; raises UsageError for a verdict that nobody gives."""
    from adrtool.plan import Selection
    from adrtool.verdict import Verdict

    for verdict in verdicts:
        if verdict not in list(Verdict):
            raise UsageError(f"--verdict {verdict}: write one of {', '.join(Verdict)}")
    return Selection(tuple(names), tuple(tags), tuple(Verdict(verdict) for verdict in verdicts))


def open_workspace(dirs: Sequence[Path]) -> Workspace:
    """The repository around the current folder, or around `--dir`."""
    from adrtool.workspace import Workspace

    try:
        here = Path.cwd()
    except OSError as error:
        raise UsageError("the current folder is gone; change to another") from error
    return Workspace.open(here, dirs, clock())


def chosen(
    workspace: Workspace, wanted: Selection, judgements: Sequence[Judgement], part: Shard | None = None
) -> Chosen:
    """The claims that a selection speaks of, or a shard of them; raises ReadError where it matches nothing."""
    from adrtool.errors import ReadError
    from adrtool.plan import choose

    names = tuple(from_root(name, workspace) for name in wanted.names)
    wanted = type(wanted)(names, wanted.tags, wanted.verdicts)
    excluded = workspace.settings.exclude_tags
    found = choose(workspace.records, judgements, workspace.piece_of, wanted, excluded)
    if not wanted.is_empty and not found.judgements and not found.left_out:
        words = [*wanted.names, *(f"--tag {tag}" for tag in wanted.tags), *(f"--verdict {v}" for v in wanted.verdicts)]
        raise ReadError(f"no claim matches {' '.join(words)}; `adrtool claims` lists them")
    if part is None:
        return found
    from adrtool.agenda import in_shard

    # Verdicts change while shards run; names and tags do not, so they alone decide what is parted.
    pool = choose(workspace.records, judgements, workspace.piece_of, replace(wanted, verdicts=()), excluded)
    return replace(found, judgements=in_shard(workspace, part, pool.judgements, found.judgements))


def from_root(name: str, workspace: Workspace) -> str:
    """A path that the user gave from the current folder, as a path from the repository's root."""
    path, mark, test = name.partition("#")
    try:
        target = Path(path).resolve()
        if Path(path).exists() and target.is_relative_to(workspace.root):
            return target.relative_to(workspace.root).as_posix() + mark + test
    except (OSError, ValueError):
        pass
    return name


def paper() -> Paper:
    """The terminal's width, and colours where they are wanted."""
    width = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80
    terminal = sys.stdout.isatty()
    return Paper(width, colour=terminal and not os.environ.get("NO_COLOR"), terminal=terminal)


def clock() -> Callable[[], datetime]:
    """The clock that `main` was given, for any thread to ask; else that of the machine."""
    context = click.get_current_context(silent=True)
    given: Callable[[], datetime] | None = context.find_root().obj if context is not None else None
    return given or (lambda: datetime.now(UTC))


def ledger_hint(workspace: Workspace) -> str:
    """What to do where a remote may have the ledger that this clone lacks; "" where nothing is."""
    remote = workspace.ledger.missing_locally() if workspace.ledger is not None else None
    return f"this clone has no ledger, and {remote} may have it: `adrtool ledger pull` fetches it" if remote else ""


def now() -> datetime:
    """The time."""
    return clock()()


def warn_of_nothing(workspace: Workspace) -> None:
    """Say in one and the same line, in commands that judge nothing, that there are no claims to speak of."""
    from adrtool.workspace import nothing_found

    if not workspace.claims:
        warn(nothing_found(workspace, may_allow=False))


def warn(message: str | AdrtoolError) -> None:
    """One line of chatter."""
    click.echo(f"adrtool: {message}", err=True)

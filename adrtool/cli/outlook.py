"""`outlook`: what an upgrade past the pins would cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.interruption import terminable
from adrtool.errors import ExitCode, ReadError, UsageError
from adrtool.report import documents

if TYPE_CHECKING:
    from adrtool.plan import Selection


@click.command("outlook")
@options.selection_options
@click.option(
    "--with", "wanted", multiple=True, metavar="REQUIREMENT", help="Only this upgrade, as in 'tensorflow==2.22.*'."
)
@options.json_option
@options.dir_option
def outlook_command(
    selection: Selection,
    wanted: Sequence[str],
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Say what an upgrade would cost: run evidence with the newest releases that its pins exclude.

    Lifts the pins of what the evidence names itself; everything else stays as it last ran, as far as it can. No
    verdict changes, and nothing enters the ledger.
    """
    from adrtool.cli.progress import quiet_watcher, watcher
    from adrtool.cli.prove import tell_of_sandbox
    from adrtool.outlook import words
    from adrtool.outlook.look import Outlook
    from adrtool.outlook.upgrade import State
    from adrtool.plan import steps
    from adrtool.trial import Bench
    from adrtool.verify import Options

    specifiers = dict(map(_requirement, wanted))
    workspace = options.open_workspace(dirs)
    judgements = workspace.judge_all(options.now())
    found = options.chosen(workspace, selection, judgements)
    plan = steps(found.judgements, workspace.piece_of, everything=True)
    if not plan and not found.left_out:
        raise ReadError("no evidence to run; link a sentence to a script below evidence/")
    used = (State.NOT_RESOLVED, State.NOTHING_NEWER)
    outlook = Outlook(workspace, Bench(quiet_watcher()), specifiers, lambda words: click.echo(words, err=True))
    with terminable():
        planned, others = outlook.plan(plan)
        if specifiers and not planned and not any(each.state in used for each in others):
            raise ReadError(f"no evidence chosen here uses {', '.join(specifiers)}; `adrtool env list` shows packages")
        upgrades = list(others)
        if planned:
            tell_of_sandbox(workspace, Options())
            with watcher(len(planned), verbose=False) as watching:
                upgrades += outlook.run(planned, watching)
    order = {step.piece.ref: number for number, step in enumerate(plan)}
    upgrades.sort(key=lambda upgrade: order[upgrade.step.piece.ref])
    if as_json:
        left_out = [{"claim": judgement.claim.id, "tag": tag} for judgement, tag in found.left_out]
        rows = [words.upgrade_fields(upgrade) for upgrade in upgrades]
        click.echo(documents.dump({"with": list(wanted), "upgrades": rows, "left_out": left_out}))
        return ExitCode.OK
    for line in (
        *words.lines(upgrades, options.paper(), asked=bool(specifiers)),
        *words.left_out_lines(found.left_out),
    ):
        click.echo(line)
    return ExitCode.OK


def _requirement(text: str) -> tuple[str, str]:
    """The package, by its normal name, and the specifier that `--with` gives."""
    from packaging.requirements import InvalidRequirement, Requirement

    from adrtool.evidence.lifting import normal

    try:
        asked = Requirement(text)
    except InvalidRequirement:
        raise UsageError(f"--with {text}: write a requirement, as in 'tensorflow==2.22.*'") from None
    if asked.url is not None or asked.extras or asked.marker is not None:
        raise UsageError(f"--with {text}: write a package and its releases only, as in 'tensorflow==2.22.*'")
    return normal(asked.name), str(asked.specifier)

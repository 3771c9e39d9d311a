"""`bisect`: the commit, or the release of a package, that made a claim turn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.interruption import terminable
from adrtool.cli.waive import find_claim
from adrtool.errors import ExitCode, LedgerError, ReadError, UsageError
from adrtool.report import documents
from adrtool.report.changes import explanation, turn_fields

if TYPE_CHECKING:
    from adrtool.culprit.finding import Tried
    from adrtool.git import Repository
    from adrtool.model import Claim, EvidenceRef
    from adrtool.outcome import Outcome
    from adrtool.turning import Turn
    from adrtool.workspace import Workspace


@click.command("bisect")
@click.argument("name", metavar="CLAIM")
@click.option("--good", metavar="COMMIT", help="A commit that holds, instead of the last pass in the ledger.")
@click.option("--bad", metavar="COMMIT", help="A commit that fails, instead of the first failure in the ledger.")
@click.option(
    "--evidence",
    type=click.Choice(("head", "commit")),
    default="head",
    show_default=True,
    help="Run today's evidence at each commit, or the commit's own.",
)
@click.option("--package", metavar="NAME", help="Search the releases of this package, not the commits.")
@click.option("--from", "oldest", metavar="VERSION", help="A release that holds.")
@click.option("--to", "newest", metavar="VERSION", help="A release that fails.")
@options.json_option
@options.dir_option
def bisect_command(
    name: str,
    good: str | None,
    bad: str | None,
    evidence: str,
    package: str | None,
    oldest: str | None,
    newest: str | None,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Find the commit, or the release of a package, that made a claim turn.

    Runs the evidence at commits between its last pass and its first failure, in a worktree of its own; with --package,
    here, with that package's releases between the two. What it sees enters no ledger and changes no verdict.
    """
    if package is None and (oldest or newest):
        raise UsageError("--from and --to are releases of a package; name it with --package")
    if package is not None and (good or bad):
        raise UsageError("--good and --bad are commits, and --package searches releases; give --from and --to")
    from adrtool.cli.prove import tell_of_sandbox
    from adrtool.verify import Options

    workspace = options.open_workspace(dirs)
    claim = find_claim(workspace.claims, name)
    ref = _evidence_of(workspace, claim)
    tell_of_sandbox(workspace, Options())
    with terminable():
        if package is not None:
            return _over_releases(workspace, claim, ref, package, oldest, newest, as_json=as_json)
        return _over_commits(workspace, claim, ref, good, bad, evidence, as_json=as_json)


def _over_commits(
    workspace: Workspace,
    claim: Claim,
    ref: EvidenceRef,
    good: str | None,
    bad: str | None,
    evidence: str,
    *,
    as_json: bool,
) -> int:
    from adrtool.cli.progress import quiet_watcher
    from adrtool.culprit import words
    from adrtool.culprit.commits import CommitSearch, WhichEvidence
    from adrtool.trial import Bench

    repository = workspace.repository
    if repository is None:
        raise LedgerError("no git repository here, so there are no commits to search")
    past = workspace.past.of(claim)
    turn = _turn(past)
    first, last = _commit_ends(repository, claim, turn, good, bad)
    observed = tuple(dict.fromkeys(path for outcome in _newest_real(past) for path in outcome.observed))
    which = WhichEvidence(evidence)

    def tell(tried: Tried, left: int) -> None:
        click.echo(words.trial_line(tried) + (f"  ({left} left)" if left > 0 else ""), err=True)

    search = CommitSearch(workspace, ref, observed, which, Bench(quiet_watcher()), tell)
    if not as_json:
        _echo_turn(claim, repository, turn)
    finding = search.between(first, last)
    changes = search.changes(finding)
    if as_json:
        rows = [{"path": row.path, "added": row.added, "removed": row.removed} for row in changes]
        ends = {"good": first, "bad": last, "evidence": which.value}
        found = words.finding_fields(finding)
        click.echo(
            documents.dump(
                {
                    "claim": claim.id,
                    **ends,
                    "turn": turn_fields(turn) if turn is not None else None,
                    **found,
                    "inputs": rows,
                }
            )
        )
        return ExitCode.OK
    paper = options.paper()
    for line in words.finding_lines(finding, paper):
        click.echo(line)
    if finding.holds is not None and finding.fails is not None:
        for line in words.change_lines(changes, finding.holds.candidate.name, finding.fails.candidate.name, paper):
            click.echo(line)
    else:
        _hint(claim, turn, which)
    return ExitCode.OK


def _over_releases(
    workspace: Workspace,
    claim: Claim,
    ref: EvidenceRef,
    package: str,
    oldest: str | None,
    newest: str | None,
    *,
    as_json: bool,
) -> int:
    from adrtool.cli.progress import quiet_watcher
    from adrtool.culprit import words
    from adrtool.culprit.releases import ReleaseSearch
    from adrtool.trial import Bench

    past = workspace.past.of(claim)
    turn = _turn(past)
    first, last = _release_ends(claim, turn, package, oldest, newest)
    failing = turn.first if turn is not None else next(reversed(_newest_real(past)), None)
    resolved = dict(failing.environment.packages) if failing is not None and failing.environment is not None else {}

    def tell(tried: Tried) -> None:
        click.echo(words.trial_line(tried), err=True)

    search = ReleaseSearch(workspace, ref, package, resolved, Bench(quiet_watcher()), tell)
    wanted = search.releases(first, last)
    if not as_json:
        _echo_turn(claim, workspace.repository, turn)
        click.echo(f"{len(wanted.candidates)} releases of {package} from {first} to {last}", err=True)
    finding = search.between(wanted)
    if as_json:
        left_out = [{"version": row.version, "why": row.left_out, "words": row.words} for row in wanted.left_out]
        ends = {"package": package, "from": first, "to": last, "python": search.python}
        found = words.finding_fields(finding)
        document = {
            "claim": claim.id,
            **ends,
            "turn": turn_fields(turn) if turn is not None else None,
            **found,
            "left_out": left_out,
        }
        click.echo(documents.dump(document))
        return ExitCode.OK
    paper = options.paper()
    for line in (*words.finding_lines(finding, paper, package=package), *words.left_out_lines(wanted.left_out, paper)):
        click.echo(line)
    return ExitCode.OK


def _evidence_of(workspace: Workspace, claim: Claim) -> EvidenceRef:
    if claim.evidence is None:
        raise ReadError(f"{claim.path}:{claim.line}: {claim.id} has no evidence to run")
    if (refusal := workspace.piece_of(claim.evidence).refusal) is not None:
        raise refusal
    return claim.evidence


def _turn(past: Sequence[Outcome]) -> Turn | None:
    """The last time that it turned for the worse."""
    from adrtool.turning import turns

    return next((turn for turn in reversed(turns(past)) if turn.worse), None)


def _newest_real(past: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in past if outcome.is_real][-2:]


def _commit_ends(
    repository: Repository, claim: Claim, turn: Turn | None, good: str | None, bad: str | None
) -> tuple[str, str]:
    """The ids of the commits to search between; raises ReadError where they are not known or nothing is between."""
    if turn is None and good is None:
        mend = "name a commit that holds with --good, and one that fails with --bad"
        if repository.shallow:
            mend = "this clone is shallow, and `git fetch --unshallow` brings the rest"
        raise ReadError(f"{claim.id}: the ledger knows no pass with a failure after it; {mend}")
    first = _commit(repository, good or (turn.last.commit if turn is not None else None), "--good")
    # What failed with changes that no commit had yet may be in HEAD by now.
    failed = turn.first.commit if turn is not None and not turn.first.edited else "HEAD"
    last = _commit(repository, bad or failed, "--bad")
    if first == last and turn is not None and turn.first.edited:
        mend = "commit them and try again, or name other commits with --good and --bad"
        raise ReadError(f"{claim.id}: it held at {first[:10]}, and failed with uncommitted changes there; {mend}")
    if first == last:
        raise ReadError(f"{claim.id}: it held and failed on one commit, {first[:10]}{_packages_hint(claim, turn)}")
    if repository.descends(first, last):
        raise ReadError(f"{claim.id}: {first[:10]}, which holds, comes after {last[:10]}, which fails; swap them")
    return first, last


def _commit(repository: Repository, name: str | None, option: str) -> str:
    if name is None:
        raise ReadError(f"the ledger names no commit for one of the two runs; give one with {option}")
    found = repository.resolve(f"{name}^{{commit}}")
    if found is None:
        raise ReadError(f"{option}: no commit {name} is here; `git fetch` may bring it, or name another")
    return found


def _release_ends(
    claim: Claim, turn: Turn | None, package: str, oldest: str | None, newest: str | None
) -> tuple[str, str]:
    """The releases to search between; raises ReadError where they are not known, or are one."""
    first = _version(oldest, "--from") or _had(turn.last if turn is not None else None, package)
    last = _version(newest, "--to") or _had(turn.first if turn is not None else None, package)
    for version, option, run in ((first, "--from", "holds"), (last, "--to", "fails")):
        if version is None:
            known = "the ledger knows no pass with a failure after it" if turn is None else f"no {package} in that run"
            raise ReadError(f"{claim.id}: {known}; name a release with which it {run}: {option} VERSION")
    assert first is not None
    assert last is not None
    if first == last:
        raise ReadError(f"{claim.id}: it held and failed with {package} {first}{_packages_hint(claim, turn)}")
    return first, last


def _version(text: str | None, option: str) -> str | None:
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(text)) if text is not None else None
    except InvalidVersion:
        raise UsageError(f"{option} {text}: write a version, as in 2.19.1") from None


def _had(outcome: Outcome | None, package: str) -> str | None:
    from adrtool.evidence.lifting import normal

    if outcome is None or outcome.environment is None:
        return None
    return dict(outcome.environment.packages).get(normal(package))


def _packages_hint(claim: Claim, turn: Turn | None) -> str:
    """Which packages differ, and the command that searches one."""
    if turn is None or not turn.packages:
        return ", so it was something else"
    changed = next((each.name for each in turn.packages if each.before and each.after), "NAME")
    return f"; what differs: {explanation(turn)}; `adrtool bisect {claim.id} --package {changed}`"


def _echo_turn(claim: Claim, repository: Repository | None, turn: Turn | None) -> None:
    from adrtool.culprit import words
    from adrtool.git.bisection import describe

    paper = options.paper()
    for line in paper.wrap(f"{paper.paint(claim.id, bold=True)}  {claim.text}", 2, first=""):
        click.echo(line)
    if turn is None:
        return
    subjects = {}
    for commit in filter(None, (turn.last.commit, turn.first.commit)):
        try:
            subjects[commit] = describe(repository, commit).subject if repository is not None else ""
        except LedgerError:
            subjects[commit] = ""
    for line in words.turn_lines(turn, subjects, paper):
        click.echo(line)


def _hint(claim: Claim, turn: Turn | None, which: object) -> None:
    """Where else to look when the commits are not it."""
    if which == "head":
        click.echo(f"with each commit's own evidence: adrtool bisect {claim.id} --evidence commit")
    if turn is not None and turn.packages:
        changed = next((each.name for each in turn.packages if each.before and each.after), "NAME")
        click.echo(f"among the releases of a package: adrtool bisect {claim.id} --package {changed}")

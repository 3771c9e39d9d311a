"""What `verify` says of a run: to read, as JSON, as JUnit XML, and to a command of the user's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.shown import all_problems, echo_records, errors_among, in_order
from adrtool.errors import ReadError
from adrtool.news import Change
from adrtool.report import documents, text
from adrtool.report.changes import change_fields, change_lines, headline
from adrtool.verdict import Judgement

if TYPE_CHECKING:
    from adrtool.due import Review
    from adrtool.plan import Chosen, Step
    from adrtool.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Report:
    """A run that has ended: what it was about, what it changed, and what it had no time for."""

    workspace: Workspace
    run: str
    found: Chosen
    every: Sequence[Judgement]  # of the whole repository, as they are now
    changed: Sequence[Change]
    left_over: Sequence[Step]
    reviews: Sequence[Review]
    code: int

    @property
    def after(self) -> list[Judgement]:
        """The claims that were chosen, as they are now."""
        chosen = {id(judgement.claim) for judgement in self.found.judgements}
        return in_order(self.workspace, [row for row in self.every if id(row.claim) in chosen])

    def echo(self, *, verbose: bool) -> None:
        """Print it, what has changed first."""
        workspace, paper, after = self.workspace, options.paper(), self.after
        for line in change_lines(self.changed, workspace.exhibits.packages, paper):
            click.echo(line)
        paths = {judgement.claim.path for judgement in after}
        records = [record for record in workspace.records if record.path in paths]
        echo_records(workspace, records, after, self.every, verbose=verbose)
        click.echo(text.summary(after, options.now(), paper))
        for line in (
            *text.left_over(self.left_over, paper),
            *text.left_out(self.found.left_out),
            *text.review_lines(self.reviews, paper),
        ):
            click.echo(line)
        if workspace.ledger is None:
            options.warn("no git repository, so there is no ledger: these verdicts are not kept")
        report_problems(workspace, after)

    def document(self) -> str:
        """It as JSON."""
        ran = {outcome.claim for outcome in self.workspace.added}
        after = self.after
        return documents.dump(
            {
                "run": self.run,
                "changes": [change_fields(it, self.workspace.exhibits.packages(it.claim)) for it in self.changed],
                "claims": [{**documents.claim_fields(row), "ran": row.claim.id in ran} for row in after],
                "counts": documents.counts(after),
                "left_over": [documents.step_fields(step) for step in self.left_over],
                "left_out": left_out(self.found),
                "reviews": [documents.review_fields(review) for review in self.reviews],
                "problems": [documents.problem_fields(problem) for problem in all_problems(self.workspace, after)],
                "exit_code": int(self.code),
            }
        )

    def write_junit(self, path: Path) -> None:
        """Write it as JUnit XML; raises ReadError where that cannot be done."""
        from adrtool.report.junit import junit

        told = {it.claim.id: headline(it, self.workspace.exhibits.packages(it.claim)) for it in self.changed}
        try:
            path.write_text(junit(self.after, options.now(), options.now(), told), encoding="utf-8")
        except OSError as error:
            raise ReadError(f"--junit {path}: cannot be written: {error.strerror}") from error


def report_problems(workspace: Workspace, after: Sequence[Judgement] = ()) -> None:
    """Say on stderr what is wrong with the records and the ledger."""
    for problem in errors_among(all_problems(workspace, after)):
        options.warn(str(problem))


def left_out(found: Chosen) -> list[dict[str, str]]:
    """The claims that default tags leave out, as JSON."""
    return [{"claim": judgement.claim.id, "tag": tag} for judgement, tag in found.left_out]

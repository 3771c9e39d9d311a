"""Verdicts for a reader at a terminal: which sentence is in trouble, and why, at a glance."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from adrtool.audited import Audit
from adrtool.due import Review, ReviewWhy
from adrtool.model import Record, Status
from adrtool.outcome import Ending, Outcome
from adrtool.plan import Step
from adrtool.verdict import ANNOUNCED, Health, Judgement, Verdict, Why

# What a verdict is painted in; the words alone say everything.
COLOURS = {
    Verdict.HOLDS: "green",
    Verdict.STALE: "red",
    Verdict.BROKEN: "magenta",
    Verdict.SUSPECT: "yellow",
    Verdict.EXPIRED: "yellow",
    Verdict.UNVERIFIED: "cyan",
    Verdict.UNSUPPORTED: "cyan",
}
_WIDTH = 11  # of the column of verdicts
_MOST_FINDINGS = 3  # of an audit, beside a claim
_REVIEWS = 10  # records that are named when they are due to be read again
_REASONS = {
    Why.TEXT: "the claim's text changed",
    Why.EVIDENCE: "its evidence changed",
    Why.INPUTS: "its inputs changed",
    Why.REQUIREMENTS: "its requirements changed",
    Why.EXPIRED: "its verdict expired",
    Why.NEVER_RUN: "never ran",
    Why.SKIPPED: "only ever skipped",
    Why.ASKED: "asked for",
    Why.UNOBSERVED: "what it reads is not observed, so it runs every time",
}


# What a command knows of a claim beside its judgement.
More = Callable[[Judgement], Iterable[str]]


class Paper:
    """Lines of a fixed width, painted or plain."""

    def __init__(self, width: int, *, colour: bool, terminal: bool = False) -> None:
        self.width = max(width, 40)
        self.colour = colour
        self.terminal = terminal

    def paint(self, text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
        """`text` in a colour, where colours are wanted."""
        if not self.colour:
            return text
        import click

        # False would end what the other has just begun.
        return click.style(text, fg=colour, bold=bold or None, dim=dim or None)

    def wrap(self, text: str, indent: int, first: str | None = None) -> list[str]:
        """`text` in lines that begin `indent` columns in; the first one may begin with something of its own."""
        lead = " " * indent
        filler = textwrap.TextWrapper(self.width, lead, lead, break_long_words=False, break_on_hyphens=False)
        lines = filler.wrap(text)
        if first is not None and lines:
            lines[0] = first + lines[0][indent:]
        return lines or ([first] if first is not None else [])

    def fold(self, text: str, indent: int, hanging: int) -> list[str]:
        """`text` in lines for a terminal, all but the first further in; elsewhere one line, for `grep` to find."""
        if not self.terminal:
            return [" " * indent + text]
        return self.wrap(text, hanging, first=" " * indent)

    def clip(self, text: str, width: int) -> str:
        """`text` in one line of at most `width` columns."""
        return text if len(text) <= width else text[: max(width - 1, 1)].rstrip() + "…"


def heading(record: Record, health: Health | None, paper: Paper) -> str:
    """One line that names a record."""
    said = [record.status.value if record.status is not Status.UNKNOWN else "status unknown"]
    if health is not None:
        said.append(health.value)
    return paper.paint(f"{record.id}  {record.title}", bold=True) + f"  ({', '.join(said)})"


def risk_lines(chains: Iterable[Sequence[str]], ids: Mapping[str, str], paper: Paper) -> Iterator[str]:
    """On which stale records one stands, and by which way."""
    for chain in chains:
        way = " -> ".join(ids[path] for path in chain)
        yield from paper.wrap(f"at risk: {way}, whose reasons are stale", 4, first="  ")


def claims_of_record(
    judgements: Sequence[Judgement],
    now: datetime,
    paper: Paper,
    *,
    verbose: bool = False,
    brief: bool = False,
    more: More = lambda _: (),
) -> Iterator[str]:
    """The claims of one record; `brief` only counts those that hold and call for no word, `more` adds notes."""
    quiet = [row for row in judgements if brief and row.verdict is Verdict.HOLDS and not any(notes(row, now))]
    silent = {id(row) for row in quiet}
    for judgement in judgements:
        if id(judgement) not in silent:
            yield from claim_lines(judgement, now, paper, verbose=verbose, more=more)
    if quiet:
        word = paper.paint(f"{Verdict.HOLDS.value:<{_WIDTH}}", COLOURS[Verdict.HOLDS])
        unproven = sum(map(is_unproven, quiet))
        note = f", {'unproven' if unproven == len(quiet) else f'{unproven} of them unproven'}" if unproven else ""
        yield f"  {word} {len(quiet)} {'claim' if len(quiet) == 1 else 'claims'}{note}"


def is_unproven(judgement: Judgement) -> bool:
    """Whether to say so: of any other verdict there is more to say than that nothing was ever seen to fail."""
    return judgement.unproven and judgement.verdict is Verdict.HOLDS


def claim_lines(
    judgement: Judgement, now: datetime, paper: Paper, *, verbose: bool = False, more: More = lambda _: ()
) -> Iterator[str]:
    """A claim: one or a few lines for what it says, and what is to be known of its trouble."""
    verdict = judgement.verdict
    label = "waived" if judgement.is_waived(now) else ""
    word = paper.paint(f"{verdict.value:<{_WIDTH}}", COLOURS[verdict], bold=verdict is Verdict.STALE)
    text = judgement.claim.text + ("" if judgement.claim.load_bearing else " (supporting)")
    indent = 2 + _WIDTH + 1
    yield from paper.wrap(text, indent, first=f"  {word} ")
    said = (label, "flaky" if judgement.flaky else "", "unproven" if is_unproven(judgement) else "")
    marks = [judgement.claim.id, *filter(None, said)]
    yield " " * indent + paper.paint("  ".join(marks), dim=True)
    for line in (*notes(judgement, now, verbose=verbose), *more(judgement)):
        yield from paper.wrap(line, indent)


def notes(judgement: Judgement, now: datetime, *, verbose: bool = False) -> Iterator[str]:
    """What a reader needs beside the verdict: the message, the measure, since when, what to do."""
    claim, newest = judgement.claim, judgement.newest
    match judgement.verdict:
        case Verdict.STALE | Verdict.BROKEN if newest is not None:
            yield from _trouble(judgement)
        case Verdict.SUSPECT | Verdict.EXPIRED:
            reasons = " and ".join(_REASONS[why] for why in judgement.why)
            yield f"{reasons} since it held{_on(judgement.last_held)}"
        case Verdict.UNVERIFIED if judgement.skip is None:
            yield "its evidence never ran here"
        case Verdict.UNSUPPORTED:
            yield "no evidence yet"
        case _:
            pass
    if judgement.skip is not None:
        held = f"; last held{_on(judgement.last_held)}" if judgement.last_held else ""
        yield f"skipped{_on(judgement.skip.at)}: {judgement.skip.message}{held}"
    if newest is not None and len(set(newest.tries)) > 1:
        yield f"flaky: {tries_line(newest)}"
    if judgement.audit is not None:
        yield from _audit_notes(judgement.audit)
    yield from (f"eroding: {found}" for found in judgement.eroding)
    if claim.then and judgement.verdict is Verdict.STALE:
        yield f"then: {claim.then}"
    yield from _waiver_notes(judgement, now)
    if newest is not None and (verbose or judgement.verdict is Verdict.STALE):
        yield from (str(row) for row in newest.measures if verbose or not (row.holds or row.name in newest.message))
    if verbose and newest is not None and newest.tail:
        yield from newest.tail.splitlines()


def _trouble(judgement: Judgement) -> Iterator[str]:
    newest = judgement.newest
    assert newest is not None
    lines = newest.message.strip().splitlines() or ["it said no, without a word"]
    place = f" ({newest.place})" if newest.place else ""
    yield lines[0] + place
    yield from lines[1:4]
    held = f"; last held{_on(judgement.last_held)}" if judgement.last_held else ""
    yield f"since {_day(judgement.since)}{held}"
    if judgement.why:
        yield f"changed since: {', '.join(why.value for why in judgement.why)}; run it again"


def _audit_notes(audit: Audit) -> Iterator[str]:
    for finding in audit.findings[:_MOST_FINDINGS]:
        yield f"audit: {finding}"
    if (more := len(audit.findings) - _MOST_FINDINGS) > 0:
        yield f"audit: {more} more; adrtool audit {audit.subject.evidence} lists them"


def _waiver_notes(judgement: Judgement, now: datetime) -> Iterator[str]:
    waiver = judgement.claim.waiver
    if waiver is None:
        return
    today = now.astimezone(UTC).date()
    if judgement.verdict is Verdict.HOLDS:
        yield f"holds again: take its waiver away ({waiver.reason})"
    elif not waiver.covers(today):
        yield f"its waiver ended on {waiver.until}: {waiver.reason}"
    elif judgement.verdict is Verdict.STALE:
        soon = " (ends soon)" if waiver.until - today <= ANNOUNCED else ""
        yield f"waived until {waiver.until}{soon}: {waiver.reason}"


def plan_lines(step: Step, paper: Paper) -> Iterator[str]:
    """One step of a plan: what would run, and why."""
    why = ", ".join(_REASONS[reason] for reason in step.why)
    yield from paper.wrap(f"{step.piece.ref}  {paper.paint(why, dim=True)}", 2)
    if step.piece.refusal is not None:
        yield from paper.wrap(f"cannot run: {step.piece.refusal}", 4)


def summary(judgements: Sequence[Judgement], now: datetime, paper: Paper) -> str:
    """One line that counts verdicts, the worst first."""
    parts = []
    for verdict in Verdict:
        number = sum(judgement.verdict is verdict for judgement in judgements)
        if number:
            word = {Verdict.HOLDS: "hold"}.get(verdict, verdict.value) if number > 1 else verdict.value
            waived = sum(judgement.verdict is verdict and judgement.is_waived(now) for judgement in judgements)
            note = f" ({waived} waived)" if waived else ""
            parts.append(paper.paint(f"{number} {word}", COLOURS[verdict]) + note)
    plural = "claim" if len(judgements) == 1 else "claims"
    return f"{len(judgements)} {plural}: {', '.join(parts) or 'none'}"


def left_out(skipped: Iterable[tuple[Judgement, str]], command: str = "verify") -> Iterator[str]:
    """What default tags left out, and the words that make `command` run it."""
    by_tag: dict[str, int] = {}
    for _, tag in skipped:
        by_tag[tag] = by_tag.get(tag, 0) + 1
    for tag, number in by_tag.items():
        claims = "claim" if number == 1 else "claims"
        yield f"left out: {number} {claims} tagged {tag}; to run: adrtool {command} --tag {tag}"


def left_over(steps: Sequence[Step], paper: Paper) -> Iterator[str]:
    """What the budget had no room for."""
    if steps:
        names = ", ".join(row.claim.id for step in steps for row in step.judgements)
        yield from paper.wrap(f"left over, and first next time: {names}", 2, first="")


def review_lines(reviews: Sequence[Review], paper: Paper) -> Iterator[str]:
    """Records that are due to be read again; of many only the first."""
    if not reviews:
        return
    yield paper.paint("Due to be read again:", bold=True)
    for review in reviews[:_REVIEWS]:
        match review.why:
            case ReviewWhy.REVISIT:
                said = f"to be revisited on {review.since}"
            case ReviewWhy.UNSUPPORTED:
                said = f"accepted on {review.record.date}, without any evidence"
        yield from paper.wrap(f"{review.record.id}  {review.record.title}: {said}", 4, first="  ")
    if len(reviews) > _REVIEWS:
        yield f"  and {len(reviews) - _REVIEWS} more; `adrtool plan --json` lists them"


def history_lines(outcomes: Sequence[Outcome], paper: Paper) -> Iterator[str]:
    """A claim's outcomes, oldest first, one line each: when, how, where, and what was measured."""
    for outcome in outcomes:
        colour = {Ending.PASSED: "green", Ending.FAILED: "red", Ending.ERRORED: "magenta"}.get(outcome.ending, "cyan")
        word = paper.paint(f"{outcome.ending.value:<8}", colour)
        commit = (outcome.commit or "no commit")[:10] + ("+" if outcome.edited else "")
        said = "; ".join(str(measure) for measure in outcome.measures) or outcome.message.split("\n", 1)[0]
        if len(outcome.tries) > 1:
            said = f"{tries_line(outcome)}{'; ' if said else ''}{said}"
        head = f"{outcome.at.astimezone(UTC):%Y-%m-%d %H:%M}  {word}  {commit:<11}  {outcome.seconds:6.1f} s  "
        yield paper.clip(head + said, paper.width + len(head) - len(_plain(head)))


def tries_line(outcome: Outcome) -> str:
    """How an outcome with several tries came about: `failed, then passed`."""
    return ", then ".join(
        ending.value if count == 1 else f"{ending.value} {count} times"
        for ending, count in ((ending, len(list(row))) for ending, row in groupby(outcome.tries))
    )


def _plain(text: str) -> str:
    import click

    return click.unstyle(text)


def _day(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment is not None else "an unknown time"


def _on(moment: datetime | None) -> str:
    return f" on {moment.astimezone(UTC):%Y-%m-%d}" if moment is not None else ""

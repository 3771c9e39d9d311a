"""A review for a reader at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from adrtool.report.escape import terminal
from adrtool.report.text import Paper
from adrtool.review.findings import Finding, Level, Section, findings
from adrtool.review.model import Review, Source, Trust
from adrtool.review.words import Line, Segment, Side, sides

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}
_WIDTH = 9  # of the column of levels
_MOST_LINES = 20  # of one script's diff


def lines(review: Review, paper: Paper) -> Iterator[str]:
    """The review, section by section, and a summary in one line; nothing in it speaks to a terminal or a runner."""
    for section, rows in groupby(findings(review), key=lambda row: row.section):
        yield paper.paint(section.value, bold=True)
        for row in rows:
            yield from _finding(_safe(row), paper)
        yield ""
    for line in summary(review):
        yield from paper.wrap(terminal(line), 0)


def summary(review: Review) -> Iterator[str]:
    """What was looked at, and how."""
    touched = review.reached
    told = {source: sum(row.source is source for row in touched) for source in Source}
    files = "1 file" if review.files == 1 else f"{review.files} files"
    head = f"{review.base.name}...{review.head.name}: {files} changed; "
    if not findings(review) and not touched:
        yield head + "no decision is touched"
        return
    claims = "1 claim" if len(touched) == 1 else f"{len(touched)} claims"
    parts = [f"{told[Source.RAN]} ran", f"{told[Source.LEDGER]} known from the ledger"]
    parts += [f"{told[Source.NOT_RUN]} not run"] if told[Source.NOT_RUN] else []
    rest = len([row for row in review.claims if row.after is not None]) - len(touched)
    yield f"{head}it can have reached {claims}: {', '.join(parts)}; {rest} out of its reach"
    if told[Source.NOT_RUN] and review.runs and review.trust is not Trust.HEAD:
        yield "evidence that a change adds or edits runs with --trust head: it is somebody's code, read it first"


def _safe(row: Finding) -> Finding:
    """The finding without what a terminal or a job's runner would take for an order."""
    return replace(
        row,
        path=terminal(row.path),
        headline=terminal(row.headline),
        subject=terminal(row.subject),
        title=terminal(row.title),
        quote=terminal(row.quote),
        facts=tuple(map(terminal, row.facts)),
        sentence=tuple(Segment(segment.side, terminal(segment.text)) for segment in row.sentence),
        script=tuple(
            Line(line.number, tuple(Segment(segment.side, terminal(segment.text)) for segment in line.segments))
            for line in row.script
        ),
        script_path=terminal(row.script_path),
    )


def _finding(row: Finding, paper: Paper) -> Iterator[str]:
    indent = 2 + _WIDTH
    word = paper.paint(f"{row.level.value:<{_WIDTH}}", _COLOURS[row.level], bold=row.level is Level.ERROR)
    first = row.quote or row.title or row.headline
    if row.section in (Section.RECORDS, Section.REWRITTEN, Section.GOVERNED):
        first = f"{row.subject}  {row.title}"
    yield from paper.wrap(first, indent, first=f"  {word}")
    if first != row.headline:
        yield from paper.wrap(row.headline, indent)
    subject = f"{row.subject}  " if row.quote else ""
    yield " " * indent + paper.paint(f"{subject}{row.path}:{row.line}", dim=True)
    for fact in row.facts:
        yield from paper.wrap(fact, indent)
    if row.sentence:
        yield from paper.wrap(f"sentence: {marked(row.sentence)}", indent)
    yield from _script(row.script, row.script_path if row.quote else "", indent, paper)


def _script(diff: tuple[Line, ...], path: str, indent: int, paper: Paper) -> Iterator[str]:
    if not diff:
        return
    if path:
        yield " " * indent + paper.paint(path, dim=True)
    for line in diff[:_MOST_LINES]:
        old, new = sides(line.segments)
        for sign, text, colour in (("-", old, "red"), ("+", new, "green")):
            if any(segment.side is not _OTHER[sign] for segment in line.segments):
                shown = paper.clip(f"{line.number:>4} {sign} {text}", paper.width - indent)
                yield " " * indent + paper.paint(shown, colour)
    if len(diff) > _MOST_LINES:
        yield " " * indent + paper.paint(f"     {len(diff) - _MOST_LINES} more lines", dim=True)


_OTHER = {"-": Side.AFTER, "+": Side.BEFORE}


def marked(segments: tuple[Segment, ...]) -> str:
    """Both texts in one, as git's own word diff marks them."""
    marks = {Side.BOTH: "{}", Side.BEFORE: "[-{}-]", Side.AFTER: "{{+{}+}}"}
    return "".join(marks[segment.side].format(segment.text) for segment in segments)

"""A review as a comment on a pull request: short, details folded, and never too long for a forge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from adrtool.report.escape import code, code_block, markdown, plain_lines, prose
from adrtool.review.findings import Finding, Level, Section, findings
from adrtool.review.model import ClaimReview, Review, Source, Trust
from adrtool.review.words import Segment, Side, sides
from adrtool.verdict import Verdict

MARKER = "<!-- adrtool review -->"  # a bot finds its own comment by it, and edits that
LIMIT = 60_000  # characters; the strictest forge takes 65,536
_SIGNS = {Level.ERROR: "🔴", Level.WARNING: "🟡", Level.NOTE: "🔵"}
_TEXT = 300  # characters of one sentence or fact


@dataclass(frozen=True, slots=True)
class _Room:
    """How much is shown; each step down shows less."""

    holds: int = 50  # rows of what holds
    rows: int = 40  # findings of one section
    facts: int = 12  # of one finding
    script: int = 60  # lines of one script's diff; 0: none


_STEPS = (
    _Room(),
    _Room(holds=0),
    _Room(holds=0, script=15),
    _Room(holds=0, script=0, facts=6),
    _Room(holds=0, script=0, facts=3, rows=15),
    _Room(holds=0, script=0, facts=1, rows=5),
    _Room(holds=0, script=0, facts=0, rows=2),
)


def comment(review: Review) -> str:
    """The comment, under `LIMIT` whatever the change: what holds goes first, then details, then the lesser findings."""
    found = findings(review)
    return _fitted(lambda room: _lines(review, found, room))


def comment_on(found: Sequence[Finding], footer: str) -> str:
    """The comment on findings that were read back from a report; the footer is Markdown of our own."""
    return _fitted(lambda room: _retold(found, footer, room))


def _fitted(lines: Callable[[_Room], Iterator[str]]) -> str:
    for room in _STEPS:
        text = "\n".join(lines(room)) + "\n"
        if len(text) <= LIMIT:
            break
    return text


def _retold(found: Sequence[Finding], footer: str, room: _Room) -> Iterator[str]:
    yield MARKER
    nothing = (
        "🔵 This change touches decisions, and breaks no reason of theirs"
        if found
        else "🟢 This change breaks no decision"
    )
    yield f"### {_alarm(found) or nothing}"
    yield from _findings(found, room)
    yield ""
    yield f"<sub>{footer}</sub>"


def _lines(review: Review, found: Sequence[Finding], room: _Room) -> Iterator[str]:
    yield MARKER
    yield f"### {headline(review, found)}"
    yield ""
    yield _reach(review)
    yield from _findings(found, room)
    if room.holds:
        yield from _holding(review, room)
    for note in review.notes:
        yield ""
        yield f"Note: {markdown(note, _TEXT)}"
    yield ""
    yield _footer(review)


def _findings(found: Sequence[Finding], room: _Room) -> Iterator[str]:
    yield from _sections([row for row in found if row.level is not Level.NOTE], "####", room)
    if notes := [row for row in found if row.level is Level.NOTE]:
        yield ""
        yield from _folded(f"Good to know: {_told(notes)}", "\n".join(_sections(notes, "#####", room)))


def _sections(found: Sequence[Finding], heading: str, room: _Room) -> Iterator[str]:
    for section, group in groupby(found, key=lambda row: row.section):
        rows = list(group)
        yield ""
        yield f"{heading} {section.value}"
        for row in rows[: room.rows]:
            yield ""
            yield from _finding(row, room)
        if len(rows) > room.rows:
            yield ""
            yield f"… and {len(rows) - room.rows} more; the log of the job has them all."


_NOTES = {
    Section.RECORDS: "decision added or changed",
    Section.GOVERNED: "decision that governs changed files",
    Section.UNAUDITED: "script never seen to fail",
}


def _told(notes: Sequence[Finding]) -> str:
    """What the notes are about, in a few words."""
    counts = {section: sum(row.section is section for row in notes) for section in Section}
    words = {section: _NOTES.get(section, "claim touched") for section in Section}
    merged: dict[str, int] = {}
    for section, number in counts.items():
        merged[words[section]] = merged.get(words[section], 0) + number
    return ", ".join(_count_first(number, word) for word, number in merged.items() if number)


def _count_first(number: int, words: str) -> str:
    """A number and what it counts, whose first word is the noun."""
    noun, _, rest = words.partition(" ")
    return (
        f"{_count(number, noun)} {rest}"
        if number == 1 or "governs" not in rest
        else f"{number} {noun}s that govern changed files"
    )


def headline(review: Review, found: Sequence[Finding]) -> str:
    """The answer, in one line."""
    if alarm := _alarm(found):
        return alarm
    reached = review.reached
    if not found and not reached:
        return "🟢 This change touches no decision"
    if reached and all(row.after is not None and row.after.verdict is Verdict.HOLDS for row in reached):
        reasons = "The one reason" if len(reached) == 1 else f"All {len(reached)} reasons"
        return f"🟢 {reasons} that this change can have reached still hold{'s' if len(reached) == 1 else ''}"
    return "🔵 This change touches decisions, and breaks no reason of theirs"


def _alarm(found: Sequence[Finding]) -> str:
    """What is wrong, or wants a look, in one line; nothing where nothing does."""
    errors = [row for row in found if row.level is Level.ERROR]
    broken = [row for row in errors if row.section in (Section.BREAKS, Section.SUSPECT, Section.CLAIMS)]
    warnings = [row for row in found if row.level is Level.WARNING]
    if broken:
        decisions = len({row.path for row in broken})
        reasons = "a reason" if len(broken) == 1 else f"{len(broken)} reasons"
        return f"🔴 This change breaks {reasons} behind {'a decision' if decisions == 1 else f'{decisions} decisions'}"
    if errors:
        return f"🔴 {_count(len(errors), 'problem')} to mend in decision records"
    if warnings:
        return f"🟡 {_count(len(warnings), 'thing')} to look at before a decision is relied on"
    return ""


def _reach(review: Review) -> str:
    """What was looked at, and how."""
    reached = review.reached
    counts = {source: sum(row.source is source for row in reached) for source in Source}
    said = [f"{_count(review.files, 'file')} changed"]
    if reached:
        said.append(f"{_count(len(reached), 'claim')} within reach")
        said += [f"{counts[Source.RAN]} checked now"] if counts[Source.RAN] else []
        said += [f"{counts[Source.LEDGER]} known from earlier runs"] if counts[Source.LEDGER] else []
        said += [f"{counts[Source.NOT_RUN]} not checked"] if counts[Source.NOT_RUN] else []
    return " · ".join(said)


def _finding(row: Finding, room: _Room) -> Iterator[str]:
    sign = _SIGNS[row.level]
    if row.quote:
        yield f"{sign} **“{markdown(row.quote, _TEXT)}”**  "
        yield f"{prose(row.headline, _TEXT)}  "
        yield f"<sub>{code(row.subject)} in {_record(row)}</sub>"
    elif row.title:
        yield f"{sign} **{markdown(f'{row.subject} {row.title}', _TEXT)}**  "
        yield f"{prose(row.headline, _TEXT)}  "
        yield f"<sub>{code(f'{row.path}:{row.line}')}</sub>"
    else:
        yield f"{sign} {prose(row.headline, _TEXT)}  "
        yield f"<sub>{code(f'{row.path}:{row.line}')} · {code(row.rule)}</sub>"
    facts = row.facts[: room.facts]
    if facts:
        yield ""
        yield from (f"- {prose(fact, _TEXT)}" for fact in facts)
    if row.sentence and room.facts:
        yield ""
        yield f"> {_word_diff(row.sentence)}"
    if row.script and room.script:
        yield ""
        yield from _folded(f"What changed in {code(row.script_path)}", _script(row, room.script))


def _record(row: Finding) -> str:
    return f"{markdown(row.title, _TEXT)} · {code(f'{row.path}:{row.line}')}"


def _word_diff(segments: Sequence[Segment]) -> str:
    tags = {Side.BOTH: "{}", Side.BEFORE: "<del>{}</del>", Side.AFTER: "<ins>{}</ins>"}
    pieces = []
    for before, segment in zip((None, *segments), segments, strict=False):
        is_replaced = before is not None and Side.BOTH not in (before.side, segment.side)
        lead = " " if is_replaced or segment.text[:1].isspace() else ""
        trail = " " if segment.text[-1:].isspace() and segment.text.strip() else ""
        pieces.append(lead + tags[segment.side].format(markdown(segment.text)) + trail)
    return "".join(pieces)


def _script(row: Finding, most: int) -> str:
    lines = []
    for line in row.script:
        old, new = sides(line.segments)
        kinds = {segment.side for segment in line.segments}
        lines += [f"-{old}"] if kinds != {Side.AFTER} else []
        lines += [f"+{new}"] if kinds != {Side.BEFORE} else []
    return code_block("\n".join(plain_lines("\n".join(lines))), "diff", most)


def _folded(summary: str, body: str) -> Iterator[str]:
    yield f"<details><summary>{summary}</summary>"
    yield ""
    yield body
    yield ""
    yield "</details>"


def _holding(review: Review, room: _Room) -> Iterator[str]:
    """What was within reach and holds."""
    rows = [row for row in review.reached if row.after is not None and row.after.verdict is Verdict.HOLDS]
    if not rows:
        return
    lines = [f"- {markdown(row.judgement.claim.text, _TEXT)} {_how(row)}" for row in rows[: room.holds]]
    if len(rows) > room.holds:
        lines.append(f"- … and {len(rows) - room.holds} more")
    yield ""
    said = "1 claim within reach holds" if len(rows) == 1 else f"{len(rows)} claims within reach hold"
    yield from _folded(said, "\n".join(lines))


def _how(row: ClaimReview) -> str:
    how = "checked now" if row.source is Source.RAN else "known from an earlier run"
    return f"<sub>{code(row.id)}, {how}</sub>"


def _footer(review: Review) -> str:
    said = "Decision records give reasons as claims; each claim links to a script that checks it. "
    if not review.runs:
        said += "Nothing was run for this comment. "
    elif review.trust is not Trust.HEAD and any(row.withheld for row in review.claims):
        said += "Scripts that a change adds or edits are not run before somebody has read them. "
    names = f"{code(review.base.name)}…{code(review.head.name)} at {code(review.head.oid[:12])}"
    return f"<sub>{said}adrtool, {names}</sub>"


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"

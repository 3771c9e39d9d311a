"""Where a record stands, changed in place; and who may follow whom."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from adrtool.errors import ReadError, UsageError
from adrtool.model import Link, Record, Relation, Status
from adrtool.reading.dates import find_dates
from adrtool.reading.labels import Label
from adrtool.reading.outline import Phrase
from adrtool.reading.vocabulary import status_pattern
from adrtool.writing.page import Page, Place, Splice
from adrtool.writing.relating import Target, relation_lines
from adrtool.writing.shelf import Shelf, as_set, differences
from adrtool.writing.values import empty_value, replacements
from adrtool.writing.wording import Wording

# What may follow a status. A word outside the scheme, or none at all, may be followed by anything.
_AFTER = {
    Status.DRAFT: (Status.PROPOSED, Status.ACCEPTED, Status.REJECTED),
    Status.PROPOSED: (Status.DRAFT, Status.ACCEPTED, Status.REJECTED),
    Status.ACCEPTED: (Status.DEPRECATED, Status.SUPERSEDED),
    Status.REJECTED: (),
    Status.DEPRECATED: (Status.SUPERSEDED,),
    Status.SUPERSEDED: (),
}
_WHY_NOT = {
    Status.DRAFT: "a draft was never in force",
    Status.PROPOSED: "a proposal was never in force",
    Status.ACCEPTED: "a decision in force is deprecated, or superseded by a new record",
    Status.REJECTED: "what was rejected is proposed anew, in a record of its own",
    Status.DEPRECATED: "a decision out of force can only be superseded",
    Status.SUPERSEDED: "its successor stands in its place; change that one",
}
_BOX = re.compile(r"\W*(?:\[[ xX]\]|[☐☑☒⬜])")
_DATED = re.compile(r"^\W*\d{4}-\d\d-\d\d\s")


def require_may_follow(record: Record, status: Status) -> None:
    """Raise UsageError where `status` may not come after the one that `record` has."""
    allowed = _AFTER.get(record.status)
    if allowed is not None and status not in allowed:
        why = _WHY_NOT[record.status]
        raise UsageError(f"{record.path}: {record.status} does not become {status}: {why}; --force does it anyway")


@dataclass(frozen=True, slots=True)
class Move:
    """A record's next status, in which words, and the record that takes its place."""

    status: Status
    wording: Wording
    by: Target | None = None
    today: dt.date | None = None  # for records that keep a history of their statuses


def with_status(page: Page, record: Record, move: Move, shelf: Shelf) -> Page:
    """`page` with another status; raises ReadError, with the mend, where that cannot be done in one place."""
    link = () if move.by is None else (Link(Relation.SUPERSEDED_BY, move.by.path),)

    def says_so(changed: Page) -> bool:
        found = shelf.read((changed,)).get(page.path)
        return found is not None and _is_asked(page, record, found[0], move.status, link) and _agrees(changed)

    changed = page.first(_ways(page, move), says_so)
    if changed is None:
        line = page.head.status_line
        mend = "edit it by hand" if line else "add a line such as `Status: Proposed` first"
        raise ReadError(f"its status cannot be changed safely; {mend}", path=page.path, line=line or 1)
    return changed


def _is_asked(page: Page, before: Record, after: Record, status: Status, link: tuple[Link, ...]) -> bool:
    kept = before.links
    if before.status is Status.SUPERSEDED and status is not Status.SUPERSEDED:
        kept = tuple(each for each in kept if each.relation is not Relation.SUPERSEDED_BY)
    wanted = replace(before, status=status, links=as_set((*kept, *link)))
    same = differences(before, after)
    return same == wanted or (replace(same, date=before.date) == wanted and _keeps_history(page))


def _agrees(page: Page) -> bool:
    return all(problem.rule not in ("status-disagrees", "broken-front-matter") for problem in page.head.problems)


def _keeps_history(page: Page) -> bool:
    return any(_DATED.match(line.text) for place in page.status_places for line in place.lines)


def _ways(page: Page, move: Move) -> Iterator[Sequence[Splice]]:
    """The ways to state the new status: with its successor in the field, else with that in a line of its own."""
    if move.by is None:
        yield from _stated(page, lambda like: move.wording.status(move.status, like), move)
        return
    by = move.by
    relation = Relation.SUPERSEDED_BY
    yield from _stated(page, lambda like: f"{move.wording.relation(relation, like)} {by.link(page)}", move)
    for lines in relation_lines(page, relation, by, move.wording):
        for status in _stated(page, lambda like: move.wording.status(move.status, like), move):
            yield *status, *lines


def _stated(page: Page, words: Callable[[str], str], move: Move) -> Iterator[Sequence[Splice]]:
    places = page.status_places
    if not places:
        yield from _unstated(page, words)
        return
    chosen = page.head.status
    changed = [place for place in places if place.standing.status is chosen] or list(places[:1])
    # A place that only repeats another, as `{status}` does in AsciiDoc, holds nothing to change.
    ways = [way for place in changed if (way := tuple(_in_place(page, place, words, move)))]
    if ways:
        yield from itertools.product(*ways)


def _in_place(page: Page, place: Place, words: Callable[[str], str], move: Move) -> Iterator[Splice]:
    """The ways to change one place: the next entry of a history, the whole value, its first words."""
    value = place.value
    raw = place.standing.raw if place.value is place.lines[0] else value.raw
    history = [line for line in place.lines if _DATED.match(line.text)]
    if history and move.today is not None:
        newest = max(history, key=lambda line: line.line)
        written = page.lines[newest.line - 1]
        lead = written[: len(written) - len(written.lstrip(" \t*+-"))]
        entry = f"{lead}{move.today} {words(_undated(newest.text))}"
        yield page.after_line(newest.line, ["", entry] if not lead.strip() else [entry])
        return
    if _BOX.match(page.lines[value.line - 1]):
        return  # to tick another box is a change in two places
    held = replace(value, raw=raw)
    new = words(_like(raw))
    whole, first = [*replacements(page, held, new)], _first_words(page, held, new)
    # A link or a date behind the old word says more than the status: it stays.
    says_more = bool(value.anchors) or any(find_dates(raw))
    yield from [*first, *whole] if says_more and place.standing.status is not Status.SUPERSEDED else [*whole, *first]


def _first_words(page: Page, value: Phrase, new: str) -> list[Splice]:
    """Only the status word of a value replaced, so that the rest of the line stays."""
    start, end = page.line_span(value.line)
    line = page.source.text[start:end]
    at = line.rfind(value.raw)
    match = status_pattern().search(line, max(at, 0)) if at >= 0 else None
    return [Splice(start + match.start(), start + match.end(), new)] if match else []


def _like(raw: str) -> str:
    """The words whose case and language count; a template's choices or a comment give none."""
    match = status_pattern().search(raw)
    return match[0] if match else ""


def _undated(text: str) -> str:
    return _DATED.sub("", text)


def _unstated(page: Page, words: Callable[[str], str]) -> Iterator[Sequence[Splice]]:
    """A status for a record that has none: under its empty label or heading, else first in its front matter."""
    for entry in page.facts:
        if entry.label is Label.STATUS and not entry.values:
            yield [empty_value(page, entry.line, words("x" if entry.line <= page.front else "X"))]
    section = page.status_section
    if section is not None and section.heading is not None:
        last = page.section_end(section)
        yield [page.after_line(max(last, section.heading.line), ["", words("Xx")])]
    if page.front:
        yield [page.after_line(1, [f"status: {words('x')}"])]

"""Where a decision stands, from the words that a record uses for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from adrtool.model import Problem, Severity, Status
from adrtool.reading.dates import find_dates, only_day
from adrtool.reading.entries import Entry, section_lines, section_of
from adrtool.reading.labels import Label
from adrtool.reading.outline import Outline, Phrase
from adrtool.reading.vocabulary import fold, hedge_pattern, label_of, partly_pattern, status_pattern, status_words


@dataclass(frozen=True, slots=True)
class Standing:
    """A status with the words that say it; `unfilled` is a template's list of choices left in."""

    status: Status
    raw: str
    line: int
    unfilled: bool = False
    day: date | None = None  # that stands beside the words


_SHORTCODE = re.compile(r":[a-z0-9_+-]+:")
_OPENING = re.compile(r"^[^\w\[]+")
_BOX = re.compile(r"(?:\[(?P<mark>[ xXvV✓✔✅]?)\]|(?P<off>[☐⬜◻])|(?P<on>[☑☒✔🗹]))\s*(?P<rest>[^\[☐⬜◻☑☒✔🗹]*)")
_CHOICE = re.compile(r"\s*(?:\||/|\b(?:or|oder|ou|o|of|или)\b|或)\s*", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:→|➔|➜|⇒|->|=>)\s*")
_DATED = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}\W+(?=[^\W\d])")  # how an entry of a history begins
_STRONG = re.compile(r"(\*\*|__)(.+?)\1")
_LEGEND = re.compile(
    r"what is the status|such as|\bone of\b|pick one|choose|select one|may be \"|"
    r"status of (?:the|this) (?:decision|adr)",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"[\[{<](?:[^\]}>]*\b(?:status|choose|todo|insert|pick)\b[^\]}>]*)[\]}>]|\W*status\W*", re.IGNORECASE
)
_ASSERTED = re.compile(
    r"\b(?:is|are|was|has been|have been|been|got|ist|wurde|est|a été|es|ha sido|foi|è|è stata|is now)\s+"
    r"(?:now |formally |officially |hereby |fully |since )*$",
    re.IGNORECASE,
)
# `Final decision pending` is no final one.
_ADJECTIVE = re.compile(
    r"(?:open|final|living|active|effective|review|discussion|concept|candidate|removed|dropped|replaced)\s+"
    r"(?!(?:by|in|on|at|as|for|from|since|until|with|and|but|to)\b)[^\W\d]"
)
_BY = re.compile(r"\s*(?:by|with|in favou?r of|durch|par|por|pelo|pela|da|door|przez|av|af|на)\b|\s*:")
_CLAUSE = re.compile(r"[,.;:(!?。，；：（]|\s[-\u2013\u2014]\s|\s(?:in|by|on|with|for|as|since|at|to|from)\s|$")


def standings(outline: Outline, facts: Sequence[Entry]) -> tuple[Standing, ...]:
    """Every place of a record that states a status, in the order in which they are believed."""
    found = [standing(entry.values) for entry in facts if entry.label is Label.STATUS]
    if (section := section_of(outline, Label.STATUS)) is not None:
        found.append(standing(section_lines(section)))
    return tuple(place for place in found if place is not None)


def decide(places: Sequence[Standing], path: str) -> tuple[Standing, tuple[Problem, ...]]:
    """The first place that knows, but a supersession, which ends every other status, before all; and what is wrong."""
    known = [place for place in places if place.status is not Status.UNKNOWN]
    if not known:
        chosen = places[0] if places else Standing(Status.UNKNOWN, "", 0)
        return chosen, (_warning(path, max(chosen.line, 1), *_unknown(chosen, stated=bool(places))),)
    superseded = [place for place in known if place.status is Status.SUPERSEDED]
    chosen = (superseded or known)[0]
    # A word outside the scheme, `Implemented` say, contradicts nothing.
    against = [place for place in known if place.status not in (chosen.status, Status.OTHER)]
    if not against or chosen.status is Status.OTHER:
        return chosen, ()
    message = f"the status is {against[0].status} here and {chosen.status} on line {chosen.line}; make them agree"
    return chosen, (_warning(path, against[0].line, "status-disagrees", message),)


def standing(lines: Sequence[Phrase]) -> Standing | None:
    """The status that `lines`, the whole value of a status field or section, state; None for none at all.

    The first line decides, but a supersession counts wherever it stands, the newest of dated lines wins, and so do
    the ticked one of a list of boxes and the emphasised one of a list of choices.
    """
    lines = [line for line in lines if line.text.strip()]
    if (newest := _newest(lines)) is not None:
        day, line = newest
        return replace(_plainly([line]), day=day)
    lines = [ticked for line in lines for ticked in _ticked(line)] if _has_boxes(lines) else lines
    if not lines:
        return None
    if _is_prompt(lines[0].text) or _are_choices(lines):
        chosen = [line for line in lines for _ in _emphasised(line)]
        if len(chosen) != 1:
            return Standing(Status.UNKNOWN, lines[0].raw, lines[0].line, unfilled=True)
        return Standing(status_of(next(_emphasised(chosen[0]))), chosen[0].raw, chosen[0].line)
    return _plainly(lines)


def _plainly(lines: Sequence[Phrase]) -> Standing:
    first = lines[0]
    day = next((only_day(days) for days in find_dates(first.text)), None)
    for line in lines:
        if _says_superseded(line.text, first=line is first):
            return Standing(Status.SUPERSEDED, first.raw, line.line, day=day)
    return Standing(status_of(_ARROW.split(first.text)[-1]), first.raw, first.line, day=day)


def status_of(text: str) -> Status:
    """The status that one line states: its first words, else a plain assertion in its first sentence.

    >>> status_of("✅ Accepted (lazy consensus)"), status_of("Not yet accepted")
    (<Status.ACCEPTED: 'accepted'>, <Status.OTHER: 'other'>)
    """
    text = _bare(text)
    folded = fold(text)
    if folded in ("", "n/a", "tbd", "none", "null", "unknown"):
        return Status.UNKNOWN
    if (match := status_pattern().match(folded)) and not _ADJECTIVE.match(folded):
        return status_words()[match[0]]
    sentence = re.split(r"[.!?]\s", folded, maxsplit=1)[0]
    asserted = {
        status_words()[match[0]]
        for match in status_pattern().finditer(sentence)
        if _ASSERTED.search(sentence[: match.start()]) and not hedge_pattern().search(sentence[: match.start()])
    }
    if len(asserted) == 1:
        return asserted.pop()
    clause = _CLAUSE.split(text, maxsplit=1)[0]
    return Status.OTHER if 0 < len(clause.split()) <= 4 and len(clause) <= 40 else Status.UNKNOWN


def _bare(text: str) -> str:
    """`text` without emoji, brackets and a date before it, a repeated label, or a badge's own words."""
    text = _OPENING.sub("", _SHORTCODE.sub("", text).strip()).lstrip("[({< ")
    text = _DATED.sub("", text) if _DATED.match(text) else text
    label, colon, rest = text.partition(":")
    if colon and rest.strip() and label_of(label) is Label.STATUS:
        return _bare(rest)
    words = text.split()
    # A badge reads `ADR approved green` or `status accepted brightgreen`.
    while len(words) > 1 and words[0].casefold() in ("adr", "status"):
        words.pop(0)
    return " ".join(words)


def _says_superseded(text: str, *, first: bool) -> bool:
    """Whether the line says that the whole record is superseded, as a fact and not as a plan."""
    folded = fold(_bare(text))
    for match in status_pattern().finditer(folded):
        if status_words()[match[0]] is not Status.SUPERSEDED:
            continue
        before, after = folded[: match.start()].rstrip(), folded[match.end() :].lstrip()
        if (
            partly_pattern().search(before[-20:])
            or partly_pattern().match(after)
            or hedge_pattern().search(before[-30:])
        ):
            continue
        if _BY.match(after) or (not before and (first or len(after.split()) <= 3)):
            return True
    return False


def _is_prompt(text: str) -> bool:
    """Whether a line only asks for a status: `{status}`, `What is the status, such as proposed, accepted?`."""
    meanings = {status_words()[match[0]] for match in status_pattern().finditer(fold(text))}
    return _PROMPT.fullmatch(text.strip()) is not None or (len(meanings) >= 2 and _LEGEND.search(text) is not None)


def _are_choices(lines: Sequence[Phrase]) -> bool:
    """Whether a template's choices still stand there: `{proposed | accepted | deprecated}`, or one to a line."""
    parted = _meanings(_CHOICE.split(lines[0].text))
    return (
        len(parted) >= 2
        or len(_meanings(re.split(r"[,;]", lines[0].text))) >= 3
        or len(_meanings(line.text for line in lines)) >= 3
    )


def _meanings(texts: Iterable[str]) -> set[Status]:
    """What those of `texts` mean that begin with a status word."""
    heads = (status_pattern().match(fold(_bare(text))) for text in texts)
    return {status_words()[head[0]] for head in heads if head is not None}


def _emphasised(line: Phrase) -> Iterator[str]:
    for match in _STRONG.finditer(line.raw):
        if (text := fold(match[2])) in status_words():
            yield text


def _has_boxes(lines: Sequence[Phrase]) -> bool:
    return sum(len(_BOX.findall(line.text)) for line in lines) >= 2


def _ticked(line: Phrase) -> Iterator[Phrase]:
    """What stands behind the ticked boxes of a line."""
    for match in _BOX.finditer(line.text):
        if match["on"] or (match["mark"] or "").strip():
            yield line.between(match.start("rest"), match.end("rest"))


def _newest(lines: Sequence[Phrase]) -> tuple[date, Phrase] | None:
    """The newest of lines that each hold a date and a status: a history."""
    entries = [line for line in lines if _DATED.match(line.text) and status_pattern().match(fold(_bare(line.text)))]
    if len(lines) < 2:
        return None
    if len(entries) > 1 and not any(_says_superseded(line.text, first=False) for line in lines if line not in entries):
        lines = entries  # what stands among them, a link say, has no date
    dated = []
    for line in lines:
        day = next((only_day(days) for days in find_dates(line.text)), None)
        words = status_pattern().search(fold(line.text))
        if day is None or words is None or len(line.text) > 120:
            return None
        dated.append((day, line))
    newest = max(day for day, _ in dated)
    line = [line for day, line in dated if day == newest][-1]
    words = status_pattern().search(line.text)
    return newest, line.after(words.start()) if words else line


def _unknown(place: Standing, *, stated: bool) -> tuple[str, str]:
    """The rule and message for a record whose status nobody can tell."""
    if not stated:
        return "missing-status", "no status; add one, as in `Status: Proposed`"
    if place.unfilled:
        return "unfilled-template", "the status is still the template's list of choices; keep one"
    return "unknown-status", f"no known status in {place.raw[:60]!r}; begin it with a word such as Accepted"


def _warning(path: str, line: int, rule: str, message: str) -> Problem:
    return Problem(path, line, rule, message, Severity.WARNING)

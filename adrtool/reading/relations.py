"""What a record states about others: `Superseded by [9. X](0009-x.md)`, `supersedes ADRs 60 and 61`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adrtool.model import Relation, Status
from adrtool.reading.entries import Entry, is_nothing, section_of
from adrtool.reading.labels import Label
from adrtool.reading.outline import Block, Field, Kind, Outline, Phrase
from adrtool.reading.status import standing
from adrtool.reading.vocabulary import (
    hedge_pattern,
    label_of,
    partly_pattern,
    relation_label,
    relation_of,
    relation_pattern,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation as a record states it: towards a target as written there."""

    relation: Relation
    target: str  # a path or address where there is a link, else an identifier: `ADR-7`, `0007-x`, `7`
    line: int
    label: str = ""  # the text of the link


_NUMBERS = r"(?P<more>(?:(?:\s*,\s*|\s*(?:,\s*)?(?:and|und|et|y|e|en|и|&)\s+)(?:adr[-\s]?)?\d{1,5}\b(?![-.\w]))*)"
_IDENTIFIER = re.compile(
    rf"""
    \b(?i:adrs?|madr|decision\ records?|decisions?|rfcs?)[\s\-_\#.№]*(?:no\.?\s*|nr\.?\s*)?
        (?P<first>\d{{1,8}})(?!\w)(?:-[a-z][\w-]*)?(?:\.(?:md|rst|adoc|html)\b)?{_NUMBERS}
    | (?<![\w./-])(?P<scoped>[A-Z][A-Z0-9]{{1,9}}(?:-[A-Z]{{2,9}})*-\d{{2,6}})(?![\w.-]*\d)
    | (?<![\w./-])(?P<name>\d{{3,8}}[-_][a-zA-Z][\w.-]*\w)
    """,
    re.VERBOSE,
)
_ENTRY_TARGET = re.compile(r"\b(?:target|adr|id|to|href|path|ref|number)\s*:\s*([^,]+)", re.IGNORECASE)
_ENTRY_KIND = re.compile(r"\b(?:kind|type|rel|relation|link[_-]?type)\s*:\s*([^,]+)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w./-])\#?(\d{1,5})(?![\w/-]|\.\d)")
_SENTENCE_END = re.compile(r"[.;](?=\s+[A-ZА-Я]|\s*$)|\s[—–]\s|。")
_SENTENCE = re.compile(r"[.!?](?=\s+[\[A-ZА-Я])|$")
_SELF = re.compile(
    r"(?:note:?\s+|nb:?\s+)?(?:this|the present|the current|dieses?r?|ce(?:tte)?|este|esta|questa|questo)\s+"
    r"(?:adr|architecture decision record|decision record|record|decision|document|rfc|proposal|"
    r"entscheidung|décision|decisión|decisão|decisione)\b(?:\s+(?:has|have|was|is|been|now|also|fully|partially|"
    r"partly|thereby|therefore|wurde|wird|est|ha sido|foi|è|stata)\b)*\s*",
    re.IGNORECASE,
)
# `The behaviour supersedes that in [ADR-15]`: nobody says so of another record than the one that is being read.
_SUPERSEDES = re.compile(r"[^\d\[\]]{0,80}?\bsuper[sc]ed+es\b", re.IGNORECASE)
# `ADR 2 can be considered superseded now`: by the record that says so, which a mere `is superseded` leaves open.
_NOW_SUPERSEDED = re.compile(
    r"(?P<what>.{4,120}?)\s(?:is|are|can be)\s(?:considered\s)?"
    r"(?:(?:now|hereby|thereby|herewith)\s(?:considered\s)?super[sc]eded"
    r"|super[sc]eded\s(?:now|hereby|thereby|herewith|by this (?:adr|decision|record|document)))[.;]?$",
    re.IGNORECASE,
)
_AND = re.compile(
    r"[\s,;/&()\[\]]*(?:(?:and|or|und|et|y|e|en|и|sowie|as well as)\b)?[\s,(\[]*(?:the\s|also\s)*", re.IGNORECASE
)


def relations_of(outline: Outline, facts: Sequence[Entry]) -> Iterator[Stated]:
    """What a record says of other records: in its labelled facts, its status, its lists of links and its text."""
    for fact in facts:
        if fact.label is Label.STATUS:
            yield from _of_status(fact.values)
        elif isinstance(fact.label, Relation):
            for line in fact.values:
                if not is_nothing(line.text):
                    yield from stated(line, fact.label, bare=True)
    for field in outline.fields:
        if label_of(field.key) is Label.LINKS:
            yield from _of_entries(field)
    if (status := section_of(outline, Label.STATUS)) is not None:
        yield from _of_status(tuple(status.lines()))
    for section in outline.sections:
        links = section.heading is not None and label_of(section.heading.text) is Label.LINKS
        for block in section.blocks:
            if isinstance(block, Block) and block.kind is not Kind.QUOTE:
                for line in block.lines:
                    yield from _listed(line) if links else stated_of_itself(line)


def _of_status(lines: Sequence[Phrase]) -> Iterator[Stated]:
    """The relations in a status; a superseded one names its successor in whatever words."""
    place = standing(lines)
    if place is not None and place.unfilled:
        return
    found = tuple(relation for line in lines for relation in stated(line))
    successor = any(relation.relation is Relation.SUPERSEDED_BY for relation in found)
    if place is not None and place.status is Status.SUPERSEDED and not successor:
        yield from (
            relation for line in lines if line.line == place.line for relation in named(line, Relation.SUPERSEDED_BY)
        )
        found = tuple(relation for relation in found if relation.relation is not Relation.RELATES_TO)
    yield from found


def _of_entries(field: Field) -> Iterator[Stated]:
    """Links as front matter lists them: `- {target: 2, kind: supersedes}`."""
    for line in field.values:
        target, kind = _ENTRY_TARGET.search(line.text), _ENTRY_KIND.search(line.text)
        relation = relation_label(kind[1]) if kind else Relation.RELATES_TO
        if target is not None and relation is not None:
            yield Stated(relation, target[1].strip(), line.line)


def _listed(line: Phrase) -> Iterator[Stated]:
    """The relations in a line of a section of links; one without a verb relates to what it names."""
    found = tuple(stated(line))
    yield from found
    if not found and relation_pattern().match(line.text) is None:
        for anchor in line.anchors:
            yield Stated(Relation.RELATES_TO, anchor.href, line.line, line.text[anchor.start : anchor.end])
        if not line.anchors:
            yield from (Stated(Relation.RELATES_TO, word, line.line) for word, _, _ in identifiers(line.text))


def stated(phrase: Phrase, relation: Relation | None = None, *, bare: bool = False) -> Iterator[Stated]:
    """The relations in `phrase`, each verb with the targets that follow it in its sentence.

    `relation` holds up to the first verb, as when a field's key is one; `bare` numbers are then targets too.
    """
    verbs = list(relation_pattern().finditer(phrase.text))
    if relation is not None:
        end = verbs[0].start() if verbs else len(phrase.text)
        yield from _targets(phrase, 0, end, relation, bare)
    for at, verb in enumerate(verbs):
        meant = relation_of(verb[0])
        end = verbs[at + 1].start() if at + 1 < len(verbs) else len(phrase.text)
        before = phrase.text[verbs[at - 1].end() if at else 0 : verb.start()]
        hedged = hedge_pattern().search(before[-30:]) is not None
        if meant is not None and not hedged and not _inside_link(phrase, verb):
            meant = _weakened(meant, before, phrase.text[verb.end() : end])
            yield from _targets(phrase, verb.end(), end, meant, bare)


def named(phrase: Phrase, relation: Relation) -> Iterator[Stated]:
    """The first record that `phrase` names, in whatever words, as the target of `relation`."""
    for anchor in phrase.anchors:
        yield Stated(relation, anchor.href, phrase.line, phrase.text[anchor.start : anchor.end])
        return
    for word, _, _ in identifiers(phrase.text):
        yield Stated(relation, word, phrase.line)
        return


def stated_of_itself(phrase: Phrase) -> Iterator[Stated]:
    """The relations in a line of running text that are this record's own: `This ADR supersedes …`."""
    for sentence in _sentences(phrase):
        if _SUPERSEDES.match(sentence.text) or _speaks_of_itself(sentence.text):
            yield from stated(sentence)
        elif match := _NOW_SUPERSEDED.match(sentence.text):
            yield from _targets(sentence, 0, match.end("what"), Relation.SUPERSEDES, bare=False)


def _speaks_of_itself(sentence: str) -> bool:
    """Whether the record is the subject, and nothing stands between it and its verb: `This ADR partly amends …`."""
    if not _SELF.match(sentence):
        return False
    verb = relation_pattern().search(sentence)
    if verb is None or relation_of(verb[0]) is Relation.RELATES_TO:
        return False
    return _SELF.fullmatch(partly_pattern().sub("", sentence[: verb.start()])) is not None


def _sentences(phrase: Phrase) -> Iterator[Phrase]:
    start = 0
    for end in _SENTENCE.finditer(phrase.text):
        inside_link = any(anchor.start < end.end() < anchor.end for anchor in phrase.anchors)
        if end.end() > start and not inside_link:
            yield phrase.between(start, end.end())
            start = end.end()


def _weakened(relation: Relation, before: str, after: str) -> Relation:
    """A partial supersession is an amendment: the older record still stands for the rest."""
    tail = before[-20:], after[:24]
    if any(partly_pattern().search(text) for text in tail):
        if relation is Relation.SUPERSEDES:
            return Relation.AMENDS
        if relation is Relation.SUPERSEDED_BY:
            return Relation.AMENDED_BY
    return relation


def _inside_link(phrase: Phrase, verb: re.Match[str]) -> bool:
    return any(anchor.start <= verb.start() and verb.end() <= anchor.end for anchor in phrase.anchors)


def _targets(phrase: Phrase, start: int, end: int, relation: Relation, bare: bool) -> Iterator[Stated]:
    """The first record named between `start` and `end`, and those that follow it as a list."""
    anchors = [anchor for anchor in phrase.anchors if start <= anchor.start < end]
    text = phrase.text[:end]
    for anchor in anchors:  # a link speaks through its address, not its text
        text = text[: anchor.start] + "\0" * (anchor.end - anchor.start) + text[anchor.end :]
    named = [(a.start, a.end, Stated(relation, a.href, phrase.line, phrase.text[a.start : a.end])) for a in anchors]
    named += [(at, to, Stated(relation, word, phrase.line)) for word, at, to in identifiers(text, start)]
    if bare and not named:
        named = [(m.start(), m.end(), Stated(relation, m[1], phrase.line)) for m in _BARE.finditer(text, start)]
    stop = _SENTENCE_END.search(text, start)
    reach = stop.start() if stop else len(text)
    for at, to, target in sorted(named, key=lambda entry: entry[:2]):
        if at > reach:
            break
        yield target
        following = _AND.match(text, to)
        reach = following.end() if following else to


def identifiers(text: str, start: int = 0) -> Iterator[tuple[str, int, int]]:
    """The records that `text` names without a link, with their spans: `ADR-7`, `ADRs 60 and 61`, `0007-use-x`."""
    for match in _IDENTIFIER.finditer(text, start):
        if word := match["name"] or match["scoped"]:
            yield word, match.start(), match.end()
            continue
        yield match[0][: len(match[0]) - len(match["more"])].rstrip("."), match.start(), match.start("more")
        for number in re.finditer(r"\d+", match["more"]):
            yield f"ADR {number[0]}", match.start("more") + number.start(), match.start("more") + number.end()

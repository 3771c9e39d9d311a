"""The decision of a record: where it stands in every dialect, and whether two texts decide the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from adrtool.reading.outline import Block, Kind, Section, Table
from adrtool.reading.vocabulary import label_of, record_section
from adrtool.sheet import Passage, Sheet

# Under a decision's heading, but no part of it: what follows from it, and how it is watched.
_ASIDE = re.compile(
    r"consequence|confirm|revalidat|validat|verif|evidence|review|revisit|follow.?up|proof", re.IGNORECASE
)
_LABEL = re.compile(r"^(?P<label>[^:：]{1,40})[:：]\s*(?P<rest>.*)$")
_Y_STATEMENT = re.compile(r"\bwe (?:have )?(?:decided|chose)\b|\bhaben wir (?:uns )?entschieden\b", re.IGNORECASE)

# Bounded where a search could run to the end of a long text from every place in it.
_LINK = re.compile(
    r"!?\[(?P<inline>(?:[^\[\]\\]|\\.)*)\](?:\((?:[^()\"]|\([^()]*\)|\"(?:[^\"\\]|\\.)*\")*\)|\[[^\[\]]*\])"  # Markdown
    r"|`(?P<rst>[^`<]{1,300}?)\s{0,20}<[^`<>]{1,300}>`_{0,2}"
    r"|(?:link:|xref:)[^\s\[\]]{0,300}\[(?P<macro>[^\]]{0,300})\]"  # AsciiDoc
    r"|https?://[^\s\[\]()]{1,300}\[(?P<address>[^\]]{1,300})\]"
    r"|<<[^,<>]{1,100},(?P<cross>[^<>]{0,200})>>",
    re.DOTALL,
)
_TARGETS = re.compile(r"^[ \t]*(?:\[[^\]\n]+\]:[ \t]+\S.*|\.\. _[^:\n]+:.*)$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:(?:>|[-*+.]+|\d{1,3}[.)]|#{1,6}|={1,6})[ \t]+)+", re.MULTILINE)
_RULER = re.compile(r"^[-=:~^`*_.+| \t]{3,}$", re.MULTILINE)
_ALONE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # scripts that may break a line anywhere
_WORD = re.compile(
    rf"[{_ALONE}]|[^\W_{_ALONE}]+(?:[.:,'\u2019/_-]+[^\W_{_ALONE}]+)*[#+]*|[<>=!%&$\u20ac\u00a3^\u2264\u2265\u2260\u00b1+]"
)
_SLIP = 5  # letters that a word must have for one that differs by a letter to be the same word misspelt


class Statement(NamedTuple):
    """What a record decides, as written; no text where it has no such place."""

    line: int
    text: str


def statement_of(sheet: Sheet) -> Statement:
    """The decision: below its heading, else behind its label or in its row, else the sentence that says so."""
    for found in (list(_headed(sheet.passages)), list(_labelled(sheet)), list(_said(sheet))):
        if found:
            return Statement(found[0].line, "\n\n".join(row.text for row in found if row.text))
    return Statement(1, "")


def says_the_same(before: str, after: str) -> bool:
    """Whether two texts decide the same: markup, wrapping, links' targets and one letter mistyped are nothing."""
    old, new = _words(before), _words(after)
    return old == new or (len(old) == len(new) and all(a == b or _is_slip(a, b) for a, b in zip(old, new, strict=True)))


def _headed(passages: tuple[Passage, ...]) -> Iterator[Statement]:
    deciding = [row for row in passages if record_section(row.heading) == "decision"]
    if len(deciding) > 1 and deciding[0] is passages[0]:
        del deciding[0]  # a title that begins with the word
    level: int | None = None  # of the decision that we are in
    aside: int | None = None  # of what does not belong to it
    for row in passages:
        aside = None if aside is not None and row.level <= aside else aside
        level = None if level is not None and row.level <= level else level
        if row in deciding:
            level = row.level if level is None else level
            yield Statement(row.line, row.text)
        elif level is not None and aside is None:
            if label_of(row.heading) is not None or _ASIDE.search(row.heading):
                aside = row.level
            else:
                yield Statement(row.line, f"{row.heading}\n\n{row.text}")


def _labelled(sheet: Sheet) -> Iterator[Statement]:
    for section in sheet.outline.sections:
        yield from _labelled_in(section)


def _labelled_in(section: Section) -> Iterator[Statement]:
    """`Decision: ...`, a row with that name, and what stands below a line of bold type that says so."""
    within = False
    for block in section.blocks:
        if isinstance(block, Table):
            rows = (block.header, *block.rows)
            yield from (
                Statement(row[0].line, " ".join(cell.text for cell in row[1:]))
                for row in rows
                if len(row) > 1 and record_section(row[0].text) == "decision"
            )
            continue
        first = block.lines[0]
        if first.lead and first.lead == first.text and len(block.lines) == 1:
            within = record_section(first.text) == "decision"
        elif (match := _LABEL.match(first.text)) and (
            first.lead or block.kind is Kind.ITEM or _is_part(match["label"])
        ):
            within = record_section(match["label"]) == "decision" if first.lead else False
            if record_section(match["label"]) == "decision":
                yield Statement(first.line, "\n".join((match["rest"], *(line.text for line in block.lines[1:]))))
        elif within:
            yield _whole(block)


def _is_part(label: str) -> bool:
    return record_section(label) is not None


def _said(sheet: Sheet) -> Iterator[Statement]:
    """The paragraphs of a Y-statement."""
    for section in sheet.outline.sections:
        for block in section.blocks:
            if isinstance(block, Block) and _Y_STATEMENT.search((whole := _whole(block)).text):
                yield whole


def _whole(block: Block) -> Statement:
    return Statement(block.lines[0].line, "\n".join(line.text for line in block.lines))


def _words(text: str) -> list[str]:
    """The words that a reader sees."""
    text = _TARGETS.sub("", _uncommented(text))
    text = _LINK.sub(lambda match: next((group for group in match.groups() if group is not None), ""), text)
    text = _BULLET.sub("", _RULER.sub("", text)).replace("\\", "")
    return _WORD.findall(text)


def _uncommented(text: str) -> str:
    """`text` without HTML comments; one that never ends is none."""
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else f"<!--{part}" for part in rest)


def _is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter within: dropped, added, mistyped or swapped with its neighbour."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    if len(short) < _SLIP or not (one + other).isalpha() or short[0] != long[0] or len(long) - len(short) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest, its = short[at:], long[at:]
    if len(short) < len(long):
        return rest == its[1:]
    return rest[1:] == its[1:] or (rest[:2] == its[:2][::-1] and rest[2:] == its[2:])

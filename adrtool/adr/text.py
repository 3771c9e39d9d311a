"""A record's text as adr-tools understands it: lines, of which a few mean something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_LINK = re.compile(r"^(.+) \[.*\]\(0*([1-9][0-9]*).*\)(.*)")
_OLD_DATE = re.compile(r"^(.*?)Date: ([0-9]{2})/([0-9]{2})/([0-9]{4})", re.MULTILINE)
_BRACKET, _ESCAPED = re.compile(r"([][])"), r"\\\1"
_WRONG = re.compile(r"[^0-9A-Za-z]+")


class NoStatusSectionError(Exception):
    """A record has no section that a link could be written into."""


def slug(title: str) -> str:
    """`title` as a part of a file's name.

    >>> slug("Slash/Slash, naïve & Co.")
    'slash-slash-na-ve-co'
    """
    return _WRONG.sub("-", title).strip("-").lower()


def title_of(text: str) -> str:
    """The heading of a record with its number, from the first line that is none of a front matter's."""
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() == "---":
        closing = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), -1)
        lines = lines[closing + 1 :]
    first = next((line for line in lines if line.strip()), "")
    return first[2:].rstrip() if first.startswith("# ") else first.lstrip("# ").rstrip()


def link(words: str, title: str, name: str) -> str:
    """A link as a status section holds it."""
    return f"{words} [{title if _is_balanced(title) else _BRACKET.sub(_ESCAPED, title)}]({name})"


def filled(template: str, fields: Mapping[str, str]) -> str:
    """`template` with each word of `fields` replaced where it stands first in a line."""
    words = re.compile("|".join(map(re.escape, fields)))

    def line_filled(line: str) -> str:
        used: set[str] = set()

        def value(match: re.Match[str]) -> str:
            if match[0] in used:
                return match[0]
            used.add(match[0])
            return fields[match[0]]

        return words.sub(value, line)

    return "\n".join(map(line_filled, template.split("\n")))


def with_link(text: str, said: str) -> str:
    """`text` with a line more at the end of its status section; raises NoStatusSectionError."""
    lines = text.split("\n")
    end = "\r" if lines[0].endswith("\r") else ""
    first, last = _status_section(lines)
    if last < len(lines):
        before = [] if not lines[last - 1].strip() else [end]
        return "\n".join([*lines[:last], *before, said + end, end, *lines[last:]])
    while last > first and not lines[last - 1].strip():
        last -= 1
    kept = [line.rstrip("\r") + end for line in lines[last - 1 : last]]
    return "\n".join([*lines[: last - 1], *kept, end, said + end, ""])


def without_status(text: str, status: str) -> str:
    """`text` with the line that is `status` taken out of its status section, and the blank line behind it."""
    lines = text.split("\n")
    first, last = _status_section(lines)
    kept: list[str] = []
    is_after_it = False
    for line in lines[first:last]:
        if line.rstrip() == status:
            is_after_it = True
        elif line.strip() or not is_after_it:
            kept.append(line)
            is_after_it = False
    return "\n".join([*lines[:first], *kept, *lines[last:]])


def links(text: str) -> Iterator[tuple[int, str]]:
    """The links of a status section: the number of the record that each leads to, and its words."""
    lines = text.split("\n")
    try:
        first, last = _status_section(lines)
    except NoStatusSectionError:
        return
    for line in lines[first:last]:
        if match := _LINK.match(line.rstrip()):
            yield int(match[2]), match[1] + match[3]


def with_iso_dates(text: str) -> str:
    """`text` with its dates of the old form, day/month/year, in ISO 8601."""
    return _OLD_DATE.sub(r"\1Date: \4-\3-\2", text)


def _status_section(lines: list[str]) -> tuple[int, int]:
    """The lines behind the heading `## Status`, up to the next heading of that depth or deeper."""
    heading = next((at for at, line in enumerate(lines) if line.rstrip() == "## Status"), None)
    if heading is None:
        raise NoStatusSectionError
    later = (at for at, line in enumerate(lines) if at > heading and line.startswith("##"))
    return heading + 1, next(later, len(lines))


def _is_balanced(title: str) -> bool:
    """Whether the brackets of a title leave a link around it whole."""
    depth = 0
    for char in title:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return False
    return depth == 0

"""A record on its way in, whatever it was written in, and its text as a Markdown record here."""

from __future__ import annotations

import datetime as dt
import enum
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from adrtool.exchange.parts import Loss
from adrtool.model import Relation, Status
from adrtool.reading.claims import Setting
from adrtool.reading.vocabulary import relation_of
from adrtool.writing.values import scalar

_LINK = re.compile(r"(?P<open>\]\([ \t]*<?|^[ ]{0,3}\[[^\]\n]+\]:[ \t]+<?)(?P<href>[^\s()<>]+)", re.MULTILINE)


class Layout(enum.Enum):
    """Where a record says what it is: in front matter as MADR's, or in lines and a section as adr-tools'."""

    FRONT = enum.auto()
    NYGARD = enum.auto()


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is known of a record; `key` is how others beside it name it."""

    place: str  # path:line, for whoever looks for it
    key: str
    title: str
    number: int | None = None
    status: str = ""  # in words; empty where none is told
    date: dt.date | None = None
    deciders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()  # further facts: a key, and its value
    lead: str = ""  # what stands before the first section
    sections: tuple[tuple[str, str], ...] = ()  # heading and Markdown
    links: tuple[tuple[Relation, str], ...] = ()
    path: str = ""  # where it lay, if that is known
    verbatim: str | None = None  # its whole text, where that need not be made
    files: tuple[str, ...] = ()  # what it links to where it lay

    def text(self, title: str, number: str, layout: Layout) -> str:
        """The record as a file, under the heading `title`."""
        body = [f"## {heading}\n\n{text}".rstrip() for heading, text in self.sections]
        match layout:
            case Layout.FRONT:
                facts = "".join(f"{key}: {value}\n" for key, value in self._facts(scalar, "[{}]"))
                head = [f"---\n{facts}---" if facts else "", f"# {title}", self.lead]
            case Layout.NYGARD:
                said = dict(self._facts(str, "{}"))
                status = said.pop("status", "")
                lines = [f"{key.capitalize().replace('-', ' ')}: {value}" for key, value in said.items()]
                section = f"## Status\n\n{status[:1].upper()}{status[1:]}" if status else ""
                head = [f"# {number}. {title}" if number else f"# {title}", *lines, self.lead, section]
        return "\n\n".join(filter(None, [*head, *body])) + "\n"

    def _facts(self, spelt: Callable[[str], str], many: str) -> list[tuple[str, str]]:
        listed = ", ".join(map(spelt, self.tags))
        found = [
            ("status", spelt(self.status) if self.status else ""),
            ("date", self.date.isoformat() if self.date else ""),
            ("decision-makers", spelt(", ".join(self.deciders)) if self.deciders else ""),
            ("tags", many.replace("{}", listed) if listed else ""),
            *((key, spelt(value)) for key, value in self.extra),
        ]
        return [(key, value) for key, value in found if value]


def relinked(text: str, old: str, new: str, place_of: Callable[[str], str | None]) -> str:
    """`text` of a record that lay at `old` and will lie at `new`; `place_of` says where a file is that it links to.

    Links to what is nowhere stay as they are.
    """
    setting = Setting(old, "", ())

    def led(match: re.Match[str]) -> str:
        target = setting.resolve(match["href"])
        place = place_of(target.path) if target is not None else None
        if target is None or place is None:
            return match[0]
        href = quote(posixpath.relpath(place, posixpath.dirname(new) or "."), safe="/._-~+")
        anchor = match["href"].partition("#")
        same = href == anchor[0]
        return match[0] if same else match["open"] + href + anchor[1] + anchor[2]

    return _LINK.sub(led, text) if old else text


def relation_named(word: str) -> Relation | None:
    """The relation that other tools spell `supersedes`, `SupersededBy` or `amended by`."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    own = {re.sub(r"[^a-z]", "", relation.value): relation for relation in Relation}
    return own.get(plain) or relation_of(word)


def day_of(text: str, place: str, losses: list[Loss]) -> dt.date | None:
    """A date as the formats spell it; told as a loss where it is none."""
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        losses.append(Loss(place, f"its date {text!r} is none: left out"))
        return None


def status_told(status: Status, raw: str) -> str:
    """The words for a status: adrtool's own, or as written where it knows none; empty for none at all."""
    if status is Status.UNKNOWN:
        return ""
    return " ".join(raw.split()) if status is Status.OTHER else status.value


def numbered(
    incoming: Sequence[Incoming], taken: Mapping[int, str], losses: list[Loss]
) -> tuple[tuple[Incoming, int], ...]:
    """Each with its own number if that is free, else with the next that nobody has."""
    given: dict[int, int] = {}
    used = set(taken)
    for at, each in enumerate(incoming):
        if each.number is not None and each.number not in used:
            given[at] = each.number
            used.add(each.number)
    following = max(used, default=0)
    for at, each in enumerate(incoming):
        if at in given:
            continue
        following += 1
        given[at] = following
        why = "has no number" if each.number is None else f"number {each.number} is taken"
        if each.number is not None and each.number in taken:
            why += f" by {taken[each.number]}"
        losses.append(Loss(each.place, f"{why}; it is {following} here, and where its number is named, it is not"))
    return tuple((each, given[at]) for at, each in enumerate(incoming))

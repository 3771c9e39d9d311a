"""The title of a claim's link, changed in place: where options such as waivers live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from adrtool.errors import ReadError, UsageError
from adrtool.model import Claim, Waiver
from adrtool.reading.claims import Setting, Title, cited_links, read_title
from adrtool.reading.markdown import parse, title_span
from adrtool.writing.source import Source


def waived(title: str, until: date, reason: str) -> str:
    """`title` with this waiver instead of any other; raises UsageError where the reason would read as an option."""
    new = _joined(title, f"waived until {until}: {reason}")
    require_same(new, replace(read_title(title), waiver=Waiver(until, reason), wrong=()), "--reason")
    return new


def require_same(title: str, meant: Title, option: str) -> None:
    """Raise UsageError unless `title` reads back as it was meant: a text may hold what parts two options."""
    if read_title(title) != meant:
        known = "supporting, then: or waived until"
        raise UsageError(f"{option}: a semicolon before {known} begins an option of the claim; write a comma there")


def unwaived(title: str) -> str:
    """`title` without its waiver."""
    return _joined(title, "")


def _joined(title: str, waiver: str) -> str:
    said = read_title(title)
    parts = ["" if said.load_bearing else "supporting", f"then: {said.then}" if said.then else "", waiver]
    return "; ".join(part for part in parts if part)


def retitle(source: Source, claim: Claim, setting: Setting, title_of: Callable[[str], str]) -> Source:
    """`source` with another title on the link of `claim`; `title_of` makes it from the present one.

    Raises ReadError where the link cannot be found again in the text.
    """
    document = parse(source.text)
    link = next((link for link in cited_links(document, setting) if _is_of(link.line, link.text, claim)), None)
    if link is None:
        raise ReadError("the claim is no longer where it was; try again", path=claim.path, line=claim.line)
    if link.label is not None:
        first, last = document.references[link.label]["map"]
        start, end = source.span(first, last)
        inner = source.text.index("]:", start) + 2
    else:
        start = source.span(link.line - 1, link.line)[0]
        written = link.written.replace("\n", source.newline)
        inner = source.text.find(written, start)
        end = inner + len(written)
        if inner < 0:
            raise ReadError("its link spans indented lines; edit its title by hand", path=claim.path, line=claim.line)
    if unknown := [wrong for wrong in read_title(link.title).wrong if wrong.startswith("unknown option")]:
        raise ReadError(f"{unknown[0]}; mend it first", path=claim.path, line=claim.line)
    new = title_of(link.title)
    place = title_span(source.text[inner:end], definition=link.label is not None)
    if place is None:
        raise ReadError("its link cannot be edited safely; do it by hand", path=claim.path, line=claim.line)
    quoted = ' "' + new.replace("\\", "\\\\").replace('"', '\\"').replace("|", "\\|") + '"' if new else ""
    return source.splice(inner + place[0], inner + place[1], quoted)


def _is_of(line: int, text: str, claim: Claim) -> bool:
    return line == claim.line and text == claim.text

"""A claim added to a record: a list item with a link, and a skeleton of the evidence that it cites."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import quote

from adrtool.errors import ReadError, UsageError
from adrtool.model import EvidenceRef
from adrtool.reading.claims import Setting, Title
from adrtool.reading.outline import Section
from adrtool.reading.vocabulary import fold, record_section
from adrtool.writing import templates
from adrtool.writing.page import Page
from adrtool.writing.titles import require_same

_ITEM = re.compile(r"^(?P<mark>\s{0,3}[*+-]\s+)\S")
_HOMES = ("confirmation", "validation")


@dataclass(frozen=True, slots=True)
class NewClaim:
    """What is claimed, and the evidence for it, which may be the folder alone; `title` holds the link's options."""

    text: str
    evidence: EvidenceRef
    title: str = ""
    is_unsupported: bool = False  # the evidence is still to be written, and `evidence` is its folder

    def link(self, record: str) -> str:
        """The claim as a link from the record at that path."""
        href = quote(posixpath.relpath(self.evidence.path, posixpath.dirname(record) or "."), safe="/._-~+")
        href += "/" if self.is_unsupported else ""
        test = f"#{quote(self.evidence.test, safe='.:_-')}" if self.evidence.test else ""
        text = re.sub(r"([\\\[\]`*_<>])", r"\\\1", self.text) if re.search(r"[\[\]<>]", self.text) else self.text
        escaped = self.title.replace("\\", "\\\\").replace('"', '\\"')
        title = f' "{escaped}"' if self.title else ""
        return f"[{text}]({href}{test}{title})"


def folder_named(name: str, setting: Setting, *, below_root: str) -> EvidenceRef | None:
    """The evidence folder itself, where `name` means that; None where it means something in it.

    Raises UsageError for any other folder, which holds no evidence of its own.
    """
    beside = posixpath.dirname(setting.path)
    places = [posixpath.normpath(place) for place in (posixpath.join(beside, name), below_root, name) if place]
    for place in places:
        if place in setting.evidence_folders:
            return EvidenceRef(place)
    if name.endswith("/"):
        folder = setting.evidence_folders[0]
        raise UsageError(f"{name}: is a folder; name a script below {folder}/, or {folder}/ itself for a claim without")
    return None


def evidence_named(name: str, setting: Setting, *, below_root: str) -> EvidenceRef:
    """The evidence that `name` means for a record: as linked from it, from the root, or by its bare name.

    `below_root` is the same path as seen from the folder where the user stands. Raises UsageError for any other place.
    """
    path, mark, test = name.partition("#")
    if mark and not test:
        raise UsageError(f"{name}: no test is named behind the #")
    if not posixpath.basename(path):
        raise UsageError(f"{name}: no file is named before the #" if mark else f"{name}: names no file")
    if not posixpath.splitext(path)[1]:
        path, below_root = f"{path}.py", f"{below_root}.py"
    beside = posixpath.dirname(setting.path)
    folder = setting.evidence_folders[0]
    bare = "/" not in path.strip("/")
    places = [posixpath.join(folder, path)] if bare else [posixpath.join(beside, path), below_root, path]
    for place in places:
        found = EvidenceRef(posixpath.normpath(place.lstrip("/")), test or None)
        home = setting.folder_of(found)
        if home is not None and home != found.path:
            return found
    raise UsageError(f"{name}: lies in no evidence folder; write a path below {folder}/")


def with_claim(page: Page, claim: NewClaim, section: str | None) -> Page:
    """`page` with the claim as the last item of its rationale, or of the section that is named.

    Raises ReadError where there is no such section.
    """
    home = _home(page, section)
    last = page.section_end(home)
    assert home.heading is not None
    said = claim.link(page.path)
    items = [match for line in page.lines[home.heading.line : last] if (match := _ITEM.match(line))]
    mark = items[-1]["mark"] if items else "- "
    indent = len(mark) - len(mark.lstrip())
    # Behind a list, the item joins it, even where the last one runs over several lines.
    listed = bool(items) and _ends_in_list(page, home.heading.line, last, indent)
    return page.spliced([page.after_line(last, [mark + said] if listed else ["", mark + said])])


def skeleton(claim: NewClaim) -> str:
    """The evidence to be written; raises UsageError for another language than Python."""
    if not claim.evidence.path.endswith(".py"):
        raise UsageError(f"{claim.evidence.path}: is not there, and only Python has a skeleton; write it first")
    if claim.evidence.test is not None and not claim.evidence.test.isidentifier():
        raise UsageError(f"#{claim.evidence.test}: a new test is a function's name, such as #test_parity")
    words = claim.text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    sentence = words if words.endswith((".", "?", "!")) else f"{words}."
    return templates.render("evidence.py.j2", {"claim": sentence, "test": claim.evidence.test})


def _home(page: Page, named: str | None) -> Section:
    """The section that is named, in full or by how it begins; else the one for reasons, else the decision's."""
    sections = [(fold(s.heading.text), s) for s in page.outline.sections if s.heading is not None]
    choices = [fold(named)] if named is not None else ["rationale", *_HOMES]
    exact = [section for text, section in sections if text in choices]
    if named is None:
        exact += [section for text, section in sections if record_section(text) == "rationale"]
    begun = [section for text, section in sections if any(choice and text.startswith(choice) for choice in choices)]
    if exact or (begun and (named is None or len(begun) == 1)):
        return (exact or begun)[0]
    there = ", ".join(section.heading.text for _, section in sections if section.heading is not None) or "none"
    if named is not None:
        wrong = "several sections begin with" if begun else "no section"
        raise ReadError(f"{wrong} {named!r}; there are {there}", path=page.path)
    outcomes = [section for text, section in sections if text.startswith("decision outcome")]
    decisions = [section for text, section in sections if record_section(text) == "decision"]
    if found := outcomes or decisions:
        return found[0]
    raise ReadError(
        f"no section for reasons or the decision; there are {there}: name one with --section", path=page.path
    )


def _ends_in_list(page: Page, first: int, last: int, indent: int) -> bool:
    """Whether the last lines of a section belong to a list item: no line at the margin stands behind it."""
    for line in reversed(page.lines[first:last]):
        if _ITEM.match(line):
            return True
        if not line.strip() or len(line) - len(line.lstrip()) <= indent:
            return False
    return False


def title_of(*, supporting: bool, then: str) -> str:
    """The options of a claim as its link's title; raises UsageError where a text would read as another option."""
    title = "; ".join(part for part in ("supporting" if supporting else "", f"then: {then}" if then else "") if part)
    require_same(title, Title(not supporting, then), "--then")
    return title

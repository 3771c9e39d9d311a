"""Links in, claims out: which links of a record cite evidence, and what their titles say."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from adrtool import fingerprint
from adrtool.model import Claim, EvidenceRef, Problem, Waiver
from adrtool.reading.markdown import Document, plain_text


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a record stands, as far as its claims depend on it; all paths from the repository's root."""

    path: str
    record_id: str
    evidence_folders: tuple[str, ...]
    prefix: str = ""  # `FOLDER:` where a repository has several record folders

    def resolve(self, href: str) -> EvidenceRef | None:
        """The file in the repository that `href` leads to from this record; None for any other link."""
        try:
            url = urlsplit(href)
        except ValueError:
            return None
        if url.scheme or url.netloc or not url.path:
            return None
        written = unquote(url.path)
        base = "" if written.startswith("/") else posixpath.dirname(self.path)
        target = posixpath.normpath(posixpath.join(base, written.lstrip("/")))
        if target == ".." or target.startswith("../") or "\0" in target:
            return None
        return EvidenceRef(target, unquote(url.fragment) or None)

    def folder_of(self, target: EvidenceRef | None) -> str | None:
        """The evidence folder in which `target` lies, or which it is; None for any other place."""
        if target is None:
            return None
        holds = (
            folder
            for folder in self.evidence_folders
            if target.path == folder or target.path.startswith(f"{folder}/") or folder == "."
        )
        return max(holds, key=len, default=None)


@dataclass(frozen=True, slots=True)
class CitedLink:
    """A link into an evidence folder, as it stands in the text."""

    text: str
    line: int
    target: EvidenceRef
    folder: str
    title: str
    struck: bool
    written: str  # the link as it stands in its block
    label: str | None  # of its definition, where it is by reference


def cited_links(document: Document, setting: Setting) -> Iterator[CitedLink]:
    """Every link of `document` whose target lies in an evidence folder, struck-through ones too."""
    for inline in document.inlines():
        children = inline.children or []
        strikes = 0
        for index, token in enumerate(children):
            strikes += (token.type == "s_open") - (token.type == "s_close")
            if token.type != "link_open":
                continue
            target = setting.resolve(str(token.attrs.get("href", "")))
            folder = setting.folder_of(target)
            if target is None or folder is None:
                continue
            inside = _inside(children, index)
            line = (token.map or inline.map or [0])[0] + 1
            title = str(token.attrs.get("title", ""))
            struck = strikes > 0 or _all_struck(inside)
            written, label = str(token.meta.get("written", "")), token.meta.get("label")
            yield CitedLink(plain_text(inside), line, target, folder, title, struck, written, label)


def read_claims(document: Document, setting: Setting) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    """The claims of a record in the order of its text, and what is wrong with their titles and ids."""
    claims: list[Claim] = []
    problems: list[Problem] = []
    first: dict[str, Claim] = {}
    for link in cited_links(document, setting):
        if link.struck:
            continue
        claim, wrong = _claim(link, setting)
        claims.append(claim)
        problems += wrong
        twin = first.setdefault(claim.id, claim)
        if twin is not claim and claim.evidence is not None:
            problems.append(_shared_id(claim, twin))
    return tuple(claims), tuple(problems)


def _claim(link: CitedLink, setting: Setting) -> tuple[Claim, list[Problem]]:
    title = read_title(link.title)
    problems = [
        Problem(setting.path, link.line, "claim-option", f"claim {link.text!r}: {wrong}") for wrong in title.wrong
    ]
    if not link.text:
        mend = "write the claim between the brackets"
        problems.append(Problem(setting.path, link.line, "claim-without-text", f"this link claims nothing: {mend}"))
    unsupported = link.target.path == link.folder
    claim = Claim(
        id=setting.prefix + _claim_id(link, setting),
        text=link.text,
        path=setting.path,
        line=link.line,
        evidence=None if unsupported else link.target,
        load_bearing=title.load_bearing,
        then=title.then,
        waiver=title.waiver,
    )
    return claim, problems


def _claim_id(link: CitedLink, setting: Setting) -> str:
    if link.target.path == link.folder:
        return f"{setting.record_id}/~{fingerprint.of_text(link.text)[:8]}"
    return id_of_evidence(link.target, link.folder, setting.record_id)


def id_of_evidence(ref: EvidenceRef, folder: str, record_id: str) -> str:
    """The id of a claim of that record which cites `ref` in the evidence folder `folder`."""
    below = PurePosixPath(posixpath.relpath(ref.path, folder))
    parts = below.with_suffix("").parts
    if len(parts) > 1 and _same_number(parts[0], record_id):
        parts = parts[1:]
    test = "" if ref.test is None else f"#{ref.test}"
    return f"{record_id}/{'/'.join(parts)}{test}"


def _same_number(folder: str, record_id: str) -> bool:
    if folder.isdecimal() and record_id.isdecimal():
        return int(folder) == int(record_id)
    return folder == record_id


def _shared_id(claim: Claim, twin: Claim) -> Problem:
    where = f"also on line {twin.line}" if twin.path == claim.path else f"also at {twin.path}:{twin.line}"
    if claim.evidence == twin.evidence:
        mend = "cite another test of it (file#test), or make one claim of the two"
    else:
        mend = "give one of the two scripts another name: suffixes are no part of an id"
    return Problem(claim.path, claim.line, "duplicate-claim", f"claim id {claim.id} is taken, {where}; {mend}")


@dataclass(frozen=True, slots=True)
class Title:
    """What the title of a claim's link says."""

    load_bearing: bool = True
    then: str = ""
    waiver: Waiver | None = None
    wrong: tuple[str, ...] = ()


# A title is parted only before a known word, so that a reason may hold semicolons.
_PARTS = re.compile(r";\s*(?=supporting\s*(?:;|$)|then:|waived\s+until\b)", re.IGNORECASE)
_WAIVED = re.compile(r"waived\s+until\s+(?P<until>[^:\s]+)\s*(?::\s*(?P<reason>.*))?$", re.IGNORECASE | re.DOTALL)
_OPTIONS = "known are `supporting`, `then: TEXT` and `waived until YYYY-MM-DD: REASON`, parted by `;`"


def read_title(title: str) -> Title:
    """The options in a link's title; what is not understood is named in `wrong`, never passed over.

    >>> read_title("supporting; then: ask again; later").then
    'ask again; later'
    >>> read_title("supprting").wrong != ()
    True
    """
    load_bearing, then, waiver, wrong = True, "", None, []
    seen: set[str] = set()
    for part in filter(None, (piece.strip().strip(";").strip() for piece in _PARTS.split(title))):
        lowered = part.lower()
        word = next((word for word in ("supporting", "then:", "waived") if lowered.startswith(word)), "")
        if word and word in seen:
            wrong.append(f"option {word.rstrip(':')!r} stands twice")
        seen.add(word)
        if lowered == "supporting":
            load_bearing = False
        elif word == "then:":
            then = " ".join(part[len("then:") :].split())
            if not then:
                wrong.append("`then:` says nothing to do; write the text behind it")
        elif word == "waived" and (match := _WAIVED.match(part)):
            reason = " ".join((match["reason"] or "").split())
            try:
                until = _day(match["until"])
            except ValueError:
                wrong.append(f"{match['until']!r} is no date; write `waived until YYYY-MM-DD: REASON`")
                continue
            if not reason:
                wrong.append("a waiver needs its reason; write `waived until YYYY-MM-DD: REASON`")
                continue
            waiver = Waiver(until, reason)
        else:
            wrong.append(f"unknown option {part!r}; {_OPTIONS}")
    return Title(load_bearing, then, waiver, tuple(wrong))


def _day(text: str) -> date:
    """A date as waivers spell it; `fromisoformat` alone takes weeks and days without hyphens, too."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def _inside(children: list[Token], opening: int) -> list[Token]:
    closing = next((i for i in range(opening + 1, len(children)) if children[i].type == "link_close"), len(children))
    return children[opening + 1 : closing]


def _all_struck(inside: list[Token]) -> bool:
    marked = [token for token in inside if token.type != "text" or token.content]
    return len(marked) > 1 and marked[0].type == "s_open" and marked[-1].type == "s_close"

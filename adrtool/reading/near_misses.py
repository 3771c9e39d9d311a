"""What reads like a claim and silently is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from markdown_it.token import Token

from adrtool.model import EvidenceRef, Problem
from adrtool.reading.claims import Setting, cited_links
from adrtool.reading.markdown import Document

RULE = "near-miss"

_SCRIPTS = frozenset(
    (
        *(".py", ".sh", ".bash", ".js", ".mjs", ".cjs", ".ts", ".rb"),
        *(".pl", ".php", ".lua", ".r", ".jl", ".go", ".rs", ".ps1"),
    )
)
_CURLY = "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
_LINK = "\0"  # stands for either end of a link
_OTHER = "\2"  # stands for code, HTML and escapes: whatever else is not bare text
_ESCAPED = "\1"  # stands for an opening bracket that was escaped on purpose
_TARGET = re.compile(r"\](?P<gap>[ \n])?(?:\(|: )\s*<?(?P<rest>[^)\n>]*)")
_ANCHOR = re.compile(r"<a\s[^>]*?\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
# Words in brackets, and a label: `[it is fast][speed]`, but not `[it][i]`, nor what an image shows.
_REFERENCE = re.compile(
    r"(?<!!)\[(?P<text>[^\[\]\0\1\2]*[^\W\d_]\s+[^\W\d_][^\[\]\0\1\2]*)\]\[(?P<label>[^\[\]\0\1\2]+)\]"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SPLIT = "a claim in a table cell that splits is none: escape the bar within it (\\|)"


def near_misses(document: Document, setting: Setting) -> Iterator[Problem]:
    """The places of `document` that look as if they made a claim and do not, each with its mend."""
    yield from _struck_claims(document, setting)
    yield from _broken_links(document, setting)
    yield from _split_cells(document, setting)
    yield from _claims_in_html(document, setting)
    yield from _misplaced_scripts(document, setting)
    yield from _unused_definitions(document, setting)
    yield from _undefined_references(document, setting)


def _problem(setting: Setting, line: int, message: str) -> Problem:
    return Problem(setting.path, line, RULE, message)


def _struck_claims(document: Document, setting: Setting) -> Iterator[Problem]:
    for link in cited_links(document, setting):
        if link.struck:
            mend = "delete it, or take the strike-through away"
            yield _problem(setting, link.line, f"struck-through text makes no claim: {mend}")


def _broken_links(document: Document, setting: Setting) -> Iterator[Problem]:
    in_cell = False
    left_open: int | None = None  # the line of a bracket that the text before does not close
    for token in document.tokens:
        if token.type in ("td_open", "th_open", "td_close", "th_close"):
            in_cell = token.type.endswith("_open")
        if token.type != "inline":
            continue
        text = _bare_text(token.children or [])
        for match in _TARGET.finditer(text):
            before = text[: match.start()]
            if _cites(match, setting) and not _is_meant(before):
                line = (token.map or [0])[0] + 1 + before.count("\n")
                if left_open is not None and not in_cell and _unclosed_bracket(before) is None:
                    line = left_open
                yield _problem(setting, line, _diagnosis(before, match, in_cell))
        opening = _unclosed_bracket(text)
        left_open = (token.map or [0])[0] + 1 + text.count("\n", 0, opening) if opening is not None else None


def _split_cells(document: Document, setting: Setting) -> Iterator[Problem]:
    for line, cell in document.lost_cells:
        if any(_cites(match, setting) for match in _TARGET.finditer(cell)):
            yield _problem(setting, line + 1, _SPLIT)


def _claims_in_html(document: Document, setting: Setting) -> Iterator[Problem]:
    for line, href in _html_links(document):
        if setting.folder_of(setting.resolve(href)) is not None:
            yield _problem(setting, line, f"a link in HTML makes no claim: write [the claim]({href})")
    for token in document.tokens:
        if token.type == "html_block" and token.map is not None:
            text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), token.content)
            for match in _TARGET.finditer(text):
                if _cites(match, setting):
                    line = token.map[0] + 1 + text.count("\n", 0, match.start())
                    mend = "leave a blank line between it and the HTML before it"
                    yield _problem(setting, line, f"what stands in HTML makes no claim: {mend}")


def _html_links(document: Document) -> Iterator[tuple[int, str]]:
    for token in document.tokens:
        first = (token.map or [0])[0] + 1
        if token.type == "html_block":
            text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), token.content)
            yield from ((first + text.count("\n", 0, match.start()), match[1]) for match in _ANCHOR.finditer(text))
        breaks = 0
        for child in token.children or ():
            breaks += child.type in ("softbreak", "hardbreak")
            if child.type == "html_inline" and (match := _ANCHOR.match(child.content)):
                yield first + breaks, match[1]


def _cites(match: re.Match[str], setting: Setting) -> bool:
    words = match["rest"].split()
    return bool(words) and setting.folder_of(setting.resolve(words[0])) is not None


def _diagnosis(before: str, match: re.Match[str], in_cell: bool) -> str:
    """Why `before](rest` is not the link it was meant to be, and the mend."""
    rest = match["rest"]
    if match["gap"] is not None:
        return "a space between text and path makes this no claim: take it out"
    if any(quote in rest for quote in _CURLY):
        return 'curly quotes round a title make no claim: use straight ones, (path "supporting")'
    opening = _unclosed_bracket(before)
    if opening is None and in_cell:
        return _SPLIT
    if opening is None:
        return "a blank line within its text makes this no claim: join the two parts"
    if _LINK in before[opening:]:
        return "a link within its text makes this no claim: take the inner link out"
    if any(not word.startswith(('"', "'", "(")) for word in rest.split()[1:2]):
        return "a space in its path makes this no claim: write %20, or put the path between < and >"
    return "this reads like a claim, but is no link: mend its brackets, path or title"


def _unclosed_bracket(before: str) -> int | None:
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        depth += (before[index] == "]") - (before[index] in ("[", _ESCAPED))
        if depth < 0:
            return index
    return None


def _is_meant(before: str) -> bool:
    """Whether the bracket that `before` leaves open was escaped, or is an image's."""
    opening = _unclosed_bracket(before)
    return opening is not None and (before[opening] == _ESCAPED or before[:opening].endswith("!"))


def _bare_text(children: list[Token]) -> str:
    return "".join(_bare(token) for token in children)


def _bare(token: Token) -> str:
    match token.type:
        case "text":
            return token.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "em_open" | "em_close" | "strong_open" | "strong_close":
            return ""
        case "text_special" if token.content == "[":
            return _ESCAPED
        case "link_open" | "link_close":
            return _LINK
        case _:
            return _OTHER


def _misplaced_scripts(document: Document, setting: Setting) -> Iterator[Problem]:
    """Links to scripts that lie beside the evidence folder, in a section that holds claims."""
    holds_claim, suspects = False, list[tuple[int, EvidenceRef]]()
    for token in [*document.tokens, None]:
        if token is None or token.type == "heading_open":
            if holds_claim:
                home = setting.evidence_folders[0]
                for line, suspect in suspects:
                    yield _problem(
                        setting, line, f"{suspect} lies outside {home}/, so it makes no claim: move it there"
                    )
            holds_claim, suspects = False, []
        for child in (token.children or []) if token is not None else []:
            if child.type != "link_open":
                continue
            target = setting.resolve(str(child.attrs.get("href", "")))
            if setting.folder_of(target):
                holds_claim = True
            elif target is not None and _is_misplaced(target, setting):
                suspects.append(((child.map or [0])[0] + 1, target))


def _is_misplaced(target: EvidenceRef, setting: Setting) -> bool:
    path = PurePosixPath(target.path)
    folders = [PurePosixPath(folder) for folder in setting.evidence_folders]
    beside = any(path.is_relative_to(folder.parent) and folder.parent != PurePosixPath(".") for folder in folders)
    misspelt = any(folder.name in path.parts for folder in folders)
    return path.suffix.lower() in _SCRIPTS and (beside or misspelt)


def _unused_definitions(document: Document, setting: Setting) -> Iterator[Problem]:
    used = {
        child.meta.get("label")
        for inline in document.inlines()
        for child in inline.children or ()
        if child.type == "link_open"
    }
    for label, definition in document.references.items():
        if label not in used and setting.folder_of(setting.resolve(str(definition["href"]))):
            line = (definition.get("map") or [0])[0] + 1
            yield _problem(
                setting, line, f"[{label.lower()}] names evidence and no claim uses it: write [claim][{label.lower()}]"
            )


def _undefined_references(document: Document, setting: Setting) -> Iterator[Problem]:
    """Sentences that name a label which nothing defines, in a section that holds claims."""
    holds_claim, suspects = False, list[tuple[int, str]]()
    for token in [*document.tokens, None]:
        if token is None or token.type == "heading_open":
            if holds_claim:
                for line, label in suspects:
                    mend = f"write [{label}]: {setting.evidence_folders[0].rpartition('/')[2]}/NAME.py below"
                    yield _problem(setting, line, f"[{label}] is defined nowhere, so this makes no claim: {mend}")
            holds_claim, suspects = False, []
        if token is None or token.type != "inline":
            continue
        children = token.children or []
        links = (child for child in children if child.type == "link_open")
        holds_claim |= any(setting.folder_of(setting.resolve(str(link.attrs.get("href", "")))) for link in links)
        text = _bare_text(children)
        for match in _REFERENCE.finditer(text):
            suspects.append(((token.map or [0])[0] + 1 + text.count("\n", 0, match.start()), match["label"]))

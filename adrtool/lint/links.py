"""Rules on links between files: the file, and the place in it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from adrtool.lint.survey import Finding, Page, Survey, squash
from adrtool.sheet import Hyperlink

_MARKUP = (".md", ".markdown", ".mdown", ".rst", ".adoc", ".asciidoc", ".asc")
# What site generators and documentation tools put in the place of a path.
_FOREIGN = re.compile(r"[{}<>$\s]|^@|%7B", re.IGNORECASE)
_LINES = re.compile(r"L\d+(?:C\d+)?(?:-L\d+(?:C\d+)?)?$")


def broken_links(survey: Survey) -> Iterator[Finding]:
    """Relative links and images whose file is not there."""
    for page in survey.pages:
        for link in broken(survey, page):
            yield Finding(page.record.path, link.line, f"no file at {link.href}; mend the link")


def broken(survey: Survey, page: Page) -> Iterator[Hyperlink]:
    """The links and images of a page whose file is not there; those to evidence are told by another rule."""
    for link in page.links:
        path = target_of(survey, page, link)
        is_evidence = page.setting.folder_of(page.setting.resolve(link.href)) is not None
        if path and not is_evidence and _found(survey.workspace.root, path) is None:
            yield link


def broken_anchors(survey: Survey) -> Iterator[Finding]:
    """Links to a heading that the file does not have."""
    for page in survey.pages:
        for link in page.links:
            anchor = _anchor(link.href)
            path = target_of(survey, page, link) if not link.href.startswith("#") else page.record.path
            if not anchor or not path or page.setting.folder_of(page.setting.resolve(link.href)) is not None:
                continue
            file = _found(survey.workspace.root, path)
            known = survey.anchors_of(file) if file is not None else None
            if known is not None and squash(anchor) not in known:
                yield Finding(page.record.path, link.line, f"no heading #{anchor} in {file}; mend the link")


def target_of(survey: Survey, page: Page, link: Hyperlink) -> str | None:
    """The path in the repository that a link means; None for addresses, and what no rule can judge."""
    href = link.href
    try:
        url = urlsplit(href)
    except ValueError:
        return None
    if url.scheme or url.netloc or not url.path or _FOREIGN.search(href):
        return None
    written = unquote(url.path)
    if written.startswith("/") and not _is_rooted(survey.workspace.root, written):
        return None  # an address on the site that the records become
    base = "" if written.startswith("/") else posixpath.dirname(page.record.path)
    path = posixpath.normpath(posixpath.join(base, written.lstrip("/")))
    # Forges resolve `../../issues/12` against the repository's address: above the root there is no file to miss.
    return None if path == ".." or path.startswith("../") or "\0" in path else path


def _is_rooted(root: Path, written: str) -> bool:
    """Whether a path from `/` is meant from the repository's root: its first folder is there."""
    first = written.strip("/").split("/")[0]
    return bool(first) and "/" in written.strip("/") and (root / first).exists()


def _found(root: Path, path: str) -> str | None:
    """The file or folder that a link to `path` leads to, here or on the site that the records become."""
    if _exists(root, path):
        return path
    if (parent := posixpath.dirname(path)) and not (root / parent).is_dir():
        path, parent = parent, posixpath.dirname(parent)
    stem = re.sub(r"\.html?$", "", path)
    return next((found for suffix in _MARKUP if _exists(root, found := stem + suffix)), None)


def _exists(root: Path, path: str) -> bool:
    try:
        return (root / path).exists()
    except (OSError, ValueError):  # a name longer than any file's
        return False


def _anchor(href: str) -> str:
    anchor = unquote(href.partition("#")[2])
    is_place = anchor in ("", "top") or _LINES.match(anchor) or anchor.startswith((":~:", "!", "/"))
    return "" if is_place or _FOREIGN.search(href) else anchor

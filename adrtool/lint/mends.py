"""The few mends that can be meant in one way only; each is a splice within one line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, unquote

from adrtool.lint.links import broken, target_of
from adrtool.lint.survey import Page, Survey
from adrtool.reading.claims import Setting
from adrtool.workspace import Workspace
from adrtool.writing.source import Source

_SPACED = re.compile(r"\]\((?P<path>[^()<>\"'\u201c\u201d]*[^()<>\"'\u201c\u201d\s] [^()<>\"'\u201c\u201d]*)\)")
_CURLY = re.compile(r"\]\([^()\s]+\s+(?P<title>[\u201c\u201d\u201e](?P<words>[^\"\u201c\u201d]*)[\u201c\u201d])\)")


class Mend(NamedTuple):
    """What stands on a line, and what shall."""

    line: int
    old: str
    new: str


def mend(workspace: Workspace) -> Iterator[str]:
    """Mend moved links, and spaces and curly quotes that keep a link from being a claim; each mend as one line.

    A mend whose words stand twice on their line is left to a person.
    """
    off = workspace.settings.disable
    survey = Survey(workspace, date.min)
    for page in survey.pages:
        path = page.record.path
        file = workspace.root / path
        source = Source.read(file, path)
        mends = [] if "near-miss" in off else [*_claims(page, source)]
        mends += [] if "broken-link" in off else _moved(survey, page)
        done = []
        for one in dict.fromkeys(mends):
            start, end = source.span(one.line - 1, one.line)
            if source.text[start:end].count(one.old) == 1:
                at = source.text.index(one.old, start)
                source = source.splice(at, at + len(one.old), one.new)
                done.append(f"{path}:{one.line}: {one.old} is now {one.new}")
        if done:
            source.write(file)
            yield from done


def _claims(page: Page, source: Source) -> Iterator[Mend]:
    lines = source.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line in sorted({problem.line for problem in page.near_misses}):
        for match in _SPACED.finditer(lines[line - 1]):
            spelt = match["path"].strip().replace(" ", "%20")
            if _cites(page.setting, spelt):
                yield Mend(line, match[0], f"]({spelt})")
        for match in _CURLY.finditer(lines[line - 1]):
            yield Mend(line, match["title"], f'"{match["words"]}"')


def _cites(setting: Setting, href: str) -> bool:
    target = setting.resolve(href)
    return setting.folder_of(target) is not None


def _moved(survey: Survey, page: Page) -> Iterator[Mend]:
    """Links whose file now lies elsewhere: one file of the repository, and only one, has its name."""
    for link in broken(survey, page):
        path = target_of(survey, page, link)
        name = posixpath.basename(path or "")
        places = [file for file in survey.workspace.files if posixpath.basename(file) == name]
        if len(places) == 1 and link.written:
            way = posixpath.relpath(places[0], posixpath.dirname(page.record.path) or ".")
            old = re.split(r"[?#]", link.href)[0]
            if unquote(old).startswith("/"):
                way = f"/{places[0]}"
            yield Mend(link.line, f"]({old}", f"]({quote(way)}")

"""A review's report becomes one comment on its pull request. The report is somebody else's: it is data, never trusted.

It was made by a job that ran a stranger's code. So its size and its shape are checked, nothing in it names the pull
request, the repository or an address, and its words are shown as words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from adrtool.errors import ReadError, UsageError
from adrtool.jobs.forge import Forge
from adrtool.jobs.quiet import code, prose

MARK = "<!-- adrtool review -->"
MOST_BYTES = 5_000_000
MOST_FINDINGS = 10_000
_MOST_SHOWN = 25  # of one section
_MOST_CHARACTERS = 55_000  # of findings; a comment may have 65,536 in all
_PAGES = 20
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HEADINGS = {
    "breaks": "Reasons that this change breaks",
    "suspect": "Reasons to look at again",
    "claims": "Claims that say or prove something else now",
    "records": "Decisions added or changed",
    "rewritten": "Accepted decisions whose text was edited",
    "collisions": "Numbers given away twice",
    "governed": "Files that a decision governs",
    "unaudited": "Evidence that was never seen to fail",
    "lint": "Problems on changed lines",
}
_OPEN = ("breaks", "suspect", "collisions")  # what a reviewer must not miss is not folded away


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the report says, as far as it can be believed: not at all."""

    section: str
    level: str
    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where the comment goes. All of it is the forge's own word, or the workflow's."""

    repository: str  # OWNER/NAME
    head: str  # the commit that was reviewed
    server: str = "https://github.com"
    run: str = ""  # the address of the run that made the report
    author: str = "github-actions[bot]"

    def __post_init__(self) -> None:
        if not _SHA.fullmatch(self.head):
            raise UsageError(f"--head {self.head}: write the whole id of a commit")
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", self.repository):
            raise UsageError(f"--repository {self.repository}: write OWNER/NAME")


def read_report(path: Path) -> tuple[Finding, ...]:
    """The findings of a report; raises ReadError for one that is too large or of another shape."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", path=str(path)) from error
    if len(data) > MOST_BYTES:
        raise ReadError(f"is larger than {MOST_BYTES:,} bytes; not used", path=str(path))
    try:
        document = json.loads(data.decode("utf-8"))
        return tuple(_finding(row) for row in _rows(document))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ReadError(f"is no report of `adrtool review --format json`: {reason}", path=str(path)) from None


def body(findings: Sequence[Finding], target: Target) -> str:
    """The comment: the worst first and in the open, the rest folded."""
    lines = [MARK, f"### {_headline(findings)}", ""]
    room = _MOST_CHARACTERS
    for section in (*_HEADINGS, ""):
        rows = [row for row in findings if (row.section if row.section in _HEADINGS else "") == section]
        if rows:
            shown = _section(section, rows, target, room)
            room -= sum(map(len, shown))
            lines += shown
    where = f"[The run]({target.run}) has the details" if target.run else "The run has the details"
    lines.append(f"{where}; of commit {target.head[:10]}.")
    return "\n".join(lines)


def pulls(forge: Forge, target: Target) -> tuple[int, ...]:
    """The open pull requests whose head is the commit that was reviewed: asked of the forge, never of the report."""
    for rows in (_of_commit(forge, target), _open_ones(forge, target)):
        if found := tuple(dict.fromkeys(number for row in rows if (number := _number(row, target.head)))):
            return found
    return ()


def upsert(forge: Forge, target: Target, number: int, text: str) -> str:
    """Write the comment, or write it anew; what was done."""
    for row in _pages(forge, f"repos/{target.repository}/issues/{number}/comments?"):
        # Anybody may write the marker: only the comment of our own author is ours.
        author = row.get("user") or {}
        if author.get("login") == target.author and MARK in str(row.get("body") or ""):
            if str(row["body"]).split() == text.split():
                return f"the comment on #{number} says it all already"
            forge.ask("PATCH", f"repos/{target.repository}/issues/comments/{int(row['id'])}", {"body": text})
            return f"updated the comment on #{number}"
    forge.ask("POST", f"repos/{target.repository}/issues/{number}/comments", {"body": text})
    return f"commented on #{number}"


def _rows(document: object) -> list[object]:
    if not isinstance(document, dict) or document.get("format") != 1:
        raise ValueError('it has no `"format": 1`')
    rows = document["findings"]
    if not isinstance(rows, list) or len(rows) > MOST_FINDINGS:
        raise ValueError(f"`findings` is no list of at most {MOST_FINDINGS:,}")
    return rows


def _finding(row: object) -> Finding:
    if not isinstance(row, dict):
        raise TypeError("a finding is no object")
    line = row["line"]
    words = {name: row[name] for name in ("section", "level", "path", "message")}
    if not all(isinstance(word, str) for word in words.values()):
        raise TypeError("a finding holds something else than text")
    if line is not None and (isinstance(line, bool) or not isinstance(line, int) or not 0 <= line < 10**9):
        raise ValueError("a finding's line is no number of a line")
    return Finding(words["section"], words["level"], words["path"], line or 0, words["message"])


def _headline(findings: Sequence[Finding]) -> str:
    broken = sum(row.section == "breaks" for row in findings)
    doubted = sum(row.section == "suspect" for row in findings)
    if broken:
        return f"This change breaks {_count(broken, 'reason')} on which decisions rest"
    if doubted:
        return f"This change casts doubt on {_count(doubted, 'reason')} on which decisions rest"
    if findings:
        return "This change breaks no decision's reasons"
    return "This change touches no decision"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _section(section: str, rows: Sequence[Finding], target: Target, room: int) -> list[str]:
    heading, is_open = _HEADINGS.get(section, "Other findings"), section in _OPEN
    head = f"**{heading}**" if is_open else f"<details><summary>{heading} ({len(rows)})</summary>"
    items: list[str] = []
    for row in rows[:_MOST_SHOWN]:
        item = f"- {prose(row.message, 500)} {_place(row, target)}".rstrip()
        room -= len(item)
        if room < 0:
            break
        items.append(item)
    if len(rows) > len(items):
        items.append(f"- … and {len(rows) - len(items)} more")
    return [head, "", *items, "", *(() if is_open else ("</details>", ""))]


def _place(row: Finding, target: Target) -> str:
    if not row.path:
        return ""
    name = f"{row.path}:{row.line}" if row.line else row.path
    # The path is encoded and the commit is the forge's: the link cannot leave the repository.
    anchor = f"#L{row.line}" if row.line else ""
    parts = [part for part in row.path[:500].split("/") if part not in ("", ".", "..")]
    path = "/".join(quote(part, safe="", errors="replace") for part in parts)
    return f"[{code(name, 120)}]({target.server}/{target.repository}/blob/{target.head}/{path}{anchor})"


def _of_commit(forge: Forge, target: Target) -> Iterator[dict[str, Any]]:
    yield from _pages(forge, f"repos/{target.repository}/commits/{target.head}/pulls?")


def _open_ones(forge: Forge, target: Target) -> Iterator[dict[str, Any]]:
    """The head of a fork is not always known as a commit of the repository."""
    yield from _pages(forge, f"repos/{target.repository}/pulls?state=open&sort=updated&direction=desc&")


def _pages(forge: Forge, path: str) -> Iterator[dict[str, Any]]:
    for page in range(1, _PAGES + 1):
        rows = forge.ask("GET", f"{path}per_page=100&page={page}")
        if not isinstance(rows, list):
            raise ReadError(f"the forge's answer to {path} is no list")
        yield from (row for row in rows if isinstance(row, dict))
        if len(rows) < 100:
            return


def _number(row: dict[str, Any], head: str) -> int | None:
    is_it = row.get("state") == "open" and (row.get("head") or {}).get("sha") == head
    return int(row["number"]) if is_it else None

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

from adrtool.errors import ReadError, UsageError
from adrtool.jobs.forge import Forge
from adrtool.report.escape import plain
from adrtool.review.findings import Finding
from adrtool.review.markdown import MARKER, comment_on
from adrtool.review.retold import findings_from

MOST_BYTES = 5_000_000
_PAGES = 20
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Target:
    """Where the comment goes. All of it is the forge's own word, or the workflow's."""

    repository: str  # OWNER/NAME
    head: str  # the commit that was reviewed
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
        return findings_from(json.loads(data.decode("utf-8")))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        reason = plain(str(error), 200) or type(error).__name__
        raise ReadError(f"is no report of `adrtool review --format json`: {reason}", path=str(path)) from None


def body(findings: Sequence[Finding], target: Target) -> str:
    """The comment, under the forge's limit whatever the report holds."""
    where = f"[The run]({target.run}) has all of it" if target.run else "The run has all of it"
    return comment_on(findings, f"{where}; adrtool, of commit {target.head[:12]}.")


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
        if author.get("login") == target.author and MARKER in str(row.get("body") or ""):
            if str(row["body"]).split() == text.split():
                return f"the comment on #{number} says it all already"
            forge.ask("PATCH", f"repos/{target.repository}/issues/comments/{int(row['id'])}", {"body": text})
            return f"updated the comment on #{number}"
    forge.ask("POST", f"repos/{target.repository}/issues/{number}/comments", {"body": text})
    return f"commented on #{number}"


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

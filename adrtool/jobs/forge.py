"""Issues and comments on GitHub and GitLab, through their own commands `gh` and `glab`."""

from __future__ import annotations

import enum
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from adrtool.errors import ReadError, UsageError

LABEL = "adrtool"
_PATIENCE = 120.0  # seconds, for one request


class Kind(enum.StrEnum):
    """Where the repository lives."""

    GITHUB = "github"
    GITLAB = "gitlab"

    @classmethod
    def here(cls) -> Kind:
        """The forge that this job runs on; GitHub where it runs on none."""
        return cls.GITLAB if os.environ.get("GITLAB_CI") else cls.GITHUB


@dataclass(frozen=True, slots=True)
class Issue:
    """An open issue, by the number that people know it by."""

    number: int
    body: str


@dataclass(frozen=True, slots=True)
class Forge:
    """One repository on a forge."""

    kind: Kind
    root: Path
    repository: str = ""  # OWNER/NAME; empty: the one that the clone comes from

    def issues(self) -> tuple[Issue, ...]:
        """The open issues that adrtool labelled: nobody who may not write here can set a label."""
        state = "open" if self.kind is Kind.GITHUB else "opened"
        rows = self.ask("GET", f"{self._project}/issues?labels={LABEL}&state={state}&per_page=100")
        return tuple(Issue(int(row[self._number]), str(row.get(self._body) or "")) for row in _rows(rows))

    def open(self, title: str, body: str) -> int:
        """A new issue; its number."""
        if self.kind is Kind.GITHUB:
            self._make_label()
        labels: object = [LABEL] if self.kind is Kind.GITHUB else LABEL
        made = self.ask("POST", f"{self._project}/issues", {"title": title, self._body: body, "labels": labels})
        return int(made[self._number])

    def edit(self, number: int, body: str) -> None:
        """Another text for an issue."""
        self._update(number, {self._body: body})

    def close(self, number: int) -> None:
        """Close an issue."""
        self._update(number, {"state": "closed"} if self.kind is Kind.GITHUB else {"state_event": "close"})

    def comment(self, number: int, body: str) -> None:
        """Say something below an issue, so that those who watch it are told."""
        place = "comments" if self.kind is Kind.GITHUB else "notes"
        self.ask("POST", f"{self._project}/issues/{number}/{place}", {"body": body})

    def ask(self, method: str, path: str, fields: Mapping[str, object] | None = None) -> Any:
        """One request to the forge's API; raises UsageError without its command, ReadError in the forge's words."""
        tool = "gh" if self.kind is Kind.GITHUB else "glab"
        if shutil.which(tool) is None:
            raise UsageError(f"{tool} is not on PATH, and issues on {self.kind.value} are written with it; install it")
        words = [tool, "api", "--method", method, path]
        feed = b""
        if fields is not None:
            words += ["--header", "Content-Type: application/json", "--input", "-"]
            feed = json.dumps(fields).encode()
        try:
            done = subprocess.run(words, cwd=self.root, input=feed, capture_output=True, check=False, timeout=_PATIENCE)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ReadError(f"{tool} api {path}: {error}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise ReadError(f"{tool} api {method} {path}: {said[-1] if said else f'ended with {done.returncode}'}")
        try:
            return json.loads(done.stdout or b"null")
        except ValueError as error:
            raise ReadError(f"{tool} api {path}: gave no JSON") from error

    @property
    def _project(self) -> str:
        if self.kind is Kind.GITHUB:
            return f"repos/{self.repository}" if self.repository else "repos/{owner}/{repo}"
        return f"projects/{quote(self.repository, safe='')}" if self.repository else "projects/:id"

    @property
    def _number(self) -> str:
        return "number" if self.kind is Kind.GITHUB else "iid"

    @property
    def _body(self) -> str:
        return "body" if self.kind is Kind.GITHUB else "description"

    def _update(self, number: int, fields: Mapping[str, object]) -> None:
        method = "PATCH" if self.kind is Kind.GITHUB else "PUT"
        self.ask(method, f"{self._project}/issues/{number}", fields)

    def _make_label(self) -> None:
        """Without its label an issue would not be found again, and the next run would open another."""
        rows = _rows(self.ask("GET", f"{self._project}/labels?per_page=100"))
        if not any(row.get("name") == LABEL for row in rows):
            description = "Decisions whose reasons no longer hold"
            self.ask("POST", f"{self._project}/labels", {"name": LABEL, "color": "b60205", "description": description})


def _rows(answer: object) -> list[dict[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise ReadError("the forge's answer is no list of objects")
    return answer

"""Real repositories with records and evidence, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adrtool.cli import main

RECORD = "adr/0001-one.md"
HEAD = "# One\n\nStatus: {status}\n\nDate: 2026-11-22\n\n## Rationale\n\n"

# No setting of the machine, and an identity for commits.
GIT_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a test",
    "GIT_AUTHOR_EMAIL": "test@localhost",
    "GIT_COMMITTER_NAME": "a test",
    "GIT_COMMITTER_EMAIL": "test@localhost",
}


@dataclass(frozen=True)
class Said:
    """What a command of adrtool said, and the code it left with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its JSON document."""
        return json.loads(self.out)

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of its JSON document, by id."""
        return {claim["id"]: claim for claim in self.json["claims"]}

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdicts of its JSON document, by claim."""
        return {name: claim["verdict"] for name, claim in self.claims.items()}


@dataclass(frozen=True)
class Project:
    """A folder with records and evidence, in a git repository unless `init` was left out."""

    root: Path
    monkeypatch: pytest.MonkeyPatch = field(repr=False)
    capsys: pytest.CaptureFixture[str] = field(repr=False)
    clock: Callable[[], datetime] | None = field(default=None, repr=False)

    def at(self, now: datetime) -> Project:
        """The same at another time: its commands believe that it is `now`."""
        return replace(self, clock=lambda: now)

    def init(self) -> Project:
        """Make it a git repository."""
        self.git("init", "--quiet", "--initial-branch=main")
        return self

    def git(self, *words: str, feed: bytes = b"") -> str:
        """Run git here; its output, without the last line end."""
        done = subprocess.run(["git", *words], cwd=self.root, input=feed, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().rstrip("\n")

    def commit(self, message: str = "change") -> str:
        """Commit everything; the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def write(self, path: str, text: str | bytes, mode: int = 0o644) -> Path:
        """Write a file; the common indent of `text` is taken away."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        file.chmod(mode)
        return file

    def record(self, *claims: str, path: str = RECORD, status: str = "accepted") -> Path:
        """Write a record whose claims are the list items `claims`."""
        items = "".join(f"- {claim}\n" for claim in claims)
        return self.write(path, HEAD.format(status=status) + items)

    def evidence(self, name: str, text: str, mode: int = 0o644) -> Path:
        """Write a script into the evidence folder."""
        return self.write(f"adr/evidence/{name}", text, mode)

    def shell(self, name: str, text: str) -> Path:
        """Write an executable script into the evidence folder."""
        return self.evidence(name, "#!/bin/sh\n" + textwrap.dedent(text), 0o755)

    def adrtool(self, *words: str, cwd: Path | None = None) -> Said:
        """Run a command of adrtool in this process. It must not break down, whatever it was given."""
        self.monkeypatch.chdir(cwd or self.root)
        self.monkeypatch.setenv("ADRTOOL_DEBUG", "1")  # a fault of its own shows here, whole
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(words), self.clock)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in err
        return Said(int(left.value.code or 0), out, err)

    def verify(self, *words: str) -> Said:
        """`adrtool verify --json`."""
        return self.adrtool("verify", "--json", *words)

    def status(self, *words: str) -> Said:
        """`adrtool claims --json`: the verdicts, without running anything."""
        return self.adrtool("claims", "--json", *words)

    def notes(self) -> list[Mapping[str, Any]]:
        """Every line of the ledger."""
        listed = self.git("notes", "--ref=adrtool", "list").split()
        lines = [self.git("cat-file", "blob", blob).splitlines() for blob in listed[::2]]
        return [json.loads(line) for note in lines for line in note]

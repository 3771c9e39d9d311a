"""What the ledger's tests put into real repositories."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adrtool.git import Repository
from adrtool.ledger import Ledger
from adrtool.outcome import Ending, Environment, Fingerprints, Outcome

PRINTS = Fingerprints("text", "evidence", "inputs", "requirements")
ENVIRONMENT = Environment("3.11.7", "linux", (("numpy", "2.0.1"),))


@dataclass(frozen=True)
class Project:
    """A git repository for a test; `git("log")` runs a command there."""

    folder: Path

    def git(self, *words: str, feed: str | None = None) -> str:
        done = subprocess.run(["git", *words], cwd=self.folder, input=feed, capture_output=True, text=True)
        assert done.returncode == 0, f"git {' '.join(words)}: {done.stderr}"
        return done.stdout.strip()

    def commit(self, message: str = "change") -> str:
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def ledger(self, patience_s: float = 20.0) -> Ledger:
        repository = Repository.discover(self.folder)
        assert repository is not None
        return Ledger(repository, patience_s)

    def append(self, *messages: str, **fields: object) -> None:
        """Append one passed outcome for each message, on the commit that is checked out."""
        ledger = self.ledger()
        fields = {"commit": ledger.repository.head, **fields}
        assert ledger.append([outcome(message, **fields) for message in messages]) == ""

    def messages(self) -> list[str]:
        """The messages of all outcomes, in their order."""
        return [outcome.message for outcome in self.ledger().history().outcomes]

    def note(self, content: bytes, commit: str = "HEAD") -> None:
        """Write a note as a foreign tool might."""
        blob = subprocess.run(
            ["git", "hash-object", "-w", "--stdin"], cwd=self.folder, input=content, capture_output=True, check=True
        ).stdout.decode()
        self.git("notes", "--ref=adrtool", "add", "--force", "-C", blob.strip(), commit)


def outcome(message: str = "", **fields: object) -> Outcome:
    """A passed outcome, with whatever fields a test cares for."""
    standard = {
        "run": "run",
        "claim": "0001/a",
        "fingerprints": PRINTS,
        "ending": Ending.PASSED,
        "at": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "environment": ENVIRONMENT,
    }
    return Outcome(**{**standard, "message": message, **fields})  # type: ignore[arg-type]

"""Repositories of records in which a nested pytest runs."""

from __future__ import annotations

import json
import subprocess
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from repositories import HEAD, RECORD

import adrtool.report.text
import adrtool.verify  # once here, not in every nested pytest

INSTALLED = bool(entry_points(group="pytest11", name="adrtool"))
# An installed adrtool is there without a word; a checkout on the path has to be named. Hypothesis takes a second to
# import, and does so at the end of every session.
PLUGIN = ("-p", "no:hypothesispytest", *(() if INSTALLED else ("-p", "adrtool.pytest_plugin")))


@dataclass(frozen=True)
class Records:
    """A repository in which pytest runs."""

    pytester: pytest.Pytester
    outside: Path  # a folder beside the repository

    @property
    def root(self) -> Path:
        return self.pytester.path

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def write(self, path: str, text: str | bytes, mode: int = 0o644) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        file.chmod(mode)
        return file

    def record(self, *claims: str, path: str = RECORD, status: str = "accepted") -> Path:
        """A record whose claims are the list items `claims`, the first one on line 9."""
        return self.write(path, HEAD.format(status=status) + "".join(f"- {claim}\n" for claim in claims))

    def evidence(self, name: str, text: str, *, mode: int = 0o644, **options: Any) -> Path:
        """A script in the evidence folder, with `options` in its block."""
        lines = [f"# {key} = {json.dumps(value)}" for key, value in options.items()]
        block = "\n".join(["# /// script", "# [tool.adrtool]", *lines, "# ///", ""]) if lines else ""
        return self.write(f"adr/evidence/{name}", block + textwrap.dedent(text), mode)

    def run(self, *arguments: str) -> pytest.RunResult:
        """pytest in this process."""
        return self.pytester.runpytest_inprocess(*PLUGIN, *arguments)

    def run_apart(self, *arguments: str) -> pytest.RunResult:
        """pytest in a process of its own."""
        return self.pytester.runpytest_subprocess(*PLUGIN, *arguments)

    def collected(self, *arguments: str) -> list[str]:
        """The ids of the items that pytest would run."""
        found = self.run("--collect-only", "-q", *arguments)
        return [line for line in found.outlines if "::" in line]

    def notes(self) -> list[Mapping[str, Any]]:
        """Every outcome in the ledger's notes."""
        listed = self.git("notes", "--ref=adrtool", "list").split() if self.git("for-each-ref", "refs/notes") else []
        lines = [line for blob in listed[::2] for line in self.git("cat-file", "blob", blob).splitlines()]
        return [fields for fields in map(json.loads, lines) if fields["kind"] == "outcome"]

    def outcomes(self) -> dict[str, Sequence[str]]:
        """How the claims in the ledger ended, oldest first."""
        found: dict[str, list[str]] = {}
        for fields in sorted(self.notes(), key=lambda fields: fields["order"]):
            found.setdefault(fields["claim"], []).append(fields["outcome"])
        return found

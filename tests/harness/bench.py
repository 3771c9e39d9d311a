"""One execution of a piece of evidence, where nothing is copied."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from adrtool.evidence.execute import Execution, Job, execute
from adrtool.evidence.script import read_script
from adrtool.model import EvidenceRef


@dataclass(frozen=True)
class Bench:
    """A folder with evidence to execute, where nothing is copied."""

    root: Path

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        file.chmod(mode)

    def python(self, text: str, test: str | None = None) -> Execution:
        """Execute a Python script, or one test of it."""
        self.write("adr/evidence/it.py", text)
        return self.execute("adr/evidence/it.py", test)

    def shell(self, text: str) -> Execution:
        """Execute a shell script."""
        self.write("adr/evidence/it.sh", "#!/bin/sh\n" + textwrap.dedent(text), 0o755)
        return self.execute("adr/evidence/it.sh")

    def execute(self, path: str, test: str | None = None) -> Execution:
        script = read_script(self.root, path)
        return execute(Job(EvidenceRef(path, test), script, "adr/evidence", None), self.root, None)

"""`python -m tests.corpora.grades`: how well the records of public repositories are read, graded against gold.

With a folder as argument the answers are left there as `answers.json`; `-v` shows every miss.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from runpy import run_path
from typing import Any

from .answers import CORPORA, answer, corpora, read


def answers(base: Path) -> list[dict[str, Any]]:
    """The grader's input for every record of every corpus."""
    return [answer(corpus, record) for corpus in corpora() for record in read(corpus, base)[1]]


def main(arguments: list[str]) -> int:
    """Print the grades; 12 where there is nothing to grade."""
    if not CORPORA.is_dir():
        print(f"no corpora at {CORPORA}", file=sys.stderr)
        return 12
    with tempfile.TemporaryDirectory() as scratch:
        found = answers(Path(scratch))
        kept = next((Path(argument) for argument in arguments if not argument.startswith("-")), Path(scratch))
        (kept / "answers.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
        grader = run_path(str(CORPORA / "grade.py"))
        misses = grader["main"](str(CORPORA / "gold.json"), str(kept / "answers.json"))
    if "-v" in arguments:
        for miss in misses:
            print(*miss, sep=" | ")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

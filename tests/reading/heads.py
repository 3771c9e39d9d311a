"""What the tests of reading share: one record's text in, what it says out."""

from __future__ import annotations

from pathlib import Path

from adrtool.model import Problem, Record
from adrtool.reading.head import Head
from adrtool.reading.records import Reading, read_one, read_records


def reading_of(text: str | bytes, path: str = "docs/adr/0007-use-x.md") -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    return read_one(data, path, "docs/adr", lambda *_: ((), ()))


def head_of(text: str, path: str = "docs/adr/0007-use-x.md") -> Head:
    return reading_of(text, path).head


def rules_of(text: str | bytes, path: str = "docs/adr/0007-use-x.md") -> list[str]:
    return [problem.rule for problem in reading_of(text, path).problems]


def relations_of(text: str, path: str = "docs/adr/0007-use-x.md") -> list[tuple[str, str]]:
    return [(str(stated.relation), stated.target) for stated in head_of(text, path).relations]


def read_folder(root: Path, files: dict[str, str]) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """Write `files` below `root`/adr and read them all; records by path."""
    for name, text in files.items():
        path = root / "adr" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    records, problems = read_records(root, ("adr",), lambda *_: ((), ()))
    return {record.path.removeprefix("adr/"): record for record in records}, problems

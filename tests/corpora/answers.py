"""Real records as the grader wants them: each corpus laid out as its repository was, found and read."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adrtool.discover import find_folders
from adrtool.model import Problem, Record, Relation, Status
from adrtool.reading.records import read_records

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


@dataclass(frozen=True, slots=True)
class Corpus:
    """One public repository's records; `folder` is where they lay, empty where paths are the repository's own."""

    name: str
    path: Path
    folder: str

    def lay_out(self, base: Path) -> Path:
        """Copy the records to where they lay in their repository; the root of the copy."""
        root = base / self.name
        if not root.exists():
            shutil.copytree(self.path, root / self.folder, ignore=shutil.ignore_patterns("SOURCE.txt"))
        return root


def corpora() -> tuple[Corpus, ...]:
    """Every corpus that is there."""
    sources = sorted(CORPORA.glob("*/SOURCE.txt"))
    return tuple(Corpus(source.parent.name, source.parent, _folder(source.read_text())) for source in sources)


def _folder(source: str) -> str:
    if "repository-relative" in source:
        return ""
    folder = re.search(r"^folder: (\S+)", source, re.MULTILINE)
    return "" if folder is None or folder[1].startswith("(") else folder[1].strip("/")


def read(corpus: Corpus, base: Path) -> tuple[tuple[str, ...], tuple[Record, ...], tuple[Problem, ...]]:
    """The folders, records and problems of a corpus, found without any setting."""
    root = corpus.lay_out(base)
    folders = find_folders(root)
    return folders, *read_records(root, folders, lambda *_: ((), ()))


def answer(corpus: Corpus, record: Record) -> dict[str, Any]:
    """One record in the grader's words."""

    def own(path: str) -> str:
        return path.removeprefix(f"{corpus.folder}/") if corpus.folder else path

    return {
        "repo": corpus.name,
        "path": own(record.path),
        "number": record.number,
        "title": record.title,
        "status": "implemented-other" if record.status is Status.OTHER else record.status.value,
        "date": record.date.isoformat() if record.date else None,
        "supersedes": [own(path) for path in record.targets(Relation.SUPERSEDES)],
        "superseded_by": [own(path) for path in record.targets(Relation.SUPERSEDED_BY)],
        "amends": [own(path) for path in record.targets(Relation.AMENDS)],
        "amended_by": [own(path) for path in record.targets(Relation.AMENDED_BY)],
    }


def gold() -> list[dict[str, Any]]:
    """What people found in the records by hand."""
    return list(json.loads((CORPORA / "gold.json").read_text(encoding="utf-8")))

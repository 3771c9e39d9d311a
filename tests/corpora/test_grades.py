"""What the records of public repositories say is read as people read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from adrtool.model import Record

from .answers import CORPORA, Corpus, answer, corpora, gold, read

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")

WANTED = {"number": 99, "title": 98, "status": 97, "date": 97, "supersedes": 95, "superseded_by": 95}


Answers = Mapping[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[tuple[str, ...], tuple[Record, ...]]]:
    """The folders and records of every corpus, by its name."""
    base = tmp_path_factory.mktemp("corpora")
    return {corpus.name: read(corpus, base)[:2] for corpus in corpora()}


@pytest.fixture(scope="module")
def found(readings: Mapping[str, tuple[tuple[str, ...], tuple[Record, ...]]]) -> Answers:
    answers = [answer(corpus, record) for corpus in corpora() for record in readings[corpus.name][1]]
    return {(record["repo"], record["path"]): record for record in answers}


def test_every_record_has_an_answer(found: Answers) -> None:
    assert [key for record in gold() if (key := (record["repo"], record["path"])) not in found] == []


@pytest.mark.parametrize("field", WANTED)
def test_the_grades_hold(found: Answers, field: str) -> None:
    stated = [record for record in gold() if not field.startswith("supersede") or record[field]]
    missed = [
        (record["repo"], record["path"], record[field], answer[field])
        for record in stated
        if not is_right(record, answer := found[record["repo"], record["path"]], field)
    ]
    assert 100 * (len(stated) - len(missed)) / len(stated) >= WANTED[field], missed


@pytest.mark.parametrize("field", ["supersedes", "superseded_by"])
def test_no_link_is_made_up(found: Answers, field: str) -> None:
    none = [record for record in gold() if not record[field]]
    wrong = [record["path"] for record in none if not is_right(record, found[record["repo"], record["path"]], field)]
    assert len(wrong) <= len(none) * 0.01, wrong


def test_amendments_are_read(found: Answers) -> None:
    records = [record for record in gold() if record.get("amends") and record["repo"] == "npryce__adr-tools"]
    assert records
    assert all(found[r["repo"], r["path"]]["amends"] == r["amends"] for r in records)


def test_a_wrong_answer_is_told_from_a_right_one() -> None:
    record = {
        "status": "accepted",
        "title": "Use *X*",
        "supersedes": ["a.md"],
        "supersedes_alt": ["b.md"],
        "date": None,
    }
    assert is_right(record, {"status": "accepted"}, "status")
    assert not is_right(record, {"status": "unknown"}, "status")
    assert is_right(record, {"title": "use x."}, "title")
    assert not is_right(record, {"supersedes": []}, "supersedes")
    assert not is_right(record, {"supersedes": ["a.md", "c.md"]}, "supersedes")
    assert not is_right(record, {"date": "2026-01-31"}, "date")


@pytest.mark.parametrize("corpus", corpora(), ids=lambda corpus: corpus.name)
def test_records_are_found_without_a_setting(corpus: Corpus, readings: Mapping[str, Any]) -> None:
    folders, records = readings[corpus.name]
    assert corpus.folder in ("", *folders)
    read_paths = {record.path for record in records}
    left_out = {
        path.name.lower()
        for path in corpus.path.rglob("*")
        if path.suffix in (".md", ".rst", ".adoc")
        and (Path(corpus.folder) / path.relative_to(corpus.path)).as_posix() not in read_paths
    }
    # Records lie in directories of their own in one corpus: what stands beside them is an attachment.
    assert all(re.search(r"template|readme|index|modele|decision_records", name) for name in left_out - ATTACHMENTS)


ATTACHMENTS = {"documentation.md", "renaming.md", "profile-files.md"}


def is_right(record: Mapping[str, Any], answer: Mapping[str, Any], field: str) -> bool:
    """Whether an answer is one that the people who read the record would accept."""
    value = answer[field]
    if field.startswith("supersede"):
        must = set(record[field])
        may = must.union(record.get(f"{field}_partial", []), record.get(f"{field}_alt", []))
        return must <= set(value) <= may
    accepted = [record[field], *record.get(f"{field}_alt", [])]
    return plain(value) in map(plain, accepted) if field == "title" else value in accepted


def plain(title: str | None) -> str | None:
    """A title without markup, dashes and case."""
    if title is None:
        return None
    return re.sub(r"[\s\-–—]+", " ", re.sub(r"[`*_\\]", "", title.replace("’", "'"))).strip(" .:").lower()

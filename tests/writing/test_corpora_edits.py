"""Edits of real records: only the lines that were asked for change, and reading back gives what was asked."""

from __future__ import annotations

import difflib
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from adrtool.errors import ReadError
from adrtool.model import Record, Relation, Status
from adrtool.reading.folder import record_files
from adrtool.reading.records import read_file, resolve
from adrtool.writing.page import Page
from adrtool.writing.relating import Target, with_relation
from adrtool.writing.shelf import Shelf
from adrtool.writing.source import Source
from adrtool.writing.standing import Move, with_status
from adrtool.writing.wording import Wording

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
EACH = 4  # records of each repository
DECORATIONS: dict[str, Callable[[str], str]] = {
    "as they are": lambda text: text,
    "CRLF, BOM, trailing spaces": lambda text: "\ufeff" + text.replace("\r\n", "\n").replace("\n", "  \r\n", 3),
}

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")


def some_records(root: Path) -> tuple[Shelf, tuple[Record, ...]]:
    files = record_files(root, ".")
    chosen = sorted(random.Random(root.name).sample(files, min(EACH, len(files))))
    records, _ = resolve(read_file(root, path, ".", lambda *_: ((), ())) for path in chosen)
    return Shelf(records, dict.fromkeys(chosen, "."), lambda *_: ((), ())), records


def changed(before: Page, after: Page) -> tuple[list[int], list[str]]:
    """The numbers of the lines that went or were replaced, and the lines that came; line ends count."""
    # Not `splitlines`: records hold U+2028, which ends no line of theirs.
    old, new = (re.split(r"(?<=\n)|(?<=\r)(?!\n)", page.source.text) for page in (before, after))
    gone, came = [], []
    for tag, first, end, start, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += range(first + 1, end + 1)
            came += new[start:stop]
    return gone, came


@pytest.mark.parametrize("decorate", DECORATIONS.values(), ids=DECORATIONS)
def test_a_status_edit_touches_the_status(decorate: Callable[[str], str]) -> None:
    done: Counter[str] = Counter()
    for root in sorted(source.parent for source in CORPORA.glob("*/SOURCE.txt")):
        shelf, records = some_records(root)
        for record in records:
            source = Source.of(decorate((root / record.path).read_bytes().decode("utf-8-sig")).encode())
            page = Page(record.path, source)
            record = shelf.read_page(page)
            for status in (Status.ACCEPTED, Status.DEPRECATED):
                if record.status is status:
                    continue
                try:
                    after = with_status(page, record, Move(status, Wording.of(records)), shelf)
                except ReadError as refused:
                    assert "\n" not in str(refused) and str(refused).startswith(f"{record.path}:")
                    done["refused"] += 1
                    continue
                gone, came = changed(page, after)
                assert set(gone) <= {line.line for place in page.status_places for line in place.lines}, record.path
                assert len(came) <= max(len(page.status_places), 1) + (0 if page.status_places else 2), record.path
                again = shelf.read_page(after)
                assert again.status is status and again.title == record.title and again.date == record.date
                done["changed"] += 1
    assert done["changed"] > 100 and done["changed"] > 2 * done["refused"]


@pytest.mark.parametrize("relation", [Relation.AMENDS, Relation.SUPERSEDED_BY])
def test_a_link_adds_lines_and_takes_none(relation: Relation) -> None:
    done: Counter[str] = Counter()
    for root in sorted(source.parent for source in CORPORA.glob("*/SOURCE.txt")):
        shelf, records = some_records(root)
        for record, other in zip(records, records[1:], strict=False):
            page, target = (Page(each.path, Source.read(root / each.path, each.path)) for each in (record, other))
            named = Target.of(other, target)
            try:
                if relation is Relation.SUPERSEDED_BY:
                    after = with_status(page, record, Move(Status.SUPERSEDED, Wording.of(records), named), shelf)
                else:
                    after = with_relation(page, record, relation, named, Wording.of(records), shelf)
            except ReadError as refused:
                assert "\n" not in str(refused)
                done["refused"] += 1
                continue
            gone, came = changed(page, after)
            stated = {line.line for place in page.status_places for line in place.lines}
            unended = {len(page.lines)} if not page.text.endswith("\n") else set()
            assert set(gone) <= unended | (stated if relation is Relation.SUPERSEDED_BY else set()), record.path
            assert len(came) <= 7, record.path
            assert other.path in shelf.read_page(after).targets(relation)
            done["changed"] += 1
    assert done["changed"] > 40 and done["changed"] > done["refused"]

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrtool.errors import ReadError, UsageError
from adrtool.model import Record, Relation, Status
from adrtool.writing.changes import Change, write_all
from adrtool.writing.naming import naming_of, next_number, slug
from adrtool.writing.page import Page
from adrtool.writing.source import Source
from adrtool.writing.values import replacements, scalar
from adrtool.writing.wording import Wording

DAY = dt.date(2026, 2, 3)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def named(*stems: str) -> tuple[Record, ...]:
    from adrtool.reading.naming import name_of

    paths = [f"docs/adr/{stem}" for stem in stems]
    return tuple(Record(path, path, path, name_of(path).number) for path in paths)


@pytest.mark.parametrize(
    ("stems", "path"),
    [
        (["0001-a.md", "0002-b.md"], "0003-use-x.md"),
        (["001-a.md"], "002-use-x.md"),
        (["0009_a_b.md"], "0010_use_x.md"),
        (["ADR-7-a.md", "ADR-12-b.md"], "ADR-13-use-x.md"),
        (["ADR-7.md"], "ADR-8.md"),
        (["adr-099-a.md", "adr-100-b.md"], "adr-101-use-x.md"),
        (["ADR031-a_b.adoc"], "ADR032-use_x.adoc"),
        (["0001-Some-Title.md"], "0002-Use-X.md"),
        (["20260101-a.md"], "20260203-use-x.md"),
        (["2026-01-01-a.md"], "2026-02-03-use-x.md"),
        (["2026-01-01-a/README.md"], "2026-02-03-use-x/README.md"),
        (["0001-a/README.md"], "0002-use-x/README.md"),
        (["use-a.md", "use-b.md"], "use-x.md"),
    ],
)
def test_a_new_file_is_called_like_the_others(stems: list[str], path: str) -> None:
    records = named(*stems)
    naming = naming_of(records[-1], records)
    number = next_number(records, ()) if naming.is_numbered else None
    assert naming.path(number, "Use X", DAY, lambda path: False) == f"docs/adr/{path}"


def test_a_name_that_is_taken_gets_a_number() -> None:
    records = named("use-x.md")
    naming = naming_of(records[0], records)
    assert naming.path(None, "Use X", DAY, {"docs/adr/use-x.md"}.__contains__) == "docs/adr/use-x-2.md"


@pytest.mark.parametrize(
    ("title", "made"),
    [("Use C++ & Rust!", "use-c-rust"), ("Größe, Øl, œuvre", "grosse-ol-oeuvre"), ("使用 Postgres", "使用-postgres")],
)
def test_a_slug_keeps_letters(title: str, made: str) -> None:
    assert slug(title) == made


@given(st.text(max_size=300))
def test_a_slug_is_a_name_on_every_file_system(title: str) -> None:
    try:
        made = slug(title)
    except UsageError:
        return
    assert 0 < len(made.encode()) <= 110 and not set(made) & set('/\\:*?"<>|. \n\0')


@pytest.mark.parametrize(
    ("status", "like", "word"),
    [
        (Status.REJECTED, "Vorgeschlagen", "Abgelehnt"),
        (Status.ACCEPTED, "propuesta", "aceptada"),
        (Status.ACCEPTED, "propuesto", "aceptado"),
        (Status.ACCEPTED, "PROPOSED", "ACCEPTED"),
        (Status.ACCEPTED, "", "Accepted"),
    ],
)
def test_a_word_agrees_with_the_one_before(status: Status, like: str, word: str) -> None:
    assert Wording().status(status, like) == word


def test_a_folder_prefers_its_own_words() -> None:
    records = [Record("1", "1", "1", status_raw=raw) for raw in ("Approved", "approved", "Outdated")]
    wording = Wording.of(records, "Superceded by")
    assert [wording.status(status) for status in (Status.ACCEPTED, Status.DEPRECATED)] == ["Approved", "Outdated"]
    assert wording.relation(Relation.SUPERSEDED_BY, "x") == "superceded by"


@given(
    label=st.sampled_from(["Status:", "* Status:", "- **Status**:", "status :", "__Status__:"]),
    before=st.sampled_from(["", "*", "**", "`", '"']),
    tail=st.sampled_from(["", "  ", "\\", " <!-- choose one -->", " <!-- a --> "]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    bom=st.booleans(),
)
def test_only_the_value_changes(label: str, before: str, tail: str, newline: str, bom: bool) -> None:
    text = f"# T\n\n{label} {before}Proposed{before}{tail}\nnext\n".replace("\n", newline)
    page = Page("adr/0001-t.md", Source(text, bom))
    if not page.status_places:
        return  # a label that this dress hides
    first = next(replacements(page, page.status_places[0].value, "Accepted"))
    assert page.spliced([first]).source == Source(text.replace("Proposed", "Accepted"), bom)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40))
def test_a_scalar_reads_back(text: str) -> None:
    import yaml

    read = yaml.load(f"key: {scalar(' '.join(text.split()))}\n", Loader=yaml.BaseLoader)
    assert (read["key"] or "") == " ".join(text.split())


def test_files_changed_together_come_back_together(root: Path) -> None:
    (root / "a").write_bytes(b"one")
    (root / "file").write_bytes(b"")
    changes = [
        Change("a", b"one", b"two"),
        Change("new/deep/b", None, b"new"),
        Change("file/c", None, b"cannot be: its folder is a file"),
    ]
    with pytest.raises(ReadError, match="nothing was changed"):
        write_all(root, changes)
    assert (root / "a").read_bytes() == b"one" and not (root / "new").exists()
    write_all(root, changes[:2])
    assert (root / "a").read_bytes() == b"two" and (root / "new/deep/b").read_bytes() == b"new"


def test_a_file_that_somebody_else_changed_is_not_overwritten(root: Path) -> None:
    (root / "a").write_bytes(b"theirs")
    with pytest.raises(ReadError, match="somebody else"):
        write_all(root, [Change("a", b"one", b"two")])
    assert (root / "a").read_bytes() == b"theirs"

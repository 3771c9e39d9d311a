from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from heads import read_folder, reading_of, rules_of

from adrtool.model import Claim, Link, Problem, Relation, Severity, Status
from adrtool.reading import markdown
from adrtool.reading.head import SIZE_LIMIT
from adrtool.reading.records import read_one, read_records, resolve


def superseded_by(target: str) -> str:
    return f"# Use X\n\nDate: 2024-03-05\n\n## Status\n\nSuperseded by {target}\n"


PLAIN = "# Use Y\n\nDate: 2024-03-05\n\n## Status\n\nAccepted\n"


def rules(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.rule for problem in problems]


@pytest.mark.parametrize(
    "target",
    [
        "[9. Use Y](0009-use-y.md)",
        "[9. Use Y](./0009-use-y.md#status)",
        "[9. Use Y](../adr/0009-use-y.md)",
        "[9. Use Y](/adr/0009-use-y.md)",
        "[9. Use Y](0009-use-y)",
        "[9. Use Y](0009-use-y.html)",
        "[9. Use Y](https://example.org/o/r/blob/main/adr/0009-use-y.md)",
        "[9. Use Y][y]\n\n[y]: 0009-use-y.md",
        "[ADR 9]\n\n[ADR 9]: @ref adr_0009",
        "[0009-use-y](0009%2Duse-y.md)",
        "ADR-9",
        "ADR 0009",
        "ADR9, which decided otherwise",
        "0009-use-y",
        "0009-use-y.md",
        "adr 9 and nothing else",
    ],
)
def test_a_link_leads_to_a_record_by_its_path(tmp_path: Path, target: str) -> None:
    records, problems = read_folder(tmp_path, {"0007-use-x.md": superseded_by(target), "0009-use-y.md": PLAIN})
    assert records["0007-use-x.md"].links == (Link(Relation.SUPERSEDED_BY, "adr/0009-use-y.md"),)
    assert records["0009-use-y.md"].links == ()  # only what each file states itself
    assert problems == ()


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("[9. Use Z](0009-use-z.md)", "dangling-relation"),
        ("[9](https://example.org/o/r/blob/main/adr/0009-use-z.md)", "dangling-relation"),
        ("ADR 10", "dangling-relation"),
        ("[the registry](https://example.org/registry)", None),
        ("RFC 9", None),
        ("the registry (issue #9)", None),
        ("JIRA-009", None),
    ],
)
def test_a_link_to_no_record_is_never_bent_to_one(tmp_path: Path, target: str, rule: str | None) -> None:
    records, problems = read_folder(tmp_path, {"0007-use-x.md": superseded_by(target), "0009-use-y.md": PLAIN})
    assert records["0007-use-x.md"].links == ()
    assert rules(problems) == ([rule] if rule else [])


def test_a_number_is_looked_for_beside_the_record_first(tmp_path: Path) -> None:
    files = {"0009-use-y.md": PLAIN, "core/0007-use-x.md": superseded_by("ADR 9"), "core/0009-use-y.md": PLAIN}
    records, _ = read_folder(tmp_path, files)
    assert records["core/0007-use-x.md"].targets(Relation.SUPERSEDED_BY) == ("adr/core/0009-use-y.md",)


def test_a_number_above_is_found_too(tmp_path: Path) -> None:
    files = {"0009-use-y.md": PLAIN, "deprecated/0007-use-x.md": superseded_by("ADR 9")}
    records, _ = read_folder(tmp_path, files)
    assert records["deprecated/0007-use-x.md"].targets(Relation.SUPERSEDED_BY) == ("adr/0009-use-y.md",)


def test_a_number_that_two_records_share_is_nobodys(tmp_path: Path) -> None:
    files = {"0007-use-x.md": superseded_by("ADR 9"), "0009-use-y.md": PLAIN, "0009-use-z.md": PLAIN}
    records, problems = read_folder(tmp_path, files)
    assert records["0007-use-x.md"].links == ()
    assert sorted(rules(problems)) == ["ambiguous-relation", "duplicate-number"]


def test_a_scoped_number_names_its_own_kind(tmp_path: Path) -> None:
    files = {"API-007-use-x.md": superseded_by("API-009"), "API-009-use-y.md": PLAIN, "CLI-009-use-z.md": PLAIN}
    records, problems = read_folder(tmp_path, files)
    assert records["API-007-use-x.md"].targets(Relation.SUPERSEDED_BY) == ("adr/API-009-use-y.md",)
    assert problems == ()


def test_a_slug_names_a_dated_record(tmp_path: Path) -> None:
    files = {"20240101-use-x.md": superseded_by("20240305-use-y"), "20240305-use-y.md": PLAIN}
    records, _ = read_folder(tmp_path, files)
    assert records["20240101-use-x.md"].targets(Relation.SUPERSEDED_BY) == ("adr/20240305-use-y.md",)


def test_a_folder_is_linked_as_its_record(tmp_path: Path) -> None:
    files = {
        "2024-01-01-use-x/README.md": superseded_by("[Y](../2024-03-05-use-y)"),
        "2024-03-05-use-y/README.md": PLAIN,
    }
    records, _ = read_folder(tmp_path, files)
    assert records["2024-01-01-use-x/README.md"].links[0].target == "adr/2024-03-05-use-y/README.md"


def test_one_number_may_stand_in_two_directories(tmp_path: Path) -> None:
    _, problems = read_folder(tmp_path, {"0009-use-y.md": PLAIN, "core/0009-use-y.md": PLAIN})
    assert problems == ()


def test_two_records_of_one_number_are_told_of_at_the_second(tmp_path: Path) -> None:
    _, [problem] = read_folder(tmp_path, {"0009-use-y.md": PLAIN, "0009-use-z.md": PLAIN})
    assert (problem.rule, problem.path, problem.severity) == ("duplicate-number", "adr/0009-use-z.md", Severity.WARNING)


def test_records_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    records, _ = read_folder(tmp_path, {f"ADR-{number}.md": PLAIN for number in (10, 9, 1)})
    assert [record.number for record in records.values()] == [1, 9, 10]


def test_a_record_holds_what_its_file_says(tmp_path: Path) -> None:
    records, _ = read_folder(tmp_path, {"ADR-012-use-y.md": PLAIN})
    record = records["ADR-012-use-y.md"]
    assert (record.id, record.number, record.title) == ("012", 12, "Use Y")
    assert (record.status, record.status_raw, record.date) == (Status.ACCEPTED, "Accepted", date(2024, 3, 5))


def test_claims_are_asked_for_with_the_record_and_its_folder(tmp_path: Path) -> None:
    seen = []

    def claims_of(
        document: markdown.Document, path: str, record_id: str, folder: str
    ) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
        seen.append((path, record_id, folder, len(document.tokens) > 0))
        return (Claim(f"{record_id}/x", "It holds", path, 9, None),), (Problem(path, 9, "claim-option", "wrong"),)

    folder = tmp_path / "docs" / "adr" / "core"
    folder.mkdir(parents=True)
    (folder / "0009-use-y.md").write_text(PLAIN)
    (folder / "0010-use-z.rst").write_text("Use Z\n=====\n\nStatus\n------\n\nAccepted 2024-03-05\n")
    records, problems = read_records(tmp_path, ("docs/adr",), claims_of)
    assert seen == [("docs/adr/core/0009-use-y.md", "0009", "docs/adr", True)]
    assert [claim.id for record in records for claim in record.claims] == ["0009/x"]
    assert rules(problems) == ["claim-option"]


def test_lines_of_a_document_are_those_of_the_file() -> None:
    lines = []
    read_one(
        b"\xef\xbb\xbf---\r\nstatus: accepted\r\n---\r\n\r\n# Use X\r\n",
        "adr/0001-x.md",
        "adr",
        lambda document, *_: (lines.append(document.tokens[0].map), ((), ()))[1],
    )
    assert lines == [[4, 5]]


UNREADABLE = {
    "not-utf8": ("Décision\n\nStatus: accepté".encode("latin-1"), 1),
    "empty-record": (b" \n\n", 1),
    "not-text": (b"# Use X\n\nStatus: \0accepted\n", 3),
    "too-large": (b"x" * (SIZE_LIMIT + 1), 1),
    "too-tangled": (b"[" * 200_000, 1),
}


@pytest.mark.parametrize("rule", UNREADABLE)
def test_what_cannot_be_read_is_one_error_and_no_record(rule: str) -> None:
    data, line = UNREADABLE[rule]
    reading = reading_of(data)
    assert [(problem.rule, problem.line, problem.severity) for problem in reading.problems] == [
        (rule, line, Severity.ERROR)
    ]
    records, problems = resolve([reading])
    assert records == ()
    assert rules(problems) == [rule]


def test_the_place_of_a_bad_byte_is_told() -> None:
    assert str(reading_of(b"# Use X\n\n\xff\n").problems[0]).startswith(
        "docs/adr/0007-use-x.md:3: byte 0xff is not UTF-8"
    )


@pytest.mark.parametrize(
    "text", [PLAIN.encode("utf-16"), PLAIN.encode("utf-8-sig"), PLAIN.replace("\n", "\r\n").encode()]
)
def test_utf16_and_marks_and_line_ends_are_read(text: bytes) -> None:
    assert reading_of(text).head == reading_of(PLAIN).head


def test_truncated_utf16_is_told_of() -> None:
    assert rules_of(PLAIN.encode("utf-16")[:-1]) == ["not-utf8"]


def test_other_records_are_read_beside_one_that_cannot_be(tmp_path: Path) -> None:
    adr = tmp_path / "adr"
    adr.mkdir()
    (adr / "0001-a.md").write_bytes(b"\xff\xfe\xfd")
    (adr / "0002-b.md").mkdir()
    (adr / "0003-c.md").symlink_to("nowhere.md")
    (adr / "0004-d.md").write_text(PLAIN)
    (adr / "0005-e.md").write_text("")
    records, problems = read_records(tmp_path, ("adr",), lambda *_: ((), ()))
    assert [record.path for record in records] == ["adr/0004-d.md"]
    found = {problem.path.removeprefix("adr/"): problem.rule for problem in problems}
    assert found == {
        "0001-a.md": "not-utf8",
        "0002-b.md": "is-a-directory",
        "0003-c.md": "unreadable",
        "0005-e.md": "empty-record",
    }


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(PLAIN)
    root = tmp_path / "root"
    (root / "adr").mkdir(parents=True)
    (root / "adr" / "0001-a.md").symlink_to(tmp_path / "secret.md")
    records, [problem] = read_records(root, ("adr",), lambda *_: ((), ()))
    assert records == ()
    assert (problem.rule, problem.severity) == ("outside-repository", Severity.ERROR)


def test_a_link_within_the_repository_is_followed(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()
    (tmp_path / "notes.md").write_text(PLAIN)
    (tmp_path / "adr" / "0001-a.md").symlink_to(tmp_path / "notes.md")
    records, _ = read_records(tmp_path, ("adr",), lambda *_: ((), ()))
    assert [record.title for record in records] == ["Use Y"]


def test_a_pipe_in_a_records_place_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()
    os.mkfifo(tmp_path / "adr" / "0001-a.md")
    _, [problem] = read_records(tmp_path, ("adr",), lambda *_: ((), ()))
    assert problem.rule == "unreadable"


def test_a_link_in_a_circle_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()
    (tmp_path / "adr" / "0001-a.md").symlink_to("0001-a.md")
    _, [problem] = read_records(tmp_path, ("adr",), lambda *_: ((), ()))
    assert problem.rule == "unreadable"


def test_a_name_that_cannot_be_shown_is_told_of_in_a_way_that_can(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()
    (tmp_path / "adr" / os.fsdecode(b"0001-\xff.md")).write_text(PLAIN)
    _, [problem] = read_records(tmp_path, ("adr",), lambda *_: ((), ()))
    assert (problem.rule, problem.path.isprintable()) == ("bad-file-name", True)


def test_a_record_in_two_folders_is_one_and_the_inner_ones(tmp_path: Path) -> None:
    (tmp_path / "docs" / "adr").mkdir(parents=True)
    (tmp_path / "docs" / "adr" / "0001-a.md").write_text(PLAIN)
    seen = []

    def claims_of(document: object, path: str, record_id: str, folder: str) -> tuple[tuple[()], tuple[()]]:
        seen.append(folder)
        return (), ()

    records, _ = read_records(tmp_path, ("docs/adr", "docs", "."), claims_of)
    assert (len(records), seen) == (1, ["docs/adr"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()
    (tmp_path / "adr" / "0001-a.md").write_text(PLAIN)
    (tmp_path / "adr" / "0001-a.md").chmod(0)
    _, [problem] = read_records(tmp_path, ("adr",), lambda *_: ((), ()))
    assert problem.rule == "unreadable"

from __future__ import annotations

from pathlib import Path

import pytest

from adrtool.discover import find_folders, record_files, root_around
from adrtool.errors import ReadError

RECORD = "# Use X\n\n## Status\n\nAccepted\n\n## Context\n\n## Decision\n"
PROSE = "# How we work\n\nText.\n"


def write(root: Path, *paths: str, text: str = RECORD) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "folder",
    [
        "adr", "docs/adr", "doc/adr", "docs/adrs", "docs/decisions", "doc/decisions", "docs/architecture/decisions",
        "doc/architecture/decisions", "docs/architecture-decisions", "decisions", "architecture/decisions", "docs/ADR",
        "DecisionRecords", "docs/decision_records", "knowledge-base/adr", "docs/01_Architecture/adr",
        "modules/contributor/pages/adr", "docs/docs/en/adr",
    ],
)  # fmt: skip
def test_records_are_found_where_people_keep_them(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/0001-use-x.md", "README.md", "src/decisions/model.py")
    assert find_folders(tmp_path) == (folder,)


@pytest.mark.parametrize("name", ["adr-001-use-x.md", "ADR-1.md", "ADR001-use_x.adoc", "ODH-ADR-0001-use-x.md"])
def test_records_are_found_by_names_that_nothing_else_has(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"content/{name}", "content/notes.txt", text=PROSE)
    assert find_folders(tmp_path) == ("content",)


@pytest.mark.parametrize("path", ["0001-use-x.md", "2024-03-05-use-x.md", "2024-03-05-use-x/README.md"])
def test_records_in_an_unlikely_place_are_found_by_what_they_say(tmp_path: Path, path: str) -> None:
    write(tmp_path, f"knowledge/{path}")
    assert find_folders(tmp_path) == ("knowledge",)
    write(tmp_path, f"knowledge/{path}", text=PROSE)
    assert find_folders(tmp_path) == ()


def test_the_root_itself_can_be_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "adr-001-use-x.md", "docs/core/adr-002-use-y.md", "README.md")
    write(tmp_path, "docs/guide.md", text=PROSE)
    assert find_folders(tmp_path) == (".",)
    assert record_files(tmp_path, ".") == ("adr-001-use-x.md", "docs/core/adr-002-use-y.md")


def test_every_package_may_have_its_own(tmp_path: Path) -> None:
    write(tmp_path, "docs/adr/0001-x.md", "packages/web/docs/adr/0001-x.md", "packages/core/adr/0001-x.md")
    assert find_folders(tmp_path) == ("docs/adr", "packages/core/adr", "packages/web/docs/adr")


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "docs/01-intro.md", "blog/2024-03-05-hello.md", text=PROSE)
    assert find_folders(tmp_path) == ()


def test_an_empty_usual_place_is_still_a_place(tmp_path: Path) -> None:
    (tmp_path / "docs" / "adr").mkdir(parents=True)
    assert find_folders(tmp_path) == ("docs/adr",)
    assert record_files(tmp_path, "docs/adr") == ()


@pytest.mark.parametrize(
    "skipped", ["node_modules/x/adr", ".git/adr", ".venv/adr", "fixtures/adr", "vendor/x/docs/adr"]
)
def test_what_belongs_to_others_is_skipped(tmp_path: Path, skipped: str) -> None:
    write(tmp_path, f"{skipped}/0001-x.md", "docs/adr/0001-x.md")
    assert find_folders(tmp_path) == ("docs/adr",)


def test_another_repository_and_a_virtual_environment_inside_are_skipped(tmp_path: Path) -> None:
    write(tmp_path, "docs/adr/0001-x.md", "sub/docs/adr/0001-x.md", "worktree/adr/0001-x.md", "py/lib/adr/0001-x.md")
    write(tmp_path, "sub/.git/HEAD", "worktree/.git", "py/pyvenv.cfg", text="x")
    assert find_folders(tmp_path) == ("docs/adr",)


def test_settings_go_before_names(tmp_path: Path) -> None:
    write(tmp_path, "docs/adr/0001-x.md", "notes/0001-x.md", "other/0001-x.md")
    write(tmp_path, ".adr-dir", text="notes/\n")
    assert find_folders(tmp_path) == ("notes",)
    assert find_folders(tmp_path, ("./other", "docs/adr")) == ("other", "docs/adr")


def test_log4brains_settings_name_packages(tmp_path: Path) -> None:
    write(tmp_path, "a/0001-x.md", "b/0001-x.md", "docs/adr/0001-x.md")
    text = "project:\n  adrFolder: ./a\n  packages:\n    - name: b\n      path: .\n      adrFolder: ./b\n"
    write(tmp_path, ".log4brains.yml", text=text)
    assert find_folders(tmp_path) == ("a", "b")


def test_a_package_may_have_its_own_setting(tmp_path: Path) -> None:
    write(tmp_path, "docs/adr/0001-x.md", "packages/web/notes/0001-x.md")
    write(tmp_path, "packages/web/.adr-dir", text="notes")
    assert find_folders(tmp_path) == ("docs/adr", "packages/web/notes")


@pytest.mark.parametrize("folder", ["nowhere", "../outside", "/", "docs/adr/0001-x.md"])
def test_a_wrong_setting_is_told_of(tmp_path: Path, folder: str) -> None:
    root = tmp_path / "root"
    write(root, "docs/adr/0001-x.md")
    (tmp_path / "outside").mkdir()
    with pytest.raises(ReadError):
        find_folders(root, (folder,))
    write(root, ".adr-dir", text=folder)
    with pytest.raises(ReadError, match=r"^\.adr-dir: "):
        find_folders(root)


def test_broken_log4brains_settings_are_told_of(tmp_path: Path) -> None:
    write(tmp_path, ".log4brains.yml", text="project: [")
    with pytest.raises(ReadError, match=r"^\.log4brains\.yml:1: "):
        find_folders(tmp_path)


def test_a_link_out_of_the_repository_is_no_folder(tmp_path: Path) -> None:
    write(tmp_path / "outside", "0001-x.md")
    root = tmp_path / "root"
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "adr").symlink_to(tmp_path / "outside")
    assert find_folders(root) == ()
    with pytest.raises(ReadError):
        find_folders(root, ("docs/adr",))


def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    write(tmp_path, "docs/adr/0001-x.md")
    (tmp_path / "docs" / "adr" / "again").symlink_to(tmp_path)
    assert record_files(tmp_path, "docs/adr") == ("docs/adr/0001-x.md",)


@pytest.mark.parametrize(
    "name",
    [
        "README.md", "index.md", "template.md", "adr-template.md", "0000-template.md", "0000-adr-template-de.md",
        "0000-modele-adr.md", "NNNN-adr-template.md", "ADR-YYYYMMDD-template.md", "_template.md", ".TEMPLATE.md",
        "drtemplate.md", "adr-short-template.md", "adr-index.md", "CHANGELOG.md", "decisions.md", "ADR-模板.md",
        "plantilla-registro-arquitectura.md", "0001-use-x.png", "0001-use-x.txt", "glossary-of-terms.md",
    ],
)  # fmt: skip
def test_what_lies_beside_records_is_none(tmp_path: Path, name: str) -> None:
    write(tmp_path, "adr/0001-use-x.md", "adr/0002-use-y.md")
    write(tmp_path, f"adr/{name}", text=PROSE)
    assert record_files(tmp_path, "adr") == ("adr/0001-use-x.md", "adr/0002-use-y.md")


@pytest.mark.parametrize(
    "name",
    [
        "0007-prompt-template-engine.md", "0012-use-a-template.md", "ADR-5-index-the-logs.md", "0000-use-records.md",
        "adr_with_a_WeIrd-name.md", "ADRx-use-z.md", "0003-use-z.rst", "0003-use-z.adoc", "0003-use-z.MD", "use-z.markdown",
    ],
)  # fmt: skip
def test_a_record_with_an_odd_name_is_one(tmp_path: Path, name: str) -> None:
    write(tmp_path, "adr/0001-use-x.md", f"adr/{name}")
    assert f"adr/{name}" in record_files(tmp_path, "adr")


def test_where_no_name_has_a_number_every_text_is_a_record(tmp_path: Path) -> None:
    write(tmp_path, "adr/physics/timestep.md", "adr/oop.md", "adr/README.md", text=PROSE)
    assert record_files(tmp_path, "adr") == ("adr/oop.md", "adr/physics/timestep.md")


def test_a_folder_for_each_record_gives_its_text(tmp_path: Path) -> None:
    write(tmp_path, "adr/2024-03-05-use-x/README.md", "adr/2024-03-05-use-x/renaming.md", "adr/README.md")
    write(tmp_path, "adr/0002-use-y/index.md", "adr/0003-use-z/0003-use-z.md", "adr/0003-use-z/notes.md")
    assert record_files(tmp_path, "adr") == (
        "adr/0002-use-y/index.md",
        "adr/0003-use-z/0003-use-z.md",
        "adr/2024-03-05-use-x/README.md",
    )


def test_a_numbered_folder_of_records_is_no_record(tmp_path: Path) -> None:
    write(tmp_path, "adr/01-platform/README.md", "adr/01-platform/0001-use-x.md")
    assert record_files(tmp_path, "adr") == ("adr/01-platform/0001-use-x.md",)


def test_attachments_and_evidence_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "adr/0001-use-x.md", "adr/evidence/0001/0001-proof.md", "adr/images/0002-x.md")
    write(tmp_path, "adr/0001-use-x/0001-details.md", "adr/templates/0001-x.md")
    assert record_files(tmp_path, "adr") == ("adr/0001-use-x.md",)


def test_folders_below_are_read_too(tmp_path: Path) -> None:
    write(tmp_path, "adr/0001-use-x.md", "adr/deprecated/0002-use-y.md", "adr/core/api/0003-use-z.md")
    assert len(record_files(tmp_path, "adr")) == 3


@pytest.mark.parametrize("start", [".", "docs/adr", "src/deep/down"])
def test_the_root_is_found_from_any_folder_below(tmp_path: Path, start: str) -> None:
    write(tmp_path, "docs/adr/0001-x.md", "src/deep/down/x.py")
    assert root_around(tmp_path / start) == tmp_path


def test_a_setting_marks_a_root_and_nothing_marks_none(tmp_path: Path) -> None:
    write(tmp_path, "a/b/x.py")
    assert root_around(tmp_path / "a" / "b") != tmp_path / "a"
    write(tmp_path, "a/.adr-dir", text="notes")
    assert root_around(tmp_path / "a" / "b") == tmp_path / "a"


def test_a_large_repository_is_walked_once(tmp_path: Path) -> None:
    for directory in range(200):
        (tmp_path / "src" / f"d{directory}").mkdir(parents=True)
        for file in range(50):
            (tmp_path / "src" / f"d{directory}" / f"f{file}.py").touch()
    write(tmp_path, "docs/adr/0001-x.md")
    assert find_folders(tmp_path) == ("docs/adr",)

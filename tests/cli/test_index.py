"""`index` writes one table into one README, and `--check` judges."""

from __future__ import annotations

import pytest
from repositories import Project

README = "adr/README.md"


def test_the_readme_is_made_and_then_up_to_date(project: Project) -> None:
    project.record("It is so")
    late = project.adrtool("index", "--check")
    assert (late.code, (project.root / README).exists()) == (12, False)
    assert project.adrtool("index").code == 0
    text = (project.root / README).read_text()
    assert "| 0001 | [One](0001-one.md) | accepted | 2026-11-22 |  |" in text
    assert project.adrtool("index", "--check").code == 0
    assert project.adrtool("index").out == f"{README}: up to date\n"
    project.record("It is so", path="adr/0002-two.md")
    said = project.adrtool("index", "--check", "--json")
    assert (said.code, said.json["indexes"]) == (12, [{"path": README, "current": False}])


def test_line_ends_and_mark_survive(project: Project) -> None:
    project.record("It is so")
    project.write(README, b"\xef\xbb\xbf# Ours  \r\n\r\nWords\r\n")
    project.adrtool("index")
    data = (project.root / README).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# Ours  \r\n\r\nWords\r\n\r\n<!--")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_check_tells_of_stale_claims_too(project: Project) -> None:
    project.record("[It holds](evidence/e.py)")
    project.evidence("e.py", "assert False\n")
    project.commit()
    assert project.verify().code == 10
    project.adrtool("index")
    assert "| stale |" in (project.root / README).read_text()
    assert project.adrtool("index", "--check").code == 10
    assert project.adrtool("index").code == 0


def test_a_readme_that_leads_away_is_left_alone(project: Project) -> None:
    project.record("It is so")
    outside = project.root.parent / "outside.md"
    outside.write_text("theirs")
    (project.root / README).symlink_to(outside)
    said = project.adrtool("index")
    assert (said.code, len(said.err.splitlines()), outside.read_text()) == (12, 1, "theirs")


def test_no_records_are_told_in_one_line(project: Project) -> None:
    said = project.adrtool("index")
    assert (said.code, len(said.err.splitlines())) == (12, 1)


@pytest.mark.parametrize("readme", [None, "# About these records\n"])
def test_where_another_file_has_the_list_the_readme_gets_none(project: Project, readme: str | None) -> None:
    project.record("It is so")
    project.write("adr/index.md", "# Ours\n\n<!-- adrlog -->\n<!-- adrlogstop -->\n")
    if readme is not None:
        project.write(README, readme)
    assert project.adrtool("index", "--check").code == 12
    assert project.adrtool("index").code == 0
    assert "[ADR-0001](0001-one.md)" in (project.root / "adr/index.md").read_text()
    assert ((project.root / README).read_text() if (project.root / README).exists() else None) == readme
    assert project.adrtool("index", "--check").code == 0


def test_a_list_beside_our_table_is_kept_up_to_date(project: Project) -> None:
    project.record("It is so")
    project.write(README, "<!-- adrtool index --><!-- /adrtool index -->\n")
    project.write("adr/index.md", "# Ours\n\n<!-- adrlog -->\n- [ADR-0](0.md) - Gone\n<!-- adrlogstop -->\n")
    project.write("adr/other.txt", "<!-- adrlog --><!-- adrlogstop -->")
    said = project.adrtool("index")
    assert [line.split(":")[0] for line in said.out.splitlines()] == [README, "adr/index.md"]  # ours first
    assert (project.root / "adr/index.md").read_text() == (
        "# Ours\n\n<!-- adrlog -->\n\n- [ADR-0001](0001-one.md) - One\n\n<!-- adrlogstop -->\n"
    )
    assert project.adrtool("index", "--check").code == 0


def test_an_index_without_lists_is_left_alone_and_ours_stays_where_it_is(project: Project) -> None:
    project.record("It is so")
    project.write("adr/README.md", "words\r\nmixed\n")
    project.write("adr/index.md", "<!-- adrtool index --><!-- /adrtool index -->\n")
    assert project.adrtool("index").code == 0
    assert (project.root / README).read_bytes() == b"words\r\nmixed\n"
    assert "[One](0001-one.md)" in (project.root / "adr/index.md").read_text()


def packages(project: Project) -> None:
    for folder in ("docs/adr", "packages/a/adr", "packages/b/adr"):
        project.write(f"{folder}/0001-one.md", "# One\n\nStatus: accepted\n\n## Decision\n\nYes.\n")


def test_of_several_folders_only_those_with_an_index_get_one(project: Project) -> None:
    packages(project)
    project.write("docs/adr/README.md", "<!-- adrtool index --><!-- /adrtool index -->\n")
    project.write("packages/a/adr/index.md", "<!-- adrlog -->\n<!-- adrlogstop -->\n")
    project.write("packages/b/adr/README.md", "Ours.\n")
    said = project.adrtool("index")
    assert (said.code, said.out) == (0, "docs/adr/README.md: written\npackages/a/adr/index.md: written\n")
    assert said.err == "adrtool: left without an index: packages/b/adr; --dir FOLDER begins one\n"
    assert (project.root / "packages/b/adr/README.md").read_text() == "Ours.\n"
    assert project.adrtool("index", "--check").code == 0


def test_where_none_of_several_folders_has_an_index_one_is_to_be_named(project: Project) -> None:
    packages(project)
    project.commit()
    said = project.adrtool("index")
    assert (said.code, said.err.count("\n"), project.git("status", "--short")) == (2, 1, "")
    assert said.err.endswith("such as --dir docs/adr\n")
    assert project.adrtool("index", "--check").code == 12
    assert project.adrtool("index", "--dir", "packages/b/adr").out == "packages/b/adr/README.md: written\n"

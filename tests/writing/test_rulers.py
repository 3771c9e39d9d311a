"""Headings with rulers below or above them, and places that only the file's name fills."""

from __future__ import annotations

from repositories import Project

RST = "1. One\n======\n\nDate: 2026-01-01\n\nStatus\n------\n\nAccepted\n\nContext\n-------\n\nX\n"


def test_a_link_goes_into_the_status_section_of_a_restructured_text(project: Project) -> None:
    for number, name in enumerate(("one", "two", "three"), 1):
        text = RST.replace("1. One\n======", f"{number}. {name}\n========")
        project.write(f"docs/adr/000{number}-{name}.rst", text)
    assert project.adrtool("supersede", "1", "--by", "2").code == 0
    old, new = ((project.root / f"docs/adr/{name}.rst").read_text() for name in ("0001-one", "0002-two"))
    assert "Status\n------\n\nSuperseded by `2. two <0002-two.rst>`_\n\nContext\n-------\n" in old
    assert "Status\n------\n\nAccepted\n\nSupersedes `1. one <0001-one.rst>`_\n\nContext\n-------\n" in new


def test_a_ruler_above_the_next_heading_stays_with_it(project: Project) -> None:
    for number, name in enumerate(("one", "two"), 1):
        text = f"{number}. {name}\n======\n\n------\nStatus\n------\n\nAccepted\n\n-------\nContext\n-------\n\nX\n"
        project.write(f"docs/adr/000{number}-{name}.rst", text)
    assert project.adrtool("link", "1", "amends", "2").code == 0
    text = (project.root / "docs/adr/0001-one.rst").read_text()
    assert "Accepted\n\nAmends `2. two <0002-two.rst>`_\n\n-------\nContext\n-------\n" in text


def test_a_new_restructured_text_has_its_title_above_a_ruler_as_long(project: Project) -> None:
    for number, name in enumerate(("one", "two", "three"), 1):
        text = RST.replace("1. One\n======", f"{number}. {name}\n========")
        project.write(f"docs/adr/000{number}-{name}.rst", text)
    project.adrtool("new", "A rather long title", "--no-edit")
    text = (project.root / "docs/adr/0004-a-rather-long-title.rst").read_text()
    assert text.startswith("4. A rather long title\n======================\n")


def test_a_template_title_is_filled_though_the_files_name_says_the_same(project: Project) -> None:
    project.write(
        "docs/adr/template.md",
        "# [short title]\n\n* Status: [proposed | accepted]\n* Date: [YYYY-MM-DD]\n\n## Context\n",
    )
    project.write("docs/adr/0001-Use-tea.md", "# Use tea\n\n* Status: accepted\n\n## Context\n\nX\n")
    said = project.adrtool("new", "Prefer boring tools", "--no-edit", "--date", "2026-01-02")
    text = (project.root / said.out.strip()).read_text()
    assert text.startswith("# Prefer boring tools\n\n* Status: proposed\n* Date: 2026-01-02\n")


def test_a_template_date_is_filled_though_the_files_name_says_the_same(project: Project) -> None:
    project.write("docs/adr/template.md", "# [title]\n\n- Status: [draft]\n- Date: [YYYY-MM-DD of the decision]\n")
    project.write("docs/adr/20260101-use-tea.md", "# Use tea\n\n- Status: accepted\n")
    said = project.adrtool("new", "Use cups", "--no-edit", "--date", "2026-01-02")
    assert said.out == "docs/adr/20260102-use-cups.md\n"
    assert "- Date: 2026-01-02\n" in (project.root / said.out.strip()).read_text()

"""`renumber`: the file, its evidence, and every reference that is certain; nothing else."""

from __future__ import annotations

import pytest
from repositories import Project

ONE = "# {n}. {title}\n\nDate: 2026-01-02\n\n## Status\n\nAccepted\n\n## Context\n\n{text}\n"


def ready(project: Project) -> Project:
    project.write("adr/0001-use-x.md", ONE.format(n=1, title="Use X", text="Yes."))
    project.write(
        "adr/0002-use-y.md",
        ONE.format(n=2, title="Use Y", text="[It is so](evidence/0002/a.py), as [1. Use X](0001-use-x.md) says."),
    )
    project.write(
        "adr/0003-use-z.md", ONE.format(n=3, title="Use Z", text="Amends [2. Use Y](0002-use-y.md#x); ADR-0002.")
    )
    project.evidence("0002/a.py", "assert True\n")
    project.commit()
    return project


def test_everything_that_names_the_record_follows(project: Project) -> None:
    ready(project)
    project.write(
        "src/code.py",
        "# adr/0002-use-y.md, 0002-use-y, https://x.example/blob/main/adr/0002-use-y.md#L3\n"
        "# ADR-0002 (adr 2, ADR-00021, RFC-0002) elsewhere/0002-use-y.md 0002-use-yes.md evidence/0002 10002-use-y.md\n",
    )
    project.write("docs/page.md", b"\xef\xbb\xbf[Y](../adr/0002-use-y.md)\r\nadr/evidence/0002/a.py\r\n")
    project.write("image.bin", b"\0 adr/0002-use-y.md")
    project.commit()
    said = project.adrtool("renumber", "2", "7", "--yes")
    assert said.code == 0 and "rename to adr/0007-use-y.md" in said.out
    read = {path: (project.root / path).read_bytes().decode() for path in ("src/code.py", "docs/page.md", "image.bin")}
    assert read["src/code.py"] == (
        "# adr/0007-use-y.md, 0007-use-y, https://x.example/blob/main/adr/0007-use-y.md#L3\n"
        "# ADR-0007 (adr 7, ADR-00021, RFC-0002) elsewhere/0002-use-y.md 0002-use-yes.md evidence/0002 10002-use-y.md\n"
    )
    assert read["docs/page.md"] == "\ufeff[Y](../adr/0007-use-y.md)\r\nadr/evidence/0007/a.py\r\n"
    assert read["image.bin"] == "\0 adr/0002-use-y.md"
    assert "Amends [7. Use Y](0007-use-y.md#x); ADR-0007." in (project.root / "adr/0003-use-z.md").read_text()
    assert (project.root / "adr/0007-use-y.md").read_text().startswith("# 7. Use Y\n")
    assert not (project.root / "adr/0002-use-y.md").exists() and not (project.root / "adr/evidence/0002").exists()
    assert list(project.verify().verdicts.items()) == [("0007/a", "holds")]


def test_a_number_that_another_folder_gave_too_means_the_record_only_beside_it(project: Project) -> None:
    ready(project)
    project.write("adrtool.toml", 'records = ["adr", "pkg/adr"]\n')
    project.write("pkg/adr/0002-other.md", ONE.format(n=2, title="Other", text="See ADR-0001."))
    project.write("src/code.py", "# ADR-0002, adr/0002-use-y.md\n")
    project.commit()
    assert project.adrtool("renumber", "adr/0002-use-y.md", "7", "--yes").code == 0
    assert (project.root / "src/code.py").read_text() == "# ADR-0002, adr/0007-use-y.md\n"
    assert "; ADR-0007." in (project.root / "adr/0003-use-z.md").read_text()


def test_the_diff_comes_first_and_a_script_must_say_yes(project: Project) -> None:
    ready(project)
    said = project.adrtool("renumber", "2")
    assert said.code == 2 and said.err == "adrtool: nothing was changed; pass --yes to do what is shown\n"
    assert "+- " not in said.out and "+# 4. Use Y" in said.out and "-# 2. Use Y" in said.out
    assert project.git("status", "--short") == ""


def test_of_two_records_with_one_number_only_one_is_followed(project: Project) -> None:
    ready(project)
    project.write("adr/0002-other.md", ONE.format(n=2, title="Other", text="ADR-0002 and [2. Use Y](0002-use-y.md)."))
    project.commit()
    said = project.adrtool("renumber", "adr/0002-use-y.md", "--yes")
    assert said.code == 0 and "another record has number 2" in said.err
    assert (project.root / "adr/0004-use-y.md").exists() and (project.root / "adr/0002-other.md").exists()
    assert "ADR-0002 and [4. Use Y](0004-use-y.md)." in (project.root / "adr/0002-other.md").read_text()
    # The evidence may belong to the other one: it stays, and the link to it too.
    assert (project.root / "adr/evidence/0002/a.py").exists()
    assert "(evidence/0002/a.py)" in (project.root / "adr/0004-use-y.md").read_text()


def test_numbers_in_front_matter_and_folders_of_their_own(project: Project) -> None:
    text = "---\nid: ADR-002\nnumber: 2\nstatus: accepted\n---\n\n# ADR-002: Use Y\n\n![a](a.png)\n"
    project.write("adr/002-use-y/README.md", text)
    project.write("adr/002-use-y/a.png", b"\0")
    project.write(
        "adr/001-use-x/README.md", "---\nstatus: accepted\n---\n\n# X\n\nAmends [Y](../002-use-y/README.md)\n"
    )
    project.commit()
    assert project.adrtool("renumber", "2", "12", "--yes").code == 0
    moved = (project.root / "adr/012-use-y/README.md").read_text()
    assert moved == text.replace("ADR-002", "ADR-012").replace("number: 2", "number: 12")
    assert (project.root / "adr/012-use-y/a.png").exists() and not (project.root / "adr/002-use-y").exists()
    assert "(../012-use-y/README.md)" in (project.root / "adr/001-use-x/README.md").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["2", "3"], "3 is taken by adr/0003-use-z.md"),
        (["2", "2"], "has number 2 already"),
        (["2", "x"], "not a valid"),
    ],
)
def test_a_number_that_cannot_be_given(project: Project, words: list[str], told: str) -> None:
    ready(project)
    said = project.adrtool("renumber", *words, "--yes")
    assert said.code == 2 and told in said.err
    assert project.git("status", "--short") == ""


def test_a_record_without_a_number(project: Project) -> None:
    project.write("adr/20260102-x.md", "# X\n\n- Status: accepted\n\n## Decision\n\nYes.\n")
    said = project.adrtool("renumber", "adr/20260102-x.md", "--yes")
    assert said.code == 2 and "holds no number" in said.err


def test_the_numbers_of_other_branches_count(project: Project) -> None:
    ready(project)
    project.git("switch", "--quiet", "--create", "feature")
    project.write("adr/0009-theirs.md", ONE.format(n=9, title="Theirs", text="Yes."))
    project.commit()
    project.git("switch", "--quiet", "main")
    assert "rename to adr/0010-use-y.md" in project.adrtool("renumber", "2").out

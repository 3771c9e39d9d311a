"""Where a change edits evidence, the base has its say, whatever the ledger knows and whoever is trusted."""

from __future__ import annotations

from pathlib import Path

import pytest
from branches import CLAIMS, READS, branched
from branches import reviewed as review
from repositories import Project


@pytest.fixture
def checked(project: Project) -> Project:
    """A repository whose claims hold on `main`, with a branch `change` checked out."""
    return branched(project, *CLAIMS)


def loosened(project: Project) -> None:
    """The change breaks what evidence reads, and loosens the bound so that this does not show."""
    project.write("n.txt", "7")
    project.evidence("reads.py", READS.replace("5", "9"))


def test_what_the_ledger_knows_of_the_head_does_not_silence_the_base_version(checked: Project) -> None:
    loosened(checked)
    checked.commit()
    assert checked.verify().code == 0  # the author's own run
    for words in ((), ("--trust", "base"), ("--trust", "head"), ()):
        found = review(checked, *words)
        claim = found["by_id"]["0001/reads"]
        assert found["code"] == claim["exit_code"] == 10, words
        assert (claim["after"], claim["source"]) == ("holds", "ledger")
        assert (claim["answers"]["base"]["says"], claim["answers"]["head"]["says"]) == ("fails", "holds")
        assert "breaks" in claim["marks"]
        (finding,) = [row for row in found["findings"] if row["subject"] == claim["id"]]
        assert (finding["section"], finding["level"]) == ("breaks", "error")
        assert "the base's version of its evidence does not pass on this change" in finding["headline"]


def test_a_waiver_covers_what_the_base_version_says_of_the_head(checked: Project) -> None:
    loosened(checked)
    checked.record('[Reads stay quick](evidence/reads.py "waived until 2999-01-01: we know")', CLAIMS[1])
    for words in ((), ("--trust", "base"), ("--trust", "head"), ()):
        found = review(checked, *words)
        assert (found["code"], found["by_id"]["0001/reads"]["answers"]["base"]["says"]) == (0, "fails"), words


def test_a_base_version_that_never_passed_is_not_the_fault_of_the_change(project: Project) -> None:
    project.record(CLAIMS[0])
    project.evidence("reads.py", READS)
    project.write("n.txt", "7")
    project.commit()  # and nobody has verified it
    project.git("checkout", "--quiet", "-b", "change")
    project.evidence("reads.py", READS.replace("5", "9"))
    found = review(project, "--trust", "head")
    claim = found["by_id"]["0001/reads"]
    assert (claim["before"], claim["answers"]["base"]["says"], found["code"]) == ("stale", "fails", 0)


def test_the_ledger_may_know_what_the_base_version_says_of_the_head(checked: Project) -> None:
    checked.write("n.txt", "7")
    checked.commit()
    assert checked.verify().code == 10  # and only then the author loosens the bound
    loosened(checked)
    found = review(checked, "--no-run")
    assert found["by_id"]["0001/reads"]["answers"]["base"]["says"] == "fails"
    assert found["code"] == 10


def test_a_tag_that_the_change_adds_does_not_leave_the_base_version_out(checked: Project) -> None:
    loosened(checked)
    heavy = "# /// script\n# [tool.adrtool]\n# tags = ['heavy']\n# ///\n"
    checked.evidence("reads.py", heavy + READS.replace("5", "9"))
    found = review(checked)
    assert (found["code"], found["by_id"]["0001/reads"]["answers"]["base"]["says"]) == (10, "fails")


@pytest.mark.parametrize("name", ["data/n", "data/n.csv", "data/n.json", "data/n.txt", "adr/evidence/n"])
def test_data_that_evidence_reads_goes_through(project: Project, name: str) -> None:
    reads = READS.replace("n.txt", name)
    project.record(CLAIMS[0])
    project.evidence("reads.py", reads)
    project.write(name, "3")
    project.commit()
    assert project.verify().code == 0
    project.git("checkout", "--quiet", "-b", "change")
    project.write(name, "7")
    project.evidence("reads.py", reads.replace("5", "9"))
    found = review(project)
    claim = found["by_id"]["0001/reads"]
    assert (claim["answers"]["base"]["says"], claim["answers"]["head"], found["code"]) == ("fails", None, 10)
    assert claim["withheld"] == "the change edits its evidence"


@pytest.mark.parametrize(
    ("name", "text", "mode"),
    [
        ("tools/n", "3\n", 0o755),
        ("tools/n", "#!/bin/sh\n", 0o644),
        ("tools/n.sh", "3\n", 0o644),
        ("Makefile", "all:\n", 0o644),
        ("tools/requirements.txt", "six\n", 0o644),
        ("tools/requirements", "#!/bin/sh\n", 0o644),
        ("tools/n.pkl", "3\n", 0o644),
        ("setup.cfg", "[x]\n", 0o644),
    ],
)
def test_what_could_be_executed_does_not(project: Project, name: str, text: str, mode: int) -> None:
    project.record(CLAIMS[0])
    project.evidence("reads.py", f"open({name!r}).read()\n")
    project.write(name, "1\n")
    project.commit()
    assert project.verify().code == 0
    project.git("checkout", "--quiet", "-b", "change")
    project.write(name, text, mode)
    found = review(project)
    claim = found["by_id"]["0001/reads"]
    assert (claim["source"], found["code"]) == ("not-run", 14)
    assert claim["withheld"] == f"the change edits code that runs with it: {name}"


def test_weakened_and_unchecked_is_due_whatever_was_known_before(project: Project) -> None:
    project.record(CLAIMS[0])
    project.evidence("reads.py", "import sys; sys.path.insert(0, 'src')\nimport product\n" + READS)
    project.write("src/product.py", "x = 1\n")
    project.write("n.txt", "3")
    project.commit()
    project.git("checkout", "--quiet", "-b", "change")
    project.evidence("reads.py", "import sys; sys.path.insert(0, 'src')\nimport product\n" + READS.replace("5", "9"))
    project.write("src/product.py", "x = 2\n")
    found = review(project)
    claim = found["by_id"]["0001/reads"]
    assert (claim["before"], claim["source"], found["code"]) == ("unverified", "not-run", 14)
    assert "weakened" in claim["marks"]
    assert project.verify().code == 0  # the author's own run
    found = review(project)
    claim = found["by_id"]["0001/reads"]
    assert (claim["after"], claim["answers"]["base"], found["code"]) == ("holds", None, 14)
    (finding,) = [row for row in found["findings"] if row["subject"] == claim["id"]]
    assert "the base's version did not run: the change edits code that runs with it: src/product.py" in finding["facts"]
    assert review(project, "--no-run")["code"] == 14
    assert review(project, "--trust", "base")["code"] == 0  # it holds, too


def test_one_line_says_that_there_is_no_ledger(project: Project, tmp_path: Path) -> None:
    project.record(CLAIMS[0])
    project.evidence("reads.py", READS)
    project.write("n.txt", "3")
    project.commit()
    project.git("checkout", "--quiet", "-b", "change")
    project.evidence("reads.py", READS.replace("5", "9"))
    project.git("remote", "add", "origin", str(tmp_path))
    found = review(project, "--no-run")
    assert found["code"] == 14
    (note,) = found["notes"]
    assert note.startswith("there is no ledger here")
    assert "`adrtool ledger pull`" in note
    assert found["err"].count("no ledger") == 1
    project.verify()
    assert review(project)["notes"] == []


def test_a_script_that_takes_the_place_of_another_does_not_silence_it(checked: Project) -> None:
    checked.write("n.txt", "7")
    checked.evidence("anew.py", READS.replace("5", "9"))
    checked.record("[Reads stay quick](evidence/anew.py)", CLAIMS[1])
    for words in ((), ("--trust", "base"), ("--trust", "head"), ()):
        found = review(checked, *words)
        claim = found["by_id"]["0001/anew"]
        assert (claim["answers"]["base"]["says"], found["code"]) == ("fails", 10), words
    assert claim["answers"]["head"]["says"] == "holds"


def test_a_script_of_another_kind_is_not_asked_in_the_place_of_the_new_one(checked: Project) -> None:
    checked.write("adr/evidence/anew.sh", "#!/bin/sh\nexit 0\n", 0o755)
    checked.record("[Reads stay quick](evidence/anew.sh)", CLAIMS[1])
    found = review(checked)
    assert (found["by_id"]["0001/anew"]["answers"], found["code"]) == (None, 0)


def test_one_script_in_the_place_of_two_answers_for_one_of_them(checked: Project) -> None:
    second = "# More\n\nStatus: accepted\n\nDate: 2026-01-01\n\n## Rationale\n\n- [Stacking is enough](evidence/{})\n"
    checked.git("checkout", "--quiet", "main")
    checked.write("adr/0002-more.md", second.format("stack.py"))
    checked.commit()
    checked.git("checkout", "--quiet", "-B", "change")
    checked.write("n.txt", "7")
    checked.evidence("anew.py", "assert True\n")
    checked.record("[Reads stay quick](evidence/anew.py)", CLAIMS[1])
    checked.write("adr/0002-more.md", second.format("anew.py"))
    rows = review(checked)["by_id"]
    said = [row["answers"]["base"] and row["answers"]["base"]["says"] for row in (rows["0001/anew"], rows["0002/anew"])]
    assert said == [None, "holds"]  # and not twice what one of them says

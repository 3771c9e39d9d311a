"""What a change can have reached runs, as far as it is trusted; the rest comes from the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from branches import CLAIMS, READS, branched
from branches import reviewed as review
from repositories import Project

from adrtool.review import build
from adrtool.review.model import Trust
from adrtool.workspace import Workspace


@pytest.fixture
def checked(project: Project) -> Project:
    """A repository whose claims hold on `main`, with a branch `change` checked out."""
    return branched(project, *CLAIMS)


def test_what_the_change_reaches_runs_and_the_rest_does_not(checked: Project) -> None:
    checked.write("n.txt", "7")
    found = review(checked)
    reads, stack = found["by_id"]["0001/reads"], found["by_id"]["0001/stack"]
    assert (reads["before"], reads["after"], reads["source"]) == ("holds", "stale", "ran")
    assert (stack["after"], stack["source"], stack["causes"]) == ("holds", "ledger", [])
    assert "breaks" in reads["marks"]
    assert found["code"] == 10
    assert found["err"].count("failed") == 1
    assert "stack" not in found["err"]
    again = checked.adrtool("review", "main", "--json")
    assert again.code == 10
    assert {row["source"] for row in again.json["claims"]} == {"ledger"}


def test_a_change_after_which_all_holds_is_quiet(checked: Project) -> None:
    checked.write("n.txt", "4")
    found = review(checked)
    assert (found["code"], found["findings"]) == (0, [])
    assert found["by_id"]["0001/reads"]["source"] == "ran"
    assert "0 ran, 1 known from the ledger" in " ".join(checked.adrtool("review", "main").out.split())


def test_what_did_not_hold_before_is_not_the_fault_of_the_change(project: Project) -> None:
    project.record(*CLAIMS)
    project.evidence("reads.py", READS)
    project.evidence("stack.py", "assert True\n")
    project.write("n.txt", "7")
    project.commit()  # and nobody has verified it
    project.git("checkout", "--quiet", "-b", "change")
    project.write("n.txt", "8")
    found = review(project)
    reads = found["by_id"]["0001/reads"]
    assert (reads["before"], reads["after"], reads["source"]) == ("stale", "stale", "ran")
    assert found["code"] == 0


def test_three_answers_to_edited_evidence(checked: Project) -> None:
    checked.write("n.txt", "7")
    checked.evidence("reads.py", READS.replace("5", "9"))
    for words, code, base, head in (
        ((), 10, "fails", None),
        (("--trust", "base"), 10, "fails", None),
        (("--trust", "head"), 10, "fails", "holds"),
    ):
        found = review(checked, *words)
        claim = found["by_id"]["0001/reads"]
        answers = claim["answers"]
        assert found["code"] == code, words
        assert (answers["base"]["says"], answers["head"] and answers["head"]["says"]) == (base, head), words
        (finding,) = [row for row in found["findings"] if "0001/reads" in row["message"]]
        assert f"base: fails, head: {head or 'not run'}, evidence edited" in finding["message"]
    assert claim["after"] == "holds"
    assert claim["weaker"]


def test_the_base_version_decides_only_where_it_is_trusted_to(checked: Project) -> None:
    checked.evidence("reads.py", READS + "# edited\n")
    checked.write("n.txt", "4")
    found = review(checked)
    assert found["by_id"]["0001/reads"]["answers"] == {
        "base": {
            "says": "holds",
            "outcome": "passed",
            "message": "",
            "measures": found["by_id"]["0001/reads"]["answers"]["base"]["measures"],
        },
        "head": None,
    }
    assert found["code"] == 14
    assert review(checked, "--trust", "base")["code"] == 0


def test_the_ledger_gets_nothing_of_the_base_version(checked: Project) -> None:
    before = len([line for line in checked.notes() if line["kind"] == "outcome"])
    checked.write("n.txt", "7")
    checked.evidence("reads.py", READS.replace("5", "9"))
    review(checked)
    assert len([line for line in checked.notes() if line["kind"] == "outcome"]) == before
    review(checked, "--trust", "head")
    assert len([line for line in checked.notes() if line["kind"] == "outcome"]) == before + 1


def test_what_is_left_out_by_a_tag_does_not_count(checked: Project) -> None:
    checked.git("checkout", "--quiet", "main")
    heavy = "# /// script\n# [tool.adrtool]\n# tags = ['heavy']\n# ///\n" + READS
    checked.evidence("reads.py", heavy)
    checked.commit()
    assert checked.verify("--tag", "heavy").code == 0
    checked.git("checkout", "--quiet", "-B", "change")
    checked.write("n.txt", "7")
    found = review(checked)
    assert (found["code"], found["by_id"]["0001/reads"]["source"]) == (0, "not-run")
    assert "--tag heavy" in found["by_id"]["0001/reads"]["withheld"]
    assert review(checked, "--tag", "heavy")["code"] == 10


EVIL = "raise SystemExit('code of the change')\n"


def _script(project: Project) -> None:
    project.evidence("reads.py", EVIL + READS)


def _new(project: Project) -> None:
    project.evidence("new.py", EVIL)
    project.record(*CLAIMS, "[It is new](evidence/new.py)")


def _helper(project: Project) -> None:
    project.evidence("_helper.py", EVIL)
    project.write("n.txt", "4")


def _imported_code(project: Project) -> None:
    project.write("src/product.py", EVIL)
    project.write("n.txt", "4")


def _code_two_imports_away(project: Project) -> None:
    project.write("src/far.py", EVIL)
    project.write("n.txt", "4")


def _conftest(project: Project) -> None:
    project.evidence("conftest.py", EVIL)


def _constraints(project: Project) -> None:
    project.evidence("pins.txt", f"six==1.0  # {EVIL}")


def _shadow(project: Project) -> None:
    project.evidence("colorsys.py", EVIL)
    project.write("n.txt", "4")


def _started(project: Project) -> None:
    project.write("tools/count.sh", EVIL, 0o755)
    project.write("n.txt", "4")


def _setting(project: Project) -> None:
    project.write("adrtool.toml", 'evidence = ["evidence", "tools"]\n')
    project.record(*CLAIMS, "[Tools count](../tools/wipe.py)")


def _another_script(project: Project) -> None:
    project.record(CLAIMS[0], "[Stacking is enough](evidence/unasked.py)")


CHANGES = [_script, _new, _helper, _imported_code, _code_two_imports_away, _conftest, _constraints]
CHANGES += [_shadow, _started, _setting, _another_script]


@pytest.fixture
def trusting(project: Project) -> Project:
    """A repository whose evidence brings along all that evidence can."""
    project.record(*CLAIMS)
    block = "# /// script\n# dependencies = ['six']\n# [tool.adrtool]\n# constraints = 'pins.txt'\n# ///\n"
    uses = "import sys; sys.path.insert(0, 'src')\nimport colorsys, _helper, product, subprocess\n"
    project.evidence("reads.py", block + uses + READS + "subprocess.run(['sh', 'tools/count.sh'], check=True)\n")
    project.evidence("stack.py", "# /// script\n# [tool.adrtool]\n# inputs = []\n# ///\nassert True\n")
    project.evidence("_helper.py", "x = 1\n")
    project.evidence("pins.txt", "six==1.17.0\n")
    project.write("src/product.py", "from far import y\n")
    project.write("src/far.py", "y = 1\n")
    project.write("tools/count.sh", "#!/bin/sh\nexit 0\n", 0o755)
    project.write("tools/wipe.py", "# was never asked to be evidence\n")
    project.evidence("unasked.py", "# was never asked, either\n")
    project.write("n.txt", "3")
    project.commit()
    project.git("checkout", "--quiet", "-b", "change")
    return project


def planned(project: Project, trust: Trust) -> list[tuple[str, bool]]:
    """What would run: each piece of evidence, and whether code of the change lies in the folder that it would run in."""
    found = []

    def note(workspace: Workspace, plan, keep: bool) -> None:
        texts = (file.read_text() for file in workspace.root.rglob("*") if file.is_file())
        is_evil = any(EVIL.strip() in text for text in texts)
        found.extend((step.piece.ref.path, is_evil) for step in plan)

    workspace = Workspace.open(project.root)
    build.review(workspace, "main", None, build.Options(note, trust=trust), datetime.now(UTC))
    return found


@pytest.mark.parametrize("change", CHANGES)
def test_code_of_the_change_runs_only_where_the_head_is_trusted(trusting: Project, change) -> None:
    change(trusting)
    trusting.commit()
    allowed = [row for trust in (Trust.UNCHANGED, Trust.BASE) for row in planned(trusting, trust)]
    never = {"adr/evidence/new.py", "tools/wipe.py", "adr/evidence/unasked.py"}
    assert never.isdisjoint(path for path, _ in allowed)
    if change in (_imported_code, _code_two_imports_away, _started):
        # The base's evidence on the head's code: that is what --trust base asks for.
        assert "adr/evidence/reads.py" not in {path for path, _ in planned(trusting, Trust.UNCHANGED)}
    elif change is not _new:
        assert not any(is_evil for _, is_evil in allowed)
    everything = planned(trusting, Trust.HEAD)
    assert any(is_evil for _, is_evil in everything) or never & {path for path, _ in everything}


def test_a_script_that_was_not_trusted_leaves_no_trace(checked: Project, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    checked.evidence("reads.py", f"open({str(mark)!r}, 'w')\n" + READS)
    review(checked)
    assert not mark.exists()
    review(checked, "--trust", "head")
    assert mark.exists()


def test_a_link_out_of_the_checkout_is_no_way_to_write_elsewhere(checked: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    checked.write("n.txt", "4")
    evidence = checked.root / "adr/evidence"
    for file in evidence.iterdir():
        file.unlink()
    evidence.rmdir()
    evidence.symlink_to(outside)
    found = review(checked, "--trust", "base")
    assert list(outside.iterdir()) == []
    assert found["code"] in (11, 12)

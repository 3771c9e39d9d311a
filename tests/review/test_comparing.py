"""Two commits are compared, claim by claim and record by record, without running anything."""

from __future__ import annotations

import pytest
from branches import READS, branched, reviewed
from repositories import HEAD, RECORD, Project

FIRST = "[Reads must stay under 5 ms](evidence/reads.py)"
SECOND = "[Stacking layers is enough](evidence/stack.py)"


@pytest.fixture
def checked(project: Project) -> Project:
    """A repository whose claims hold on `main`, with a branch `change` checked out."""
    return branched(project, FIRST, SECOND)


def review(project: Project, *words: str):
    """The review of the branch against `main`, running nothing."""
    return reviewed(project, "--no-run", *words)


def test_a_change_that_touches_no_decision(checked: Project) -> None:
    checked.write("README.md", "hello")
    found = review(checked)
    assert (found["code"], found["findings"], found["files"]) == (0, [], 1)
    assert {claim["source"] for claim in found["claims"]} == {"ledger"}
    assert "no decision is touched" in checked.adrtool("review", "main", "--no-run").out


def test_a_sentence_that_was_weakened_has_its_word_diff(checked: Project) -> None:
    checked.record(FIRST.replace("must stay under 5", "should stay under 9"), SECOND)
    claim = review(checked)["by_id"]["0001/reads"]
    assert claim["marks"] == ["weakened", "suspect", "reworded"]
    assert claim["causes"] == ["text"]
    assert claim["weaker"] == ['"must" became "should"', "5 became 9, and it is an upper bound"]
    changed = [(row["side"], row["text"]) for row in claim["sentence_diff"] if row["side"] != "both"]
    assert changed == [("before", "must"), ("after", "should"), ("before", "5"), ("after", "9")]
    said = checked.adrtool("review", "main", "--no-run")
    assert said.code == 14  # due: it is not known whether it still holds
    assert "the sentence changed, the script did not: does it still prove it?" in " ".join(said.out.split())


def test_a_script_that_was_weakened(checked: Project) -> None:
    checked.evidence("reads.py", READS.replace("at_most=5", "at_most=9"))
    claim = review(checked)["by_id"]["0001/reads"]
    assert claim["weaker"] == ["measure 'ms': `at_most` went from 5 to 9 (adr/evidence/reads.py)"]
    assert (claim["before"], claim["after"], claim["source"]) == ("holds", "suspect", "not-run")
    assert [line["line"] for line in claim["script_diff"]] == [2]


def test_an_input_that_changed_makes_suspect(checked: Project) -> None:
    checked.write("n.txt", "4")
    found = review(checked)
    claim = found["by_id"]["0001/reads"]
    assert (claim["marks"], claim["causes"], claim["files"]) == (["suspect"], ["inputs"], ["n.txt"])
    assert found["by_id"]["0001/stack"]["causes"] == []
    assert found["code"] == 14


def test_what_the_ledger_knows_of_the_head_needs_no_run(checked: Project) -> None:
    checked.write("n.txt", "7")
    checked.commit()
    assert checked.verify().code == 10
    found = review(checked)
    claim = found["by_id"]["0001/reads"]
    assert (claim["before"], claim["after"], claim["source"]) == ("holds", "stale", "ledger")
    assert claim["marks"][0] == "breaks"
    assert found["code"] == 10
    (finding,) = found["findings"]
    assert finding["level"] == "error"
    assert "ms is 7, at most 5 was claimed" in finding["message"]


def test_what_was_stale_before_is_not_held_against_the_change(checked: Project) -> None:
    checked.git("checkout", "--quiet", "main")
    checked.write("n.txt", "7")
    checked.commit()
    assert checked.verify().code == 10
    checked.git("checkout", "--quiet", "-B", "change")
    checked.write("README.md", "hello")
    assert review(checked)["code"] == 0


def test_claims_that_come_and_go_and_move(checked: Project) -> None:
    checked.record(FIRST, "[Layers can be frozen](evidence/frozen.py)")
    checked.evidence("frozen.py", "assert True\n")
    checked.record("[Stacking layers is enough](evidence/stack.py)", path="adr/0002-two.md")
    found = review(checked)
    assert found["by_id"]["0001/frozen"]["marks"] == ["added", "unaudited"]
    moved = found["by_id"]["0002/stack"]
    assert (moved["marks"], moved["notes"]) == (["moved"], ["0001/stack before, in adr/0001-one.md"])
    assert "0001/stack" not in found["by_id"]
    checked.record(FIRST)
    assert review(checked)["by_id"].keys() == {"0001/reads", "0002/stack"}
    (checked.root / "adr/0002-two.md").unlink()
    removed = review(checked)["by_id"]["0001/stack"]
    assert (removed["marks"], removed["before"], removed["after"]) == (["removed"], "holds", None)


@pytest.mark.parametrize("how", ["link", "file"])
def test_a_claim_that_lost_its_evidence(checked: Project, how: str) -> None:
    if how == "link":
        checked.record(FIRST, SECOND.replace("evidence/stack.py", "evidence/"))
    (checked.root / "adr/evidence/stack.py").unlink()
    (claim,) = [claim for claim in review(checked)["claims"] if claim["text"] == "Stacking layers is enough"]
    assert "lost-evidence" in claim["marks"]
    assert "its evidence was adr/evidence/stack.py" in claim["notes"]


def test_a_claim_that_became_supporting_and_one_that_is_waived(checked: Project) -> None:
    checked.record(FIRST.replace(")", ' "supporting")'), SECOND.replace(")", ' "waived until 2099-01-01: we know")'))
    found = review(checked)["by_id"]
    assert found["0001/reads"]["weaker"] == ["it is only supporting now, and was load-bearing"]
    assert found["0001/stack"]["notes"] == ["waived until 2099-01-01: we know"]
    assert found["0001/stack"]["marks"] == ["waived"]


def test_a_formatter_changes_nothing(checked: Project) -> None:
    checked.record(FIRST.replace("must stay", "*must*\n  stay"), SECOND)
    checked.evidence("stack.py", "# a comment\nassert True\n")
    found = review(checked)["by_id"]
    assert found["0001/reads"]["marks"] == []
    assert found["0001/stack"]["notes"] == ["in the script only comments and layout changed"]


def test_records_that_are_new_or_change_their_status(checked: Project) -> None:
    checked.record(FIRST, SECOND, status="deprecated")
    checked.write("adr/0002-two.md", "# Two\n\nStatus: proposed\n\n[gone](gone.md)\n")
    found = review(checked)
    rows = {row["path"]: row for row in found["records"]}
    assert (rows[RECORD]["change"], rows[RECORD]["before"], rows[RECORD]["after"]) == (
        "status-changed",
        "accepted",
        "deprecated",
    )
    added = rows["adr/0002-two.md"]
    assert (added["change"], added["after"]) == ("record-added", "proposed")
    assert {problem["rule"] for problem in added["problems"]} == {"broken-link", "missing-date"}
    assert found["code"] == 12


DECISION = HEAD.replace("## Rationale", "## Decision\n\nWe use {what}.\n\n## Rationale")


def test_the_text_of_an_accepted_decision_is_not_to_be_edited(checked: Project) -> None:
    checked.git("checkout", "--quiet", "main")
    for number, status in enumerate(("accepted", "proposed"), start=2):
        checked.write(f"adr/000{number}-x{number}.md", DECISION.format(status=status, what="Postgres"))
    checked.commit()
    checked.git("checkout", "--quiet", "-B", "change")
    for number, status in enumerate(("accepted", "proposed"), start=2):
        checked.write(f"adr/000{number}-x{number}.md", DECISION.format(status=status, what="MySQL"))
    (row,) = review(checked)["records"]
    assert (row["change"], row["path"]) == ("decision-edited", "adr/0002-x2.md")
    assert [part["text"] for part in row["diff"][0]["segments"]] == ["We use ", "Postgres", "MySQL", "."]
    for number, status in enumerate(("accepted", "proposed"), start=2):
        text = DECISION.format(status=status, what="*Postgres*").replace("We use", "We\nuse")
        checked.write(f"adr/000{number}-x{number}.md", text)
    assert review(checked)["records"] == []


def test_a_decision_that_was_edited_is_told_once(checked: Project) -> None:
    """Here `lint` names the very line that the change touches."""
    text = "# One\n\nStatus: Accepted\n\nDate: 2026-01-01\n\n**Decision:** We use {}.\n\n**So:** Good.\n"
    checked.git("checkout", "--quiet", "main")
    checked.write("adr/0002-x.md", text.format("Postgres"))
    checked.commit()
    checked.git("checkout", "--quiet", "-B", "change")
    checked.write("adr/0002-x.md", text.format("MySQL"))
    checked.commit()
    found = review(checked)
    assert [(row["change"], row["line"]) for row in found["records"]] == [("decision-edited", 7)]
    assert found["problems"] == [] == found["records"][0]["problems"]


def test_a_number_that_the_base_or_another_branch_gave_away(checked: Project) -> None:
    checked.record(path="adr/0002-ours.md")
    checked.record(path="adr/0003-ours.md")
    checked.commit()
    for branch, path in (("main", "adr/0002-theirs.md"), ("other", "adr/0003-others.md")):
        checked.git("checkout", "--quiet", *(["main"] if branch == "main" else ["-b", "other", "main"]))
        checked.record(path=path)
        checked.commit()
    checked.git("checkout", "--quiet", "change")
    found = review(checked)
    assert [(row["path"], row["severity"]) for row in found["collisions"]] == [
        ("adr/0002-ours.md", "error"),
        ("adr/0003-ours.md", "warning"),
    ]
    assert "is taken on main by adr/0002-theirs.md" in found["collisions"][0]["message"]
    assert "branch other has adr/0003-others.md" in found["collisions"][1]["message"]
    assert found["code"] == 12


def test_files_that_a_decision_governs(checked: Project) -> None:
    checked.git("checkout", "--quiet", "main")
    text = DECISION.format(status="accepted", what="layers. They stack")
    checked.write("adr/0002-two.md", f"---\napplies-to: ['src/**']\n---\n{text}- {SECOND}\n")
    checked.write("src/a.py", "1")
    checked.commit()
    assert checked.verify().code == 0
    checked.git("checkout", "--quiet", "-B", "change")
    checked.write("src/a.py", "2")
    found = review(checked)
    (row,) = found["governed"]
    assert (row["id"], row["files"], row["summary"], row["health"]) == ("0002", ["src/a.py"], "We use layers.", "sound")
    assert found["by_id"]["0002/stack"]["causes"] == ["governed"]
    assert found["by_id"]["0002/stack"]["source"] == "ledger"
    assert found["code"] == 0


def test_lint_speaks_of_changed_lines_only(checked: Project) -> None:
    checked.git("checkout", "--quiet", "main")
    checked.record(FIRST, SECOND, "See [this](gone.md)")
    checked.commit()
    checked.git("checkout", "--quiet", "-B", "change")
    checked.record(FIRST, SECOND, "See [this](gone.md)", "And [that](gone-too.md)")
    found = review(checked)
    assert [row["message"].split()[0:2] for row in found["problems"]]
    assert [(row["line"], row["rule"]) for row in found["problems"]] == [(12, "broken-link")]
    assert found["code"] == 12


def test_the_checkout_of_the_user_stays_as_it_is(checked: Project) -> None:
    checked.write("n.txt", "4")
    checked.commit()
    checked.write("n.txt", "5")
    checked.write("untracked", "x")
    before = {
        path: path.read_bytes() for path in checked.root.rglob("*") if path.is_file() and ".git" not in path.parts
    }
    state = checked.git("status", "--porcelain"), checked.git("worktree", "list"), checked.git("branch", "--all")
    said = checked.adrtool("review", "main", "--no-run")
    assert "changes that are not committed yet are left out" in said.err
    assert before == {
        path: path.read_bytes() for path in checked.root.rglob("*") if path.is_file() and ".git" not in path.parts
    }
    assert state == (
        checked.git("status", "--porcelain"),
        checked.git("worktree", "list"),
        checked.git("branch", "--all"),
    )


def test_a_head_can_be_named(checked: Project) -> None:
    checked.write("n.txt", "4")
    checked.commit()
    checked.git("checkout", "--quiet", "main")
    found = checked.adrtool("review", "main", "change", "--no-run", "--json").json
    assert found["head"]["name"] == "change"
    assert [claim["id"] for claim in found["claims"] if claim["marks"]] == ["0001/reads"]

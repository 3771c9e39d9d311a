"""`move`: a file under another name; its links lead on, and its claims go on with their history."""

from __future__ import annotations

import pytest
from repositories import Project

from adrtool.ledger.moves import Moved, names_before

YES = 'import sys\nprint("yes")\n'
NO = "assert 1 > 2\n"


@pytest.fixture
def ran(project: Project) -> Project:
    """A repository with one claim that failed once and then held."""
    project.init()
    project.evidence("speed.py", NO)
    project.record("[It is fast](evidence/speed.py)")
    project.commit()
    project.verify()
    project.evidence("speed.py", YES)
    project.commit()
    assert project.verify().verdicts == {"0001/speed": "holds"}
    return project


def history(project: Project, claim: str) -> list[str]:
    return [each["outcome"] for each in project.adrtool("history", claim, "--json").json["outcomes"]]


def test_moved_evidence_keeps_its_verdict_and_its_history(ran: Project) -> None:
    said = ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/perf/fast.py")
    assert (said.code, said.out.splitlines()) == (
        0,
        ["adr/evidence/speed.py -> adr/evidence/perf/fast.py", "adr/0001-one.md"],
    )
    assert "[It is fast](evidence/perf/fast.py)" in (ran.root / "adr/0001-one.md").read_text()
    assert not (ran.root / "adr/evidence/speed.py").exists()
    assert ran.status().verdicts == {"0001/perf/fast": "holds"}
    assert history(ran, "0001/perf/fast") == ["failed", "passed"]


def test_history_goes_on_after_the_moved_evidence_has_changed_and_run_again(ran: Project) -> None:
    ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/fast.py")
    ran.evidence("fast.py", YES + "# another\n")
    ran.commit()
    assert ran.status().verdicts == {"0001/fast": "suspect"}
    assert ran.verify().verdicts == {"0001/fast": "holds"}
    assert history(ran, "0001/fast") == ["failed", "passed", "passed"]
    assert ran.status().claims["0001/fast"]["unproven"] is False


def test_a_second_move_carries_all_of_it_on(ran: Project) -> None:
    ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/b.py")
    ran.adrtool("move", "0001/b", "adr/evidence/deep/")
    assert ran.status().verdicts == {"0001/deep/b": "holds"}
    assert history(ran, "0001/deep/b") == ["failed", "passed"]


def test_the_index_knows_the_new_name_as_after_git_mv(ran: Project) -> None:
    ran.shell("run.sh", "exit 0\n")
    ran.commit()
    ran.evidence("speed.py", YES + "# not staged\n")
    ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/fast.py")
    ran.adrtool("move", "adr/evidence/run.sh", "adr/evidence/go.sh")
    assert sorted(ran.git("diff", "--cached", "--name-status", "-M").splitlines()) == [
        "R100\tadr/evidence/run.sh\tadr/evidence/go.sh",
        "R100\tadr/evidence/speed.py\tadr/evidence/fast.py",
    ]
    assert ran.git("diff", "--name-only").splitlines() == ["adr/0001-one.md", "adr/evidence/fast.py"]
    assert (ran.root / "adr/evidence/go.sh").stat().st_mode & 0o111


def test_links_everywhere_are_led_on_in_the_way_in_which_they_were_written(ran: Project) -> None:
    ran.record(
        '[It is fast](<./evidence/speed.py> "supporting")',
        "[So is it](/adr/evidence/speed.py#test_x)",
        "[All of it][all] and [none](evidence/other.py?raw=1)",
    )
    with (ran.root / "adr/0001-one.md").open("a") as file:
        file.write("\n[all]: evidence/speed.py 'supporting'\n")
    ran.evidence("other.py", YES)
    ran.write("docs/guide.md", "![x](../adr/evidence/speed.py)\r\n[y](speed.py)\r\n")
    ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/a b.py")
    text = (ran.root / "adr/0001-one.md").read_text()
    assert '[It is fast](<./evidence/a%20b.py> "supporting")' in text
    assert "[So is it](/adr/evidence/a%20b.py#test_x)" in text
    assert "[none](evidence/other.py?raw=1)" in text
    assert text.endswith("[all]: evidence/a%20b.py 'supporting'\n")
    assert (ran.root / "docs/guide.md").read_bytes() == b"![x](../adr/evidence/a%20b.py)\r\n[y](speed.py)\r\n"


def test_a_folder_moves_with_all_that_is_in_it(ran: Project) -> None:
    ran.evidence("net/up.py", YES)
    ran.evidence("net/_ports.json", "{}")
    ran.record("[It is fast](evidence/speed.py)", "[It is up](evidence/net/up.py)", "[Ask](evidence/)")
    ran.commit()
    ran.verify()
    assert ran.adrtool("move", "adr/evidence/net", "adr/evidence/web").code == 0
    assert {path.name for path in (ran.root / "adr/evidence/web").iterdir()} == {"up.py", "_ports.json"}
    assert not (ran.root / "adr/evidence/net").exists()
    verdicts = ran.status().verdicts
    assert (verdicts["0001/speed"], verdicts["0001/web/up"]) == ("holds", "holds")
    assert "[Ask](evidence/)" in (ran.root / "adr/0001-one.md").read_text()


def test_a_test_that_was_renamed_keeps_its_history(project: Project) -> None:
    project.init()
    project.evidence("lite.py", "def test_old():\n    pass\n")
    project.record("[It is small](evidence/lite.py#test_old)")
    project.commit()
    project.verify()
    project.evidence("lite.py", "def test_new():\n    pass\n")
    assert project.adrtool("move", "0001/lite#test_old", "adr/evidence/lite.py#test_new").code == 0
    assert "(evidence/lite.py#test_new)" in (project.root / "adr/0001-one.md").read_text()
    assert history(project, "0001/lite#test_new") == ["passed"]
    assert project.status().verdicts == {"0001/lite#test_new": "suspect"}


@pytest.mark.parametrize("relinked", [False, True])
def test_what_was_moved_by_hand_gets_its_history_afterwards(ran: Project, relinked: bool) -> None:
    ran.git("mv", "adr/evidence/speed.py", "adr/evidence/fast.py")
    ran.evidence("fast.py", YES + "# and edited\n")
    if relinked:
        ran.record("[It is fast](evidence/fast.py)")
    assert ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/fast.py").code == 0
    assert ran.status().verdicts == {"0001/fast": "suspect"}
    assert history(ran, "0001/fast") == ["failed", "passed"]


def test_a_record_moves_with_its_links_and_its_claims(ran: Project) -> None:
    ran.write("adr/0002-two.md", "# Two\n\nStatus: accepted\n\nAmends [1](0001-one.md).\n\n![d](img/d.png)\n")
    ran.write("README.md", "[one](adr/0001-one.md#rationale)\n")
    assert ran.adrtool("move", "adr/0001-one.md", "adr/0001-speed-first.md").code == 0
    assert "[1](0001-speed-first.md)" in (ran.root / "adr/0002-two.md").read_text()
    assert (ran.root / "README.md").read_text() == "[one](adr/0001-speed-first.md#rationale)\n"
    assert ran.status().verdicts == {"0001/speed": "holds"}
    assert ran.adrtool("move", "adr/0002-two.md", "adr/old/0002-two.md").code == 0
    text = (ran.root / "adr/old/0002-two.md").read_text()
    assert "[1](../0001-speed-first.md)" in text
    assert "![d](../img/d.png)" in text


def test_renumbered_records_keep_their_history(ran: Project) -> None:
    ran.evidence("speed.py", YES + "# seen\n")
    ran.adrtool("renumber", "1", "7", "--yes")
    assert ran.status().verdicts == {"0007/speed": "suspect"}
    assert history(ran, "0007/speed") == ["failed", "passed"]


def test_renumbering_keeps_a_script_executable(project: Project) -> None:
    project.shell("0001/run.sh", "exit 0\n")
    project.record("[It runs](evidence/0001/run.sh)")
    assert project.adrtool("renumber", "1", "2", "--yes").code == 0
    assert (project.root / "adr/evidence/0002/run.sh").stat().st_mode & 0o111


def test_other_branches_moves_do_not_lend_a_claim_their_history(ran: Project) -> None:
    ran.git("checkout", "--quiet", "-b", "moved")
    ran.git("commit", "--quiet", "--allow-empty", "-m", "there")
    ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/fast.py")
    ran.commit()
    ran.git("checkout", "--quiet", "main")
    ran.evidence("fast.py", YES + "# another script of that name\n")
    ran.record("[It is fast](evidence/speed.py)", "[It stays so](evidence/fast.py)")
    assert ran.status().verdicts == {"0001/speed": "holds", "0001/fast": "unverified"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("adr/evidence/gone.py", "adr/evidence/x.py"), "adr/evidence/gone.py: there is no such file"),
        (("adr/evidence/speed.py", "adr/evidence/other.py"), "adr/evidence/other.py: is there already"),
        (("adr/evidence/speed.py", "scripts/speed.py"), "lies in no evidence folder"),
        (("adr/evidence/speed.py", "../speed.py"), "lies outside the repository"),
        (("adr/evidence/speed.py#test_a", "adr/evidence/other.py"), "name a test on both sides"),
        (("adr/evidence", "adr/evidence/deeper"), "cannot be moved into itself"),
        (("adr/evidence/speed.py", "adr/evidence/speed.py"), "is called so already"),
    ],
)
def test_what_cannot_be_moved_is_told_and_left(ran: Project, words: tuple[str, str], said: str) -> None:
    ran.evidence("other.py", YES)
    before = {path: path.read_bytes() for path in (ran.root / "adr").rglob("*") if path.is_file()}
    answer = ran.adrtool("move", *words)
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)
    assert said in answer.err
    assert {path: path.read_bytes() for path in (ran.root / "adr").rglob("*") if path.is_file()} == before


def test_a_dry_run_shows_the_diff_and_changes_nothing(ran: Project) -> None:
    said = ran.adrtool("move", "-n", "adr/evidence/speed.py", "adr/evidence/fast.py")
    assert "rename to adr/evidence/fast.py" in said.out
    assert "+- [It is fast](evidence/fast.py)" in said.out
    assert ran.git("status", "--short") == ""


def test_inputs_that_a_script_names_from_its_folder_are_told(ran: Project) -> None:
    ran.write("adr/evidence/data.json", "{}")
    ran.evidence("speed.py", '# /// script\n# [tool.adrtool]\n# inputs = ["data.json"]\n# ///\n' + YES)
    said = ran.adrtool("move", "adr/evidence/speed.py", "adr/evidence/deep/speed.py")
    assert "adr/evidence/deep/speed.py: `inputs` are written from the script's own folder" in said.err


def test_outside_git_files_and_links_move_all_the_same(project: Project) -> None:
    project.evidence("speed.py", YES)
    project.record("[It is fast](evidence/speed.py)")
    assert project.adrtool("move", "adr/evidence/speed.py", "adr/evidence/fast.py").code == 0
    assert "(evidence/fast.py)" in (project.root / "adr/0001-one.md").read_text()


def test_a_name_is_that_of_a_claim_only_until_it_was_given_away() -> None:
    moves = [Moved("a", "b", 10, None), Moved("b", "c", 20, None), Moved("x", "a", 15, None), Moved("c", "b", 30, None)]
    assert names_before(moves, "c", lambda _: True) == {"b": 20, "a": 10}
    assert names_before(moves, "b", lambda _: True) == {"c": 30, "a": 10}
    assert names_before(moves, "a", lambda _: True) == {"x": 15}
    assert names_before(moves, "c", lambda move: move.order > 15) == {"b": 20}

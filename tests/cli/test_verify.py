"""From a record to an honest verdict: real repositories, real runs, and each verdict's twin."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from repositories import RECORD, Project

from adrtool.evidence import working_copy

CLAIM = "0001/a"
PASSES = "assert True\n"
FAILS = "assert False, 'no more'\n"
BREAKS = "1 / 0\n"
SKIPS = "from adrtool_evidence import skip\nskip('no GPU')\n"


def ready(project: Project, text: str = PASSES, title: str = "", status: str = "accepted") -> Project:
    """One record with one claim, committed."""
    project.evidence("a.py", text)
    project.record(f"[It is so](evidence/a.py{f' {chr(34)}{title}{chr(34)}' if title else ''})", status=status)
    project.commit()
    return project


def verdict(project: Project, claim: str = CLAIM) -> tuple[str, list[str]]:
    found = project.status().claims[claim]
    return found["verdict"], found["why"]


# -- one claim through its life ------------------------------------------------------------------------------------


def test_a_claim_that_never_ran_is_unverified_and_shown(project: Project) -> None:
    ready(project)
    assert verdict(project) == ("unverified", ["never-run"])
    assert project.adrtool("status").code == 0
    assert project.adrtool("status", "--strict").code == 11


def test_what_passes_holds_and_is_not_run_again(project: Project) -> None:
    ready(project)
    first, second, third = project.verify(), project.verify(), project.verify("--all")
    assert [said.code for said in (first, second, third)] == [0, 0, 0]
    assert [said.claims[CLAIM]["ran"] for said in (first, second, third)] == [True, False, True]
    assert [(it["claim"], it["before"], it["after"]) for it in first.json["changes"]] == [
        (CLAIM, "unverified", "holds")
    ]
    assert second.json["changes"] == []
    assert [note["outcome"] for note in project.notes() if note["kind"] == "outcome"] == ["passed", "passed"]


def test_what_fails_is_stale_with_its_words_and_its_place(project: Project) -> None:
    ready(project)
    project.verify()
    project.evidence("a.py", f"x = 1\n{FAILS}")
    said = project.verify()
    claim = said.claims[CLAIM]
    assert (said.code, claim["verdict"], claim["message"]) == (10, "stale", "no more")
    assert claim["place"] == "adr/evidence/a.py:2"
    assert claim["last_held"] is not None
    assert (project.adrtool("status").code, project.adrtool("plan").code) == (10, 0)
    shown = project.adrtool("show", "1")
    assert (shown.code, "no more (adr/evidence/a.py:2)" in shown.out) == (0, True)


def test_a_measure_out_of_bounds_is_shown_against_its_bound(project: Project) -> None:
    ready(project, "from adrtool_evidence import measure\nmeasure('diff', 0.5, at_most=0.1, unit='s')\n")
    said = project.verify()
    assert (said.code, said.claims[CLAIM]["measures"]) == (
        10,
        [{"name": "diff", "value": 0.5, "at_most": 0.1, "at_least": None, "unit": "s"}],
    )
    assert "diff is 0.5 s, at most 0.1 was claimed" in project.adrtool("show", "1").out


def test_stale_stays_stale_after_an_edit_until_it_ran(project: Project) -> None:
    ready(project, FAILS)
    assert project.verify().code == 10
    project.evidence("a.py", PASSES)
    assert verdict(project) == ("stale", ["evidence"])
    assert project.adrtool("status").code == 10
    assert (project.verify().code, verdict(project)) == (0, ("holds", []))


def test_what_breaks_is_broken_never_stale(project: Project) -> None:
    ready(project, BREAKS)
    said = project.verify()
    assert (said.code, said.verdicts) == (11, {CLAIM: "broken"})
    assert said.claims[CLAIM]["message"] == "ZeroDivisionError: division by zero"
    project.evidence("a.py", PASSES)
    assert verdict(project) == ("broken", ["evidence"])


def test_what_is_only_ever_skipped_is_unverified(project: Project) -> None:
    ready(project, SKIPS)
    said = project.verify()
    assert (said.code, said.verdicts) == (0, {CLAIM: "unverified"})
    assert said.claims[CLAIM]["why"] == ["skipped"]
    assert said.claims[CLAIM]["skipped"]["reason"] == "no GPU"
    assert project.verify("--strict").code == 11


def test_a_skip_keeps_the_last_verdict(project: Project) -> None:
    switch = "import pathlib\nif pathlib.Path('/nowhere').exists(): pass\n"
    ready(project, switch + FAILS)
    project.verify()
    project.evidence("a.py", SKIPS)
    said = project.verify()
    assert (said.code, said.verdicts) == (10, {CLAIM: "stale"})
    assert said.claims[CLAIM]["skipped"]["reason"] == "no GPU"


def test_a_skip_counts_as_run_where_a_verdict_was_due(project: Project) -> None:
    ready(project)
    project.verify()
    project.evidence("a.py", SKIPS)
    assert project.adrtool("status").code == 14
    said = project.verify()
    assert (said.code, said.verdicts) == (0, {CLAIM: "suspect"})
    assert (project.adrtool("status").code, project.adrtool("plan").code) == (0, 0)


def test_a_missing_need_is_a_skip_with_its_reason(project: Project) -> None:
    ready(project, f"# /// script\n# [tool.adrtool]\n# needs = ['command:nowhere-at-all']\n# ///\n{FAILS}")
    said = project.verify()
    assert (said.code, said.verdicts) == (0, {CLAIM: "unverified"})
    assert "nowhere-at-all" in said.claims[CLAIM]["skipped"]["reason"]


def test_a_claim_without_evidence_is_unsupported_and_never_green(project: Project) -> None:
    project.record("[It is so](evidence/)", "[It is small](evidence/)")
    project.commit()
    said = project.verify()
    assert (said.code, set(said.verdicts.values())) == (0, {"unsupported"})
    assert said.json["counts"]["unsupported"] == 2
    listed = project.adrtool("list", "--json").json
    assert [record["health"] for record in listed["records"]] == ["unverified"]


def test_a_verdict_expires_and_is_run_again(project: Project) -> None:
    ready(project)
    project.verify()
    assert project.adrtool("status").code == 0
    project.write("adrtool.toml", "revalidate = 0.001\n")
    assert verdict(project) == ("expired", ["expired"])
    assert (project.adrtool("status").code, project.adrtool("plan").code) == (14, 14)
    assert project.verify().claims[CLAIM]["ran"]
    project.write("adrtool.toml", "revalidate = false\n")
    assert verdict(project) == ("holds", [])


def test_evidence_may_say_itself_when_it_expires(project: Project) -> None:
    ready(project, f"# /// script\n# [tool.adrtool]\n# revalidate = 0.001\n# ///\n{PASSES}")
    project.write("adrtool.toml", "revalidate = false\n")
    project.verify()
    assert verdict(project) == ("expired", ["expired"])


# -- what makes a verdict suspect, and what does not ---------------------------------------------------------------


def test_a_changed_claim_is_suspect_and_a_formatted_one_is_not(project: Project) -> None:
    ready(project)
    project.verify()
    head = (project.root / RECORD).read_text().partition("- ")[0]
    project.write(RECORD, head + "More.\n\n* *It is*\n  **so**[^1]: [It\n  *is* so](evidence/a.py) indeed\n")
    assert verdict(project) == ("holds", [])
    project.write(RECORD, head + "- [It is not so](evidence/a.py)\n")
    assert verdict(project) == ("suspect", ["text"])
    assert project.adrtool("status").code == 14
    assert (project.verify().code, verdict(project)) == (0, ("holds", []))


def test_a_changed_script_is_suspect(project: Project) -> None:
    ready(project)
    project.verify()
    project.evidence("a.py", PASSES + "# more\n")
    assert verdict(project) == ("suspect", ["evidence"])


def test_changed_requirements_are_suspect(project: Project) -> None:
    block = "# /// script\n# dependencies = []\n# [tool.adrtool]\n# constraints = 'pins.txt'\n# ///\n"
    project.evidence("pins.txt", "numpy==2.1.0\n")
    ready(project, block + PASSES)
    assert project.verify().code == 0
    project.evidence("pins.txt", "# a comment\n\nnumpy == 2.1.0\n")
    assert verdict(project) == ("holds", [])
    project.evidence("pins.txt", "numpy==2.2.0\n")
    assert verdict(project) == ("suspect", ["requirements"])


Change = Callable[[Project], object]
INPUTS: dict[str, tuple[str, Change]] = {
    "a file that Python read": (
        "open('data/x.txt').read()",
        lambda project: project.write("data/x.txt", "other"),
    ),
    "a file that a child read": (
        "import subprocess; subprocess.run(['cat', 'data/x.txt'])",
        lambda project: project.write("data/x.txt", "other"),
    ),
    "a file that is gone": (
        "open('data/x.txt').read()",
        lambda project: (project.root / "data/x.txt").unlink(),
    ),
    "a file that was missing": (
        "try: open('data/new.txt')\nexcept OSError: pass",
        lambda project: project.write("data/new.txt", "new"),
    ),
    "a file that was looked for in vain": (
        "import os; assert not os.path.exists('setup.py')",
        lambda project: project.write("setup.py", ""),
    ),
    "a file that was looked for": (
        "import pathlib; assert pathlib.Path('data/x.txt').is_file()",
        lambda project: (project.root / "data/x.txt").unlink(),
    ),
    "a listing, and a new file": (
        "import os; os.listdir('data')",
        lambda project: project.write("data/new.txt", "new"),
    ),
    "a listing, and a file that is gone": (
        "import os; os.listdir('data')",
        lambda project: (project.root / "data/y.txt").unlink(),
    ),
    "a listing far below, and a new file": (
        "import os; os.listdir('src/far/below')",
        lambda project: project.write("src/far/below/new.txt", "new"),
    ),
    "a name far below, looked for in vain": (
        "import os; assert not os.path.exists('src/far/below/new/deep.txt')",
        lambda project: project.write("src/far/below/new/deep.txt", "new"),
    ),
    "the root's listing": (
        "import os; os.listdir('.')",
        lambda project: project.write("new.txt", "new"),
    ),
    "a helper": (
        "import helper",
        lambda project: project.evidence("helper.py", "value = 2"),
    ),
    "a helper of a helper": (
        "import package.inner",
        lambda project: project.evidence("package/__init__.py", "value = 2"),
    ),
    "the history": (
        "import subprocess; subprocess.run(['git', 'log', '-1'], check=True)",
        lambda project: project.commit("another"),
    ),
    "a link's target": (
        "open('link.txt').read()",
        lambda project: project.write("data/x.txt", "other"),
    ),
}


@pytest.fixture
def furnished(project: Project) -> Project:
    project.write("data/x.txt", "x")
    project.write("data/y.txt", "y")
    project.write("src/far/below/z.txt", "z")
    project.write("README.md", "# Read me")
    project.evidence("helper.py", "value = 1")
    project.evidence("package/__init__.py", "value = 1")
    project.evidence("package/inner.py", "value = 1")
    (project.root / "link.txt").symlink_to("data/x.txt")
    return project


@pytest.mark.parametrize(("text", "change"), INPUTS.values(), ids=list(INPUTS))
def test_a_change_to_what_was_read_is_suspect_and_to_nothing_else(
    furnished: Project, text: str, change: Change
) -> None:
    ready(furnished, text + "\n")
    said = furnished.verify()
    assert (said.code, said.verdicts) == (0, {CLAIM: "holds"})
    furnished.write("README.md", "# Read me again")
    furnished.write("data/y.txt", "another y")
    assert verdict(furnished) == ("holds", [])
    change(furnished)
    assert verdict(furnished) == ("suspect", ["inputs"])
    said = furnished.verify()
    assert said.claims[CLAIM]["ran"]
    if said.verdicts[CLAIM] == "holds":
        assert verdict(furnished) == ("holds", [])


def test_what_a_shell_read_is_an_input_too(furnished: Project) -> None:
    furnished.shell("b.sh", "grep -q x data/x.txt")
    furnished.record("[It is so](evidence/b.sh)")
    furnished.commit()
    assert furnished.verify().code == 0
    furnished.write("data/y.txt", "other")
    assert verdict(furnished, "0001/b") == ("holds", [])
    furnished.write("data/x.txt", "other")
    assert verdict(furnished, "0001/b") == ("suspect", ["inputs"])
    assert furnished.verify().verdicts == {"0001/b": "stale"}


def test_declared_inputs_count_though_nobody_reads_them(furnished: Project) -> None:
    ready(furnished, f"# /// script\n# [tool.adrtool]\n# inputs = ['../../data/*.txt']\n# ///\n{PASSES}")
    furnished.verify()
    furnished.write("README.md", "other")
    assert verdict(furnished) == ("holds", [])
    furnished.write("data/new.txt", "new")
    assert verdict(furnished) == ("suspect", ["inputs"])


def test_a_declared_input_that_git_ignores_is_there_to_be_read(furnished: Project) -> None:
    furnished.write(".gitignore", "*.bin\n")
    furnished.write("data/model.bin", "weights")
    block = "# /// script\n# [tool.adrtool]\n# inputs = ['/data/*.bin']\n# ///\n"
    ready(furnished, f"{block}assert open('data/model.bin').read() == 'weights'\n")
    assert furnished.verify().verdicts == {CLAIM: "holds"}
    assert verdict(furnished) == ("holds", [])
    furnished.write("data/model.bin", "other weights")
    assert verdict(furnished) == ("suspect", ["inputs"])


def test_a_conftest_file_is_an_input_of_tests(furnished: Project) -> None:
    furnished.evidence("conftest.py", "")
    ready(furnished, "def test_it(): pass\n")
    furnished.verify()
    assert verdict(furnished) == ("holds", [])
    furnished.evidence("conftest.py", "# other\n")
    assert verdict(furnished) == ("suspect", ["inputs"])


def test_a_commit_of_what_is_there_changes_no_verdict(furnished: Project) -> None:
    ready(furnished, "open('data/x.txt').read()")
    furnished.write("data/x.txt", "not committed yet")
    furnished.verify()
    furnished.commit()
    assert verdict(furnished) == ("holds", [])


def test_what_git_ignores_and_evidence_looked_for_changes_nothing(furnished: Project) -> None:
    furnished.write(".gitignore", "build/\n")
    ready(furnished, "import os; assert not os.path.exists('build'); os.listdir('.')")
    furnished.verify()
    furnished.write("build/x", "built")
    assert verdict(furnished) == ("holds", [])
    assert not furnished.verify().claims[CLAIM]["ran"]


def test_a_link_out_of_the_repository_is_not_followed(furnished: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("outside")
    (furnished.root / "out.txt").symlink_to(outside)
    ready(furnished, "try: open('out.txt')\nexcept FileNotFoundError: pass\nelse: assert 0, 'followed'\n")
    assert furnished.verify().verdicts == {CLAIM: "holds"}
    outside.write_text("changed")
    assert verdict(furnished) == ("holds", [])
    assert not furnished.verify().claims[CLAIM]["ran"]


def test_where_reads_cannot_be_seen_evidence_runs_every_time(
    furnished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_copy, "sees_reads", lambda _: False)
    ready(furnished, "open('data/x.txt').read()")
    for _ in range(2):
        said = furnished.verify()
        assert (said.code, said.claims[CLAIM]["ran"]) == (0, True)
        assert (said.claims[CLAIM]["verdict"], said.claims[CLAIM]["why"]) == ("holds", ["unobserved"])
    assert all(note["unobserved"] for note in furnished.notes() if note["kind"] == "outcome")


@pytest.mark.parametrize("declared", ["['/data/x.txt']", "[]"])
def test_where_reads_cannot_be_seen_a_declaration_is_believed(
    furnished: Project, monkeypatch: pytest.MonkeyPatch, declared: str
) -> None:
    monkeypatch.setattr(working_copy, "sees_reads", lambda _: False)
    ready(furnished, f"# /// script\n# [tool.adrtool]\n# inputs = {declared}\n# ///\n{PASSES}")
    assert [furnished.verify().claims[CLAIM]["ran"] for _ in range(2)] == [True, False]


def test_evidence_that_writes_leaves_the_users_tree_untouched(furnished: Project) -> None:
    ready(furnished, "import shutil; open('data/x.txt', 'w').write('gone'); shutil.rmtree('adr'); open('new', 'w')")
    assert furnished.verify().code == 0
    assert furnished.git("status", "--porcelain") == ""
    assert verdict(furnished)[0] == "holds"


# -- waivers -------------------------------------------------------------------------------------------------------

FUTURE = "waived until 2099-01-01: we know"
PAST = "waived until 2020-01-01: we knew"


def test_a_waived_stale_claim_is_shown_and_raises_no_alarm(project: Project) -> None:
    ready(project, FAILS, FUTURE)
    said = project.verify()
    claim = said.claims[CLAIM]
    assert (said.code, claim["verdict"]) == (0, "stale")
    assert (claim["waived_until"], claim["waiver"]) == ("2099-01-01", "we know")
    status = project.adrtool("status")
    assert (status.code, "waived until 2099-01-01: we know" in status.out) == (0, True)


@pytest.mark.parametrize(
    ("text", "title", "code", "found"),
    [
        (FAILS, PAST, 10, "stale"),
        (PASSES, FUTURE, 10, "holds"),
        (PASSES, PAST, 10, "holds"),
        (BREAKS, FUTURE, 11, "broken"),
        (SKIPS, FUTURE, 0, "unverified"),
        (FAILS, "supporting", 10, "stale"),
        (FAILS, f"supporting; {FUTURE}", 0, "stale"),
    ],
)
def test_a_waiver_covers_stale_alone(project: Project, text: str, title: str, code: int, found: str) -> None:
    ready(project, text, title)
    said = project.verify()
    assert (said.code, said.verdicts) == (code, {CLAIM: found})
    unneeded = [problem["rule"] for problem in said.json["problems"]]
    assert unneeded == (["waiver-unneeded"] if found == "holds" else [])
    assert project.adrtool("status").code == code


def test_a_waiver_is_no_part_of_the_claims_text(project: Project) -> None:
    ready(project, FAILS)
    project.verify()
    project.record(f'[It is so](evidence/a.py "{FUTURE}")')
    assert verdict(project) == ("stale", [])
    assert project.adrtool("status").code == 0


# -- records, their statuses and their health ----------------------------------------------------------------------


@pytest.mark.parametrize("status", ["proposed", "draft", "rejected", "deprecated", "superseded"])
def test_records_that_are_not_in_force_report_and_raise_no_alarm(project: Project, status: str) -> None:
    ready(project, FAILS, status=status)
    said = project.verify()
    assert (said.code, said.verdicts) == (0, {CLAIM: "stale"})
    assert project.adrtool("status").code == 0


def test_health_is_the_worst_of_a_record(project: Project) -> None:
    for name, text in {"a": PASSES, "b": FAILS, "c": BREAKS}.items():
        project.evidence(f"{name}.py", text)
    project.record("[a](evidence/a.py)", path="adr/0001-sound.md")
    project.record("[a](evidence/a.py)", "[b](evidence/b.py 'supporting')", path="adr/0002-weakened.md")
    project.record("[b](evidence/b.py)", "[c](evidence/c.py)", path="adr/0003-stale.md")
    project.record("[a](evidence/a.py)", "[c](evidence/c.py)", path="adr/0004-broken.md")
    project.record("[a](evidence/a.py)", "[d](evidence/)", path="adr/0005-unverified.md")
    project.record("none", path="adr/0006-without.md")
    project.commit()
    project.verify()
    listed = project.adrtool("list", "--json").json["records"]
    assert [record["health"] for record in listed] == ["sound", "weakened", "stale", "broken", "unverified", None]


CODES = {
    "unreadable before all": ({"a.py": FAILS}, ["[a](evidence/a.py)", '[b](evidence/b.py "oops")'], 12),
    "stale before broken": ({"a.py": FAILS, "b.py": BREAKS}, ["[a](evidence/a.py)", "[b](evidence/b.py)"], 10),
    "broken before due": ({"a.py": BREAKS}, ["[a](evidence/a.py)"], 11),
    "broken where evidence is missing": ({}, ["[a](evidence/a.py)"], 11),
}


@pytest.mark.parametrize(("scripts", "claims", "code"), CODES.values(), ids=list(CODES))
def test_the_worst_code_wins(project: Project, scripts: dict[str, str], claims: list[str], code: int) -> None:
    for name, text in scripts.items():
        project.evidence(name, text)
    project.record(*claims)
    project.commit()
    assert project.verify().code == code
    assert project.adrtool("status").code == code


def test_stale_comes_before_due(project: Project) -> None:
    project.evidence("a.py", PASSES)
    project.evidence("b.py", FAILS)
    project.record("[a](evidence/a.py)", "[b](evidence/b.py)")
    project.verify()
    project.evidence("a.py", PASSES + "# other\n")
    assert project.adrtool("status").code == 10
    assert project.adrtool("status", CLAIM).code == 14


# -- branches, moves, and several claims ---------------------------------------------------------------------------


def test_what_another_branch_saw_counts_only_for_just_the_same(project: Project) -> None:
    ready(project)
    project.verify()
    project.git("checkout", "-q", "-b", "side")
    project.evidence("a.py", FAILS)
    project.commit()
    assert project.verify().verdicts == {CLAIM: "stale"}
    project.git("checkout", "-q", "main")
    assert verdict(project) == ("holds", [])
    project.evidence("a.py", "assert 1\n")
    assert verdict(project) == ("suspect", ["evidence"])
    project.evidence("a.py", FAILS)
    assert verdict(project) == ("stale", [])


def test_evidence_that_moves_keeps_its_history(project: Project) -> None:
    ready(project)
    project.verify()
    (project.root / "adr/evidence/a.py").rename(project.root / "adr/evidence/b.py")
    project.record("[It is so](evidence/b.py)")
    assert verdict(project, "0001/b") == ("holds", [])
    project.record("[It is something else](evidence/b.py)")
    assert verdict(project, "0001/b") == ("unverified", ["never-run"])


def test_one_run_speaks_for_all_claims_that_cite_it(project: Project) -> None:
    project.evidence("a.py", "print('once')\n")
    project.record("[It is so](evidence/a.py)")
    project.record("[It is, really](evidence/a.py)", path="adr/0002-two.md")
    project.commit()
    said = project.verify()
    assert said.verdicts == {"0001/a": "holds", "0002/a": "holds"}
    outcomes = [note for note in project.notes() if note["kind"] == "outcome"]
    assert len({note["run"] for note in outcomes}) == 1
    assert len({note["seconds"] for note in outcomes}) == 1


def test_two_tests_of_one_file_have_verdicts_of_their_own(project: Project) -> None:
    project.evidence("a.py", "def test_x(): pass\ndef test_y(): assert 0, 'y'\n")
    project.record("[x](evidence/a.py#test_x)", "[y](evidence/a.py#test_y)")
    project.commit()
    assert project.verify().verdicts == {"0001/a#test_x": "holds", "0001/a#test_y": "stale"}


def test_several_record_folders_prefix_their_claims(project: Project) -> None:
    for folder in ("a/adr", "b/adr"):
        project.write(f"{folder}/evidence/x.py", PASSES)
        project.write(f"{folder}/0001-one.md", "# One\n\nStatus: accepted\n\n- [It is so](evidence/x.py)\n")
    project.commit()
    assert project.verify().verdicts == {"a/adr:0001/x": "holds", "b/adr:0001/x": "holds"}


def test_a_second_try_that_passes_is_flaky(project: Project) -> None:
    block = "# /// script\n# [tool.adrtool]\n# retries = 2\n# ///\n"
    counter = project.root.parent / "count"
    ready(
        project,
        f"{block}import pathlib\ncount = pathlib.Path({str(counter)!r})\n"
        "tried = count.read_text() if count.exists() else ''\ncount.write_text(tried + 'x')\nassert tried, 'first'\n",
    )
    said = project.verify()
    assert (said.code, said.verdicts, said.claims[CLAIM]["flaky"]) == (0, {CLAIM: "holds"}, True)
    assert counter.read_text() == "xx"
    outcome = next(note for note in project.notes() if note["kind"] == "outcome")
    assert outcome["tries"] == ["failed", "passed"]


def test_what_always_fails_is_tried_so_often_and_no_more(project: Project) -> None:
    ready(project, f"# /// script\n# [tool.adrtool]\n# retries = 2\n# ///\n{FAILS}")
    assert project.verify().verdicts == {CLAIM: "stale"}
    outcome = next(note for note in project.notes() if note["kind"] == "outcome")
    assert outcome["tries"] == ["failed", "failed", "failed"]


# -- selections and ways to say it ---------------------------------------------------------------------------------


@pytest.fixture
def several(project: Project) -> Project:
    project.evidence("a.py", PASSES)
    project.evidence("b.py", FAILS)
    project.evidence("big.py", f"# /// script\n# [tool.adrtool]\n# tags = ['heavy']\n# ///\n{FAILS}")
    project.record("[a](evidence/a.py)")
    project.record("[b](evidence/b.py)", "[big](evidence/big.py)", path="adr/0002-two.md")
    project.commit()
    return project


@pytest.mark.parametrize(
    ("words", "ran"),
    [
        ((), {"0001/a", "0002/b"}),
        (("0001",), {"0001/a"}),
        (("0002/b",), {"0002/b"}),
        (("adr/evidence/b.py",), {"0002/b"}),
        (("--tag", "heavy"), {"0002/big"}),
        (("0002/big",), {"0002/big"}),
        (("0002",), {"0002/b"}),
        (("--verdict", "unverified", "1"), {"0001/a"}),
    ],
)
def test_only_what_is_selected_runs_and_counts(several: Project, words: tuple[str, ...], ran: set[str]) -> None:
    said = several.verify(*words)
    assert {name for name, claim in said.claims.items() if claim["ran"]} == ran == set(said.claims)
    assert said.code == (0 if ran == {"0001/a"} else 10)
    assert {note["claim"] for note in several.notes() if note["kind"] == "outcome"} == ran


def test_what_default_tags_leave_out_is_said_with_the_command_that_runs_it(several: Project) -> None:
    said = several.adrtool("verify")
    assert (said.code, "--tag heavy" in said.out) == (10, True)
    assert several.verify().json["left_out"] == [{"claim": "0002/big", "tag": "heavy"}]


@pytest.mark.parametrize("words", [("0003",), ("nothing",), ("--tag", "nothing"), ("--verdict", "holds")])
def test_a_selection_that_matches_nothing_is_never_green(several: Project, words: tuple[str, ...]) -> None:
    for command in ("verify", "status", "plan", "claims"):
        said = several.adrtool(command, *words)
        assert (said.code, len(said.err.splitlines())) == (12, 1)
        assert f"no claim matches {' '.join(words)}" in said.err


def test_a_path_is_meant_from_where_one_stands(several: Project) -> None:
    said = several.adrtool("verify", "--json", "evidence/a.py", cwd=several.root / "adr")
    assert set(said.claims) == {"0001/a"}


def test_plan_says_what_would_run_and_runs_nothing(several: Project) -> None:
    said = several.adrtool("plan", "--json")
    assert (said.code, [(step["evidence"], step["why"]) for step in said.json["steps"]]) == (
        0,
        [("adr/evidence/a.py", ["never-run"]), ("adr/evidence/b.py", ["never-run"])],
    )
    assert several.git("for-each-ref", "refs/notes") == ""
    several.verify()
    several.evidence("a.py", PASSES + "# other\n")
    said = several.adrtool("plan", "--json")
    assert (said.code, [(step["evidence"], step["why"]) for step in said.json["steps"]]) == (
        14,
        [("adr/evidence/a.py", ["evidence"]), ("adr/evidence/b.py", ["asked"])],
    )


def test_fail_fast_stops_at_the_first(project: Project) -> None:
    for name in ("a", "b", "c"):
        project.evidence(f"{name}.py", FAILS)
    project.record(*(f"[{name}](evidence/{name}.py)" for name in ("a", "b", "c")))
    project.commit()
    said = project.verify("--fail-fast", "--jobs", "1")
    assert (said.code, said.verdicts) == (10, {"0001/a": "stale", "0001/b": "unverified", "0001/c": "unverified"})


def test_junit_tells_each_claim(several: Project) -> None:
    several.verify("--junit", "out.xml")
    suite = ElementTree.parse(several.root / "out.xml").getroot()[0]  # noqa: S314
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    assert [(case.get("name"), [child.tag for child in case]) for case in suite] == [
        ("0001/a", []),
        ("0002/b", ["failure"]),
    ]


def test_results_go_to_one_stream_and_chatter_to_the_other(several: Project) -> None:
    said = several.adrtool("verify", "--verbose", "--all")
    assert "PYTHONPATH=" in said.err  # the command to repeat it by hand
    assert "stale" in said.out
    assert "passed" in said.err and "to go" in said.err


def test_without_git_everything_but_the_ledger_works(folder: Project) -> None:
    folder.evidence("a.py", PASSES)
    folder.evidence("b.py", FAILS)
    folder.record("[a](evidence/a.py)", "[b](evidence/b.py)")
    said = folder.adrtool("verify")
    assert (said.code, "no git repository, so there is no ledger" in said.err) == (10, True)
    assert folder.verify().verdicts == {"0001/a": "holds", "0001/b": "stale"}
    assert folder.status().verdicts == {"0001/a": "unverified", "0001/b": "unverified"}


def test_before_the_first_commit_outcomes_wait_and_count(project: Project) -> None:
    project.evidence("a.py", PASSES)
    project.record("[a](evidence/a.py)")
    assert project.verify().code == 0
    assert verdict(project) == ("holds", [])
    project.commit()
    assert verdict(project) == ("holds", [])


# -- several processes ---------------------------------------------------------------------------------------------


def start(project: Project, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "adrtool", *words],
        cwd=project.root,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def processes_with(word: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                found += [entry.name] if word in (entry / "cmdline").read_text() else []
            except OSError:
                continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_leaves_no_orphan_and_loses_nothing(project: Project, number: signal.Signals) -> None:
    started = project.root.parent / "started"
    seconds = f"86{os.getpid()}"
    project.evidence("a.py", PASSES)
    project.evidence(
        "b.py",
        f"import pathlib, subprocess\nchild = subprocess.Popen(['sleep', '{seconds}'], start_new_session=True)\n"
        f"pathlib.Path({str(started)!r}).touch()\nchild.wait()\n",
    )
    project.record("[a](evidence/a.py)", "[b](evidence/b.py)")
    project.commit()
    running = start(project, "verify", "--jobs", "1")
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(number)
    _, err = running.communicate(timeout=60)
    assert (running.returncode, "Traceback" in err) == (130, False), err
    assert processes_with(seconds) == []
    assert project.status().verdicts == {"0001/a": "holds", "0001/b": "unverified"}


def test_what_was_told_to_have_ended_before_an_interruption_is_kept(project: Project) -> None:
    scripts = [f"s{number}.sh" for number in range(40)]
    for script in scripts:
        project.shell(script, "exit 0\n")
    project.record(*(f"[It holds](evidence/{script})" for script in scripts))
    project.commit()
    for wanted in (1, 3, 8, 15):
        running = start(project, "verify", "--all", "--jobs", "4")
        assert running.stderr is not None
        ended: set[str] = set()
        while len(ended) < wanted:
            ended |= passed(running.stderr.readline())
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        kept = {line["claim"] for line in project.notes() if line["kind"] == "outcome"}
        assert ended | passed(err) <= kept
        project.git("update-ref", "-d", "refs/notes/adrtool")


def passed(told: str) -> set[str]:
    """The claims whose evidence was said to have passed."""
    return {f"0001/{name}" for name in re.findall(r"^passed .*/(s\d+)\.sh", told, re.MULTILINE)}


def test_two_runs_at_once_lose_nothing(several: Project) -> None:
    runs = [start(several, "verify", "--all", "--json") for _ in range(3)]
    for run in runs:
        _, err = run.communicate(timeout=120)
        assert (run.returncode, "Traceback" in err) == (10, False), err
    outcomes = [note for note in several.notes() if note["kind"] == "outcome"]
    assert len(outcomes) == 6
    assert several.status("0001/a", "0002/b").verdicts == {"0001/a": "holds", "0002/b": "stale"}


def test_a_reader_that_goes_away_is_no_fault(several: Project) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m adrtool list | true"], cwd=several.root, capture_output=True, text=True
    )
    assert done.stderr == ""


# -- the kept answer of `status` -----------------------------------------------------------------------------------


def kept_status(project: Project) -> subprocess.CompletedProcess[str]:
    """`status` in a process of its own, which keeps its answer though files have only just changed."""
    script = "from adrtool import memo; memo._RACY_NS = 0; from adrtool.start import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, "status", "--json"], cwd=project.root, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", [name for name in INPUTS if name.startswith(("a listing", "a name", "the h"))])
def test_a_kept_answer_is_given_only_while_it_is_true(furnished: Project, name: str) -> None:
    text, change = INPUTS[name]
    ready(furnished, text + "\n")
    assert furnished.verify().code == 0
    first = kept_status(furnished)
    assert (first.returncode, [*(furnished.root / ".git/adrtool/answers").iterdir()] != []) == (0, True), first
    assert kept_status(furnished).stdout == first.stdout
    change(furnished)
    assert kept_status(furnished).returncode == 14

"""`adrtool audit`: real scripts, each assertion negated, run as `verify` runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from repositories import Project

from adrtool.evidence import sandbox, working_copy

SOUND = "x = 2\nassert x == 2\n"
SWALLOWED = "x = 2\ntry:\n    assert x == 3\nexcept AssertionError:\n    pass\n"
NEVER = "x = 2\nassert x == 2\nif x == 3:\n    assert x\n"
NONE = "import os\n\nprint(os.sep)\n"
CONTROL = """\
# /// script
# [tool.adrtool]
# control = "{}"
# ///
test "$1" != wrong
"""


def ready(project: Project, text: str = SOUND, test: str = "") -> Project:
    """One record with one claim, committed."""
    project.evidence("a.py", text)
    project.record(f"[It is so](evidence/a.py{test})")
    project.commit()
    return project


def shell(project: Project, text: str) -> Project:
    project.shell("a.sh", text)
    project.record("[It is so](evidence/a.sh)")
    project.commit()
    return project


def audit(project: Project, *words: str) -> list[dict]:
    """The evidence of `adrtool audit --json`, and nothing but what is promised."""
    said = project.adrtool("audit", "--json", *words)
    assert said.code == 0
    assert set(said.json) == {"format", "evidence"}
    for each in said.json["evidence"]:
        assert set(each) == {"evidence", "claims", "verdict", "findings"}
        assert all(set(finding) == {"path", "line", "why"} for finding in each["findings"])
    return said.json["evidence"]


def result(project: Project, *words: str) -> tuple[str, list[tuple[int, str]]]:
    """Verdict and findings of the only piece of evidence."""
    (only,) = audit(project, *words)
    return only["verdict"], [(finding["line"], finding["why"]) for finding in only["findings"]]


def lines(project: Project, *words: str) -> tuple[str, list[int]]:
    verdict, findings = result(project, *words)
    return verdict, [line for line, _ in findings]


# -- what is found -------------------------------------------------------------------------------------------------


def test_evidence_that_says_no_once_negated_is_sound(project: Project) -> None:
    ready(project)
    assert audit(project) == [
        {"evidence": "adr/evidence/a.py", "claims": ["0001/a"], "verdict": "sound", "findings": []}
    ]


def test_an_assertion_that_is_swallowed_is_vacuous(project: Project) -> None:
    ready(project, SWALLOWED)
    verdict, [(line, why)] = result(project)
    assert (verdict, line, why.partition(":")[0]) == ("vacuous", 3, "vacuous")


def test_an_assertion_that_nobody_comes_to_is_never_reached(project: Project) -> None:
    ready(project, NEVER)
    verdict, [(line, why)] = result(project)
    assert (verdict, line, why.partition(":")[0]) == ("vacuous", 4, "never reached")


def test_a_script_without_an_assertion_is_reported_and_does_not_run(project: Project) -> None:
    ready(project, NONE + "raise SystemExit('it ran')\n")
    assert lines(project) == ("vacuous", [1])


def test_an_assertion_of_a_literal_is_vacuous_beside_sound_ones(project: Project) -> None:
    ready(project, SOUND + "assert (x == 3, 'a pair is true')\n")
    assert lines(project) == ("vacuous", [3])


def test_each_bound_of_a_measure_counts(project: Project) -> None:
    text = "from adrtool_evidence import measure\nlimit = None\nmeasure('a', 3, at_most=4,\n  at_least=limit)\n"
    ready(project, text)
    assert lines(project) == ("vacuous", [4])


def test_a_bound_that_is_caught_still_says_no(project: Project) -> None:
    text = "from adrtool_evidence import measure\ntry:\n  measure('a', 3, at_most=4)\nexcept AssertionError:\n  pass\n"
    ready(project, text)
    assert lines(project) == ("sound", [])


def test_what_is_tried_until_it_holds_is_sound(project: Project) -> None:
    wait = "n = 0\nfor n in range(9):\n  try:\n    assert n > 2\n    break\n  except AssertionError: pass\nelse:\n  assert False\n"
    ready(project, wait)
    assert lines(project) == ("sound", [])


def test_only_what_its_test_can_come_to_counts_for_a_claim(project: Project) -> None:
    text = """\
    import pytest
    from helper import check

    @pytest.fixture
    def two():
        return 2

    def test_one(two):
        with pytest.raises(ValueError):
            int("x")
        check(two)

    def test_two():
        if False:
            assert pytest
    """
    project.evidence("helper.py", "def check(x):\n    if not x:\n        assert x is None\n    assert x == 2\n")
    project.evidence("a.py", text)
    project.record("[One](evidence/a.py#test_one) and [two](evidence/a.py#test_two)")
    project.commit()
    one, two = audit(project)
    assert (one["evidence"], one["verdict"], one["findings"]) == ("adr/evidence/a.py#test_one", "sound", [])
    assert (two["verdict"], [finding["line"] for finding in two["findings"]]) == ("vacuous", [15])


def test_a_helper_whose_failure_is_swallowed_is_found_at_its_own_place(project: Project) -> None:
    project.evidence(
        "helper.py", "def check(x):\n    try:\n        assert x\n    except AssertionError:\n        pass\n"
    )
    ready(project, "from helper import check\ncheck(1)\n")
    (only,) = audit(project)
    assert [(each["path"], each["line"]) for each in only["findings"]] == [("adr/evidence/helper.py", 3)]


def test_evidence_that_only_breaks_is_no_proof(project: Project) -> None:
    text = "import threading\ndef f():\n    assert threading\nt = threading.Thread(target=f)\nt.start()\nt.join()\n"
    ready(project, text)
    verdict, [(_, why)] = result(project)
    assert (verdict, "an exception in a thread" in why) == ("unaudited", True)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("x = 1\nassert x == 2, 'two'\n", 2, "stale: "),
        ("x = 1\n1 / 0\nassert x\n", 2, "broken: "),
        ("from adrtool_evidence import skip\nskip('no GPU')\nassert skip\n", 2, "skipped: "),
        ("assert x =\n", 1, "cannot be parsed here: "),
        ("# /// script\n# [tool.adrtool]\n# nonsense = 1\n# ///\nassert 1 + 1\n", 1, "cannot run: "),
        ("# /// script\n# [tool.adrtool]\n# needs = ['env:NOWHERE']\n# ///\nassert 1 + 1\n", 1, "skipped: "),
    ],
)
def test_evidence_that_does_not_pass_is_unaudited_and_nothing_is_kept(
    project: Project, text: str, line: int, word: str
) -> None:
    ready(project, text)
    verdict, [(at, why)] = result(project)
    assert (verdict, at, why[: len(word)]) == ("unaudited", line, word)
    assert project.git("for-each-ref", "refs/notes/adrtool") == ""


def test_evidence_that_is_gone_is_unaudited(project: Project) -> None:
    project.record("[It is so](evidence/gone.py)")
    project.commit()
    verdict, [(_, why)] = result(project)
    assert (verdict, why) == ("unaudited", "cannot run: there is no such file; add it, or cite another")


# -- other executables ---------------------------------------------------------------------------------------------


def test_another_executable_is_not_auditable(project: Project) -> None:
    shell(project, "exit 0\n")
    verdict, [(line, why)] = result(project)
    assert (verdict, line, "control" in why) == ("unaudited", 1, True)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("./a.sh wrong", ("sound", [])),
        ("/adr/evidence/a.sh wrong", ("sound", [])),
        ("./wrong.sh", ("sound", [])),
        ("./a.sh right", ("vacuous", [2])),
        ("sh -c 'exit 3'", ("unaudited", [2])),
        ("./gone.sh", ("unaudited", [2])),
    ],
)
def test_a_control_command_has_to_fail(project: Project, command: str, expected: tuple[str, list[int]]) -> None:
    project.shell("wrong.sh", "exec adr/evidence/a.sh wrong\n")
    shell(project, CONTROL.format(command))
    assert lines(project) == expected


def test_an_edit_of_the_control_asks_for_another_audit(project: Project) -> None:
    project.shell("wrong.sh", "exit 1\n")
    shell(project, CONTROL.format("./wrong.sh"))
    assert lines(project)[0] == "sound"
    project.shell("wrong.sh", "exit 0\n")
    assert lines(project)[0] == "vacuous"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.py",
            "# /// script\n# [tool.adrtool]\n# control = './b.sh'\n# ///\n",
            "3: control is for other executables",
        ),
        ("a.sh", CONTROL.format("../../../b.sh"), "4: control: ../../../b.sh leads out"),
        ("a.sh", CONTROL.format(""), "4: control: write a command"),
        ("a.sh", CONTROL.format("sh 'x"), "4: control: No closing quotation"),
    ],
)
def test_a_control_that_cannot_be_is_told_with_its_line(project: Project, name: str, text: str, message: str) -> None:
    project.evidence(name, text if name == "a.py" else f"#!/bin/sh\n{text}", 0o755)
    project.record(f"[It is so](evidence/{name})")
    project.commit()
    said = project.verify()
    assert said.code == 11
    (claim,) = said.json["claims"]
    assert message in f"{claim['place'].rpartition(':')[2]}: {claim['message']}"


# -- what is kept, and shown ---------------------------------------------------------------------------------------


def ran(project: Project, *words: str) -> int:
    """How many runs an audit takes."""
    return project.adrtool("audit", "--verbose", *words).err.count(" s  ")


def test_an_audit_runs_again_only_when_the_script_changed(project: Project) -> None:
    ready(project)
    assert (ran(project), ran(project), ran(project, "--all")) == (2, 0, 2)
    project.evidence("a.py", f"{SOUND}assert x < 3\n")
    assert (ran(project), ran(project)) == (3, 0)
    project.evidence("a.py", SOUND)
    assert (ran(project), lines(project)) == (0, ("sound", []))
    project.record("[It is so, in other words](evidence/a.py)")
    assert ran(project) == 0


def test_a_script_that_is_moved_takes_its_audit_along(project: Project) -> None:
    ready(project, NEVER)
    assert (ran(project), ran(project)) == (4, 0)
    project.git("mv", "adr/evidence/a.py", "adr/evidence/b.py")
    project.record("[It is so](evidence/b.py)")
    assert (ran(project), audit(project)[0]["findings"][0]["path"]) == (0, "adr/evidence/b.py")
    project.evidence("a.py", NEVER)  # a copy stands elsewhere, and is audited for itself
    project.record("[It is so](evidence/a.py) and [so](evidence/b.py)")
    assert len(audit(project)) == 2


def test_an_audit_runs_again_when_requirements_or_a_module_beside_it_changed(project: Project) -> None:
    project.evidence("helper.py", "def check(x):\n    assert x\n")
    ready(project, "from helper import check\ncheck(1)\n")
    assert (ran(project), ran(project)) == (2, 0)
    project.evidence("helper.py", "def check(x):\n    assert x > 0\n")
    assert (ran(project), ran(project)) == (2, 0)


def test_a_claim_is_unproven_until_an_audit_saw_red(project: Project) -> None:
    ready(project)
    project.verify()
    assert project.status().claims["0001/a"]["unproven"]
    assert "1 claim, unproven" in project.adrtool("status").out
    assert "0001/a  unproven" in project.adrtool("show", "1").out
    audit(project)
    claim = project.status().claims["0001/a"]
    assert (claim["unproven"], claim["audit"]) == (False, {"verdict": "sound", "findings": []})
    assert "unproven" not in project.adrtool("status").out
    project.evidence("a.py", f"{SOUND}# changed\n")
    assert project.status().claims["0001/a"]["unproven"]


def test_vacuous_evidence_is_shown_and_stays_unproven(project: Project) -> None:
    ready(project, SWALLOWED)
    project.verify()
    audit(project)
    claim = project.status().claims["0001/a"]
    assert (claim["unproven"], claim["verdict"], claim["audit"]["verdict"]) == (True, "holds", "vacuous")
    for words in (("status",), ("show", "1")):
        said = project.adrtool(*words)
        assert (said.code, "audit: adr/evidence/a.py:3: vacuous: " in said.out) == (0, True)


def test_one_red_negation_is_proof_beside_findings(project: Project) -> None:
    ready(project, NEVER)
    audit(project)
    claim = project.status().claims["0001/a"]
    assert (claim["unproven"], claim["audit"]["verdict"]) == (False, "vacuous")


def test_a_long_list_of_findings_is_cut_beside_a_claim(project: Project) -> None:
    ready(project, "x = 1\nassert x\n" + "if x > 1:\n    assert x\n" * 5)
    audit(project)
    shown = " ".join(project.adrtool("show", "1").out.split())
    assert (shown.count("never reached"), "2 more; adrtool audit adr/evidence/a.py lists them" in shown) == (3, True)
    assert project.adrtool("audit").out.count("never reached") == 5


def test_what_an_audit_runs_is_no_outcome(project: Project) -> None:
    ready(project)
    audit(project)
    assert [note["kind"] for note in project.notes()] == ["audit"]
    assert project.status().claims["0001/a"]["verdict"] == "unverified"


def test_an_audit_that_cannot_be_read_is_kept_and_had_again(project: Project) -> None:
    ready(project)
    audit(project)
    (note,) = project.notes()
    line = json.dumps({**note, "verdict": "so-so"})
    project.git("notes", "--ref=adrtool", "add", "--force", "--file=-", feed=f"{line}\n".encode())
    assert project.status().claims["0001/a"]["unproven"]
    assert (ran(project), ran(project)) == (2, 0)
    assert "so-so" in project.git("notes", "--ref=adrtool", "show")


def test_without_git_nothing_is_kept_and_it_says_so(folder: Project) -> None:
    folder.evidence("a.py", SOUND)
    folder.record("[It is so](evidence/a.py)")
    said = folder.adrtool("audit")
    assert (said.code, "1 sound" in said.out, "not kept" in said.err) == (0, True, True)


# -- which, and how ------------------------------------------------------------------------------------------------


def two(project: Project) -> Project:
    project.evidence("a.py", SOUND)
    project.evidence("b.py", "# /// script\n# [tool.adrtool]\n# tags = ['heavy']\n# ///\n" + SWALLOWED)
    project.record("[One](evidence/a.py), [two](evidence/b.py), [again](evidence/a.py) and [none](evidence/)")
    project.commit()
    return project


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["a.py"]),
        (("--tag", "heavy"), ["b.py"]),
        (("0001/b",), ["b.py"]),
        (("1",), ["a.py"]),
        (("adr/evidence/a.py", "0001/b"), ["a.py", "b.py"]),
        (("--verdict", "unsupported"), []),
    ],
)
def test_evidence_is_selected_as_verify_does(project: Project, words: tuple[str, ...], names: list[str]) -> None:
    two(project)
    assert [each["evidence"].rpartition("/")[2] for each in audit(project, *words)] == names


def test_what_is_left_out_is_told_with_the_words_for_it(project: Project) -> None:
    two(project)
    assert "left out: 1 claim tagged heavy; to run: adrtool audit --tag heavy" in project.adrtool("audit").out


def test_a_name_that_matches_nothing_is_12(project: Project) -> None:
    ready(project)
    said = project.adrtool("audit", "0007")
    assert (said.code, said.err) == (12, "adrtool: no claim matches 0007; `adrtool claims` lists them\n")
    assert project.adrtool("audit", "--verdict", "good").code == 2


def test_a_sandbox_that_is_required_and_not_there_is_12_and_nothing_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "find", lambda: sandbox.Sandbox(None, "there is none", "install one"))
    ready(project)
    said = project.adrtool("audit", "--sandbox", "require")
    assert (said.code, said.out, "there is none; install one" in said.err) == (12, "", True)


def test_without_claims_there_is_nothing_to_do(project: Project) -> None:
    project.record("no claim")
    said = project.adrtool("audit")
    assert (said.code, said.out) == (0, "no evidence to audit\n")


def test_the_working_tree_is_left_alone(project: Project) -> None:
    project.evidence("real.py", SOUND)
    project.root.joinpath("adr/evidence/a.py").symlink_to(project.root / "adr/evidence/real.py")
    project.record("[It is so](evidence/a.py)")
    project.commit()
    assert lines(project) == ("sound", [])
    assert project.git("status", "--porcelain") == ""
    assert project.root.joinpath("adr/evidence/real.py").read_text() == SOUND


def test_where_reads_cannot_be_seen_there_is_a_private_copy_all_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_copy, "sees_reads", lambda folder: False)
    ready(project)
    assert lines(project) == ("sound", [])
    assert project.git("status", "--porcelain") == ""


def test_where_nothing_can_be_copied_nothing_is_negated(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_copy, "MOST_FILES", 0)
    ready(project)
    verdict, [(_, why)] = result(project)
    assert (verdict, "too large" in why) == ("unaudited", True)


def test_a_negation_is_not_tried_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = project.root.parent / "count"
    monkeypatch.setenv("COUNTER", str(counter))
    block = "# /// script\n# [tool.adrtool]\n# retries = 3\n# needs = ['env:COUNTER']\n# ///\n"
    ready(project, f"{block}import os\nopen(os.environ['COUNTER'], 'a').write('x')\nassert os\n")
    assert lines(project) == ("sound", [])
    assert counter.read_text() == "xx"


def test_an_interruption_keeps_what_was_finished(project: Project) -> None:
    project.evidence("a.py", SOUND)
    slow = "import os, pathlib, time\npathlib.Path(os.environ['STARTED']).touch()\ntime.sleep(60)\nassert os\n"
    project.evidence(
        "b.py", f"# /// script\n# [tool.adrtool]\n# needs = ['env:STARTED']\n# exclusive = true\n# ///\n{slow}"
    )
    project.record("[One](evidence/a.py) and [two](evidence/b.py)")
    project.commit()
    started = project.root.parent / "started"
    child = subprocess.Popen(
        [sys.executable, "-m", "adrtool", "audit"],
        cwd=project.root,
        env={**os.environ, "STARTED": str(started)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not started.exists() and child.poll() is None:
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate()
    assert (child.returncode, "1 sound" in out, "interrupted" in err) == (130, True, True), err
    assert [note["verdict"] for note in project.notes()] == ["sound"]

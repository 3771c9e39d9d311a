"""Evidence that says both: retried, recorded as both, and counted; and what `show` and `history` tell of the past."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import Project

CLAIM = "0001/a"


@pytest.fixture
def moody(project: Project, tmp_path: Path) -> Project:
    """Evidence that fails at its first try while `rain` is there, and passes at the next."""
    rain = str(tmp_path / "rain")
    project.evidence(
        "a.py",
        "# /// script\n# [tool.adrtool]\n# retries = 2\n# ///\n"
        f"import os\nif os.path.exists({rain!r}):\n    os.remove({rain!r})\n    assert False, 'rain'\n",
    )
    project.record("[It is so](evidence/a.py)")
    project.write("adrtool.toml", "sandbox = 'off'\n")  # it looks at the world outside
    project.commit()
    return project


def test_a_pass_after_a_fail_is_both_and_flaky_and_counted(moody: Project, tmp_path: Path) -> None:
    moody.verify()
    (tmp_path / "rain").touch()
    said = moody.verify("--all")
    claim = said.claims[CLAIM]
    assert (said.code, claim["verdict"], claim["flaky"], claim["tries"]) == (0, "holds", True, ["failed", "passed"])
    assert said.json["changes"] == []
    moody.verify("--all")
    assert moody.adrtool("history", CLAIM, "--json").json["flakiness"] == {"times": 1, "runs": 3}
    assert moody.adrtool("show", "1", "--json").json["flakiness"] == {CLAIM: {"times": 1, "runs": 3}}
    shown, told = moody.adrtool("show", "1").out, moody.adrtool("history", CLAIM).out
    assert "flaky: said no in 1 of 3 runs of the same content" in shown
    assert "flaky: said no in 1 of 3 runs of the same content" in told
    assert "0001/a  flaky" in shown
    assert "failed, then passed" in told.splitlines()[1]


def test_what_is_not_flaky_is_not_counted(moody: Project) -> None:
    moody.verify()
    assert moody.adrtool("history", CLAIM, "--json").json["flakiness"] is None
    assert moody.adrtool("show", "1", "--json").json["flakiness"] == {}
    assert "flaky" not in moody.adrtool("show", "1").out


def test_show_and_history_say_why_a_claim_turned(project: Project) -> None:
    project.evidence("a.py", "")
    project.record("[It is so](evidence/a.py)")
    began = project.commit()
    project.verify()
    project.evidence("a.py", "assert False")
    ended = project.commit()
    project.verify()
    differs = f"differs: the script; commits {began[:10]}..{ended[:10]}"
    for command in (("show", "1"), ("history", CLAIM)):
        told = " ".join(project.adrtool(*command).out.split())
        assert "turned between" in told
        assert differs in told
    (turn,) = project.adrtool("history", CLAIM, "--json").json["turns"]
    assert (turn["last"]["commit"], turn["first"]["commit"], turn["worse"]) == (began, ended, True)
    assert project.adrtool("show", "1", "--json").json["turns"] == {CLAIM: turn}
    project.evidence("a.py", "")
    project.verify()
    assert project.adrtool("show", "1", "--json").json["turns"] == {}

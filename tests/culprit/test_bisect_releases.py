"""`adrtool bisect --package`: the release of a package that made a claim turn."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from repositories import Project
from wheels import wheel

SCRIPT = """
    # /// script
    # dependencies = [{dependencies}]
    # [tool.adrtool]
    # revalidate = "1s"
    # ///
    import thing

    assert hasattr(thing, "frobnicate"), f"thing {{thing.version}} has no frobnicate"
"""
OLD = "def frobnicate(): pass\n"


@pytest.fixture
def turned(project: Project, links: Path) -> Project:
    """It held with thing 1.0, and fails with 1.6: frobnicate went in 1.4."""
    wheel(links, "thing", "1.0", requires="other", code=OLD)
    written(project, '"thing"')
    assert project.verify().verdicts == {"0001/api": "holds"}
    for version in ("1.1", "1.2", "1.3", "1.3.1"):
        wheel(links, "thing", version, requires="other", code=OLD)
    for version in ("1.4", "1.5", "1.6rc1", "1.6"):
        wheel(links, "thing", version, requires="other")
    wheel(links, "other", "2.0")
    time.sleep(1.1)  # the verdict expires, so that the environment is resolved anew
    assert project.verify().verdicts == {"0001/api": "stale"}
    return project


def written(project: Project, dependencies: str) -> None:
    project.evidence("api.py", SCRIPT.format(dependencies=dependencies))
    project.record("[Things frobnicate](evidence/api.py)")
    project.commit()


def test_the_first_release_that_fails_is_named_with_everything_else_as_it_was(turned: Project, links: Path) -> None:
    wheel(links, "other", "3.0")
    before = (turned.notes(), turned.status().out)
    said = turned.adrtool("bisect", "1/api", "--package", "Thing")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "0001/api  Things frobnicate"
    assert "what differs  other 1.0 -> 2.0; thing 1.0 -> 1.6" in lines
    assert "Thing: holds up to 1.3.1, fails from 1.4" in lines
    assert "              thing 1.4 has no frobnicate" in lines
    assert "left out: 1.6rc1 (a pre-release)" in lines
    installed = {path.name for path in Path(turned.root.parent / "cache").rglob("other-*.dist-info")}
    assert installed == {"other-1.0.dist-info", "other-2.0.dist-info"}  # 1.0 is of the first run, 3.0 of none
    assert (turned.notes(), turned.status().out) == before


def test_as_json_and_what_cannot_be_searched(turned: Project) -> None:
    said = turned.adrtool("bisect", "1/api", "--package", "thing", "--json").json
    assert (said["package"], said["from"], said["to"], said["over"]) == ("thing", "1.0", "1.6", "releases")
    assert (said["holds_up_to"]["name"], said["fails_from"]["name"]) == ("1.3.1", "1.4")
    assert said["left_out"] == [{"version": "1.6rc1", "why": "pre-release", "words": "a pre-release"}]
    head = turned.git("rev-parse", "HEAD")
    for words, code, message in (
        (
            (),
            12,
            f"it held and failed on one commit, {head[:10]}; what differs: other 1.0 -> 2.0; thing 1.0 -> 1.6; `adrtool",
        ),
        (("--package", "nothing"), 12, "no nothing in that run; name a release with which it holds: --from VERSION"),
        (("--package", "thing", "--from", "x"), 2, "--from x: write a version, as in 2.19.1"),
        (("--package", "thing", "--to", "1.0"), 12, "it held and failed with thing 1.0"),
        (("--package", "nothing", "--from", "1", "--to", "2"), 11, "no release of nothing where packages come from"),
    ):
        refused = turned.adrtool("bisect", "1/api", *words)
        assert (refused.code, refused.out) == (code, "")
        assert message in refused.err
        assert refused.err.count("\n") == 1


def test_what_must_move_with_it_moves_and_what_cannot_be_had_is_told(turned: Project, links: Path) -> None:
    wheel(links, "thing", "1.3", requires="other<2", code=OLD)
    wheel(links, "thing", "1.3.1", requires="nowhere", code=OLD)
    wheel(links, "thing", "1.4", requires="nowhere")
    said = turned.adrtool("bisect", "1/api", "--package", "thing")
    assert "thing: holds up to 1.3, fails from 1.5" in said.out
    told = " ".join(said.out.split())
    assert "2 between them could tell nothing, so it may be one of those:" in told
    assert "1.3.1 Because nowhere was not found" in told


def test_pins_of_the_package_and_constraints_are_lifted(project: Project, links: Path) -> None:
    for version in ("1.0", "1.1"):
        wheel(links, "thing", version, requires="other", code=OLD)
    wheel(links, "thing", "2.0", requires="other")
    project.write("adr/evidence/pins.txt", "thing==2.0\nother==1.0\n")
    written(project, '"thing==2.*"')
    project.evidence(
        "api.py", SCRIPT.format(dependencies='"thing==2.*"').replace("# rev", '# constraints = "pins.txt"\n    # rev')
    )
    project.commit()
    refused = project.adrtool("bisect", "1/api", "--package", "thing")
    assert refused.code == 12
    assert "the ledger knows no pass with a failure after it; name a release with which it holds" in refused.err
    said = project.adrtool("bisect", "1/api", "--package", "thing", "--from", "1.0", "--to", "2.0", "--json").json
    assert (said["holds_up_to"]["name"], said["fails_from"]["name"]) == ("1.1", "2.0")


def test_what_breaks_rather_than_fails_is_found_too(project: Project, links: Path) -> None:
    for version in ("1.0", "1.1"):
        wheel(links, "thing", version, code=OLD)
    for version in ("2.0", "2.1"):
        wheel(links, "thing", version)
    project.evidence("api.py", "# /// script\n# dependencies = ['thing']\n# ///\nfrom thing import frobnicate\n")
    project.record("[Things frobnicate](evidence/api.py)")
    project.commit()
    said = project.adrtool("bisect", "1/api", "--package", "thing", "--from", "1.0", "--to", "2.1")
    assert "thing: holds up to 1.1, breaks from 2.0" in said.out
    assert "cannot import name 'frobnicate'" in said.out


def test_a_downgrade_can_be_the_culprit(project: Project, links: Path) -> None:
    for version, code in (("1.0", ""), ("1.1", ""), ("1.2", OLD), ("1.3", OLD)):
        wheel(links, "thing", version, code=code)
    written(project, '"thing"')
    said = project.adrtool("bisect", "1/api", "--package", "thing", "--from", "1.3", "--to", "1.0")
    assert "thing: holds down to 1.2, fails from 1.1 down" in said.out


def test_evidence_without_packages_has_no_releases(project: Project) -> None:
    project.evidence("plain.py", "assert True")
    project.record("[It is plain](evidence/plain.py)")
    project.commit()
    said = project.adrtool("bisect", "1/plain", "--package", "thing", "--from", "1", "--to", "2")
    assert said.code == 12
    assert "adr/evidence/plain.py: it asks for no packages" in said.err


def test_an_api_that_really_disappeared(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """`itsdangerous.json` went between 2.0.1 and 2.1.0; asked of the index that pip is set to."""
    reached = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--retries",
            "0",
            "--timeout",
            "20",
            "--quiet",
            "--no-deps",
            "--dest",
            project.root.parent,
            "itsdangerous==2.0.1",
        ],
        capture_output=True,
    )
    if reached.returncode:
        pytest.skip("no index with itsdangerous can be reached")
    project.evidence(
        "signing.py",
        textwrap.dedent("""\
            # /// script
            # dependencies = ["itsdangerous"]
            # ///
            import itsdangerous
            assert hasattr(itsdangerous, "json"), f"itsdangerous {itsdangerous.__version__} has no json"
        """),
    )
    project.record("[Tokens are signed JSON](evidence/signing.py)")
    project.commit()
    words = ("bisect", "1/signing", "--package", "itsdangerous", "--from", "2.0.0", "--to", "2.1.2")
    said = project.adrtool(*words)
    assert "itsdangerous: holds up to 2.0.1, fails from 2.1.0\n" in said.out
    assert "itsdangerous 2.1.0 has no json" in said.out

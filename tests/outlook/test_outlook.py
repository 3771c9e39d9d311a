"""`adrtool outlook`: what an upgrade would cost is tried, told, and kept out of the ledger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from repositories import Project
from wheels import wheel


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADRTOOL_CACHE_DIR", str(tmp_path / "cache"))


def block(dependencies: str, *more: str) -> str:
    lines = [f"# dependencies = [{dependencies}]", "# [tool.adrtool]", *(f"# {line}" for line in more)]
    return "\n".join(["# /// script", *lines, "# ///", ""])


PINNED = block('"thing==1.*"', 'constraints = "pins.txt"')


@pytest.fixture
def world(project: Project, links: Path) -> Project:
    """Things of 1.0 give one; of 3.0, which the pins exclude, they give two, are larger, and need a newer other."""
    wheel(links, "thing", "1.0", requires="other", code="size = 3\ndef give(): return 1\n")
    wheel(links, "thing", "3.0", requires="other>=2", code="size = 9\ndef give(): return 2\n")
    for version in ("2.0", "2.5"):
        wheel(links, "other", version)
    wheel(links, "free", "1.0")
    project.write("adr/evidence/pins.txt", "thing==1.0\nother==1.0\n")
    project.evidence("gives.py", PINNED + "import thing\nassert thing.give() == 1, f'thing gives {thing.give()}'\n")
    project.evidence(
        "size.py",
        PINNED + "import thing\nfrom adrtool_evidence import measure\nmeasure('size', thing.size, at_most=10)\n",
    )
    project.evidence("free.py", block('"free"') + "import free\n")
    project.evidence("plain.py", "assert True\n")
    project.evidence("large.py", block('"thing==1.*"', 'tags = ["heavy"]') + "import thing\n")
    project.record(
        "[Things give one](evidence/gives.py)",
        "[They are small](evidence/size.py)",
        "[Free is free](evidence/free.py)",
        "[Plain is plain](evidence/plain.py)",
        "[Large is large](evidence/large.py)",
    )
    project.commit()
    assert set(project.verify().verdicts.values()) == {"holds"}
    return project


def test_what_would_turn_and_what_would_be_measured(world: Project) -> None:
    before = (world.notes(), world.status().out, world.git("status", "--porcelain"))
    said = world.adrtool("outlook")
    assert said.code == 0
    assert said.out.splitlines() == [
        "thing 1.0 -> 3.0; with it other 1.0 -> 2.5",
        "  would fail  Things give one",
        "              0001/gives",
        "              thing gives 2",
        "              adrtool bisect 0001/gives --package thing --from 1.0 --to 3.0",
        "  holds       They are small",
        "              0001/size",
        "              size = 9 (at most 10), now 3",
        "no newer release that its pins exclude: 1 piece of evidence",
        "asks for no packages: 1 piece of evidence",
        "the upgrade would cost 1 of 2 claims",
        "left out: 1 claim tagged heavy; to try: adrtool outlook --tag heavy",
    ]
    rows = {row["evidence"]: row for row in world.adrtool("outlook", "--json").json["upgrades"]}
    assert {Path(name).stem: row["state"] for name, row in rows.items()} == {
        "gives": "ran", "size": "ran", "free": "nothing-newer", "plain": "no-packages"
    }  # fmt: skip
    assert rows["adr/evidence/size.py"]["packages"] == [
        {"name": "other", "before": "1.0", "after": "2.5", "beyond_pins": True},
        {"name": "thing", "before": "1.0", "after": "3.0", "beyond_pins": True},
    ]
    (measure,) = rows["adr/evidence/size.py"]["measures"]
    assert (measure["before"], measure["value"], measure["at_most"]) == (3.0, 9.0, 10.0)
    (claim,) = rows["adr/evidence/gives.py"]["claims"]
    assert (claim["id"], claim["effect"], claim["turns"], claim["verdict"]) == (
        "0001/gives",
        "would-fail",
        True,
        "holds",
    )
    assert (world.notes(), world.status().out, world.git("status", "--porcelain")) == before
    found = re.search(r"adrtool (bisect .*)", said.out)
    assert found is not None
    assert "thing: holds up to 1.0, fails from 3.0" in world.adrtool(*found[1].split()).out


def test_one_upgrade_alone(world: Project, links: Path) -> None:
    wheel(links, "thing", "2.0", requires="other", code="size = 5\ndef give(): return 1\n")
    said = world.adrtool("outlook", "--with", "Thing==2.*", "1/gives", "1/plain")
    assert said.code == 0
    assert said.out.splitlines() == [
        "thing 1.0 -> 2.0",
        "  holds       1 claim",
        "asks for no packages: 1 piece of evidence",
        "the upgrade would cost none of 1 claim",
    ]
    assert "not to be had: Because there is no version of thing==9" in " ".join(
        world.adrtool("outlook", "--with", "thing==9", "1/gives").out.split()
    )
    assert world.adrtool("outlook", "--with", "thing==1.0", "1/gives").out == (
        "runs with that already: 1 piece of evidence\nnothing to try\n"
    )
    assert world.adrtool("outlook", "--with", "other", "1/gives").out.splitlines()[0] == "other 1.0 -> 2.5"
    for words, code, message in (
        (("--with", "nope"), 12, "no evidence chosen here uses nope; `adrtool env list` shows packages"),
        (("nowhere",), 12, "no claim matches nowhere"),
        (("--with", "x y"), 2, "--with x y: write a requirement, as in 'tensorflow==2.22.*'"),
        (("--with", "x @ https://example.org/x.whl"), 2, "write a package and its releases only"),
    ):
        refused = world.adrtool("outlook", *words)
        assert (refused.code, refused.out) == (code, "")
        assert message in refused.err
        assert refused.err.count("\n") == 1


def test_what_fails_as_it_is_is_not_blamed_on_the_upgrade(project: Project, links: Path) -> None:
    wheel(links, "thing", "2.0", requires="other")
    project.evidence("moved.py", block('"thing<2"', "inputs = []") + "assert False, 'the world has moved'\n")
    project.record("[It holds](evidence/moved.py)")
    project.commit()
    said = project.adrtool("outlook")  # it never ran, so that nobody knows that it fails
    assert said.out.splitlines() == [
        "thing 1.0 -> 2.0",
        "  fails now   It holds",
        "              0001/moved",
        "              the world has moved",
        "              no matter of the upgrade: it fails with the packages of now, too; adrtool verify",
        "the upgrade would cost none of 1 claim",
    ]


def test_pins_that_can_no_longer_be_had_are_lifted_all_the_same(project: Project, links: Path) -> None:
    project.evidence("old.py", block('"thing==0.9"', "inputs = []") + "import thing\n")
    project.evidence("none.py", block('"nothing"', "inputs = []") + "import nothing\n")
    project.record("[It holds](evidence/old.py)", "[Nothing holds](evidence/none.py)")
    project.commit()
    assert project.verify().verdicts == {"0001/old": "broken", "0001/none": "broken"}
    said = project.adrtool("outlook")
    assert said.out.splitlines()[:3] == [
        "new thing 1.0; with it new other 1.0, new pytest 8.0",
        "  would hold  It holds",
        "              0001/old",
    ]
    assert "adr/evidence/none.py: not to be had: as it stands: Because nothing was not found" in said.out
    assert said.out.splitlines()[-1] == "the upgrade would cost none of 1 claim, and mend 1"


def test_without_evidence_there_is_nothing_to_try(project: Project) -> None:
    project.record("[Operators prefer one binary](evidence/)")
    said = project.adrtool("outlook")
    assert (said.code, said.out) == (12, "")
    assert said.err == "adrtool: no evidence to run; link a sentence to a script below evidence/\n"

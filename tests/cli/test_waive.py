"""`waive` writes a dated word into the title of a claim's link, and touches nothing else."""

from __future__ import annotations

import pytest
from repositories import RECORD, Project

CLAIM = "0001/e"

LINKS = {
    "plain": ("- [It holds](evidence/e.py)\n", '- [It holds](evidence/e.py "waived until 2099-01-01: we know")\n'),
    "angle brackets": (
        "[It holds](<evidence/e.py>) so\n",
        '[It holds](<evidence/e.py> "waived until 2099-01-01: we know") so\n',
    ),
    "title kept": (
        "[It holds](evidence/e.py 'supporting; then: think')\n",
        '[It holds](evidence/e.py "supporting; then: think; waived until 2099-01-01: we know")\n',
    ),
    "older waiver": (
        '[It holds](evidence/e.py "waived until 2026-01-01: once")\n',
        '[It holds](evidence/e.py "waived until 2099-01-01: we know")\n',
    ),
    "reference": (
        "[It holds][e] here\n\n[e]: evidence/e.py\n",
        '[It holds][e] here\n\n[e]: evidence/e.py "waived until 2099-01-01: we know"\n',
    ),
    "two lines": (
        "See [It\nholds](evidence/e.py), and so on\n",
        'See [It\nholds](evidence/e.py "waived until 2099-01-01: we know"), and so on\n',
    ),
    "in a quote": (
        "> - [It holds](evidence/e.py)\n",
        '> - [It holds](evidence/e.py "waived until 2099-01-01: we know")\n',
    ),
}


@pytest.mark.parametrize("case", LINKS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_only_the_title_changes(project: Project, case: str, end: str, mark: str) -> None:
    head = mark + "# T  \n\nStatus: accepted\n\n## Räson\n\n"
    before, after = ((head + text).replace("\n", end) for text in LINKS[case])
    project.write(RECORD, before.encode())
    project.evidence("e.py", "")
    said = project.adrtool("waive", CLAIM, "--until", "2099-01-01", "--reason", "we  know")
    assert said.code == 0, said.err
    assert (project.root / RECORD).read_bytes().decode() == after


def test_a_waiver_can_be_taken_away(project: Project) -> None:
    project.record('[It holds](evidence/e.py "supporting; waived until 2099-01-01: we know")')
    project.evidence("e.py", "")
    assert project.adrtool("waive", CLAIM, "--remove").code == 0
    assert '[It holds](evidence/e.py "supporting")' in (project.root / RECORD).read_text()


def test_quotes_and_bars_in_a_reason_survive(project: Project) -> None:
    project.record("[It holds](evidence/e.py)")
    project.evidence("e.py", "")
    reason = 'he said "wait", a|b and c:\\d; then rest'
    assert project.adrtool("waive", CLAIM, "--until", "2099-01-01", "--reason", reason).code == 0
    assert project.status().claims[CLAIM]["waiver"] == reason


WRONG = {
    ("--until", "2099-01-01"): 2,
    ("--reason", "we know"): 2,
    (): 2,
    ("--remove", "--reason", "x"): 2,
    ("--until", "soon", "--reason", "x"): 2,
    ("--until", "2020-01-01", "--reason", "x"): 2,
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_changes_nothing(project: Project, words: tuple[str, ...]) -> None:
    path = project.record("[It holds](evidence/e.py)")
    before = path.read_bytes()
    said = project.adrtool("waive", CLAIM, *words)
    assert (said.code, len(said.err.splitlines())) == (WRONG[words], 1)
    assert path.read_bytes() == before


def test_an_unknown_claim_is_named(project: Project) -> None:
    project.record("[It holds](evidence/e.py)")
    said = project.adrtool("waive", "0001/other", "--remove")
    assert said.code == 12
    assert "0001/other" in said.err


@pytest.mark.parametrize(
    "reason", ["see JIRA-1; supporting", "we know; then: cry", "so; THEN: cry", "a; waived until 2100-01-01: b"]
)
def test_a_reason_never_becomes_an_option(project: Project, reason: str) -> None:
    path = project.record("[It holds](evidence/e.py)")
    before = path.read_bytes()
    said = project.adrtool("waive", CLAIM, "--until", "2099-01-01", "--reason", reason)
    assert (said.code, len(said.err.splitlines())) == (2, 1)
    assert "comma" in said.err and path.read_bytes() == before


def test_an_option_that_nobody_knows_is_not_thrown_away(project: Project) -> None:
    path = project.record('[It holds](evidence/e.py "suporting")')
    before = path.read_bytes()
    said = project.adrtool("waive", CLAIM, "--until", "2099-01-01", "--reason", "we know")
    assert (said.code, said.err.count("\n")) == (12, 1)
    assert f"{RECORD}:" in said.err and "suporting" in said.err and path.read_bytes() == before


def test_a_claim_that_was_not_waived_says_so(project: Project) -> None:
    path = project.record("[It holds](evidence/e.py)")
    before = path.read_bytes()
    said = project.adrtool("waive", CLAIM, "--remove")
    assert said.code == 0 and "was not waived" in said.out
    assert path.read_bytes() == before

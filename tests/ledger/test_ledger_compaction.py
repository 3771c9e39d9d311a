"""Compaction, whatever the past was: no change of a verdict is lost, on no branch, and no verdict differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import ENVIRONMENT, PRINTS, Project, outcome

from adrtool.git import NOTES_REF
from adrtool.ledger import History
from adrtool.model import Claim, EvidenceRef
from adrtool.outcome import Ending, Outcome
from adrtool.verdict import Judgement, judge

NOW = datetime(2026, 11, 23, tzinfo=UTC)
pasts = st.lists(
    st.lists(
        st.fixed_dictionaries(
            {
                "ending": st.sampled_from([Ending.PASSED, Ending.PASSED, Ending.PASSED, *Ending]),
                "inputs": st.sampled_from(["inputs", "inputs", "others"]),
                "environment": st.sampled_from([ENVIRONMENT, ENVIRONMENT, replace(ENVIRONMENT, python="3.12.0")]),
                "place": st.sampled_from([0, 0, 1, 2]),
            }
        ),
        min_size=1,
        max_size=25,
    ),
    min_size=8,
    max_size=8,
)


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Two commits of `main`, and one on a branch beside it."""
    project = Project(tmp_path_factory.mktemp("forked"))
    project.git("init", "--quiet", "--initial-branch=main")
    project.git("config", "user.name", "Tester")
    project.git("config", "user.email", "tester@example.org")
    first = project.commit("first")
    project.git("checkout", "--quiet", "-b", "side")
    side = project.commit("side")
    project.git("checkout", "--quiet", "main")
    return project, [first, project.commit("second"), side]


@given(pasts, st.integers(1, 4))
@settings(max_examples=8, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_compaction_loses_no_change_of_a_verdict(
    forked: tuple[Project, list[str]], pasts: list[list[dict]], keep: int
) -> None:
    project, commits = forked
    if project.ledger().notes.tip() is not None:
        project.git("update-ref", "-d", NOTES_REF)
    numbers = count()
    assert project.ledger().append([each for past in pasts for each in outcomes(past, commits, next(numbers))]) == ""
    before = [seen(project, branch, len(pasts)) for branch in ("main", "side")]
    whole = set(project.messages())
    dropped = project.ledger().gc(keep)
    assert len(project.messages()) == len(whole) - dropped
    assert set(project.messages()) <= whole
    assert [seen(project, branch, len(pasts)) for branch in ("main", "side")] == before
    assert project.ledger().gc(keep) == 0
    project.git("checkout", "--quiet", "main")


def outcomes(past: list[dict], commits: list[str], claim: int) -> Iterator[Outcome]:
    for number, row in enumerate(past):
        yield outcome(
            f"{claim}.{number}",
            claim=f"0001/{claim}",
            ending=row["ending"],
            fingerprints=replace(PRINTS, inputs=row["inputs"]),
            environment=row["environment"],
            commit=commits[row["place"]],
            at=NOW + timedelta(hours=number),
        )


def seen(project: Project, branch: str, claims: int) -> list[object]:
    """What a branch's reader is told of each claim: its verdict, and every change of it."""
    project.git("checkout", "--quiet", branch)
    history = project.ledger().history()
    try:
        return [told(history, f"0001/{number}") for number in range(claims)]
    finally:
        history.close()


def told(history: History, name: str) -> object:
    changes = [(before, after.ending, after.message) for before, after in history.changes(name)]
    return verdict(history, name), changes


def verdict(history: History, name: str) -> Judgement:
    return judge(
        Claim(name, "text", "adr/0001.md", 1, EvidenceRef("adr/evidence/a.py")),
        history.of(name),
        today=lambda _: PRINTS,
        is_ancestor=lambda each: each.commit in history.ancestors,
        now=NOW + timedelta(days=30),
        revalidate=timedelta(days=20),
    )

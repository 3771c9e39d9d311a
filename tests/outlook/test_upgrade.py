"""What holds a package back, what an upgrade would be, and what it does to a claim."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adrtool.evidence.script import Requirements
from adrtool.model import Claim, EvidenceRef
from adrtool.outcome import Ending, Fingerprints, Outcome
from adrtool.outlook.upgrade import Change, Effect, beyond, changes, effect, held_back, newest
from adrtool.verdict import Judgement, Verdict


@pytest.mark.parametrize(
    ("dependencies", "constraints", "held"),
    [
        (("one==1.*",), "", ("one",)),
        (("One_x[fast]<2",), "", ("one-x",)),
        (("one~=1.4", "two<=3", "three===1"), "", ("one", "three", "two")),
        (("one",), "", ()),
        (("one>=1", "two!=3", "three>1"), "", ()),
        (("one",), "one==1.0\ndeep==2.0", ("one",)),  # the other is none of its own
        (("one @ https://example.org/one-1.whl",), "", ()),
    ],
)
def test_what_keeps_newer_releases_out(dependencies: tuple[str, ...], constraints: str, held: tuple[str, ...]) -> None:
    assert held_back(Requirements(dependencies, "", constraints)) == held


def test_the_newest_is_no_older_than_now_and_not_what_is_excluded_by_name() -> None:
    asked = Requirements(("one==1.*,!=1.5", "two", "torch<3", "never<1"))
    resolved = {"one": "1.4", "two": "7", "torch": "2.13.0+cpu"}
    assert newest(asked, resolved) == {"one": ">=1.4,!=1.5", "torch": ">=2.13.0"}


def test_only_what_pins_forbid_is_beyond_them() -> None:
    asked = Requirements(("one==1.*",), "", "deep==2")
    assert beyond(asked, (("deep", "2"), ("one", "2.0"), ("other", "9"))) == ("one",)
    assert beyond(asked, (("deep", "3"), ("one", "1.9"))) == ("deep",)


def test_changes_are_by_name() -> None:
    before, after = (("a", "1"), ("b", "1"), ("c", "1")), (("a", "1"), ("b", "2"), ("d", "1"))
    assert changes(before, after) == (Change("b", "1", "2"), Change("c", "1", None), Change("d", None, "1"))


def judged(now: Ending | None) -> Judgement:
    claim = Claim("0001/e", "It holds", "adr/0001-one.md", 9, EvidenceRef("adr/evidence/e.py"))
    outcome = Outcome("run", claim.id, Fingerprints("", "", "", ""), now, datetime.now(UTC)) if now else None
    return Judgement(claim, Verdict.HOLDS, newest=outcome)


P, F, E, S = Ending.PASSED, Ending.FAILED, Ending.ERRORED, Ending.SKIPPED


@pytest.mark.parametrize(
    ("now", "after", "expected"),
    [
        (P, P, Effect.HOLDS),
        (P, F, Effect.WOULD_FAIL),
        (P, E, Effect.WOULD_BREAK),
        (P, S, Effect.UNKNOWN),
        (F, P, Effect.WOULD_MEND),
        (E, P, Effect.WOULD_MEND),
        (F, F, Effect.NO_BETTER),
        (E, F, Effect.NO_BETTER),
        (F, E, Effect.NO_BETTER),
        (None, P, Effect.HOLDS),
        (None, F, Effect.WOULD_FAIL),
        (None, E, Effect.WOULD_BREAK),
    ],
)
def test_the_effect_on_a_claim(now: Ending | None, after: Ending, expected: Effect) -> None:
    assert effect(judged(now), after) is expected
    moved = effect(judged(now), after, moved=True)
    assert moved is (Effect.MOVED if expected.turns else expected)

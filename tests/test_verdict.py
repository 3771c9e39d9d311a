"""Verdicts: what a reader should believe, each with the case that is nearly the same and is not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adrtool.errors import WORST_FIRST, ExitCode, worst
from adrtool.model import Claim, EvidenceRef, Link, Record, Relation, Status, Waiver
from adrtool.outcome import Ending, Environment, Fingerprints, Outcome
from adrtool.verdict import (
    Health,
    Judgement,
    Verdict,
    Why,
    alarm,
    at_risk,
    health,
    judge,
    risk_chains,
    waiver_problems,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CLAIM = Claim("0001/a", "It is so", "adr/0001-one.md", 3, EvidenceRef("adr/evidence/a.py"))
PRINTS = Fingerprints("text", "evidence", "inputs", "requirements")
NUMPY_1 = Environment("3.11.7", "linux", (("numpy", "1.26.4"),))
NUMPY_2 = Environment("3.11.7", "linux", (("numpy", "2.1.0"),))
PASSED, FAILED, ERRORED, SKIPPED = Ending.PASSED, Ending.FAILED, Ending.ERRORED, Ending.SKIPPED
counter = itertools.count(1)


def ran(ending: Ending, *, ago: timedelta = DAY, prints: Fingerprints = PRINTS, **fields: object) -> Outcome:
    order = next(counter)
    values = {"order": order, "commit": "ours", "tries": (ending,), **fields}
    return Outcome(f"run {order}", CLAIM.id, prints, ending, NOW - ago, **values)  # type: ignore[arg-type]


def changed(**prints: str) -> Fingerprints:
    return replace(PRINTS, **prints)


def judged(
    *outcomes: Outcome,
    claim: Claim = CLAIM,
    today: Fingerprints = PRINTS,
    days: float | None = 90,
    audited: bool = False,
) -> Judgement:
    return judge(
        claim,
        outcomes,
        today=lambda _: today,
        is_ancestor=lambda outcome: outcome.commit == "ours",
        now=NOW,
        revalidate=None if days is None else timedelta(days=days),
        audited=audited,
    )


def test_what_never_ran_is_unverified() -> None:
    row = judged()
    assert (row.verdict, row.why, row.newest) == (Verdict.UNVERIFIED, (Why.NEVER_RUN,), None)


def test_without_evidence_nothing_is_supported_whatever_the_ledger_says() -> None:
    assert judged(ran(PASSED), claim=replace(CLAIM, evidence=None)).verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize(
    ("ending", "verdict"), [(PASSED, Verdict.HOLDS), (FAILED, Verdict.STALE), (ERRORED, Verdict.BROKEN)]
)
def test_the_newest_outcome_decides(ending: Ending, verdict: Verdict) -> None:
    for before in (PASSED, FAILED, ERRORED, SKIPPED):
        row = judged(ran(before, ago=2 * DAY), ran(ending))
        assert (row.verdict, row.why) == (verdict, ())


@pytest.mark.parametrize("why", [Why.TEXT, Why.EVIDENCE, Why.INPUTS, Why.REQUIREMENTS])
def test_a_change_makes_a_passed_claim_suspect_and_is_named(why: Why) -> None:
    row = judged(ran(PASSED), today=changed(**{why.value: "other"}))
    assert (row.verdict, row.why) == (Verdict.SUSPECT, (why,))


def test_every_change_is_named() -> None:
    row = judged(ran(PASSED), today=Fingerprints("a", "b", "c", "d"))
    assert row.why == (Why.TEXT, Why.EVIDENCE, Why.INPUTS, Why.REQUIREMENTS)


@pytest.mark.parametrize(("ending", "verdict"), [(FAILED, Verdict.STALE), (ERRORED, Verdict.BROKEN)])
def test_an_edit_alone_heals_nothing(ending: Ending, verdict: Verdict) -> None:
    row = judged(ran(PASSED, ago=2 * DAY), ran(ending), today=changed(evidence="edited"))
    assert (row.verdict, row.why) == (verdict, (Why.EVIDENCE,))


def test_a_run_after_the_edit_heals() -> None:
    edited = changed(evidence="edited")
    assert judged(ran(FAILED), ran(PASSED, prints=edited), today=edited).verdict is Verdict.HOLDS


def test_going_back_to_what_passed_holds_again() -> None:
    assert judged(ran(PASSED), ran(FAILED, prints=changed(evidence="edited"))).verdict is Verdict.HOLDS


def test_going_back_to_what_failed_is_stale_again() -> None:
    assert judged(ran(FAILED), ran(PASSED, prints=changed(evidence="edited"))).verdict is Verdict.STALE


@pytest.mark.parametrize(
    ("ago", "days", "verdict"),
    [
        (timedelta(days=30), 30, Verdict.HOLDS),
        (timedelta(days=30, seconds=1), 30, Verdict.EXPIRED),
        (timedelta(days=3000), None, Verdict.HOLDS),
    ],
)
def test_a_pass_expires(ago: timedelta, days: float | None, verdict: Verdict) -> None:
    assert judged(ran(PASSED, ago=ago), days=days).verdict is verdict


@pytest.mark.parametrize(("ending", "verdict"), [(FAILED, Verdict.STALE), (ERRORED, Verdict.BROKEN)])
def test_only_a_pass_expires(ending: Ending, verdict: Verdict) -> None:
    assert judged(ran(ending, ago=1000 * DAY)).verdict is verdict


def test_what_changed_and_expired_is_suspect_for_both() -> None:
    row = judged(ran(PASSED, ago=1000 * DAY), today=changed(text="other"))
    assert (row.verdict, row.why) == (Verdict.SUSPECT, (Why.TEXT, Why.EXPIRED))


def test_a_newer_pass_has_not_expired() -> None:
    assert judged(ran(PASSED, ago=1000 * DAY), ran(PASSED)).verdict is Verdict.HOLDS


def test_what_ran_elsewhere_for_just_this_counts() -> None:
    assert judged(ran(FAILED), ran(PASSED, commit="theirs")).verdict is Verdict.HOLDS
    assert judged(ran(PASSED), ran(FAILED, commit="theirs")).verdict is Verdict.STALE


def test_what_ran_elsewhere_for_something_else_never_counts() -> None:
    other = changed(evidence="theirs")
    assert judged(ran(PASSED), ran(FAILED, commit="theirs", prints=other)).verdict is Verdict.HOLDS
    assert judged(ran(FAILED, commit="theirs", prints=other)).verdict is Verdict.UNVERIFIED
    row = judged(ran(PASSED, prints=changed(evidence="before")), ran(FAILED, commit="theirs", prints=other))
    assert (row.verdict, row.why) == (Verdict.SUSPECT, (Why.EVIDENCE,))


def test_an_older_outcome_for_just_this_comes_before_a_newer_for_something_else() -> None:
    assert judged(ran(PASSED, commit="theirs"), ran(FAILED, prints=changed(evidence="x"))).verdict is Verdict.HOLDS


def test_a_skip_keeps_the_last_real_verdict_and_is_noted() -> None:
    for ending, verdict in ((PASSED, Verdict.HOLDS), (FAILED, Verdict.STALE), (ERRORED, Verdict.BROKEN)):
        real, skip = ran(ending), ran(SKIPPED, message="no GPU")
        row = judged(real, skip)
        assert (row.verdict, row.newest, row.skip) == (verdict, real, skip)


def test_what_was_only_ever_skipped_is_unverified() -> None:
    skip = ran(SKIPPED)
    row = judged(skip)
    assert (row.verdict, row.why, row.skip) == (Verdict.UNVERIFIED, (Why.SKIPPED,), skip)


def test_a_skip_before_the_last_real_outcome_is_forgotten() -> None:
    assert judged(ran(SKIPPED), ran(PASSED)).skip is None


def test_a_skip_elsewhere_for_something_else_never_counts() -> None:
    row = judged(ran(SKIPPED, commit="theirs", prints=changed(text="theirs")))
    assert (row.why, row.skip) == ((Why.NEVER_RUN,), None)


def test_a_skip_makes_no_suspect_hold() -> None:
    row = judged(ran(PASSED, prints=changed(evidence="before")), ran(SKIPPED))
    assert row.verdict is Verdict.SUSPECT
    assert row.skip is not None


def test_since_is_where_the_present_row_began() -> None:
    rows = [ran(PASSED, ago=9 * DAY), ran(FAILED, ago=7 * DAY), ran(SKIPPED, ago=6 * DAY), ran(FAILED, ago=5 * DAY)]
    row = judged(*rows)
    assert (row.since, row.last_held) == (NOW - 7 * DAY, NOW - 9 * DAY)


def test_what_never_held_has_no_day_when_it_did() -> None:
    assert judged(ran(FAILED)).last_held is None


def test_other_branches_tell_neither_since_nor_last_held() -> None:
    theirs = changed(evidence="theirs")
    passed = ran(PASSED, ago=9 * DAY)
    elsewhere = ran(PASSED, ago=8 * DAY, commit="theirs", prints=theirs)
    failed = ran(FAILED, ago=7 * DAY)
    theirs_too = ran(PASSED, ago=6 * DAY, commit="theirs", prints=theirs)
    row = judged(passed, elsewhere, failed, theirs_too, ran(FAILED, ago=5 * DAY))
    assert (row.since, row.last_held) == (failed.at, passed.at)


FLAKY = {
    "yes and no for the same": ([ran(PASSED), ran(FAILED)], True),
    "no and yes within one run": ([ran(PASSED, tries=(FAILED, PASSED))], True),
    "yes and no elsewhere": ([ran(PASSED), ran(FAILED, commit="theirs")], True),
    "yes and a crash": ([ran(PASSED), ran(ERRORED)], False),
    "yes and a skip": ([ran(PASSED), ran(SKIPPED)], False),
    "yes and no for other evidence": ([ran(FAILED), ran(PASSED, prints=changed(evidence="x"))], False),
    "yes and no with other packages": (
        [ran(FAILED, environment=NUMPY_1), ran(PASSED, environment=NUMPY_2)],
        False,
    ),
    "yes and no with the same packages": (
        [ran(FAILED, environment=NUMPY_1), ran(PASSED, environment=NUMPY_1)],
        True,
    ),
}


@pytest.mark.parametrize(("outcomes", "flaky"), FLAKY.values(), ids=list(FLAKY))
def test_flaky_is_yes_and_no_for_the_same(outcomes: list[Outcome], flaky: bool) -> None:
    assert judged(*outcomes).flaky is flaky


def test_unproven_is_what_was_never_seen_to_fail() -> None:
    assert judged(ran(PASSED), ran(ERRORED)).unproven
    assert judged().unproven
    assert not judged(ran(PASSED), audited=True).unproven
    assert not judged(ran(FAILED, prints=changed(text="long ago")), ran(PASSED)).unproven
    assert not judged(ran(PASSED, tries=(FAILED, PASSED))).unproven


def test_what_is_not_observed_says_so_while_it_holds() -> None:
    row = judged(ran(PASSED, unobserved=True))
    assert (row.verdict, row.why) == (Verdict.HOLDS, (Why.UNOBSERVED,))
    assert judged(ran(FAILED, unobserved=True)).why == ()


WAIVER = Waiver(date(2026, 11, 22), "we know")


@pytest.mark.parametrize(
    ("until", "now", "covers"),
    [
        (date(2026, 11, 22), datetime(2026, 11, 22, 23, 59, tzinfo=UTC), True),
        (date(2026, 11, 22), datetime(2026, 11, 23, 0, 0, tzinfo=UTC), False),
        # In Tokyo it is the next day already; the date is one of UTC.
        (date(2026, 11, 22), datetime.fromisoformat("2026-11-23T08:00:00+09:00"), True),
        (date(2026, 11, 22), datetime.fromisoformat("2026-11-22T20:00:00-09:00"), False),
    ],
)
def test_a_waiver_covers_its_whole_last_day(until: date, now: datetime, covers: bool) -> None:
    assert Judgement(replace(CLAIM, waiver=Waiver(until, "we know")), Verdict.STALE).is_waived(now) is covers


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.STALE])
def test_a_waiver_covers_nothing_but_stale(verdict: Verdict) -> None:
    assert not Judgement(replace(CLAIM, waiver=WAIVER), verdict).is_waived(NOW)


def test_a_waived_claim_stays_stale_for_every_reader() -> None:
    row = judged(ran(FAILED), claim=replace(CLAIM, waiver=WAIVER))
    assert row.verdict is Verdict.STALE
    assert health([row]) is Health.STALE


CODES = {
    Verdict.STALE: ExitCode.STALE,
    Verdict.BROKEN: ExitCode.BROKEN,
    Verdict.SUSPECT: ExitCode.DUE,
    Verdict.EXPIRED: ExitCode.DUE,
    Verdict.UNVERIFIED: ExitCode.OK,
    Verdict.UNSUPPORTED: ExitCode.OK,
    Verdict.HOLDS: ExitCode.OK,
}


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_earns_its_code(verdict: Verdict) -> None:
    row = Judgement(CLAIM, verdict)
    assert alarm(row, Status.ACCEPTED, NOW) is CODES[verdict]
    strict = ExitCode.BROKEN if verdict is Verdict.UNVERIFIED else CODES[verdict]
    assert alarm(row, Status.ACCEPTED, NOW, strict=True) is strict


@pytest.mark.parametrize("verdict", [Verdict.SUSPECT, Verdict.EXPIRED])
def test_what_was_skipped_here_is_not_due_here(verdict: Verdict) -> None:
    assert alarm(Judgement(CLAIM, verdict, skip=ran(SKIPPED)), Status.ACCEPTED, NOW) is ExitCode.OK


def test_a_skip_silences_no_other_alarm() -> None:
    assert alarm(Judgement(CLAIM, Verdict.STALE, skip=ran(SKIPPED)), Status.ACCEPTED, NOW) is ExitCode.STALE
    assert alarm(Judgement(CLAIM, Verdict.BROKEN, skip=ran(SKIPPED)), Status.ACCEPTED, NOW) is ExitCode.BROKEN


SILENT = {Status.REJECTED, Status.DEPRECATED, Status.SUPERSEDED, Status.PROPOSED, Status.DRAFT}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verdict", Verdict)
def test_only_decisions_in_force_raise_alarms(status: Status, verdict: Verdict) -> None:
    row = Judgement(CLAIM, verdict)
    assert alarm(row, status, NOW) is (ExitCode.OK if status in SILENT else CODES[verdict])


def test_a_waiver_silences_stale_until_it_ends() -> None:
    stale = Judgement(replace(CLAIM, waiver=WAIVER), Verdict.STALE)
    assert alarm(stale, Status.ACCEPTED, NOW, strict=True) is ExitCode.OK
    assert alarm(stale, Status.ACCEPTED, NOW + DAY) is ExitCode.STALE
    assert alarm(replace(stale, verdict=Verdict.BROKEN), Status.ACCEPTED, NOW) is ExitCode.BROKEN


def test_a_waiver_that_nobody_needs_is_the_alarm() -> None:
    claim = replace(CLAIM, waiver=WAIVER)
    record = Record("0001", CLAIM.path, "One", status=Status.ACCEPTED)
    holding = Judgement(claim, Verdict.HOLDS)
    assert alarm(holding, Status.ACCEPTED, NOW) is ExitCode.STALE
    (problem,) = waiver_problems(record, [holding, Judgement(claim, Verdict.STALE), Judgement(CLAIM, Verdict.HOLDS)])
    assert (problem.path, problem.line, problem.rule) == (CLAIM.path, CLAIM.line, "waiver-unneeded")


HEALTHS = {
    Verdict.STALE: Health.STALE,
    Verdict.BROKEN: Health.BROKEN,
    Verdict.SUSPECT: Health.UNVERIFIED,
    Verdict.EXPIRED: Health.UNVERIFIED,
    Verdict.UNVERIFIED: Health.UNVERIFIED,
    Verdict.UNSUPPORTED: Health.UNVERIFIED,
    Verdict.HOLDS: Health.SOUND,
}


@pytest.mark.parametrize("verdict", Verdict)
def test_a_record_is_as_healthy_as_its_only_claim(verdict: Verdict) -> None:
    assert health([Judgement(CLAIM, verdict)]) is HEALTHS[verdict]


@pytest.mark.parametrize(("one", "other"), list(itertools.product(Verdict, Verdict)))
def test_a_record_is_as_healthy_as_its_worst_claim(one: Verdict, other: Verdict) -> None:
    found = health([Judgement(CLAIM, one), Judgement(CLAIM, other)])
    assert found is min(HEALTHS[one], HEALTHS[other], key=list(Health).index)


def test_a_supporting_claim_only_weakens() -> None:
    supporting = replace(CLAIM, load_bearing=False)
    assert health([Judgement(supporting, Verdict.STALE), Judgement(CLAIM, Verdict.BROKEN)]) is Health.WEAKENED
    assert health([Judgement(supporting, Verdict.STALE), Judgement(CLAIM, Verdict.STALE)]) is Health.STALE


def test_without_claims_there_is_no_health() -> None:
    assert health([]) is None


def resting(path: str, *targets: str, relation: Relation = Relation.DEPENDS_ON) -> Record:
    return Record(path, path, path, links=tuple(Link(relation, target) for target in targets))


@pytest.mark.parametrize("relation", Relation)
def test_a_record_is_at_risk_from_what_it_rests_on(relation: Relation) -> None:
    rests = relation in (Relation.AMENDS, Relation.DEPENDS_ON, Relation.REFINES)
    found = at_risk([resting("a", "b", relation=relation), resting("b")], {"a": None, "b": Health.STALE})
    assert found == {"a": ("b",) if rests else (), "b": ()}


def test_risk_reaches_far_and_round_in_circles() -> None:
    records = [resting("a", "b"), resting("b", "c", "a"), resting("c", "a", "gone")]
    healths = {"a": Health.SOUND, "b": Health.WEAKENED, "c": Health.STALE}
    assert at_risk(records, healths) == {"a": ("c",), "b": ("c",), "c": ()}


def test_the_way_to_a_stale_record_is_the_shortest_and_told_from_the_side_that_rests() -> None:
    records = [
        resting("a", "b", "c"),
        resting("b", "c"),
        resting("c", "d"),
        resting("d", "e", relation=Relation.AMENDED_BY),
        resting("e"),
    ]
    healths = {"c": Health.STALE, "d": Health.STALE}
    assert risk_chains(records, healths) == {
        "a": (("a", "c"), ("a", "c", "d")),
        "b": (("b", "c"), ("b", "c", "d")),
        "c": (("c", "d"),),
        "d": (),
        "e": (("e", "d"),),
    }


@pytest.mark.parametrize("health_", [Health.WEAKENED, Health.BROKEN, Health.UNVERIFIED, Health.SOUND, None])
def test_only_the_stale_put_others_at_risk(health_: Health | None) -> None:
    assert at_risk([resting("a", "b"), resting("b")], {"b": health_})["a"] == ()


def test_the_worst_code_wins() -> None:
    order = [12, 13, 10, 11, 14]
    assert [int(code) for code in WORST_FIRST] == order
    for number in range(1, len(order) + 1):
        for codes in itertools.combinations(order, number):
            assert worst({ExitCode(code) for code in codes} | {ExitCode.OK}) == min(codes, key=order.index)
    assert worst({ExitCode.OK}) is ExitCode.OK
    assert worst(set()) is ExitCode.OK

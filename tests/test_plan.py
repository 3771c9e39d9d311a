"""Plans: what is selected, what would run, and why; and what is left alone."""

from __future__ import annotations

import pytest

from adrtool.evidence.script import Kind, Script
from adrtool.model import Claim, EvidenceRef, Record
from adrtool.plan import Chosen, Piece, Selection, choose, names_record, reasons, steps
from adrtool.verdict import Judgement, Verdict, Why

ONE = Record("0001", "adr/0001-use-tensorflow.md", "Use TensorFlow", number=1)
TWO = Record("0002", "adr/0002-keras.md", "Keras", number=2)
SLUG = Record("ship-it", "docs/adr/ship-it.md", "Ship it")
RECORDS = (ONE, TWO, SLUG)


def judgement(
    record: Record, name: str, verdict: Verdict = Verdict.HOLDS, why: tuple[Why, ...] = (), evidence: str | None = ""
) -> Judgement:
    path, _, test = name.partition("#")
    folder = record.path.rpartition("/")[0]
    ref = None if evidence is None else EvidenceRef(evidence or f"{folder}/evidence/{path}.py", test or None)
    return Judgement(Claim(f"{record.id}/{name}", "It is so", record.path, 1, ref), verdict, why)


LITE = judgement(ONE, "lite#test_parity")
SIZE = judgement(ONE, "lite#test_size", Verdict.STALE)
STACK = judgement(TWO, "keras/stack", Verdict.SUSPECT, (Why.TEXT,))
HEAVY = judgement(TWO, "heavy")
SHIP = judgement(SLUG, "ship", Verdict.UNVERIFIED, (Why.NEVER_RUN,))
NOTHING = judgement(SLUG, "~12345678", Verdict.UNSUPPORTED, evidence=None)
ALL = (LITE, SIZE, STACK, HEAVY, SHIP, NOTHING)


def piece(ref: EvidenceRef) -> Piece:
    tags = ("heavy",) if "heavy" in ref.path else ("core",) if "lite" in ref.path else ()
    return Piece(ref, Script(ref.path, Kind.PYTHON, tags=tags))


def chosen(
    *names: str, tags: tuple[str, ...] = (), verdicts: tuple[Verdict, ...] = (), exclude: tuple[str, ...] = ("heavy",)
) -> Chosen:
    return choose(RECORDS, ALL, piece, Selection(names, tags, verdicts), exclude)


def ids(found: Chosen) -> list[str]:
    return [row.claim.id for row in found.judgements]


NAMES = {
    "0001": [LITE, SIZE],
    "1": [LITE, SIZE],
    "01": [LITE, SIZE],
    "use-tensorflow": [LITE, SIZE],
    "0001-use-tensorflow": [LITE, SIZE],
    "adr/0001-use-tensorflow.md": [LITE, SIZE],
    "./adr/0001-use-tensorflow.md": [LITE, SIZE],
    "ship-it": [SHIP, NOTHING],
    "0001/lite#test_parity": [LITE],
    "1/lite#test_parity": [LITE],
    "0001/lite": [LITE, SIZE],
    "0001/*": [LITE, SIZE],
    "*#test_size": [SIZE],
    "*/lite*": [LITE, SIZE],
    "0002/keras/stack": [STACK],
    "adr/evidence/lite.py": [LITE, SIZE],
    "adr/evidence/lite.py#test_parity": [LITE],
    "./adr/evidence/lite.py": [LITE, SIZE],
    "adr/evidence/keras": [STACK],
    "docs": [SHIP, NOTHING],
    "docs/": [SHIP, NOTHING],
    "docs/adr/evidence": [SHIP],
    "ship-it/~12345678": [NOTHING],
    "3": [],
    "0001/lit": [],
    "lite": [],
    "adr/evidence/lit": [],
    "tensorflow": [],
    "": [],
    "[": [],
}


@pytest.mark.parametrize(("name", "found"), NAMES.items())
def test_a_name_means_records_claims_files_or_folders(name: str, found: list[Judgement]) -> None:
    assert ids(chosen(name)) == [row.claim.id for row in found]


def test_everything_but_what_default_tags_leave_out() -> None:
    found = chosen()
    assert ids(found) == [row.claim.id for row in ALL if row is not HEAVY]
    assert found.left_out == ((HEAVY, "heavy"),)


@pytest.mark.parametrize("name", ["0002/heavy", "adr/evidence/heavy.py", "0002/h*"])
def test_what_is_named_is_never_left_out(name: str) -> None:
    assert chosen(name) == Chosen((HEAVY,), ())


@pytest.mark.parametrize("name", ["0002", ".", "adr"])
def test_a_record_or_folder_names_none_of_its_claims(name: str) -> None:
    assert chosen(name).left_out == ((HEAVY, "heavy"),)


def test_a_tag_that_is_asked_for_is_not_left_out() -> None:
    assert chosen(tags=("heavy",)) == Chosen((HEAVY,), ())
    assert ids(chosen(tags=("core",))) == [LITE.claim.id, SIZE.claim.id]
    assert ids(chosen(tags=("core", "heavy"))) == [LITE.claim.id, SIZE.claim.id, HEAVY.claim.id]
    assert ids(chosen(tags=("nothing",))) == []


def test_other_tags_can_be_left_out() -> None:
    found = chosen(exclude=("core",))
    assert HEAVY in found.judgements
    assert [row for row, _ in found.left_out] == [LITE, SIZE]


def test_selections_narrow_one_another() -> None:
    assert ids(chosen("0001", verdicts=(Verdict.STALE,))) == [SIZE.claim.id]
    assert ids(chosen("0002", tags=("core",))) == []
    assert ids(chosen("0001", "ship-it", verdicts=(Verdict.STALE, Verdict.UNVERIFIED))) == [
        SIZE.claim.id,
        SHIP.claim.id,
    ]


@pytest.mark.parametrize(
    ("name", "record", "named"),
    [
        ("1", ONE, True),
        ("00001", ONE, True),
        ("2", ONE, False),
        ("²", ONE, False),
        ("use-tensorflow", ONE, True),
        ("use", ONE, False),
        ("0001-use-tensorflow.md", ONE, False),
        ("ship-it", SLUG, True),
        ("docs/adr/ship-it.md", SLUG, True),
    ],
)
def test_a_record_is_named_by_number_slug_or_path(name: str, record: Record, named: bool) -> None:
    assert names_record(name, record) is named


REASONS = {
    "what holds": (judgement(ONE, "a"), ()),
    "what holds and is not observed": (judgement(ONE, "a", why=(Why.UNOBSERVED,)), (Why.UNOBSERVED,)),
    "what is stale": (judgement(ONE, "a", Verdict.STALE), (Why.ASKED,)),
    "what is stale and was edited": (judgement(ONE, "a", Verdict.STALE, (Why.EVIDENCE,)), (Why.EVIDENCE,)),
    "what is broken": (judgement(ONE, "a", Verdict.BROKEN), (Why.ASKED,)),
    "what is suspect": (judgement(ONE, "a", Verdict.SUSPECT, (Why.INPUTS,)), (Why.INPUTS,)),
    "what expired": (judgement(ONE, "a", Verdict.EXPIRED, (Why.EXPIRED,)), (Why.EXPIRED,)),
    "what never ran": (judgement(ONE, "a", Verdict.UNVERIFIED, (Why.NEVER_RUN,)), (Why.NEVER_RUN,)),
    "what was skipped": (judgement(ONE, "a", Verdict.UNVERIFIED, (Why.SKIPPED,)), (Why.SKIPPED,)),
    "what has no evidence": (judgement(ONE, "~1", Verdict.UNSUPPORTED, evidence=None), ()),
}


@pytest.mark.parametrize(("row", "why"), REASONS.values(), ids=list(REASONS))
def test_why_evidence_runs(row: Judgement, why: tuple[Why, ...]) -> None:
    assert reasons(row) == why
    assert [step.why for step in steps([row], piece)] == ([why] if why else [])


def test_everything_runs_where_it_is_asked_for_but_what_has_no_evidence() -> None:
    found = steps([LITE, NOTHING], piece, everything=True)
    assert [(step.piece.ref, step.why) for step in found] == [(LITE.claim.evidence, (Why.ASKED,))]


def test_one_evidence_runs_once_for_all_its_claims() -> None:
    shared = "adr/evidence/shared.py"
    rows = [
        judgement(ONE, "shared", evidence=shared),
        STACK,
        judgement(TWO, "shared", Verdict.SUSPECT, (Why.TEXT,), evidence=shared),
        judgement(SLUG, "shared", Verdict.EXPIRED, (Why.EXPIRED, Why.TEXT), evidence=shared),
    ]
    first, second = steps(rows, piece)
    assert first.judgements == (rows[0], rows[2], rows[3])
    assert first.why == (Why.TEXT, Why.EXPIRED)
    assert second.judgements == (STACK,)


def test_two_tests_of_a_file_are_two_pieces_of_evidence() -> None:
    assert [step.judgements for step in steps([LITE, SIZE], piece, everything=True)] == [(LITE,), (SIZE,)]


def test_an_empty_selection_is_known_as_such() -> None:
    assert Selection().is_empty
    assert not Selection(tags=("x",)).is_empty

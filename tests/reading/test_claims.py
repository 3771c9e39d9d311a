"""Claims: no claim is ever lost, none is invented, and each knows its place and its words."""

from __future__ import annotations

from datetime import date

import pytest
from cases import SETTING, read, read_cases, told

from adrtool.model import Waiver
from adrtool.reading.claims import Setting, Title, read_title

CASES = list(read_cases("claims.md"))


@pytest.mark.parametrize(("_title", "text", "expected"), CASES, ids=[title for title, _, _ in CASES])
def test_claims_are_read(_title: str, text: str, expected: str) -> None:
    assert told(text) == expected


EVERYWHERE = "\n".join(text for title, text, _ in CASES if not title.startswith("front matter"))


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_change_nothing(ends: str) -> None:
    assert told(EVERYWHERE.replace("\n", ends)) == told(EVERYWHERE) != ""


def test_a_byte_order_mark_changes_nothing() -> None:
    assert told(b"\xef\xbb\xbf" + EVERYWHERE.encode()) == told(EVERYWHERE)


def test_a_missing_last_line_end_changes_nothing() -> None:
    assert told("[It is so](evidence/a.py)") == told("[It is so](evidence/a.py)\n") != ""


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_what_only_python_takes_for_a_line_end_is_none(separator: str) -> None:
    claims, _ = read(f"one{separator}two\n[It is so](evidence/a.py)\n\n| a |\n|--|\n| [b](evidence/b.py) |\n")
    assert [claim.line for claim in claims] == [2, 6]


def test_a_record_in_another_format_carries_no_claims() -> None:
    import dataclasses

    for suffix in (".rst", ".adoc"):
        setting = dataclasses.replace(SETTING, path=f"adr/0001-one{suffix}")
        assert read("One\n===\n\n[It is so](evidence/a.py)\n", setting)[0] == ()


SETTINGS = {
    "a prefix where there are several folders": (
        Setting("docs/adr/0001-one.md", "0001", ("docs/adr/evidence",), "docs/adr:"),
        "[It is so](evidence/a.py) [Not yet](evidence/)",
        ["docs/adr:0001/a", "docs/adr:0001/~a9549d7d"],
    ),
    "a record without a number": (
        Setting("adr/use-x.md", "use-x", ("adr/evidence",)),
        "[It is so](evidence/use-x/a.py) [b](evidence/0001/b.py)",
        ["use-x/a", "use-x/0001/b"],
    ),
    "a record in a folder of its own": (
        Setting("adr/0001-one/README.md", "0001", ("adr/evidence", "adr/0001-one/evidence")),
        "[It is so](evidence/a.py) [b](../evidence/0001/b.py) [c](../evidence/c.py)",
        ["0001/a", "0001/b", "0001/c"],
    ),
    "an evidence folder elsewhere": (
        Setting("adr/0001-one.md", "0001", ("adr/evidence", "checks")),
        "[It is so](../checks/a.py) [b](evidence/b.py) [c](/checks/c.py)",
        ["0001/a", "0001/b", "0001/c"],
    ),
    "one evidence folder in another": (
        Setting("adr/0001-one.md", "0001", ("adr/evidence", "adr/evidence/slow")),
        "[It is so](evidence/slow/a.py) [b](evidence/slow/) [c](evidence/c.py)",
        ["0001/a", "0001/~3e23e816", "0001/c"],
    ),
    "records in the root": (
        Setting("0001-one.md", "0001", ("evidence",)),
        "[It is so](evidence/a.py) [b](/evidence/b.py) [c](../evidence/c.py)",
        ["0001/a", "0001/b"],
    ),
    "the same number, spelt otherwise": (
        Setting("adr/1-one.md", "1", ("adr/evidence",)),
        "[It is so](evidence/0001/a.py)",
        ["1/a"],
    ),
}


@pytest.mark.parametrize(("setting", "text", "ids"), SETTINGS.values(), ids=list(SETTINGS))
def test_an_id_names_record_evidence_and_test(setting: Setting, text: str, ids: list[str]) -> None:
    assert [claim.id for claim in read(text, setting)[0]] == ids


UNTIL = date(2027, 2, 1)
TITLES = {
    "": Title(),
    "supporting": Title(load_bearing=False),
    " Supporting ": Title(load_bearing=False),
    "supporting;": Title(load_bearing=False),
    "then: drop it": Title(then="drop it"),
    "Then: drop it; and more; then rest": Title(then="drop it; and more; then rest"),
    "then: drop\nit  now": Title(then="drop it now"),
    "supporting; then: drop it": Title(load_bearing=False, then="drop it"),
    "then: drop it; supporting": Title(load_bearing=False, then="drop it"),
    "then: we are supporting it": Title(then="we are supporting it"),
    "then: a; supporting b": Title(then="a; supporting b"),
    "waived until 2027-02-01: we know": Title(waiver=Waiver(UNTIL, "we know")),
    "waived until 2027-02-01 : we know; and: more": Title(waiver=Waiver(UNTIL, "we know; and: more")),
    "waived  until 2027-02-01:we\nknow": Title(waiver=Waiver(UNTIL, "we know")),
    "supporting; then: a; b; waived until 2027-02-01: c; d": Title(
        load_bearing=False, then="a; b", waiver=Waiver(UNTIL, "c; d")
    ),
    "waived until 2027-02-01: c; d; then: a": Title(then="a", waiver=Waiver(UNTIL, "c; d")),
}


@pytest.mark.parametrize(("text", "title"), TITLES.items())
def test_a_title_holds_options(text: str, title: Title) -> None:
    assert read_title(text) == title


WRONG_TITLES = {
    "suporting": "unknown option 'suporting'",
    "the best of reasons": "unknown option 'the best of reasons'",
    "supporting, then: drop it": "unknown option 'supporting, then: drop it'",
    "supporting; whatever": "unknown option 'supporting; whatever'",
    "whatever; supporting": "unknown option 'whatever'",
    "then:": "`then:` says nothing to do",
    "then drop it": "unknown option 'then drop it'",
    "supporting; supporting": "option 'supporting' stands twice",
    "then: a; then: b": "option 'then' stands twice",
    "waived until 2027-02-01: a; waived until 2027-03-01: b": "option 'waived' stands twice",
    "waived until 2027-02-01": "a waiver needs its reason",
    "waived until 2027-02-01: ": "a waiver needs its reason",
    "waived until 2027-02-30: we know": "'2027-02-30' is no date",
    "waived until 2027-2-1: we know": "'2027-2-1' is no date",
    "waived until 20270201: we know": "'20270201' is no date",
    "waived until 2027-W05-1: we know": "'2027-W05-1' is no date",
    "waived until tomorrow: we know": "'tomorrow' is no date",
    "waived until 01.02.2027: we know": "'01.02.2027' is no date",
    "waived: we know": "unknown option 'waived: we know'",
    "waived until: we know": "unknown option 'waived until: we know'",
    "waived": "unknown option 'waived'",
}


@pytest.mark.parametrize(("text", "message"), WRONG_TITLES.items())
def test_what_a_title_cannot_say_is_told(text: str, message: str) -> None:
    assert any(wrong.startswith(message) for wrong in read_title(text).wrong), read_title(text)


def test_a_waiver_that_cannot_be_read_waives_nothing() -> None:
    assert read_title("supporting; waived until soon: we know").waiver is None
    assert not read_title("supporting; waived until soon: we know").load_bearing

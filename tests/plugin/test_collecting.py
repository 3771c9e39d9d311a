"""Which items there are: one for each claim that has evidence, and none for anything else."""

from __future__ import annotations

import pytest
from sessions import PLUGIN, Records

HOLDS = "print('fine')\n"


def test_every_claim_with_evidence_is_an_item_named_by_its_id(records: Records):
    records.evidence("0001/holds.py", HOLDS)
    records.evidence("lite.py", "def test_parity(): pass\ndef test_size(): pass\n")
    records.record(
        "[It holds](evidence/0001/holds.py)",
        "[Parity](evidence/lite.py#test_parity), [size](evidence/lite.py#test_size) and [both](evidence/lite.py)",
    )
    assert records.collected("adr") == [
        "adr/0001-one.md::holds",
        "adr/0001-one.md::lite#test_parity",
        "adr/0001-one.md::lite#test_size",
        "adr/0001-one.md::lite",
    ]


def test_a_claim_without_evidence_is_no_item(records: Records):
    records.evidence("holds.py", HOLDS)
    records.record("[It holds](evidence/holds.py)", "[nobody looked yet](evidence/)")
    assert records.collected() == ["adr/0001-one.md::holds"]


def test_other_links_and_other_markdown_are_no_items(records: Records):
    records.evidence("holds.py", HOLDS)
    records.record("[a site](https://example.org/evidence/holds.py)", "`[code](evidence/holds.py)`")
    records.write("README.md", "[It holds](adr/evidence/holds.py), says the evidence\n")
    assert records.collected() == []


def test_a_record_folder_below_another_name_keeps_its_prefix_out_of_the_item(records: Records):
    for folder in ("one/adr", "two/adr"):
        records.write(f"{folder}/evidence/holds.py", HOLDS)
        records.record("[It holds](evidence/holds.py)", path=f"{folder}/0001-one.md")
    assert records.collected() == ["one/adr/0001-one.md::holds", "two/adr/0001-one.md::holds"]


def test_settings_decide_where_evidence_lies(records: Records):
    records.write("adrtool.toml", 'records = "why"\nevidence = "proofs"\n')
    records.write("why/proofs/test_holds.py", "def test_it(): pass\n")
    records.record("[It holds](proofs/test_holds.py)", path="why/one.md")
    assert records.collected() == ["why/one.md::test_holds"]


def test_a_claim_stands_where_its_sentence_does(records: Records):
    records.evidence("holds.py", HOLDS)
    records.record("[It holds](evidence/holds.py)", "then [it holds here](evidence/holds.py#test_x)")
    items, _ = records.pytester.inline_genitems(*PLUGIN)
    assert [(item.location[0], item.location[1] + 1, item.location[2]) for item in items] == [
        ("adr/0001-one.md", 9, "0001/holds"),
        ("adr/0001-one.md", 10, "0001/holds#test_x"),
    ]


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("lite#test_size", 1),
        ("lite#TestShape::test_rows", 1),
        ("lite#TestShape", 2),
        ("lite#test_each[a::b]", 1),
        ("lite#test_each", 2),
        ("", 6),
    ],
)
def test_an_argument_names_items(records: Records, argument: str, meant: int):
    records.evidence(
        "lite.py",
        """
        import pytest

        def test_size(): pass

        class TestShape:
            def test_rows(self): pass
            def test_columns(self): pass

        @pytest.mark.parametrize("word", ["a::b", "c"])
        def test_each(word): pass
        """,
    )
    tests = ["test_size", "TestShape::test_rows", "TestShape::test_columns", "test_each[a::b]", "test_each[c]"]
    records.record(
        *(f"[{test.partition('[')[0]}](evidence/lite.py#{test})" for test in tests), "[all](evidence/lite.py)"
    )
    name = f"adr/0001-one.md::{argument}" if argument else "adr/0001-one.md"
    assert len(records.collected(name)) == meant


def test_an_argument_that_names_no_claim_is_an_error(records: Records):
    records.evidence("holds.py", HOLDS)
    records.record("[It holds](evidence/holds.py)")
    found = records.run("adr/0001-one.md::nothing")
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    found.stderr.fnmatch_lines(["*not found*0001-one.md::nothing*"])


def test_a_record_that_cannot_be_read_is_an_error_in_one_line(records: Records):
    records.write("adr/0002-two.md", b"# Two\n\n- [It holds](evidence/holds.py) \xff\n")
    found = records.run("adr")
    assert found.ret == pytest.ExitCode.INTERRUPTED
    found.stdout.fnmatch_lines(["*adrtool: adr/0002-two.md:*UTF-8*"])
    found.stdout.no_fnmatch_line("*Traceback*")


def test_settings_that_cannot_be_read_are_an_error_in_one_line(records: Records):
    records.evidence("holds.py", HOLDS)
    records.record("[It holds](evidence/holds.py)")
    records.write("adrtool.toml", "colour = 1\n")
    found = records.run("adr")
    assert found.ret == pytest.ExitCode.INTERRUPTED
    found.stdout.fnmatch_lines(["*adrtool: adrtool.toml:1: *colour*"])
    found.stdout.no_fnmatch_line("*Traceback*")


def test_what_is_wrong_with_a_record_that_can_be_read_is_a_warning(records: Records):
    records.evidence("holds.py", HOLDS)
    records.record('[It holds](evidence/holds.py "supportive")')
    found = records.run_apart("adr")
    found.assert_outcomes(passed=1, warnings=1)
    found.stdout.fnmatch_lines(["*adrtool: adr/0001-one.md:9: *supportive*"])


def test_a_record_with_nothing_wrong_warns_of_nothing(records: Records):
    records.evidence("holds.py", HOLDS)
    records.record("[It holds](evidence/holds.py)")
    records.run("adr").assert_outcomes(passed=1, warnings=0)

"""`-k`, `-m`, tags as markers, and what is left out unless somebody names it."""

from __future__ import annotations

import pytest
from sessions import Records

A_TEST = "print('fine')\n"


@pytest.fixture
def tagged(records: Records) -> Records:
    records.evidence("plain.py", A_TEST)
    records.evidence("core.py", A_TEST, tags=["core", "gpu-only"])
    records.evidence("big.py", A_TEST, tags=["heavy", "core"])
    records.record("[plain](evidence/plain.py)", "[core](evidence/core.py)", "[big](evidence/big.py)")
    return records


def named(*names: str) -> list[str]:
    return [f"adr/0001-one.md::{name}" for name in names]


def test_heavy_is_deselected_and_said_to_be(tagged: Records):
    found = tagged.run("adr")
    found.assert_outcomes(passed=2, deselected=1)
    found.stdout.fnmatch_lines(["adrtool: left out: 1 claim tagged heavy; to run: pytest -m heavy"])


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["-m", "heavy"], ["big"]),
        (["-m", "heavy or core"], ["core", "big"]),
        (["-m", "core"], ["core"]),
        (["-m", "gpu-only"], ["core"]),
        (["-m", "not core"], ["plain"]),
        (["-m", "not heavy"], ["plain", "core"]),
        (["-k", "plain"], ["plain"]),
        (["-k", "big"], []),
        (["adr/0001-one.md::big"], ["big"]),
        (["adr/0001-one.md"], ["plain", "core"]),
    ],
)
def test_what_is_asked_for_runs(tagged: Records, arguments: list[str], names: list[str]):
    assert tagged.collected(*arguments) == named(*names)


def test_an_argument_names_a_heavy_claim_from_any_folder(tagged: Records, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tagged.root / "adr")
    found = tagged.run("--collect-only", "-q", "--rootdir", str(tagged.root), "0001-one.md::big")
    assert [line for line in found.outlines if "::" in line] == named("big")


def test_the_setting_decides_what_is_left_out(tagged: Records):
    tagged.write("adrtool.toml", 'exclude-tags = ["gpu-only"]\n')
    assert tagged.collected() == named("plain", "big")


def test_tags_are_markers_where_markers_are_strict(tagged: Records):
    tagged.run("adr", "--strict-markers", "-m", "core").assert_outcomes(passed=1, deselected=2)


def test_other_markers_stay_strict(tagged: Records):
    tagged.write("test_own.py", "import pytest\n\n@pytest.mark.corre\ndef test_it(): pass\n")
    found = tagged.run("--strict-markers")
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["*'corre' not found in `markers`*"])


@pytest.mark.parametrize("tag", ["skip", "xfail"])
def test_a_tag_does_not_tell_pytest_what_to_think(records: Records, tag: str):
    records.evidence("crash.py", "raise OSError('no such device')\n", tags=[tag])
    records.record("[It holds](evidence/crash.py)")
    records.run("adr").assert_outcomes(failed=1)


def test_the_first_failure_can_end_the_session(records: Records):
    records.evidence("no.py", "assert False\n")
    records.evidence("yes.py", A_TEST)
    records.record("[no](evidence/no.py)", "[yes](evidence/yes.py)")
    records.run("adr", "-x").assert_outcomes(failed=1)
    assert records.outcomes() == {"0001/no": ["failed"]}


def test_what_failed_can_be_run_again_by_itself(records: Records):
    records.evidence("no.py", "assert False\n")
    records.evidence("yes.py", A_TEST)
    records.record("[no](evidence/no.py)", "[yes](evidence/yes.py)")
    records.run("adr").assert_outcomes(failed=1, passed=1)
    records.run("adr", "--last-failed").assert_outcomes(failed=1)

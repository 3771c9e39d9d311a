"""With pytest-xdist the workers run evidence, and the ledger has all of it."""

from __future__ import annotations

import pytest
from sessions import Records

pytest.importorskip("xdist")


def test_workers_run_evidence_and_the_ledger_has_every_outcome(records: Records):
    records.evidence("no.py", "from adrtool_evidence import measure\nmeasure('diff', 2, at_most=1)\n")
    records.evidence("waived.py", "assert False\n")
    records.evidence("skips.py", "from adrtool_evidence import skip\nskip('not today')\n")
    records.evidence("big.py", "print('fine')\n", tags=["heavy"])
    for number in range(4):
        records.evidence(f"yes{number}.py", "print('fine')\n", tags=["core"])
    records.record(
        "[no](evidence/no.py)",
        '[waived](evidence/waived.py "waived until 2999-12-31: we know")',
        "[skips](evidence/skips.py)",
        "[big](evidence/big.py)",
        *(f"[yes](evidence/yes{number}.py)" for number in range(4)),
    )
    found = records.run_apart("adr", "-n", "2", "--strict-markers", "-rfsx")
    found.assert_outcomes(failed=1, xfailed=1, skipped=1, passed=4)
    found.stdout.fnmatch_lines(["adr/0001-one.md:9: stale: no", "diff is 2, at most 1 was claimed*"])
    found.stdout.fnmatch_lines(["SKIPPED [[]1] adr/0001-one.md:11: not today"])
    found.stdout.fnmatch_lines(["FAILED adr/0001-one.md::no - diff is 2, at most 1 was claimed"])
    assert records.outcomes() == {
        "0001/no": ["failed"],
        "0001/waived": ["failed"],
        "0001/skips": ["skipped"],
        **{f"0001/yes{number}": ["passed"] for number in range(4)},
    }
    assert len({line["run"] for line in records.notes()}) == 1


MEETS = """
import pathlib, time
here, there = (pathlib.Path({folder!r}, name) for name in ({own!r}, {other!r}))
here.touch()
for _ in range(30):
    assert not there.exists(), "we met"
    time.sleep(0.05)
here.unlink()
"""


@pytest.mark.parametrize("alone", [True, False])
def test_evidence_that_wants_to_be_alone_is(records: Records, alone: bool):
    """Each of two leaves a mark for as long as it runs, and looks out for that of the other."""
    folder = str(records.outside)
    records.evidence("one.py", MEETS.format(folder=folder, own="one", other="two"), exclusive=alone)
    records.evidence("two.py", MEETS.format(folder=folder, own="two", other="one"))
    records.record("[one](evidence/one.py)", "[two](evidence/two.py)")
    outcomes = records.run_apart("adr", "-n", "2").parseoutcomes()
    assert ("failed" in outcomes) is not alone

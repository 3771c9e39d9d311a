"""How the evidence ended is how the item ends, in the evidence's own words."""

from __future__ import annotations

import pytest
from sessions import Records

TOO_FAR = """
from adrtool_evidence import measure
print("printed first")
measure("max_abs_diff", 0.02, at_most=1e-5)
"""


def ended(found: pytest.RunResult) -> dict[str, str]:
    """The words of `-v`, by the item's name."""
    lines = [line.split() for line in found.outlines if line.startswith("adr/") and "::" in line]
    return {line[0].partition("::")[2]: line[1] for line in lines if len(line) > 1}


def test_a_broken_bound_fails_with_the_measure_the_place_and_the_output(records: Records):
    records.evidence("lite.py", TOO_FAR)
    records.record('[It answers alike](evidence/lite.py "then: drop it")')
    found = records.run("adr")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(
        [
            "*0001/lite*",
            "adr/0001-one.md:9: stale: It answers alike",
            "max_abs_diff is 0.02, at most 1e-05 was claimed (adr/evidence/lite.py:4)",
            "since 20* UTC",
            "then: drop it",
            "-- the end of what adr/evidence/lite.py printed --",
            "printed first",
            "FAILED adr/0001-one.md::lite - max_abs_diff is 0.02*",
        ]
    )
    found.stdout.no_fnmatch_line("*pytest_plugin*")


def test_a_failure_tells_since_when_and_when_it_last_held(records: Records):
    records.record("[It holds](evidence/turns.py)")
    records.evidence("turns.py", "print('yes')\n")
    records.run("adr").assert_outcomes(passed=1)
    records.evidence("turns.py", "assert False, 'no'\n")
    first = [line for line in records.run("adr").outlines if line.startswith("since ")]
    assert len(first) == 1 and "; last held on 20" in first[0]
    assert first[0] in records.run("adr").outlines


def test_one_line_tracebacks_name_the_sentence(records: Records):
    records.evidence("lite.py", TOO_FAR)
    records.record("[It answers alike](evidence/lite.py)")
    found = records.run("adr", "--tb=line")
    found.stdout.fnmatch_lines(["*adr/0001-one.md:9: max_abs_diff is 0.02*"])


def test_each_ending_has_its_own_result(records: Records):
    records.evidence("holds.py", "print('fine')\n")
    records.evidence("refuted.py", "assert 1 == 2, 'one is not two'\n")
    records.evidence("crashed.py", "raise OSError('no such device')\n")
    records.evidence("silent.py", "import os\nos._exit(0)\n")
    records.evidence("skips.py", "from adrtool_evidence import skip\nskip('a day without wind')\n")
    records.evidence("lacks.py", "print('ran')\n", needs=["command:no-such-command"])
    records.evidence("shell.sh", "#!/bin/sh\nexit 0\n", mode=0o755)
    records.evidence("refuses.sh", "#!/bin/sh\necho it says no\nexit 1\n", mode=0o755)
    names = ["holds.py", "refuted.py", "crashed.py", "silent.py", "skips.py", "lacks.py", "shell.sh", "refuses.sh"]
    records.record(*(f"[{name}](evidence/{name})" for name in names), "[not there](evidence/missing.py)")
    found = records.run("adr", "-v", "-rs")
    assert ended(found) == {
        "holds": "PASSED",
        "refuted": "FAILED",
        "crashed": "FAILED",
        "silent": "FAILED",
        "skips": "SKIPPED",
        "lacks": "SKIPPED",
        "shell": "PASSED",
        "refuses": "FAILED",
        "missing": "FAILED",
    }
    found.stdout.fnmatch_lines(
        [
            "adr/0001-one.md:10: stale: refuted.py",
            "one is not two*",
            "adr/0001-one.md:11: broken: crashed.py",
            "OSError: no such device*",
            "adr/0001-one.md:12: broken: silent.py",
            "it ended without a report*",
            "adr/0001-one.md:16: stale: refuses.sh",
            "it says no",
            "adr/0001-one.md:17: broken: not there",
        ]
    )
    found.stdout.fnmatch_lines_random(
        [
            "SKIPPED [[]1] adr/0001-one.md:13: a day without wind*",
            "SKIPPED [[]1] adr/0001-one.md:14: *no-such-command*",
        ]
    )


def test_a_skip_takes_no_bad_news_away(records: Records):
    records.evidence("moody.py", "assert False, 'no'\n")
    records.record("[It holds](evidence/moody.py)")
    records.run("adr").assert_outcomes(failed=1)
    records.evidence("moody.py", "from adrtool_evidence import skip\nskip('not today')\n")
    found = records.run("adr", "-rs")
    found.assert_outcomes(skipped=1)
    found.stdout.fnmatch_lines(["*not today; still stale"])


def test_a_skip_after_a_pass_says_when_it_last_held(records: Records):
    records.evidence("moody.py", "print('yes')\n")
    records.record("[It holds](evidence/moody.py)")
    records.run("adr").assert_outcomes(passed=1)
    records.evidence("moody.py", "from adrtool_evidence import skip\nskip('not today')\n")
    records.run("adr", "-rs").stdout.fnmatch_lines(["*not today; last held on 20*"])


def test_what_passing_evidence_printed_is_shown_when_asked_for(records: Records):
    records.evidence("holds.py", "print('forty-two')\n")
    records.record("[It holds](evidence/holds.py)")
    records.run("adr", "-rP").stdout.fnmatch_lines(["forty-two"])
    records.run("adr").stdout.no_fnmatch_line("forty-two")


def test_what_holds_runs_again_every_time(records: Records):
    records.evidence("holds.py", "print('fine')\n")
    records.record("[It holds](evidence/holds.py)")
    records.run("adr").assert_outcomes(passed=1)
    records.run("adr").assert_outcomes(passed=1)
    assert records.outcomes() == {"0001/holds": ["passed", "passed"]}


def test_evidence_runs_in_a_copy_from_the_root(records: Records):
    records.evidence("writes.py", "import pathlib\npathlib.Path('adr/written').write_text('x')\n")
    records.record("[It holds](evidence/writes.py)")
    records.pytester.mkdir("elsewhere")
    records.run("adr").assert_outcomes(passed=1)
    assert not (records.root / "adr/written").exists()

"""`--junitxml` has one case for each claim, which says what happened to it."""

from __future__ import annotations

from xml.etree import ElementTree

from sessions import Records


def test_each_claim_is_a_case_with_its_own_words(records: Records):
    records.evidence("yes.py", "print('fine')\n")
    records.evidence("no.py", "print('\\x1b[31mred\\x00')\nassert False, 'it says no'\n")
    records.evidence("waived.py", "assert False\n")
    records.evidence("skips.py", "from adrtool_evidence import skip\nskip('not today')\n")
    records.record(
        "[yes](evidence/yes.py)",
        "[no](evidence/no.py)",
        '[waived](evidence/waived.py "waived until 2999-12-31: we know")',
        "[skips](evidence/skips.py)",
    )
    records.run("adr", "--junitxml=out.xml")
    suite = ElementTree.parse(records.root / "out.xml").getroot().find("testsuite")
    cases = {case.get("name"): case for case in suite}
    assert {name: [part.tag for part in case] for name, case in cases.items()} == {
        "yes": [],
        "no": ["failure"],
        "waived": ["skipped"],
        "skips": ["skipped"],
    }
    assert {case.get("classname") for case in suite} == {"adr.0001-one.md"}
    failure = cases["no"].find("failure")
    assert failure.get("message") == "it says no"
    assert "adr/0001-one.md:10: stale: no" in failure.text
    assert cases["waived"].find("skipped").get("message") == "stale, waived until 2999-12-31: we know"
    assert cases["skips"].find("skipped").get("message") == "not today"

"""A run as JUnit XML: one test case for each claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from adrtool.verdict import Judgement, Verdict

_ILLEGAL = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\U00010000-\U0010ffff]")


def junit(judgements: Sequence[Judgement], now: datetime, stamp: datetime, changed: Mapping[str, str]) -> str:
    """The verdicts as the XML that CI servers read; a waived claim is skipped with its reason, never passed.

    `changed` has a line for each claim whose verdict is not what it was: it stands above the output.
    """
    suite = ET.Element("testsuite", name="adrtool", timestamp=stamp.strftime("%Y-%m-%dT%H:%M:%S"))
    tally = {"tests": len(judgements), "failures": 0, "errors": 0, "skipped": 0}
    for judgement in judgements:
        kind, message = _result(judgement, now)
        seconds = judgement.newest.seconds if judgement.newest is not None else 0.0
        case = ET.SubElement(
            suite,
            "testcase",
            classname=judgement.claim.path.removesuffix(".md").replace("/", "."),
            name=judgement.claim.id,
            time=f"{seconds:.3f}",
            file=judgement.claim.path,
            line=str(judgement.claim.line),
        )
        if kind:
            tally[{"failure": "failures", "error": "errors", "skipped": "skipped"}[kind]] += 1
            detail = ET.SubElement(case, kind, message=_legal(message))
            tail = judgement.newest.tail if judgement.newest is not None else ""
            detail.text = _legal("\n".join(filter(None, (changed.get(judgement.claim.id, ""), tail))))
    suite.attrib.update({name: str(number) for name, number in tally.items()})
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _result(judgement: Judgement, now: datetime) -> tuple[str, str]:
    message = judgement.newest.message if judgement.newest is not None else ""
    match judgement.verdict:
        case Verdict.HOLDS:
            return "", ""
        case Verdict.STALE if judgement.is_waived(now):
            assert judgement.claim.waiver is not None
            return "skipped", f"stale, waived until {judgement.claim.waiver.until}: {judgement.claim.waiver.reason}"
        case Verdict.STALE:
            return "failure", message
        case Verdict.BROKEN:
            return "error", message
        case Verdict.SUSPECT | Verdict.EXPIRED | Verdict.UNVERIFIED | Verdict.UNSUPPORTED:
            skip = f": {judgement.skip.message}" if judgement.skip is not None else ""
            return "skipped", f"{judgement.verdict.value}{skip}"


def _legal(text: str) -> str:
    """`text` without the characters that XML 1.0 has no place for."""
    return _ILLEGAL.sub("", text)

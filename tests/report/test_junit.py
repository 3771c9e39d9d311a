"""`verify --junit` writes XML that every parser takes."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from adrtool.model import Claim, EvidenceRef
from adrtool.outcome import Ending, Fingerprints, Outcome
from adrtool.report.junit import junit
from adrtool.verdict import Judgement, Verdict

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_only_characters_of_xml_are_written() -> None:
    message = "a\x00\x08\x0b\x1f\ud800\ufffe\uffff\ue000\ufffd\U0001f600<&>b"
    claim = Claim("0001/e", "text", "adr/0001.md", 3, EvidenceRef("adr/evidence/e.py"))
    prints = Fingerprints("a", "b", "c", "d")
    outcome = Outcome("run", claim.id, prints, Ending.FAILED, NOW, seconds=1, message=message, tail=message)
    text = junit([Judgement(claim, Verdict.STALE, newest=outcome)], NOW, NOW, {})
    failure = ElementTree.fromstring(text.encode())[0][0][0]  # noqa: S314
    assert failure.attrib["message"] == failure.text == "a\ue000\ufffd\U0001f600<&>b"

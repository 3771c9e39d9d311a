"""Near misses: what reads like a claim and silently is none is told, on its line and with its mend."""

from __future__ import annotations

import pytest
from cases import read_cases, told

CASES = list(read_cases("near_misses.md"))


@pytest.mark.parametrize(("_title", "text", "expected"), CASES, ids=[title for title, _, _ in CASES])
def test_a_near_miss_is_told_with_its_mend(_title: str, text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_change_no_line(ends: str) -> None:
    text = "one\n\n[it is so] (evidence/a.py)\n\n| a |\n|---|\n| [b | c](evidence/d.py) |\n"
    assert told(text.replace("\n", ends)) == told(text) != ""

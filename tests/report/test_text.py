"""Paper paints what it is told, and nothing else."""

from __future__ import annotations

from adrtool.report.text import Paper


def test_bold_is_not_ended_by_what_is_not_dim() -> None:
    paper = Paper(80, colour=True)
    assert paper.paint("x", bold=True) == "\x1b[1mx\x1b[0m"
    assert paper.paint("x", dim=True) == "\x1b[2mx\x1b[0m"
    assert paper.paint("x", "red", bold=True) == "\x1b[31m\x1b[1mx\x1b[0m"
    assert Paper(80, colour=False).paint("x", "red", bold=True) == "x"

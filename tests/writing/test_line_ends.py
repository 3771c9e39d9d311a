"""A line that is put into a file of mixed line ends changes none of its neighbours'."""

from __future__ import annotations

import pytest

from adrtool.writing.page import Page
from adrtool.writing.source import Source


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_put_behind_another_takes_its_line_end(end: str) -> None:
    other = "\r\n" if end == "\n" else "\n"
    text = f"# Title{other}{other}## Status{end}{end}## Context{end}"
    splice = Page("0001-title.md", Source.of(text.encode())).after_line(3, ["", "Accepted"])
    after = text[: splice.start] + splice.text + text[splice.end :]
    assert after == f"# Title{other}{other}## Status{end}{end}Accepted{end}{end}## Context{end}"

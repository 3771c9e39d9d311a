"""Texts made to break readers: none raises, none takes more than a moment, each gives a reading."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from heads import reading_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SUFFIXES = [".md", ".rst", ".adoc"]
N = 40_000

SHAPES = {
    "brackets": "[" * N,
    "closed brackets": "[" * N + "]" * N,
    "images": "![" * N,
    "links": "[a](b" * N,
    "emphasis": "*a **b " * (N // 4),
    "backticks": " ".join("`" * count for count in range(1, 280)),
    "quotes": ">" * N,
    "nested lists": "".join(" " * depth + "- a\n" for depth in range(280)),
    "markers": "- " * N + "a",
    "one line": "a" * N,
    "spaces": "# a" + " " * N + "b",
    "wide table": "|a" * 2000 + "\n" + "|-" * 2000 + "\n" + "|a\n" * 2000,
    "references": "".join(f"[a{number}]: b\n" for number in range(N // 10)) + "[a1]" * (N // 10),
    "tags": "<a " * N,
    "comments": "a <!-- " * (N // 4),
    "headings": "# a\n\n" * (N // 20),
    "long heading": "# ADR 1" + " -" * N,
    "statuses": "# a\n\n## Status\n\n" + "or accepted " * (N // 10),
    "targets": "# a\n\n## Status\n\nSupersedes ADR 1" + ", 2" * N,
    "verbs": "This ADR supersedes " * (N // 10),
    "dates": "Date: " + "2020-01-45 " * (N // 10),
    "boxes": "# a\n\n## Status\n\n" + "[ ] a " * (N // 4),
    "front matter of brackets": "---\nx: " + "[" * N + "\n---\n# a\n",
    "front matter of dashes": "---\n" + "- " * N + "\n---\n# a\n",
    "front matter that never ends": "---\n" + "key: value\n" * (N // 10),
    "toml of brackets": "+++\nx = " + "[" * N + "\n+++\n",
    "attributes": "a" + ":a" * N,
    "anchors": "<<" * N,
    "directives": ".. a::\n" * (N // 10),
    "underlines": "a\n-\n" * (N // 10),
    "control characters": "".join(map(chr, range(1, 32))) * 100,
    "far planes": "\U0001f600\u202e\u200b\ufeff" * 1000,
}


@contextmanager
def seconds(limit: int) -> Iterator[None]:
    """Raise in what runs inside where it takes more than `limit` seconds of the processor."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {limit} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_made_up_text_is_read_or_told_of(shape: str, suffix: str) -> None:
    with seconds(10):
        reading = reading_of(SHAPES[shape], f"docs/adr/0007-use-x{suffix}")
    assert reading.head.title


def test_the_clock_of_these_tests_strikes() -> None:
    with pytest.raises(TimeoutError), seconds(1):
        while True:
            pass


def test_ten_megabytes_of_brackets_cost_no_memory() -> None:
    text = b"[" * (10 * 1024 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert [problem.rule for problem in reading_of(text).problems] == ["too-large"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # kB


WORDS = st.sampled_from(
    ["---\n", "status: ", "accepted", "Superseded by ", "[a](b.md)", "# ", "## Status", "\n", "\n\n", "Date: ", "2024-13-01",
     "| a | b |\n", "|--|--|\n", "* ", "> ", "`", "**", "_", "[", "]", "(", ")", "{", "}", "<", ">", ":", "ADR-", "7", ", ",
     "===\n", ":status: ", "|===\n", ".. adr::\n", "   :date: x\n", "+++\n", "~~", "\t", "é", "状态", "\ufeff", "\0", "\r"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.lists(WORDS, max_size=40).map("".join), suffix=st.sampled_from(SUFFIXES))
def test_any_text_gives_a_reading(text: str, suffix: str) -> None:
    path = f"docs/adr/0007-use-x{suffix}"
    reading = reading_of(text, path)
    assert reading.readable or reading.problems
    assert all(problem.path == path and problem.line >= 1 for problem in reading.problems)
    lines = text.count("\n") + text.count("\r") + 1
    assert all(problem.line <= lines for problem in reading.problems)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200), suffix=st.sampled_from(SUFFIXES))
def test_any_bytes_give_a_reading(data: bytes, suffix: str) -> None:
    reading = reading_of(data, f"docs/adr/0007-use-x{suffix}")
    assert reading.readable or reading.problems

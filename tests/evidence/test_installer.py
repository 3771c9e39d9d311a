"""uv's words, for a reader and for a ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from adrtool.evidence.installer import mask, plain_words


def test_long_words_are_shortened() -> None:
    words = "error: Failed\n  cause: one\n  cause: two\n\nwarning: no\n" + "  cause: more\n" * 9 + "hint: " + "x" * 900
    said = plain_words(words).splitlines()
    assert said[:3] == ["Failed", "one", "two"]
    assert len(said) == 4
    assert said[3].startswith("hint: xxx")
    assert len(said[3]) < 420


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        (
            "Failed to fetch: `https://me:pw@a.example:8080/simple/six/?t=1`",
            "Failed to fetch: `https://***/simple/six/`",
        ),
        ("at ssh://git@code.example/x: cannot resolve code.example.", "at ssh://***/x: cannot resolve ***."),
        ("file:///opt/wheels is not there", "file:///opt/wheels is not there"),
        ("git+https://a.example/x and a.example.org", "git+https://***/x and a.example.org"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_hosts_are_masked(words: str, masked: str) -> None:
    assert mask(words) == masked


def test_the_home_folder_has_no_name() -> None:
    assert mask(f"in {Path.home()}/cache") == "in ~/cache"

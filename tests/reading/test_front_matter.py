from __future__ import annotations

from datetime import date

import pytest
from heads import head_of, reading_of, rules_of

from adrtool.model import Severity, Status
from adrtool.reading.frontmatter import SIZE_LIMIT, split


@pytest.mark.parametrize(
    "value", ["accepted", '"accepted"', "{ accepted }", "{accepted}", "accepted # pick one", "[accepted]"]
)
def test_a_value_is_the_word_that_was_meant(value: str) -> None:
    assert head_of(f"---\nstatus: {value}\ndate: {{ 2024-03-05 }}\n---\n# Use X\n").status is Status.ACCEPTED


def test_an_impossible_day_raises_nothing() -> None:
    text = "---\nstatus: accepted\ndate: 2020-01-45\n---\n# Use X\n"
    assert (head_of(text).status, head_of(text).date) == (Status.ACCEPTED, None)
    assert rules_of(text) == ["bad-date"]


def test_the_body_keeps_its_lines() -> None:
    front = split("---\nstatus: accepted\n---\n\n# Use X\n")
    assert front.body.split("\n") == ["", "", "", "", "# Use X", ""]
    assert head_of("---\nstatus: accepted\n---\n\n# Use X\n").title_line == 5


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("title: Use: X\nstatus: accepted", 2),
        ("status: accepted\nowner: [Ann", 3),
        ("status: accepted\n\towner: Ann", 3),
        ("status: accepted\nowner: @ann", 3),
        ("status: accepted\nbase: &a [x]\nowner: *a", 4),
    ],
)
def test_broken_front_matter_is_an_error_and_still_read(front: str, line: int) -> None:
    text = f"---\n{front}\n---\n\n# Use X\n"
    [problem] = [problem for problem in reading_of(text).problems if problem.rule == "broken-front-matter"]
    assert (problem.severity, problem.line) == (Severity.ERROR, line)
    assert head_of(text).status is Status.ACCEPTED


def test_front_matter_that_never_ends_is_told_of_and_read() -> None:
    text = "---\nstatus: accepted\ndate: 2024-03-05\n\n# Use X\n\nText.\n"
    assert "broken-front-matter" in rules_of(text)
    head = head_of(text)
    assert (head.title, head.status, head.date) == ("Use X", Status.ACCEPTED, date(2024, 3, 5))


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n# Use X\n\nStatus: accepted\n\n---\n\nText.\n",
        "---\n\n# Use X\n\nStatus: accepted\n",
        "***\n\n# Use X\n\nStatus: accepted\n",
    ],
)
def test_a_rule_above_the_title_is_no_front_matter(text: str) -> None:
    assert (head_of(text).title, head_of(text).status) == ("Use X", Status.ACCEPTED)
    assert "broken-front-matter" not in rules_of(text)


def test_empty_front_matter_is_fine() -> None:
    assert "broken-front-matter" not in rules_of("---\n---\n# Use X\n")


def test_aliases_that_explode_are_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(24)
    )
    assert "broken-front-matter" in rules_of(f"---\n{bomb}status: accepted\n---\n# Use X\n")


def test_front_matter_of_megabytes_is_not_parsed() -> None:
    long = "\n".join(f"key{i}: value" for i in range(SIZE_LIMIT // 8))
    assert "broken-front-matter" in rules_of(f"---\nstatus: accepted\n{long}\n---\n# Use X\n")


def test_deep_nesting_is_told_of() -> None:
    assert "broken-front-matter" in rules_of(f"---\nstatus: accepted\nx: {'[' * 5000}\n---\n# Use X\n")


def test_toml_is_read_and_its_damage_told_of() -> None:
    assert head_of('+++\nstatus = "accepted"\n+++\n# Use X\n').status is Status.ACCEPTED
    assert "broken-front-matter" in rules_of('+++\nstatus = "accepted\n+++\n# Use X\n')

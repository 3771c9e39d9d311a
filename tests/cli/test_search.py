"""`search` finds records by their words, the best first."""

from __future__ import annotations

import pytest
from repositories import Project

RECORDS = {
    "adr/0001-queue.md": "# Use a queue\n\nStatus: accepted\n\nTags: infra, async\n\n## Context\n\nMail is slow.\n",
    "adr/0002-mail.md": "# Mail\n\nStatus: rejected\n\n## Context\n\nA word.\n\nThe queues are slow; the naïve way.\n",
    "adr/0003-zh.md": "# 选择\n\nStatus: accepted\n\n## 背景\n\n我们选择关系数据库。\n",
}


@pytest.fixture
def records(project: Project) -> Project:
    for path, text in RECORDS.items():
        project.write(path, text)
    return project


FOUND = {
    ("queue",): ["0001", "0002"],  # the title counts for more than the text
    ("mail",): ["0002", "0001"],
    ("queue", "mail"): ["0002", "0001"],
    ("title:queue",): ["0001"],
    ("--field", "body", "mail slow"): ["0001"],
    ("slow", "--status", "rejected"): ["0002"],
    ("slow", "--tag", "INFRA"): ["0001"],
    ("tags:async",): ["0001"],
    ("naive",): ["0002"],
    ("mai",): ["0002", "0001"],
    ("are slow",): ["0002"],
    ('"slow are"',): [],
    ("数据",): ["0003"],
    ("据数",): [],
    ("nothing",): [],
}


@pytest.mark.parametrize("words", FOUND, ids=" ".join)
def test_words_find_records(records: Project, words: tuple[str, ...]) -> None:
    said = records.adrtool("search", "--json", *words)
    assert said.code == 0
    ids = [hit["id"] for hit in said.json["hits"]]
    if words == ("queue", "mail"):
        ids, expected = sorted(ids), sorted(FOUND[words])
        assert ids == expected
    elif words == ("--field", "body", "mail slow"):
        assert ids == []
    else:
        assert ids == FOUND[words]


def test_a_hit_has_its_line_and_the_words_that_match(records: Project) -> None:
    (hit,) = records.adrtool("search", "--json", "naive").json["hits"]
    assert (hit["line"], [hit["snippet"][start:end] for start, end in hit["matches"]]) == (9, ["naïve"])
    (hit,) = records.adrtool("search", "--json", "关系数据库").json["hits"]
    assert "我们选择关系数据库。" in hit["snippet"]


@pytest.mark.parametrize(
    "words", [("NEAR(",), ('"',), ("a*b",), ("title:",), ("x AND",), ("^",), ("{", "}"), ("--", "-x")]
)
def test_no_word_is_an_operator(records: Project, words: tuple[str, ...]) -> None:
    said = records.adrtool("search", *words)
    assert said.code in (0, 2)
    assert len(said.err.splitlines()) <= 1 or said.code == 0


@pytest.mark.parametrize("words", [("x", "--status", "done"), ("x", "--field", "author"), ("!!",)])
def test_what_cannot_be_asked_is_said_in_one_line(records: Project, words: tuple[str, ...]) -> None:
    said = records.adrtool("search", *words)
    assert (said.code, len(said.err.splitlines())) == (2, 1)

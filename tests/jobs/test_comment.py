"""A report of a stranger's job becomes one comment, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from repositories import Project

from adrtool.jobs import comment
from adrtool.review.document import _finding
from adrtool.review.findings import Finding, Level, Section
from adrtool.review.markdown import MARKER
from adrtool.review.retold import findings_from
from adrtool.review.words import Line, Segment, Side

from .conftest import World

HEAD = "c0ffee" + "0" * 34
TARGET = comment.Target("owner/name", HEAD, run="https://github.com/owner/name/actions/runs/1")


def finding(**fields: Any) -> dict[str, Any]:
    plain = {"section": "breaks", "level": "error", "rule": "breaks", "path": "adr/0001.md", "line": 3}
    words = {"headline": "it broke", "subject": "0001/e", "title": "One", "quote": "It holds", "script": "e.py"}
    diffs = {"facts": ["since then"], "sentence_diff": [{"side": "after", "text": "x"}], "script_diff": []}
    return {**plain, **words, **diffs, "message": "unused", **fields}


def report(folder: Path, *findings: object, **fields: Any) -> Path:
    file = folder / "review.json"
    file.write_text(json.dumps({"format": 1, "findings": findings, **fields}))
    return file


def pull(number: int, **fields: Any) -> dict[str, Any]:
    return {"number": number, "state": "open", "head": {"sha": HEAD}, **fields}


def say(project: Project, file: Path, *words: str) -> Any:
    return project.adrtool("ci", "comment", str(file), "--repository", "owner/name", "--head", HEAD, *words)


def test_one_comment_is_written_and_then_written_anew(project: Project, world: World, tmp_path: Path) -> None:
    world.put(pulls=[pull(6, state="closed"), pull(7), {**pull(8), "head": {"sha": "d" * 40}}])
    assert say(project, report(tmp_path, finding())).out == "commented on #7\n"
    assert say(project, report(tmp_path, finding())).out == "the comment on #7 says it all already\n"
    assert say(project, report(tmp_path)).out == "updated the comment on #7\n"
    (only,) = world.comments
    assert (only["issue"], "This change breaks no decision" in only["body"]) == (7, True)


def test_the_head_of_a_fork_is_found_among_the_open_ones(project: Project, world: World, tmp_path: Path) -> None:
    world.put(pulls=[pull(7, known=False)])
    assert say(project, report(tmp_path, finding())).out == "commented on #7\n"


def test_a_pull_request_that_moved_on_is_told_nothing(project: Project, world: World, tmp_path: Path) -> None:
    world.put(pulls=[{**pull(7), "head": {"sha": "d" * 40}}])
    said = say(project, report(tmp_path, finding(), pull_request=7, number=7, head={"commit": "d" * 40}))
    assert (said.code, said.out) == (0, "no open pull request has c0ffee0000 as its head; nothing said\n")
    assert world.comments == []


def test_a_comment_of_somebody_else_with_our_mark_is_left_alone(project: Project, world: World, tmp_path: Path) -> None:
    foreign = {"id": 1, "issue": 7, "user": {"login": "mallory"}, "body": f"{MARKER} hands off"}
    padding = [{"id": n, "issue": 7, "user": {"login": "x"}, "body": ""} for n in range(2, 150)]
    world.put(pulls=[pull(7)], comments=[foreign, *padding])
    assert say(project, report(tmp_path, finding())).out == "commented on #7\n"
    assert say(project, report(tmp_path)).out == "updated the comment on #7\n"
    assert world.comments[0] == foreign


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"format": 2, "findings": []}',
        b'{"format": 1}',
        b'{"format": 1, "findings": {}}',
        b'{"format": 1, "findings": [7]}',
        b'{"format": 1, "findings": [{"section": "breaks"}]}',
        json.dumps({"format": 1, "findings": [finding(line="3")]}).encode(),
        json.dumps({"format": 1, "findings": [finding(line=True)]}).encode(),
        json.dumps({"format": 1, "findings": [finding(headline=["x"])]}).encode(),
        json.dumps({"format": 1, "findings": [finding(section="spam")]}).encode(),
        json.dumps({"format": 1, "findings": [finding(script_diff=[{"line": 1, "segments": [{}]}])]}).encode(),
        json.dumps({"format": 1, "findings": [finding()] * 10_001}).encode(),
        b"[" * 100_000,
        b" " * 5_000_001,
    ],
)
def test_what_is_no_report_is_refused_in_one_line(
    project: Project, world: World, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "review.json"
    file.write_bytes(content)
    said = say(project, file)
    assert (said.code, said.out, said.err.count("\n")) == (12, "", 1)
    assert "review.json" in said.err
    assert world.state["calls"] == []


def test_a_missing_report_and_words_that_name_no_commit_are_refused(project: Project, tmp_path: Path) -> None:
    assert say(project, tmp_path / "none.json").code == 12
    file = str(report(tmp_path))
    for words in (["--head", "main"], ["--head", HEAD + "\nx"], ["--repository", "a/b/c"], ["--repository", "../x"]):
        said = say(project, Path(file), *words)
        assert said.code == 2, words


HOSTILE = st.text(st.sampled_from("@#!`*_[]()<>|~&\\\n\r:/ -.$^ab1\x1b\u202e\u200b\udcff'\"="), max_size=60)


SEGMENTS = st.lists(st.builds(dict, side=st.sampled_from(["both", "before", "after"]), text=HOSTILE), max_size=3)
FINDINGS = st.builds(
    finding,
    section=st.sampled_from(["breaks", "lint", "governed"]),
    level=st.sampled_from(["error", "warning", "note"]),
    rule=HOSTILE,
    path=HOSTILE,
    headline=HOSTILE,
    subject=HOSTILE,
    title=HOSTILE,
    quote=HOSTILE,
    facts=st.lists(HOSTILE, max_size=2),
    script=HOSTILE,
    sentence_diff=SEGMENTS,
    script_diff=st.lists(st.builds(dict, line=st.integers(0, 9), segments=SEGMENTS), max_size=2),
)


@given(st.lists(FINDINGS, max_size=4))
def test_nothing_in_a_report_becomes_more_than_words(findings: list[dict[str, Any]]) -> None:
    text = comment.body(findings_from({"format": 1, "findings": findings}), TARGET)
    text.encode()
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    tags = {tag.split()[0].strip("</>") for tag in re.findall(r"<[^>]*>", html)}
    ours = "p ul li h3 h4 h5 strong code pre details summary sub br ins del blockquote a !--".split()
    assert tags <= set(ours)
    assert re.findall(r'href="([^"]*)"', html) == [TARGET.run]
    # Forges look for names within one text, never across a tag.
    words = re.sub(r"<[^>]*>", " ", re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL))
    assert not re.search(r"(?<![&\w])[@#!~](?=[a-z0-9])|://|\x1b|\u202e", words)


def test_the_worst_comes_first_and_however_much_there_is_it_fits() -> None:
    long = {"headline": "é@# " * 500, "path": "p/" * 300, "facts": ["<&" * 500] * 20}
    many = [finding(section=section.name.lower(), **long) for section in Section for _ in range(500)]
    text = comment.body(findings_from({"format": 1, "findings": many}), TARGET)
    assert len(text) < 65_536
    assert text.index(Section.BREAKS.value) < text.index(Section.LINT.value)
    assert "more" in text
    assert "actions/runs/1" in text


def test_a_review_comes_back_from_its_report_as_it_went_in() -> None:
    row = Finding(
        Section.SUSPECT,
        Level.WARNING,
        "suspect",
        "adr/0001.md",
        3,
        "the sentence changed",
        "0001/e",
        "One",
        "It holds",
        ("a fact",),
        (Segment(Side.BEFORE, "a"), Segment(Side.AFTER, "b")),
        (Line(2, (Segment(Side.BOTH, "x"),)),),
        "adr/evidence/e.py",
    )
    assert findings_from(json.loads(json.dumps({"format": 1, "findings": [_finding(row)]}))) == (row,)

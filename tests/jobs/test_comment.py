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

from .conftest import World

HEAD = "c0ffee" + "0" * 34
TARGET = comment.Target("owner/name", HEAD, run="https://github.com/owner/name/actions/runs/1")


def finding(**fields: Any) -> dict[str, Any]:
    plain = {"section": "breaks", "level": "error", "path": "adr/0001.md", "line": 3, "message": "0001/e: it broke"}
    return {**plain, "rule": "breaks", **fields}


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
    assert (only["issue"], "This change touches no decision" in only["body"]) == (7, True)


def test_the_head_of_a_fork_is_found_among_the_open_ones(project: Project, world: World, tmp_path: Path) -> None:
    world.put(pulls=[pull(7, known=False)])
    assert say(project, report(tmp_path, finding())).out == "commented on #7\n"


def test_a_pull_request_that_moved_on_is_told_nothing(project: Project, world: World, tmp_path: Path) -> None:
    world.put(pulls=[{**pull(7), "head": {"sha": "d" * 40}}])
    said = say(project, report(tmp_path, finding(), pull_request=7, number=7, head={"commit": "d" * 40}))
    assert (said.code, said.out) == (0, "no open pull request has c0ffee0000 as its head; nothing said\n")
    assert world.comments == []


def test_a_comment_of_somebody_else_with_our_mark_is_left_alone(project: Project, world: World, tmp_path: Path) -> None:
    foreign = {"id": 1, "issue": 7, "user": {"login": "mallory"}, "body": f"{comment.MARK} hands off"}
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
        json.dumps({"format": 1, "findings": [finding(message=["x"])]}).encode(),
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


@given(st.lists(st.builds(finding, section=HOSTILE | st.just("lint"), level=HOSTILE, path=HOSTILE, message=HOSTILE)))
def test_nothing_in_a_report_becomes_more_than_words(findings: list[dict[str, Any]]) -> None:
    rows = [comment._finding(row) for row in findings]
    text = comment.body(rows, TARGET)
    text.encode()
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    ours = re.sub(r"</?(?:p|ul|li|h3|strong|code|details|summary)>|<summary>|</a>|<!-- adrtool review -->", "", html)
    links = re.findall(r'<a href="([^"]*)">', ours)
    assert all(link.startswith("https://github.com/owner/name/") for link in links)
    assert not re.search(r"<(?!a href=)", ours)
    plain = re.sub(r"<[^>]*>", "", re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL))
    assert not re.search(r"(?<![&\w])[@#!~](?=[a-z0-9])|://|\x1b|\u202e|\u200b", plain)


def test_the_worst_comes_first_and_however_much_there_is_it_fits() -> None:
    many = [
        finding(section=name, message="é@# " * 500, path="p/" * 300) for name in comment._HEADINGS for _ in range(500)
    ]
    rows = [comment._finding(row) for row in many]
    text = comment.body(rows, TARGET)
    assert len(text) < 65_536
    assert text.index("Reasons that this change breaks") < text.index("Problems on changed lines")
    assert "and 475 more" in text
    assert all(heading in text for heading in comment._HEADINGS.values())
    assert "actions/runs/1" in text


def test_a_place_is_a_link_into_the_repository_and_nowhere_else() -> None:
    text = comment.body([comment._finding(finding(path="../../../evil/x y)#.md"))], TARGET)
    (link,) = re.findall(r"\]\((https://[^)]*blob[^)]*)\)", text)
    assert link == f"https://github.com/owner/name/blob/{HEAD}/evil/x%20y%29%23.md#L3"

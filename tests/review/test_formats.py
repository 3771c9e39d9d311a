"""Pull requests of every kind, each in every format."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

sys.path.insert(0, str(Path(__file__).parent))
from pulls import IDENTITY, PULLS, build  # noqa: E402

from adrtool.cli.options import now  # noqa: E402
from adrtool.cli.review import _runner, _written  # noqa: E402
from adrtool.errors import ExitCode  # noqa: E402
from adrtool.model import Problem  # noqa: E402
from adrtool.review.build import Options, review  # noqa: E402
from adrtool.review.findings import findings  # noqa: E402
from adrtool.review.markdown import LIMIT, MARKER, comment  # noqa: E402
from adrtool.review.model import Governed, Review  # noqa: E402
from adrtool.workspace import Workspace  # noqa: E402

# What each of them is told in one line, and the exit code.
HEADLINES = {
    "untouched": ("🟢 This change touches no decision", 0),
    "breaks": ("🔴 This change breaks a reason behind a decision", 10),
    "drops-a-key": ("🔴 This change breaks a reason behind a decision", 10),
    "weakens": ("🔴 This change breaks a reason behind a decision", 10),
    "new-record": ("🔴 2 problems to mend in decision records", 12),
    "loses-evidence": ("🔴 This change breaks a reason behind a decision", 11),
    "rewrites": ("🟡 1 thing to look at before a decision is relied on", 0),
    "collides": ("🔴 1 problem to mend in decision records", 12),
    "renames-the-folder": ("🟢 This change touches no decision", 0),
    "governed": ("🔵 This change touches decisions, and breaks no reason of theirs", 0),
    "hostile": ("🟡 1 thing to look at before a decision is relied on", 14),
    "mends": ("🟢 The one reason that this change can have reached still holds", 0),
}


@dataclass(frozen=True)
class Pulls:
    """The reviews of all pull requests."""

    root: Path
    reviews: dict[str, Review]


@pytest.fixture(scope="module")
def pulls(tmp_path_factory: pytest.TempPathFactory) -> Pulls:
    before = dict(os.environ)
    os.environ.update(IDENTITY)
    try:
        root = build(tmp_path_factory.mktemp("pulls")).root
        options = Options(_runner(2, None, verbose=False))
        workspace = Workspace.open(root)
        return Pulls(root, {name: review(workspace, "origin/main", f"fork/{name}", options, now()) for name in PULLS})
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.mark.parametrize("name", PULLS)
def test_a_comment_says_in_one_line_what_matters(pulls: Pulls, name: str) -> None:
    found = pulls.reviews[name]
    lines = comment(found).splitlines()
    assert (lines[0], lines[1], found.code) == (MARKER, f"### {HEADLINES[name][0]}", HEADLINES[name][1])


class Page(HTMLParser):
    """The tags of a comment as a browser gets it."""

    VOID = ("br", "hr", "img")

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.comments: list[str] = []
        self.text = ""
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert all(name == "class" for name, _ in attrs), attrs
        self.tags.add(tag)
        self.open += [] if tag in self.VOID else [tag]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        self.text += "" if {"code", "pre"} & set(self.open) else data


TAGS = {"h3", "h4", "h5", "p", "ul", "li", "strong", "sub", "code", "pre", "details", "summary", "br", "blockquote"}


@pytest.mark.parametrize("name", PULLS)
def test_a_comment_holds_our_own_tags_and_reaches_nobody(pulls: Pulls, name: str) -> None:
    page = Page(comment(pulls.reviews[name]))
    assert page.tags <= TAGS | {"del", "ins"}
    assert page.comments == [" adrtool review "]
    assert re.search(r"@\w|#\d|GH-\d|://|\bwww\.", page.text) is None


@pytest.mark.parametrize("name", PULLS)
@pytest.mark.parametrize("form", ["text", "github", "markdown", "json", "sarif", "gitlab", "junit"])
def test_no_format_speaks_to_a_runner_or_a_terminal(pulls: Pulls, name: str, form: str) -> None:
    said = _written(pulls.reviews[name], form)
    for line in said.splitlines():
        assert "##[" not in line
        command = re.match(r"\s*::(\S*)", line)
        assert command is None or (form == "github" and command[1] in ("error", "warning", "notice"))
        if form != "json":
            assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line) is None


@pytest.mark.parametrize("name", PULLS)
def test_annotations_name_a_line_of_the_head(pulls: Pulls, name: str) -> None:
    for line in _written(pulls.reviews[name], "github").splitlines():
        match = re.fullmatch(r"::(error|warning|notice) file=([^,]+),line=(\d+),title=[^:]+::.+", line)
        assert match is not None, line


RESULT = {"ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"}
RULE = {"id", "shortDescription", "fullDescription", "help", "defaultConfiguration"}


@pytest.mark.parametrize("name", PULLS)
def test_sarif_carries_what_code_scanning_reads(pulls: Pulls, name: str) -> None:
    document = json.loads(_written(pulls.reviews[name], "sarif"))
    assert document.keys() == {"$schema", "version", "runs"}
    (run,) = document["runs"]
    assert run.keys() == {"tool", "automationDetails", "columnKind", "results"}
    assert run["automationDetails"] == {"id": "adrtool/review/"}
    rules = run["tool"]["driver"]["rules"]
    assert all(rule.keys() == RULE for rule in rules)
    prints = []
    for result in run["results"]:
        assert result.keys() == RESULT
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith("/")
        assert place["region"]["startLine"] >= 1
        prints.append(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(prints) == len(set(prints))
    wanted = [row for row in findings(pulls.reviews[name]) if row.level != "note"]
    assert len(run["results"]) == len(wanted)


@pytest.mark.parametrize("name", PULLS)
def test_gitlab_and_junit_can_be_read(pulls: Pulls, name: str) -> None:
    found = pulls.reviews[name]
    rows = json.loads(_written(found, "gitlab"))
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    assert {row["severity"] for row in rows} <= {"info", "minor", "critical"}
    (suite,) = ET.fromstring(_written(found, "junit"))
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases))
    red = suite.findall("testcase/failure") + suite.findall("testcase/error")
    assert bool(red) == (found.code in (ExitCode.STALE, ExitCode.BROKEN, ExitCode.UNREADABLE))
    assert len(red) == int(suite.get("failures")) + int(suite.get("errors"))


def test_the_folder_of_records_can_move(pulls: Pulls) -> None:
    found = pulls.reviews["renames-the-folder"]
    assert {row.judgement.verdict.value for row in found.claims} >= {"holds"}
    assert all(row.before is not None and row.after is not None for row in found.claims)
    assert found.records == ()


def test_a_comment_fits_whatever_the_change(pulls: Pulls) -> None:
    small = pulls.reviews["weakens"]
    many = tuple(row for number in range(500) for row in small.claims)
    rules = tuple(Problem(f"adr/{'x' * 80}{n}.md", n, "broken-link", "@you " * 200) for n in range(3000))
    governing = tuple(
        Governed(f"adr/{n}.md", str(n), "T" * 400, "S" * 400, small.claims[0].status, None, ("f" * 200,) * 99)
        for n in range(300)
    )
    for big in (
        replace(small, claims=many),
        replace(small, problems=rules),
        replace(small, governed=governing),
        replace(small, claims=many, problems=rules, governed=governing, notes=("n" * 5000,) * 9),
    ):
        text = comment(big)
        assert len(text) < LIMIT
        assert text.startswith(f"{MARKER}\n### 🔴 ")
        assert "more; the log of the job has them all" in text
        Page(text)
    quiet = tuple(replace(row, marks=(), code=ExitCode.OK) for row in pulls.reviews["governed"].claims)
    assert "within reach hold" in comment(replace(pulls.reviews["governed"], claims=quiet * 2))
    assert len(comment(replace(pulls.reviews["governed"], claims=quiet * 5000))) < LIMIT


def test_annotations_stay_below_what_a_forge_shows(pulls: Pulls) -> None:
    rules = tuple(Problem("adr/a.md", n + 1, "broken-link", "gone") for n in range(50))
    lines = _written(replace(pulls.reviews["untouched"], problems=rules), "github").splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=adrtool::41 more; `adrtool review` prints them all"

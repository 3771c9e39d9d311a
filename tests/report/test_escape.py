"""Text of others reads as it is, and means nothing, wherever it is put."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adrtool.report import escape

PIECES = (
    "@octocat", "fixes #1", "GH-12", "org/repo#3", "!4", "~bug", "%7", "$9", "&2", "/close", "https://evil.example",
    "www.evil.example", "me@evil.example", "deadbeef1234", "<img src=x onerror=alert(1)>", "<!--", "-->", "</details>",
    "</code>", "[a](javascript:x)", "![](x)", "[^1]", "```", "~~~", "`", "``", "# h", "- l", "1. l", "> q", "| a |",
    "***", "---", "===", "$$x$$", "\\", "&lt;", "&#64;octocat", "::set-output name=a::b", "##[error]x", "##vso[x]y",
    "section_start:1:x", "%0A::error::x", "\x1b[31m", "\x1b]8;;http://x\x07", "\u202e", "\u2066", "\u200b", "\ufeff",
    "\u3164", "\U000e0041", "\r", "\n", "\n\n", "\t", "\0", "\x85", "\u2028", "\udcff", "\ud800", "ok", " ", "é", "数", ":",
)  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=8).map("".join)

# As forges do it: raw HTML, tables, strike-through.
RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What a forge would make a notice or a link of; digits and letters right behind the sign.
REACHES = re.compile(r"[@#!~%$&](?=[\w\"])|\bGH-\d|://|\bwww\.|(?:^|\s)/\w|\b[0-9a-f]*\d[0-9a-f]*[a-f][0-9a-f]{6,}\b")
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u3164\ud800-\udfff]")


class Shown(HTMLParser):
    """The tags of a page, and the text that stands in no code."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.code = 0

    def handle_starttag(self, tag, attrs):
        assert not attrs, (tag, attrs)
        self.tags.append(tag)
        self.code += tag in ("code", "pre")

    def handle_endtag(self, tag):
        self.code -= tag in ("code", "pre")

    def handle_comment(self, data):
        raise AssertionError(data)

    def handle_data(self, data):
        if not self.code:
            self.text += data


def shown(source: str) -> Shown:
    page = Shown()
    page.feed(RENDER.render(source))
    page.close()
    return page


@given(hostile)
def test_in_a_line_of_markdown_it_means_nothing(text: str) -> None:
    for before in ("", "x ", "- "):
        source = before + escape.markdown(text)
        page = shown(source)
        assert set(page.tags) <= {"p", "ul", "li"}, source
        assert REACHES.search(page.text) is None, page.text
        assert page.text.replace("\u200b", "").split() == (before.strip("- ") + f" {escape.plain(text)}").split()


@given(hostile)
def test_in_html_and_as_code_it_means_nothing(text: str) -> None:
    page = shown(f"<details><summary>{escape.markdown(text)}</summary>\n\nx {escape.code(text)} y\n\n</details>")
    assert set(page.tags) <= {"details", "summary", "p", "code"}
    assert page.tags.count("code") == 1
    assert set(shown(f"x {escape.prose(text)}").tags) <= {"p", "code"}


@given(hostile)
def test_a_fence_holds_it(text: str) -> None:
    tokens = RENDER.parse(f"before\n\n{escape.code_block(text, 'diff')}\n\nafter")
    assert [token.type for token in tokens].count("fence") == 1
    assert tokens[-2].content == "after"


@given(hostile)
def test_a_runner_of_jobs_takes_no_orders_from_it(text: str) -> None:
    lines = [escape.terminal(text), *escape.code_block(text).splitlines(), *escape.xml(text).splitlines()]
    for line in [*lines, escape.json_text(f'"{text}"')]:
        assert "##[" not in line
        assert "##vso[" not in line
    for line in lines:
        assert not line.lstrip().startswith("::")
        assert HIDDEN.search(line.replace("\u200b", "")) is None


@given(hostile, hostile)
def test_a_workflow_command_stays_one(path: str, message: str) -> None:
    command = f"::error file={escape.command_property(path)},line=1::{escape.command_value(message)}"
    assert len(command.splitlines()) == 1
    properties, _, said = command.removeprefix("::error ").partition("::")
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line"]
    assert said.replace("%25", "%") == escape.plain(message)
    assert HIDDEN.search(command) is None


@given(hostile)
def test_xml_can_be_read(text: str) -> None:
    element = ET.Element("a", message=escape.plain(text))
    element.text = escape.xml(text)
    ET.fromstring(ET.tostring(element, encoding="unicode"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("rm\u202e txt.exe", "rm txt.exe"),
        ("\x1b[2J\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "link"),
        ("a\udcffb", "a\\xffb"),
        ("a\n\n  b", "a b"),
        ("naïve 数 🙂", "naïve 数 🙂"),
    ],
)
def test_what_is_left_is_what_a_reader_sees(text: str, seen: str) -> None:
    assert escape.plain(text) == seen


def test_it_is_cut_where_it_is_too_long() -> None:
    assert escape.plain("abcdef", 4) == "abc…"
    assert escape.code_block("a\nb\nc", most=2).splitlines() == ["```", "a", "b", "… 1 more lines", "```"]

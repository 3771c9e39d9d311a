"""`history` without a claim tells every change of a verdict, and as an Atom feed too."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
from repositories import Project

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = 'assert False, "<b>]]>&amp; \\x00\\x1b[31m \\ud800 </content>"\n'


@pytest.fixture
def turned(project: Project) -> Project:
    """A claim that held, then failed, then broke, then failed again in the same way as before: four changes, five runs."""
    project.record('[It <b> & holds](evidence/e.py "then: look again")')
    for script in ("pass\n", "pass  # still\n", HOSTILE, "1 / 0\n"):
        project.evidence("e.py", script)
        project.commit()
        project.verify("--all")
    project.record("[It holds](evidence/e.py)", "[It is skipped](evidence/s.py)")
    project.evidence("s.py", "from adrtool_evidence import skip\nskip('not here')\n")
    project.commit()
    project.verify("--all")
    return project


def required(feed: ET.Element) -> None:
    """What RFC 4287 demands of every feed and entry."""
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None  # so entries need none of their own
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
        assert element.findtext(f"{ATOM}id").startswith(("urn:uuid:", "https:"))
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    assert all(entry.findtext(f"{ATOM}content") for entry in feed.findall(f"{ATOM}entry"))


def test_only_changes_are_told_and_the_newest_comes_first(turned: Project) -> None:
    said = turned.adrtool("history", "--json")
    assert [(row["before"], row["after"]) for row in said.json["changes"]] == [
        ("stale", "broken"),
        ("holds", "stale"),
        ("unverified", "holds"),
    ]
    lines = turned.adrtool("history").out.splitlines()
    assert "0001/e: stale -> broken" in lines[0]
    assert turned.adrtool("history", "-n", "1").out.splitlines()[0] == lines[0]


def test_the_feed_is_valid_and_a_reader_understands_it(turned: Project) -> None:
    said = turned.adrtool("history", "--format", "atom", "--url", "https://example.org/decisions.atom")
    required(ET.fromstring(said.out))
    read = feedparser.parse(said.out)
    assert (read.bozo, read.version, len(read.entries)) == (False, "atom10", 3)
    assert [entry.title for entry in read.entries][:2] == ["0001/e: stale -> broken", "0001/e: holds -> stale"]
    assert "<b>]]>&amp;" in read.entries[1].content[0].value
    assert read.feed.links[0].rel == "self"


def test_the_feed_names_the_same_things_the_same_in_every_clone(turned: Project, tmp_path: Path) -> None:
    clone = tmp_path / "elsewhere"
    subprocess.run(["git", "clone", "--quiet", turned.root, clone], check=True)
    subprocess.run(
        ["git", "fetch", "--quiet", "origin", "refs/notes/adrtool:refs/notes/adrtool"], cwd=clone, check=True
    )

    def ids(folder: Path) -> list[str]:
        return [element.text for element in ET.fromstring(feed(folder)).iter(f"{ATOM}id")]

    def feed(folder: Path) -> str:
        return turned.adrtool("history", "--format", "atom", cwd=folder).out

    assert ids(clone) == ids(turned.root)


def test_news_leaves_what_was_told_before_as_it_was(turned: Project) -> None:
    before = ET.fromstring(turned.adrtool("history", "--format", "atom").out)
    turned.evidence("e.py", "pass\n")
    turned.commit()
    turned.verify("--all")
    after = ET.fromstring(turned.adrtool("history", "--format", "atom").out)
    entries = [[ET.tostring(entry) for entry in feed.findall(f"{ATOM}entry")] for feed in (before, after)]
    assert entries[1][1:] == entries[0]
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")


def test_one_claim_has_a_feed_of_its_own(turned: Project) -> None:
    whole, one = (ET.fromstring(turned.adrtool("history", *name, "--format", "atom").out) for name in ([], ["1/e"]))
    assert whole.findtext(f"{ATOM}id") != one.findtext(f"{ATOM}id")
    required(one)


def test_what_another_branch_saw_is_no_change_here(turned: Project) -> None:
    before = turned.adrtool("history", "--json").out
    turned.git("checkout", "--quiet", "-b", "other")
    turned.evidence("e.py", "assert False, 'elsewhere'\n")
    turned.commit()
    turned.verify("--all")
    assert len(turned.adrtool("history", "--json").json["changes"]) == 4
    turned.git("checkout", "--quiet", "main")
    assert turned.adrtool("history", "--json").out == before


def test_where_nothing_ran_the_feed_is_empty_and_valid(project: Project) -> None:
    project.record("[It holds](evidence/e.py)")
    project.evidence("e.py", "pass\n")
    project.commit()
    required(ET.fromstring(project.adrtool("history", "--format", "atom").out))
    said = project.adrtool("history")
    assert (said.code, said.out, "nothing ran here yet" in said.err) == (0, "", True)


def test_an_address_without_a_feed_is_refused(project: Project) -> None:
    said = project.adrtool("history", "--url", "https://example.org")
    assert (said.code, "--format atom" in said.err) == (2, True)

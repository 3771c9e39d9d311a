"""`export` gives what other tools read, and tells what is lost."""

from __future__ import annotations

import csv
import io

import pytest
from repositories import Project

from adrtool.workspace import Workspace

ONE = """\
# 1. Use =a queue

Date: 2026-01-02

## Status

Superseded by [2. Two](0002-two.md)

## Context

It was *so*.

### More

Than that.

## Considered Options

* Queue - a broker
* Cron

## Decision

We do. See [two](0002-two.md#more) and [code](../src/a.py).

## Consequences

- Fast
- Dear

## Team

Us.
"""
TWO = "# Two\n\nSome words.\n\n* Status: accepted\n* Tags: a, b\n\n## Decision\n\n[It holds](evidence/e.py)\n"


@pytest.fixture
def records(project: Project) -> Project:
    project.write("adr/0001-one.md", ONE)
    project.write("adr/0002-two.md", TWO)
    return project


def test_json_adr_holds_the_sections_by_their_part(records: Project) -> None:
    said = records.adrtool("export")
    assert (said.code, said.json["version"]) == (0, "1.0.0")
    one, two = said.json["adrs"]
    assert one == {
        "number": 1,
        "title": "Use =a queue",
        "status": "superseded",
        "date": "2026-01-02",
        "context": "It was *so*.\n\n### More\n\nThan that.",
        "considered_options": [{"name": "Queue", "description": "a broker"}, {"name": "Cron"}],
        "decision": "We do. See [two](0002-two.md#more) and [code](../src/a.py).",
        "consequences": ["Fast", "Dear"],
        "links": [{"type": "superseded-by", "target": 2}],
        "custom_sections": {"Team": "Us."},
        "path": "adr/0001-one.md",
    }
    assert (two["tags"], two["custom_sections"]) == (["a", "b"], {"Preamble": "Some words."})


def test_losses_are_told_by_record(records: Project) -> None:
    lines = records.adrtool("export").err.splitlines()
    assert lines == [
        "adrtool: adr/0002-two.md: has no date; it is 1970-01-01 there",
        "adrtool: adr/0002-two.md: its claims (1) are plain links there, without verdicts",
    ]


def test_csv_has_one_row_each_and_no_formula(records: Project) -> None:
    records.write("adr/0003-x.md", "# =SUM(A1)\n\nStatus: accepted\n")
    said = records.adrtool("export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert (rows[0]["title"], rows[2]["title"]) == ("Use =a queue", "'=SUM(A1)")
    assert rows[0]["superseded_by"] == "adr/0002-two.md"
    assert "adr/0003-x.md: a cell that reads like a formula begins with ' there" in said.err


def test_structurizr_gets_adr_tools_files(records: Project) -> None:
    said = records.adrtool("export", "--format", "structurizr", "--output", "out")
    assert said.code == 0
    text = (records.root / "out/0001-use-a-queue.md").read_text()
    assert text.startswith(
        "# 1. Use =a queue\n\nDate: 2026-01-02\n\n## Status\n\nSuperseded\n\nSuperseded by [2. Two](0002-two.md)\n\n## Context\n"
    )
    assert "[two](0002-two.md#more) and [code](../src/a.py)" in text
    assert "links to files that are not copied: src/a.py" in said.err


@pytest.mark.parametrize("form", ["structurizr", "backstage"])
def test_what_was_written_reads_back(records: Project, form: str) -> None:
    records.write(
        "adr/no-number.md", "# Plain\n\nStatus: proposed\n\n## Decision\n\nYes.\n\n## Consequences\n\nNone.\n"
    )
    assert records.adrtool("export", "--format", form, "--output", "out").code == 0
    ours, theirs = Workspace.open(records.root).records, Workspace.open(records.root, [records.root / "out"]).records
    assert [(r.title, r.status, r.date) for r in theirs] == [
        (r.title, r.status, r.date) for r in sorted(ours, key=lambda r: r.number or 9)
    ]
    assert [r.number for r in theirs] == [1, 2, 3]
    assert [[link.relation for link in r.links] for r in theirs][0][:1] == [
        ours[-2 if ours[0].number is None else 0].links[0].relation
    ]


def test_nothing_is_overwritten(records: Project) -> None:
    file = records.write("out.json", "mine")
    said = records.adrtool("export", "--output", "out.json")
    assert (said.code, len(said.err.splitlines()), file.read_text()) == (2, 1, "mine")
    assert records.adrtool("export", "--format", "backstage").code == 2
    assert records.adrtool("export", "--format", "backstage", "--output", "adr").code == 2


def test_no_records_are_told_in_one_line(project: Project) -> None:
    said = project.adrtool("export")
    assert (said.code, said.out, len(said.err.splitlines())) == (12, "", 1)


def test_records_without_headings_and_in_other_formats_are_exported(project: Project) -> None:
    project.write("adr/0001-bare.md", "Words.\n")
    project.write("adr/0002-rst.rst", "Two\n===\n\nStatus\n------\n\nAccepted\n\nDecision\n--------\n\nWe do.\n")
    said = project.adrtool("export")
    bare, rst = said.json["adrs"]
    assert (said.code, bare["title"], bare.get("custom_sections")) == (0, "bare", {"Preamble": "Words."})
    assert (rst["status"], rst["decision"]) == ("accepted", "We do.")
    assert "adr/0002-rst.rst: its text is no Markdown: given as written" in said.err


@pytest.mark.parametrize(
    ("form", "name"), [("csv", "no/such/x.csv"), ("structurizr", "no/such"), ("csv", "adr/0001/x")]
)
def test_no_folder_is_made_on_the_way(records: Project, form: str, name: str) -> None:
    said = records.adrtool("export", "--format", form, "--output", name)
    assert (said.code, said.out) == (12, "")
    assert said.err == f"adrtool: --output {name}: cannot be written: No such file or directory\n"
    assert not (records.root / name).parent.exists()

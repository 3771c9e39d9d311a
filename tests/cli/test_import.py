"""`import` writes what other tools hold as records here, and tells what it cannot take over, with its place."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
from repositories import Project

from adrtool.workspace import Workspace

ADR: dict[str, Any] = {
    "number": 4,
    "title": "Brew with a *French* press",
    "status": "Accepted",
    "date": "2026-02-03",
    "deciders": ["Ann", "Bo"],
    "consulted": ["Cy"],
    "tags": ["kitchen", "mornings"],
    "context": "It is early.",
    "decision_drivers": ["Taste", "Noise"],
    "considered_options": [
        {"name": "Press", "pros": ["quiet"], "cons": ["grounds"]},
        {"name": "Moka", "description": "x"},
    ],
    "decision": "We press.",
    "consequences": {"positive": ["Calm"], "negative": ["Washing up"]},
    "custom_sections": {"Preamble": "A word before.", "Kettle": "Any."},
}


@pytest.fixture
def take(project: Project) -> Any:
    """Import a JSON-ADR document that holds these records."""

    def call(*adrs: Any, version: str = "1.0.0") -> Any:
        project.write("in.json", json.dumps({"version": version, "adrs": adrs}, indent=1))
        return project.adrtool("import", "in.json")

    return call


def read(project: Project, path: str) -> str:
    return (project.root / path).read_text()


def test_json_adr_becomes_a_record_with_all_its_parts(project: Project, take: Any) -> None:
    said = take(ADR)
    assert (said.code, said.out, said.err) == (0, "adr/0004-brew-with-a-french-press.md\n", "")
    assert read(project, "adr/0004-brew-with-a-french-press.md") == (
        "---\nstatus: accepted\ndate: 2026-02-03\ndecision-makers: Ann, Bo\ntags: [kitchen, mornings]\nconsulted: Cy\n"
        "---\n\n# Brew with a \\*French\\* press\n\nA word before.\n\n## Context\n\nIt is early.\n\n"
        "## Decision Drivers\n\n- Taste\n- Noise\n\n"
        "## Considered Options\n\n- Press\n  - Good, because quiet\n  - Bad, because grounds\n- Moka: x\n\n"
        "## Decision\n\nWe press.\n\n"
        "## Consequences\n\n### Positive\n\nCalm\n\n### Negative\n\nWashing up\n\n## Kettle\n\nAny.\n"
    )
    (record,) = project.adrtool("list", "--json").json["records"]
    assert (record["title"], record["number"], record["deciders"]) == (ADR["title"], 4, ["Ann", "Bo"])


def test_links_are_written_on_both_sides(project: Project, take: Any) -> None:
    take(
        {**ADR, "title": "Old", "number": 1, "status": "superseded", "links": [{"type": "SupersededBy", "target": 2}]},
        {**ADR, "title": "New", "number": 2, "links": [{"type": "amends", "target": 3}]},
        {**ADR, "title": "Base", "number": 3},
    )
    old, new, base = project.adrtool("list", "--json").json["records"]
    assert (old["status"], old["superseded_by"], new["supersedes"]) == ("superseded", [new["path"]], [old["path"]])
    assert {"relation": "amended-by", "target": new["path"]} in base["links"]


def test_what_cannot_be_taken_over_is_told_with_its_line(project: Project, take: Any) -> None:
    odd = {
        **ADR, "number": 7, "title": "", "date": "some day", "status": "On hold", "mood": 1,
        "links": [{"type": "blames", "target": 4, "description": "it was late"}, {"type": "amends", "target": 99}, 3],
    }  # fmt: skip
    said = take(ADR, odd, "what", version="2.0")
    first = (project.root / "in.json").read_text().splitlines().index(' "adrs": [') + 1
    assert said.code == 0
    losses = [line.removeprefix("adrtool: in.json:").split(": ", 1) for line in said.err.splitlines()]
    assert losses[0] == ["1", "version '2.0' is read as 1.0.0"]
    assert {message for _, message in losses[1:]} == {
        "has no title; it is 'Record 7' here",
        "its date 'some day' is none: left out",
        "`mood` is no part of JSON-ADR: left out",
        "its relation 'blames' to 4 is only `relates-to` here",
        "what its link to 4 says, 'it was late': left out",
        "the link 3 leads nowhere: left out",
        "amends 99: there is no such record in it",
        "no object: left out",
    }
    lines = read(project, "in.json").splitlines()
    assert all(int(line) > first + 1 and lines[int(line) - 1] in ("  {", '  "what"') for line, _ in losses[1:])
    assert project.adrtool("list", "--json").json["records"][1]["status_raw"] == "On hold"


def test_no_status_and_no_date_stay_unknown(project: Project, take: Any) -> None:
    take({**ADR, "status": "unknown", "date": "1970-01-01"})
    (record,) = project.adrtool("list", "--json").json["records"]
    assert (record["status"], record["date"]) == ("unknown", None)


def test_a_number_that_is_taken_gives_way_and_is_told(project: Project, take: Any) -> None:
    project.write("adr/0004-here.md", "# Here\n\nStatus: accepted\n")
    said = take(ADR)
    assert said.out == "adr/0005-brew-with-a-french-press.md\n"
    assert "in.json:4: number 4 is taken by adr/0004-here.md; it is 5 here" in said.err
    assert read(project, "adr/0004-here.md") == "# Here\n\nStatus: accepted\n"


def test_a_folder_in_adr_tools_style_gets_records_in_its_style(project: Project, take: Any) -> None:
    project.write("doc/adr/0001-a.md", "# 1. A\n\nDate: 2020-01-01\n\n## Status\n\nAccepted\n\n## Context\n\nX\n")
    said = take({**ADR, "consulted": []})
    assert read(project, said.out.strip()).startswith(
        "# 4. Brew with a \\*French\\* press\n\nDate: 2026-02-03\n\nDecision makers: Ann, Bo\n\nTags: kitchen, mornings\n\n"
        "A word before.\n\n## Status\n\nAccepted\n\n## Context\n\n"
    )
    assert said.err == ""


@pytest.mark.parametrize("form", ["json-adr", "csv"])
def test_what_export_writes_is_read_back(
    project: Project, form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    project.write(
        "adr/0001-short.md",
        "---\nstatus: superseded\ndate: 2026-01-02\ntags: [a, b]\n---\n\n# =A long title\n\nSuperseded by [2](0002-b.md).\n"
        "\n## Context\n\nSee [b](0002-b.md#context).\n",
    )
    project.write("adr/0002-b.md", "# B\n\n* Status: accepted\n* Deciders: Ann, Bo\n\n## Context\n\nX\n")
    said = project.adrtool("export", "--format", form)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(said.out.encode())))
    target = tmp_path / "elsewhere"
    target.mkdir()
    taken = project.adrtool("import", "-", "--format", form, cwd=target)
    assert (taken.code, taken.out.split()) == (0, ["adr/0001-short.md", "adr/0002-b.md"])
    ours, theirs = Workspace.open(project.root).records, Workspace.open(target).records
    kept = [(r.path, r.title, r.status, r.date, r.tags, r.deciders) for r in ours]
    assert [(r.path, r.title, r.status, r.date, r.tags, r.deciders) for r in theirs] == kept
    assert set(ours[0].links) <= set(theirs[0].links)


def test_further_columns_of_a_table_become_sections(project: Project) -> None:
    project.write("in.csv", '\ufeffTitle;Date;Context\r\nTea;2026-01-02;"One\nTwo"\r\n;;\r\n')
    said = project.adrtool("import", "in.csv")
    assert read(project, "adr/0001-tea.md") == "---\ndate: 2026-01-02\n---\n\n# Tea\n\n## Context\n\nOne\nTwo\n"
    assert said.err.startswith("adrtool: in.csv:3: has no number; it is 1 here")


@pytest.mark.parametrize("shape", ["structurizr", "backstage"])
def test_a_folder_that_export_wrote_is_taken_over_byte_for_byte(project: Project, shape: str) -> None:
    project.write("adr/0001-a.md", "# A\n\nStatus: accepted\n\nDate: 2026-01-01\n\n## Context\n\nX\n")
    project.write("adr/0002-b.md", "# B\n\nStatus: accepted\n\nAmends [1](0001-a.md)\n\n## Context\n\nX\n")
    project.adrtool("export", "--format", shape, "--output", "out")
    said = project.adrtool("import", "out", "--dir", "taken")
    assert (said.code, said.out.split()) == (0, ["taken/0001-a.md", "taken/0002-b.md"])
    for name in ("0001-a.md", "0002-b.md"):
        assert (project.root / "taken" / name).read_bytes() == (project.root / "out" / name).read_bytes()


def test_a_folder_joins_others_with_new_numbers_and_links_led_on(project: Project, tmp_path: Any) -> None:
    project.write("adr/0001-here.md", "# Here\n\nStatus: accepted\n")
    other = Project(tmp_path / "other", project.monkeypatch, project.capsys)
    other.write("docs/decisions/0001-a.md", b"# 1. A\r\n\r\nStatus: Accepted\r\n\r\n![p](p.png) [b](0002-b.md#x)  \r\n")
    other.write("docs/decisions/0002-b.md", "# 2. B\n\nStatus: accepted\n\nAmends [1](0001-a.md)\n")
    other.write("docs/decisions/p.png", b"")
    said = project.adrtool("import", str(other.root / "docs/decisions"))
    assert said.out.split() == ["adr/0003-a.md", "adr/0002-b.md"]
    assert (project.root / "adr/0003-a.md").read_bytes() == (
        b"# 3. A\r\n\r\nStatus: Accepted\r\n\r\n![p](p.png) [b](0002-b.md#x)  \r\n"
    )
    assert "Amends [1](0003-a.md)" in read(project, "adr/0002-b.md")
    assert "docs/decisions/0001-a.md: it links to files that are not copied: p.png" in said.err
    assert "number 1 is taken by adr/0001-here.md; it is 3 here" in said.err


def test_a_dry_run_writes_nothing(project: Project) -> None:
    project.write("in.json", json.dumps({"version": "1.0.0", "adr": ADR}))
    assert project.adrtool("import", "in.json", "-n").out == "adr/0004-brew-with-a-french-press.md\n"
    assert not (project.root / "adr").exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("in.json", "{", "in.json:1: no JSON: "),
        ("in.json", "[1]", "in.json:1: no JSON-ADR: it has neither `adrs` nor `adr`"),
        ("in.json", "[" * 100_000, "in.json:1: no JSON-ADR: its brackets are nested too deeply"),
        ("in.json", '{"version": "1.0.0", "adrs": []}', "in.json: there is no record in it"),
        ("in.json", b"\xff\xfe\x00", "in.json: not UTF-8 at byte 0"),
        ("in.csv", "name,date\nx,y\n", "in.csv:1: no table of records: it has no column `title`"),
        ("in.csv", 'title\n"x', "in.csv:2: no CSV: "),
        ("in.csv", "", "in.csv:1: no table of records"),
        ("empty/.keep", "", "no records in empty/"),
    ],
)
def test_what_cannot_be_read_is_one_line(project: Project, name: str, text: str | bytes, said: str) -> None:
    project.write(name, text)
    answer = project.adrtool("import", name.removesuffix("/.keep"))
    assert (answer.code, len(answer.err.splitlines())) == (12, 1)
    assert said in answer.err
    assert project.adrtool("import", "gone.json").code == 12


def test_whatever_json_holds_there_is_no_traceback(take: Any) -> None:
    values = (None, 3, [], {}, [None], {"a": [1]}, "x\ny: [", "---", "#")
    said = take(*({**ADR, key: value} for value in values for key in ADR))
    assert (said.code, len(said.out.split())) == (0, len(values) * len(ADR))

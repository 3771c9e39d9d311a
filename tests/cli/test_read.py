"""What `list`, `claims`, `plan` and `audit` print for somebody who reads it."""

from __future__ import annotations

import datetime as dt

import pytest
from repositories import RECORD, Project

from adrtool.model import Record, Status
from adrtool.report.listing import record_rows
from adrtool.report.text import Paper

SLUGS = {"adr/use-a-message-broker-for-everything.md": "Use it " * 20, "adr/short.md": "Short"}


def test_ids_of_any_length_stand_in_columns(project: Project) -> None:
    for path, title in SLUGS.items():
        project.write(path, f"# {title.strip()}\n\nStatus: accepted\n\n## Decision\n\nYes.\n")
    lines = project.adrtool("list").out.splitlines()
    assert len({line.index("accepted") for line in lines}) == 1
    assert any(line.endswith("Use it " * 19 + "Use it") for line in lines)  # whole, where nobody's terminal ends


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_of_a_terminal_runs_over(width: int) -> None:
    for names in (["0001", "0002"], list(SLUGS)):
        records = [
            Record(
                path=name,
                id=name[:40],
                number=None,
                title="Long " * 40,
                status=Status.ACCEPTED,
                status_raw="",
                date=dt.date.min,
            )
            for name in names
        ]
        lines = list(record_rows(records, dict.fromkeys(names), Paper(width, colour=False, terminal=True)))
        assert max(map(len, lines)) <= width
        assert all(any(record.id in line for line in lines) for record in records)


def test_claims_show_their_sentences(project: Project) -> None:
    waived = '"supporting; waived until 2099-01-01: we know"'
    project.record(f"[It is so](evidence/e.py {waived})", "[It is not](evidence/longer.py)")
    project.evidence("e.py", "assert False\n")
    project.evidence("longer.py", "")
    project.commit()
    project.verify()
    assert project.adrtool("claims").out.splitlines() == [
        f"stale        0001/e       {RECORD}:9  It is so (supporting, waived)",
        f"holds        0001/longer  {RECORD}:10  It is not",
    ]


@pytest.mark.parametrize("command", [["list"], ["claims"], ["plan"], ["audit"], ["graph"]])
def test_nothing_is_told_alike(project: Project, command: list[str]) -> None:
    said = project.adrtool(*command)
    assert (said.code, said.err) == (0, project.adrtool("status").err)
    (project.root / "adr").mkdir()
    said = project.adrtool(*command)
    assert (said.code, said.err) == (0, project.adrtool("status").err)


@pytest.mark.parametrize("command", ["claims", "plan", "audit"])
def test_records_without_claims_are_told_alike(project: Project, command: str) -> None:
    project.record("It is so")
    said = project.adrtool(command)
    assert said.code == 0
    assert said.err == project.adrtool("status").err.replace(", or pass --allow-empty", "")


def test_a_run_with_nothing_to_run_says_so(project: Project) -> None:
    project.record("[It holds](evidence/e.py)", "[It will](evidence/)")
    project.evidence("e.py", "")
    project.commit()
    assert "nothing to run" not in project.adrtool("verify").err
    assert "adrtool: nothing to run: 1 is fresh; --all runs them\n" in project.adrtool("verify").err
    assert "nothing is due" in project.adrtool("verify", "--due").err
    assert "nothing to run" not in project.adrtool("verify", "--all").err

"""Health travels along what records rest on: `status`, `show` and `list` say by which way."""

from __future__ import annotations

import pytest
from repositories import HEAD, Project


@pytest.fixture
def chained(project: Project) -> Project:
    """0003 refines 0002, which depends on 0001, whose reason is stale; only 0001 claims anything."""
    project.evidence("a.py", "assert False, 'no more'")
    project.record("[It is so](evidence/a.py)")
    for number, relation, target in (
        (2, "Depends on", "0001-one"),
        (3, "Refines", "0002-two"),
        (4, "Refines", "0001-one"),
    ):
        status = "superseded" if number == 4 else "accepted"
        name = {2: "two", 3: "three", 4: "four"}[number]
        text = HEAD.format(status=status).replace(
            "## Rationale", f"{relation}: [{target}]({target}.md)\n\n## Rationale"
        )
        project.write(f"adr/000{number}-{name}.md", text)
    project.commit()
    project.verify()
    return project


def test_status_shows_the_way_also_for_records_that_claim_nothing(chained: Project) -> None:
    said = chained.adrtool("status")
    assert said.code == 10
    assert "  at risk: 0002 -> 0001, whose reasons are stale" in said.out
    assert "  at risk: 0003 -> 0002 -> 0001, whose reasons are stale" in said.out
    assert "0004" not in said.out
    assert "at risk: 0003 -> 0002 -> 0001" in chained.adrtool("show", "3").out


def test_json_names_the_stale_record_and_the_way(chained: Project) -> None:
    records = {record["id"]: record for record in chained.adrtool("list", "--json").json["records"]}
    one, two, three = ("adr/0001-one.md", "adr/0002-two.md", "adr/0003-three.md")
    assert (records["0003"]["at_risk"], records["0003"]["at_risk_paths"]) == ([one], [[three, two, one]])
    assert records["0001"]["at_risk"] == []


def test_once_it_holds_again_nobody_is_at_risk(chained: Project) -> None:
    chained.evidence("a.py", "")
    chained.verify()
    assert "at risk" not in chained.adrtool("status").out

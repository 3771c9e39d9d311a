"""A relation is one edge, whoever tells it; labels are text."""

from __future__ import annotations

import json

from adrtool.model import Link, Record, Relation, Status
from adrtool.report.graph import Edge, as_json, dot, graph_of, mermaid
from adrtool.verdict import Health

A, B = "adr/0001-a.md", "adr/0002-b.md"
OLD = Record("0001", A, 'A "q" ]; --> <b>\\', 1, Status.SUPERSEDED, links=(Link(Relation.SUPERSEDED_BY, B),))
NEW = Record("0002", B, "B", 2, Status.ACCEPTED, links=(Link(Relation.SUPERSEDES, A), Link(Relation.RELATES_TO, A)))
GRAPH = graph_of((OLD, NEW), {A: None, B: Health.STALE})


def test_a_relation_told_from_both_sides_is_one_edge() -> None:
    assert GRAPH.edges == (Edge(A, B, Relation.RELATES_TO), Edge(B, A, Relation.SUPERSEDES))


def test_a_relation_told_from_the_other_side_only_points_the_same_way() -> None:
    assert graph_of((OLD, Record("0002", B, "B")), {}).edges == (Edge(B, A, Relation.SUPERSEDES),)


def test_mermaid_labels_are_spelt_with_entities() -> None:
    lines = mermaid(GRAPH).splitlines()
    assert lines[1] == '  r1["0001 A #34;q#34; #93;#59; --#62; #60;b#62;#92; (superseded)"]'
    assert lines[2] == '  r2["0002 B (accepted, stale)"]:::stale'
    assert "  r2 -->|supersedes| r1" in lines
    assert "  r1 ---|relates-to| r2" in lines


def test_dot_labels_are_quoted() -> None:
    text = dot(GRAPH)
    assert r'r1 [label="0001 A \"q\" ]; --> <b>\\ (superseded)", URL="adr/0001-a.md"];' in text
    assert '  r2 -> r1 [label="supersedes"];' in text


def test_json_names_records_by_path() -> None:
    document = json.loads(as_json(GRAPH))
    assert document["format"] == 1
    assert [(node["path"], node["health"]) for node in document["nodes"]] == [(A, None), (B, "stale")]
    assert document["edges"][1] == {"source": B, "target": A, "relation": "supersedes"}


C = "adr/0003-c.md"
RESTING = graph_of(
    (
        Record("0001", A, "A", 1, Status.ACCEPTED),
        Record("0002", B, "B", 2, Status.ACCEPTED, links=(Link(Relation.DEPENDS_ON, A), Link(Relation.RELATES_TO, A))),
        Record("0003", C, "C", 3, Status.ACCEPTED, links=(Link(Relation.REFINES, B), Link(Relation.SUPERSEDES, A))),
    ),
    {A: Health.STALE, B: Health.SOUND, C: None},
)


def test_the_way_to_a_stale_record_stands_out() -> None:
    drawn = mermaid(RESTING)
    assert '  r2["0002 B (accepted, sound, at risk)"]:::sound' in drawn
    assert '  r3["0003 C (accepted, at risk)"]' in drawn
    assert "  r3 ==>|refines| r2" in drawn
    assert "  r2 ==>|depends-on| r1" in drawn
    assert "  r1 ---|relates-to| r2" in drawn
    assert "  r3 -->|supersedes| r1" in drawn
    assert '  r3 -> r2 [label="refines", color="#b02a37", penwidth=2];' in dot(RESTING)
    nodes = {node["id"]: node for node in json.loads(as_json(RESTING))["nodes"]}
    assert (nodes["0003"]["at_risk"], nodes["0003"]["at_risk_paths"]) == ([A], [[C, B, A]])
    assert (nodes["0001"]["at_risk"], nodes["0001"]["at_risk_paths"]) == ([], [])

"""`graph` draws what the records say of one another."""

from __future__ import annotations

from repositories import Project


def test_the_forms_agree(project: Project) -> None:
    project.write("adr/0001-a.md", "# A\n\nStatus: Superseded by [2](0002-b.md)\n")
    project.write("adr/0002-b.md", "# B\n\nStatus: Accepted\n")
    edges = project.adrtool("graph", "--json").json["edges"]
    assert edges == [{"source": "adr/0002-b.md", "target": "adr/0001-a.md", "relation": "supersedes"}]
    assert "r2 -->|supersedes| r1" in project.adrtool("graph").out
    assert project.adrtool("graph", "--format", "dot").out.startswith("digraph")
    assert project.adrtool("graph", "--format", "png").code == 2


def test_no_records_are_an_empty_graph_and_a_word(project: Project) -> None:
    said = project.adrtool("graph", "--json")
    assert (said.code, said.json["nodes"], len(said.err.splitlines())) == (0, [], 1)

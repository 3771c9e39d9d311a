"""Records and their relations as a graph: Mermaid, DOT and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from adrtool.model import Record, Relation
from adrtool.report.documents import Fields, dump, risk_fields
from adrtool.verdict import Health, risk_chains

_INVERSE = {Relation.SUPERSEDED_BY: Relation.SUPERSEDES, Relation.AMENDED_BY: Relation.AMENDS}
_FILL = {
    Health.STALE: "#f8d7da",
    Health.WEAKENED: "#ffe8cc",
    Health.BROKEN: "#f8d7da",
    Health.UNVERIFIED: "#fff3cd",
    Health.SOUND: "#d1e7dd",
}


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One relation, told from the side of the one who acts; ends are paths."""

    source: str
    target: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Node:
    """A record and its health."""

    record: Record
    health: Health | None
    chains: tuple[tuple[str, ...], ...] = ()  # the ways to the stale records on which it rests


@dataclass(frozen=True, slots=True)
class Graph:
    """Every record, in the order of the records, and every relation once."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def at_risk(self) -> frozenset[tuple[str, str]]:
        """The edges by which a record stands on a stale one, near or far."""
        chains = (chain for node in self.nodes for chain in node.chains)
        return frozenset(step for chain in chains for step in pairwise(chain))


def graph_of(records: Sequence[Record], healths: Mapping[str, Health | None]) -> Graph:
    """The graph of `records`; a relation that both sides tell is one edge."""
    paths = {record.path for record in records}
    edges = {_edge(record.path, link.target, link.relation) for record in records for link in record.links}
    chains = risk_chains(records, dict(healths))
    nodes = tuple(Node(record, healths.get(record.path), chains[record.path]) for record in records)
    return Graph(nodes, tuple(sorted(edge for edge in edges if edge.target in paths and edge.source in paths)))


def _edge(source: str, target: str, relation: Relation) -> Edge:
    if relation in _INVERSE:
        return Edge(target, source, _INVERSE[relation])
    if relation is Relation.RELATES_TO:
        source, target = sorted((source, target))
    return Edge(source, target, relation)


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart, coloured by health."""
    names = _names(graph)
    lines = ["graph LR"]
    for node in graph.nodes:
        mark = f":::{node.health.value}" if node.health is not None else ""
        lines.append(f'  {names[node.record.path]}["{_mermaid_text(_label(node))}"]{mark}')
    for edge in graph.edges:
        arrow = "---" if edge.relation is Relation.RELATES_TO else "==>" if _carries_risk(edge, graph) else "-->"
        lines.append(f"  {names[edge.source]} {arrow}|{edge.relation.value}| {names[edge.target]}")
    seen = dict.fromkeys(node.health for node in graph.nodes if node.health is not None)
    lines += [f"  classDef {health.value} fill:{_FILL[health]},color:#000" for health in seen]
    return "\n".join(lines)


def dot(graph: Graph) -> str:
    """A digraph for Graphviz, coloured by health; nodes link to their files."""
    names = _names(graph)
    lines = ["digraph decisions {", "  rankdir=LR;", "  node [shape=box, style=filled, fillcolor=white];"]
    for node in graph.nodes:
        fill = f', fillcolor="{_FILL[node.health]}"' if node.health is not None else ""
        label, url = _dot_text(_label(node)), _dot_text(node.record.path)
        lines.append(f"  {names[node.record.path]} [label={label}, URL={url}{fill}];")
    for edge in graph.edges:
        plain = ", dir=none" if edge.relation is Relation.RELATES_TO else ""
        plain += ', color="#b02a37", penwidth=2' if _carries_risk(edge, graph) else ""
        lines.append(f'  {names[edge.source]} -> {names[edge.target]} [label="{edge.relation.value}"{plain}];')
    return "\n".join([*lines, "}"])


def as_json(graph: Graph) -> str:
    """The graph as a document of adrtool."""
    nodes: list[Fields] = [
        {
            "id": node.record.id,
            "path": node.record.path,
            "number": node.record.number,
            "title": node.record.title,
            "status": node.record.status.value,
            "health": node.health.value if node.health is not None else None,
            **risk_fields(node.chains),
        }
        for node in graph.nodes
    ]
    edges: list[Fields] = [
        {"source": edge.source, "target": edge.target, "relation": edge.relation.value} for edge in graph.edges
    ]
    return dump({"nodes": nodes, "edges": edges})


def _names(graph: Graph) -> dict[str, str]:
    return {node.record.path: f"r{number}" for number, node in enumerate(graph.nodes, start=1)}


def _label(node: Node) -> str:
    """What a node shows: number and title, status, and health where there is one."""
    record = node.record
    title = record.title if record.number is None else f"{record.id} {record.title}"
    health = [] if node.health is None else [node.health.value]
    state = ", ".join([record.status.value, *health, *(["at risk"] if node.chains else [])])
    return f"{' '.join(title.split())} ({state})"


def _carries_risk(edge: Edge, graph: Graph) -> bool:
    """Whether a record stands on a stale one by this edge."""
    rests = edge.relation in (Relation.AMENDS, Relation.DEPENDS_ON, Relation.REFINES)
    return rests and (edge.source, edge.target) in graph.at_risk


def _mermaid_text(text: str) -> str:
    """Mermaid knows no escapes but entities, which it spells with `#` for `&`."""
    return "".join(char if char.isalnum() or char in " .,()-" else f"#{ord(char)};" for char in text)


def _dot_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

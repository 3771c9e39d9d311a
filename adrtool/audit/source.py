"""A Python file with its syntax tree, each node's place in the text, and what its names were imported from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands in the text in place of the bytes from `start` to `end`."""

    start: int
    end: int
    text: str
    rank: int = 0  # orders those that begin at the same place

    @classmethod
    def around(cls, span: tuple[int, int], before: str, after: str) -> tuple[Edit, Edit]:
        """Put something before and after a span; what lies within may be edited, too."""
        start, end = span
        return cls(start, start, before, 2), cls(end, end, after, 0)

    @classmethod
    def before(cls, place: int, text: str) -> Edit:
        """Put a statement before another."""
        return cls(place, place, text, 1)


@dataclass(frozen=True)
class Source:
    """One Python file. Lines are Python's own; spans are bytes of `data`."""

    path: str
    data: bytes
    tree: ast.Module

    @classmethod
    def parse(cls, path: str, text: str) -> Source:
        """The file at `path` that says `text`; raises SyntaxError (or ValueError, RecursionError) where it is none."""
        return cls(path, text.encode(), ast.parse(text))

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """The node that holds each. Inside f-strings, places cannot be trusted before Python 3.12: left out."""
        found: dict[ast.AST, ast.AST] = {}
        waiting: list[ast.AST] = [self.tree]
        for node in waiting:  # it grows meanwhile
            for child in ast.iter_child_nodes(node):
                found[child] = node
                if not isinstance(child, ast.JoinedStr):
                    waiting.append(child)
        return found

    def ancestors(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """From `node` outwards: each node with the one that holds it."""
        while (parent := self.parents.get(node)) is not None:
            yield node, parent
            node = parent

    def owners(self, node: ast.AST) -> tuple[Definition, ...]:
        """The functions and classes that a node is in, the outermost first."""
        found = [parent for _, parent in self.ancestors(node) if isinstance(parent, Definition)]
        return tuple(reversed(found))

    def span(self, *nodes: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where some neighbours stand, from the first to the last."""
        first, last = nodes[0], nodes[-1]
        assert last.end_lineno is not None
        assert last.end_col_offset is not None
        return self._place(first.lineno, first.col_offset), self._place(last.end_lineno, last.end_col_offset)

    def edited(self, edits: Iterable[Edit]) -> str:
        """The text with `edits` made; raises SyntaxError where that is no Python any more."""
        data = bytearray(self.data)
        for edit in sorted(edits, key=lambda each: (each.start, each.rank), reverse=True):
            data[edit.start : edit.end] = edit.text.encode()
        text = data.decode()
        ast.parse(text)
        return text

    def name_of(self, node: ast.expr) -> str:
        """The dotted name that an expression means, by the file's imports: `numpy.testing.assert_equal`; else ""."""
        match node:
            case ast.Name(id=name):
                return self._imports.get(name, "")
            case ast.Attribute(value=value, attr=attr):
                owner = self.name_of(value)
                return f"{owner}.{attr}" if owner else ""
            case _:
                return ""

    @cached_property
    def modules(self) -> Mapping[str, set[str]]:
        """The modules that it imports, each with the names that it takes from it; "*" is all of them."""
        found: dict[str, set[str]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found.setdefault(alias.name, set())
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = {alias.name for alias in node.names}
                found.setdefault(node.module, set()).update(names)
                for name in names:
                    found.setdefault(f"{node.module}.{name}", set())
        return found

    @cached_property
    def _imports(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    root = alias.name.partition(".")[0]
                    found[alias.asname or root] = alias.name if alias.asname else root
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return found

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        starts += [match.end() for match in _LINE.finditer(self.data) if match.end() > match.start()]
        return starts

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

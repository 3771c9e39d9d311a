"""Which definitions of a file a test can come to, by the names that it mentions and those that they mention in turn.

Names are compared as they are written, whatever they are bound to: rather one definition too many than one too few.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adrtool.audit.source import Definition, Source

# Run whoever is asked for: pytest's and unittest's own names.
_ALWAYS = frozenset(
    f"{when}_{what}" for when in ("setup", "teardown") for what in ("module", "function", "class", "method")
) | frozenset(("setUp", "tearDown", "setUpClass", "tearDownClass", "setUpModule", "tearDownModule"))


@dataclass(frozen=True, slots=True)
class Reach:
    """The definitions that can run, and every name that they mention."""

    definitions: frozenset[Definition]
    names: frozenset[str]

    def holds(self, source: Source, node: ast.AST) -> bool:
        """Whether a node can be come to: what is in no definition runs with the file."""
        owner = next((owner for owner in reversed(source.owners(node)) if _is_named(source, owner)), None)
        return owner is None or isinstance(owner, ast.ClassDef) or owner in self.definitions


def from_test(source: Source, test: str) -> Reach:
    """What a test of the file can come to; for a test that is not written in it, everything."""
    parts = test.partition("[")[0].split("::")
    named = list(_named(source))
    roots = [each for each in named if each.name == parts[-1] and _is_in(source, each, parts[:-1])]
    roots = roots or [each for each in named if each.name == parts[-1]]
    if not roots:
        return everything(source)
    roots += [method for root in roots if isinstance(root, ast.ClassDef) for method in _methods(root)]
    return _closure(source, roots)


def from_names(source: Source, names: Iterable[str]) -> Reach:
    """What a file can come to whose definitions are used by these names; "*" is all of them."""
    wanted = set(names)
    if "*" in wanted:
        return everything(source)
    return _closure(source, [each for each in _named(source) if each.name in wanted])


def everything(source: Source) -> Reach:
    """All of a file."""
    return Reach(frozenset(_named(source)), frozenset(_names(source.tree)))


def _closure(source: Source, roots: list[Definition]) -> Reach:
    by_name: dict[str, list[Definition]] = {}
    for each in _named(source):
        by_name.setdefault(each.name, []).append(each)
        if each.name in _ALWAYS or _is_autouse(each):
            roots.append(each)
    names = {
        name for statement in source.tree.body if not isinstance(statement, Definition) for name in _names(statement)
    }
    found: set[Definition] = set()
    waiting = [*roots, *(each for name in names for each in by_name.get(name, ()))]
    while waiting:
        definition = waiting.pop()
        if definition in found:
            continue
        found.add(definition)
        mentioned = set(_names(definition, methods=False))
        if isinstance(definition, ast.ClassDef):  # whoever has an object of it calls these without their names
            mentioned |= {each.name for each in _methods(definition) if each.name.startswith("__")}
        names |= mentioned
        waiting += [each for name in mentioned for each in by_name.get(name, ())]
    return Reach(frozenset(found), frozenset(names))


def _named(source: Source) -> Iterator[Definition]:
    """The functions and classes of a file, and the methods of its classes; what is inside a function belongs to it."""
    for node in source.parents:
        if isinstance(node, Definition) and _is_named(source, node):
            yield node


def _is_named(source: Source, definition: Definition) -> bool:
    return all(isinstance(owner, ast.ClassDef) for owner in source.owners(definition))


def _is_in(source: Source, definition: Definition, classes: list[str]) -> bool:
    return [owner.name for owner in source.owners(definition)] == classes


def _methods(definition: ast.ClassDef) -> list[Definition]:
    return [each for each in definition.body if isinstance(each, Definition)]


def _is_autouse(definition: Definition) -> bool:
    keywords = [word for call in definition.decorator_list if isinstance(call, ast.Call) for word in call.keywords]
    return any(
        word.arg == "autouse" and not (isinstance(word.value, ast.Constant) and not word.value.value)
        for word in keywords
    )


def _names(node: ast.AST, *, methods: bool = True) -> Iterator[str]:
    """Every name that a node mentions: variables, attributes, parameters (they may be fixtures), and names as text."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.Constant(value=str(text)) if text.isidentifier():
            yield text
        case _:
            pass
    for child in ast.iter_child_nodes(node):
        if methods or not (isinstance(node, ast.ClassDef) and isinstance(child, Definition)):
            yield from _names(child)

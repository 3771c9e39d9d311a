"""Tell a file of tests from a script, by its syntax tree and without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

A_TEST = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def[ \t]+test|class[ \t]+\w)", re.MULTILINE)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def only_defines_tests(text: str) -> bool:
    """Whether a Python file defines tests and leaves it to pytest to run them.

    A file that runs its tests itself, below `if __name__ == "__main__":` or by a call, is a script. Any other
    statement at its top level (a seed, a filter for warnings) changes nothing: run as a script, no test of it would
    run, and it would pass with nothing checked.
    """
    if not A_TEST.search(text):
        return False
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        # Perhaps the syntax of a newer Python, that of its own environment.
        return bool(re.search(r"^(async[ \t]+)?def[ \t]+test|^class[ \t]+Test", text, re.MULTILINE)) and (
            "__main__" not in text
        )
    definitions = {each.name: each for each in _top_level(tree.body) if isinstance(each, Definition)}
    tests = {name for name, each in definitions.items() if _is_test(each)}
    return bool(tests) and not _has_main(tree) and not tests & _reached(tree, definitions)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the file does, those in its ifs, trys and withs too."""
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            if not isinstance(statement, Definition):
                yield from _top_level(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from _top_level(handler.body)


def _is_test(definition: Definition) -> bool:
    """Whether pytest, with no settings, would collect it."""
    if not isinstance(definition, ast.ClassDef):
        return definition.name.startswith("test")
    bases = [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in definition.bases]
    if not definition.name.startswith("Test") and not any(base.endswith("TestCase") for base in bases):
        return False
    return bool(bases) or any(isinstance(each, Definition) and each.name.startswith("test") for each in definition.body)


def _has_main(tree: ast.Module) -> bool:
    """Whether it says what to do as a script."""
    return any(
        isinstance(statement, ast.If)
        and any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test))
        for statement in tree.body
    )


def _reached(tree: ast.Module, definitions: dict[str, Definition]) -> set[str]:
    """The names that the file's own statements mention, and those that the functions they mention do."""
    reached: set[str] = set()
    waiting = {name for statement in tree.body if not isinstance(statement, Definition) for name in _names(statement)}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        if name in definitions:
            waiting |= _names(definitions[name]) - reached
    return reached


def _names(node: ast.AST) -> set[str]:
    """The names that a node reads, leaving out what is defined in it."""
    if isinstance(node, Definition):
        return {name for each in node.body for name in _names(each)}
    names = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else set()
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Definition):
            names |= _names(child)
    return names

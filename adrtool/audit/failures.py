"""The negation of a statement that says no by being reached: `pytest.fail()`, `raise AssertionError`, `assert False`.

In a run that passes, none of them is reached, so there is nothing in it to negate. What led past it is closed instead:
the condition above it is negated, or where the flow left for elsewhere, the no is said there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adrtool.audit.source import Definition, Edit, Source

HARNESS = '__import__("adrtool_audit")'
RAISE = 'raise AssertionError("negated by adrtool audit")'
_SIMPLE = (
    *(ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Pass, ast.Delete, ast.Assert, ast.Raise),
    *(ast.Return, ast.Break, ast.Continue, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal),
)
_JUMPS = (ast.Return, ast.Break, ast.Continue)
_BLOCKS = ("body", "orelse", "finalbody", "handlers")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that is passed when the assertion is decided: an expression, or a statement that begins there."""

    span: tuple[int, int]
    is_statement: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """How the ways past a failure are closed, and the places that tell whether one of them was taken."""

    edits: tuple[Edit, ...]
    spots: tuple[Spot, ...]


def closing(source: Source, failure: ast.AST) -> Closing | None:
    """How to negate a failure; None where no way leads past it that the syntax tree shows."""
    for child, parent in source.ancestors(failure):
        found = _around_jumps(source, child, parent) or _around(source, child, parent)
        if found is not None or isinstance(parent, Definition | ast.Lambda):
            return found
    return None


def _around(source: Source, child: ast.AST, parent: ast.AST) -> Closing | None:
    """What the construct `parent` does to let `child` be passed by."""
    match parent:
        case ast.If(test=test) | ast.IfExp(test=test) if child is not test:
            return _negating(source, test)
        case ast.BoolOp(values=[*values]) if isinstance(child, ast.expr) and child is not values[0]:
            return _negating(source, *values[: values.index(child)])
        case ast.While(test=test, body=body) if child in body and not isinstance(test, ast.Constant):
            return _negating(source, test)
        case ast.For(iter=items, body=body) if child in body:
            span = source.span(items)
            return Closing(Edit.around(span, f"{HARNESS}.some((", "))"), (Spot(span),))
        case ast.For(body=body, orelse=orelse) | ast.While(body=body, orelse=orelse) if child in orelse:
            return _raising(source, _jumps(body, (ast.Break,)))
        case (
            ast.Try(body=body, handlers=handlers, orelse=orelse)
            | ast.TryStar(body=body, handlers=handlers, orelse=orelse)
        ):
            if child in handlers:
                return _raising(source, [(orelse or body)[-1]])
            if child in body or child in orelse:
                return _raising(source, [handler.body[0] for handler in handlers])
        case ast.Match(cases=cases) if isinstance(child, ast.match_case):
            return _raising(source, [case.body[0] for case in cases if case is not child])
        case _:
            pass
    return None


def _around_jumps(source: Source, child: ast.AST, parent: ast.AST) -> Closing | None:
    """The `return`, `continue` or `break` of an earlier neighbour, by which the flow passes `child` by."""
    for name in _BLOCKS:
        block = getattr(parent, name, None)
        if not isinstance(block, list) or child not in block:
            continue
        before = block[: block.index(child)]
        in_loop = any(isinstance(holder, _LOOPS) for _, holder in _within_function(source, child))
        if name == "body" and isinstance(parent, ast.Try | ast.TryStar):
            return None  # what follows it may run all the same
        return _raising(source, _jumps(before, _JUMPS if in_loop else (ast.Return,)))
    return None


def _within_function(source: Source, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    for child, parent in source.ancestors(node):
        if isinstance(parent, Definition | ast.Lambda):
            return
        yield child, parent


def _jumps(statements: Iterable[ast.stmt], kinds: tuple[type[ast.stmt], ...]) -> list[ast.stmt]:
    """The jumps out of some statements: those of loops in them stay inside, but for `return`."""
    found: list[ast.stmt] = []
    for statement in statements:
        if isinstance(statement, kinds):
            found.append(statement)
        if isinstance(statement, Definition):
            continue
        inner = tuple(kind for kind in kinds if kind is ast.Return) if isinstance(statement, _LOOPS) else kinds
        for name in _BLOCKS:
            children = getattr(statement, name, [])
            for child in children:
                found += _jumps(child.body if isinstance(child, ast.ExceptHandler) else [child], inner)
        for case in getattr(statement, "cases", []):
            found += _jumps(case.body, inner)
    return found


def _negating(source: Source, *conditions: ast.expr) -> Closing:
    span = source.span(*conditions)
    return Closing(Edit.around(span, "(not (", "))"), (Spot(span),))


def _raising(source: Source, statements: Sequence[ast.stmt]) -> Closing | None:
    """Say no before each of some statements; None where there is none, or one that gives no place for it."""
    edits: list[Edit] = []
    spots: list[Spot] = []
    for statement in statements:
        if isinstance(statement, _SIMPLE):
            spots.append(Spot(source.span(statement), is_statement=True))
            edits.append(Edit.before(spots[-1].span[0], f"{RAISE}; "))
        elif (first := _evaluated_first(statement)) is not None:
            spots.append(Spot(source.span(first)))
            edits += Edit.around(spots[-1].span, f"({HARNESS}.denied(None) or (", "))")
        else:
            return None
    return Closing(tuple(edits), tuple(spots)) if edits else None


def _evaluated_first(statement: ast.stmt) -> ast.expr | None:
    """The expression in the head of a compound statement, which no other statement can stand before on its line."""
    match statement:
        case ast.If(test=first) | ast.While(test=first) | ast.For(iter=first) | ast.Match(subject=first):
            return first
        case ast.With(items=[ast.withitem(context_expr=first), *_]):
            return first
        case _:
            return None

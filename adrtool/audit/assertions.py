"""The assertions of a Python file, and the negation of each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adrtool.audit.failures import HARNESS, Spot, closing
from adrtool.audit.source import Edit, Source

_LIMIT = "1.7976931348623157e+308"
# What they raise is an AssertionError, or pytest's own `Failed`.
_CONTEXTS = frozenset(("pytest.raises", "pytest.warns", "pytest.deprecated_call"))
_TESTING = ("numpy.testing.", "pandas.testing.", "torch.testing.", "polars.testing.", "xarray.testing.", "chex.")
_UNITTEST = re.compile(r"assert[A-Z]\w*|assert_")
_MOCK = re.compile(
    r"assert_(called|called_once|called_with|called_once_with|any_call|has_calls|not_called"
    r"|awaited|awaited_once|awaited_with|awaited_once_with|any_await|has_awaits|not_awaited)"
)


@dataclass(frozen=True, slots=True)
class Negation:
    """One assertion or bound, and what to change in the file so that it says the contrary."""

    path: str
    line: int
    what: str  # names it: "this assert"
    edits: tuple[Edit, ...]
    spots: tuple[Spot, ...]  # places that are passed when it is decided
    node: ast.AST = field(repr=False, compare=False)
    no: tuple[Edit, ...] = ()  # lets it say no whatever it is asked; empty where the contrary does that

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"

    def marks(self, name: str) -> Iterator[Edit]:
        """Edits that leave the assertion as it is, and let a measure of that name tell that it was reached."""
        call = f"{HARNESS}.reached({name!r})"
        for spot in self.spots:
            if spot.is_statement:
                yield Edit.before(spot.span[0], f"{call}; ")
            else:
                yield from Edit.around(spot.span, f"({call} and (", "))")


@dataclass(frozen=True, slots=True)
class Unnegated:
    """What may well say no, and cannot be negated on the syntax tree."""

    line: int
    why: str
    node: ast.AST = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """An assertion that asserts what is written there, and so cannot fail."""

    line: int
    node: ast.AST = field(repr=False, compare=False)
    why: str = "vacuous: this assert is of a literal, which cannot fail"


Assertion = Negation | Unnegated | Constant


def assertions(source: Source) -> Iterator[Assertion]:
    """Every assertion of a file, in the order of its lines."""
    found = [each for node in source.parents for each in _of(source, node)]
    yield from sorted(found, key=lambda each: each.line)


def _of(source: Source, node: ast.AST) -> Iterator[Assertion]:
    match node:
        case ast.Assert(test=test):
            yield from _assert(source, node, test)
        case ast.Raise(exc=ast.expr() as raised) if _is_assertion_error(source, raised):
            yield _failure(source, node, "raise AssertionError")
        case ast.Call():
            yield from _call(source, node)
        case ast.Name() | ast.Attribute() if source.name_of(node) == "adrtool_evidence.measure":
            parent = source.parents[node]
            if not isinstance(parent, ast.Call) or parent.func is not node:
                yield Unnegated(node.lineno, "measure is called by another name", node)
        case _:
            pass


def _assert(source: Source, node: ast.Assert, test: ast.expr) -> Iterator[Assertion]:
    match _literal(test):
        case True:
            yield Constant(node.lineno, node)
        case False:
            yield _failure(source, node, "assert False")
        case None:
            span = source.span(test)
            edits, no = Edit.around(span, "(not (", "))"), Edit.around(span, "((", "), False)[1]")
            yield Negation(source.path, node.lineno, "this assert", edits, (Spot(span),), node, no)


def _literal(test: ast.expr) -> bool | None:
    """Whether a literal is true; None for what has to be evaluated."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return None if any(isinstance(item, ast.Starred) for item in items) else bool(items)
        case ast.Lambda() | ast.GeneratorExp():
            return True
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _literal(operand)
            return None if inner is None else not inner
        case _:
            return None


def _is_assertion_error(source: Source, raised: ast.expr) -> bool:
    kind = raised.func if isinstance(raised, ast.Call) else raised
    name = kind.id if isinstance(kind, ast.Name) else source.name_of(kind)
    return name in ("AssertionError", "builtins.AssertionError", "pytest.fail.Exception")


def _failure(source: Source, node: ast.stmt | ast.expr, what: str) -> Assertion:
    closed = closing(source, node)
    if closed is None:
        return Unnegated(node.lineno, f"no way leads past this {what}", node)
    return Negation(source.path, node.lineno, f"the way past this {what}", closed.edits, closed.spots, node)


def _call(source: Source, node: ast.Call) -> Iterator[Assertion]:
    name = source.name_of(node.func)
    attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    last = name.rpartition(".")[2] or attribute
    if name == "adrtool_evidence.measure":
        yield from _bounds(source, node)
    elif name == "pytest.fail" or (attribute == "fail" and _is_test_case(source, node.func)):
        yield _failure(source, node, f"{name or 'self.fail'}()")
    elif name in _CONTEXTS or (name.startswith(_TESTING) and last.startswith("assert_")):
        yield _helper(source, node, name)
    elif not name and (_UNITTEST.fullmatch(attribute) or _MOCK.fullmatch(attribute)):
        yield _helper(source, node, attribute)
    elif name and last.startswith("assert_"):
        yield Unnegated(node.lineno, f"nobody knows how {name} fails", node)


def _is_test_case(source: Source, func: ast.expr) -> bool:
    """Whether it is a method of the `unittest.TestCase` that it stands in."""
    match func:
        case ast.Attribute(value=ast.Name(id="self")):
            bases = [base for owner in source.owners(func) if isinstance(owner, ast.ClassDef) for base in owner.bases]
            names = [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in bases]
            return any(name.endswith("TestCase") for name in names)
        case _:
            return False


def _helper(source: Source, node: ast.Call, name: str) -> Negation:
    span = source.span(node)
    later = not any(
        isinstance(inner, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for inner in ast.walk(node)
    )
    edits = no = Edit.around(span, f"{HARNESS}.denied((", "))")
    if later:
        edits = Edit.around(span, f"{HARNESS}.negated(lambda: (", "))")
    return Negation(source.path, node.lineno, f"this {name}", edits, (Spot(span),), node, no)


def _bounds(source: Source, node: ast.Call) -> Iterator[Assertion]:
    for keyword in node.keywords:
        bound = keyword.value
        if keyword.arg is None:
            yield Unnegated(node.lineno, "its bounds come as **", node)
        elif keyword.arg in ("at_most", "at_least") and not (isinstance(bound, ast.Constant) and bound.value is None):
            span = source.span(bound)
            never = f"-{_LIMIT}" if keyword.arg == "at_most" else _LIMIT  # no number lies beyond
            edits = Edit.around(span, "(None if (", f") is None else {never})")
            yield Negation(source.path, bound.lineno, f"this bound ({keyword.arg})", edits, (Spot(span),), node)

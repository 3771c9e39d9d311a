"""Whether a script asks less than it did: a bound moved, an operator softened, an assertion went. Pure."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOLERANCES = frozenset(
    (
        "abs",
        "rel",
        "abs_tol",
        "rel_tol",
        "atol",
        "rtol",
        "tol",
        "tolerance",
        "delta",
        "eps",
        "epsilon",
        "slack",
        "margin",
        "timeout",
        "retries",
    )
)
_SOFTER: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.NotEq),
    ast.Gt: (ast.GtE, ast.NotEq),
    ast.Eq: (ast.LtE, ast.GtE, ast.In, ast.Lt, ast.Gt, ast.NotEq),
    ast.Is: (ast.Eq, ast.In),
    ast.LtE: (ast.NotEq,),
    ast.GtE: (ast.NotEq,),
}
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_ESCAPES = ("skip", "skipif", "xfail", "importorskip")
# Tests of a shell or of anything else, on one line: a sign, then a number.
_BOUND = re.compile(r"(?P<sign>-lt|-le|-gt|-ge|-eq|<=|>=|==|<|>)\s*[\"']?(?P<number>-?\d+(?:\.\d+)?)")
_UPPER = ("-lt", "-le", "<=", "<")
_SOFTER_SIGNS = {
    "-lt": ("-le",), "-gt": ("-ge",), "<": ("<=",), ">": (">=",), "-eq": ("-le", "-ge"), "==": ("<=", ">="),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Bound:
    """One comparison, or one tolerance, of a script."""

    sign: type[ast.cmpop] | None
    value: float | None
    shown: str
    is_upper: bool | None


def compare(before: str, after: str, *, python: bool, test: str | None = None) -> tuple[str, ...]:
    """How `after` asks less than `before`, in a few words each; `test` leaves out what only other tests ask."""
    trees = _trees(before, after) if python else None
    if trees is not None and test is not None:
        trees = _without_others(trees[0], test), _without_others(trees[1], test)
    found = _of_python(*trees) if trees is not None else _of_lines(before, after)
    return tuple(dict.fromkeys(found))


def same_code(before: str, after: str) -> bool:
    """Whether only comments and layout differ between two Python scripts."""
    trees = _trees(before, after)
    return trees is not None and ast.dump(trees[0]) == ast.dump(trees[1])


def _trees(before: str, after: str) -> tuple[ast.Module, ast.Module] | None:
    try:
        return ast.parse(before), ast.parse(after)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _without_others(tree: ast.Module, test: str) -> ast.Module:
    """The module without the tests that are not meant."""
    name = re.split(r"::|\[", test)[0]

    def is_other(node: ast.stmt) -> bool:
        is_test = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")
        is_test = is_test or (isinstance(node, ast.ClassDef) and node.name.startswith("Test"))
        return is_test and getattr(node, "name", "") != name

    return ast.Module([node for node in tree.body if not is_other(node)], [])


def _of_python(old: ast.Module, new: ast.Module) -> Iterator[str]:
    yield from _measures(_measured(old), _measured(new))
    before, after = _bounds(old), _bounds(new)
    for key, bounds in before.items():
        for a, b in zip(bounds, after.get(key, ()), strict=False):
            yield from _softened(a, b)
    yield from _lost_assertions(_asserts(old), _asserts(new))
    for word, count in (_escapes(new) - _escapes(old)).items():
        if count:
            yield f"`{word}` came in"
    if _swallowing(new) > _swallowing(old):
        yield "an `except` that only passes came in"


def _lost_assertions(before: list[str], after: list[str]) -> Iterator[str]:
    fewer = len(before) - len(after)
    kept = Counter(map(_skeleton, after))
    lost = [text for text in before if not kept[_skeleton(text)]]
    if fewer > 0:
        shown = " and ".join(f"`assert {_short(text)}`" for text in lost[:2])
        word = "one assertion" if fewer == 1 else f"{fewer} assertions"
        yield f"{word} fewer: {shown} went" if shown else f"{word} fewer"


def _skeleton(text: str) -> str:
    """What an assertion is about, without its numbers and signs."""
    return re.sub(r"[\d.<>=!]+|\b(?:is|in|not)\b", "", text)


def _measured(tree: ast.Module) -> dict[str, ast.Call]:
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func).rpartition(".")[2] == "measure" and node.args:
            found[ast.unparse(node.args[0])] = node
    return found


def _measures(before: dict[str, ast.Call], after: dict[str, ast.Call]) -> Iterator[str]:
    for name, call in before.items():
        bounds = {word.arg: word.value for word in call.keywords if word.arg in ("at_most", "at_least")}
        other = after.get(name)
        if other is None:
            if bounds:
                yield f"measure {name} is gone"
            continue
        now = {word.arg: word.value for word in other.keywords}
        for arg, value in bounds.items():
            assert arg is not None
            if arg not in now:
                yield f"measure {name}: `{arg}` is gone"
                continue
            a, b = _value(value), _value(now[arg])
            if a is not None and b is not None and (b > a if arg == "at_most" else b < a):
                yield f"measure {name}: `{arg}` went from {ast.unparse(value)} to {ast.unparse(now[arg])}"
            elif (a is None or b is None) and ast.unparse(value) != ast.unparse(now[arg]):
                yield f"measure {name}: `{arg}` became {_short(ast.unparse(now[arg]))}"


def _bounds(tree: ast.Module) -> dict[str, list[_Bound]]:
    """Comparisons by what they compare, signs and numbers left out; tolerances by the call that takes them."""
    constants = _constants(tree)
    found: dict[str, list[_Bound]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            left = node.left
            for sign, right in zip(node.ops, node.comparators, strict=True):
                _add(found, left, sign, right, constants)
                left = right
        elif isinstance(node, ast.Call):
            for word in node.keywords:
                if word.arg in _TOLERANCES and (value := _value(word.value, constants)) is not None:
                    shown = f"{word.arg}={ast.unparse(word.value)}"
                    found[f"{_name(node.func)}({word.arg})"].append(_Bound(None, value, shown, True))
    return found


def _add(
    found: dict[str, list[_Bound]], left: ast.expr, sign: ast.cmpop, right: ast.expr, constants: dict[str, float]
) -> None:
    kind, upper = type(sign), isinstance(sign, ast.Lt | ast.LtE)
    binds = isinstance(sign, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
    shown = f"{_spelt(left, constants)} {_SIGNS[kind]} {_spelt(right, constants)}"
    if (value := _value(right, constants)) is not None:
        found[ast.unparse(left)].append(_Bound(kind, value, shown, upper if binds else None))
    elif (value := _value(left, constants)) is not None:
        found[ast.unparse(right)].append(_Bound(kind, value, shown, not upper if binds else None))
    else:
        found[f"{ast.unparse(left)} ? {ast.unparse(right)}"].append(_Bound(kind, None, shown, None))


def _softened(a: _Bound, b: _Bound) -> Iterator[str]:
    is_looser = a.value is not None and b.value is not None and a.is_upper is not None and a.is_upper is b.is_upper
    is_looser = is_looser and (b.value > a.value if a.is_upper else b.value < a.value)  # type: ignore[operator]
    is_softer = a.sign is not None and b.sign in _SOFTER.get(a.sign, ())
    if is_looser or is_softer:
        yield f"`{a.shown}` became `{b.shown}`"


def _constants(tree: ast.Module) -> dict[str, float]:
    found: dict[str, float] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = _value(node.value, found)
            if value is not None:
                found[node.targets[0].id] = value
    return found


def _value(node: ast.expr, constants: dict[str, float] | None = None) -> float | None:
    """What a number, a name of one, or simple arithmetic comes to."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            try:
                return float(value)
            except OverflowError:
                return None
        case ast.Name(id=name):
            return (constants or {}).get(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            negated = _value(inner, constants)
            return None if negated is None else -negated
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as op, right=right):
            a, b = _value(left, constants), _value(right, constants)
            if a is None or b is None or (isinstance(op, ast.Div) and b == 0):
                return None
            sums = {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b, ast.Div: a / b if b else 0.0}
            return sums[type(op)]
        case _:
            return None


def _asserts(tree: ast.Module) -> list[str]:
    return [ast.unparse(node.test) for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def _escapes(tree: ast.Module) -> Counter[str]:
    """Ways out of a test: marks and calls that let it end without an answer."""
    names = (_name(node).rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute))
    return Counter(name for name in names if name in _ESCAPES)


def _swallowing(tree: ast.Module) -> int:
    handlers = (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
    return sum(all(isinstance(line, ast.Pass | ast.Continue) for line in node.body) for node in handlers)


def _name(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _spelt(node: ast.expr, constants: dict[str, float]) -> str:
    """An operand as it is written; a name that stands for a number as that number."""
    is_named = isinstance(node, ast.Name) and node.id in constants
    return f"{constants[node.id]:g}" if is_named else _short(ast.unparse(node))  # type: ignore[attr-defined]


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:47] + "..."


def _of_lines(before: str, after: str) -> Iterator[str]:
    old, new = before.splitlines(), after.splitlines()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace":
            yield from _of_pairs(old[i1:i2], new[j1:j2])


def _of_pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for before, after in zip(old, new, strict=False):
        if _BOUND.sub("", before).split() != _BOUND.sub("", after).split():
            continue
        for a, b in zip(_BOUND.finditer(before), _BOUND.finditer(after), strict=False):
            grew = float(b["number"]) - float(a["number"])
            looser = a["sign"] not in ("-eq", "==") and (grew > 0 if a["sign"] in _UPPER else grew < 0)
            if looser or b["sign"] in _SOFTER_SIGNS.get(a["sign"], ()):
                yield f"`{a[0]}` became `{b[0]}`"

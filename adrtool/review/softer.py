"""Whether a sentence promises less than it did: a number moved, a "must" became a "should". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# A number, with what stands right behind it: a unit, a sign, a word.
_NUMBER = r"(?<![\w.])[+-]?\d[\d,_]*(?:\.\d+)?(?:[eE][+-]?\d+)?"
_TOKEN = re.compile(rf"{_NUMBER}|[<>=!≤≥≈~]+|%|\w+(?:['’-]\w+)*", re.UNICODE)
_IS_NUMBER = re.compile(_NUMBER)
_REACH = 4  # words before a number that can say which way it bounds


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a sentence says of the way in which a number binds.
_UPPER = _words_of("under below within most maximum max up until less fewer lower smaller shorter faster")
_LOWER = _words_of("over above least minimum min more greater larger longer beyond")
_UPPER_SIGNS, _LOWER_SIGNS = ("<", "<=", "≤"), (">", ">=", "≥")
_SMALL_IS_GOOD = _words_of(
    "ns us µs ms s sec secs second seconds minute minutes min mins hour hours day days week weeks month months "
    "byte bytes kb mb gb tb kib mib gib tib cent cents dollar dollars euro euros usd eur error errors failure failures "
    "cve cves bug bugs incident incidents outage outages"
)
_BAD_THINGS = _words_of("error errors loss losses overhead failure failures latency cost costs miss misses drift")

# Words by their strength: the same group, a lower place is a weaker word.
_LADDERS = (
    ("must", "shall", "should", "ought", "may", "might", "can", "could"),
    ("will", "should", "may", "might", "could"),
    ("always", "usually", "generally", "normally", "typically", "mostly", "often", "sometimes", "occasionally"),
    ("never", "seldom", "rarely", "hardly"),
    ("all", "most", "many", "several", "some", "few"),
    ("every", "each", "most", "many", "some"),
    ("exactly", "nearly", "almost", "roughly", "approximately", "about", "around"),
    ("identical", "equal", "similar", "comparable", "close"),
    ("guarantees", "ensures", "promises", "tries", "aims"),
    ("required", "recommended", "optional"),
    ("only", "mainly", "mostly", "primarily"),
    ("none", "few", "some"),
)
_STRONG = frozenset(ladder[0] for ladder in _LADDERS) | {"all", "entirely", "completely", "fully", "strictly"}
_HEDGES = _words_of(
    "about almost approximately around generally hopefully largely mainly maybe mostly nearly normally often perhaps "
    "possibly practically primarily probably roughly seldom should sometimes somewhat typically usually"
)
# An operator, and those that ask for less.
_OPERATORS = {
    "<": ("<=", "≤", "≈", "~"),
    ">": (">=", "≥", "≈", "~"),
    "=": ("<=", ">=", "≤", "≥", "≈", "~", "<", ">"),
    "==": ("<=", ">=", "≤", "≥", "≈", "~", "<", ">"),
    "<=": ("≈", "~"),
    ">=": ("≈", "~"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a sentence: where it promises less, and which numbers moved in a way that nobody can tell."""

    weaker: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def compare(before: str, after: str) -> Reading:
    """How `after` promises less than `before`, in a few words each.

    >>> compare("Reads must stay under 5 ms", "Reads should stay under 9 ms").weaker
    ('"must" became "should"', '5 became 9, and it is an upper bound')
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    weaker: list[str] = []
    moved: list[str] = []
    lowered = [word.casefold() for word in old], [word.casefold() for word in new]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *lowered, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        weaker += _words(lowered[0][i1:i2], lowered[1][j1:j2])
        numbers = (_numbers(old, i1, i2), _numbers(new, j1, j2))
        for (a, place), (b, _) in zip(*numbers, strict=False):
            _judge_number(old, place, a, b, weaker, moved)
        for a, _ in numbers[0][len(numbers[1]) :]:
            moved.append(f"{a} is gone")
    return Reading(tuple(dict.fromkeys(weaker)), tuple(dict.fromkeys(moved)))


def number(text: str) -> float:
    """The value of a number as people write it."""
    return float(text.replace(",", "").replace("_", ""))


def _numbers(tokens: list[str], start: int, end: int) -> list[tuple[str, int]]:
    return [(tokens[at], at) for at in range(start, end) if _IS_NUMBER.fullmatch(tokens[at])]


def _judge_number(tokens: list[str], place: int, a: str, b: str, weaker: list[str], moved: list[str]) -> None:
    if number(a) == number(b):
        return
    upper = _is_upper(tokens, place)
    if upper is None:
        moved.append(f"{a} became {b}")
    elif (number(b) > number(a)) is upper:
        weaker.append(f"{a} became {b}, and it is {'an upper' if upper else 'a lower'} bound")


def _is_upper(tokens: list[str], place: int) -> bool | None:
    """Whether the number at `place` bounds from above; None where the sentence does not say."""
    words = [token.casefold() for token in tokens]
    negated = place > 1 and words[place - 1] == "than" and "no" in words[max(place - _REACH, 0) : place]
    for at in range(place - 1, max(place - _REACH, 0) - 1, -1):
        word = words[at]
        if word in _UPPER_SIGNS:
            return True
        if word in _LOWER_SIGNS:
            return False
        if word in _UPPER:
            return not negated
        if word in _LOWER:
            return negated
    behind = words[place + 1 : place + 3]
    if behind[:1] in (["%"], ["percent"]):
        return bool(_BAD_THINGS & set(words))
    if behind and behind[0] in _SMALL_IS_GOOD:
        return True
    if "times" in behind or behind[:1] == ["x"]:
        return False
    return None


def _words(old: list[str], new: list[str]) -> Iterator[str]:
    used: set[str] = set()
    for word in old:
        ladder = next((rungs for rungs in _LADDERS if word in rungs and set(rungs) & set(new)), None)
        if ladder is not None:
            weaker = next((other for other in new if other in ladder), "")
            used.add(weaker)
            if ladder.index(weaker) > ladder.index(word):
                yield f'"{word}" became "{weaker}"'
        elif word in _STRONG and word not in new:
            yield f'"{word}" is gone'
        elif softer := next((sign for sign in new if sign in _OPERATORS.get(word, ())), None):
            yield f"{word} became {softer}"
    for word in new:
        if word in _HEDGES and word not in used and word not in old:
            yield f'"{word}" came in'

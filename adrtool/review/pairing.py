"""Which claim of the head is which claim of the base. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from adrtool import fingerprint
from adrtool.model import Claim

Pair = tuple[Claim | None, Claim | None]
_LIKE = 0.6  # two sentences of one record at least so alike are one that was reworded
_MOST = 200  # claims of one record that are compared word by word


def pair(
    before: Sequence[Claim], after: Sequence[Claim], renamed: Mapping[str, str], content: Callable[[Claim, bool], str]
) -> tuple[Pair, ...]:
    """Each claim with its other self, in the order of the head; what is gone comes last.

    `renamed` gives today's name of a file; `content` the fingerprint of a claim's evidence, on the head or not.
    """
    rest = {claim.id: claim for claim in reversed(before)}
    other: dict[int, Claim] = {}
    for claim in after:
        if claim.id in rest and id(claim) not in other:
            other[id(claim)] = rest.pop(claim.id)
    lone = [claim for claim in after if id(claim) not in other]
    for key_before, key_after in _keys(renamed, content):
        _match(rest, lone, other, key_before, key_after)
        lone = [claim for claim in lone if id(claim) not in other]
    _match_alike(rest, lone, other, renamed)
    gone = [claim for claim in before if rest.get(claim.id) is claim]
    return (*((other.get(id(claim)), claim) for claim in after), *((claim, None) for claim in gone))


Key = Callable[[Claim], Hashable | None]


def _keys(renamed: Mapping[str, str], content: Callable[[Claim, bool], str]) -> Iterator[tuple[Key, Key]]:
    """What makes two claims one, the surest first."""

    def today(path: str) -> str:
        return renamed.get(path, path)

    def text(claim: Claim) -> str:
        return fingerprint.of_text(claim.text)

    def cited(claim: Claim, *, is_old: bool) -> Hashable | None:
        ref = claim.evidence
        return None if ref is None else (today(ref.path) if is_old else ref.path, ref.test)

    yield (
        (lambda claim: (text(claim), content(claim, False)) if claim.evidence else None),
        (lambda claim: (text(claim), content(claim, True)) if claim.evidence else None),
    )
    yield lambda claim: (text(claim), today(claim.path)), lambda claim: (text(claim), claim.path)
    yield (
        lambda claim: (today(claim.path), ref) if (ref := cited(claim, is_old=True)) else None,
        lambda claim: (claim.path, ref) if (ref := cited(claim, is_old=False)) else None,
    )
    yield text, text


def _match(rest: dict[str, Claim], lone: Sequence[Claim], other: dict[int, Claim], old: Key, new: Key) -> None:
    found: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in rest.values():
        if (key := old(claim)) is not None:
            found[key].append(claim)
    for claim in lone:
        key = new(claim)
        if key is not None and found.get(key):
            other[id(claim)] = rest.pop(found[key].pop(0).id)


def _match_alike(
    rest: dict[str, Claim], lone: Sequence[Claim], other: dict[int, Claim], renamed: Mapping[str, str]
) -> None:
    """Sentences of one record that were reworded, the most alike first."""
    homes: dict[str, list[Claim]] = defaultdict(list)
    for claim in rest.values():
        homes[renamed.get(claim.path, claim.path)].append(claim)
    scored = [
        (SequenceMatcher(None, old.text, new.text, autojunk=False).ratio(), place, old, new)
        for place, new in enumerate(lone)
        for old in homes.get(new.path, ())[:_MOST]
    ]
    for ratio, _, old, new in sorted(scored, key=lambda row: (-row[0], row[1])):
        if ratio >= _LIKE and rest.get(old.id) is old and id(new) not in other:
            other[id(new)] = rest.pop(old.id)

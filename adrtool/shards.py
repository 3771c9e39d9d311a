"""Evidence parted among machines: every piece in exactly one shard, and about as much work in each. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adrtool.model import EvidenceRef


@dataclass(frozen=True, slots=True)
class Shard:
    """The part `number` (from 1) of `count`."""

    number: int
    count: int

    @classmethod
    def from_text(cls, text: str) -> Shard:
        """Read `2/5`; raises ValueError for anything else.

        >>> Shard.from_text("2/5")
        Shard(number=2, count=5)
        """
        match = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", text.strip())
        shard = cls(int(match[1]), int(match[2])) if match else None
        if shard is None or shard.number > shard.count:
            raise ValueError(f"{text!r} is no shard; write 1/5 to 5/5 for five of them")
        return shard

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, pieces: Iterable[EvidenceRef], seconds: Mapping[EvidenceRef, float]) -> frozenset[EvidenceRef]:
        """The pieces of this shard: the longest first, each to the shard that has least to do by then.

        Durations count in powers of two, so that a little more or less seldom moves anything.
        """
        weights = {ref: _weight(seconds[ref]) for ref in pieces}
        loads = [0.0] * self.count
        mine = set()
        for ref in sorted(weights, key=lambda ref: (-weights[ref], str(ref))):
            lightest = loads.index(min(loads))
            loads[lightest] += weights[ref]
            if lightest == self.number - 1:
                mine.add(ref)
        return frozenset(mine)


def _weight(seconds: float) -> float:
    return float(2 ** max(0, math.ceil(math.log2(seconds)))) if seconds > 0 else 1.0

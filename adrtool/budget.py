"""How much time a run has, and whether one more piece of evidence fits into it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from adrtool.model import EvidenceRef
from adrtool.plan import Step


@dataclass(slots=True)
class Budget:
    """Wall-clock seconds, counted from its making; asked from several threads.

    A piece that is running when they end runs to its own end: cut off, it would have decided nothing. The first piece
    always starts: one that takes longer than the whole budget would else never run.
    """

    seconds: float
    estimates: Mapping[EvidenceRef, float]
    clock: Callable[[], float] = time.monotonic
    _began: float = field(init=False)
    _started: set[EvidenceRef] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def admits(self, ref: EvidenceRef) -> bool:
        """Whether there is time for a piece; then it counts as started."""
        with self._lock:
            fits = self.clock() - self._began + self.estimates.get(ref, 0.0) <= self.seconds
            if fits or not self._started:
                self._started.add(ref)
                return True
            return False

    def still_admits(self, ref: EvidenceRef) -> bool:
        """Whether there is time left, once a piece's environment has been built."""
        with self._lock:
            return self._started == {ref} or self.clock() - self._began < self.seconds


def forecast(
    steps: Sequence[Step], estimates: Mapping[EvidenceRef, float], seconds: float | None, jobs: int
) -> tuple[list[Step], list[Step]]:
    """Which steps are likely to fit into a budget, and which to be left over; all of them fit where there is none."""
    if seconds is None:
        return list(steps), []
    lanes = [0.0] * (jobs or os.cpu_count() or 1)
    fits: list[Step] = []
    left: list[Step] = []
    for step in steps:
        lane = lanes.index(min(lanes))
        ends = lanes[lane] + estimates.get(step.piece.ref, 0.0)
        if ends <= seconds or not fits:
            lanes[lane] = ends
            fits.append(step)
        else:
            left.append(step)
    return fits, left

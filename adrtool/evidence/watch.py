"""A watch on what evidence takes of the machine while it runs.

Memory and processes are counted a few times a second, over the tree of processes: the system's own limits know only
single processes (whose address space says little of TensorFlow, Java or Chromium) or all processes of a user.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from adrtool.limits import FOUR_FIFTHS, Limits, in_words

TICK = 0.2  # seconds between two looks
DISK_LEFT = 1 << 29  # bytes that evidence leaves free on the disk that it writes to
OWN_PROCESSES = 2  # of the sandbox
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Watch:
    """Looks after a process and all it started; says in a few words which limit they broke."""

    def __init__(self, limits: Limits, folder: Path) -> None:
        self._memory = most_memory(limits)
        self._processes = limits.processes
        self._folder = folder
        self._disk_left = min(DISK_LEFT, _free(folder) // 2)
        self._next = 0.0

    def __call__(self, pid: int) -> str | None:
        """What is wrong with the tree of `pid`, if it is time to look again."""
        if time.monotonic() < self._next:
            return None
        self._next = time.monotonic() + TICK
        if _free(self._folder) < self._disk_left:
            return f"the disk that it writes to was almost full: less than {in_words(self._disk_left)} were left"
        pids = list(_tree(pid, most=(self._processes or 1 << 16) + OWN_PROCESSES + 1))
        if self._processes is not None and len(pids) > self._processes + OWN_PROCESSES:
            return f"more than {self._processes} processes"
        if self._memory is not None and self._takes_too_much(pids, self._memory):
            return f"more than {in_words(self._memory)} of memory"
        return None

    def _takes_too_much(self, pids: list[int], most: int) -> bool:
        """Pages that processes share are counted once where it matters: to find out takes its time."""
        return sum(map(_resident, pids)) > most and sum(map(_proportional, pids)) > most


def _tree(pid: int, most: int) -> Iterator[int]:
    """A process and its descendants, at most so many; nothing but itself where the system does not tell."""
    waiting, number = [pid], 0
    while waiting and number < most:
        current = waiting.pop()
        number += 1
        yield current
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{current}/task"):
                with open(f"/proc/{current}/task/{task}/children", "rb") as file:
                    waiting += map(int, file.read().split())


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
        found = re.search(rb"^Pss:\s*(\d+) kB", file.read(), re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return _resident(pid)


def most_memory(limits: Limits) -> int | None:
    """The limit on memory in bytes: where none is named, four fifths of what the machine or container has."""
    if limits.memory != FOUR_FIFTHS:
        return limits.memory
    found = []
    with contextlib.suppress(OSError, ValueError, AttributeError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for path in _CGROUP_LIMITS:
        with contextlib.suppress(OSError, ValueError):
            found.append(int(Path(path).read_text()))
    return min(found) * 4 // 5 if found else None


def _free(folder: Path) -> int:
    with contextlib.suppress(OSError, AttributeError):
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize
    return DISK_LEFT * 2

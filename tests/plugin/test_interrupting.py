"""Whoever ends a session ends the evidence that runs in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sessions import PLUGIN, Records

LINGERS = """
import os, pathlib, subprocess, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
pathlib.Path({place!r}).write_text(f"{{os.getpid()}} {{child.pid}}")
time.sleep(600)
"""


def wait_for(path: Path) -> list[int]:
    """The processes whose numbers a file holds, once it is there."""
    for _ in range(1200):
        if path.exists() and len(path.read_text().split()) == 2:
            return [int(word) for word in path.read_text().split()]
        time.sleep(0.05)
    raise AssertionError(f"{path} was never written")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_end(pids: list[int]) -> bool:
    for _ in range(600):
        if not any(is_running(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def lingering(records: Records) -> Path:
    """A claim whose evidence passes, then one whose evidence does not end; where this one's processes are named."""
    place = records.outside / "pids"
    records.evidence("yes.py", "print('fine')\n")
    records.evidence("lingers.py", LINGERS.format(place=str(place)))
    records.record("[yes](evidence/yes.py)", "[lingers](evidence/lingers.py)")
    return place


def start(records: Records, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", *arguments]
    return subprocess.Popen(command, cwd=records.root, stdout=subprocess.DEVNULL, start_new_session=True)


pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are looked up in /proc")


def test_an_interruption_leaves_no_process_and_keeps_what_had_finished(records: Records, lingering: Path):
    session = start(records, "adr")
    pids = wait_for(lingering)
    assert all(is_running(pid) for pid in pids)
    session.send_signal(signal.SIGINT)
    assert session.wait(60) == pytest.ExitCode.INTERRUPTED
    assert all_end(pids)
    assert records.outcomes() == {"0001/yes": ["passed"]}


@pytest.mark.parametrize("whole_group", [True, False])
def test_an_interruption_of_workers_leaves_no_process(records: Records, lingering: Path, whole_group: bool):
    pytest.importorskip("xdist")
    session = start(records, "adr", "-n", "2")
    pids = wait_for(lingering)
    if whole_group:  # as a terminal does
        os.killpg(session.pid, signal.SIGINT)
    else:
        session.send_signal(signal.SIGINT)
    session.wait(60)
    assert all_end(pids)

"""Processes: how each ends is told exactly, output is bounded, and nothing outlives its run."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import textwrap
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adrtool import process
from adrtool.process import Cancelled, Exited, NotStarted, Ran, Signalled, TimedOut

LONG = 60.0  # seconds that no test waits for


@dataclass
class Runner:
    """Runs commands with a marker of their own, and knows which of their processes are left."""

    folder: Path
    marker: str = field(default_factory=lambda: secrets.token_hex(16))

    def run(self, argv: list[str], *, timeout: float = LONG, cancel: threading.Event | None = None, **env: str) -> Ran:
        environment = {"PATH": os.environ["PATH"], "RUN": self.marker, **env}
        return process.run(argv, cwd=self.folder, env=environment, timeout=timeout, marker=self.marker, cancel=cancel)

    def shell(self, script: str, *, timeout: float = LONG, cancel: threading.Event | None = None) -> Ran:
        return self.run(["sh", "-c", script], timeout=timeout, cancel=cancel)

    def python(self, script: str, *, timeout: float = LONG) -> Ran:
        return self.run([sys.executable, "-I", "-c", textwrap.dedent(script)], timeout=timeout)

    def left(self) -> list[int]:
        """The processes that it started, by whatever way, and that still run."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                try:
                    if self.marker.encode() in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    def started(self, name: str = "started") -> None:
        """Wait until the script has made a file of that name."""
        deadline = time.monotonic() + LONG
        while not (self.folder / name).exists() and time.monotonic() < deadline:
            time.sleep(0.01)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.parametrize(
    ("script", "ending"),
    [
        ("exit 0", Exited(0)),
        ("exit 1", Exited(1)),
        ("exit 77", Exited(77)),
        ("exit 255", Exited(255)),
        ("kill -TERM $$", Signalled("SIGTERM")),
        ("kill -KILL $$", Signalled("SIGKILL")),
        ("kill -ABRT $$", Signalled("SIGABRT")),
        ("kill -40 $$", Signalled("signal 40")),
    ],
)
def test_each_ending_is_told(runner: Runner, script: str, ending: process.Exit) -> None:
    assert runner.shell(script).exit == ending


def test_output_and_errors_come_in_their_order(runner: Runner) -> None:
    assert runner.shell("echo one; echo two >&2; echo three").tail == b"one\ntwo\nthree\n"


def test_input_is_empty(runner: Runner) -> None:
    assert runner.shell("wc -c").tail.strip() == b"0"


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["nowhere-at-all"], "No such file or directory"),
        (["/"], "Permission denied"),
        (["a\0b"], "embedded null byte"),
    ],
)
def test_what_cannot_start_says_why(runner: Runner, argv: list[str], reason: str) -> None:
    ran = runner.run(argv)
    assert (ran.exit, ran.tail) == (NotStarted(reason), b"")


def test_a_folder_that_is_gone_is_no_place_to_start(runner: Runner) -> None:
    runner.folder = runner.folder / "gone"
    assert runner.run(["true"]).exit == NotStarted("No such file or directory")


def test_the_deadline_ends_it(runner: Runner) -> None:
    assert runner.shell("sleep 60", timeout=0.2).exit == TimedOut(0.2)
    assert runner.left() == []


def test_what_ends_in_time_is_not_timed_out(runner: Runner) -> None:
    assert runner.shell("sleep 0.2").exit == Exited(0)


STARTERS = {
    "a grandchild": "(sleep 61; true) & ",
    "a grandchild in a session of its own": "setsid sh -c 'sleep 61; true' & ",
    "a daemon": "setsid sh -c '(sleep 61; true) &' & ",
    "a grandchild that does not hear": "sh -c 'trap \"\" TERM HUP INT; sleep 61; true' & ",
    "a process that does not hear": "trap '' TERM HUP INT; ",
}


@pytest.mark.parametrize("starter", STARTERS.values(), ids=list(STARTERS))
def test_the_deadline_leaves_nothing_behind(runner: Runner, starter: str) -> None:
    assert runner.shell(starter + "sleep 62; sleep 63", timeout=0.5).exit == TimedOut(0.5)
    assert runner.left() == []


@pytest.mark.parametrize("starter", list(STARTERS.values())[:4], ids=list(STARTERS)[:4])
def test_an_end_leaves_nothing_behind(runner: Runner, starter: str) -> None:
    assert runner.shell(starter + "sleep 0.2; exit 3").exit == Exited(3)
    assert runner.left() == []


def test_a_process_that_keeps_becoming_another_leaves_nothing_behind(runner: Runner) -> None:
    """In the middle of `exec` a process shows no environment, so it does not show that it is one of ours."""
    again = runner.folder / "again.sh"
    again.write_text('#!/bin/sh\nexec "$0"\n')
    again.chmod(0o755)
    for _ in range(40):
        assert runner.shell(f"setsid {again} & sleep 0.05; exit 0").exit == Exited(0)
        for _ in range(20):
            left = runner.left()
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            assert left == []
            time.sleep(0.002)


def test_a_process_that_keeps_starting_others_leaves_nothing_behind(runner: Runner) -> None:
    """Each lives for a moment only, so whether any is left is told by what they write, not by looking for them."""
    beats = runner.folder / "beats"
    for _ in range(5):
        ran = runner.python(
            f"""
            import os, time
            if os.fork():
                time.sleep(.2)
                os._exit(0)
            end = time.monotonic() + 10
            while time.monotonic() < end:  # a new session with every breath
                with open({str(beats)!r}, "a") as file: file.write(".")
                if os.fork():
                    os._exit(0)
                os.setsid()
            """
        )
        assert ran.exit == Exited(0)
        last = beats.stat().st_size
        time.sleep(0.1)
        assert beats.stat().st_size == last > 0


def test_fork_and_exit_is_an_exit(runner: Runner) -> None:
    assert runner.shell("(sleep 61; echo late) & echo early; exit 0").tail == b"early\n"
    assert runner.left() == []


def test_a_grandchild_that_holds_the_output_open_does_not_hold_up_the_end(runner: Runner) -> None:
    assert runner.shell("sleep 61 & echo done").exit == Exited(0)


def test_a_process_that_closes_its_output_is_waited_for(runner: Runner) -> None:
    assert runner.shell("exec >&- 2>&-; sleep 0.3; exit 4").exit == Exited(4)


def test_it_may_clean_up_before_it_is_killed(runner: Runner) -> None:
    ran = runner.shell("trap 'touch cleaned; exit 0' TERM; touch started; while :; do sleep 0.02; done", timeout=1)
    assert ran.exit == TimedOut(1)
    assert (runner.folder / "cleaned").exists()


def test_a_run_can_be_cancelled_from_elsewhere(runner: Runner) -> None:
    cancel = threading.Event()
    canceller = threading.Thread(target=lambda: (runner.started(), cancel.set()))
    canceller.start()
    assert runner.shell("touch started; setsid sleep 61 & sleep 62", cancel=cancel).exit == Cancelled()
    canceller.join()
    assert runner.left() == []


def test_a_run_that_was_cancelled_before_it_began_does_nothing_for_long(runner: Runner) -> None:
    cancel = threading.Event()
    cancel.set()
    assert runner.shell("sleep 61", cancel=cancel).exit == Cancelled()
    assert runner.left() == []


def test_others_that_run_beside_it_are_left_alone(runner: Runner) -> None:
    other = Runner(runner.folder)
    cancel = threading.Event()
    neighbour = threading.Thread(target=lambda: other.shell("touch started; sleep 61", cancel=cancel))
    neighbour.start()
    other.started()
    assert runner.shell("sleep 61", timeout=0.1).exit == TimedOut(0.1)
    assert other.left() != []
    cancel.set()
    neighbour.join()
    assert other.left() == []


def test_a_flood_is_bounded_to_its_end(runner: Runner) -> None:
    ran = runner.shell("yes | head -c 50000000; echo end")
    assert ran.exit == Exited(0)
    assert len(ran.tail) == process.TAIL_BYTES
    assert ran.tail.endswith(b"y\nend\n")
    assert ran.dropped == 50_000_000 + len("end\n") - process.TAIL_BYTES


def test_a_flood_that_never_ends_meets_the_deadline(runner: Runner) -> None:
    ran = runner.shell("yes", timeout=0.5)
    assert (ran.exit, len(ran.tail)) == (TimedOut(0.5), process.TAIL_BYTES)


def test_a_huge_line_is_bounded(runner: Runner) -> None:
    ran = runner.shell("head -c 1000000 /dev/zero | tr '\\0' x")
    assert ran.tail == b"x" * process.TAIL_BYTES
    assert ran.dropped == 1_000_000 - process.TAIL_BYTES


def test_short_output_is_whole(runner: Runner) -> None:
    ran = runner.shell("printf hello")
    assert (ran.tail, ran.dropped) == (b"hello", 0)


def test_the_last_words_before_an_end_are_kept(runner: Runner) -> None:
    for _ in range(20):
        assert runner.shell("head -c 60000 /dev/zero; echo last; kill -KILL $$").tail.endswith(b"last\n")


def test_bytes_are_bytes(runner: Runner) -> None:
    assert runner.shell(r"printf '\377\000\376'").tail == b"\xff\x00\xfe"


def test_a_deleted_working_folder_is_no_trouble(runner: Runner) -> None:
    runner.folder = runner.folder / "work"
    runner.folder.mkdir()
    assert runner.shell('rm -rf "$PWD"; exit 5').exit == Exited(5)


def test_signals_that_the_caller_ignores_are_not_ignored_there(runner: Runner) -> None:
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        assert runner.shell("kill -PIPE $$; exit 0").exit == Signalled("SIGPIPE")
    finally:
        signal.signal(signal.SIGPIPE, before)


def test_only_the_given_environment_is_there(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    assert runner.shell("echo ${SECRET_TOKEN-none}").tail == b"none\n"


def test_without_process_descriptors_it_works_the_same(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    assert runner.shell("echo one; exit 6").tail == b"one\n"
    assert runner.shell("exec >&- 2>&-; sleep 0.3; exit 4").exit == Exited(4)
    assert runner.shell("setsid sleep 61 & sleep 62", timeout=0.3).exit == TimedOut(0.3)
    assert runner.left() == []


def test_a_hundred_at_once_do_not_mix(runner: Runner) -> None:
    tails: dict[int, bytes] = {}

    def one(number: int) -> None:
        tails[number] = Runner(runner.folder).shell(f"echo {number}").tail

    threads = [threading.Thread(target=one, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tails == {number: f"{number}\n".encode() for number in range(100)}

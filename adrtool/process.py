"""Run one command under a deadline, in a session of its own, and say how it ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TAIL_BYTES = 16 * 1024
_CHUNK = 64 * 1024
_PIPE_CHUNKS = 16  # a pipe holds at most 1 MiB
_GRACE = 1.0  # seconds between asking a group to stop and making it
_PERSISTENCE = 5.0  # seconds for which whatever left the group is hunted
_TICK = 0.1  # seconds within which a cancelled run is noticed
_KERNEL_THREAD = 0x00200000  # PF_KTHREAD of Linux


@dataclass(frozen=True, slots=True)
class Exited:
    """The process ended by itself."""

    code: int


@dataclass(frozen=True, slots=True)
class Signalled:
    """A signal that adrtool did not send ended the process."""

    name: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The deadline passed, and the whole group was killed."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody stopped the run, and the whole group was killed."""


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The system refused to start it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Exceeded:
    """It took more of the machine than it may, and the whole group was killed."""

    what: str


Exit = Exited | Signalled | TimedOut | Cancelled | NotStarted | Exceeded
Watch = Callable[[int], str | None]


@dataclass(frozen=True, slots=True)
class Ran:
    """One execution: how it ended, the end of what it printed, and how long it took."""

    exit: Exit
    tail: bytes
    dropped: int  # bytes printed before the tail
    seconds: float


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
    marker: str,
    cancel: threading.Event | None = None,
    watch: Watch = lambda _: None,
    pass_fds: Sequence[int] = (),
) -> Ran:
    """Run `argv` to its end, at most `timeout` seconds; nothing that it started outlives it.

    `marker`, a word that nobody else uses, stands in a value of `env`: whatever left the process group is found and
    killed by it. Only a process that left the group and cleared its environment too is out of reach.
    `watch` is asked a few times a second, with the process's number, whether something is wrong.
    """
    started = time.monotonic()
    try:
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Ran(NotStarted(reason), b"", 0, time.monotonic() - started)
    tail = _Tail()
    try:
        stopped = _wait(child, tail, started + timeout, cancel, watch)
        seconds = time.monotonic() - started
    finally:
        _kill_all(child, marker)
    tail.drain(child)
    code = child.returncode
    if stopped is not None:
        ending: Exit = TimedOut(timeout) if isinstance(stopped, TimedOut) else stopped
    else:
        ending = Exited(code) if code >= 0 else Signalled(_signal_name(-code))
    return Ran(ending, bytes(tail.kept), tail.dropped, seconds)


class _Tail:
    """The last bytes of a stream, whatever its length."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.dropped = 0

    def add(self, chunk: bytes) -> None:
        self.kept += chunk
        excess = len(self.kept) - TAIL_BYTES
        if excess > 0:
            del self.kept[:excess]
            self.dropped += excess

    def drain(self, child: subprocess.Popen[bytes]) -> None:
        """Take what is left in the pipe; no more than a pipe holds, should a writer have escaped."""
        assert child.stdout is not None
        descriptor = child.stdout.fileno()
        for _ in range(_PIPE_CHUNKS):
            chunk = os.read(descriptor, _CHUNK) if select.select([descriptor], [], [], 0)[0] else b""
            if not chunk:
                break
            self.add(chunk)
        child.stdout.close()


def _wait(
    child: subprocess.Popen[bytes], tail: _Tail, deadline: float, cancel: threading.Event | None, watch: Watch
) -> TimedOut | Cancelled | Exceeded | None:
    """Read output until the child has ended (it is not reaped yet), or something speaks against going on."""
    assert child.stdout is not None
    output: int | None = child.stdout.fileno()
    ended = _pidfd(child.pid)
    try:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return TimedOut(0)
            if cancel is not None and cancel.is_set():
                return Cancelled()
            if wrong := watch(child.pid):
                return Exceeded(wrong)
            wait = min(left, _TICK if ended is not None else 0.01)
            ready, _, _ = select.select([fd for fd in (output, ended) if fd is not None], [], [], wait)
            if ended in ready or (ended is None and _has_ended(child)):
                return None
            if output is not None and output in ready:
                chunk = os.read(output, _CHUNK)
                tail.add(chunk)
                output = output if chunk else None
    finally:
        if ended is not None:
            os.close(ended)


def _pidfd(pid: int) -> int | None:
    """A descriptor that becomes readable when the process ends, where the system has such a thing."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    if hasattr(os, "waitid"):  # leaves the process for `Popen.wait` to reap
        return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return child.poll() is not None


def _kill_all(child: subprocess.Popen[bytes], marker: str) -> None:
    """End the child's group and whatever else carries the marker, then reap the child."""
    if not _has_ended(child):
        _signal_group(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while time.monotonic() < deadline and not _has_ended(child):
            time.sleep(0.01)
    # The child is not reaped yet, so its group's number cannot have gone to anybody else.
    _signal_group(child.pid, signal.SIGKILL)
    _kill_carriers(marker)
    child.wait()


def _kill_carriers(marker: str) -> None:
    """Kill again until nothing that carries the marker is left: one of them may have forked meanwhile.

    Who was found innocent once is passed over, so each further look is at the few that are new, and quick enough to
    meet one that starts another with every breath.
    """
    deadline = time.monotonic() + _PERSISTENCE
    innocent: set[str] = set()
    before: list[int] = []
    while time.monotonic() < deadline:
        carriers, is_unclear = _carriers(marker, innocent)
        if not carriers and not is_unclear:
            return
        for pid in carriers:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if carriers == before:  # they are ending, or another is in the middle of `exec`
            time.sleep(0.001)
        before = carriers


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _carriers(marker: str, innocent: set[str]) -> tuple[list[int], bool]:
    """Processes of this machine whose environment holds `marker`; none where there is no /proc.

    Adds to `innocent` those that do not, and looks at no one in it. Also whether there may be more: a process that was
    gone before it could be read may have started another, and in the middle of `exec` nothing can be read.
    """
    found, is_unclear = [], False
    wanted = marker.encode()
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if not name.isdecimal() or name in innocent or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                environment = file.read()
            if wanted in environment:
                found.append(int(name))
            elif environment:
                innocent.add(name)
            else:
                is_unclear = True
                innocent |= {name} if not _is_in_exec(name) else set()
        except PermissionError:
            innocent.add(name)
        except ProcessLookupError:  # it has ended, and is there until somebody asks how
            is_unclear = True
            innocent.add(name)
        except FileNotFoundError:
            is_unclear = True
    return found, is_unclear


def _is_in_exec(pid: str) -> bool:
    """Whether a process whose environment read as empty gets one, or has one by now: see proc(5), `stat`."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    state, flags, env_start, env_end = fields[0], int(fields[6]), int(fields[47]), int(fields[48])
    is_empty = env_start == env_end != 0
    return not is_empty and state not in (b"Z", b"X") and not flags & _KERNEL_THREAD


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

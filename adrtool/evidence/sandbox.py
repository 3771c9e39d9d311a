"""A sandbox round evidence: bubblewrap, where the machine has it and lets it work.

Only this module knows bubblewrap's words. Inside, a process has process numbers, shared memory, a loopback and a root
folder of its own, no capabilities, and sees of the machine what `visible` lists.
"""

from __future__ import annotations

import enum
import functools
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from adrtool import process
from adrtool.errors import ReadError, UsageError
from adrtool.evidence.visible import Place, View, system_folders

BUBBLEWRAP, OFF = "bubblewrap", "off"
VARIABLE = "ADRTOOL_SANDBOX"
PROBE_SECONDS = 20.0
SHARED_MEMORY = "/dev/shm"  # noqa: S108 -- inside, it is the sandbox's own
# What TensorFlow, PyTorch and their like compute on. To use one of them gives no way out.
ACCELERATORS = ("nvidia*", "accel*", "kfd", "dri", "dxg")
# Something that really runs inside, and talks to itself over the loopback.
PROBE = (
    "import os, socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname());"
    "print('inside', os.getpid())"
)
USER_NAMESPACES = (
    "let this user make namespaces: on Ubuntu `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, "
    "in a container `--privileged`, or a seccomp and AppArmor profile that allow it"
)


class Mode(enum.StrEnum):
    """What is asked of the sandbox."""

    REQUIRE = "require"  # nothing runs without it
    AUTO = "auto"  # where it works
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What stands round evidence: the program that makes it, or why there is none."""

    program: str | None = None
    why_not: str = "it is switched off"
    mend: str = ""
    can_size: bool = False  # whether it can bound the size of memory that is used as a folder

    @property
    def level(self) -> str:
        """How the ledger calls it."""
        return OFF if self.program is None else BUBBLEWRAP


NONE = Sandbox()


def choose(mode: Mode) -> Sandbox:
    """The sandbox that this machine gives for `mode`; raises ReadError where it is required and cannot be had."""
    if mode is Mode.OFF:
        return NONE
    found = find()
    if found.program is None and mode is Mode.REQUIRE:
        raise ReadError(f"a sandbox is required, and there is none: {found.why_not}; {found.mend}")
    return found


def mode_of_user() -> Mode | None:
    """What the user's environment asks of it, whatever a repository says; raises UsageError for no mode."""
    asked = os.environ.get(VARIABLE, "")
    if asked and asked not in list(Mode):
        raise UsageError(f"{VARIABLE}={asked}: write one of {', '.join(Mode)}")
    return Mode(asked) if asked else None


@functools.cache
def find() -> Sandbox:
    """Try the sandbox on this machine, once in each process, by running something inside."""
    if sys.platform != "linux":
        return Sandbox(why_not=f"bubblewrap is for Linux, and this is {platform.system()}", mend="run it on Linux")
    program = shutil.which("bwrap")
    if program is None:
        return Sandbox(
            why_not="bubblewrap is not installed", mend="install bubblewrap, as with `apt install bubblewrap`"
        )
    python = os.path.realpath(sys.executable)
    view = View.of_machine()
    view.show_program(Path(python))
    try:
        words = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)
        found = Sandbox(program, can_size="--size" in words.stdout)
        command = [*_words(found, view, network=False), "--", python, "-I", "-S", "-c", PROBE]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Sandbox(why_not=f"bubblewrap does not work here: {error}", mend=USER_NAMESPACES)
    if done.returncode == 0 and done.stdout.startswith("inside"):
        return found
    said = (done.stderr or done.stdout).strip().rsplit("\n", 1)[-1] or f"exit {done.returncode}"
    return Sandbox(why_not=f"bubblewrap does not work here: {said.removeprefix('bwrap: ')}", mend=USER_NAMESPACES)


class Inside:
    """One command inside: its words, and what became of it."""

    def __init__(
        self, sandbox: Sandbox, argv: Iterable[str], view: View, *, cwd: Path, network: bool, memory: int | None
    ) -> None:
        """`memory` is what its processes may take; half as much again it may keep in shared memory."""
        self._status = os.memfd_create("adrtool-sandbox")
        words = _words(sandbox, view, network=network, memory=memory)
        self.argv = [*words, "--json-status-fd", str(self._status), "--chdir", str(cwd), "--", *argv]

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What bubblewrap has to inherit; the command inside does not."""
        return (self._status,)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._status)

    def told(self, ran: process.Ran) -> process.Ran:
        """How the command itself ended, where `ran` is how bubblewrap did."""
        if not isinstance(ran.exit, process.Exited):
            return ran
        code = self._exit_code()
        if code is None:
            said = ran.tail.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1].removeprefix("bwrap: ")
            return replace(ran, exit=process.NotStarted(f"the sandbox cannot be made: {said}"))
        if code > 128 and code - 128 in list(signal.Signals):  # so says a shell, too
            return replace(ran, exit=process.Signalled(signal.Signals(code - 128).name))
        return ran

    def _exit_code(self) -> int | None:
        """The command's own exit code; None where it was never started."""
        os.lseek(self._status, 0, os.SEEK_SET)
        for line in os.read(self._status, 1 << 16).splitlines():
            found = json.loads(line).get("exit-code")
            if found is not None:
                return int(found)
        return None


def _words(sandbox: Sandbox, view: View, *, network: bool, memory: int | None = None) -> list[str]:
    assert sandbox.program is not None
    words = [sandbox.program, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    words += [] if network else ["--unshare-net"]
    for folder, leads_to in system_folders():
        words += ["--symlink", leads_to, folder] if leads_to else ["--ro-bind", folder, folder]
    words += ["--proc", "/proc", "--dev", "/dev"]
    if sandbox.can_size and memory is not None:
        words += ["--size", str(memory // 2), "--tmpfs", SHARED_MEMORY]
    for device in _accelerators():
        words += ["--dev-bind", device, device]
    places = view.in_order()
    for place in places:
        words += _words_for(place)
    for path in ("/", *(place.path for place in places if place.source is None)):
        words += ["--remount-ro", path]
    return words


def _words_for(place: Place) -> list[str]:
    if place.source is None:
        return ["--tmpfs", place.path]
    return ["--bind" if place.can_write else "--ro-bind", place.source, place.path]


def _accelerators() -> list[str]:
    return [str(path) for glob in ACCELERATORS for path in Path("/dev").glob(glob)]

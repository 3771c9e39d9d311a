"""What evidence may need from the machine, and whether this machine has it."""

from __future__ import annotations

import contextlib
import enum
import functools
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# Reserved for documentation and answered everywhere; ADRTOOL_NETWORK_HOST names another one.
NETWORK_HOST, HTTPS = "example.com", 443
NETWORK_SECONDS = 3.0
DEVICES = Path("/dev")
DOCKER_SECONDS = 5.0
GPU_SECONDS = 10.0


class NeedKind(enum.StrEnum):
    """The needs that adrtool can look for; the last four carry a value, as in `os:linux`."""

    GPU = "gpu"
    NETWORK = "network"
    DOCKER = "docker"
    COMMAND = "command"
    ENV = "env"
    OS = "os"
    ARCH = "arch"

    @property
    def takes_value(self) -> bool:
        """Whether the need is spelt `kind:value`."""
        return self in (NeedKind.COMMAND, NeedKind.ENV, NeedKind.OS, NeedKind.ARCH)


SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}
ARCHITECTURES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}
SPELLINGS = "gpu, network, docker, command:NAME, env:NAME, os:linux, os:macos, os:windows, arch:NAME"


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """One need: its kind, and the name of the command, variable, system or architecture."""

    kind: NeedKind
    value: str = ""

    @classmethod
    def from_text(cls, text: str) -> Need:
        """Read `gpu` or `os:linux`; raises ValueError, naming what is known, for anything else."""
        word, colon, value = text.partition(":")
        try:
            kind = NeedKind(word.strip())
        except ValueError:
            raise ValueError(f"unknown need {text!r}; known are {SPELLINGS}") from None
        value = value.strip()
        if kind.takes_value != bool(value) or (colon and not value):
            raise ValueError(f"need {text!r} is not spelt like one of {SPELLINGS}")
        if kind is NeedKind.OS and value not in SYSTEMS.values():
            raise ValueError(f"unknown system in need {text!r}; known are {', '.join(SYSTEMS.values())}")
        return cls(kind, value)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}" if self.value else str(self.kind)


@dataclass(frozen=True, slots=True)
class Found:
    """A need that this machine meets; `seen` is the probe's answer in one line."""

    need: Need
    seen: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A need that this machine lacks: what was looked for and seen, and what to do about it."""

    need: Need
    seen: str
    mend: str

    def __str__(self) -> str:
        return f"needs {self.need}: {self.seen}"


def probe(need: Need | str) -> Missing | None:
    """What is missing for `need`, or None; raises ValueError for an unknown one."""
    found = look(need if isinstance(need, Need) else Need.from_text(need))
    return found if isinstance(found, Missing) else None


@functools.cache
def look(need: Need) -> Found | Missing:
    """Look for `need` on this machine, once in each process."""
    return LOOKS[need.kind](need)


def _gpu(need: Need) -> Found | Missing:
    mend = "run it where an accelerator and its driver are"
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return Missing(need, "CUDA_VISIBLE_DEVICES hides every device", "unset CUDA_VISIBLE_DEVICES")
    listed = _answer(["nvidia-smi", "-L"], GPU_SECONDS)
    if listed.ok and listed.line:
        return Found(need, listed.line)
    nodes = sorted(str(node) for glob in ("nvidia[0-9]*", "accel*", "kfd") for node in DEVICES.glob(glob))
    if nodes:
        return Found(need, ", ".join(nodes))
    return Missing(need, f"nvidia-smi -L: {listed.line}; no /dev/nvidia*, /dev/accel*, /dev/kfd", mend)


def _network(need: Need) -> Found | Missing:
    host, port = _network_target()
    try:
        socket.create_connection((host, port), timeout=NETWORK_SECONDS).close()
    except (OSError, UnicodeError) as error:
        return Missing(
            need,
            f"no TCP connection to {host}:{port} ({_reason(error)})",
            "connect this machine, or name a host it can reach: ADRTOOL_NETWORK_HOST=HOST:PORT",
        )
    return Found(need, f"{host}:{port} answers")


def _network_target() -> tuple[str, int]:
    """Where to knock: the host that was named, else the proxy that everything goes through, else a known host."""
    names = ("ADRTOOL_NETWORK_HOST", "HTTPS_PROXY", "https_proxy")
    target = next(filter(None, map(os.environ.get, names)), NETWORK_HOST)
    with contextlib.suppress(ValueError):
        parts = urlsplit(target if "//" in target else f"//{target}")
        return parts.hostname or "", parts.port or HTTPS
    return target.rpartition("@")[2], HTTPS


def _docker(need: Need) -> Found | Missing:
    answer = _answer(["docker", "info", "--format", "{{.ServerVersion}}"], DOCKER_SECONDS)
    if answer.ok and answer.line:
        return Found(need, f"docker {answer.line}")
    return Missing(need, f"docker info: {answer.line}", "install and start docker, and let this user talk to it")


def _command(need: Need) -> Found | Missing:
    path = shutil.which(need.value)
    if path:
        return Found(need, path)
    return Missing(need, f"no {need.value} on PATH", f"install {need.value}, or put it on PATH")


def _env(need: Need) -> Found | Missing:
    # Its value may be a secret: only that it is there is ever said.
    if os.environ.get(need.value):
        return Found(need, f"{need.value} is set")
    state = "empty" if need.value in os.environ else "not set"
    return Missing(need, f"{need.value} is {state}", f"export {need.value}=...")


def _os(need: Need) -> Found | Missing:
    here = SYSTEMS.get(sys.platform, sys.platform)
    return Found(need, here) if here == need.value else Missing(need, f"this is {here}", f"run it on {need.value}")


def _arch(need: Need) -> Found | Missing:
    here = platform.machine()
    if _architecture(here) == _architecture(need.value):
        return Found(need, here)
    return Missing(need, f"this is {here}", f"run it on {need.value}")


def _architecture(name: str) -> str:
    return ARCHITECTURES.get(name.lower(), name.lower())


LOOKS: dict[NeedKind, Callable[[Need], Found | Missing]] = {
    NeedKind.GPU: _gpu,
    NeedKind.NETWORK: _network,
    NeedKind.DOCKER: _docker,
    NeedKind.COMMAND: _command,
    NeedKind.ENV: _env,
    NeedKind.OS: _os,
    NeedKind.ARCH: _arch,
}


@dataclass(frozen=True, slots=True)
class _Answer:
    ok: bool
    line: str


def _answer(command: list[str], seconds: float) -> _Answer:
    """How a short command ended, and the first line that it said."""
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            text=True,
            errors="replace",
        )
    except FileNotFoundError:
        return _Answer(False, f"no {command[0]} on PATH")
    except subprocess.TimeoutExpired:
        return _Answer(False, f"no answer within {seconds:g} s")
    except OSError as error:
        return _Answer(False, _reason(error))
    said = (done.stdout if done.returncode == 0 else done.stderr or done.stdout).strip()
    return _Answer(done.returncode == 0, said.splitlines()[0].strip()[:200] if said else f"exit {done.returncode}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

"""The only module that runs uv: it resolves requirements, and installs what was resolved."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from adrtool.errors import EvidenceError
from adrtool.evidence.pip_settings import UvSettings, uv_settings, uv_settings_file

# They would send uv to another Python or folder than the one it is told, or colour what is read from it.
NOT_FOR_UV = re.compile(
    r"PYTHON.*|VIRTUAL_ENV|CONDA_PREFIX|FORCE_COLOR|CLICOLOR_FORCE"
    r"|UV_(PYTHON|PYTHON_PREFERENCE|(NO_)?MANAGED_PYTHON|SYSTEM_PYTHON|WORKING_DIR|PROJECT|VENV_CLEAR)"
)
ALWAYS_FOR_UV = {
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_NO_PROGRESS": "1",
    "NO_COLOR": "1",
    "GIT_TERMINAL_PROMPT": "0",
}
# Under its newer and its older name.
SYSTEM_CERTIFICATES = (("UV_SYSTEM_CERTS", "true"), ("UV_NATIVE_TLS", "true"))
NO_NETWORK = ("error sending request", "dns error", "failed to fetch", "failed to download", "could not resolve host")
BAD_CERTIFICATE = ("invalid peer certificate", "unknownissuer", "self-signed certificate")
FULL_DISK = ("no space left on device", "disk quota exceeded", "os error 28")
# The names of the files that `resolve` reads in its folder, the last of them if it is there, and of the one that
# `install` reads.
REQUIREMENTS, CONSTRAINTS, PREFERRED, RESOLVED = "requirements.in", "constraints.txt", "preferred.txt", "resolved.txt"
SHOWN_LINES, SHOWN_CHARACTERS = 4, 400
INTERRUPTED = "interrupted"
TICK = 0.2


class RefusedError(Exception):
    """uv ended with an error; `words` are its own."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def is_about(self, signs: tuple[str, ...]) -> bool:
        """Whether one of `signs` is among its words."""
        said = self.words.lower()
        return any(sign in said for sign in signs)


class Installer:
    """Runs uv; what it starts never outlives a call, and `stop` ends every call."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)
        self._children: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def resolve(self, folder: Path, python: Path, *, deadline: float, refresh: bool = False) -> str:
        """What `folder`'s requirements and constraints come to for `python`: one `name==version` a line.

        `deadline` is in time.monotonic() seconds; `refresh` trusts nothing that was fetched before.
        Raises RefusedError, and EvidenceError where time ran out.
        """
        words = ["compile", "--no-header", "--no-annotate", "-c", str(folder / CONSTRAINTS), "--python", str(python)]
        online = ["--refresh"] if refresh else []
        preferred = folder / PREFERRED
        if not preferred.exists():
            return self._pip([*words, str(folder / REQUIREMENTS)], online, deadline)
        # What its output file says already, uv stays with where it can.
        self._pip([*words, "--output-file", str(preferred), str(folder / REQUIREMENTS)], online, deadline)
        return preferred.read_text(encoding="utf-8")

    def install(self, folder: Path, target: Path, python: Path, *, deadline: float) -> None:
        """Make a virtual environment for `python` at `target`, with what `folder` says was resolved.

        Raises RefusedError, and EvidenceError where time ran out.
        """
        self._uv(["venv", "--quiet", "--no-project", "--python", str(python), str(target)], deadline, UvSettings())
        words = ["install", "--no-deps", "--python", str(python_of(target)), "-r", str(folder / RESOLVED)]
        self._pip(words, [], deadline)

    def stop(self) -> None:
        """End every call that is under way, and every later one, with EvidenceError("interrupted")."""
        with self._lock:
            self._stopped = True
            children = tuple(self._children)
        for child in children:
            _kill(child)

    def check_stopped(self) -> None:
        """Raise EvidenceError("interrupted") where `stop` was called."""
        if self._stopped:
            raise EvidenceError(INTERRUPTED)

    def _pip(self, words: list[str], online: list[str], deadline: float) -> str:
        """`uv pip`, and once more where a second way may work: the system's certificates, or what uv has cached."""
        settings = self._settings()
        command = ["pip", words[0], "--quiet", *settings.arguments, *words[1:]]
        try:
            return self._uv([*command, *online], deadline, settings)
        except RefusedError as refused:
            if refused.is_about(BAD_CERTIFICATE):
                again = replace(settings, variables=(*settings.variables, *SYSTEM_CERTIFICATES))
                return self._uv([*command, *online], deadline, again)
            if not refused.is_about(NO_NETWORK):
                raise
            with contextlib.suppress(RefusedError):
                return self._uv([*command, "--offline"], deadline, settings)
            raise

    def _settings(self) -> UvSettings:
        return uv_settings(self._environ)

    def _uv(self, words: list[str], deadline: float, settings: UvSettings) -> str:
        """Run uv to its end; its standard output."""
        kept = {name: value for name, value in self._environ.items() if not NOT_FOR_UV.fullmatch(name)}
        # The user's settings of uv hold everywhere; those of a project around this folder are none of the evidence's.
        file = {"UV_CONFIG_FILE": str(uv_settings_file(kept) or os.devnull)}
        environ = {**kept, **ALWAYS_FOR_UV, **file, **dict(settings.variables)}
        # In a thread, for there no Ctrl-C comes between the start of a child and the note that it has started; with
        # ticks, for one that comes just before a wait does not end it.
        with ThreadPoolExecutor(max_workers=1) as thread:
            try:
                running = thread.submit(self._run, [find_uv(), *words], environ, deadline)
                while not wait((running,), TICK).done:
                    pass
                return running.result()
            except KeyboardInterrupt:
                self.stop()
                raise

    def _run(self, command: list[str], environ: dict[str, str], deadline: float) -> str:
        child = self._start(command, environ)
        try:
            output, errors = child.communicate(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill(child)
            child.communicate()
            raise EvidenceError(
                "its environment was not built in time; look at the network, or allow it longer"
            ) from None
        finally:
            with self._lock:
                self._children.discard(child)
        self.check_stopped()
        if child.returncode != 0:
            raise RefusedError(errors.strip() or f"uv ended with {child.returncode}")
        return output

    def _start(self, command: list[str], environ: dict[str, str]) -> subprocess.Popen[str]:
        """Start a process group of its own, unless `stop` was called."""
        with self._lock:
            self.check_stopped()
            child = subprocess.Popen(
                command,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._children.add(child)
        return child


def write_asked(folder: Path, dependencies: Sequence[str], constraints: str, preferred: str) -> None:
    """What `Installer.resolve` reads in a folder."""
    (folder / REQUIREMENTS).write_text("\n".join(dependencies) + "\n", encoding="utf-8")
    (folder / CONSTRAINTS).write_text(constraints + "\n", encoding="utf-8")
    if preferred:
        (folder / PREFERRED).write_text(preferred + "\n", encoding="utf-8")


def _kill(child: subprocess.Popen[str]) -> None:
    """End the child and what it started; uv's own cache survives that at any moment."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "nt":
            child.kill()
        elif child.returncode is None:
            os.killpg(child.pid, signal.SIGKILL)


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / "Scripts" / "python.exe" if os.name == "nt" else environment / "bin" / "python"


def find_uv() -> str:
    """The path of the uv that was installed with adrtool, else of one on PATH; raises EvidenceError without either."""
    import shutil

    with contextlib.suppress(ImportError, FileNotFoundError):
        from uv import find_uv_bin

        return str(find_uv_bin())
    if found := shutil.which("uv"):
        return found
    raise EvidenceError("uv, which builds environments, is not here; `python -m pip install uv` brings it")


def plain_words(words: str) -> str:
    """Put uv's words for a reader and a ledger: a few lines, no host, no credentials, no home folder."""
    lines = [line for line in map(_bare, mask(words).splitlines()) if line]
    if len(lines) > SHOWN_LINES:
        lines = [*lines[: SHOWN_LINES - 1], lines[-1]]
    return "\n".join(line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + " ..." for line in lines)


def _bare(line: str) -> str:
    """A line of uv's without its drawing and its labels; empty for chatter."""
    line = re.sub(r"\x1b\[[0-9;]*m", "", line).strip(" \t×╰─▶│├·")
    if line.lower().startswith(("warning:", "using ", "resolved ", "updating ", "downloading ", "--- std")):
        return ""
    return re.sub(r"^(error|cause|caused by):\s*", "", line, flags=re.IGNORECASE)


def mask(text: str) -> str:
    """`text` without the hosts of its URLs, wherever they stand, their credentials and their queries."""
    hosts = set()

    def masked(match: re.Match[str]) -> str:
        with contextlib.suppress(ValueError):
            hosts.add(urlsplit(match[0]).hostname or "")
        scheme, _, rest = match[0].partition("://")
        _, slash, path = rest.partition("/")
        return f"{scheme}://***{slash}{path.partition('?')[0]}"

    text = re.sub(r"\b[a-z][a-z0-9+.-]*://(?!/)[^\s`'\"<>()]+", masked, text, flags=re.IGNORECASE)
    for host in sorted(hosts - {""}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w)", "***", text, flags=re.IGNORECASE)
    return home_as_tilde(text)


def home_as_tilde(text: str) -> str:
    """`text` without the user's name: the home folder as a shell writes it."""
    home = str(Path.home())
    return text if home == os.sep else text.replace(home + os.sep, "~" + os.sep)

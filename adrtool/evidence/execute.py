"""Run one piece of evidence once, and tell how it ended."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from adrtool import process
from adrtool.evidence import inputs
from adrtool.evidence.needs import NeedKind
from adrtool.evidence.sandbox import NONE, OFF, Inside, Sandbox
from adrtool.evidence.script import Script
from adrtool.evidence.surroundings import CREDENTIALS, MEASURES, REPORT, environment, secret_names
from adrtool.evidence.testimony import Report, meaning, read_measures, read_report
from adrtool.evidence.view import DOCKER_SOCKET, view_for
from adrtool.evidence.watch import Watch, most_memory
from adrtool.evidence.working_copy import WorkingCopy
from adrtool.limits import DEFAULT, Limits
from adrtool.model import EvidenceRef
from adrtool.outcome import Ending, Measure

HARNESS = Path(__file__).parent.parent / "harness" / "adrtool_harness.py"
LIMITS = HARNESS.parent / "adrtool_limits.py"
STARTER = os.path.realpath(sys.executable)
_TAIL_LINES = 60
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
# What a log of GitHub's obeys, at the start of a line, wherever lines are broken.
_ORDERS = re.compile(r"(^|\s)(?:::(?=[A-Za-z-]+(?:\s[^\n]*)?::)|##\[)", re.MULTILINE)
# What programs say that miss the network; a refused connection may be one to its own loopback.
_OFFLINE = re.compile(
    r"(?i:name resolution|name or service not known|network is unreachable|could not resolve)"
    r"|\b(?:EAI_AGAIN|ENOTFOUND|ENETUNREACH)\b",
)
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Job:
    """All that one execution needs to know."""

    evidence: EvidenceRef
    script: Script
    evidence_folder: str
    python: Path | None  # the interpreter of its environment; None: adrtool's own
    debug: bool = False  # at the terminal, under pdb
    sandbox: Sandbox = NONE
    limits: Limits = DEFAULT
    instead: tuple[tuple[str, str], ...] = ()  # files that its copy is to hold otherwise: path and text
    control: bool = False  # the script's control command runs, and not the script

    @property
    def tests(self) -> str:
        """The pytest node below the file, `*` for all its tests, or nothing for a plain script."""
        return self.evidence.test or ("*" if self.script.only_defines_tests else "")

    @property
    def has_network(self) -> bool:
        """Whether it reaches more than its own loopback."""
        wants = {need.kind for need in self.script.needs}
        asks = self.script.network or not wants.isdisjoint((NeedKind.NETWORK, NeedKind.DOCKER))
        return asks or self.sandbox.program is None


@dataclass(frozen=True, slots=True)
class Execution:
    """How one execution ended, and what was learned on the way."""

    ending: Ending
    message: str = ""
    place: str = ""
    measures: tuple[Measure, ...] = ()
    tail: str = ""
    seconds: float = 0.0
    observed: tuple[str, ...] = ()
    unobserved: bool = False
    sandbox: str = OFF


def execute(job: Job, root: Path, copy: WorkingCopy | None, cancel: threading.Event | None = None) -> Execution:
    """Run `job` in `copy`, or in `root` itself where copying is out of the question.

    Nothing that it starts outlives the call, and nothing that it writes to its home or its temporary folder stays.
    """
    place = copy.root if copy is not None else root
    if not os.path.lexists(place / job.evidence.path):
        ignored = "git ignores it, so no clone has it; take it out of .gitignore"
        return Execution(Ending.ERRORED, ignored, job.evidence.path)
    scratch = Path(tempfile.mkdtemp(prefix="adrtool-"))
    try:
        nonce = secrets.token_hex(16)
        env = environment(job, place, scratch, nonce, _bounds(job))
        if copy is not None:
            for path, text in job.instead:
                copy.put(path, text)
        if job.debug:
            return _debug(command(job, place), place, env)
        ran = _run(job, root, copy, scratch, env, nonce, cancel)
        report = read_report(scratch / REPORT, nonce) if job.script.is_python else None
        measures = read_measures(scratch / MEASURES)
        observed = _observed(job, report, copy) if copy is not None else ()
    finally:
        _discard(scratch)
    hidden = _hidden(job)
    tidy = partial(clean, hidden=hidden, paths=(f"{place}/", f"{scratch}/", str(place), str(scratch)))
    tail = tidy(_last_lines(ran))
    last_line = tail.strip().rsplit("\n", 1)[-1]
    ending, message, where = meaning(ran, report, measures, last_line, python=job.script.is_python)
    if ending in (Ending.ERRORED, Ending.SKIPPED) and not job.has_network and _OFFLINE.search(f"{message}\n{tail}"):
        message += "; in the sandbox there is no network: `network = true` in its block lets it out"
    return Execution(
        ending=ending,
        message=tidy(message),
        place=tidy(where),
        measures=tuple(replace(each, name=tidy(each.name), unit=tidy(each.unit)) for each in measures.found),
        tail=tail,
        seconds=ran.seconds,
        observed=tuple(name for name in observed if not any(len(each) > 3 and each in name for each in hidden)),
        unobserved=copy is None and job.script.inputs is None,
        sandbox=job.sandbox.level,
    )


def _run(
    job: Job,
    root: Path,
    copy: WorkingCopy | None,
    scratch: Path,
    env: dict[str, str],
    nonce: str,
    cancel: threading.Event | None,
) -> process.Ran:
    """Run the job's command, inside its sandbox if it has one, and within its limits."""
    place = copy.root if copy is not None else root
    run = partial(
        process.run,
        cwd=place,
        env=env,
        timeout=job.script.timeout,
        marker=nonce,
        cancel=cancel,
        watch=Watch(job.limits, scratch),
    )
    with ExitStack() as stack:
        argv, descriptors, refused = command(job, place), [], None
        if not job.script.is_python:  # what bounds itself is Python
            refused = stack.enter_context(tempfile.TemporaryFile())
            descriptors.append(refused.fileno())
            argv = [STARTER, "-I", "-S", str(LIMITS), str(refused.fileno()), json.dumps(_bounds(job)), *argv]
        if job.sandbox.program is None:
            ran = run(argv, pass_fds=descriptors)
        else:
            inside = stack.enter_context(closing(_inside(job, argv, root, copy, scratch, env)))
            ran = inside.told(run(inside.argv, pass_fds=[*descriptors, *inside.descriptors]))
        if refused is not None:
            refused.seek(0)
            if reason := refused.read(200).decode():
                ran = replace(ran, exit=process.NotStarted(_mend(reason, job.script)))
        return ran


def _inside(
    job: Job, argv: list[str], root: Path, copy: WorkingCopy | None, scratch: Path, env: dict[str, str]
) -> Inside:
    """The command inside the job's sandbox, with all that it is promised to see."""
    network = job.has_network
    view = view_for(job, root, copy, scratch, env, network=network)
    if any(need.kind is NeedKind.DOCKER for need in job.script.needs):
        view.show_socket(DOCKER_SOCKET)
    place, memory = copy.root if copy is not None else root, most_memory(job.limits)
    return Inside(job.sandbox, argv, view, cwd=place, network=network, memory=memory)


def _bounds(job: Job) -> dict[str, int]:
    """What the system itself keeps to for each process."""
    return {} if job.limits.file_size is None else {"file_size": job.limits.file_size}


def command(job: Job, place: Path) -> list[str]:
    """The command line that runs `job` below `place`."""
    script = str(place / job.evidence.path)
    if job.control:
        first, *words = job.script.control
        return [str((place / first.lstrip("/")) if "/" in first else first), *words]
    if job.script.is_python:
        return [str(job.python or sys.executable), str(HARNESS)]
    return [script]


def by_hand(job: Job) -> str:
    """A command that repeats the execution by hand, from the repository's root."""
    import shlex

    if not job.script.is_python:
        return shlex.quote(f"./{job.evidence.path}")
    python = shlex.quote(str(job.python or sys.executable))
    prefix = f"PYTHONPATH={shlex.quote(str(HARNESS.parent))} {python}"
    tests = job.tests
    if not tests:
        return f"{prefix} {shlex.quote(job.evidence.path)}"
    node = job.evidence.path + ("" if tests == "*" else f"::{tests}")
    return f"{prefix} -m pytest -p no:adrtool {shlex.quote(node)}"


def clean(text: str, hidden: Iterable[str] = (), paths: Iterable[str] = ()) -> str:
    """`text` fit for a terminal and a ledger: no escapes, no invisible characters, no secrets, no scratch paths."""
    text = _INVISIBLE.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    for secret in hidden:
        text = text.replace(secret, "***") if len(secret) > 3 else text
    for path in paths:
        text = text.replace(path, "" if path.endswith("/") else ".")
    return _ORDERS.sub(r"\1***", CREDENTIALS.sub("://***@", text))


def _hidden(job: Job) -> list[str]:
    """What is never told: the secrets that it was given, and the lines of those with several."""
    secrets_given = [os.environ.get(name, "") for name in secret_names(job)]
    lines = [line for secret in secrets_given for line in secret.splitlines() if len(line) > 7]
    return [each for each in (*secrets_given, *lines) if each]


def _mend(reason: str, script: Script) -> str:
    """Why the system refused to start an executable, in words that help."""
    first = script.text.partition("\n")[0]
    if not first.startswith("#!"):
        return f"{reason}; begin it with #! and its interpreter, as in #!/bin/sh"
    if first.endswith("\r"):
        return f"{reason}; its lines end like those of Windows, give it plain line ends (LF)"
    return f"{reason}; its first line asks for {first.removeprefix('#!').strip()}: install that, or mend the line"


def _last_lines(ran: process.Ran) -> str:
    lines = ran.tail.decode("utf-8", "replace").splitlines()
    cut = len(lines) > _TAIL_LINES or ran.dropped > 0
    # Where output was cut within a line, what is left of that line may be the end of a secret.
    whole = lines[1:] if ran.dropped > 0 and len(lines) > 1 else lines
    return "\n".join((["…"] if cut else []) + whole[-_TAIL_LINES:])


def _observed(job: Job, report: Report | None, copy: WorkingCopy) -> tuple[str, ...]:
    """What it read in its copy. Python and pytest list the evidence folder whatever the script does."""
    script = PurePosixPath(job.evidence.path)
    by_machinery = {str(folder) for folder in script.parents if folder.is_relative_to(job.evidence_folder)}
    return inputs.observed(
        copy,
        job.evidence.path,
        report or Report(Ending.ERRORED),
        unlisted=by_machinery if job.script.is_python else (),
    )


def _debug(argv: list[str], place: Path, env: dict[str, str]) -> Execution:
    """Run at the user's terminal; whatever it says there, it is no outcome."""
    import subprocess

    code = subprocess.call(argv, cwd=place, env=env | {"TERM": os.environ.get("TERM", "")})
    return Execution(Ending.ERRORED, f"run under pdb (exit {code}); not recorded")


def _discard(scratch: Path) -> None:
    for folder, _, _ in os.walk(scratch):
        try:
            os.chmod(folder, 0o700)
        except OSError:
            continue
    shutil.rmtree(scratch, ignore_errors=True)

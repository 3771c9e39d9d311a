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
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from adrtool import process
from adrtool.evidence import inputs
from adrtool.evidence.script import Script
from adrtool.evidence.testimony import Report, meaning, read_measures, read_report
from adrtool.evidence.working_copy import WorkingCopy
from adrtool.model import EvidenceRef
from adrtool.outcome import Ending, Measure

HARNESS = Path(__file__).parent.parent / "harness" / "adrtool_harness.py"
_TAIL_LINES = 60
_PASSED_ON = frozenset(
    ("PATH", "LANG", "LANGUAGE", "TZ", "TERM", "USER", "LOGNAME", "SHELL", "JAVA_HOME", "LD_LIBRARY_PATH")
)
_PASSED_ON_PREFIXES = ("LC_", "SSL_CERT_", "PIP_", "UV_", "npm_config_", "NPM_CONFIG_", "CUDA_")
_PASSED_ON_SUFFIXES = ("_proxy", "_PROXY", "_CA_BUNDLE", "_CA_CERTS")
_CREDENTIALS = re.compile(r"://[^/\s@]+@")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Job:
    """All that one execution needs to know."""

    evidence: EvidenceRef
    script: Script
    evidence_folder: str
    python: Path | None  # the interpreter of its environment; None: adrtool's own
    debug: bool = False  # at the terminal, under pdb


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
        env = _environment(job, place, scratch, nonce)
        argv = command(job, place)
        if job.debug:
            return _debug(argv, place, env)
        ran = process.run(argv, cwd=place, env=env, timeout=job.script.timeout, marker=nonce, cancel=cancel)
        if isinstance(ran.exit, process.NotStarted) and not job.script.is_python:
            ran = replace(ran, exit=process.NotStarted(_mend(ran.exit.reason, job.script)))
        report = read_report(scratch / "report.json", nonce) if job.script.is_python else None
        measures = read_measures(scratch / "measures.jsonl")
        observed = _observed(job, report, copy) if copy is not None else ()
    finally:
        _discard(scratch)
    hidden = [os.environ.get(need.removeprefix("env:"), "") for need in _need_words(job) if need.startswith("env:")]
    tidy = partial(clean, hidden=hidden, paths=(f"{place}/", f"{scratch}/", str(place), str(scratch)))
    tail = tidy(_last_lines(ran))
    last_line = tail.strip().rsplit("\n", 1)[-1]
    ending, message, where = meaning(ran, report, measures, last_line, python=job.script.is_python)
    return Execution(
        ending=ending,
        message=tidy(message),
        place=tidy(where),
        measures=tuple(replace(each, name=tidy(each.name), unit=tidy(each.unit)) for each in measures.found),
        tail=tail,
        seconds=ran.seconds,
        observed=observed,
        unobserved=copy is None and job.script.inputs is None,
    )


def command(job: Job, place: Path) -> list[str]:
    """The command line that runs `job` below `place`."""
    script = str(place / job.evidence.path)
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
    tests = tests_of(job)
    if not tests:
        return f"{prefix} {shlex.quote(job.evidence.path)}"
    node = job.evidence.path + ("" if tests == "*" else f"::{tests}")
    return f"{prefix} -m pytest -p no:adrtool {shlex.quote(node)}"


def tests_of(job: Job) -> str:
    """The pytest node below the file, `*` for all its tests, or nothing for a plain script."""
    return job.evidence.test or ("*" if job.script.only_defines_tests else "")


def clean(text: str, hidden: Iterable[str] = (), paths: Iterable[str] = ()) -> str:
    """`text` fit for a terminal and a ledger: no escapes, no invisible characters, no secrets, no scratch paths."""
    text = _INVISIBLE.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    for secret in hidden:
        if len(secret) > 3:
            text = text.replace(secret, "***")
    for path in paths:
        text = text.replace(path, "" if path.endswith("/") else ".")
    return _CREDENTIALS.sub("://***@", text)


def _need_words(job: Job) -> tuple[str, ...]:
    return tuple(str(need) for need in job.script.needs)


def _environment(job: Job, place: Path, scratch: Path, nonce: str) -> dict[str, str]:
    """An allow-list of the caller's variables, and what evidence is promised: a home and a folder of its own."""
    env = {name: value for name, value in os.environ.items() if _is_passed_on(name, value)}
    for need in _need_words(job):
        if need.startswith("env:") and (name := need.removeprefix("env:")) in os.environ:
            env[name] = os.environ[name]
    for variable, file in (("PIP_CONFIG_FILE", ".config/pip/pip.conf"), ("npm_config_userconfig", ".npmrc")):
        if variable not in env and (Path.home() / file).is_file():
            env[variable] = str(Path.home() / file)
    for name in ("home", "tmp"):
        (scratch / name).mkdir()
    env |= {
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
        "ADRTOOL_MEASURES": str(scratch / "measures.jsonl"),
        # With those of the runs around it, so that whoever ends one of them ends this, too.
        "ADRTOOL_RUN": f"{os.environ.get('ADRTOOL_RUN', '')} {nonce}".strip(),
        "GIT_OPTIONAL_LOCKS": "0",
    }
    if job.script.is_python:
        python = job.python or Path(sys.executable)
        env["PATH"] = f"{python.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
        if job.python is not None:
            env["VIRTUAL_ENV"] = str(python.parent.parent)
        env["ADRTOOL_JOB"] = json.dumps(
            {
                "nonce": nonce,
                "report": str(scratch / "report.json"),
                "script": str(place / job.evidence.path),
                "tests": tests_of(job),
                "root": str(place),
                "evidence_folder": str(place / job.evidence_folder),
                "pdb": job.debug,
            }
        )
    return env


def _is_passed_on(name: str, value: str) -> bool:
    known = name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES) or name.endswith(_PASSED_ON_SUFFIXES)
    return known and not _CREDENTIALS.search(value)


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

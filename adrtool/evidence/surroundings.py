"""What evidence is given to run with: variables by an allow-list, folders of its own, settings without secrets."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adrtool.evidence.execute import Job

HOME, TEMPORARY, SHARED_TEMPORARY, SETTINGS = "home", "tmp", "shared-tmp", "settings"
MEASURES, REPORT = "measures.jsonl", "report.json"
_PASSED_ON = frozenset(
    ("PATH", "LANG", "LANGUAGE", "TZ", "TERM", "USER", "LOGNAME", "SHELL", "JAVA_HOME", "LD_LIBRARY_PATH")
)
_PASSED_ON_PREFIXES = ("LC_", "SSL_CERT_", "PIP_", "UV_", "npm_config_", "NPM_CONFIG_", "CUDA_")
_PASSED_ON_SUFFIXES = ("_proxy", "_PROXY", "_CA_BUNDLE", "_CA_CERTS")
CREDENTIALS = re.compile(r"://[^/\s@]+@")
_SECRET_NAME = re.compile(r"token|passw|secret|_auth|credential|username|client_cert", re.IGNORECASE)
_SECRET_LINE = re.compile(r"(?im)^[^=\n]*(?:token|passw|secret|_auth|username|client-cert|keyfile).*$")
# Settings of package managers below the user's home, which evidence has no other way to.
_USER_SETTINGS = (("PIP_CONFIG_FILE", ".config/pip/pip.conf"), ("npm_config_userconfig", ".npmrc"))


def environment(job: Job, place: Path, scratch: Path, nonce: str, limits: Mapping[str, int]) -> dict[str, str]:
    """The variables for `job` below `place`, and in `scratch` the folders that they name."""
    env = {name: value for name, value in os.environ.items() if _is_passed_on(name, value)}
    if job.sandbox.program is not None:  # a cache in a home is out of reach
        env = {name: value for name, value in env.items() if "cache" not in name.lower()}
    env |= {name: os.environ[name] for name in secret_names(job) if name in os.environ}
    for name in (HOME, TEMPORARY, SHARED_TEMPORARY, SETTINGS):
        (scratch / name).mkdir()
    for variable, file in _USER_SETTINGS:
        source = Path(env.get(variable) or _user_home() / file)
        if source.is_file():
            env[variable] = str(_without_secrets(source, scratch / SETTINGS / file.rpartition("/")[2]))
    env |= {
        "HOME": str(scratch / HOME),
        "TMPDIR": str(scratch / TEMPORARY),
        "ADRTOOL_MEASURES": str(scratch / MEASURES),
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
                "report": str(scratch / REPORT),
                "script": str(place / job.evidence.path),
                "tests": job.tests,
                "root": str(place),
                "evidence_folder": str(place / job.evidence_folder),
                "pdb": job.debug,
                "limits": limits,
            }
        )
    return env


def secret_names(job: Job) -> list[str]:
    """The variables that evidence names in its needs, and so is given."""
    words = map(str, job.script.needs)
    return [word.removeprefix("env:") for word in words if word.startswith("env:")]


def _is_passed_on(name: str, value: str) -> bool:
    known = name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES) or name.endswith(_PASSED_ON_SUFFIXES)
    return known and not _SECRET_NAME.search(name) and not CREDENTIALS.search(value)


def _user_home() -> Path:
    return Path(os.environ.get("HOME") or os.path.expanduser("~"))


def _without_secrets(source: Path, target: Path) -> Path:
    """A copy of a package manager's settings that says where packages are, and not with which password."""
    try:
        text = source.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return source
    target.write_text(CREDENTIALS.sub("://", _SECRET_LINE.sub("", text)), encoding="utf-8")
    return target

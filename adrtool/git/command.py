"""Run git in one repository, without a prompt, a lock or a language of its own.

Plumbing that a mere `status` needs is called directly, for it has milliseconds; the rest (log, branches, fetch, push)
goes through GitPython, whose import alone costs a hundred.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import LedgerError

# A hook runs with variables that name its own repository and index; what we open is named by a path.
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE")
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GCM_INTERACTIVE": "never", "LC_ALL": "C"}
_IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "adrtool"), ("EMAIL", "adrtool@localhost"))
}
# By default git does not sync loose objects: after a power cut a ref could name an empty file.
_DURABLE = ("-c", "core.fsync=committed")
_CREDENTIALS = re.compile(r"(?<=://)[^@/\s]+(?=@)")


@dataclass(frozen=True, slots=True)
class Git:
    """The git command, bound to one repository."""

    git_dir: Path
    root: Path | None  # of the working tree

    def ask(self, *words: str, feed: bytes = b"", writes: bool = False) -> subprocess.CompletedProcess[bytes]:
        """Run a command whose exit code is part of the answer."""
        # Named outright, git looks for no repository: not even where it distrusts bare ones.
        return call(self.root or self.git_dir, words, {"GIT_DIR": str(self.git_dir)}, feed=feed, writes=writes)

    def run(self, *words: str, feed: bytes = b"", writes: bool = False) -> bytes:
        """The output of a command; raises LedgerError in git's own words."""
        done = self.ask(*words, feed=feed, writes=writes)
        if done.returncode:
            raise failure(words[0], done.stderr)
        return done.stdout

    def porcelain(self, *words: str) -> str:
        """The output of a command through GitPython; raises LedgerError in git's own words."""
        import git

        # GitPython hands on what a hook has set, so each variable is set to what is true here.
        place = {"GIT_DIR": self.git_dir, "GIT_INDEX_FILE": self.git_dir / "index", "GIT_WORK_TREE": self.root}
        status, output, errors = git.Git(self.root or self.git_dir).execute(
            ["git", *words],
            env={**_QUIET, **{name: str(path) for name, path in place.items() if path is not None}},
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            start_new_session=True,  # without a terminal ssh cannot ask for a password
        )
        if status:
            raise failure(words[0], output + b"\n" + errors.encode())
        return output.decode("utf-8", "surrogateescape")


def call(
    folder: Path,
    words: tuple[str, ...],
    place: dict[str, str] | None = None,
    *,
    feed: bytes = b"",
    writes: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; `writes` makes what it stores durable, under adrtool's own identity."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    environment = {**kept, **_QUIET, **(place or {}), **(_IDENTITY if writes else {})}
    command = ["git", *(_DURABLE if writes else ()), *words]
    return subprocess.run(command, cwd=folder, input=feed, capture_output=True, env=environment, check=False)


def failure(command: str, stderr: bytes) -> LedgerError:
    """What git said, in one line and without passwords."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal", "error", "remote", "!"))] or lines[-1:]
    words = _CREDENTIALS.sub("***", "; ".join(telling)).replace("\t", " ") or "no reason given"
    return LedgerError(f"git {command} failed: {words}")

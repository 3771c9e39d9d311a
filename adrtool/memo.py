"""An answer of `status` or `history`, kept with the state of all that it rests on, and given again while none changed.

It lies in the git directory, is thrown away at any doubt, and is read before anything heavy is imported.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
import zlib

from adrtool import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    State = tuple[int, int, int, int] | None

_FORMAT = 1
# A file that changed this recently may change again without its times showing it.
_RACY_NS = 2_000_000_000

_GIT_MOVES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES")


class Answer:
    """What a command printed, and how it ended."""

    __slots__ = ("code", "err", "out")

    # Written out by hand: `dataclasses` takes longer to import than everything here takes to run.
    def __init__(self, out: str, err: str, code: int) -> None:
        self.out = out
        self.err = err
        self.code = code


class Reads:
    """Notes which files this process opens and which folders it lists, from now on."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        sys.addaudithook(self._note)

    def _note(self, event: str, args: tuple[object, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir") and args and isinstance(args[0], str):
            self.paths.add(os.path.abspath(args[0]))

    def below(self, root: str) -> set[str]:
        """What was read below `root`, and the folders above it: a new file shows in its folder."""
        inside = {path for path in self.paths if path == root or path.startswith(root + os.sep)}
        found = set(inside) | {root}
        for path in inside:
            folder = path
            while len(folder) > len(root):
                folder = os.path.dirname(folder)
                found.add(folder)
        return found


def recall(words: Sequence[str]) -> Answer | None:
    """The answer to these words of the command line, where it was given before and nothing has changed since."""
    git_dir = _git_dir(os.getcwd())
    if git_dir is None:
        return None
    try:
        with open(_file(git_dir, words), "rb") as file:
            fmt, key, until, paths, states, out, err, code = marshal.load(file)  # noqa: S302 - the git directory is the user's own
        fresh = fmt == _FORMAT and key == _key(words) and time.time() < until
        return Answer(out, err, code) if fresh and _states(paths) == states else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def remember(words: Sequence[str], git_dir: str, paths: Iterable[str], until: float, answer: Answer) -> None:
    """Keep an answer that rests on `paths` and is good until `until` (seconds since 1970); failing to is no loss."""
    ordered = sorted(paths)
    states = _states(ordered)
    now = time.time_ns()
    if any(state is not None and now - max(state[2], state[3]) < _RACY_NS for state in states):
        return
    fields: Any = (_FORMAT, _key(words), until, tuple(ordered), states, answer.out, answer.err, answer.code)
    target = _file(git_dir, words)
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(f"{target}.{os.getpid()}", "wb") as file:
            marshal.dump(fields, file)
        os.replace(f"{target}.{os.getpid()}", target)
    except OSError:
        return


def git_files(git_dir: str, common_dir: str) -> set[str]:
    """The files of git that tell where HEAD, the branches and the ledger stand."""
    names = ("config", "packed-refs", "shallow", "refs/notes/adrtool", "refs/adrtool", "reftable/tables.list")
    found = {os.path.join(common_dir, name) for name in (*names, "adrtool/waiting")}
    head = os.path.join(git_dir, "HEAD")
    try:
        with open(head, encoding="utf-8") as file:
            word, _, ref = file.read().strip().partition(" ")
    except OSError:
        word, ref = "", ""
    return found | {head} | ({os.path.join(common_dir, ref)} if word == "ref:" else set())


def _git_dir(folder: str) -> str | None:
    """The git directory of the working tree around `folder`, by the plain rules; None sends everybody the long way."""
    if any(name in os.environ for name in _GIT_MOVES):
        return None
    while True:
        git = os.path.join(folder, ".git")
        if os.path.isdir(git):
            return git
        if os.path.isfile(git):
            with open(git, encoding="utf-8") as file:
                line = file.read().strip()
            return os.path.join(folder, line.removeprefix("gitdir: ")) if line.startswith("gitdir: ") else None
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _file(git_dir: str, words: Sequence[str]) -> str:
    return os.path.join(git_dir, "adrtool", "answers", f"{zlib.crc32(repr(_key(words)).encode()):08x}")


def _key(words: Sequence[str]) -> tuple[object, ...]:
    terminal = tuple(os.get_terminal_size(stream.fileno()) if stream.isatty() else None for stream in (sys.stdout,))
    names = sorted(name for name in os.environ if name.startswith("ADRTOOL_") or name == "NO_COLOR")
    environment = tuple((name, os.environ[name]) for name in names)
    sizes = tuple(tuple(size) if size is not None else None for size in terminal)
    encoding = sys.stdout.encoding  # what it lacks was left out of the answer
    return (__version__, sys.version_info[:3], os.getcwd(), tuple(words), sizes, environment, encoding)


def _states(paths: Iterable[str]) -> tuple[State, ...]:
    return tuple(map(_state, paths))


def _state(path: str) -> State:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns

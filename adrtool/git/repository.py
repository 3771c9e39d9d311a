"""One repository: where it is, what HEAD reaches, what its refs name, which remotes it has."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import LedgerError
from adrtool.git.command import Git, call, failure
from adrtool.git.log import FileFacts, log_facts
from adrtool.git.objects import Objects
from adrtool.git.versions import Version, log_versions

NOTES_REF = "refs/notes/adrtool"

# A glob that can match one ref only: printed where it exists, silent where it does not.
_NOTES_GLOB = f"--glob={NOTES_REF[:-1]}[{NOTES_REF[-1]}]"
_FACTS = (
    "--revs-only --is-bare-repository --is-shallow-repository --is-inside-work-tree --absolute-git-dir "
    f"--git-common-dir --show-object-format --show-cdup {_NOTES_GLOB} --is-bare-repository HEAD"
).split()


@dataclass(frozen=True)
class Repository:
    """A git repository, with the facts that every command asks, as they were when it was opened."""

    root: Path | None  # of the working tree; None where there is none
    git_dir: Path
    common_dir: Path  # what linked worktrees share
    head: str | None  # None before the first commit
    notes: str | None  # where `NOTES_REF` stood
    bare: bool
    shallow: bool
    oid_length: int  # hex digits: 40 or 64
    opened: float  # when these facts were asked, in seconds since 1970

    @classmethod
    def discover(cls, path: Path) -> Repository | None:
        """The repository that `path` (a file or folder, it need not exist) lies in; None outside git.

        Raises LedgerError where there is one that git refuses to open, or where git is missing.
        """
        now = time.time()
        folder = next(place for place in (path.absolute(), *path.absolute().parents) if place.is_dir())
        try:
            done = call(folder, ("rev-parse", *_FACTS))
        except FileNotFoundError:
            if not any((place / ".git").exists() for place in (folder, *folder.parents)):
                return None
            raise LedgerError("git is not on PATH, and the ledger lives in git; install git") from None
        if done.returncode:
            if b"not a git repository (or any" in done.stderr:
                return None
            raise _refusal(folder, done.stderr)
        return cls._from_facts(folder, os.fsdecode(done.stdout).splitlines(), now)

    @classmethod
    def _from_facts(cls, folder: Path, lines: list[str], now: float) -> Repository:
        bare, shallow, inside, git_dir, common, object_format, *rest = lines
        root = Path(os.path.normpath(folder.resolve() / rest.pop(0))) if inside == "true" else None
        split = rest.index(bare)  # --is-bare-repository is asked twice: it parts two ids that may both be missing
        notes, head = rest[:split], rest[split + 1 :]
        return cls(
            root=root,
            git_dir=Path(git_dir),
            common_dir=Path(os.path.normpath(folder / common)),
            head=head[0] if head else None,
            notes=notes[0] if notes else None,
            bare=bare == "true",
            shallow=shallow == "true",
            oid_length=64 if object_format == "sha256" else 40,
            opened=now,
        )

    @property
    def _git(self) -> Git:
        return Git(self.git_dir, self.root)

    @property
    def objects(self) -> Objects:
        """Its trees, blobs and commits."""
        return Objects(self._git, self.oid_length)

    # -- refs and history ------------------------------------------------------------------------------------------

    def resolve(self, name: str) -> str | None:
        """The object id that a ref or revision names now; None where it names nothing."""
        done = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return done.stdout.decode().strip() or None if done.returncode == 0 else None

    def ref(self, name: str) -> str | None:
        """The object id that a ref named in full, shared by all worktrees, stands at; None where there is none.

        A ref with a file of its own is read there, for to start git takes milliseconds; git knows all others.
        """
        try:
            found = (self.common_dir / name).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            found = ""
        return found if self.objects.is_oid(found) else self.resolve(name)

    def ancestors(self, commits: Iterable[str]) -> frozenset[str]:
        """Those of `commits` that HEAD reaches, itself included; of what a shallow clone lacks nothing is known."""
        present = self._commits(commits)
        if self.head is None or not present:
            return frozenset()
        return present - self._reached_without((f"^{self.head}",), present)

    def is_ancestor(self, commit: str) -> bool:
        """Whether HEAD reaches `commit`."""
        return commit in self.ancestors((commit,))

    def unreachable(self, commits: Iterable[str]) -> frozenset[str]:
        """Those of `commits` that are here but that no branch, tag, remote branch or HEAD reaches."""
        present = self._commits(commits)
        tips = ("--branches", "--tags", "--remotes", *(() if self.head is None else (self.head,)))
        return present & self._reached_without(("--not", *tips), present) if present else present

    def _commits(self, oids: Iterable[str]) -> frozenset[str]:
        return frozenset(oid for oid, kind in self.objects.kinds(oids).items() if kind == "commit")

    def _reached_without(self, exclude: Sequence[str], commits: frozenset[str]) -> frozenset[str]:
        answer = self._git.run("rev-list", "--stdin", *exclude, feed="\n".join(sorted(commits)).encode())
        return frozenset(answer.decode().split())

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether `commit` is `ancestor` or comes after it; False where one of them is not here."""
        return commit == ancestor or self._git.ask("merge-base", "--is-ancestor", ancestor, commit).returncode == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """A best common ancestor of two commits; None for unrelated histories."""
        done = self._git.ask("merge-base", one, other)
        return done.stdout.decode().split()[0] if done.returncode == 0 else None

    def first_commit(self) -> str | None:
        """The oldest commit without a parent that HEAD reaches: the same in every whole clone."""
        done = self._git.ask("rev-list", "--max-parents=0", "HEAD")
        return next(reversed(done.stdout.decode().split()), None) if done.returncode == 0 else None

    def is_dirty(self) -> bool:
        """Whether a tracked file of the working tree differs from HEAD."""
        return self.root is not None and self._git.ask("diff-index", "--quiet", "HEAD", "--").returncode == 1

    def move_ref(self, ref: str, new: str, old: str | None, message: str) -> bool:
        """Move `ref` from `old` (None: it must not exist) to `new`; False where somebody was faster or holds its lock.

        Raises LedgerError where the ref cannot be written at all.
        """
        none = "0" * self.oid_length
        done = self._git.ask("update-ref", "-m", message, ref, new, old or none, writes=True)
        if done.returncode and self.resolve(ref) == old and b"File exists" not in done.stderr:
            raise failure("update-ref", done.stderr)
        return done.returncode == 0

    # -- the working tree, its log and its remotes -----------------------------------------------------------------

    def tracked_and_untracked_files(self) -> tuple[str, ...]:
        """Tracked and untracked files below the root, ignored ones left out; empty in a bare repository."""
        if self.root is None:
            return ()
        done = self._git.ask("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        if done.returncode:
            raise failure("ls-files", done.stderr)
        return tuple(dict.fromkeys(os.fsdecode(done.stdout).split("\0")[:-1]))

    @property
    def is_edited(self) -> bool:
        """Whether tracked or new files differ from what HEAD has."""
        return bool(self._git.run("status", "--porcelain", "--untracked-files=normal").strip())

    def rename_in_index(self, names: Mapping[str, str]) -> None:
        """Give tracked files other names in the index, as `git mv` does; what is not tracked is passed over."""
        listed = self._git.run("ls-files", "-z", "--stage", "--", *(f":(literal,top){name}" for name in names))
        lines = []
        for row in filter(None, os.fsdecode(listed).split("\0")):
            facts, name = row.split("\t", 1)
            if name in names:
                lines += [f"0 {'0' * self.oid_length}\t{name}", f"{facts}\t{names[name]}"]
        if lines:
            feed = "".join(f"{line}\0" for line in lines)
            self._git.run("update-index", "-z", "--index-info", feed=os.fsencode(feed))

    def remotes(self) -> tuple[str, ...]:
        """The names of the remotes, `origin` first."""
        names = self._git.run("remote").decode().split()
        return tuple(sorted(names, key=lambda name: (name != "origin", name)))

    def branches(self) -> tuple[str, ...]:
        """The names of the local branches."""
        return tuple(self._git.porcelain("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split())

    def branches_without(self, commit: str, most: int) -> tuple[str, ...]:
        """Local and remote branches that do not hold `commit`, those with the newest commits first, at most so many."""
        words = (f"--no-contains={commit}", "--sort=-committerdate", "--format=%(refname) %(symref)")
        listed = self._git.run("for-each-ref", *words, "refs/heads", "refs/remotes").decode("utf-8", "replace")
        plain = (line.partition(" ") for line in listed.splitlines())
        return tuple(name for name, _, symref in plain if not symref)[:most]

    def branch(self) -> str | None:
        """The branch that HEAD is on; None where it is detached."""
        done = self._git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
        return done.stdout.decode().strip() or None if done.returncode == 0 else None

    def log_facts(self, folder: str) -> dict[str, FileFacts]:
        """What one `git log` says of each file below `folder` (from the root), followed through renames."""
        return {} if self.head is None else log_facts(self._git, folder)

    def log_versions(self, folders: Sequence[str]) -> dict[str, tuple[Version, ...]]:
        """What one `git log` says that each file below `folders` (from the root) held, newest first."""
        return {} if self.head is None else log_versions(self._git, folders)

    def touched(self, folders: Sequence[str]) -> frozenset[str]:
        """The tracked files below `folders` (from the root) that differ from HEAD in the working tree."""
        places = (f":(top,literal){folder}" if folder != "." else ":(top)" for folder in folders)
        listed = self._git.run("diff-index", "-z", "--name-only", "HEAD", "--", *places)
        return frozenset(os.fsdecode(listed).split("\0")[:-1])

    def fetch(self, remote: str, ref: str, into: str) -> bool:
        """Fetch `ref` of a remote to the ref `into`; False where the remote has no such ref."""
        words = ("--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")
        self._require(remote)
        try:
            self._git.porcelain("fetch", *words, "--", remote, f"+{ref}:{into}")
        except LedgerError:
            if self._git.porcelain("ls-remote", "--", remote, ref):
                raise
            return False
        return True

    def push(self, remote: str, oid: str, ref: str) -> bool:
        """Push `oid` to `ref` of a remote, never by force; False where the remote moved on in the meantime."""
        words = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no")
        self._require(remote)
        try:
            self._git.porcelain("push", *words, "--", remote, f"{oid}:{ref}")
        except LedgerError as error:
            if not any(
                word in error.message
                for word in ("[rejected]", "cannot lock ref", "failed to update ref", "incorrect old value")
            ):
                raise
            return False
        return True

    def _require(self, remote: str) -> None:
        if remote not in self.remotes():
            raise LedgerError(f"there is no remote `{remote}`; `git remote add {remote} URL` makes one")


def _refusal(folder: Path, stderr: bytes) -> LedgerError:
    words = os.fsdecode(stderr)
    if "dubious ownership" not in words:
        return failure("rev-parse", stderr)
    mend = next((line.strip() for line in words.splitlines() if "safe.directory" in line), "")
    return LedgerError(f"git refuses {folder}, which belongs to another user; if you trust it: {mend}")

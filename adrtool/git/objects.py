"""Objects of a repository, read and written by plumbing: trees, blobs and commits, whatever their hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adrtool.errors import LedgerError
from adrtool.git.command import Git


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One entry of a git tree."""

    mode: str
    type: str
    oid: str


@dataclass(frozen=True, slots=True)
class Objects:
    """The object database of one repository."""

    git: Git
    oid_length: int  # hex digits: 40 or 64

    def is_oid(self, text: str) -> bool:
        """Whether `text` is spelt like an object id of this repository."""
        return len(text) == self.oid_length and not set(text) - set("0123456789abcdef")

    def kinds(self, oids: Iterable[str]) -> dict[str, str]:
        """What each object is: `commit`, `blob`, ... or `missing`, as some are in a shallow clone."""
        wanted = [oid for oid in oids if self.is_oid(oid)]
        if not wanted:
            return {}
        answer = self.git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", feed="\n".join(wanted).encode())
        return dict(_pair(line) for line in answer.decode().splitlines())

    def tree(self, oid: str) -> dict[str, TreeEntry]:
        """The entries of one tree (or commit) by name."""
        return dict(_tree(self.git, oid))

    def walk(self, oid: str) -> dict[str, str]:
        """The id of every blob below a tree (or commit), by its path."""
        entries = ((path, TreeEntry(*head.split())) for head, path in _tabbed(self.git.run("ls-tree", "-r", "-z", oid)))
        return {path: entry.oid for path, entry in entries if entry.type == "blob"}

    def changed_blobs(self, before: str, after: str) -> dict[str, str | None]:
        """What differs between two trees (or commits): path to id, None where it is gone."""
        words = iter(self.git.run("diff-tree", "-r", "-z", "--no-renames", before, after).decode().split("\0")[:-1])
        changes = ((path, head.split()) for head, path in zip(words, words, strict=True))
        return {path: None if status == "D" else oid for path, (_, _, _, oid, status) in changes}

    def sizes(self, oids: Sequence[str]) -> dict[str, int]:
        """The size in bytes of each object that is here."""
        answer = self.git.run("cat-file", "--batch-check=%(objectname) %(objectsize)", feed="\n".join(oids).encode())
        pairs = (_pair(line) for line in answer.decode().splitlines())
        return {oid: int(size) for oid, size in pairs if size != "missing"}

    def blobs(self, oids: Sequence[str]) -> Iterator[bytes]:
        """The content of each blob, in the order asked; raises LedgerError where one is missing or damaged."""
        if not oids:
            return
        answer, at = self.git.run("cat-file", "--batch", feed="\n".join(oids).encode()), 0
        for oid in oids:
            line_end = answer.index(b"\n", at)
            head = answer[at:line_end].split()
            if len(head) != 3 or head[1] != b"blob":
                raise LedgerError(f"object {oid[:12]} of the ledger is missing; try `git fsck`, or fetch it again")
            at = line_end + 1 + int(head[2])
            yield answer[line_end + 1 : at]
            at += 1

    def write_blobs(self, contents: Sequence[bytes]) -> list[str]:
        """Store each content as a blob; their ids in the same order."""
        if not contents:
            return []
        import tempfile

        with tempfile.TemporaryDirectory(prefix="adrtool-") as folder:
            paths = [Path(folder, str(number)) for number in range(len(contents))]
            try:
                for path, content in zip(paths, contents, strict=True):
                    path.write_bytes(content)
            except OSError as error:
                raise LedgerError(f"{folder}: {error.strerror}") from None
            feed = "".join(f"{path}\n" for path in paths).encode()
            answer = self.git.run("hash-object", "-w", "--no-filters", "--stdin-paths", feed=feed, writes=True)
        return answer.decode().split()

    def write_tree(self, entries: Mapping[str, TreeEntry]) -> str:
        """Store a tree; its id."""
        feed = "".join(f"{entry.mode} {entry.type} {entry.oid}\t{name}\0" for name, entry in entries.items())
        return (
            self.git.run("mktree", "--missing", "-z", feed=feed.encode("utf-8", "surrogateescape"), writes=True)
            .decode()
            .strip()
        )

    def write_commit(self, tree: str, parents: Sequence[str], message: str) -> str:
        """Store a commit under adrtool's own identity; its id."""
        flags = [word for parent in parents for word in ("-p", parent)]
        return self.git.run("commit-tree", tree, *flags, "-m", message, writes=True).decode().strip()


@lru_cache(maxsize=64)
def _tree(git: Git, oid: str) -> tuple[tuple[str, TreeEntry], ...]:
    """An id names one content for ever, and an append looks at each tree twice."""
    answer = git.run("ls-tree", "-z", oid)
    return tuple((name, TreeEntry(*head.split())) for head, name in _tabbed(answer))


def _pair(line: str) -> tuple[str, str]:
    first, _, second = line.partition(" ")
    return first, second


def _tabbed(answer: bytes) -> Iterator[tuple[str, str]]:
    for item in answer.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        head, _, name = item.partition("\t")
        yield head, name

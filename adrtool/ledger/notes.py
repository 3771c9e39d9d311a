"""The notes ref as a map from object to lines, changed by compare-and-swap only.

`git notes append` and `git notes merge` move the ref without looking whether it moved under them, and git's
`cat_sort_uniq` drops what follows a NUL in a note. So the trees are built here, by plumbing; git reads them all the
same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adrtool.errors import LedgerError
from adrtool.git import NOTES_REF, Repository, TreeEntry
from adrtool.ledger import lines as ledger_lines

# A note that outgrows this is continued in a note on itself: an append stays cheap however often one commit is run.
NOTE_LIMIT = 1 << 20

Step = Callable[[str | None], str | None]


@dataclass(frozen=True, slots=True)
class Notes:
    """`refs/notes/adrtool` of one repository."""

    repository: Repository
    patience_s: float = 20.0  # how long to try against others who move the ref

    def tip(self) -> str | None:
        """The commit that the ref names now."""
        return self.repository.ref(NOTES_REF)

    def listing(self, tip: str | None) -> dict[str, str]:
        """The blob of each note by its path in the notes' tree, which is the object's name cut by some slashes."""
        blobs = {} if tip is None else self.repository.objects.walk(tip)
        return {path: blob for path, blob in blobs.items() if self._is_note(path)}

    def changes(self, before: str, after: str) -> dict[str, str | None]:
        """What differs between two listings; None where a note is gone. Raises LedgerError where one is not here."""
        changed = self.repository.objects.changed_blobs(before, after)
        return {path: blob for path, blob in changed.items() if self._is_note(path)}

    def blobs(self, tip: str | None) -> dict[str, tuple[str, ...]]:
        """The blobs of each annotated object: one, unless some tool wrote a note at two fan-outs."""
        found: dict[str, tuple[str, ...]] = {}
        for path, blob in self.listing(tip).items():
            found[object_of(path)] = (*found.get(object_of(path), ()), blob)
        return found

    def lines(self, blobs: Sequence[str]) -> Iterator[list[bytes]]:
        """The lines of each blob, in the order asked."""
        at_once = 64  # bounds memory: a note has up to a megabyte
        for start in range(0, len(blobs), at_once):
            yield from map(ledger_lines.split, self.repository.objects.blobs(blobs[start : start + at_once]))

    def held(self, blobs: Mapping[str, tuple[str, ...]]) -> dict[str, list[bytes]]:
        """The lines of each annotated object."""
        lines = self.lines([blob for several in blobs.values() for blob in several])
        return {name: [line for _ in several for line in next(lines)] for name, several in blobs.items()}

    def _is_note(self, path: str) -> bool:
        return self.repository.objects.is_oid(object_of(path))

    def move(self, step: Step, message: str) -> str | None:
        """Move the ref from what it is to `step` of that, again until it took; returns where it stands.

        Raises LedgerError where the ref cannot be written, or others held it for all of `patience_s`.
        """
        deadline = time.monotonic() + self.patience_s
        while True:
            old = self.tip()
            new = step(old)
            if new is None or new == old or self.repository.move_ref(NOTES_REF, new, old, message):
                return new
            if time.monotonic() > deadline:
                lock = self.repository.common_dir / f"{NOTES_REF}.lock"
                raise LedgerError(f"{NOTES_REF} is held by another process; if none runs, remove {lock}")
            import random

            time.sleep(random.uniform(0.005, 0.05))

    def add(self, additions: Mapping[str, Sequence[bytes]], message: str) -> None:
        """Add lines to the notes of commits; those that are there already are left out."""

        def step(tip: str | None) -> str | None:
            notes: dict[str, list[bytes]] = {}
            for commit, added in additions.items():
                target, present = self._open_note(tip, commit)
                if not set(added) <= set(present):
                    # Notes that a rebase copied are continued in one and the same note.
                    notes.setdefault(target, present).extend(added)
            contents = {target: ledger_lines.join(lines) for target, lines in notes.items()}
            parents = () if tip is None else (tip,)
            return self.write(tip, contents, parents, message) if contents else tip

        self.move(step, message)

    def write(self, tip: str | None, contents: Mapping[str, bytes | None], parents: Sequence[str], message: str) -> str:
        """A commit whose tree is that of `tip` with some notes replaced, or removed (None); moves no ref."""
        written = [name for name, content in contents.items() if content is not None]
        oids = self.repository.objects.write_blobs([content for content in contents.values() if content is not None])
        changes: dict[str, str | None] = {**dict.fromkeys(contents), **dict(zip(written, oids, strict=True))}
        tree = self._edit(tip, changes, top=True) or self.repository.objects.write_tree({})
        return self.repository.objects.write_commit(tree, parents, message)

    def _edit(self, tree: str | None, changes: Mapping[str, str | None], *, top: bool = False) -> str | None:
        """Set or remove notes below one tree, whatever fan-out they have; None when nothing is left."""
        entries = {} if tree is None else self.repository.objects.tree(tree)
        deeper: dict[str, dict[str, str | None]] = {}
        for name, blob in changes.items():
            fan = entries.get(name[:2])
            if name not in entries and (top if fan is None else fan.type == "tree"):
                deeper.setdefault(name[:2], {})[name[2:]] = blob
            elif blob is None:
                entries.pop(name, None)
            else:
                entries[name] = TreeEntry("100644", "blob", blob)
        for name, inner in deeper.items():
            below = self._edit(entries[name].oid if name in entries else None, inner)
            if below is None:
                entries.pop(name, None)
            else:
                entries[name] = TreeEntry("040000", "tree", below)
        return self.repository.objects.write_tree(entries) if entries else None

    def _open_note(self, tip: str | None, commit: str) -> tuple[str, list[bytes]]:
        """Where lines for `commit` go, and what is there: its note, or the last one that continues it."""
        blob = self._find(tip, commit)
        if blob is None:
            return commit, []
        content = next(self.repository.objects.blobs([blob]))
        if len(content) < NOTE_LIMIT:
            return commit, ledger_lines.split(content)
        blobs = {name: several[0] for name, several in self.blobs(tip).items()}
        sizes = self.repository.objects.sizes(list(blobs.values()))
        target = blob
        while target in blobs and sizes[blobs[target]] >= NOTE_LIMIT:
            target = blobs[target]
        return target, next(self.lines([blobs[target]])) if target in blobs else []

    def _find(self, treeish: str | None, name: str) -> str | None:
        if treeish is None:
            return None
        entries = self.repository.objects.tree(treeish)
        if name in entries:
            return entries[name].oid
        fan = entries.get(name[:2])
        return self._find(fan.oid, name[2:]) if fan is not None and fan.type == "tree" else None


def object_of(path: str) -> str:
    """The object that a note is about, from its path in the notes' tree."""
    return path.replace("/", "")

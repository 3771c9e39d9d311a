"""The code of a change that would run with a piece of evidence: the script, and all that it brings along."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from adrtool.errors import EvidenceError
from adrtool.evidence import inputs
from adrtool.evidence.block import read_block
from adrtool.evidence.options import read_options
from adrtool.model import EvidenceRef
from adrtool.review.executable import comes_to_life
from adrtool.review.imports import Imports, shadows, words
from adrtool.review.sides import Side, Sides

_OURS = frozenset(("adrtool_evidence", "pytest"))


@dataclass
class Brought:
    """Asks of one change which of its code comes along."""

    sides: Sides
    _code: dict[EvidenceRef, tuple[str, ...]] = field(default_factory=dict)
    _named: dict[str, frozenset[str]] = field(default_factory=dict)

    def code(self, ref: EvidenceRef) -> tuple[str, ...]:
        """Files of the change that run with this evidence: itself, what it imports or starts, conftest, constraints."""
        if ref not in self._code:
            self._code[ref] = tuple(sorted(self._changed(ref, self._brought(ref))))
        return self._code[ref]

    def parts(self, ref: EvidenceRef) -> tuple[str, ...]:
        """Those of `code` that belong to the evidence, and not to what it is about."""
        home = self.sides.head.workspace.exhibits.home_of(ref)
        constraints = {path for side in self._both for path in self._constraints(side, ref)}
        own = {ref.path, *constraints}
        return tuple(path for path in self.code(ref) if path in own or path.startswith(f"{home}/"))

    def named(self, script: str) -> frozenset[str]:
        """Files of the change whose names stand in a script."""
        if script not in self._named:
            text = self.sides.head.text(script)
            found = (self._by_name.get(word, set()) for word in words(text)) if text is not None else ()
            self._named[script] = frozenset(set().union(*found) - {script})
        return self._named[script]

    def name_on(self, side: Side, path: str) -> str:
        """What a file of the head is called on a side."""
        change = self.sides.by_path.get(path)
        name = None if change is None else change.before if side is self.sides.base else change.after
        return name or path

    @property
    def _both(self) -> tuple[Side, Side]:
        return self.sides.base, self.sides.head

    def _brought(self, ref: EvidenceRef) -> set[str]:
        found = {ref.path}
        for side, imports in zip(self._both, self._imports, strict=True):
            path = self.name_on(side, ref.path)
            found |= imports.of(path)
            found.update(self._constraints(side, ref))
            home = self.sides.head.workspace.exhibits.home_of(ref)
            # Whether or not it is a test today: what pytest would load counts.
            found.update(inputs.conftests(side.workspace.root, path, posixpath.dirname(path) if home == "" else home))
            found.update(name for name in self._observed(side).get(path, ()) if comes_to_life(self.sides, name))
        found.update(name for name in self.named(ref.path) if comes_to_life(self.sides, name))
        home = posixpath.dirname(ref.path)
        found.update(path for path in self.sides.by_path if shadows(path, home, self._packages))
        return found

    def _changed(self, ref: EvidenceRef, paths: Iterable[str]) -> set[str]:
        """Those that differ; what moved along with the script, and is what it was, does not."""
        homes = [posixpath.dirname(self.name_on(side, ref.path)) or "." for side in self._both]
        found = set()
        for path in paths:
            change = self.sides.by_path.get(path)
            if change is None:
                continue
            if change.is_rename and change.keeps_content and change.before and change.after:
                old, new = posixpath.relpath(change.before, homes[0]), posixpath.relpath(change.after, homes[1])
                if old == new:
                    continue
            found.add(change.path)
        return found

    @cached_property
    def _imports(self) -> tuple[Imports, Imports]:
        return Imports(self.sides.base.text), Imports(self.sides.head.text)

    def _observed(self, side: Side) -> dict[str, set[str]]:
        """What each script was seen to read."""
        return self._seen[side is self.sides.head]

    @cached_property
    def _seen(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        found: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
        for side, rows in zip(self._both, found, strict=True):
            for judgement in side.judgements.values():
                if judgement.claim.evidence is not None and judgement.newest is not None:
                    rows.setdefault(judgement.claim.evidence.path, set()).update(judgement.newest.observed)
        return found

    @cached_property
    def _packages(self) -> frozenset[str]:
        """What evidence was seen to have installed: a file of that name beside a script would take its place."""
        newest = (row.newest for row in self.sides.base.judgements.values())
        environments = {outcome.environment for outcome in newest if outcome is not None and outcome.environment}
        names = {name for environment in environments for name, _ in environment.packages}
        return frozenset(name.casefold().replace("-", "_") for name in names) | _OURS

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for path in self.sides.by_path:
            found.setdefault(posixpath.basename(path), set()).add(path)
        return found

    def _constraints(self, side: Side, ref: EvidenceRef) -> Iterator[str]:
        """The constraints files that a script names, from the root."""
        path = self.name_on(side, ref.path)
        text = side.text(path)
        try:
            block = read_block(text, path, python=path.endswith(".py")) if text is not None else None
            named = read_options(block).get("constraints", ()) if block is not None else ()
        except EvidenceError:
            return
        for name in named:
            beside = posixpath.join(posixpath.dirname(path), name)
            yield posixpath.normpath(name[1:] if name.startswith("/") else beside)

"""The evidence of a repository as it is on disk now: scripts, what they declare, and fingerprints of both."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from adrtool import fingerprint
from adrtool.audited import Subject
from adrtool.errors import EvidenceError
from adrtool.evidence import inputs, working_copy
from adrtool.evidence.script import Script, read_script
from adrtool.git import Repository
from adrtool.model import Claim, EvidenceRef
from adrtool.outcome import Fingerprints
from adrtool.plan import Piece


@dataclass
class Exhibits:
    """What the claims can show below `root`; every file is read once, so that one process sees one state.

    Every path that it gives or takes as text is relative to `root`, with forward slashes.
    """

    root: Path
    repository: Repository | None
    homes: Callable[[], Mapping[EvidenceRef, str]]  # in which evidence folder each cited file lies
    cited: Callable[[], Collection[EvidenceRef]]  # by the claims of this working tree
    _pieces: dict[EvidenceRef, Piece] = field(default_factory=dict)
    _contents: dict[str, str] = field(default_factory=dict)

    def home_of(self, ref: EvidenceRef) -> str:
        """The evidence folder in which a cited file lies."""
        return self.homes().get(ref, posixpath.dirname(ref.path))

    def piece_of(self, ref: EvidenceRef) -> Piece:
        """A piece of evidence as it is on disk now; what is wrong with it is kept, not raised."""
        if ref not in self._pieces:
            self._pieces[ref] = self._read_piece(ref)
        return self._pieces[ref]

    def script_of(self, claim: Claim) -> Script | None:
        """The script that a claim cites; None where it cites none, or one that cannot be read."""
        return self.piece_of(claim.evidence).script if claim.evidence is not None else None

    def declared_inputs(self, ref: EvidenceRef) -> tuple[str, ...]:
        """The files that a piece of evidence declares; none where it cannot be read."""
        script = self.piece_of(ref).script
        return inputs.expand(self.root, ref.path, script.inputs or ()) if script is not None else ()

    def packages(self, claim: Claim) -> tuple[str, ...]:
        """The packages that a claim's evidence asks for."""
        script = self.script_of(claim)
        return script.requirements.dependencies if script is not None and script.requirements is not None else ()

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files that are there: tracked, untracked ones that git does not ignore, and what evidence declares."""
        if self.repository is not None:
            found = self.repository.tracked_and_untracked_files()
        else:
            found = tuple(sorted(working_copy.source_files(self.root)))
        declared = sorted({name for ref in self.cited() for name in self._counted(ref)})
        return tuple(name for name in dict.fromkeys((*found, *declared)) if os.path.lexists(f"{self.root}/{name}"))

    @cached_property
    def can_copy(self) -> bool:
        """Whether evidence can run in a private copy whose reads are seen."""
        import tempfile

        return self.is_affordable and working_copy.sees_reads(Path(tempfile.gettempdir()))

    @cached_property
    def is_affordable(self) -> bool:
        """Whether private copies of the repository are a matter of moments."""
        return working_copy.is_affordable(self.root, self.files)

    @cached_property
    def tree(self) -> inputs.Tree:
        """The repository's content as it is now."""
        head = self.repository.head if self.repository is not None else None
        return inputs.Tree(self.content, lambda: self.files, head)

    def content(self, path: str) -> str:
        """The fingerprint of a file as it is now, or a word for what is there instead."""
        if path not in self._contents:
            target = self.root / path
            inside = Path(os.path.realpath(target)).is_relative_to(os.path.realpath(self.root))
            self._contents[path] = inputs.content(target) if inside else "outside the repository"
        return self._contents[path]

    def fingerprints(self, claim: Claim, observed: Iterable[str], tree: inputs.Tree | None = None) -> Fingerprints:
        """The four fingerprints of a claim today, given what its evidence was seen to read."""
        assert claim.evidence is not None
        subject = self.subject(claim.evidence)
        return Fingerprints(
            text=fingerprint.of_text(claim.text),
            evidence=subject.script,
            inputs=inputs.digest((*self._counted(claim.evidence), *observed), tree or self.tree),
            requirements=subject.requirements,
        )

    def subject(self, ref: EvidenceRef) -> Subject:
        """What an audit of this evidence would be about today."""
        script = fingerprint.of_parts((self.content(ref.path), ref.test or ""))
        return Subject(str(ref), script, _requirements_print(self.piece_of(ref).script))

    def _read_piece(self, ref: EvidenceRef) -> Piece:
        try:
            script = read_script(self.root, ref.path)
            inputs.expand(self.root, ref.path, script.inputs or ())
        except EvidenceError as error:
            return Piece(ref, None, error)
        if ref.test is not None and not script.is_python:
            refusal = EvidenceError(f"only Python files hold tests; take #{ref.test} away", path=ref.path)
            return Piece(ref, None, refusal)
        return Piece(ref, script)

    def _counted(self, ref: EvidenceRef) -> tuple[str, ...]:
        """The files that count as inputs without being seen: what is declared, and what pytest reads before tests."""
        script = self.piece_of(ref).script
        if script is None:
            return ()
        tests = ref.test is not None or script.only_defines_tests
        return self.declared_inputs(ref) + (inputs.conftests(self.root, ref.path, self.home_of(ref)) if tests else ())


def _requirements_print(script: Script | None) -> str:
    if script is None or script.requirements is None:
        return fingerprint.of_parts(())
    wanted = script.requirements
    return fingerprint.of_parts((wanted.requires_python, wanted.constraints, *wanted.dependencies))

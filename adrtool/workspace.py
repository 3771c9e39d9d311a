"""A repository of records, opened when first needed; where the parts meet."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from adrtool import discover, fingerprint
from adrtool.audited import Audit, Audits, Subject
from adrtool.drift import Series, erosion, series_of
from adrtool.errors import EvidenceError, ReadError, UsageError
from adrtool.evidence import inputs, working_copy
from adrtool.evidence.script import Script, read_script
from adrtool.git import Repository
from adrtool.ledger import History, Ledger
from adrtool.ledger.moves import Moved, names_before
from adrtool.model import Claim, EvidenceRef, Problem, Record
from adrtool.outcome import Ending, Fingerprints, Outcome
from adrtool.plan import Piece
from adrtool.reading.claims import Setting, read_claims
from adrtool.reading.markdown import Document
from adrtool.reading.records import read_records
from adrtool.settings import Settings, find_settings
from adrtool.verdict import Health, Judgement, health, judge, risk_chains


@dataclass
class Workspace:
    """The records below `root`, their evidence, and what the ledger knows of them.

    Every path that it gives or takes as text is relative to `root`, with forward slashes.
    """

    root: Path
    settings: Settings
    folders: tuple[str, ...]
    repository: Repository | None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    added: list[Outcome] = field(default_factory=list)  # outcomes of this process
    _pieces: dict[EvidenceRef, Piece] = field(default_factory=dict)
    _contents: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(
        cls, start: Path, dirs: Sequence[Path] = (), clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> Workspace:
        """Find the repository around `start`, or around the first of `dirs`, and the record folders in it.

        Raises ReadError for settings that cannot be read, UsageError for a folder that is not there.
        """
        for folder in dirs:
            if not folder.is_dir():
                raise UsageError(f"--dir {folder}: no such folder")
        origin = (dirs[0] if dirs else start).resolve()
        repository = Repository.discover(origin)
        if repository is not None and repository.root is None:
            raise ReadError("this is a bare repository, without records to read; run adrtool in a clone of it")
        root = repository.root if repository is not None else origin if dirs else _root_without_git(origin)
        assert root is not None
        settings = find_settings(root)
        if dirs:
            folders = tuple(dict.fromkeys(_relative(folder.resolve(), root) for folder in dirs))
        else:
            folders = discover.find_folders(root, settings.records)
        return cls(root, settings, folders, repository, clock)

    @cached_property
    def _read(self) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
        return read_records(self.root, self.folders, self._claims_of)

    @property
    def records(self) -> tuple[Record, ...]:
        """Every record, in the order of folders and files."""
        return self._read[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the records as they were read."""
        return self._read[1]

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim of every record."""
        return tuple(claim for record in self.records for claim in record.claims)

    def setting_of(self, path: str, record_id: str, folder: str) -> Setting:
        """Where a record stands, for reading its claims."""
        prefix = f"{folder}:" if len(self.folders) > 1 else ""
        return Setting(path, record_id, self._evidence_folders(path, folder), prefix)

    def setting(self, record: Record) -> Setting:
        """Where a record that has been read stands."""
        return self.setting_of(record.path, record.id, self._folder(record))

    def evidence_folder_of(self, ref: EvidenceRef) -> str:
        """The evidence folder in which a cited file lies."""
        return self._homes.get(ref, posixpath.dirname(ref.path))

    def piece_of(self, ref: EvidenceRef) -> Piece:
        """A piece of evidence as it is on disk now; what is wrong with it is kept, not raised."""
        if ref not in self._pieces:
            self._pieces[ref] = self._read_piece(ref)
        return self._pieces[ref]

    def declared_inputs(self, ref: EvidenceRef) -> tuple[str, ...]:
        """The files that a piece of evidence declares; none where it cannot be read."""
        script = self.piece_of(ref).script
        return inputs.expand(self.root, ref.path, script.inputs or ()) if script is not None else ()

    @cached_property
    def ledger(self) -> Ledger | None:
        """The history of outcomes; None outside a git repository."""
        if self.repository is None:
            return None
        return Ledger(self.repository, clock=lambda: self.clock().timestamp())

    @cached_property
    def history(self) -> History | None:
        """What the ledger holds; raises LedgerError where it cannot be read."""
        return self.ledger.history() if self.ledger is not None else None

    @property
    def head(self) -> str | None:
        """The commit that is checked out; None without one."""
        return self.repository.head if self.repository is not None else None

    @property
    def git_dirs(self) -> tuple[Path, Path] | None:
        """Git's own and common directory."""
        return (self.repository.git_dir, self.repository.common_dir) if self.repository is not None else None

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files that are there: tracked, untracked ones that git does not ignore, and what evidence declares."""
        if self.repository is not None:
            found = self.repository.tracked_and_untracked_files()
        else:
            found = tuple(sorted(working_copy.source_files(self.root)))
        refs = {claim.evidence for claim in self.claims if claim.evidence is not None}
        declared = sorted({name for ref in refs for name in self._declared(ref, self.piece_of(ref).script)})
        return tuple(name for name in dict.fromkeys((*found, *declared)) if os.path.lexists(f"{self.root}/{name}"))

    @cached_property
    def can_copy(self) -> bool:
        """Whether evidence can run in a private copy whose reads are seen."""
        import tempfile

        return self.is_affordable and working_copy.sees_reads(Path(tempfile.gettempdir()))

    @cached_property
    def is_affordable(self) -> bool:
        """Whether private copies of it are a matter of moments."""
        return working_copy.is_affordable(self.root, self.files)

    @cached_property
    def tree(self) -> inputs.Tree:
        """The repository's content as it is now."""
        return inputs.Tree(self._content, lambda: self.files, self.head)

    def fingerprints(self, claim: Claim, observed: Iterable[str], tree: inputs.Tree | None = None) -> Fingerprints:
        """The four fingerprints of a claim today, given what its evidence was seen to read."""
        assert claim.evidence is not None
        script = self.piece_of(claim.evidence).script
        declared = self._declared(claim.evidence, script)
        return Fingerprints(
            text=fingerprint.of_text(claim.text),
            evidence=fingerprint.of_parts((self._content(claim.evidence.path), claim.evidence.test or "")),
            inputs=inputs.digest((*declared, *observed), tree or self.tree),
            requirements=_requirements_print(script),
        )

    def subject(self, ref: EvidenceRef) -> Subject:
        """What an audit of this evidence would be about today."""
        script = fingerprint.of_parts((self._content(ref.path), ref.test or ""))
        return Subject(str(ref), script, _requirements_print(self.piece_of(ref).script))

    def content(self, path: str) -> str:
        """The fingerprint of a file as it is now, or a word for what is there instead."""
        return self._content(path)

    def audit_of(self, ref: EvidenceRef) -> Audit | None:
        """The newest audit that is valid for this evidence as it is now."""
        return self._audits.of(lambda: self.subject(ref), self._content)

    @cached_property
    def _audits(self) -> Audits:
        return Audits(self.history.audits if self.history is not None else ())

    def revalidate(self, claim: Claim) -> timedelta | None:
        """How long a verdict on this claim stays fresh."""
        script = self.piece_of(claim.evidence).script if claim.evidence is not None else None
        return script.revalidate if script is not None and script.revalidate is not None else self.settings.revalidate

    def declared(self, claim: Claim) -> tuple[str, ...]:
        """The packages that a claim's evidence asks for."""
        script = self.piece_of(claim.evidence).script if claim.evidence is not None else None
        return script.requirements.dependencies if script is not None and script.requirements is not None else ()

    def judge_all(self, now: datetime) -> tuple[Judgement, ...]:
        """The verdict on every claim."""
        outcomes = self._outcomes()
        rows = [self._judge(claim, outcomes.get(claim.id, ()), now) for claim in self.claims]
        passed = [row.claim for row in rows if row.newest is not None and row.newest.ending is Ending.PASSED]
        eroding = {id(claim): tuple(filter(None, map(erosion, series))) for claim, series in self._measured(passed)}
        return tuple(
            replace(row, eroding=eroding[id(row.claim)]) if eroding.get(id(row.claim)) else row for row in rows
        )

    def _measured(self, claims: Sequence[Claim]) -> Iterator[tuple[Claim, tuple[Series, ...]]]:
        """The claims that were ever measured, with what was."""
        known = self.history.series(claim.id for claim in claims) if self.history is not None else {}
        ran = {outcome.claim for outcome in self.added if outcome.measures}
        for claim in claims:
            if claim.id in ran or self._names_before(claim):  # then the index alone does not know all
                yield claim, series_of(self.past(claim))
            elif claim.id in known:
                yield claim, known[claim.id]

    def _judge(self, claim: Claim, outcomes: Sequence[Outcome], now: datetime) -> Judgement:
        audit = self.audit_of(claim.evidence) if claim.evidence is not None else None
        judgement = judge(
            claim,
            outcomes,
            today=lambda outcome: self.fingerprints(claim, outcome.observed),
            is_ancestor=self._is_ours,
            now=now,
            revalidate=self.revalidate(claim),
            audited=audit is not None and audit.was_red,
        )
        return judgement if audit is None else replace(judgement, audit=audit)

    def past(self, claim: Claim) -> tuple[Outcome, ...]:
        """Every outcome that counts for a claim, oldest first: of other branches only what saw today's very content."""
        told: tuple[Outcome, ...] = ()
        if claim.evidence is not None and self.history is not None:
            told = self.told_of(claim)
        told += tuple(outcome for outcome in self.added if outcome.claim == claim.id)
        return tuple(
            outcome
            for outcome in told
            if self._is_ours(outcome) or self.fingerprints(claim, outcome.observed) == outcome.fingerprints
        )

    def told_of(self, claim: Claim) -> tuple[Outcome, ...]:
        """Every outcome that the ledger has of a claim, under the names that it had before, too; oldest first."""
        history = self.history
        if history is None:
            return ()
        own = history.of(claim.id)
        before = self._names_before(claim)
        earlier = [o for name, order in before.items() for o in history.of(name) if o.order < order]
        return tuple(sorted([*earlier, *own], key=lambda o: o.order)) or self._moved_from(history, claim)

    def _names_before(self, claim: Claim) -> dict[str, int]:
        """The ids that a claim had before moves of this branch, or of any where no other claim bears them now."""
        moves = self.history.moves if self.history is not None else ()
        if not moves:
            return {}
        return names_before(moves, claim.id, lambda move: move.source not in self._borne or self._is_ours(move))

    @cached_property
    def _borne(self) -> frozenset[str]:
        """The ids that claims bear now."""
        return frozenset(claim.id for claim in self.claims)

    def _is_ours(self, told: Outcome | Moved) -> bool:
        """Whether an outcome or a move is of HEAD or of an ancestor."""
        ours = self.history.ancestors if self.history is not None else frozenset[str]()
        return told.commit is None or told.commit in ours or told.commit == self.head

    @cached_property
    def _homes(self) -> dict[EvidenceRef, str]:
        homes = {}
        for record in self.records:
            setting = self.setting(record)
            homes.update({claim.evidence: setting.folder_of(claim.evidence) or "" for claim in record.claims})
        return {ref: home for ref, home in homes.items() if ref is not None}

    def elsewhere(self, root: Path) -> Workspace:
        """Another working tree of this repository, as a place to run this one's evidence; its records are not read."""
        other = Workspace(root, self.settings, (), Repository.discover(root))
        other._homes = self._homes
        return other

    @cached_property
    def _records_by_path(self) -> dict[str, Record]:
        return {record.path: record for record in self.records}

    def healths(self, judgements: Sequence[Judgement]) -> dict[str, Health | None]:
        """The health of each record, by its path."""
        by_path: dict[str, list[Judgement]] = {record.path: [] for record in self.records}
        for judgement in judgements:
            by_path[judgement.claim.path].append(judgement)
        return {path: health(row) for path, row in by_path.items()}

    def risks(self, healths: dict[str, Health | None]) -> dict[str, tuple[tuple[str, ...], ...]]:
        """For each record's path, the ways from it to the stale records on which it rests."""
        return risk_chains(self.records, healths)

    def record_of(self, claim: Claim) -> Record:
        """The record that makes a claim."""
        return self._records_by_path[claim.path]

    def _claims_of(
        self, document: Document, path: str, record_id: str, folder: str
    ) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
        return read_claims(document, self.setting_of(path, record_id, folder))

    def _evidence_folders(self, path: str, folder: str) -> tuple[str, ...]:
        names, places = self.settings.evidence, (folder, posixpath.dirname(path))
        beside = [posixpath.normpath(posixpath.join(place, name)) for place in places for name in names]
        named = [posixpath.normpath(name) for name in self.settings.evidence] if self.settings.source else []
        default = Settings().evidence
        return tuple(dict.fromkeys([*beside, *(name for name in named if name not in default)]))

    def _folder(self, record: Record) -> str:
        holding = (folder for folder in self.folders if folder == "." or record.path.startswith(f"{folder}/"))
        return max(holding, key=len, default=".")

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

    def _declared(self, ref: EvidenceRef, script: Script | None) -> tuple[str, ...]:
        if script is None:
            return ()
        named = inputs.expand(self.root, ref.path, script.inputs or ())
        tests = ref.test is not None or script.only_defines_tests
        return named + (inputs.conftests(self.root, ref.path, self.evidence_folder_of(ref)) if tests else ())

    def _content(self, path: str) -> str:
        if path not in self._contents:
            target = self.root / path
            inside = Path(os.path.realpath(target)).is_relative_to(os.path.realpath(self.root))
            self._contents[path] = inputs.content(target) if inside else "outside the repository"
        return self._contents[path]

    def _outcomes(self) -> dict[str, tuple[Outcome, ...]]:
        """For each claim, the outcomes that give its verdict: the ledger's, then those of this process."""
        cited = {claim.id: claim for claim in self.claims if claim.evidence is not None}
        told: dict[str, tuple[Outcome, ...]] = {}
        if self.history is not None:
            told = self.history.telling(cited, lambda claim, observed: self.fingerprints(cited[claim], observed))
            for claim in cited.values():
                if not told.get(claim.id) or self._names_before(claim):
                    told[claim.id] = self.told_of(claim)
        for outcome in self.added:
            told[outcome.claim] = (*told.get(outcome.claim, ()), outcome)
        return told

    def _moved_from(self, history: History, claim: Claim) -> tuple[Outcome, ...]:
        """The history of the same sentence and the same script under another name."""
        if claim.evidence is None:
            return ()
        prints = self.fingerprints(claim, ())
        return history.alike(prints.text, prints.evidence)


def _requirements_print(script: Script | None) -> str:
    if script is None or script.requirements is None:
        return fingerprint.of_parts(())
    wanted = script.requirements
    return fingerprint.of_parts((wanted.requires_python, wanted.constraints, *wanted.dependencies))


def _root_without_git(start: Path) -> Path:
    """Outside git: the nearest folder with settings or records of its own, else where one stands."""
    told = discover.root_around(start)
    return next(
        (folder for folder in (start, *start.parents) if folder == told or (folder / "adrtool.toml").is_file()), start
    )


def _relative(folder: Path, root: Path) -> str:
    if not folder.is_relative_to(root):
        raise UsageError(f"--dir {folder}: lies outside the repository at {root}")
    return folder.relative_to(root).as_posix()


def nothing_found(workspace: Workspace) -> ReadError:
    """What to say where there is nothing to check."""
    if not workspace.folders:
        return ReadError("no records found; write the first with `adrtool init`, or name a folder with --dir")
    places = ", ".join(f"{folder}/" for folder in workspace.folders)
    if not workspace.records:
        return ReadError(f"no records in {places}; write the first with `adrtool new`")
    return ReadError(f"no claims in {places}; link a sentence to a script below evidence/, or pass --allow-empty")

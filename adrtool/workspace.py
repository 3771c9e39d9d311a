"""A repository of records, opened when first needed; where the parts meet."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from adrtool import discover
from adrtool.audited import Audit, Audits
from adrtool.drift import erosion
from adrtool.errors import ReadError, UsageError
from adrtool.exhibits import Exhibits
from adrtool.git import Repository
from adrtool.ledger import History, Ledger
from adrtool.model import Claim, EvidenceRef, Problem, Record
from adrtool.outcome import Ending, Outcome
from adrtool.past import Past
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

    @cached_property
    def cited(self) -> frozenset[EvidenceRef]:
        """Every piece of evidence that a claim cites."""
        return frozenset(claim.evidence for claim in self.claims if claim.evidence is not None)

    def setting_of(self, path: str, record_id: str, folder: str) -> Setting:
        """Where a record stands, for reading its claims."""
        prefix = f"{folder}:" if len(self.folders) > 1 else ""
        return Setting(path, record_id, self._evidence_folders(path, folder), prefix)

    def setting(self, record: Record) -> Setting:
        """Where a record that has been read stands."""
        return self.setting_of(record.path, record.id, self._folder(record))

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

    @cached_property
    def is_edited(self) -> bool:
        """Whether the working tree has changes that HEAD has not."""
        return self.repository is not None and self.repository.is_edited

    @property
    def git_dirs(self) -> tuple[Path, Path] | None:
        """Git's own and common directory."""
        return (self.repository.git_dir, self.repository.common_dir) if self.repository is not None else None

    @cached_property
    def exhibits(self) -> Exhibits:
        """The evidence as it is on disk now."""
        return Exhibits(self.root, self.repository, lambda: self._homes, lambda: self.cited)

    def piece_of(self, ref: EvidenceRef) -> Piece:
        """A piece of evidence as it is on disk now."""
        return self.exhibits.piece_of(ref)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are there."""
        return self.exhibits.files

    @cached_property
    def past(self) -> Past:
        """What is known of the claims from earlier runs; raises LedgerError where the ledger cannot be read."""
        return Past(self.claims, self.exhibits, self.history, self.added, self.head)

    def audit_of(self, ref: EvidenceRef) -> Audit | None:
        """The newest audit that is valid for this evidence as it is now."""
        return self._audits.of(lambda: self.exhibits.subject(ref), self.exhibits.content)

    @cached_property
    def _audits(self) -> Audits:
        return Audits(self.history.audits if self.history is not None else ())

    def revalidate(self, claim: Claim) -> timedelta | None:
        """How long a verdict on this claim stays fresh."""
        script = self.exhibits.script_of(claim)
        return script.revalidate if script is not None and script.revalidate is not None else self.settings.revalidate

    def judge_all(self, now: datetime) -> tuple[Judgement, ...]:
        """The verdict on every claim."""
        outcomes = self.past.telling()
        rows = [self._judge(claim, outcomes.get(claim.id, ()), now) for claim in self.claims]
        passed = [row.claim for row in rows if row.newest is not None and row.newest.ending is Ending.PASSED]
        eroding = {id(claim): tuple(filter(None, map(erosion, series))) for claim, series in self.past.measured(passed)}
        return tuple(
            replace(row, eroding=eroding[id(row.claim)]) if eroding.get(id(row.claim)) else row for row in rows
        )

    def _judge(self, claim: Claim, outcomes: Sequence[Outcome], now: datetime) -> Judgement:
        audit = self.audit_of(claim.evidence) if claim.evidence is not None else None
        judgement = judge(
            claim,
            outcomes,
            today=lambda outcome: self.exhibits.fingerprints(claim, outcome.observed),
            is_ancestor=self.past.is_ours,
            now=now,
            revalidate=self.revalidate(claim),
            audited=audit is not None and audit.was_red,
        )
        return judgement if audit is None else replace(judgement, audit=audit)

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


def nothing_found(workspace: Workspace, *, may_allow: bool = True) -> ReadError:
    """What to say where there is nothing to check; `may_allow` where the command takes `--allow-empty`."""
    if not workspace.folders:
        return ReadError("no records found; write the first with `adrtool init`, or name a folder with --dir")
    places = ", ".join(f"{folder}/" for folder in workspace.folders)
    if not workspace.records:
        return ReadError(f"no records in {places}; write the first with `adrtool new`")
    allow = ", or pass --allow-empty" if may_allow else ""
    return ReadError(f"no claims in {places}; link a sentence to a script below evidence/{allow}")

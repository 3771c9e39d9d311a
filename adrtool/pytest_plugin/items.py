"""The nodes that pytest sees: a record, perhaps a class of tests, and claims."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adrtool.errors import AdrtoolError
from adrtool.pytest_plugin.places import Place

if TYPE_CHECKING:
    from adrtool.model import Claim, Record
    from adrtool.pytest_plugin.bench import Bench

    Row = tuple[tuple[str, ...], Claim]  # the parts of a node's id below its parent

# pytest would not run, or not believe, what carries these.
_OBEYED = frozenset(("skip", "skipif", "xfail"))


class RecordFile(pytest.File):
    """A record; its claims that have evidence are its items."""

    def __init__(self, *, place: Place, **node: Any) -> None:
        super().__init__(**node)
        self.place = place

    @property
    def record(self) -> Record | None:
        """The record as it was read; None where it cannot be read."""
        return self.place.record_at(self.path)

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Items, and what is wrong with the record as warnings; raises CollectError where it cannot be read."""
        from adrtool.model import Severity

        try:
            workspace, record = self.place.workspace, self.record
        except AdrtoolError as error:
            raise self.CollectError(f"adrtool: {error}") from error
        name = self.place.relative(self.path)
        problems = [each for each in workspace.problems if each.path == name and each.severity is Severity.ERROR]
        if record is None:
            raise self.CollectError("\n".join(f"adrtool: {problem}" for problem in problems))
        for problem in problems:
            self.warn(pytest.PytestCollectionWarning(f"adrtool: {problem}"))
        setting = workspace.setting(record)
        claims = [claim for claim in record.claims if claim.evidence is not None]
        yield from _grow(self, [(_names(claim, f"{setting.prefix}{setting.record_id}/"), claim) for claim in claims])


class ClaimGroup(pytest.Collector):
    """The claims that cite tests of one class: pytest parts an item's id at `::`, so the class is a node."""

    def __init__(self, *, rows: Sequence[Row], **node: Any) -> None:
        super().__init__(**node)
        self.rows = rows

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """The items below the class."""
        yield from _grow(self, self.rows)


class ClaimItem(pytest.Item):
    """A claim; to run it is to run its evidence."""

    def __init__(self, *, claim: Claim, **node: Any) -> None:
        super().__init__(**node)
        self.claim = claim
        self._told = ""  # all there is to say of its last run
        assert claim.evidence is not None
        self.tags = self.place.workspace.piece_of(claim.evidence).tags
        self._mark()

    @property
    def record_file(self) -> RecordFile:
        """The record that makes the claim."""
        found = self.getparent(RecordFile)
        assert found is not None
        return found

    @property
    def place(self) -> Place:
        """The repository in which it stands."""
        return self.record_file.place

    @property
    def bench(self) -> Bench:
        """Where its evidence runs."""
        if self.place.bench is None:
            from adrtool.pytest_plugin.bench import Bench

            worker = getattr(self.config, "workerinput", {})  # of pytest-xdist
            self.place.bench = Bench(self.place.workspace, _teller(self.config), worker.get("testrunuid"))
            self.config.add_cleanup(self.place.bench.close)
        return self.place.bench

    @property
    def excluded_tags(self) -> list[str]:
        """Its tags that the settings leave out by default."""
        excluded = self.place.workspace.settings.exclude_tags
        return [tag for tag in self.tags if tag in excluded]

    @property
    def is_named(self) -> bool:
        """Whether an argument names this claim itself, or its class."""
        names = self.nodeid.partition("::")[2]
        for argument in self.config.args:
            path, _, wanted = argument.partition("::")
            here = os.path.normpath(self.config.invocation_params.dir / path) == os.fspath(self.path)
            if here and wanted and (names == wanted or names.startswith(f"{wanted}::")):
                return True
        return False

    def runtest(self) -> None:
        """Run the evidence; raises ClaimError where that leaves the claim in trouble."""
        from datetime import UTC, datetime

        from adrtool.pytest_plugin.meaning import Result, meaning

        record = self.record_file.record
        assert record is not None
        try:
            judgement = self.bench.judge(self.claim)
        except AdrtoolError as error:
            raise ClaimError(str(error), str(error)) from error
        means = meaning(judgement, record, datetime.now(UTC))
        self._told = means.text
        if judgement.newest is not None and means.result is Result.PASSED:
            self.add_report_section("call", "stdout", judgement.newest.tail)
        match means.result:
            case Result.PASSED:
                return
            case Result.SKIPPED:
                pytest.skip(means.reason)
            case Result.XFAILED:
                pytest.xfail(means.reason)  # which under --runxfail does nothing
            case Result.FAILED:
                pass
        raise ClaimError(means.reason, means.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The evidence's own words; no line of adrtool's code helps whoever reads them."""
        if isinstance(excinfo.value, pytest.xfail.Exception):
            return self._told
        if not isinstance(excinfo.value, ClaimError):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash is not None:
            shown.reprcrash.path, shown.reprcrash.lineno = os.fspath(self.path), self.claim.line
            shown.reprcrash.message = excinfo.value.reason
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the sentence stands."""
        return self.path, self.claim.line - 1, self.claim.id

    def _mark(self) -> None:
        known = {re.split(r"[:(]", line)[0].strip() for line in self.config.getini("markers")}
        for tag in self.tags:
            if tag not in _OBEYED and not tag.startswith("_"):  # pytest has no such markers
                if tag not in known:
                    self.config.addinivalue_line("markers", f"{tag}: evidence with this tag")
                self.add_marker(tag)


class ClaimError(Exception):
    """A claim in trouble: one line for a summary, and all there is to say."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def _grow(parent: pytest.Collector, rows: Sequence[Row]) -> Iterator[pytest.Item | pytest.Collector]:
    groups: dict[str, list[Row]] = {}
    for (name, *below), claim in rows:
        if below:
            groups.setdefault(name, []).append((tuple(below), claim))
        else:
            yield ClaimItem.from_parent(parent, name=name, claim=claim)
    for name, inner in groups.items():
        yield ClaimGroup.from_parent(parent, name=name, rows=inner)


def _names(claim: Claim, record: str) -> tuple[str, ...]:
    """A claim's id below its record, parted as pytest parts an argument: at each `::` before the first bracket."""
    name, bracket, parameters = claim.id.removeprefix(record).partition("[")
    *above, last = name.split("::")
    return (*above, last + bracket + parameters)


def _teller(config: pytest.Config) -> Callable[[str], None]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")

    def tell(line: str) -> None:
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(f"adrtool: {line}")

    return tell

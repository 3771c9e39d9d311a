"""pytest collects claims: `pytest adr/` runs the evidence of the records there, one item for each claim.

An item's id is the record's path and the claim's id below the record: `adr/0001-one.md::lite#test_parity`. It always
runs its evidence, in the same way as `adrtool verify`, and the outcome goes to the ledger.

| the evidence | the item |
|---|---|
| passed | passed; failed where a waiver still stands on the claim (`waiver-unneeded`) |
| failed | failed; xfailed where a waiver covers the claim today |
| errored | failed, waiver or not: a crash refutes nothing, so no waiver speaks of it |
| was skipped, or lacks what it needs | skipped |

Claims of records that raise no alarm (draft, proposed, rejected, deprecated, superseded) run and are reported all the
same, but never fail: a failure is an xfail, an error is a skip, each with its reason. Nobody relies on such a record,
so nobody's build should turn red for it, and whoever is about to accept it sees what would.

Tags are markers. Evidence with a tag of the setting `exclude-tags` (`heavy`) is deselected unless `-m` names the tag or
an argument names the claim. Files in evidence folders are not collected. Where there are no records the plugin does
nothing: adrtool's readers are imported only for a Markdown file that speaks of evidence, or for a folder so called.
`-p no:adrtool` turns it off.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from adrtool.errors import AdrtoolError
from adrtool.pytest_plugin.items import ClaimItem, RecordFile
from adrtool.pytest_plugin.places import Place, Places

_MARKDOWN = (".md", ".markdown", ".mdown")
_PLACES = pytest.StashKey[Places]()
_LEFT_OUT = pytest.StashKey[dict[str, int]]()  # how many claims, by tag


def pytest_configure(config: pytest.Config) -> None:
    """Where the session is led from, keep the ledger."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LedgerKeeper(), "adrtool-ledger")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Refuse evidence that is named as if it were a test, before pytest imports what lies around it."""
    for argument in early_config.known_args_namespace.file_or_dir:
        path = Path(os.path.normpath(early_config.invocation_params.dir / argument.partition("::")[0]))
        place = _places(early_config).of(path)
        try:
            if place.holds_evidence(path):
                raise pytest.UsageError(_refusal(place, path, argument))
        except AdrtoolError as error:
            raise pytest.UsageError(f"adrtool: {error}") from error


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave evidence folders to the claims; raises CollectError for settings that cannot be read."""
    try:
        return _places(config).of(collection_path).holds_evidence(collection_path) or None
    except AdrtoolError as error:
        raise pytest.Collector.CollectError(f"adrtool: {error}") from error


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A record gives its claims."""
    if not os.fspath(file_path).lower().endswith(_MARKDOWN):
        return None
    place = _places(parent.config).of(file_path)
    if not place.may_hold_claims(file_path):
        return None
    try:
        is_record = place.is_record(file_path)
    except AdrtoolError:  # `collect` has a way to tell
        is_record = True
    return RecordFile.from_parent(parent, path=file_path, place=place) if is_record else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what the setting `exclude-tags` leaves out and nobody named."""
    wanted = set(re.findall(r"[\w-]+", config.getoption("markexpr") or ""))
    left_out: dict[pytest.Item, str] = {}
    for item in items:
        if isinstance(item, ClaimItem):
            tags = [tag for tag in item.excluded_tags if tag not in wanted]
            if tags and not item.is_named:
                left_out[item] = tags[0]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))
        tags = list(left_out.values())
        config.stash[_LEFT_OUT] = {tag: tags.count(tag) for tag in tags}


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say what was left out, and how to run it."""
    return [
        f"adrtool: left out: {number} {'claim' if number == 1 else 'claims'} tagged {tag}; to run: pytest -m {tag}"
        for tag, number in config.stash.get(_LEFT_OUT, {}).items()
    ]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell each bench what to expect."""
    for item in session.items:
        if isinstance(item, ClaimItem) and not session.config.getoption("collectonly"):
            item.bench.expect(item.claim)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Place a skip where its claim stands, and let whoever leads the session know of the ledger."""
    report = yield
    if isinstance(item, ClaimItem):
        report.adrtool_root = os.fspath(item.place.root)  # type: ignore[attr-defined]
        if isinstance(report.longrepr, tuple):
            report.longrepr = (os.fspath(item.path), item.claim.line, report.longrepr[2])
    return report


class LedgerKeeper:
    """Writes held outcomes to the ledger when the session ends; with pytest-xdist, the workers' too."""

    def __init__(self) -> None:
        self._roots: dict[str, None] = {}
        self._notes: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note whose outcomes there are."""
        root = getattr(report, "adrtool_root", None)
        if root is not None:
            self._roots[root] = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write what waits, once for the whole session."""
        for root in self._roots:
            from adrtool.git import Repository
            from adrtool.ledger import Ledger

            repository = Repository.discover(Path(root))
            if repository is None:
                self._notes.append("no git repository, so there is no ledger: these verdicts are not kept")
            elif waiting := Ledger(repository).flush():
                self._notes.append(f"outcomes wait in the git directory, for {waiting}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what could not be written."""
        for note in self._notes:
            terminalreporter.write_line(f"adrtool: {note}")


def _places(config: pytest.Config) -> Places:
    places = config.stash.get(_PLACES, None)
    if places is None:
        places = config.stash[_PLACES] = Places(config.rootpath)
    return places


def _refusal(place: Place, path: Path, argument: str) -> str:
    """What to say of evidence among pytest's arguments: what to run instead."""
    name = place.relative(path)
    cited = [(claim.path, claim.evidence.path) for claim in place.workspace.claims if claim.evidence is not None]
    records = dict.fromkeys(record for record, path in cited if path == name or path.startswith(f"{name}/"))
    mend = f"run pytest {' '.join(records)}" if records else "no record cites it"
    return f"{argument}: evidence runs through the claims that cite it; {mend}"

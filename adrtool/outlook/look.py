"""Run evidence past its pins: resolve, run what would change, and run again as it is what then fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adrtool.errors import EvidenceError
from adrtool.evidence.interpreters import find_interpreter
from adrtool.evidence.lifting import lifted, normal, parsed
from adrtool.evidence.script import Requirements
from adrtool.model import EvidenceRef
from adrtool.outcome import Ending, Environment, Measure, Outcome
from adrtool.outlook import upgrade
from adrtool.outlook.upgrade import Packages, State, Upgrade
from adrtool.plan import Piece, Step
from adrtool.trial import Bench, Trial, in_one_line
from adrtool.verify import Watcher
from adrtool.workspace import Workspace

_BAD = (Ending.FAILED, Ending.ERRORED)


@dataclass(frozen=True, slots=True)
class _Planned:
    """An upgrade that can be tried."""

    step: Step
    piece: Piece  # as it would be
    before: Packages


@dataclass
class Outlook:
    """The upgrades of some evidence; what is found here enters no ledger."""

    workspace: Workspace
    bench: Bench
    wanted: Mapping[str, str] = field(default_factory=dict)  # specifiers by normal names; empty: past every pin
    tell: Callable[[str], object] = lambda _: None  # what is looked for, in a few words
    _resolved: dict[Requirements, Packages | str] = field(default_factory=dict)

    def plan(self, steps: Iterable[Step]) -> tuple[tuple[_Planned, ...], tuple[Upgrade, ...]]:
        """What can be tried, and the rest, each with its reason; resolves, and runs nothing."""
        found = [self._planned(step) for step in steps]
        return (
            tuple(each for each in found if isinstance(each, _Planned)),
            tuple(each for each in found if isinstance(each, Upgrade)),
        )

    def run(self, planned: Sequence[_Planned], watcher: Watcher) -> Iterator[Upgrade]:
        """Try what was planned; what then fails is run as it is, too, lest the upgrade is blamed for it."""
        by_ref = {each.step.piece.ref: each for each in planned}
        bench = Bench(watcher, self.bench.environments)
        trials = list(bench.each(self.workspace, [each.piece for each in planned]))
        suspects = [by_ref[trial.piece.ref].step.piece for trial in trials if self._fell(by_ref, trial)]
        as_it_is = {trial.piece.ref: trial for trial in self.bench.each(self.workspace, suspects)} if suspects else {}
        for trial in trials:
            control = as_it_is.get(trial.piece.ref)
            yield self._upgrade(by_ref[trial.piece.ref], trial, moved=control is not None and control.ending in _BAD)

    def _planned(self, step: Step) -> _Planned | Upgrade:
        script = step.piece.script
        if script is None:
            return Upgrade(step, State.UNREADABLE, words=str(step.piece.refusal or "cannot be read"))
        asked = script.requirements
        if asked is None or not asked.dependencies:
            return Upgrade(step, State.NO_PACKAGES)
        standing = self._before(step, asked)
        # Where its pins cannot be had any more, something newer may be all the better.
        before = () if isinstance(standing, str) else standing
        now = dict(before)
        named = {normal(each.name) for each in map(parsed, asked.dependencies)}
        if self.wanted:
            specifiers = {
                name: specifier or upgrade.at_least(name, now.get(name, "0"), asked)
                for name, specifier in self.wanted.items()
                if name in now or name in named
            }
        else:
            specifiers = upgrade.newest(asked, now) if before else dict.fromkeys(upgrade.held_back(asked), "")
        if isinstance(standing, str) and not specifiers:
            return Upgrade(step, State.NOT_RESOLVED, words=f"as it stands: {standing}")
        if not specifiers:
            return Upgrade(step, State.NOT_USED if self.wanted else State.NOTHING_NEWER)
        try:
            requirements = lifted(asked, specifiers, [row for row in before if row[0] not in specifiers])
        except EvidenceError as error:
            return Upgrade(step, State.NOT_RESOLVED, words=error.message)
        after = self._resolve(requirements, refresh=True)
        if isinstance(after, str):
            return Upgrade(step, State.NOT_RESOLVED, words=after)
        changed = upgrade.changes(before, after)
        beyond = upgrade.beyond(asked, after)
        if not changed or not (beyond or self.wanted):
            return Upgrade(step, State.NOTHING_NEWER)
        return _Planned(step, replace(step.piece, script=replace(script, requirements=requirements)), before)

    def _before(self, step: Step, asked: Requirements) -> Packages | str:
        """The packages that it runs with: those of its newest run with today's requirements, else what would be."""
        for judgement in step.judgements:
            newest = judgement.newest
            if newest is not None and newest.environment is not None and _is_of_here(newest.environment, asked):
                prints = self.workspace.exhibits.fingerprints(judgement.claim, newest.observed)
                if prints.requirements == newest.fingerprints.requirements:
                    return newest.environment.packages
        return self._resolve(asked)

    def _resolve(self, requirements: Requirements, *, refresh: bool = False) -> Packages | str:
        """What it comes to, or why it comes to nothing."""
        if requirements not in self._resolved:
            if refresh:
                self.tell(f"looking for {', '.join(requirements.constraints.splitlines()) or 'newer releases'}")
            try:
                self._resolved[requirements] = self.bench.environments.resolve(requirements, refresh=refresh)
            except EvidenceError as error:
                self._resolved[requirements] = in_one_line(error.message)
        return self._resolved[requirements]

    @staticmethod
    def _fell(by_ref: Mapping[EvidenceRef, _Planned], trial: Trial) -> bool:
        """Whether it held with the packages of now, and did not in the trial."""
        judgements = by_ref[trial.piece.ref].step.judgements
        return not trial.unbuilt and any(upgrade.effect(each, trial.ending).turns for each in judgements)

    def _upgrade(self, planned: _Planned, trial: Trial, *, moved: bool) -> Upgrade:
        step = planned.step
        if trial.unbuilt:
            return Upgrade(step, State.NOT_RESOLVED, words=in_one_line(trial.unbuilt))
        script = step.piece.script
        assert script is not None
        assert script.requirements is not None
        newest = next((each.newest for each in step.judgements if each.newest is not None), None)
        after = trial.packages or self._after(planned)
        return Upgrade(
            step=step,
            state=State.RAN,
            changes=upgrade.changes(planned.before, after),
            lifted=upgrade.beyond(script.requirements, after),
            prospects=tuple(
                upgrade.Prospect(each, upgrade.effect(each, trial.ending, moved=moved)) for each in step.judgements
            ),
            drifts=upgrade.drifts(_measures(newest), trial.execution.measures),
            ending=trial.ending,
            message=trial.message,
            python=trial.python,
        )

    def _after(self, planned: _Planned) -> Packages:
        """What was resolved for evidence that was skipped, so that nothing was built."""
        script = planned.piece.script
        assert script is not None
        assert script.requirements is not None
        found = self._resolve(script.requirements)
        return found if not isinstance(found, str) else ()


def _is_of_here(environment: Environment, asked: Requirements) -> bool:
    """Whether what was resolved there would be resolved here: other Pythons have other releases."""
    try:
        here = find_interpreter(asked.requires_python).version
    except EvidenceError:
        return False
    return bool(environment.packages) and environment.python.split(".")[:2] == here.split(".")[:2]


def _measures(outcome: Outcome | None) -> tuple[Measure, ...]:
    return outcome.measures if outcome is not None else ()

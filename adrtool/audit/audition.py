"""The audit of one piece of evidence: which runs it takes, one after the other, and what they come to."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace

from adrtool.audit.assertions import Negation, Unnegated
from adrtool.audit.source import Edit
from adrtool.audit.survey import Survey, survey
from adrtool.audited import Audit, Finding, Soundness
from adrtool.evidence.execute import Execution
from adrtool.evidence.script import Script
from adrtool.outcome import Ending
from adrtool.plan import Step
from adrtool.workspace import Workspace

_UNFIT = {Ending.FAILED: "stale: as it is, it fails", Ending.ERRORED: "broken: as it is, it breaks"}
_REACHED = "adrtool-audit "  # begins the names of the measures by which a run tells what it reached


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of an audit."""

    step: Step
    what: str  # what is tried, and where


# Asks for runs, a batch at a time, is sent how they ended, and returns the result.
Trials = Generator[tuple[Trial, ...], tuple[Execution, ...], Audit]


@dataclass(frozen=True, slots=True)
class Audition:
    """One piece of evidence under audit. It decides; whoever drives `trials` runs."""

    workspace: Workspace
    step: Step

    def trials(self) -> Trials:
        """Ask for the runs that the audit takes, and return its result.

        A negation that breaks the script instead of failing it is no finding, for nothing passes, but no proof either:
        evidence that only ever breaks stays unaudited.
        """
        script = self.step.piece.script
        if script is None:
            refusal = self.step.piece.refusal
            return self._unaudited(f"cannot run: {refusal.message if refusal is not None else 'cannot be read'}")
        if not script.is_python:
            return (yield from self._control(script))
        try:
            ref = self.step.piece.ref
            found = survey(ref.path, script.text, ref.test, self._read)
        except SyntaxError as error:
            return self._unaudited(f"cannot be parsed here: {error.msg}", error.lineno)
        except (ValueError, RecursionError) as error:
            return self._unaudited(f"cannot be parsed here: {error}")
        if not found.negations:
            return self._without_runs(found)
        return (yield from self._negations(script, found))

    def _control(self, script: Script) -> Trials:
        """The audit of an executable whose assertions nobody can see: its control command has to say no."""
        if not script.control:
            return self._unaudited('is no Python, and names no command that has to fail: control = "./wrong.sh"')
        if (unfit := (yield from self._as_it_is(script))) is not None:
            return unfit
        (said,) = yield (self._trial(script, "control", control=True),)
        words, line = " ".join(script.control), script.line
        match said.ending:
            case Ending.FAILED:
                return self._audited((), was_red=True, tried=1, beside=script.control[:1])
            case Ending.PASSED:
                finding = self._finding(f"its control passes, and has to fail: {words}", line)
                return self._audited((finding,), tried=1, beside=script.control[:1])
            case _:
                return self._unaudited(f"its control says neither yes nor no: {_first_line(said)}", line)

    def _negations(self, script: Script, found: Survey) -> Trials:
        if (unfit := (yield from self._as_it_is(script))) is not None:
            return unfit
        ended = yield tuple(
            self._trial(script, f"{each} negated", _changed(found, [(each.path, each.edits)]))
            for each in found.negations
        )
        passed = [each for each, said in zip(found.negations, ended, strict=True) if said.ending is Ending.PASSED]
        findings = [self._finding(each.why, each.line) for each in found.constants]
        if passed:
            ended += yield from self._survivors(script, found, passed, findings)
        was_red = any(said.ending is Ending.FAILED for said in ended)
        odd = [said for said in ended if said.ending not in (Ending.PASSED, Ending.FAILED)]
        if not findings and not was_red and odd:
            why = f"no negation made it fail; {len(odd)} broke it: {_first_line(odd[0])}"
            return self._unaudited(why, found.line)
        if not findings and not was_red:
            findings = [self._finding("comes to no assertion: it can break, and never say no", found.line)]
        beside = [source.path for source in found.beside]
        return self._audited(findings, was_red=was_red, tried=len(found.negations), beside=beside)

    def _survivors(
        self, script: Script, found: Survey, passed: Sequence[Negation], findings: list[Finding]
    ) -> Generator[tuple[Trial, ...], tuple[Execution, ...], tuple[Execution, ...]]:
        """Look closer at negations that passed, and add to `findings` what is true of them.

        One run tells which of them were reached. Of those, each that can says no once more, whatever it is asked: what
        is tried until it holds may pass negated, and can say no all the same.
        """
        marks = [(each.path, tuple(each.marks(f"{_REACHED}{place}"))) for place, each in enumerate(passed)]
        (told,) = yield (self._trial(script, "what is reached", _changed(found, marks)),)
        names = {measure.name for measure in told.measures}
        reached = [each for place, each in enumerate(passed) if f"{_REACHED}{place}" in names]
        # What a helper's assertion is there for may be another script's business.
        unreached = [each for each in passed if each not in reached and each.path == found.script.path]
        findings += [Finding(each.path, each.line, f"never reached: {each.what}") for each in unreached]
        doubtful = [each for each in reached if each.no]
        trials = [
            self._trial(script, f"{each} saying no", _changed(found, [(each.path, each.no)])) for each in doubtful
        ]
        ended = (yield tuple(trials)) if trials else ()
        could = [each for each, said in zip(doubtful, ended, strict=True) if said.ending is not Ending.PASSED]
        vacuous = [each for each in reached if each not in could]
        findings += [
            Finding(each.path, each.line, f"vacuous: it passes with {each.what} negated, too") for each in vacuous
        ]
        return ended

    def _without_runs(self, found: Survey) -> Audit:
        if found.constants:
            return self._audited([self._finding(each.why, each.line) for each in found.constants])
        if found.unnegated:
            findings = tuple(self._finding(_cannot(each), each.line) for each in found.unnegated)
            return Audit(self.workspace.exhibits.subject(self.step.piece.ref), Soundness.UNAUDITED, findings)
        return self._audited([self._finding("makes no assertion: it can break, and never say no", found.line)])

    def _as_it_is(self, script: Script) -> Generator[tuple[Trial, ...], tuple[Execution, ...], Audit | None]:
        """Run the script without a change; why it is not audited, where it does not pass."""
        if not self.workspace.exhibits.is_affordable:
            return self._unaudited("the repository is too large for private copies, and nothing is negated elsewhere")
        step = replace(self.step, judgements=())
        (said,) = yield (Trial(step, "as it is"),)
        if said.ending is Ending.PASSED:
            return None
        path, _, line = said.place.rpartition(":")
        here = int(line) if path == script.path and line.isdecimal() else 1
        return self._unaudited(f"{_UNFIT.get(said.ending, 'skipped')}: {_first_line(said)}", here)

    def _trial(
        self, script: Script, what: str, instead: tuple[tuple[str, str], ...] = (), *, control: bool = False
    ) -> Trial:
        # To try a negation again would be to hope that it passes.
        piece = replace(self.step.piece, script=replace(script, retries=0))
        return Trial(replace(self.step, piece=piece, judgements=(), instead=instead, control=control), what)

    def _audited(
        self, findings: Sequence[Finding], *, was_red: bool = False, tried: int = 0, beside: Iterable[str] = ()
    ) -> Audit:
        prints = tuple(sorted((path, self.workspace.exhibits.content(path)) for path in beside if "/" in path))
        soundness = Soundness.VACUOUS if findings else Soundness.SOUND
        subject = self.workspace.exhibits.subject(self.step.piece.ref)
        return Audit(subject, soundness, tuple(sorted(set(findings))), was_red, tried, prints)

    def _unaudited(self, why: str, line: int | None = None) -> Audit:
        subject = self.workspace.exhibits.subject(self.step.piece.ref)
        return Audit(subject, Soundness.UNAUDITED, (self._finding(why, line or 1),))

    def _finding(self, why: str, line: int) -> Finding:
        return Finding(self.step.piece.ref.path, line, why)

    def _read(self, path: str) -> str | None:
        """The text of a module that a private copy would hold."""
        file = self.workspace.root / path
        if not file.is_file() or path not in self.workspace.files:
            return None
        try:
            return file.read_bytes().decode("utf-8-sig")
        except (OSError, ValueError):
            return None


def _changed(found: Survey, edits: Iterable[tuple[str, tuple[Edit, ...]]]) -> tuple[tuple[str, str], ...]:
    """The text of each file with the edits in it made."""
    by_path: dict[str, list[Edit]] = {}
    for path, some in edits:
        by_path.setdefault(path, []).extend(some)
    return tuple((path, found.source(path).edited(each)) for path, each in by_path.items())


def _cannot(assertion: Unnegated) -> str:
    return f"cannot be negated: {assertion.why}"


def _first_line(said: Execution) -> str:
    return said.message.strip().partition("\n")[0] or "without a word"

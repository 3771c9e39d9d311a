"""Runs: steps in, outcomes out, in parallel, alone where asked, and honest about what was really read."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from repositories import Project

from adrtool.evidence.environment import Environments
from adrtool.evidence.execute import Execution, Job, execute
from adrtool.evidence.script import Requirements
from adrtool.evidence.working_copy import WorkingCopy
from adrtool.outcome import Ending
from adrtool.plan import Step, steps
from adrtool.verify import Executor, Finished, Options, Run
from adrtool.workspace import Workspace

PASSED = Execution(Ending.PASSED)
PATIENCE = 30.0  # seconds that no test waits for


@dataclass
class Log:
    """A watcher that remembers."""

    events: list[tuple[str, str]] = field(default_factory=list)

    def building(self, requirements: Requirements) -> None:
        self.events.append(("building", str(requirements)))

    def started(self, job: Job) -> None:
        self.events.append(("started", job.evidence.path))

    def finished(self, step: Step, execution: Execution) -> None:
        self.events.append((execution.ending.value, step.piece.ref.path))


def written(project: Project, **scripts: str) -> Project:
    for name, text in scripts.items():
        project.evidence(f"{name}.py", text)
    project.record(*(f"[{name}](evidence/{name}.py)" for name in scripts))
    project.commit()
    return project


def run(project: Project, executor: Executor = execute, watcher: Log | None = None, **options: object) -> Run:
    workspace = Workspace.open(project.root)
    plan = steps(workspace.judge_all(datetime.now(UTC)), workspace.piece_of)
    return Run(workspace, plan, Options(**options), watcher or Log(), Environments(), executor)  # type: ignore[arg-type]


def endings(finished: list[Finished]) -> dict[str, Ending]:
    return {found.step.piece.ref.path.rpartition("/")[2]: found.execution.ending for found in finished}


def test_each_step_gives_an_outcome_for_each_of_its_claims(project: Project) -> None:
    written(project, a="assert True", b="assert False, 'no'")
    project.record("[a too](evidence/a.py)", path="adr/0002-two.md")
    head = project.commit()
    log = Log()
    this = run(project, watcher=log)
    finished = [*this.finish()]
    assert endings(finished) == {"a.py": Ending.PASSED, "b.py": Ending.FAILED}
    outcomes = {outcome.claim: outcome for found in finished for outcome in found.outcomes}
    assert set(outcomes) == {"0001/a", "0001/b", "0002/a"}
    assert {(outcome.run, outcome.commit) for outcome in outcomes.values()} == {(this.id, head)}
    assert outcomes["0001/a"].fingerprints.text != outcomes["0002/a"].fingerprints.text
    assert outcomes["0001/b"].message == "no"
    assert set(log.events) == {
        ("started", "adr/evidence/a.py"),
        ("started", "adr/evidence/b.py"),
        ("passed", "adr/evidence/a.py"),
        ("failed", "adr/evidence/b.py"),
    }


def test_as_many_run_at_once_as_there_are_jobs(project: Project) -> None:
    written(project, a="", b="", c="")
    together = threading.Barrier(3, timeout=PATIENCE)

    def meet(_job: Job, _root: Path, _copy: WorkingCopy | None, _cancel: threading.Event) -> Execution:
        together.wait()
        return PASSED

    assert set(endings([*run(project, meet, jobs=3).finish()]).values()) == {Ending.PASSED}


def concurrency(project: Project, jobs: int) -> tuple[int, list[str]]:
    """The most that ran at once, and the order in which they began."""
    lock, running, most, order = threading.Lock(), set[str](), [0], list[str]()

    def count(job: Job, _root: Path, _copy: WorkingCopy | None, _cancel: threading.Event) -> Execution:
        with lock:
            running.add(job.evidence.path)
            order.append(Path(job.evidence.path).stem)
            most[0] = max(most[0], len(running))
            if job.script.exclusive:
                assert running == {job.evidence.path}
        threading.Event().wait(0.05)
        with lock:
            running.discard(job.evidence.path)
        return PASSED

    finished = [*run(project, count, jobs=jobs).finish()]
    assert set(endings(finished).values()) == {Ending.PASSED}
    return most[0], order


def test_one_job_is_one_at_a_time(project: Project) -> None:
    assert concurrency(written(project, a="", b="", c=""), 1) == (1, ["a", "b", "c"])


def test_what_wants_to_be_alone_runs_last_and_alone(project: Project) -> None:
    alone = "# /// script\n# [tool.adrtool]\n# exclusive = true\n# ///\n"
    _, order = concurrency(written(project, a=alone, b="", c=alone, d=""), 4)
    assert (set(order[:2]), order[2:]) == ({"b", "d"}, ["a", "c"])


def test_each_that_runs_at_once_has_a_copy_of_its_own_and_copies_are_used_again(project: Project) -> None:
    written(project, a="", b="", c="", d="")
    together = threading.Barrier(2, timeout=PATIENCE)
    seen = set[Path]()

    def note(_job: Job, _root: Path, copy: WorkingCopy | None, _cancel: threading.Event) -> Execution:
        together.wait()
        assert copy is not None
        seen.add(copy.root)
        assert not (copy.root / "left").exists()
        (copy.root / "left").touch()
        together.wait()
        return PASSED

    assert len([*run(project, note, jobs=2).finish()]) == 4
    assert len(seen) == 2
    assert not any(root.exists() for root in seen)


def test_a_run_that_is_stopped_starts_nothing_more_and_keeps_what_had_ended(project: Project) -> None:
    written(project, a="", b="import time; time.sleep(60)", c="")
    this = run(project, jobs=1)
    finished = []
    for found in this.finish():
        finished.append(found)
        threading.Timer(0.5, this.stop).start()
    assert endings(finished) == {"a.py": Ending.PASSED}


@pytest.mark.parametrize("text", ["assert 0", "1 / 0"])
def test_fail_fast_ends_what_runs_beside_it(project: Project, text: str) -> None:
    written(project, a="import time; time.sleep(60)", b=f"import time; time.sleep(.5); {text}", c="")
    found = endings([*run(project, jobs=2, fail_fast=True).finish()])
    assert set(found) == {"b.py"}


def edited(change: Callable[[Project], object], project: Project) -> Executor:
    """An executor during which the user edits something."""

    def editing(job: Job, root: Path, copy: WorkingCopy | None, cancel: threading.Event) -> Execution:
        execution = execute(job, root, copy, cancel)
        change(project)
        return execution

    return editing


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda project: project.write("data.txt", "later"), "suspect"),
        (lambda project: (project.root / "data.txt").unlink(), "suspect"),
        (lambda project: project.evidence("a.py", "assert 0"), "suspect"),
        (lambda project: project.record("[another](evidence/a.py)"), "suspect"),
        (lambda project: project.write("other.txt", "later"), "holds"),
    ],
)
def test_an_edit_while_evidence_runs_is_no_part_of_what_it_proved(
    project: Project, change: Callable[[Project], object], verdict: str
) -> None:
    project.write("data.txt", "now")
    written(project, a="assert open('data.txt').read() == 'now'")
    this = run(project, edited(change, project))
    (finished,) = this.finish()
    assert finished.execution.ending is Ending.PASSED
    assert this.workspace.ledger is not None
    this.workspace.ledger.append(finished.outcomes)
    assert project.status().verdicts == {"0001/a": verdict}


def test_tries_end_with_the_first_that_passes(project: Project) -> None:
    written(project, a="# /// script\n# [tool.adrtool]\n# retries = 5\n# ///\n")
    said = iter([Ending.FAILED, Ending.ERRORED, Ending.PASSED, Ending.FAILED])
    (finished,) = run(project, lambda *_: Execution(next(said))).finish()
    (outcome,) = finished.outcomes
    assert (outcome.ending, outcome.tries) == (Ending.PASSED, (Ending.FAILED, Ending.ERRORED, Ending.PASSED))


def test_what_cannot_run_is_an_outcome_like_any_other(project: Project) -> None:
    project.record("[gone](evidence/gone.py)", "[a](evidence/a.py)")
    project.evidence("a.py", "")
    project.commit()
    finished = [*run(project).finish()]
    assert endings(finished) == {"gone.py": Ending.ERRORED, "a.py": Ending.PASSED}


def test_a_full_disk_breaks_a_step_and_no_more(project: Project) -> None:
    written(project, a="", b="")

    def full(job: Job, _root: Path, _copy: WorkingCopy | None, _cancel: threading.Event) -> Execution:
        if job.evidence.path.endswith("a.py"):
            raise OSError(28, "No space left on device", "/x")
        return PASSED

    finished = {found.step.piece.ref.path: found.execution for found in run(project, full).finish()}
    assert finished["adr/evidence/b.py"] == PASSED
    assert finished["adr/evidence/a.py"].ending is Ending.ERRORED
    assert "No space left on device" in finished["adr/evidence/a.py"].message


def test_an_end_takes_the_runs_within_it_along(project: Project, tmp_path: Path) -> None:
    """Evidence that runs adrtool itself: what that one started ends with it, though it is in a session of its own."""
    inner = replace(project, root=tmp_path / "inner")
    inner.root.mkdir()
    started = tmp_path / "started"
    inner.init()
    seconds = f"87{os.getpid()}"  # a number that no other process sleeps for
    sleeping = f"import pathlib, subprocess; child = subprocess.Popen(['sleep', '{seconds}'])\n"
    written(inner, a=f"{sleeping}pathlib.Path({str(started)!r}).touch(); child.wait()")
    outer = (
        "# /// script\n# [tool.adrtool]\n# timeout = '60s'\n# ///\n"
        f"import os, subprocess, sys\nsubprocess.run([sys.executable, '-m', 'adrtool', 'verify', '--sandbox', 'off'], cwd={str(inner.root)!r},"
        " preexec_fn=lambda: __import__('signal').signal(15, 1), env={**os.environ, 'PYTHONPATH': "
        f"{str(Path(__file__).parents[1])!r}}})"
    )
    written(project, b=outer)
    this = run(project)

    def stop() -> None:
        deadline = time.monotonic() + 60
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        this.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    assert [*this.finish()] == []
    assert started.exists()
    stopper.join()
    commands = [entry / "cmdline" for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    assert [command for command in commands if seconds.encode() in _content(command)] == []


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_what_had_no_environment_is_not_said_to_have_run_in_adrtools_own(project: Project, links: Path) -> None:
    block = "# /// script\n# dependencies = ['nowhere']\n# ///\n"
    project.monkeypatch.setenv("ADRTOOL_CACHE_DIR", str(links.parent / "cache"))
    written(project, own="", unbuilt=block)
    outcomes = {found.claim: found.environment for row in run(project).finish() for found in row.outcomes}
    own, unbuilt = outcomes["0001/own"], outcomes["0001/unbuilt"]
    assert own is not None
    assert "pytest" in dict(own.packages)
    assert unbuilt is not None
    assert (unbuilt.python, unbuilt.packages) == ("", ())

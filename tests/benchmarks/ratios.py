"""What the README promises of speed, each measured as a ratio against a floor in the same run.

`python -m pytest tests/benchmarks/ratios.py -s` prints the figures. Each side has its best of several turns, taken in
turns, so that a busy machine slows both. Where nothing waits, processor time is compared, which others do not lengthen.
"""

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adrtool.evidence import sandbox
from adrtool.outcome import Ending, Environment, Measure, Outcome, to_line
from adrtool.workspace import Workspace

TURNS = 15
ADRTOOL = [sys.executable, "-m", "adrtool"]
IDENTITY = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]


def children() -> float:
    """Processor seconds of all child processes so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def best(
    *actions: Callable[[], object], turns: int = TURNS, clock: Callable[[], float] = children
) -> tuple[float, ...]:
    """The shortest time of each action by `clock`, in seconds."""
    shortest = [float("inf")] * len(actions)
    for _ in range(turns):
        for place, action in enumerate(actions):
            started = clock()
            action()
            shortest[place] = min(shortest[place], clock() - started)
    return tuple(shortest)


def command(*words: str, cwd: Path | None = None) -> Callable[[], object]:
    return lambda: subprocess.run(words, cwd=cwd, capture_output=True, check=True)


def say(name: str, ratio: float, **seconds: float) -> None:
    figures = ", ".join(f"{key} {value * 1000:.1f} ms" for key, value in seconds.items())
    print(f"\n{name}: ratio {ratio:.2f} ({figures})")


def test_help_takes_little_more_than_click() -> None:
    help_, click = best(command(*ADRTOOL, "--help"), command(sys.executable, "-c", "import click"))
    say("--help / import click", help_ / click, help=help_, click=click)
    assert help_ <= 2 * click


def repository(root: Path, records: int, claims: int) -> Path:
    """A repository with so many records of so many claims, each with a script of its own."""
    evidence = root / "adr" / "evidence"
    evidence.mkdir(parents=True)
    for number in range(1, records + 1):
        links = []
        for place in range(claims):
            script = evidence / f"e{number:03d}_{place}.sh"
            script.write_text(f"#!/bin/sh\n# {script.name}\nexit 0\n")
            script.chmod(0o755)
            links.append(f"- [Claim {place} of record {number} holds](evidence/{script.name})\n")
        head = f"# {number}. Record {number}\n\nDate: 2026-01-01\n\n## Status\n\nAccepted\n\n## Rationale\n\n"
        (root / "adr" / f"{number:04d}-record-{number}.md").write_text(head + "".join(links))
    command("git", "init", "--quiet", cwd=root)()
    command("git", "add", "--all", cwd=root)()
    command("git", *IDENTITY, "commit", "--quiet", "-m", "records", cwd=root)()
    return root


def passed(workspace: Workspace) -> list[Outcome]:
    """What a run writes whose every script exits 0; what a run itself takes is measured on its own, below."""
    now, environment = datetime.now(UTC), Environment("", "linux")
    return [
        Outcome(
            run="benchmark",
            claim=claim.id,
            fingerprints=workspace.exhibits.fingerprints(claim, ()),
            ending=Ending.PASSED,
            at=now,
            tries=(Ending.PASSED,),
            commit=workspace.head,
            environment=environment,
        )
        for claim in workspace.claims
    ]


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with 1,000 claims in 100 records, all of them verified."""
    root = repository(tmp_path_factory.mktemp("thousand"), 100, 10)
    workspace = Workspace.open(root)
    assert workspace.ledger is not None
    assert workspace.ledger.append(passed(workspace)) == ""
    return root


def test_status_of_a_thousand_claims_takes_little_more_than_git_status(thousand: Path) -> None:
    status = command(*ADRTOOL, "status", cwd=thousand)
    status()
    time.sleep(2.5)  # what has just changed is not believed to stand still
    status()
    ours, git, python = best(status, command("git", "status", cwd=thousand), command(sys.executable, "-c", "pass"))
    say("status / (git status + python)", ours / (git + python), status=ours, git=git, python=python)
    assert ours <= 2 * (git + python)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with 100 claims that ran 1,000 times: 100,000 outcomes with a measure each, on 100 commits."""
    root = repository(tmp_path_factory.mktemp("years"), 10, 10)
    commits = []
    for _ in range(100):
        command("git", *IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "week", cwd=root)()
        commits.append(subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=root, text=True).strip())
    workspace = Workspace.open(root)
    assert workspace.ledger is not None
    additions: dict[str, list[bytes]] = {}
    outcomes = passed(workspace)
    for run in range(1000):
        at = datetime.now(UTC) - timedelta(hours=1000 - run)
        for place, outcome in enumerate(outcomes):
            ending = Ending.FAILED if run % 50 == 7 and place == 3 else Ending.PASSED
            measures = (Measure("p95", 3 + (run * 7 + place) % 5 / 10, 10.0, unit="ms"),)
            commit, order = commits[run // 10], int(at.timestamp() * 1e6) + place
            full = replace(outcome, run=str(run), ending=ending, at=at, order=order, commit=commit, measures=measures)
            additions.setdefault(commit, []).append(to_line(full, None).encode())
    workspace.ledger.notes.add(additions, "benchmark")
    return root


@pytest.mark.parametrize("words", [("status",), ("history", "0001/e001_3")], ids=["status", "history"])
def test_a_ledger_of_years_is_read_as_fast_as_an_empty_one(years: Path, words: tuple[str, ...]) -> None:
    ask = command(*ADRTOOL, *words, cwd=years)
    ask()
    time.sleep(2.5)
    ask()
    ours, git, python = best(ask, command("git", "status", cwd=years), command(sys.executable, "-c", "pass"))
    say(f"{words[0]}, 100,000 outcomes / (git status + python)", ours / (git + python), ours=ours, git=git)
    assert ours <= 2 * (git + python)


def test_appends_to_a_ledger_of_years_are_as_fast_as_the_first(years: Path, tmp_path: Path) -> None:
    places = [Workspace.open(repository(tmp_path / "new", 10, 10)), Workspace.open(years)]

    def append(workspace: Workspace) -> Callable[[], object]:
        assert workspace.ledger is not None
        return lambda: workspace.ledger.append(passed(workspace)[:10])

    def clock() -> float:
        return time.process_time() + children()

    early, late = best(*map(append, places), turns=5, clock=clock)
    say("an append after 100,000 / the first", late / early, late=late, early=early)
    assert late <= 2 * early


def test_status_reads_anew_what_has_changed(thousand: Path) -> None:
    command(*ADRTOOL, "status", cwd=thousand)()
    script = thousand / "adr" / "evidence" / "e001_0.sh"
    script.write_text(script.read_text() + "# more\n")
    done = subprocess.run([*ADRTOOL, "status"], cwd=thousand, capture_output=True, text=True)
    assert "1 suspect" in done.stdout
    assert done.returncode == 14


def test_the_last_pieces_of_a_long_run_take_no_longer_than_the_first(tmp_path: Path) -> None:
    """What waits for notes grows while a run goes on; what it takes to add to it does not."""
    root = repository(tmp_path / "long", 1, 1)
    workspace = Workspace.open(root)
    ledger, (outcome,) = workspace.ledger, passed(workspace)
    assert ledger is not None

    def hold() -> float:
        started = time.process_time()
        ledger.hold([outcome])
        return time.process_time() - started

    early = sorted(hold() for _ in range(30))[15]
    (waiting, *_) = ledger.spool.names()
    for number in range(1000):
        shutil.copy(ledger.spool.folder / waiting, ledger.spool.folder / waiting.replace(".jsonl", f"{number}.jsonl"))
    late = sorted(hold() for _ in range(30))[15]
    say("outcomes held after a thousand / the first", late / early, late=late, early=early)
    assert late <= 3 * early  # reading again what waits would be more than that


def verifying(root: Path, pieces: int, sandbox: str) -> Callable[[], object]:
    """One run of so many pieces of evidence, one after the other."""
    if not root.exists():
        repository(root, 1, pieces)
    return command(*ADRTOOL, "verify", "--all", "--jobs", "1", "--sandbox", sandbox, cwd=root)


def test_scheduling_adds_little_to_each_piece_of_evidence(tmp_path: Path) -> None:
    """What `verify` takes for twenty more pieces, against the same commands by hand, for each piece."""
    times = {pieces: verifying(tmp_path / str(pieces), pieces, "off") for pieces in (5, 25)}
    script_path = str(tmp_path / "25" / "adr" / "evidence" / "e001_0.sh")
    script, start = command(script_path), command(sys.executable, "-c", "pass")
    few, many, by_hand, python = best(times[5], times[25], script, start, turns=5, clock=time.perf_counter)
    added = (many - few) / 20 - by_hand
    say("scheduling / python start", added / python, added=added, by_hand=by_hand, python=python)
    # 50 ms on a machine where an interpreter starts in 15 ms; as a ratio it holds on a slower one, too.
    assert added <= 50 / 15 * python


BARE = "--ro-bind / / --unshare-pid --unshare-ipc --unshare-uts --unshare-net --proc /proc --dev /dev --tmpfs /tmp"


@pytest.mark.skipif(sandbox.find().program is None, reason="no sandbox works here")
def test_the_sandbox_costs_little_more_than_bubblewrap_itself(tmp_path: Path) -> None:
    """What the sandbox adds to each piece of evidence, against the barest of its kind by hand."""
    within, without = (verifying(tmp_path / "25", 25, mode) for mode in ("require", "off"))
    program = sandbox.find().program
    assert program is not None
    bare, true = command(program, *BARE.split(), "/bin/true"), command("/bin/true")
    inside, outside, bare_, true_ = best(within, without, bare, true, turns=5, clock=time.perf_counter)
    added, floor = (inside - outside) / 25, bare_ - true_
    say("sandbox / bubblewrap by hand", added / floor, added=added, by_hand=floor)
    assert added <= 8 * floor


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-s", "-q", *sys.argv[1:]]))

"""What the README promises of speed, each measured as a ratio against a floor in the same run.

`python -m pytest tests/benchmarks/ratios.py -s` prints the figures. Each side has its best of several turns, taken in
turns, so that a busy machine slows both. Where nothing waits, processor time is compared, which others do not lengthen.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with 1,000 claims in 100 records, all of them verified."""
    root = tmp_path_factory.mktemp("thousand")
    evidence = root / "adr" / "evidence"
    evidence.mkdir(parents=True)
    for number in range(1, 101):
        claims = []
        for place in range(10):
            script = evidence / f"e{number:03d}_{place}.sh"
            script.write_text(f"#!/bin/sh\n# {script.name}\nexit 0\n")
            script.chmod(0o755)
            claims.append(f"- [Claim {place} of record {number} holds](evidence/{script.name})\n")
        head = f"# {number}. Record {number}\n\nDate: 2026-01-01\n\n## Status\n\nAccepted\n\n## Rationale\n\n"
        (root / "adr" / f"{number:04d}-record-{number}.md").write_text(head + "".join(claims))
    command("git", "init", "--quiet", cwd=root)()
    command("git", "add", "--all", cwd=root)()
    command("git", *IDENTITY, "commit", "--quiet", "-m", "records", cwd=root)()
    command(*ADRTOOL, "verify", cwd=root)()
    return root


def test_status_of_a_thousand_claims_takes_little_more_than_git_status(thousand: Path) -> None:
    status = command(*ADRTOOL, "status", cwd=thousand)
    status()
    time.sleep(2.5)  # what has just changed is not believed to stand still
    status()
    ours, git, python = best(status, command("git", "status", cwd=thousand), command(sys.executable, "-c", "pass"))
    say("status / (git status + python)", ours / (git + python), status=ours, git=git, python=python)
    assert ours <= 2 * (git + python)


def test_status_reads_anew_what_has_changed(thousand: Path) -> None:
    command(*ADRTOOL, "status", cwd=thousand)()
    script = thousand / "adr" / "evidence" / "e001_0.sh"
    script.write_text(script.read_text() + "# more\n")
    done = subprocess.run([*ADRTOOL, "status"], cwd=thousand, capture_output=True, text=True)
    assert "1 suspect" in done.stdout
    assert done.returncode == 14


def test_scheduling_adds_little_to_each_piece_of_evidence(tmp_path: Path) -> None:
    """What `verify` takes for twenty more pieces, against the same commands by hand, for each piece."""
    times = {}
    for pieces in (5, 25):
        root = tmp_path / str(pieces)
        evidence = root / "adr" / "evidence"
        evidence.mkdir(parents=True)
        for number in range(pieces):
            (evidence / f"e{number}.sh").write_text("#!/bin/sh\nexit 0\n")
            (evidence / f"e{number}.sh").chmod(0o755)
        claims = "".join(f"- [Claim {number}](evidence/e{number}.sh)\n" for number in range(pieces))
        (root / "adr" / "0001-t.md").write_text(f"# T\n\n## Status\n\nAccepted\n\n{claims}")
        command("git", "init", "--quiet", cwd=root)()
        command("git", *IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "one", cwd=root)()
        times[pieces] = command(*ADRTOOL, "verify", "--all", "--jobs", "1", cwd=root)
    script_path = str(tmp_path / "25" / "adr" / "evidence" / "e0.sh")
    script, start = command(script_path), command(sys.executable, "-c", "pass")
    few, many, by_hand, python = best(times[5], times[25], script, start, turns=5, clock=time.perf_counter)
    added = (many - few) / 20 - by_hand
    say("scheduling / python start", added / python, added=added, by_hand=by_hand, python=python)
    # 50 ms on a machine where an interpreter starts in 15 ms; as a ratio it holds on a slower one, too.
    assert added <= 50 / 15 * python


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-s", "-q", *sys.argv[1:]]))

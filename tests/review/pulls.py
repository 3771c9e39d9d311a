"""A company's repository with an upstream, a fork, and pull requests of every kind. `python pulls.py FOLDER` builds it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STALE = 10  # adrtool's exit code where a reason no longer holds, as SIZE does not on main
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "dev" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}

STORE = """\
---
status: accepted
date: 2026-03-02
applies-to: ["src/store/**"]
---

# Postgres over a document store

## Context

Orders refer to customers, and reports join them.

## Decision

Orders live in Postgres. A document store was the alternative.

## Rationale

- [Reading an order must take at most 5 ms](evidence/reads.py),
  and [a thousand orders fit into 2 MB](evidence/size.py "supporting").
- [The schema has a foreign key from orders to customers](evidence/schema.py "then: add it again").

## Consequences

We run Postgres ourselves.
"""
QUEUE = """\
# No message queue

Status: proposed

Date: 2026-05-11

## Decision

Jobs are rows in a table.

## Rationale

- [A worker takes ten jobs in one go](evidence/jobs.py)
"""
READS = """\
from pathlib import Path

from adrtool_evidence import measure

timings = [float(line) for line in Path("bench/reads.txt").read_text().split()]
assert len(timings) >= 3
measure("slowest_read", max(timings), at_most=5, unit="ms")
"""
SIZE = """\
from pathlib import Path

from adrtool_evidence import measure

measure("size", float(Path("bench/size.txt").read_text()), at_most=2, unit="MB")
"""
SCHEMA = """\
from pathlib import Path

assert "REFERENCES customers" in Path("src/store/schema.sql").read_text()
"""
TABLES = "CREATE TABLE customers (id int);\nCREATE TABLE orders (id int, customer int REFERENCES customers);\n"


@dataclass(frozen=True)
class Repo:
    """A working tree, and git."""

    root: Path

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, env={**os.environ, **IDENTITY})
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        file.chmod(mode)

    def edit(self, path: str, *pairs: tuple[str, str]) -> None:
        text = (self.root / path).read_text()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        self.write(path, text)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)


def untouched(repo: Repo) -> None:
    repo.write("docs/welcome.md", "# Welcome\n")


def breaks(repo: Repo) -> None:
    repo.write("bench/reads.txt", "2.1 3.4 7.25\n")


def drops_a_key(repo: Repo) -> None:
    repo.edit("src/store/schema.sql", (" REFERENCES customers", ""))


def weakens(repo: Repo) -> None:
    repo.write("bench/reads.txt", "2.1 3.4 7.25\n")
    repo.edit("adr/0001-postgres.md", ("must take at most 5 ms", "should usually take at most 8 ms"))
    repo.edit("adr/evidence/reads.py", ("at_most=5", "at_most=8"), ("assert len(timings) >= 3\n", ""))


def new_record(repo: Repo) -> None:
    repo.write(
        "adr/0003-backups.md",
        """\
        # Backups every hour

        Status: accepted

        Date: 2026-11-20

        ## Decision

        We take a backup every hour, as [agreed](meeting.md).

        ## Rationale

        - [A backup takes less than a minute](evidence/backup.py)
        - [Nobody ever needed more than a day's worth](evidence/)
        """,
    )
    repo.write(
        "adr/evidence/backup.py",
        "from adrtool_evidence import measure\n\nmeasure('backup', 41, at_most=60, unit='s')\n",
    )


def loses_evidence(repo: Repo) -> None:
    (repo.root / "adr/evidence/size.py").unlink()
    repo.edit("adr/0001-postgres.md", ("evidence/schema.py", "evidence/"))


def rewrites(repo: Repo) -> None:
    repo.edit("adr/0001-postgres.md", ("Orders live in Postgres.", "Orders live in MySQL."))
    repo.edit("adr/0002-no-queue.md", ("Status: proposed", "Status: accepted"))


def collides(repo: Repo) -> None:
    new_record(repo)
    repo.edit("adr/0003-backups.md", (", as [agreed](meeting.md)", ""))


def renames_the_folder(repo: Repo) -> None:
    repo.git("mv", "adr", "decisions")


def governed(repo: Repo) -> None:
    repo.write("src/store/orders.py", "def order(): ...\n")
    repo.write("bench/reads.txt", "2.1 3.4 4.9\n")


def hostile(repo: Repo) -> None:
    text = "Reading &lt;img src=x onerror=alert(1)&gt; @octocat must, fixes \\#1, take \\`\\`\\`at most\\`\\`\\` 9 ms \u202e\x1bc\x9b31m"
    repo.edit("adr/0001-postgres.md", ("Reading an order must take at most 5 ms", text))
    evil = (
        '\nprint("::set-output name=token::x\\n##[error]y")\nraise AssertionError("</details> @octocat fixes #1 ```")\n'
    )
    repo.write("adr/evidence/reads.py", READS + evil)


def mends(repo: Repo) -> None:
    repo.write("bench/size.txt", "1.5\n")


PULLS: dict[str, Callable[[Repo], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        untouched,
        breaks,
        drops_a_key,
        weakens,
        new_record,
        loses_evidence,
        rewrites,
        collides,
        renames_the_folder,
        governed,
        hostile,
        mends,
    )
}


def build(folder: Path) -> Repo:
    """The repository below `folder`: `origin/main` is what pulls go into, `fork/NAME` is each of them."""
    shutil.rmtree(folder, ignore_errors=True)
    repo = Repo(folder / "work")
    repo.root.mkdir(parents=True)
    repo.git("init", "--quiet", "--initial-branch=main")
    for remote in ("origin", "fork"):
        repo.git("init", "--quiet", "--bare", f"../{remote}.git")
        repo.git("remote", "add", remote, f"../{remote}.git")
    repo.write("adr/0001-postgres.md", STORE)
    repo.write("adr/0002-no-queue.md", QUEUE)
    for name, text in (("reads", READS), ("size", SIZE), ("schema", SCHEMA), ("jobs", "assert True\n")):
        repo.write(f"adr/evidence/{name}.py", text)
    repo.write("src/store/schema.sql", TABLES)
    repo.write("bench/reads.txt", "2.1 3.4 4.0\n")
    repo.write("bench/size.txt", "2.5\n")
    repo.commit("Decide")
    environment = {**os.environ, **IDENTITY}
    verify = [sys.executable, "-m", "adrtool", "verify"]
    verified = subprocess.run(verify, cwd=repo.root, env=environment, capture_output=True, text=True)
    assert verified.returncode == STALE, verified.stderr
    for name, change in PULLS.items():
        repo.git("checkout", "--quiet", "-b", name, "main")
        change(repo)
        repo.commit(name)
        repo.git("push", "--quiet", "fork", name)
        repo.git("checkout", "--quiet", "main")
        repo.git("branch", "--quiet", "-D", name)
    repo.write("adr/0003-caching.md", QUEUE.replace("No message queue", "Caching").partition("## Rationale")[0])
    repo.commit("Decide on caching")
    repo.git("push", "--quiet", "origin", "main")
    return repo


if __name__ == "__main__":
    print(build(Path(sys.argv[1])).root)

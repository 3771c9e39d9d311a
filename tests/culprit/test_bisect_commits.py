"""`adrtool bisect` over commits: git's own bisect finds the culprit, and what is the user's stays as it was."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from repositories import Project

READS_SIZE = """
    from pathlib import Path

    assert int(Path("size.txt").read_text()) < 10, "size is too large"
"""


def sized(project: Project, *sizes: object) -> list[str]:
    """One commit for each size; their ids."""
    commits = []
    for size in sizes:
        project.write("size.txt", f"{size}\n")
        commits.append(project.commit(f"Size {size}"))
    return commits


@pytest.fixture
def turned(project: Project) -> tuple[Project, list[str]]:
    """It held at the first commit, and fails at the last one."""
    project.evidence("size.py", READS_SIZE)
    project.record("[It is small](evidence/size.py)")
    commits = sized(project, 1)
    assert project.verify().verdicts == {"0001/size": "holds"}
    commits += sized(project, 2, 3, 4, 12, 13, 14)
    assert project.verify().verdicts == {"0001/size": "stale"}
    return project, commits


def test_the_first_commit_that_fails_is_named_with_what_it_changed(turned: tuple[Project, list[str]]) -> None:
    project, commits = turned
    said = project.adrtool("bisect", "1/size")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "0001/size  It is small"
    assert f"holds up to   {commits[3][:10]} (Size 4)" in lines
    assert f"fails from    {commits[4][:10]} (Size 12)" in lines
    assert "              size is too large" in lines
    assert "it changed    size.txt  +1 -1" in lines
    assert f"to see it     git diff {commits[3][:10]} {commits[4][:10]} -- size.txt" in lines
    assert max(map(len, lines)) <= 80
    assert len(said.err.splitlines()) == 2 + 3  # both ends, and three of the five between


def test_a_failure_with_uncommitted_changes_blames_no_commit(project: Project) -> None:
    project.evidence("size.py", READS_SIZE)
    project.record("[It is small](evidence/size.py)")
    sized(project, 1)
    project.verify()
    commits = sized(project, 2)
    project.write("size.txt", "12\n")
    told = project.adrtool("verify")
    assert f"first seen failing at {commits[0][:10]} with uncommitted changes" in " ".join(told.out.split())
    assert f"{commits[0][:10]}+" in project.adrtool("history", "0001/size").out
    culprit = project.commit("Size 12")
    said = project.adrtool("bisect", "0001/size")
    assert f"fails from    {culprit[:10]} (Size 12)" in said.out.splitlines()


def test_a_failure_that_is_not_committed_is_told_to_be(project: Project) -> None:
    project.evidence("size.py", READS_SIZE)
    project.record("[It is small](evidence/size.py)")
    sized(project, 1)
    project.verify()
    project.write("size.txt", "12\n")
    project.verify()
    said = project.adrtool("bisect", "0001/size")
    assert said.code == 12
    assert "failed with uncommitted changes there; commit them and try again" in said.err


def test_as_json(turned: tuple[Project, list[str]]) -> None:
    project, commits = turned
    said = project.adrtool("bisect", "0001/size", "--json").json
    assert said["format"] == 1
    assert (said["claim"], said["over"], said["evidence"], said["found"]) == ("0001/size", "commits", "head", True)
    assert (said["good"], said["bad"]) == (commits[0], commits[-1])
    assert said["holds_up_to"] == {"name": commits[3], "subject": "Size 4", "outcome": "passed", "message": ""}
    assert said["fails_from"]["name"] == commits[4]
    assert said["inputs"] == [{"path": "size.txt", "added": 1, "removed": 1}]
    assert {row["what"] for row in said["turn"]["differences"]} == {"inputs", "commits"}


def test_nothing_of_the_users_changes_and_no_verdict_does(turned: tuple[Project, list[str]]) -> None:
    project, commits = turned
    project.git("bisect", "start", commits[5], commits[1])  # the user's own, over something else
    project.write("staged.txt", "x")
    project.git("add", "staged.txt")
    project.write("size.txt", "99\n")
    project.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch {project.root}/hooked\n", 0o755)

    def state() -> tuple[object, ...]:
        git = project.root / ".git"
        return (
            project.git("status", "--porcelain"),
            project.git("bisect", "log"),
            project.git("for-each-ref"),
            project.git("worktree", "list"),
            (git / "HEAD").read_text(),
            (git / "index").read_bytes(),
            sorted(os.listdir(git)),
            project.notes(),
            project.status().out,
        )

    before = state()
    assert project.adrtool("bisect", "1/size", "--good", commits[0], "--bad", commits[6], "--json").json["found"]
    after = state()
    # Git keeps an empty folder for worktrees once there was one.
    assert [*map(_without_worktrees, after)] == [*map(_without_worktrees, before)]
    assert not (project.root / "hooked").exists()


def _without_worktrees(part: object) -> object:
    return [name for name in part if name != "worktrees"] if isinstance(part, list) else part


def test_commits_that_tell_nothing_are_skipped_and_told(project: Project) -> None:
    project.evidence("size.py", READS_SIZE)
    project.record("[It is small](evidence/size.py)")
    commits = sized(project, 1, 2, "no number", "none either", 12, 13)
    said = project.adrtool("bisect", "1/size", "--good", commits[0], "--json").json
    assert said["bad"] == commits[-1]  # HEAD
    assert said["holds_up_to"]["name"] == commits[1]
    assert said["fails_from"]["name"] == commits[4]
    assert {row["name"]: row["outcome"] for row in said["between"]} == {commits[2]: "errored", commits[3]: "errored"}
    text = project.adrtool("bisect", "1/size", "--good", commits[0]).out
    assert "2 between them could tell nothing, so it may be one of those:" in text


def test_todays_evidence_runs_over_old_code_with_the_code_beside_it(project: Project) -> None:
    project.record("[It is small](evidence/size.py)")
    commits = sized(project, 1, 2, 12)  # there is no evidence yet
    project.evidence("helper.py", "LIMIT = 10")
    project.evidence(
        "size.py",
        """
        from pathlib import Path
        from helper import LIMIT
        assert int(Path("size.txt").read_text()) < LIMIT
        """,
    )
    commits += sized(project, 13)
    project.verify()
    said = project.adrtool("bisect", "1/size", "--good", commits[0], "--json").json
    assert (said["holds_up_to"]["name"], said["fails_from"]["name"]) == (commits[1], commits[2])
    own = project.adrtool("bisect", "1/size", "--good", commits[0], "--evidence", "commit", "--json").json
    assert (own["found"], own["fails_from"]) == (False, None)
    assert "can tell nothing" in own["reason"]


def test_where_the_evidence_itself_turned_each_commits_own_finds_it(project: Project) -> None:
    project.evidence("size.py", READS_SIZE)
    project.record("[It is small](evidence/size.py)")
    commits = sized(project, 5)
    project.verify()
    commits += sized(project, 6)
    project.evidence("size.py", READS_SIZE.replace("10", "4"))
    commits += [project.commit("Stricter"), *sized(project, 7)]
    project.verify()
    plain = project.adrtool("bisect", "1/size")
    assert plain.code == 0
    assert f"no turn found: it fails at the good end too, {commits[0][:10]}: size is too large" in " ".join(
        plain.out.split()
    )
    assert "with each commit's own evidence: adrtool bisect 0001/size --evidence commit" in plain.out
    own = project.adrtool("bisect", "1/size", "--evidence", "commit", "--json").json
    assert (own["holds_up_to"]["name"], own["fails_from"]["name"]) == (commits[1], commits[2])
    assert own["inputs"] == [{"path": "adr/evidence/size.py", "added": 1, "removed": 1}]


def test_what_evidence_writes_in_the_worktree_stops_no_checkout(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "adrtool.exhibits.working_copy.is_affordable", lambda *_: False
    )  # so it runs in the tree itself
    project.evidence("size.py", READS_SIZE + '    Path("size.txt").write_text("5")\n    Path("new").write_text("")\n')
    project.record("[It is small](evidence/size.py)")
    commits = sized(project, 1, 2, 3, 12, 13)
    said = project.adrtool("bisect", "1/size", "--good", commits[0], "--json").json
    assert said["fails_from"]["name"] == commits[3]


def test_a_test_in_a_file_and_an_executable_are_evidence_too(project: Project) -> None:
    project.evidence(
        "sizes.py",
        """
        from pathlib import Path
        def test_small():
            assert int(Path("size.txt").read_text()) < 10
        def test_other():
            assert False
        """,
    )
    project.shell("shell.sh", '[ "$(cat size.txt)" -lt 10 ]')
    project.record("[It is small](evidence/sizes.py#test_small)", "[Small](evidence/shell.sh)")
    commits = sized(project, 1, 2, 12)
    for claim in ("1/sizes#test_small", "1/shell"):
        said = project.adrtool("bisect", claim, "--good", commits[0], "--json").json
        assert said["fails_from"]["name"] == commits[2], claim


def test_history_that_forked_is_searched_as_git_does(project: Project) -> None:
    project.evidence("size.py", READS_SIZE)
    project.record("[It is small](evidence/size.py)")
    first = sized(project, 1)[0]
    project.git("checkout", "--quiet", "-b", "side")
    project.write("side.txt", "x")
    project.commit("Aside")
    culprit = sized(project, 12)[0]
    project.git("checkout", "--quiet", "main")
    project.write("main.txt", "x")
    project.commit("On main")
    project.git("merge", "--quiet", "--no-edit", "side")
    said = project.adrtool("bisect", "1/size", "--good", first, "--json").json
    assert said["fails_from"]["name"] == culprit


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("1/none",), 12, "no claim is named 1/none; `adrtool claims` lists them"),
        (("1/size",), 12, "0001/size: the ledger knows no pass with a failure after it; name a commit that holds"),
        (("1/size", "--good", "nowhere"), 12, "--good: no commit nowhere is here; `git fetch` may bring it"),
        (("1/size", "--good", "HEAD"), 12, "it held and failed on one commit"),
        (("1/size", "--good", "HEAD", "--bad", "HEAD~1"), 12, "comes after"),
        (("1/size", "--from", "1"), 2, "name it with --package"),
        (("1/size", "--package", "x", "--good", "HEAD"), 2, "give --from and --to"),
        (("1/missing", "--good", "HEAD~1"), 11, "adr/evidence/missing.py: there is no such file"),
        (("1/~*", "--good", "HEAD~1"), 12, "no claim is named"),
    ],
)
def test_what_cannot_be_searched_is_one_line(project: Project, words: tuple[str, ...], code: int, message: str) -> None:
    project.evidence("size.py", READS_SIZE)
    project.record("[It is small](evidence/size.py)", "[Missing](evidence/missing.py)")
    sized(project, 1, 2)
    said = project.adrtool("bisect", *words)
    assert (said.code, said.out) == (code, "")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_shallow_clone_lacks_the_pass_and_says_so(turned: tuple[Project, list[str]], tmp_path: Path) -> None:
    project, _ = turned
    project.git("clone", "--quiet", "--depth", "2", f"file://{project.root}", str(tmp_path / "shallow"))
    clone = Project(tmp_path / "shallow", project.monkeypatch, project.capsys)
    clone.git("fetch", "--quiet", "origin", "refs/notes/adrtool:refs/notes/adrtool")
    said = clone.adrtool("bisect", "1/size")
    assert said.code == 12
    assert "this clone is shallow, and `git fetch --unshallow` brings the rest" in said.err
    clone.git("fetch", "--quiet", "--unshallow")
    assert "(Size 12)" in clone.adrtool("bisect", "1/size").out


def test_outside_git_it_says_so(folder: Project) -> None:
    folder.evidence("size.py", READS_SIZE)
    folder.record("[It is small](evidence/size.py)")
    said = folder.adrtool("bisect", "1/size")
    assert said.code == 13
    assert said.err == "adrtool: no git repository here, so there are no commits to search\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_no_worktree_and_no_process(project: Project, number: int) -> None:
    name = f"slow_{project.root.parent.name}.py"  # nobody else on this machine runs it
    project.evidence(name, "import time\ntime.sleep(600)\n")
    project.record(f"[It is slow](evidence/{name})")
    sized(project, 1, 2)
    began = subprocess.Popen(
        [sys.executable, "-m", "adrtool", "bisect", f"1/{name.removesuffix('.py')}", "--good", "HEAD~1"],
        cwd=project.root,
        env={**os.environ, "TMPDIR": str(project.root.parent)},
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (running := scripts_that_run(name)):
        assert began.poll() is None
        time.sleep(0.05)
    began.send_signal(number)
    _, errors = began.communicate()
    assert began.returncode == 130
    assert b"adrtool: stopped" in errors
    assert not running & scripts_that_run(name)
    assert len(project.git("worktree", "list").splitlines()) == 1
    assert not list(project.root.parent.glob("adrtool-bisect-*"))


def scripts_that_run(name: str) -> set[int]:
    """The processes of this machine whose job is a script of that name."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = (folder / "environ").read_bytes()
            if b"ADRTOOL_JOB" in environment and f"/{name}".encode() in environment:
                found.add(int(folder.name))
    return found

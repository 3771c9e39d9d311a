"""Bad input: one clear line with its place and its mend, the right code, nothing lost, no traceback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from repositories import RECORD, Project, Said

CLAIM = "0001/a"
PASSES = "assert True\n"
PLACED = re.compile(r"adrtool: (?P<path>[^:\n]+):(?P<line>\d+): ")


def only_line(said: Said) -> str:
    """The one line on stderr that is no progress of a run."""
    lines = [line for line in said.err.splitlines() if line.startswith("adrtool: ")]
    assert len(lines) == 1, said.err
    return lines[0].removeprefix("adrtool: ")


def ready(project: Project, text: str = PASSES, name: str = "a.py") -> Project:
    project.evidence(name, text)
    project.record(f"[It is so](evidence/{name})")
    project.commit()
    return project


def beside_good(project: Project) -> Project:
    """A record whose claim holds, beside whatever is bad."""
    project.evidence("good.py", PASSES)
    project.record("[It is so](evidence/good.py)", path="adr/0009-good.md")
    return project


# -- nothing to check is never green -------------------------------------------------------------------------------


def test_a_repository_without_records(project: Project) -> None:
    for command in ("verify", "status"):
        said = project.adrtool(command)
        assert (said.code, "no records found; write the first with `adrtool init`" in only_line(said)) == (12, True)


def test_an_empty_record_folder(project: Project) -> None:
    (project.root / "adr").mkdir()
    for command in ("verify", "status"):
        said = project.adrtool(command, "--dir", "adr")
        assert (said.code, "no records in adr/" in only_line(said)) == (12, True)


def test_records_without_a_claim(project: Project) -> None:
    project.record("nothing that one could check")
    for command in ("verify", "status"):
        said = project.adrtool(command)
        assert (said.code, "no claims in adr/" in only_line(said)) == (12, True)
        assert project.adrtool(command, "--allow-empty").code == 0


def test_a_folder_that_is_not_there(project: Project) -> None:
    said = project.adrtool("verify", "--dir", "nowhere")
    assert (said.code, only_line(said)) == (2, "--dir nowhere: no such folder")


def test_a_folder_outside_the_repository(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    said = project.adrtool("verify", "--dir", ".", "--dir", str(tmp_path / "other"))
    assert (said.code, "lies outside the repository" in only_line(said)) == (2, True)


# -- records that cannot be read -----------------------------------------------------------------------------------

RECORDS = {
    "not UTF-8": (b"# One\n\nStatus: accepted\n\n\xff[It is so](evidence/a.py)\n", 5, "save the file as UTF-8"),
    "empty": (b"", 1, "the file is empty"),
    "blank": (b"\xef\xbb\xbf \n\n", 1, "the file is empty"),
    "with a NUL": (b"# One\n\n\0\n", 3, "save it as UTF-8 text"),
    "of 50 MB": (b"# One\n" + b"x" * 50_000_000, 1, "split it"),
    "with broken front matter": (b"---\nstatus: [accepted\n---\n\n# One\n", 2, ""),
}


@pytest.mark.parametrize(("data", "line", "mend"), RECORDS.values(), ids=list(RECORDS))
def test_a_record_that_cannot_be_read(project: Project, data: bytes, line: int, mend: str) -> None:
    beside_good(project).write(RECORD, data)
    project.commit()
    said = project.adrtool("verify")
    told = only_line(said)
    match = PLACED.match(f"adrtool: {told}")
    assert match is not None, told
    assert (said.code, match["path"], mend in told) == (12, RECORD, True), told
    assert line in (int(match["line"]), int(match["line"]) - 1)
    # The rest goes on, and is kept.
    assert project.status().verdicts["0009/good"] == "holds"


def test_a_record_that_is_a_folder(project: Project) -> None:
    beside_good(project)
    (project.root / RECORD).mkdir(parents=True)
    project.commit()
    said = project.adrtool("verify")
    assert (said.code, only_line(said).startswith(f"{RECORD}:1: ")) == (12, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("path", [RECORD, "adr/evidence/a.py"])
def test_what_may_not_be_read(project: Project, path: str) -> None:
    ready(beside_good(project))
    (project.root / path).chmod(0)
    said = project.verify()
    assert (said.code, said.claims["0009/good"]["verdict"]) == (12 if path == RECORD else 11, "holds")


def test_a_record_that_is_a_dead_link(project: Project) -> None:
    beside_good(project)
    (project.root / RECORD).symlink_to("nowhere.md")
    project.commit()
    said = project.adrtool("verify")
    assert (said.code, only_line(said).startswith(f"{RECORD}:1: ")) == (12, True)


@pytest.mark.parametrize("name", [b"adr/0001-\xff.md", b"adr/caf\xe9.md"])
def test_a_record_whose_name_is_no_text(project: Project, name: bytes) -> None:
    beside_good(project)
    project.evidence("a.py", PASSES)
    Path(os.fsdecode(os.fsencode(project.root) + b"/" + name)).write_text("# One\n\n[It is so](evidence/a.py)\n")
    said = project.adrtool("verify")
    assert said.code in (0, 12)
    assert project.adrtool("status").code == said.code
    assert project.status().verdicts["0009/good"] == "holds"


def test_two_records_of_one_number(project: Project) -> None:
    project.evidence("a.py", PASSES)
    project.evidence("b.py", "assert 0\n")
    project.record("[It is so](evidence/a.py)")
    project.record("[It is not](evidence/b.py)", path="adr/0001-two.md")
    said = project.verify()
    assert (said.code, said.verdicts) == (10, {"0001/a": "holds", "0001/b": "stale"})
    assert "duplicate-number" in {problem["rule"] for problem in said.json["problems"]}


def test_a_claim_that_cannot_be_read(project: Project) -> None:
    project.evidence("a.py", PASSES)
    project.record('[It is so](evidence/a.py "suporting")')
    project.commit()
    said = project.adrtool("verify")
    assert said.code == 12
    assert only_line(said).startswith(f"{RECORD}:9: claim 'It is so': unknown option 'suporting'; known are ")
    assert project.status().verdicts == {CLAIM: "holds"}


# -- settings ------------------------------------------------------------------------------------------------------

SETTINGS = {
    "jobs = 0\n": "adrtool.toml:1: setting 'jobs': write a whole number from 1 up",
    "\nrecrods = 'adr'\n": "adrtool.toml:2: setting 'recrods': unknown",
    "records = [": "adrtool.toml:1: not TOML",
    "records = 'nowhere'": "no record folder nowhere; create it, or mend the setting",
    "records = '../elsewhere'": "the record folder ../elsewhere lies outside the repository",
    "records = '/etc'": "lies outside the repository",
}


@pytest.mark.parametrize(("text", "message"), SETTINGS.items())
def test_settings_that_cannot_be_read(project: Project, text: str, message: str) -> None:
    ready(project).write("adrtool.toml", text)
    for command in ("verify", "status", "list", "lint"):
        said = project.adrtool(command)
        assert (said.code, message in only_line(said)) == (12, True), said.err


# -- evidence that cannot be run -----------------------------------------------------------------------------------


def block(*lines: str) -> str:
    return "".join(f"# {line}\n" for line in ("/// script", *lines, "///"))


SCRIPTS = {
    "a block that is no TOML": (block("dependencies = ["), 2, "not TOML"),
    "two blocks": (block() + "\n" + block(), 4, "a second `script` block"),
    "a block that does not end": ("# /// script\n# dependencies = []\nimport os\n", 1, "is not closed"),
    "an unknown key": (block("[tool.adrtool]", "timeuot = 3"), 3, "did you mean 'timeout'"),
    "a timeout that is none": (block("[tool.adrtool]", "timeout = 'soon'"), 3, "is no duration"),
    "an unknown need": (block("[tool.adrtool]", "needs = ['cpu']"), 3, "known are"),
    "a requirement that is none": (block("dependencies = ['==3']"), 2, "is no requirement"),
    "a Python that is no version": (block("requires-python = 'three'"), 2, "is no version specifier"),
    "constraints that are missing": (
        block("dependencies = []", "[tool.adrtool]", "constraints = 'nowhere.txt'"),
        4,
        "there is no such file",
    ),
    "bytes that are no text": ("x = 1\n# \udcff\n", 2, "save it as UTF-8"),
}


@pytest.mark.parametrize(("text", "line", "message"), SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_script_that_cannot_be_read_is_broken_at_its_line(
    project: Project, text: str, line: int, message: str
) -> None:
    beside_good(project)
    project.write("adr/evidence/a.py", text.encode("utf-8", "surrogateescape"))
    project.record("[It is so](evidence/a.py)")
    project.commit()
    said = project.verify()
    claim = said.claims[CLAIM]
    assert (said.code, claim["verdict"], claim["place"]) == (11, "broken", f"adr/evidence/a.py:{line}")
    assert message in claim["message"]
    assert said.verdicts["0009/good"] == "holds"
    lint = project.adrtool("lint")
    assert (lint.code, f"adr/evidence/a.py:{line}: " in lint.out + lint.err) == (12, True)


def test_inputs_that_match_nothing_are_broken(project: Project) -> None:
    ready(project, block("[tool.adrtool]", "inputs = ['*.json']"))
    said = project.verify()
    assert (said.code, said.claims[CLAIM]["verdict"]) == (11, "broken")
    assert "input '*.json' matches no file" in said.claims[CLAIM]["message"]


TARGETS = {
    "missing": ("evidence/a.py", "there is no such file"),
    "a folder": ("evidence/folder", "is a folder"),
    "a data file": ("evidence/data.json", "is data, not evidence"),
    "not executable": ("evidence/a.sh", "chmod +x adr/evidence/a.sh"),
    "a link out of the repository": ("evidence/out.py", "leads out of the repository"),
    "a dead link": ("evidence/dead.py", "points to a file that is not there"),
    "a link to itself": ("evidence/loop.py", "cannot be followed"),
    "a pipe": ("evidence/pipe.py", "is no ordinary file"),
    "a test of a shell script": ("evidence/ok.sh#test_it", "only Python files hold tests"),
    "a test that is not there": ("evidence/good.py#test_it", "found no such test"),
    "a folder's file that is none": ("evidence/good.py/x.py", "there is no such file"),
}


@pytest.mark.parametrize(("target", "message"), TARGETS.values(), ids=list(TARGETS))
def test_evidence_that_is_none_is_broken(project: Project, tmp_path: Path, target: str, message: str) -> None:
    beside_good(project)
    project.evidence("folder/x.py", PASSES)
    project.evidence("data.json", "{}")
    project.evidence("a.sh", "#!/bin/sh\n")
    project.shell("ok.sh", "exit 0\n")
    (tmp_path / "outside.py").write_text(PASSES)
    (project.root / "adr/evidence/out.py").symlink_to(tmp_path / "outside.py")
    (project.root / "adr/evidence/dead.py").symlink_to("nowhere.py")
    (project.root / "adr/evidence/loop.py").symlink_to("loop.py")
    os.mkfifo(project.root / "adr/evidence/pipe.py")
    project.record(f"[It is so]({target})")
    project.commit()
    said = project.verify()
    (claim,) = (claim for claim in said.json["claims"] if claim["path"] == RECORD)
    assert (said.code, claim["verdict"]) == (11, "broken"), said.out
    assert message in claim["message"]
    assert said.verdicts["0009/good"] == "holds"


def test_evidence_outside_the_repository_is_no_claim(project: Project) -> None:
    beside_good(project).record("[It is so](../../evidence/a.py)", "[it is small](/../evidence/a.py)")
    assert set(project.verify().claims) == {"0009/good"}


def test_evidence_that_vanishes_while_it_waits_is_broken(project: Project) -> None:
    project.evidence("a.py", f"import os; os.unlink({str(project.root / 'adr/evidence/b.py')!r})")
    project.evidence("b.py", PASSES)
    project.record("[a](evidence/a.py)", "[b](evidence/b.py)")
    project.commit()
    assert project.verify("--jobs", "1").code in (0, 11)


def test_a_python_that_is_not_there_is_broken_with_the_mend(project: Project) -> None:
    ready(project, block("requires-python = '==3.2.*'"))
    said = project.verify()
    claim = said.claims[CLAIM]
    assert (said.code, claim["verdict"], claim["place"]) == (11, "broken", "adr/evidence/a.py:1")
    assert "3.2" in claim["message"]


def test_requirements_that_cannot_be_resolved_are_broken(project: Project) -> None:
    beside_good(project)
    ready(project, block("dependencies = ['adrtool-no-such-thing @ file:///nowhere/x-1.0-py3-none-any.whl']"))
    said = project.verify()
    assert (said.code, said.claims[CLAIM]["verdict"], said.claims["0009/good"]["verdict"]) == (11, "broken", "holds")
    assert said.claims[CLAIM]["message"]


MISBEHAVIOUR = {
    "hangs": (block("[tool.adrtool]", "timeout = '0.5s'") + "import time; time.sleep(99)", "no answer within 0.5 s"),
    "forks and exits": ("import os\nif os.fork(): os._exit(0)\nimport time; time.sleep(99)", "without a report"),
    "floods its output": ("import os\nwhile True: os.write(1, b'x' * 65536)", "no answer within"),
    "writes binary": ("import os; os.write(1, bytes(range(256))); 1 / 0", "ZeroDivisionError"),
    "kills itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by SIGKILL"),
    "kills its group": ("import os, signal; os.killpg(0, signal.SIGKILL)", "ended by SIGKILL"),
    "leaves by os._exit(0)": ("import os; os._exit(0)", "without a report"),
    "deletes its folder": ("import os, shutil; shutil.rmtree(os.getcwd()); 1 / 0", "ZeroDivisionError"),
    "locks its folder": ("import os; os.chmod('.', 0); 1 / 0", "ZeroDivisionError"),
    "prints a fake result": ('print(\'{"ending": "passed"}\'); import os; os._exit(0)', "without a report"),
    "measures no number": ("from adrtool_evidence import measure; measure('x', float('nan'))", "not a finite number"),
    "measures a text": ("from adrtool_evidence import measure; measure('x', '3')", "is not a number"),
    "needs too much memory": (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29)); bytearray(1 << 30)",
        "MemoryError",
    ),
    "recurses without end": ("def f(): f()\nf()", "RecursionError"),
}


@pytest.mark.parametrize(("text", "message"), MISBEHAVIOUR.values(), ids=list(MISBEHAVIOUR))
def test_a_script_that_misbehaves_is_broken_and_harms_nobody(project: Project, text: str, message: str) -> None:
    if "while True" in text:
        text = block("[tool.adrtool]", "timeout = '0.5s'") + text
    beside_good(project)
    ready(project, text)
    before = {path: path.read_bytes() for path in (project.root / "adr").rglob("*") if path.is_file()}
    said = project.verify("--jobs", "1")
    assert (said.code, said.verdicts) == (11, {CLAIM: "broken", "0009/good": "holds"})
    assert message in said.claims[CLAIM]["message"]
    assert {path: path.read_bytes() for path in (project.root / "adr").rglob("*") if path.is_file()} == before
    assert len(project.notes()) >= 2
    assert project.adrtool("show", "1").code == 0
    assert project.adrtool("verify", "--verbose", "--junit", "out.xml", "1").code == 11


# -- the ledger ----------------------------------------------------------------------------------------------------


def annotate(project: Project, *lines: str) -> None:
    """Put foreign lines into the ledger beside what is there."""
    old = project.git("notes", "--ref=adrtool", "show", "HEAD")
    blob = project.git("hash-object", "-w", "--stdin", feed="\n".join([old, *lines, ""]).encode())
    project.git("notes", "--ref=adrtool", "add", "--force", "-C", blob, "HEAD")


@pytest.mark.parametrize("line", ["{damaged", '{"format": 1, "kind": "outcome"}', "\\x00", "[]", '{"format": "x"}'])
def test_a_damaged_line_of_the_ledger_is_told_with_its_place_and_kept(project: Project, line: str) -> None:
    ready(project)
    project.verify()
    annotate(project, line)
    said = project.adrtool("status")
    assert project.status().verdicts == {CLAIM: "holds"}
    assert re.search(r"adrtool: refs/notes/adrtool:\w+:\d+: .*damaged", said.err), said.err
    assert project.verify("--all").verdicts == {CLAIM: "holds"}
    assert line in project.git("notes", "--ref=adrtool", "show", "HEAD").splitlines()


def test_a_line_from_a_newer_adrtool_is_kept_and_passed_over(project: Project) -> None:
    ready(project)
    project.verify()
    annotate(project, '{"format": 99, "kind": "outcome", "news": true}')
    assert project.adrtool("status").code == 0
    assert project.verify("--all").verdicts == {CLAIM: "holds"}
    assert '"news": true' in project.git("notes", "--ref=adrtool", "show", "HEAD")


def test_a_measure_too_large_for_any_number_is_a_damaged_line(project: Project) -> None:
    ready(project, "from adrtool_evidence import measure\nmeasure('n', 12345.0)\n")
    project.verify()
    old = project.git("notes", "--ref=adrtool", "show", "HEAD")
    annotate(project, *(line.replace("12345.0", "9" * 400) for line in old.splitlines() if "12345.0" in line))
    assert "damaged" in project.adrtool("status").err


def test_a_ledger_that_cannot_be_written_is_told_after_the_verdicts(project: Project) -> None:
    ready(project)
    (project.root / ".git/adrtool").write_text("in the way")
    said = project.adrtool("verify")
    assert (said.code, "holds" in said.out) == (13, True)
    assert only_line(said)


# -- where it runs -------------------------------------------------------------------------------------------------


def test_a_bare_repository(project: Project, tmp_path: Path) -> None:
    ready(project).git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    said = project.adrtool("verify", cwd=tmp_path / "bare.git")
    assert (said.code, "bare repository" in only_line(said)) == (12, True)


def test_a_shallow_clone(project: Project, tmp_path: Path) -> None:
    ready(project)
    project.verify()
    project.commit("second")
    project.git("clone", "-q", "--depth", "1", project.root.as_uri(), str(tmp_path / "shallow"))
    shallow = Project(tmp_path / "shallow", project.monkeypatch, project.capsys)
    assert shallow.verify().verdicts == {CLAIM: "holds"}
    assert shallow.status().verdicts == {CLAIM: "holds"}


def test_a_linked_worktree_shares_the_ledger(project: Project, tmp_path: Path) -> None:
    ready(project).git("worktree", "add", "-q", str(tmp_path / "side"))
    side = Project(tmp_path / "side", project.monkeypatch, project.capsys)
    assert side.verify().verdicts == {CLAIM: "holds"}
    assert project.status().verdicts == {CLAIM: "holds"}


def test_a_repository_without_an_identity(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(project)
    for name in ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"):
        monkeypatch.delenv(f"GIT_{name}")
    monkeypatch.setenv("EMAIL", "")
    project.git("config", "user.useConfigOnly", "true")
    assert project.verify().code == 0
    assert [note["outcome"] for note in project.notes() if note["kind"] == "outcome"] == ["passed"]


def test_a_working_folder_that_is_gone(project: Project) -> None:
    script = "import os, shutil; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\n"
    script += "from adrtool.cli import main; main(['verify'])"
    done = subprocess.run([sys.executable, "-c", script], cwd=project.root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "adrtool: the current folder is gone; change to another\n")


def test_a_temporary_folder_that_is_none(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    ready(project)
    monkeypatch.setattr(tempfile, "tempdir", str(project.root / "nowhere"))
    said = project.adrtool("verify")
    assert (said.code, "no temporary folder for the run" in only_line(said)) == (12, True)


def test_a_report_that_cannot_be_written(project: Project) -> None:
    ready(project)
    said = project.adrtool("verify", "--junit", "nowhere/out.xml")
    assert said.code in (2, 12)
    assert "--junit" in said.err
    assert project.status().verdicts == {CLAIM: "holds"}


def mounted(project: Project, mount: str, *words: str, **env: str) -> Said:
    """Run a command where something is mounted otherwise, for that command alone."""
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode
    ):
        pytest.skip("nothing can be mounted here")
    command = f'{mount} && exec "$0" "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", command, sys.executable, "-m", "adrtool", *words],
        cwd=project.root,
        env={**os.environ, "ROOT": str(project.root), **env},
        capture_output=True,
        text=True,
    )
    if "mount:" in done.stderr:
        pytest.skip("nothing can be mounted here")
    assert "Traceback" not in done.stderr and "a fault of adrtool" not in done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def test_a_checkout_that_is_read_only(project: Project) -> None:
    ready(project)
    said = mounted(project, 'mount --bind "$ROOT" "$ROOT" && mount -o remount,ro,bind "$ROOT"', "verify")
    assert (said.code, "1 holds" in said.out) == (13, True)
    assert "Read-only file system; make room or make it writable" in only_line(said)


def test_a_read_only_checkout_can_be_read(project: Project) -> None:
    ready(project)
    project.verify()
    said = mounted(project, 'mount --bind "$ROOT" "$ROOT" && mount -o remount,ro,bind "$ROOT"', "status")
    assert (said.code, "1 holds" in said.out, said.err) == (0, True, "")


def test_a_disk_that_is_full_where_the_ledger_lies(project: Project) -> None:
    ready(project)
    (project.root / ".git/adrtool").mkdir()
    mount = 'mount -t tmpfs -o size=64k none "$ROOT/.git/adrtool" && head -c 65536 /dev/zero > "$ROOT/.git/adrtool/x"'
    said = mounted(project, mount, "verify")
    assert (said.code, "1 holds" in said.out) == (13, True)
    assert "No space left on device; make room" in only_line(said)


def test_a_disk_that_is_full_where_evidence_would_run(project: Project, tmp_path: Path) -> None:
    ready(project)
    small = tmp_path / "small"
    small.mkdir()
    said = mounted(project, f"mount -t tmpfs -o size=8k none {small}", "verify", "--json", TMPDIR=str(small))
    assert (said.code, said.verdicts) == (11, {CLAIM: "broken"})
    assert "No space left on device" in said.claims[CLAIM]["message"]
    assert len(said.claims[CLAIM]["message"]) < 300

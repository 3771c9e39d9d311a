"""Executions in a working copy: what evidence read is told, the user's files are left alone, and runs do not mix."""

from __future__ import annotations

import dataclasses
import subprocess
import threading
from pathlib import Path

import pytest
from copies import copy_of
from repositories import Project

from adrtool.errors import EvidenceError
from adrtool.evidence import working_copy
from adrtool.evidence.execute import Execution, Job, by_hand, clean, execute
from adrtool.evidence.interpreters import find_interpreter
from adrtool.evidence.script import read_script
from adrtool.model import EvidenceRef
from adrtool.outcome import Ending

pytestmark = pytest.mark.skipif(
    not working_copy.sees_reads(Path("/tmp")), reason="this file system does not note accesses"
)
PYTHON = "adr/evidence/it.py"
SHELL = "adr/evidence/it.sh"
IMPORTS = "import os, subprocess, pathlib\nROOT = pathlib.Path(__file__).resolve().parents[2]\n"


def job(project: Project, path: str, test: str | None = None) -> Job:
    return Job(EvidenceRef(path, test), read_script(project.root, path), "adr/evidence", None)


def run(project: Project, tmp_path: Path, path: str, test: str | None = None) -> Execution:
    ran = execute(job(project, path, test), project.root, copy_of(project, tmp_path))
    assert not ran.unobserved
    return ran


@pytest.fixture
def filled(project: Project) -> Project:
    project.write("data/a.txt", "a")
    project.write("data/b.txt", "b")
    project.write("top.txt", "top")
    project.evidence("helper.py", "value = 1")
    project.evidence("deep/data.csv", "1,2")
    project.record("[It holds](evidence/it.py)")
    project.commit()
    return project


READS = {
    "nothing": ("pass", set[str]()),
    "where it is": ("", set[str]()),
    "a file": ("open('data/a.txt').read()", {"data/a.txt"}),
    "a file by its whole path": ("(ROOT / 'data/a.txt').read_text()", {"data/a.txt"}),
    "a file beside it": ("(ROOT / 'adr/evidence/deep/data.csv').read_bytes()", {"adr/evidence/deep/data.csv"}),
    "a file that it only opens": ("open('data/a.txt').close()", {"data/a.txt"}),
    "a child": ("subprocess.run(['cat', 'data/a.txt'])", {"data/a.txt"}),
    "a shell": ("os.system('cat data/*.txt')", {"data/a.txt", "data/b.txt", "data/"}),
    "a file in memory": (
        "import mmap\nwith open('top.txt') as f: mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)[0]",
        {"top.txt"},
    ),
    "a helper": ("import helper", {"adr/evidence/helper.py"}),
    "a missing file": (
        "try: open('data/c.txt')\nexcept OSError: pass",
        {"data/c.txt/."},
    ),
    "a missing file that it looks for": ("assert not (ROOT / 'data/c.txt').exists()", {"data/c.txt/."}),
    "a file that it only looks for": ("assert (ROOT / 'data/a.txt').is_file()", {"data/a.txt/."}),
    "a listing": ("os.listdir('data')", {"data/"}),
    "the root's listing": ("os.listdir()", {"./"}),
    "the evidence folder's listing": ("os.listdir(ROOT / 'adr/evidence')", {"adr/evidence/"}),
    "a glob": ("assert len([*(ROOT / 'data').glob('*.txt')]) == 2", {"data/"}),
    "a walk": ("[*os.walk('data')]", {"data/"}),
    "a child's listing": ("subprocess.run(['ls', 'data'])", {"data/"}),
    "the root's listing by a child": ("subprocess.run(['ls'])", {"./"}),
    "the log": ("subprocess.run(['git', 'log', '-1'])", {".git/HEAD"}),
    "a thread's reading": (
        "import concurrent.futures as f\nwith f.ThreadPoolExecutor() as p: p.submit(os.listdir, 'data').result()",
        {"data/"},
    ),
    "what lies outside": ("open('/etc/hostname').read(); os.listdir('/'); os.path.exists('/nowhere')", set[str]()),
    "a file that it opens by the system's own call": (
        "os.close(os.open('data/a.txt', os.O_RDONLY))",
        {"data/a.txt"},
    ),
    "its own temporary folders": (
        "import shutil, tempfile\nfolder = tempfile.mkdtemp()\nshutil.copytree('data', folder + '/refs/heads')\n"
        "shutil.rmtree(folder)",
        {"data/", "data/a.txt", "data/b.txt"},
    ),
    "its own temporary files": (
        "import tempfile\nwith tempfile.TemporaryDirectory() as d: (pathlib.Path(d) / 'x').write_text('x')",
        set[str](),
    ),
    "what it writes": ("pathlib.Path('out.txt').write_text('x')", set[str]()),
    "libraries of the standard": (
        "import importlib.metadata, shutil, unittest, json\nimportlib.metadata.version('pytest')",
        set[str](),
    ),
}


@pytest.mark.parametrize(("text", "observed"), READS.values(), ids=list(READS))
def test_what_a_script_reads_is_observed(filled: Project, tmp_path: Path, text: str, observed: set[str]) -> None:
    filled.write(PYTHON, IMPORTS + text)
    ran = run(filled, tmp_path, PYTHON)
    assert (ran.ending, set(ran.observed)) == (Ending.PASSED, observed), ran


@pytest.mark.parametrize(
    "name",
    ["a child", "a missing file that it looks for", "the evidence folder's listing", "a glob", "where it is"],
)  # fmt: skip
def test_what_a_test_reads_is_observed(filled: Project, tmp_path: Path, name: str) -> None:
    text, observed = READS[name]
    body = "".join(f"    {line}\n" for line in text.splitlines() or ["pass"])
    filled.write(PYTHON, f"{IMPORTS}def test_it():\n{body}")
    ran = run(filled, tmp_path, PYTHON, "test_it")
    assert (ran.ending, set(ran.observed)) == (Ending.PASSED, observed), ran


OLD_AND_NEW = ["3.8", "3.9", "3.10", "3.12", "3.13", "3.14"]
MANY_WAYS = """
import glob, os, pathlib, shutil, tempfile
here = pathlib.Path(__file__).resolve().parents[2]
assert (here / "top.txt").exists() and not (here / "setup.py").exists() and (here / "data").is_dir()
assert os.access("top.txt", os.R_OK) and os.path.getsize("top.txt") == 3 and os.lstat("top.txt").st_size == 3
assert os.stat(path="top.txt") and os.path.samefile("top.txt", here / "top.txt")
assert len(glob.glob("data/*.txt")) == 2 and len([*(here / "data").iterdir()]) == 2
assert os.stat in os.supports_follow_symlinks and os.stat.__name__ == "stat"
with open("top.txt") as file:
    assert os.stat(file.fileno()).st_size == 3
with tempfile.TemporaryDirectory() as folder:
    shutil.copytree("data", os.path.join(folder, "copy"))
    shutil.rmtree(os.path.join(folder, "copy"))
"""


@pytest.mark.parametrize("version", OLD_AND_NEW)
def test_every_python_looks_at_files_as_ever(filled: Project, tmp_path: Path, version: str) -> None:
    try:
        python = find_interpreter(f"=={version}.*").path
    except EvidenceError:
        pytest.skip(f"no Python {version} here")
    filled.write(PYTHON, MANY_WAYS)
    own = dataclasses.replace(job(filled, PYTHON), python=python)
    ran = execute(own, filled.root, copy_of(filled, tmp_path))
    assert (ran.ending, {"top.txt", "setup.py/.", "data/"} <= set(ran.observed)) == (Ending.PASSED, True), ran


def test_a_conftest_file_is_observed(filled: Project, tmp_path: Path) -> None:
    filled.evidence("conftest.py", "")
    filled.write(PYTHON, "def test_it(): pass")
    assert run(filled, tmp_path, PYTHON, "test_it").observed == ("adr/evidence/conftest.py",)


@pytest.mark.parametrize(
    ("text", "observed"),
    [
        ("cat data/a.txt", {"data/a.txt"}),
        ("ls data", {"data/"}),
        ("ls adr/evidence", {"adr/evidence/"}),
        ("ls", {"./"}),
        ("grep -rq a data", {"data/", "data/a.txt", "data/b.txt"}),
        ("git log -1", {".git/HEAD"}),
        ("true", set()),
    ],
)
def test_what_another_executable_reads_is_observed(
    filled: Project, tmp_path: Path, text: str, observed: set[str]
) -> None:
    filled.shell("it.sh", text + "\nexit 0\n")
    assert set(run(filled, tmp_path, SHELL).observed) == observed


def test_what_a_refutation_read_is_observed_too(filled: Project, tmp_path: Path) -> None:
    filled.write(PYTHON, "assert open('data/a.txt').read() == 'b'")
    ran = run(filled, tmp_path, PYTHON)
    assert (ran.ending, ran.observed) == (Ending.FAILED, ("data/a.txt",))


def test_what_was_read_before_a_crash_is_observed(filled: Project, tmp_path: Path) -> None:
    filled.write(PYTHON, "import os\nopen('data/a.txt').read()\nos._exit(0)")
    ran = run(filled, tmp_path, PYTHON)
    assert (ran.ending, ran.observed) == (Ending.ERRORED, ("data/a.txt",))


def test_without_a_copy_and_a_declaration_it_says_unobserved(filled: Project) -> None:
    filled.write(PYTHON, "open('data/a.txt').read()")
    ran = execute(job(filled, PYTHON), filled.root, None)
    assert (ran.observed, ran.unobserved) == ((), True)


@pytest.mark.parametrize("declared", ['["/data/*"]', "[]"])
def test_without_a_copy_a_declaration_counts(filled: Project, declared: str) -> None:
    filled.write(PYTHON, f"# /// script\n# [tool.adrtool]\n# inputs = {declared}\n# ///\nopen('data/a.txt').read()")
    assert not execute(job(filled, PYTHON), filled.root, None).unobserved


def test_evidence_that_writes_leaves_the_users_files_alone(filled: Project, tmp_path: Path) -> None:
    filled.write(PYTHON, IMPORTS + "(ROOT / 'top.txt').write_text('changed'); (ROOT / 'new').mkdir()\nassert 0, ROOT")
    before = filled.git("status", "--porcelain")
    ran = run(filled, tmp_path, PYTHON)
    assert ran.ending is Ending.FAILED
    assert (filled.root / "top.txt").read_text() == "top"
    assert filled.git("status", "--porcelain") == before
    assert ran.message == "."  # not where the copy was


def test_a_copy_is_clean_for_the_next_and_its_reads_are_its_own(filled: Project, tmp_path: Path) -> None:
    filled.write(PYTHON, "open('data/a.txt').read(); open('data/b.txt', 'w').write('changed')")
    filled.write("adr/evidence/next.py", "assert open('data/b.txt').read() == 'b'")
    copy = copy_of(filled, tmp_path)
    execute(job(filled, PYTHON), filled.root, copy)
    copy.renew()
    ran = execute(job(filled, "adr/evidence/next.py"), filled.root, copy)
    assert (ran.ending, ran.observed) == (Ending.PASSED, ("data/b.txt",))


def test_runs_at_once_do_not_mix(filled: Project, tmp_path: Path) -> None:
    text = "import os, time\nopen('data/{0}.txt', 'w').write('mine')\ntime.sleep(.3)\nprint(open('data/a.txt').read(), '{0}')"
    ran = {}

    def one(name: str) -> None:
        filled.write(f"adr/evidence/{name}.py", text.format(name))
        ran[name] = execute(job(filled, f"adr/evidence/{name}.py"), filled.root, copies[name])

    for name in ("a", "b"):
        filled.write(f"adr/evidence/{name}.py", "")
    copies = {name: copy_of(filled, tmp_path) for name in ("a", "b")}
    for name, copy in copies.items():
        (copy.root / f"adr/evidence/{name}.py").write_text(text.format(name))
    threads = [threading.Thread(target=one, args=(name,)) for name in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (ran["a"].tail, ran["b"].tail) == ("mine a", "a b")


def test_evidence_that_git_ignores_is_told_so(filled: Project, tmp_path: Path) -> None:
    filled.write(".gitignore", "it.py")
    filled.write(PYTHON, "pass")
    ran = run(filled, tmp_path, PYTHON)
    assert (ran.ending, ran.place) == (Ending.ERRORED, PYTHON)
    assert "git ignores it" in ran.message


def test_a_link_to_evidence_inside_is_followed(filled: Project, tmp_path: Path) -> None:
    filled.write("scripts/real.py", "assert 0, 'real'")
    (filled.root / PYTHON).symlink_to("../../scripts/real.py")
    assert run(filled, tmp_path, PYTHON).message == "real"


def test_its_deadline_is_its_own(filled: Project, tmp_path: Path) -> None:
    filled.write(PYTHON, "# /// script\n# [tool.adrtool]\n# timeout = '0.5s'\n# ///\nimport time; time.sleep(60)")
    ran = run(filled, tmp_path, PYTHON)
    assert (ran.ending, ran.message) == (
        Ending.ERRORED,
        "no answer within 0.5 s; it and all it started were killed",
    )


def test_output_is_cut_to_its_last_lines(filled: Project, tmp_path: Path) -> None:
    filled.shell("it.sh", "seq 1000; exit 1")
    ran = run(filled, tmp_path, SHELL)
    assert ran.tail.splitlines() == ["…", *map(str, range(941, 1001))]
    assert ran.message == "1000"


def test_the_rest_of_a_line_that_was_cut_is_not_shown(filled: Project, tmp_path: Path) -> None:
    filled.shell("it.sh", "head -c 20000 /dev/zero | tr '\\0' x; echo; echo end")
    assert run(filled, tmp_path, SHELL).tail == "…\nend"


def test_output_that_is_no_text_is_shown_as_far_as_it_goes(filled: Project, tmp_path: Path) -> None:
    filled.shell("it.sh", r"printf 'a\377\000b\n'")
    assert run(filled, tmp_path, SHELL).tail == "a\ufffdb"


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("plain", "plain"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("tab\there", "tab\there"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("over\u202ewrite\u200b", "overwrite"),
        ("https://me:word@host/x", "https://***@host/x"),
        ("mail me@host", "mail me@host"),
        ("secret-word", "***"),
        ("sec\x1b[0mret-word", "***"),
    ],
)
def test_text_is_made_fit_for_a_terminal(dirty: str, tidy: str) -> None:
    assert clean(dirty, hidden=["secret-word"]) == tidy


def test_a_secret_too_short_to_mean_anything_masks_nothing() -> None:
    assert clean("yes, a yes", hidden=["yes", ""]) == "yes, a yes"


@pytest.mark.parametrize(
    ("text", "test", "code", "said"),
    [
        ("from adrtool_evidence import measure\nmeasure('n', 1)", None, 0, 'measure {"name": "n"'),
        ("assert 0, 'by hand'", None, 1, ""),
        ("def test_it(): assert 0, 'by hand'", None, 1, "by hand"),
        ("def test_it(): assert 0, 'by hand'\ndef test_other(): pass", "test_other", 0, "1 passed"),
    ],
)
def test_the_command_by_hand_can_be_pasted(filled: Project, text: str, test: str | None, code: int, said: str) -> None:
    filled.write(PYTHON, text)
    done = subprocess.run(
        ["sh", "-c", by_hand(job(filled, PYTHON, test))], cwd=filled.root, capture_output=True, text=True
    )
    assert (done.returncode, said in done.stdout) == (code, True), done


def test_another_executables_command_by_hand_is_its_path(filled: Project) -> None:
    filled.shell("it.sh", "exit 0")
    assert by_hand(job(filled, SHELL)) == "./adr/evidence/it.sh"

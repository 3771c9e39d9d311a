"""The sandbox as a user meets it: what is asked for, what is recorded, and that evidence runs inside as it does outside."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
from pathlib import Path

import pytest
from repositories import Project

from adrtool.errors import ReadError
from adrtool.evidence import sandbox
from adrtool.evidence.sandbox import Mode

FIND = sandbox.find
REAL = FIND()
needs_sandbox = pytest.mark.skipif(REAL.program is None, reason=f"no sandbox: {REAL.why_not}")


@pytest.fixture(autouse=True)
def look_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ADRTOOL_SANDBOX", raising=False)
    FIND.cache_clear()
    yield
    FIND.cache_clear()


def fake_bwrap(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `bwrap` that is found before any other, and the one that is found after it."""
    folder.mkdir()
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return program


def without_bwrap(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH that has git, and no bwrap."""
    folder.mkdir()
    for name in ("git", "sh", "true"):
        (folder / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(folder))


FORBIDDEN = "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1"


@pytest.fixture
def one(project: Project) -> Project:
    project.record("[It holds](evidence/it.py)")
    project.evidence("it.py", "print('ran')")
    project.commit()
    return project


def sandboxes(project: Project) -> list[str]:
    return [line["sandbox"] for line in project.notes() if line["kind"] == "outcome"]


@needs_sandbox
@pytest.mark.parametrize(("words", "level"), [("require", "bubblewrap"), ("auto", "bubblewrap"), ("off", "off")])
def test_every_outcome_says_where_it_was_had(one: Project, words: str, level: str) -> None:
    said = one.verify("--sandbox", words)
    assert (said.code, said.json["claims"][0]["verdict"]) == (0, "holds")
    assert "without a sandbox" not in said.err
    assert sandboxes(one) == [level]
    history = one.adrtool("history", "0001/it", "--json")
    assert f'"sandbox": "{level}"' in history.out


@needs_sandbox
def test_where_nobody_says_anything_it_is_used_if_it_works(one: Project) -> None:
    assert one.verify().code == 0
    assert sandboxes(one) == ["bubblewrap"]


@needs_sandbox
def test_the_user_has_the_last_word_over_the_repository(one: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    one.write("adrtool.toml", 'sandbox = "off"\n')
    monkeypatch.setenv("ADRTOOL_SANDBOX", "require")
    assert one.verify().code == 0
    assert sandboxes(one) == ["bubblewrap"]
    monkeypatch.setenv("ADRTOOL_SANDBOX", "of")
    said = one.adrtool("verify", "--all")
    assert (said.code, said.err) == (2, "adrtool: ADRTOOL_SANDBOX=of: write one of require, auto, off\n")


@needs_sandbox
def test_the_setting_asks_for_it_and_the_command_line_has_the_last_word(one: Project) -> None:
    one.write("adrtool.toml", 'sandbox = "require"\n')
    assert one.verify().code == 0
    assert one.verify("--all", "--sandbox", "off").code == 0
    assert sandboxes(one) == ["bubblewrap", "off"]


def test_auto_without_bubblewrap_says_so_and_records_it(
    one: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_bwrap(tmp_path / "bin", monkeypatch)
    said = one.verify("--sandbox", "auto")
    assert said.code == 0
    if sys.platform == "linux":
        assert "evidence runs without a sandbox: bubblewrap is not installed; install bubblewrap" in said.err
    assert sandboxes(one) == ["off"]


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
@pytest.mark.parametrize(
    ("program", "why"),
    [
        (FORBIDDEN, "bubblewrap does not work here: setting up uid map: Permission denied"),
        ("exit 0", "bubblewrap does not work here: exit 0"),  # says it worked, and ran nothing
        ("echo inside; exit 3", "bubblewrap does not work here: inside"),
    ],
)
def test_a_bubblewrap_that_does_not_work_is_found_out(
    one: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    fake_bwrap(tmp_path / "bin", program, monkeypatch)
    said = one.verify("--sandbox", "auto")
    assert said.code == 0
    assert f"evidence runs without a sandbox: {why}" in said.err
    assert "kernel.apparmor_restrict_unprivileged_userns" in said.err
    assert sandboxes(one) == ["off"]


def test_require_never_falls_back(one: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_bwrap(tmp_path / "bin", FORBIDDEN, monkeypatch)
    said = one.adrtool("verify", "--sandbox", "require")
    assert said.code == 12
    assert "a sandbox is required, and there is none" in said.err
    assert one.git("for-each-ref", "refs/notes") == ""
    one.write("adrtool.toml", 'sandbox = "require"\n')
    assert one.adrtool("verify").code == 12
    assert one.adrtool("status").code == 0  # what only reads asks for none


@needs_sandbox
def test_a_sandbox_that_stops_working_is_no_outcome_of_the_evidence(
    one: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.record("[It holds](evidence/it.sh)")
    one.shell("it.sh", "exit 0")
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: Creating new namespace failed' >&2; exit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sandbox, "find", lambda: dataclasses.replace(REAL, program=str(broken)))
    said = one.verify("--sandbox", "require")
    claim = said.json["claims"][0]
    assert (said.code, claim["verdict"]) == (11, "broken")  # never stale: nobody said no
    assert claim["message"] == "could not be started: the sandbox cannot be made: Creating new namespace failed"


def test_choosing_off_looks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find", lambda: pytest.fail("it looked"))
    assert sandbox.choose(Mode.OFF).level == "off"


def test_choosing_require_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find", lambda: sandbox.Sandbox(why_not="it is Tuesday", mend="wait"))
    with pytest.raises(ReadError, match="there is none: it is Tuesday; wait"):
        sandbox.choose(Mode.REQUIRE)
    assert sandbox.choose(Mode.AUTO).level == "off"


ENDINGS = {
    "it.sh": {
        "exit 0": ("holds", ""),
        "echo no; exit 1": ("stale", "no"),
        "exit 3": ("broken", "exit 3"),
        "kill -TERM $$": ("broken", "ended by SIGTERM"),
        "kill -KILL $$": ("broken", "ended by SIGKILL"),
        "sleep 60": ("broken", "no answer within 1 s; it and all it started were killed"),
        'yes | head -n 1 >/dev/null; [ "$(yes | head -n 3 | wc -l)" = 3 ]': ("holds", ""),
    },
    "it.py": {
        "pass": ("holds", ""),
        "assert 1 == 2, 'no'": ("stale", "no"),
        "raise OSError('x')": ("broken", "OSError: x"),
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)": ("broken", "ended by SIGSEGV"),
        "import os; os._exit(0)": ("broken", "it ended without a report (exit 0)"),
        "import time; time.sleep(60)": ("broken", "no answer within 1 s; it and all it started were killed"),
        "def test_it(tmp_path): (tmp_path / 'x').write_text('x')": ("holds", ""),
        "from adrtool_evidence import measure; measure('a', 1, at_most=2)": ("holds", ""),
    },
}
ONE_SECOND = '# /// script\n# [tool.adrtool]\n# timeout = "1s"\n# ///\n'


@needs_sandbox
@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in ENDINGS.items() for text in texts])
def test_it_ends_inside_as_it_does_outside(project: Project, name: str, text: str) -> None:
    project.record(f"[It holds](evidence/{name})")
    limit = ONE_SECOND if "sleep" in text else ""
    if name.endswith(".sh"):
        project.shell(name, limit + text)
    else:
        project.evidence(name, limit + text + "\n")
    found = []
    for mode in ("require", "off"):
        claim = project.verify("--all", "--sandbox", mode).json["claims"][0]
        found.append((claim["verdict"], claim["message"]))
    assert found == [ENDINGS[name][text]] * 2


@needs_sandbox
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#!/nonexistent\n", "No such file or directory; its first line asks for /nonexistent"),
        ("echo without its first line\n", "Exec format error; begin it with #!"),
    ],
)
def test_what_cannot_be_started_is_told_inside_as_outside(project: Project, text: str, message: str) -> None:
    project.record("[It holds](evidence/it.sh)")
    project.evidence("it.sh", text, 0o755)
    for mode in ("require", "off"):
        claim = project.verify("--all", "--sandbox", mode).json["claims"][0]
        assert claim["verdict"] == "broken"
        assert message in claim["message"]


@needs_sandbox
def test_what_it_reads_is_still_seen(project: Project) -> None:
    project.record("[By Python](evidence/a.py)", "[By a shell](evidence/b.sh)")
    project.write("data/x.txt", "x")
    project.evidence("a.py", "open('data/x.txt').read()")
    project.shell("b.sh", "cat data/x.txt; git log -1 >/dev/null")
    project.commit()
    assert project.verify("--sandbox", "require").code == 0
    assert [row["verdict"] for row in project.status().json["claims"]] == ["holds", "holds"]
    observed = {line["claim"]: line["observed"] for line in project.notes() if line["kind"] == "outcome"}
    assert observed == {"0001/a": ["data/x.txt"], "0001/b": [".git/HEAD", "data/x.txt"]}
    project.write("data/x.txt", "y")
    assert [row["verdict"] for row in project.status().json["claims"]] == ["suspect", "suspect"]


@needs_sandbox
def test_git_works_in_the_copy(project: Project) -> None:
    project.record("[It holds](evidence/it.sh)")
    project.shell("it.sh", "git log --format=%s | grep -qx first && git status --porcelain && git show HEAD:data.txt")
    project.write("data.txt", "x")
    project.commit("first")
    assert project.verify("--sandbox", "require").code == 0


@needs_sandbox
def test_a_package_that_is_installed_from_the_repository_is_the_copys(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `pip install -e .` does it: a path of the repository among those where modules are looked for."""
    from adrtool.evidence import visible

    monkeypatch.setattr(visible, "_own_search_path", lambda: (str(project.root / "src"),))
    project.write("src/mine.py", "value = 1\n")
    project.record("[It holds](evidence/it.py)")
    project.evidence(
        "it.py", f"import sys\nsys.path.append({str(project.root / 'src')!r})\nimport mine\nassert mine.value == 1\n"
    )
    project.commit()
    assert project.verify("--sandbox", "require").code == 0
    (line,) = (line for line in project.notes() if line["kind"] == "outcome")
    assert "src/mine.py" in line["observed"]  # which outside of a sandbox nobody sees


@needs_sandbox
def test_an_environment_of_its_own_is_there(project: Project) -> None:
    project.record("[It holds](evidence/it.py)")
    project.evidence(
        "it.py", "# /// script\n# dependencies = []\n# ///\nimport pytest, sys\nassert sys.prefix != sys.base_prefix\n"
    )
    said = project.verify("--sandbox", "require")
    assert said.code == 0, said


@needs_sandbox
def test_adrtool_runs_inside_of_its_own_sandbox(project: Project, tmp_path: Path) -> None:
    """With a sandbox in it, or honestly without: what is around it holds it either way."""
    project.record("[It holds](evidence/it.py)")
    project.evidence(
        "it.py",
        """\
        import json, os, pathlib, subprocess, sys, tempfile
        root = pathlib.Path(tempfile.mkdtemp())
        (root / "adr/evidence").mkdir(parents=True)
        (root / "adr/0001-t.md").write_text("# T\\n\\nStatus: accepted\\n\\n[It holds](evidence/e.py)\\n")
        (root / "adr/evidence/e.py").write_text("import os\\nassert not os.path.exists('/etc/shadow~')\\n")
        command = [sys.executable, "-m", "adrtool", "verify", "--json", "--sandbox", "auto"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["claims"][0]["verdict"] == "holds"
        """,
    )
    said = project.verify("--sandbox", "require")
    assert said.code == 0, said


@needs_sandbox
@pytest.mark.parametrize("text", ["import nowhere_at_all", "open('/nowhere/at/all')"])
def test_what_misses_something_else_is_told_nothing_of_the_network(project: Project, text: str) -> None:
    project.record("[It holds](evidence/it.py)")
    project.evidence("it.py", text)
    assert "network" not in project.verify("--sandbox", "require").json["claims"][0]["message"]


@needs_sandbox
def test_what_misses_the_network_is_told_how_to_have_it(project: Project) -> None:
    project.record("[It holds](evidence/it.py)")
    text = "import urllib.request\nurllib.request.urlopen('http://nowhere.invalid')\n"
    project.evidence("it.py", text)
    claim = project.verify("--sandbox", "require").json["claims"][0]
    assert claim["verdict"] == "broken"
    assert claim["message"].endswith("in the sandbox there is no network: `network = true` in its block lets it out")
    claim = project.verify("--sandbox", "off", "--all").json["claims"][0]
    assert "in the sandbox" not in claim["message"]
    project.evidence("it.py", "# /// script\n# [tool.adrtool]\n# network = true\n# ///\n" + text)
    assert "in the sandbox" not in project.verify("--sandbox", "require").json["claims"][0]["message"]


@needs_sandbox
def test_a_debugger_has_no_sandbox_and_says_so(one: Project) -> None:
    said = one.adrtool("verify", "--pdb", "--sandbox", "auto", "0001/it")
    assert "under pdb evidence runs without a sandbox" in said.err
    assert one.git("for-each-ref", "refs/notes") == ""


def test_doctor_tells_what_the_sandbox_is_worth(one: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_bwrap(tmp_path / "bin", FORBIDDEN, monkeypatch)
    checks = {check["name"]: check for check in one.adrtool("doctor", "--json").json["checks"]}
    assert checks["sandbox"]["ok"] is False
    if sys.platform == "linux":
        assert "Permission denied" in checks["sandbox"]["seen"]
        assert "sysctl" in checks["sandbox"]["mend"]

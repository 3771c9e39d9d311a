"""What SECURITY.md promises, and for each promise evidence that tries to break it.

Most of it also runs without the sandbox, as the control: there the attempt succeeds, so that it was one.
"""

from __future__ import annotations

import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import Project

from adrtool.evidence import sandbox, watch

REAL = sandbox.find()
needs_sandbox = pytest.mark.skipif(REAL.program is None, reason=f"no sandbox: {REAL.why_not}")
MODES = [pytest.param("require", marks=needs_sandbox), "off"]
SECRET = "hush-4f1d0c"


@pytest.fixture
def victim(project: Project) -> Project:
    project.record("[It holds](evidence/it.py)")
    project.commit()
    return project


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def attempt(project: Project, text: str, mode: str, *words: str, name: str = "it.py") -> dict:
    """Run evidence and give its claim; nothing of what it printed, or did, may have escaped into any report."""
    project.evidence(name, text, 0o755)
    said = project.verify("--all", "--sandbox", mode, *words)
    (claim,) = said.json["claims"]
    return {**claim, "said": said.out + said.err}


def works(project: Project, text: str, mode: str) -> bool:
    """Whether evidence could do what it tried: it says so by passing, and fails with an OSError otherwise."""
    claim = attempt(project, text, mode)
    assert claim["verdict"] in ("holds", "broken"), claim
    return claim["verdict"] == "holds"


# Secrets of the environment


def everything(project: Project) -> str:
    """All that a run has left behind."""
    notes = "\n".join(map(str, project.notes()))
    return notes + "".join(file.read_text(errors="replace") for file in project.root.rglob("*.xml"))


SHOW_ALL = """\
import os, pathlib, sys
for name, value in os.environ.items():
    print(name, value)
for name in ("PIP_CONFIG_FILE", "npm_config_userconfig"):
    print(pathlib.Path(os.environ[name]).read_text())
"""


@pytest.mark.parametrize("mode", MODES)
def test_no_secret_of_the_environment_or_of_a_package_manager(
    victim: Project, home: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    for name in ("GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "UV_PUBLISH_TOKEN", "npm_config__authToken", "PIP_PASSWORD"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("PIP_INDEX_URL", f"https://me:{SECRET}@localhost/simple")
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{SECRET}@localhost")
    monkeypatch.delenv("PIP_CONFIG_FILE", raising=False)
    (home / ".npmrc").write_text(f"//localhost/:_authToken={SECRET}\nregistry=https://localhost/npm\n")
    (home / ".config" / "pip").mkdir(parents=True)
    settings = f"[global]\nindex-url = https://me:{SECRET}@localhost/simple\nfind-links = /wheels\n"
    (home / ".config" / "pip" / "pip.conf").write_text(settings)
    claim = attempt(victim, SHOW_ALL, mode, "-v")
    assert claim["verdict"] == "holds"
    assert SECRET not in claim["said"] + everything(victim)
    for kept in ("registry=https://localhost/npm", "index-url = https://localhost/simple", "find-links = /wheels"):
        assert kept in everything(victim)


NAMED = '# /// script\n# [tool.adrtool]\n# needs = ["env:API_KEY"]\n# ///\n'
TELL = """\
import os, sys
from adrtool_evidence import measure
key = os.environ["API_KEY"]
assert len(key) > 20
print("the key:", key)
sys.stderr.write("\\x1b[31m" + key[:3] + "\\x1b[0m" + key[3:] + "\\n")
print(key.splitlines()[1])
measure(key, 1, unit=key)
os.path.exists(key.splitlines()[0])
open(key.splitlines()[0], "a").close()
raise OSError(key)
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_secret_that_it_names_is_masked_wherever_it_is_told(
    victim: Project, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    first, second = f"{SECRET}-first-line", f"{SECRET}-second-line"
    monkeypatch.setenv("API_KEY", f"{first}\n{second}")
    claim = attempt(victim, NAMED + TELL, mode, "-v", "--junit", str(victim.root / "report.xml"))
    assert claim["verdict"] == "broken"
    assert "OSError" in claim["message"]
    assert SECRET not in claim["said"] + everything(victim)
    assert "the key: ***" in everything(victim)


@needs_sandbox
def test_no_environment_of_another_process(victim: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """\
        import os, pathlib
        seen = [pid for pid in os.listdir("/proc") if pid.isdecimal()]
        assert len(seen) <= 3, seen
        for pid in seen:
            try:
                found = pathlib.Path(f"/proc/{pid}/environ").read_bytes()
            except OSError:
                continue
            assert b"hush" not in found
        """
    other = subprocess.Popen(["sleep", "60"], env={"MARK": SECRET})
    try:
        assert attempt(victim, text, "require")["verdict"] == "holds"
        assert attempt(victim, text, "off")["verdict"] == "stale"  # the control
    finally:
        other.kill()
        other.wait()


# Files


@needs_sandbox
@pytest.mark.parametrize("way", ["{path}", "/proc/self/root{path}", "/proc/1/root{path}"])
@pytest.mark.parametrize("file", [".ssh/id_ed25519", ".netrc", ".config/gh/hosts.yml", "other/repository/.env"])
def test_no_file_of_a_home(victim: Project, home: Path, file: str, way: str) -> None:
    path = home / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SECRET)
    text = f"print(open({way.format(path=path)!r}).read())\n"
    assert not works(victim, text, "require")
    assert SECRET not in everything(victim)
    if way == "{path}":
        assert works(victim, text, "off")


@needs_sandbox
def test_no_file_that_git_ignores_and_no_credentials_of_git(victim: Project) -> None:
    victim.write(".gitignore", ".env\n")
    victim.write(".env", SECRET)
    victim.git("config", "remote.origin.url", f"https://me:{SECRET}@localhost/x.git")
    victim.commit()
    for path in (victim.root / ".env", victim.root / ".git" / "config"):
        text = f"assert {SECRET!r} not in open({str(path)!r}).read()\n"
        assert attempt(victim, text, "require")["verdict"] in ("broken", "holds")
        assert attempt(victim, text, "off")["verdict"] == "stale"


@needs_sandbox
@pytest.mark.skipif(os.getuid() != 0, reason="only root may write there")
def test_a_repository_among_the_systems_folders_is_hidden_too(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `/usr/src/app` of many containers."""
    root = Path("/opt") / f"adrtool-{uuid.uuid4().hex}"
    shutil.copytree(project.root, root)
    try:
        there = Project(root, project.monkeypatch, project.capsys)
        there.record("[It holds](evidence/it.py)")
        there.write(".gitignore", ".env\n")
        there.write(".env", SECRET)
        there.commit()
        text = f"print(open({str(root / '.env')!r}).read())\n"
        assert not works(there, text, "require")
        assert works(there, text, "off")
        monkeypatch.setenv("HOME", str(root))
        assert not works(there, text, "require")
    finally:
        shutil.rmtree(root)


@needs_sandbox
def test_a_repository_that_is_too_large_to_copy_is_read_and_not_written(
    victim: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adrtool.evidence import working_copy

    monkeypatch.setattr(working_copy, "MOST_FILES", 0)
    victim.git("config", "remote.origin.url", f"https://me:{SECRET}@localhost/x.git")
    victim.write("data.txt", "x")
    victim.commit()
    assert works(victim, "assert open('data.txt').read() == 'x'\n", "require")
    assert not works(victim, "open('data.txt', 'w')\n", "require")
    assert (victim.root / "data.txt").read_text() == "x"
    config = f"text = open({str(victim.root / '.git' / 'config')!r}).read()\nassert {SECRET!r} not in text\n"
    assert attempt(victim, config, "require")["verdict"] in ("broken", "holds")
    assert attempt(victim, config, "off")["verdict"] == "stale"


@needs_sandbox
def test_git_works_in_the_copy_of_a_worktree(victim: Project, tmp_path: Path) -> None:
    victim.evidence("it.py", "import subprocess\nsubprocess.run(['git', 'log', '-1'], check=True)\n")
    victim.commit()
    victim.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    tree = Project(tmp_path / "tree", victim.monkeypatch, victim.capsys)
    assert tree.verify("--sandbox", "require").code == 0


@needs_sandbox
def test_nothing_of_the_system_that_not_everybody_may_read(
    victim: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root above all, for whom the system's own protection is none."""
    if os.getuid() == 0:
        assert not works(victim, "open('/etc/shadow').read(1)\n", "require")
        assert works(victim, "open('/etc/shadow').read(1)\n", "off")
    text = """\
        import os, stat
        for folder, folders, files in os.walk("/etc"):
            for name in files:
                path = os.path.join(folder, name)
                if stat.S_ISREG(os.lstat(path).st_mode) and not os.lstat(path).st_mode & stat.S_IROTH:
                    try:
                        open(path).close()
                    except OSError:
                        continue
                    raise AssertionError(path)
        """
    assert attempt(victim, text, "require")["verdict"] == "holds"


@needs_sandbox
@pytest.mark.parametrize("where", ["{root}", "{root}/adr", "{home}", "/usr/local", "/etc", "/", "/sys/kernel", "/opt"])
def test_nothing_is_written_outside(victim: Project, home: Path, where: str) -> None:
    name = f"adrtool-{uuid.uuid4().hex}"
    folder = where.format(root=victim.root, home=home)
    text = f"open({folder!r} + '/' + {name!r}, 'w').close()\n"
    try:
        works(victim, text, "require")  # it may seem to: what it has in that place is its own
        assert not os.path.lexists(f"{folder}/{name}")
        if where.startswith("{"):
            assert works(victim, text, "off")
            assert os.path.lexists(f"{folder}/{name}")
    finally:
        Path(folder, name).unlink(missing_ok=True)


@needs_sandbox
def test_nothing_of_what_it_runs_with_can_be_changed(victim: Project) -> None:
    """Else it could change the evidence that runs after it: its interpreter, its environment, adrtool itself."""
    text = """\
        import os, sys, pathlib
        import adrtool_evidence
        own = {pathlib.Path(sys.executable).parent, pathlib.Path(sys.prefix), pathlib.Path(adrtool_evidence.__file__).parent}
        import pytest, json
        for folder in own | {pathlib.Path(pytest.__file__).parent, pathlib.Path(json.__file__).parent}:
            try:
                (folder / "sitecustomize.py").write_text("")
            except OSError:
                continue
            raise AssertionError(folder)
        """
    assert attempt(victim, text, "require")["verdict"] == "holds"
    block = "# /// script\n# dependencies = []\n# ///\n"
    text = "\n".join(line.removeprefix(" " * 8) for line in text.splitlines())
    assert attempt(victim, block + text, "require")["verdict"] == "holds"


@needs_sandbox
def test_temporary_files_of_others_are_not_there(victim: Project, tmp_path: Path) -> None:
    other = Path("/tmp") / f"adrtool-{uuid.uuid4().hex}"
    other.write_text(SECRET)
    try:
        assert not works(victim, f"open({str(other)!r}).read()\n", "require")
        assert works(victim, f"open({str(other)!r}).read()\n", "off")
    finally:
        other.unlink()
    written = f"/tmp/adrtool-{uuid.uuid4().hex}"
    assert works(victim, f"open({written!r}, 'w').write('x')\n", "require")
    assert not os.path.exists(written)


# Symbolic links, and the copy's own git


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "a.txt").write_text("mine")
    (folder / "a.txt").chmod(0o640)
    folder.chmod(0o750)
    return folder


def state(folder: Path) -> list[tuple]:
    return [
        (str(path), path.lstat().st_mode, path.lstat().st_mtime_ns) for path in sorted([folder, *folder.rglob("*")])
    ]


LINKS = """\
import json, os, pathlib, shutil
outside = {outside!r}
shutil.rmtree("data")
os.symlink(outside, "data")
os.symlink(outside, "adr/link")
scratch = pathlib.Path(os.environ["HOME"]).parent
for name in ("home", "tmp"):
    shutil.rmtree(scratch / name)
    os.symlink(outside, scratch / name)
os.symlink(outside + "/a.txt", os.environ["ADRTOOL_MEASURES"])
os.symlink(outside + "/a.txt", scratch / "report.json.part")
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_symbolic_link_leads_nobody_out(victim: Project, outside: Path, mode: str) -> None:
    """Inside it leads nowhere; what tidies up behind it, with all the user's rights, must not follow it."""
    victim.write("data/a.txt", "a")
    victim.write("adr/evidence/more.py", "assert open('data/a.txt').read() == 'a'\n")
    victim.record("[It holds](evidence/it.py)", "[So does the next](evidence/more.py)")
    victim.commit()
    before = state(outside)
    victim.evidence("it.py", LINKS.format(outside=str(outside)))
    said = victim.verify("--all", "--jobs", "1", "--sandbox", mode)
    claims = {claim["id"]: claim["verdict"] for claim in said.json["claims"]}
    assert (outside / "a.txt").read_text() in ("mine",) or mode == "off"  # without a sandbox its own report goes there
    assert claims["0001/more"] == "holds"
    if mode == "require":
        assert state(outside) == before
    else:
        assert sorted(path.name for path in outside.iterdir()) == ["a.txt"]


@pytest.mark.parametrize("mode", MODES)
def test_links_to_other_evidence_are_refused(victim: Project, outside: Path, mode: str) -> None:
    (outside / "it.py").write_text("pass\n")
    (victim.root / "adr" / "evidence").mkdir(parents=True, exist_ok=True)
    (victim.root / "adr" / "evidence" / "it.py").symlink_to(outside / "it.py")
    (claim,) = victim.verify("--sandbox", mode).json["claims"]
    assert (claim["verdict"], "leads out of the repository" in claim["message"]) == ("broken", True)


GIT = """\
import os, pathlib, subprocess
mark = {mark!r}
git = pathlib.Path(".git")
(git / "hooks").mkdir(exist_ok=True)
for place in (git, *map(pathlib.Path, {sources!r})):
    for name in ("hooks/post-checkout", "hooks/pre-commit", "hooks/reference-transaction"):
        try:
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text("#!/bin/sh\\ntouch " + mark + "\\n")
            (place / name).chmod(0o755)
        except OSError:
            pass
    try:
        with open(place / "config", "a") as file:
            file.write("[core]\\n\\tfsmonitor = touch " + mark + "\\n\\thooksPath = " + os.path.abspath(git / "hooks") + "\\n")
    except OSError:
        pass
objects = pathlib.Path((git / "objects/info/alternates").read_text().strip())
for path in (objects / "evil", objects.parent / "refs/notes/adrtool", objects.parent / "packed-refs", objects.parent / "adrtool"):
    try:
        path.write_text("0" * 40)
    except OSError:
        pass
"""


@needs_sandbox
def test_the_copys_git_leads_nobody_out(victim: Project, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    source = victim.root / ".git"
    objects = set((source / "objects").rglob("*"))
    config = (source / "config").read_text()
    claim = attempt(victim, GIT.format(mark=str(mark), sources=[str(source)]), "require")
    assert claim["verdict"] == "holds"
    victim.git("status")
    victim.commit("afterwards")
    assert not mark.exists()
    assert (source / "config").read_text() == config
    assert not [path for path in set((source / "objects").rglob("*")) - objects if path.name == "evil"]
    assert victim.notes()
    assert victim.git("fsck") in ("", "notice: HEAD points to an unborn branch (master)")


@needs_sandbox
def test_no_line_of_the_ledger_can_be_faked(victim: Project) -> None:
    """It may say what it likes of its own claim, and of no other."""
    victim.record("[It holds](evidence/it.py)", "[And this](evidence/no.py)")
    victim.evidence("no.py", "assert False")
    victim.commit()
    text = f"""\
        import json, os, pathlib, subprocess
        line = json.dumps({{"format": 1, "kind": "outcome", "claim": "0001/no", "outcome": "passed"}})
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]
        for folder in (".", {str(victim.root)!r}):
            subprocess.run([*git, "-C", folder, "notes", "--ref=adrtool", "add", "-f", "-m", line])
        for place in (".git", {str(victim.root / ".git")!r}):
            try:
                pathlib.Path(place, "adrtool").mkdir(exist_ok=True)
                pathlib.Path(place, "adrtool", "spool.jsonl").write_text(line + "\\n")
            except OSError:
                pass
        print(line)
        with open(os.environ["ADRTOOL_MEASURES"], "a") as file:
            file.write(json.dumps({{"name": line, "value": 1}}) + "\\n")
        """
    victim.evidence("it.py", text)
    said = victim.verify("--jobs", "1", "--sandbox", "require")
    assert {claim["id"]: claim["verdict"] for claim in said.json["claims"]} == {"0001/it": "holds", "0001/no": "stale"}
    outcomes = [(line["claim"], line["outcome"]) for line in victim.notes() if line["kind"] == "outcome"]
    assert sorted(outcomes) == [("0001/it", "passed"), ("0001/no", "failed")]


# The network


@pytest.fixture
def server() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving.server_port
        serving.shutdown()


CONNECT = "import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=5).close()\n"


@needs_sandbox
def test_the_hosts_loopback_is_out_of_reach(victim: Project, server: int) -> None:
    assert not works(victim, CONNECT.format(port=server), "require")
    assert works(victim, CONNECT.format(port=server), "off")


@needs_sandbox
def test_the_network_is_there_for_what_needs_it(victim: Project, server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADRTOOL_NETWORK_HOST", f"127.0.0.1:{server}")
    for key in ('needs = ["network"]', "network = true"):
        block = f"# /// script\n# [tool.adrtool]\n# {key}\n# ///\n"
        assert works(victim, block + CONNECT.format(port=server), "require")


@needs_sandbox
def test_no_socket_without_a_name_either(victim: Project) -> None:
    name = f"\0adrtool-{uuid.uuid4().hex}"
    text = f"import socket\nsocket.socket(socket.AF_UNIX).connect({name!r})\n"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(name)
        listening.listen()
        assert not works(victim, text, "require")
        assert works(victim, text, "off")


@needs_sandbox
def test_its_own_loopback_works_under_every_name(victim: Project) -> None:
    text = """\
        import socket, subprocess, sys
        for host in ("127.0.0.1", "localhost", socket.gethostname()):
            with socket.create_server(("127.0.0.1", 0)) as server:
                port = server.getsockname()[1]
                code = f"import socket; socket.create_connection(({host!r}, {port}), timeout=5).close()"
                subprocess.run([sys.executable, "-c", code], check=True)
        """
    assert works(victim, text, "require")


# Processes


def running(mark: str) -> list[str]:
    found = []
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in words:
            found.append(pid)
    return found


DAEMON = """\
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.execve("/bin/sleep", [{mark!r}, "600"], {{}})
    os._exit(0)
time.sleep(0.3)
{end}
"""


@needs_sandbox
@pytest.mark.parametrize("end", ["", "os._exit(1)", "time.sleep(600)"])
def test_no_daemon_stays(victim: Project, end: str) -> None:
    """Not even one that left its group and its session and cleared its environment, which outside nobody finds."""
    mark = f"adrtool-{uuid.uuid4().hex}"
    block = '# /// script\n# [tool.adrtool]\n# timeout = "2s"\n# ///\n'
    attempt(victim, block + DAEMON.format(mark=mark, end=end), "require")
    assert running(mark) == []


@needs_sandbox
def test_nothing_stays_of_a_run_that_is_killed(victim: Project) -> None:
    mark = f"adrtool-{uuid.uuid4().hex}"
    victim.evidence("it.py", DAEMON.format(mark=mark, end="time.sleep(600)"))
    command = [sys.executable, "-m", "adrtool", "verify", "--sandbox", "require"]
    run = subprocess.Popen(command, cwd=victim.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert any(running(mark) or time.sleep(0.05) for _ in range(1200))
    finally:
        run.kill()
        run.wait()
    assert any(not running(mark) or time.sleep(0.05) for _ in range(1200))


def limited(text: str, limits: str) -> str:
    return f'# /// script\n# [tool.adrtool]\n# timeout = "60s"\n# limits = {{ {limits} }}\n# ///\n{text}'


BOMB = """\
import os, subprocess, time
for number in range(200):
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    time.sleep(0.01)
time.sleep(60)
"""


@pytest.mark.parametrize("mode", MODES)
def test_too_many_processes_are_killed(victim: Project, mode: str) -> None:
    claim = attempt(victim, limited(BOMB, "processes = 20"), mode)
    assert (claim["verdict"], claim["message"]) == (
        "broken",
        "more than 20 processes; it and all it started were killed",
    )


HUNGRY = """\
import os, sys, time
def eat():
    kept = []
    for _ in range(40):
        kept.append(bytearray(os.urandom(1 << 20)) * 4)
        time.sleep(0.02)
    time.sleep(60)
"""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("together", ["eat()", "pids = [os.fork() for _ in range(2)]; eat()"])
def test_too_much_memory_is_killed(victim: Project, mode: str, together: str) -> None:
    claim = attempt(victim, limited(HUNGRY + together, 'memory = "100MB"'), mode)
    assert (claim["verdict"], claim["message"]) == (
        "broken",
        "more than 100 MB of memory; it and all it started were killed",
    )


@pytest.mark.parametrize("mode", MODES)
def test_memory_that_processes_share_counts_once(victim: Project, mode: str) -> None:
    text = """\
import os, time
block = bytearray(os.urandom(1 << 20)) * 60
pids = [os.fork() for _ in range(2)]
sum(block[::4096])
time.sleep(1)
os._exit(0) if 0 in pids else [os.waitpid(pid, 0) for pid in pids]
"""
    assert attempt(victim, limited(text, 'memory = "150MB"'), mode)["verdict"] == "holds"


@needs_sandbox
@pytest.mark.skipif(not REAL.can_size, reason="this bubblewrap cannot bound it")
def test_shared_memory_is_bounded(victim: Project) -> None:
    text = "open('/dev/shm/x', 'wb').write(bytes(60 << 20))\n"
    assert not works(victim, limited(text, 'memory = "100MB"'), "require")
    assert works(victim, limited(text, 'memory = "200MB"'), "require")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["it.py", "it.sh"])
def test_a_file_that_is_too_large_is_not_written(victim: Project, mode: str, name: str) -> None:
    text = (
        "open('big', 'wb').write(bytes(2 << 20))\n"
        if name == "it.py"
        else "head -c 2097152 /dev/zero > big || exit 9\n"
    )
    first = "#!/bin/sh\n" if name == "it.sh" else ""
    victim.record(f"[It holds](evidence/{name})")
    claim = attempt(victim, first + limited(text, 'file-size = "1MB"'), mode, name=name)
    assert claim["verdict"] == "broken"
    assert attempt(victim, first + limited(text, 'file-size = "3MB"'), mode, name=name)["verdict"] == "holds"


@pytest.mark.parametrize("mode", MODES)
def test_the_disk_is_not_filled(victim: Project, mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk of its own of 64 MB, so that it is a real one that fills."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    if os.getuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        monkeypatch.setenv("TMPDIR", str(disk))
        monkeypatch.setattr("tempfile.tempdir", None)
        text = """\
            import pathlib, time
            folder = pathlib.Path.home()
            for number in range(64):
                (folder / str(number)).write_bytes(bytes(1 << 20))
                time.sleep(0.05)
            """
        claim = attempt(victim, text, mode)
        assert claim["verdict"] == "broken"
        assert claim["message"].startswith("the disk that it writes to was almost full")
        assert shutil.disk_usage(disk).free > 60 << 20  # what it wrote is gone
    finally:
        monkeypatch.setattr("tempfile.tempdir", None)
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_what_it_prints_is_bounded_and_gives_no_orders(victim: Project) -> None:
    text = """\
        for number in range(20000):
            print("x" * 100)
        print("::error file=a::pwned")
        print("  ::set-output name=a::pwned")
        print("##[error]pwned")
        print("\\x1b]0;pwned\\x07\\u202eabc")
        """
    claim = attempt(victim, text, "off", "-v")
    assert claim["verdict"] == "holds"
    (line,) = (line for line in victim.notes() if line["kind"] == "outcome")
    assert len(line["tail"]) < 20_000
    for text in (line["tail"], claim["said"]):
        for order in ("::error", "::set-output", "##[", "\x1b", "\u202e"):
            assert order not in text
    assert "pwned" in line["tail"]


# The watch itself


def test_the_default_limit_on_memory_is_what_a_container_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from adrtool.limits import DEFAULT

    limit = tmp_path / "memory.max"
    monkeypatch.setattr(watch, "_CGROUP_LIMITS", (str(limit),))
    limit.write_text("max\n")
    assert watch.most_memory(DEFAULT) == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 4 // 5
    limit.write_text("1000000\n")
    assert watch.most_memory(DEFAULT) == 800_000


def test_the_watch_looks_a_few_times_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from adrtool.limits import DEFAULT

    looked = []
    monkeypatch.setattr(watch, "_tree", lambda pid, most: looked.append(pid) or [])
    watching = watch.Watch(DEFAULT, tmp_path)
    for _ in range(100):
        assert watching(os.getpid()) is None
    assert len(looked) < 100

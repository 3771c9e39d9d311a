"""Environments: built by uv for real, from wheels that the tests make themselves, so that no test needs a network."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from wheels import THING, answer, wheel

from adrtool.errors import EvidenceError
from adrtool.evidence import installer, kept
from adrtool.evidence.asked import key_of
from adrtool.evidence.environment import Built, Environments
from adrtool.evidence.installer import RefusedError
from adrtool.evidence.interpreters import installed_interpreters
from adrtool.evidence.script import Requirements

MARK = "ADRTOOL_TEST_MARK"

pytestmark = pytest.mark.usefixtures("links")


@pytest.fixture
def silent_server(links: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An index that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.getsockname()[1]}/simple")
        yield


def refusal(environments: Environments, requirements: Requirements) -> str:
    with pytest.raises(EvidenceError) as caught:
        environments.prepare(requirements)
    return str(caught.value)


def marked_processes(mark: str) -> list[str]:
    """The command lines of this machine's processes that inherited the mark, but for this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait for a condition to hold."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


# What is built.


def test_an_environment_holds_what_was_asked_for_and_a_pytest(cache: Path) -> None:
    built = Environments(cache).prepare(THING)
    assert built.packages == (("other", "1.0"), ("pytest", "8.0"), ("thing", "1.0"))
    assert built.python_version == answer(built, "import platform; print(platform.python_version())")
    assert answer(built, "import thing, pytest, other; print(thing.version)") == "1.0"
    assert answer(built, "import sys; print(sys.prefix)").startswith(str(cache))


def test_a_pytest_that_is_listed_is_kept(cache: Path, links: Path) -> None:
    wheel(links, "pytest", "7.0")
    environments = Environments(cache)
    assert environments.prepare(Requirements(("pytest<8",))).packages == (("pytest", "7.0"),)
    assert environments.prepare(Requirements()).packages == (("pytest", "8.0"),)
    wheel(links, "pytest_cov", "1.0")
    assert ("pytest", "8.0") in environments.prepare(Requirements(("pytest-cov",))).packages


def test_constraints_bind(cache: Path, links: Path) -> None:
    wheel(links, "thing", "2.0")
    environments = Environments(cache)
    assert ("thing", "2.0") in environments.prepare(THING).packages
    bound = environments.prepare(Requirements(("thing",), "", "thing<2\nabsent==3"))
    assert ("thing", "1.0") in bound.packages


def test_a_kept_environment_is_used_again_without_uv(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = Environments(cache).prepare(THING)
    told: list[str] = []
    monkeypatch.setattr(installer, "find_uv", lambda: pytest.fail("uv was called"))
    assert Environments(cache).prepare(THING, progress=told.append) == built
    assert told == []
    with pytest.raises(pytest.fail.Exception):
        Environments(cache).prepare(Requirements(("other",)))


def test_progress_tells_what_is_done(cache: Path) -> None:
    told: list[str] = []
    built = Environments(cache).prepare(THING, progress=told.append)
    assert told == [
        f"resolving thing, pytest for Python {built.python_version}",
        f"installing 3 packages for Python {built.python_version}",
    ]


@pytest.mark.parametrize(
    "other",
    [
        Requirements(("thing", "other")),
        Requirements(("thing",), ">=3.9"),
        Requirements(("thing",), "", "thing==1.0"),
    ],
)
def test_other_requirements_have_another_folder(other: Requirements) -> None:
    assert key_of(other) != key_of(THING)
    assert key_of(Requirements(("thing",))) == key_of(THING)


def test_another_python_is_used_where_it_is_asked_for(cache: Path) -> None:
    own = sys.version_info[:2]
    others = {each.version for each in installed_interpreters(os.environ)}
    minors = sorted({tuple(map(int, each.split(".")[:2])) for each in others} - {own})
    fitting = [minor for minor in minors if minor >= (3, 8)]
    if not fitting:
        pytest.skip("one Python only")
    asked = Requirements((), "==" + ".".join(map(str, fitting[-1])) + ".*")
    built = Environments(cache).prepare(asked)
    assert answer(built, "import sys; print(*sys.version_info[:2])") == f"{fitting[-1][0]} {fitting[-1][1]}"
    assert built.python_version.startswith(f"{fitting[-1][0]}.{fitting[-1][1]}.")


def test_settings_of_a_project_around_do_not_count(
    tmp_path: Path, links: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(links, "thing", "2.0")
    project = '[project]\nname = "p"\nversion = "1"\n[tool.uv]\nconstraint-dependencies = ["thing<2"]\n'
    (tmp_path / "pyproject.toml").write_text(project)
    monkeypatch.chdir(tmp_path)
    assert ("thing", "2.0") in Environments(Path("cache")).prepare(THING).packages


def test_variables_that_point_elsewhere_do_not_count(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_PYTHON", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT", "UV_WORKING_DIR"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("UV_MANAGED_PYTHON", "1")
    assert ("thing", "1.0") in Environments(cache).prepare(THING).packages


def test_whoever_can_pip_install_can_build(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # this machine's own settings of pip, and its own index
    monkeypatch.delenv("PYTHONPATH", raising=False)
    built = Environments(cache).prepare(Requirements(("six",), "", "six<1.17"))
    assert answer(built, "import six, pytest; print(six.__version__)") == "1.16.0"


# What cannot be built.


def test_requirements_that_nothing_meets_are_refused_in_the_resolvers_words(cache: Path) -> None:
    environments = Environments(cache)
    said = refusal(environments, Requirements(("thing>99",)))
    assert said.startswith("its environment cannot be built: No solution found")
    assert "thing>99" in said
    assert environments.list() == ()


def test_what_is_refused_is_not_tried_again_in_the_same_run(cache: Path, links: Path) -> None:
    environments = Environments(cache)
    wanted = Requirements(("thing>1",))
    told: list[str] = []
    first = refusal(environments, wanted)
    wheel(links, "thing", "2.0")
    with pytest.raises(EvidenceError) as again:
        environments.prepare(wanted, progress=told.append)
    assert (str(again.value), told) == (first, [])
    assert ("thing", "2.0") in Environments(cache).prepare(wanted).packages
    assert ("thing", "2.0") in environments.prepare(wanted).packages


def test_threads_that_ask_for_the_impossible_ask_once(cache: Path) -> None:
    environments = Environments(cache)
    told: list[str] = []

    def ask() -> None:
        with pytest.raises(EvidenceError, match="No solution found"):
            environments.prepare(Requirements(("thing>1",)), progress=told.append)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(text.startswith("resolving") for text in told) == 1


def test_a_python_that_is_not_there_is_refused_with_the_mend(cache: Path) -> None:
    assert "`uv python install 3.30`" in refusal(Environments(cache), Requirements((), "==3.30.*"))


def test_credentials_and_hosts_stay_out_of_the_refusal(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://somebody:hunter2@127.0.0.1:{port}/simple?token=hunter3")
    said = refusal(Environments(cache), Requirements(("absent",)))
    assert "http://***/simple" in said
    assert not any(secret in said for secret in ("hunter2", "hunter3", "somebody", "127.0.0.1"))


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refusal(Environments(tmp_path / "file"), THING)
    assert str(tmp_path / "file") in said
    assert "set ADRTOOL_CACHE_DIR to a folder that can be written" in said


def test_a_full_disk_is_one_line(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise RefusedError("error: Failed to install\n  cause: No space left on device (os error 28)")

    monkeypatch.setattr(installer.Installer, "install", full)
    said = refusal(Environments(cache), THING)
    assert "is full; `adrtool env prune` frees some of it, ADRTOOL_CACHE_DIR names another" in said
    assert "\n" not in said
    assert [each for each in (cache / "environments").glob("*/*") if each.is_dir()] == []


def test_without_uv_the_mend_is_named(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(cache))
    assert "`python -m pip install uv`" in refusal(Environments(cache), THING)


@pytest.mark.usefixtures("silent_server")
def test_a_build_that_hangs_is_ended_with_all_it_started(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, "hangs")
    said = refusal(Environments(cache, timeout=1.0), Requirements(("absent",)))
    assert said == "its environment was not built in time; look at the network, or allow it longer"
    assert marked_processes("hangs") == []


# Anew.


def test_a_refresh_that_changes_nothing_keeps_the_environment(cache: Path) -> None:
    built = Environments(cache).prepare(THING)
    assert Environments(cache).prepare(THING, refresh=True) == built
    assert len(Environments(cache).list()) == 1


def test_a_refresh_that_changes_something_builds_beside_the_old_one(cache: Path, links: Path) -> None:
    old = Environments(cache).prepare(THING)
    wheel(links, "thing", "2.0")
    assert Environments(cache).prepare(THING) == old
    new = Environments(cache).prepare(THING, refresh=True)
    assert new.id != old.id
    assert answer(new, "import thing; print(thing.version)") == "2.0"
    assert answer(old, "import thing; print(thing.version)") == "1.0"
    assert Environments(cache).prepare(THING) == new
    assert {each.id: each.superseded for each in Environments(cache).list()} == {old.id: True, new.id: False}


def test_one_run_refreshes_once(cache: Path, links: Path) -> None:
    Environments(cache).prepare(THING)
    environments = Environments(cache)
    first = environments.prepare(THING, refresh=True)
    wheel(links, "thing", "2.0")
    assert environments.prepare(THING, refresh=True) == first
    assert Environments(cache).prepare(THING, refresh=True) != first


def test_what_uv_has_cached_serves_without_a_network(
    tmp_path: Path, links: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    for file in links.iterdir():
        project = site / "simple" / file.name.split("-")[0]
        project.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, project)
    for project in (site / "simple").iterdir():
        names = "".join(f'<a href="{file.name}">{file.name}</a>' for file in project.iterdir())
        (project / "index.html").write_text(f"<!DOCTYPE html><html><body>{names}</body></html>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(site)))
    threading.Thread(target=server.serve_forever).start()
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_address[1]}/simple")
    try:
        online = Environments(tmp_path / "one").prepare(THING)
    finally:
        server.shutdown()
        server.server_close()
    offline = Environments(tmp_path / "two").prepare(THING)
    assert offline.packages == online.packages
    assert Environments(tmp_path / "two").prepare(THING, refresh=True) == offline
    assert "Failed to fetch" in refusal(Environments(tmp_path / "two"), Requirements(("absent",)))


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the tests' standard error."""


# More than one at once, and ends that come early.


def child(cache: Path, code: str) -> subprocess.Popen[str]:
    """Another process with `environments` and `thing` at hand."""
    head = f"""
        import os, signal, sys
        from pathlib import Path
        from adrtool.evidence import installer
        from adrtool.evidence.environment import Environments
        from adrtool.evidence.script import Requirements
        environments = Environments(Path({str(cache)!r}))
        thing = Requirements(("thing",))
    """
    program = textwrap.dedent(head) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_runs_at_once_build_it_once(cache: Path) -> None:
    code = "print(environments.prepare(thing, progress=lambda text: print(text.split()[0])).id)"
    runs = [child(cache, code) for _ in range(3)]
    said = [run.communicate(timeout=180)[0].split() for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert len({words[-1] for words in said}) == 1
    assert sum("installing" in words for words in said) == 1
    assert len(kept.numbered(cache / "environments" / key_of(THING))) == 1


def test_threads_of_one_run_share_one_build(cache: Path) -> None:
    environments = Environments(cache)
    built: list[Built] = []
    threads = [threading.Thread(target=lambda: built.append(environments.prepare(THING))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 4
    assert len({each.id for each in built}) == 1


def test_threads_build_different_environments_at_once(cache: Path) -> None:
    # In a process of its own, where nothing has been used for the first time yet.
    run = child(
        cache,
        """
        import threading
        ends = []
        def build(number):
            wanted = Requirements(("thing",), "", "thing<%d" % number)
            ends.append(dict(environments.prepare(wanted).packages)["thing"])
        threads = [threading.Thread(target=build, args=(number,)) for number in range(2, 7)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        print(*ends)
        """,
    )
    assert run.communicate(timeout=180) == ("1.0 1.0 1.0 1.0 1.0\n", "")


def test_a_build_that_was_killed_is_never_believed(cache: Path) -> None:
    killed = child(
        cache,
        """
        # Killed when the folder is there and the packages are not.
        whole = installer.Installer._pip
        def half(self, words, online, deadline):
            if words[0] == "install":
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(self, words, online, deadline)
        installer.Installer._pip = half
        environments.prepare(thing)
        """,
    )
    killed.communicate(timeout=180)
    assert killed.returncode == -signal.SIGKILL
    left = kept.numbered(cache / "environments" / key_of(THING))
    assert len(left) == 1
    assert (left[0] / "pyvenv.cfg").exists()
    environments = Environments(cache)
    assert environments.list() == ()
    built = environments.prepare(THING)
    assert answer(built, "import thing; print(thing.version)") == "1.0"
    assert not left[0].exists()


@pytest.mark.usefixtures("silent_server")
def test_an_interruption_leaves_no_child(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, "interrupted")
    run = child(cache, 'environments.prepare(Requirements(("absent",)))')
    assert until(lambda: any("uv pip" in line for line in marked_processes("interrupted")))
    run.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in run.communicate(timeout=60)[1]
    assert marked_processes("interrupted") == []


@pytest.mark.usefixtures("silent_server")
def test_stop_ends_builds_in_other_threads_and_those_that_wait_for_them(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MARK, "stopped")
    environments = Environments(cache)
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda: said.append(refusal(environments, Requirements(("absent",))))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert until(lambda: any("uv pip" in line for line in marked_processes("stopped")))
    environments.stop()
    for thread in threads:
        thread.join(60)
    assert said == ["interrupted", "interrupted"]
    assert marked_processes("stopped") == []
    assert refusal(environments, THING) == "interrupted"


def test_a_lock_that_is_never_released_does_not_hang(cache: Path) -> None:
    holder = child(
        cache,
        """
        import time
        def hold(*_, **__):
            print("held", flush=True)
            time.sleep(60)
        installer.Installer.resolve = hold
        environments.prepare(thing)
        """,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        told: list[str] = []
        with pytest.raises(EvidenceError, match="another run is building its environment"):
            Environments(cache, timeout=0.5).prepare(THING, progress=told.append)
        assert told == ["waiting for another run that builds the same environment"]
    finally:
        holder.kill()
        holder.communicate()
    assert ("thing", "1.0") in Environments(cache).prepare(THING).packages

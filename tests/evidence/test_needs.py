"""Needs: what is there is found, what is not is missing, with what was looked for and the mend."""

from __future__ import annotations

import platform
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adrtool.evidence import needs
from adrtool.evidence.needs import Found, Missing, Need, NeedKind, look, probe

HERE = needs.SYSTEMS[sys.platform]


@pytest.fixture(autouse=True)
def fresh_probes() -> Iterator[None]:
    look.cache_clear()
    yield
    look.cache_clear()


def command(folder: Path, name: str, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of the tests' own, and no other, on PATH."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def missing(need: str) -> Missing:
    found = probe(need)
    assert isinstance(found, Missing)
    return found


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("gpu", Need(NeedKind.GPU)),
        ("network", Need(NeedKind.NETWORK)),
        ("docker", Need(NeedKind.DOCKER)),
        ("command:node", Need(NeedKind.COMMAND, "node")),
        ("env: API_TOKEN", Need(NeedKind.ENV, "API_TOKEN")),
        ("os:linux", Need(NeedKind.OS, "linux")),
        ("arch:x86_64", Need(NeedKind.ARCH, "x86_64")),
    ],
)
def test_a_need_is_read(text: str, need: Need) -> None:
    assert Need.from_text(text) == need
    assert str(need) == text.replace(": ", ":")


@pytest.mark.parametrize("text", ["cpu", "", "GPU", "gpu:2", "command", "command:", "os:beos", "os", "network:"])
def test_an_unknown_need_names_the_known_ones(text: str) -> None:
    with pytest.raises(ValueError, match="known are|is not spelt like") as caught:
        Need.from_text(text)
    assert "linux" in str(caught.value)
    with pytest.raises(ValueError, match="linux"):
        probe(text)


def test_a_command_is_found_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path / "bin", "frobnicate", "exit 0", monkeypatch)
    assert look(Need.from_text("command:frobnicate")) == Found(
        Need(NeedKind.COMMAND, "frobnicate"), str(tmp_path / "bin" / "frobnicate")
    )
    lacking = missing("command:no-such-command")
    assert "no no-such-command on PATH" in lacking.seen
    assert "install no-such-command" in lacking.mend


def test_a_variable_counts_when_it_says_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADRTOOL_TEST_TOKEN", "hunter2")
    found = look(Need.from_text("env:ADRTOOL_TEST_TOKEN"))
    assert isinstance(found, Found)
    assert "hunter2" not in found.seen
    look.cache_clear()
    monkeypatch.setenv("ADRTOOL_TEST_TOKEN", "")
    assert missing("env:ADRTOOL_TEST_TOKEN").seen == "ADRTOOL_TEST_TOKEN is empty"
    look.cache_clear()
    monkeypatch.delenv("ADRTOOL_TEST_TOKEN")
    assert missing("env:ADRTOOL_TEST_TOKEN").seen == "ADRTOOL_TEST_TOKEN is not set"


def test_the_system_and_the_architecture() -> None:
    assert probe(f"os:{HERE}") is None
    other = next(name for name in needs.SYSTEMS.values() if name != HERE)
    assert missing(f"os:{other}").seen == f"this is {HERE}"
    assert probe(f"arch:{platform.machine()}") is None
    assert missing("arch:m68k").mend == "run it on m68k"


@pytest.mark.parametrize(("name", "alias"), [("x86_64", "AMD64"), ("aarch64", "arm64")])
def test_an_architecture_has_more_than_one_name(name: str, alias: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: alias)
    assert probe(f"arch:{name}") is None
    assert probe(f"arch:{alias.lower()}") is None


def test_the_network_is_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("ADRTOOL_NETWORK_HOST", f"127.0.0.1:{port}")
        assert probe("network") is None
    look.cache_clear()
    lacking = missing("network")
    assert f"127.0.0.1:{port}" in lacking.seen
    assert "ADRTOOL_NETWORK_HOST" in lacking.mend


def test_behind_a_proxy_the_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADRTOOL_NETWORK_HOST", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
        found = look(Need.from_text("network"))
    assert isinstance(found, Found)
    assert found.seen == f"127.0.0.1:{port} answers"


@pytest.mark.parametrize("named", ["[::1", "127.0.0.1:none", "no such host", "//", "x" * 300])
def test_a_host_that_is_none_is_no_network(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADRTOOL_NETWORK_HOST", named)
    monkeypatch.setattr(needs, "HTTPS", 1)
    assert missing("network").seen.startswith("no TCP connection to ")


def test_the_answer_is_kept_for_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("ADRTOOL_NETWORK_HOST", f"127.0.0.1:{server.getsockname()[1]}")
        assert probe("network") is None
    assert probe("network") is None


def test_docker_must_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path / "bin", "docker", "echo 28.2.2", monkeypatch)
    assert look(Need.from_text("docker")) == Found(Need(NeedKind.DOCKER), "docker 28.2.2")
    look.cache_clear()
    command(tmp_path / "bin", "docker", "echo Cannot connect to the daemon >&2; exit 1", monkeypatch)
    assert missing("docker").seen == "docker info: Cannot connect to the daemon"
    look.cache_clear()
    (tmp_path / "bin" / "docker").unlink()
    assert missing("docker").seen == "docker info: no docker on PATH"


def test_docker_that_hangs_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path / "bin", "docker", "exec /bin/sleep 30", monkeypatch)
    monkeypatch.setattr(needs, "DOCKER_SECONDS", 0.2)
    assert "no answer within 0.2 s" in missing("docker").seen


def test_a_gpu_is_what_the_driver_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    command(tmp_path / "bin", "nvidia-smi", "echo 'GPU 0: Example 9000 (UUID: GPU-1)'", monkeypatch)
    assert look(Need.from_text("gpu")) == Found(Need(NeedKind.GPU), "GPU 0: Example 9000 (UUID: GPU-1)")
    look.cache_clear()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert missing("gpu").seen == "CUDA_VISIBLE_DEVICES hides every device"


def test_no_gpu_says_what_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(needs, "DEVICES", tmp_path)
    command(tmp_path / "bin", "nvidia-smi", "echo 'no devices were found' >&2; exit 6", monkeypatch)
    assert "nvidia-smi -L: no devices were found" in missing("gpu").seen
    look.cache_clear()
    (tmp_path / "accel0").touch()
    assert look(Need.from_text("gpu")) == Found(Need(NeedKind.GPU), str(tmp_path / "accel0"))

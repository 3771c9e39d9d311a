"""uv's environments share files, and obey a freeze.

It shows this for a cache on the same file system as the environments, which is how adrtool keeps them.
"""

import os
import subprocess
import sys

import pytest
from _wheels import make_wheel
from uv import find_uv_bin


@pytest.fixture
def uv(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))

    def run(*words):
        return subprocess.run([find_uv_bin(), *words], cwd=tmp_path, check=True, capture_output=True, text=True)

    return run


def install(uv, folder, *requirements):
    uv("venv", "--quiet", "--python", sys.executable, str(folder))
    uv("pip", "install", "--quiet", "--no-index", "--python", str(folder), *requirements)
    return next(folder.glob("lib/python*/site-packages/parcel.py"))


def test_files_are_shared(uv, tmp_path):
    make_wheel(tmp_path, "parcel", "1.0")
    one, two = (install(uv, tmp_path / name, "parcel") for name in ("one", "two"))
    assert one != two
    assert os.path.samefile(one, two), "the file was copied, not shared"
    copy = ("--reinstall", "--link-mode=copy")
    uv("pip", "install", "--quiet", "--no-index", *copy, "--python", str(tmp_path / "two"), "parcel")
    assert not os.path.samefile(one, two)  # the control: copied, they are two files


def test_a_freeze_constrains(uv, tmp_path):
    for version in ("1.0", "2.0"):
        make_wheel(tmp_path, "parcel", version)
    assert "2.0" in install(uv, tmp_path / "free", "parcel").read_text()
    freeze = uv("pip", "freeze", "--python", str(tmp_path / "free")).stdout.replace("2.0", "1.0")
    (tmp_path / "constraints.txt").write_text(freeze)
    pinned = install(uv, tmp_path / "pinned", "--constraints", str(tmp_path / "constraints.txt"), "parcel")
    assert "1.0" in pinned.read_text()

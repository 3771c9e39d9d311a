"""Environments on disk: only whole ones are believed, and what nobody uses goes."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wheels import THING, answer, wheel

from adrtool.evidence import kept
from adrtool.evidence.environment import Built, Environments, default_cache
from adrtool.evidence.script import Requirements

pytestmark = pytest.mark.usefixtures("links")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 0}', '{"format": 1}', "\0"])
def test_a_damaged_marker_is_never_believed(cache: Path, content: str) -> None:
    built = Environments(cache).prepare(THING)
    marker = built.python.parent.parent / kept.MARKER
    marker.write_text(content)
    assert Environments(cache).list() == ()
    again = Environments(cache).prepare(THING)
    assert again.packages == built.packages
    assert again.python != built.python


def test_a_marker_of_another_format_is_not_read(cache: Path) -> None:
    built = Environments(cache).prepare(THING)
    marker = built.python.parent.parent / kept.MARKER
    marker.write_text(marker.read_text().replace(f'"format": {kept.FORMAT}', f'"format": {kept.FORMAT + 1}'))
    assert Environments(cache).list() == ()


def test_an_environment_whose_python_is_gone_is_built_anew(cache: Path) -> None:
    built = Environments(cache).prepare(THING)
    built.python.unlink()
    built.python.symlink_to("/nowhere/python3")
    assert answer(Environments(cache).prepare(THING), "import thing; print(thing.version)") == "1.0"


def test_the_list_says_what_there_is(cache: Path) -> None:
    built = Environments(cache).prepare(THING, used_by="/one/adr/evidence/a.py")
    Environments(cache).prepare(THING, used_by="/one/adr/evidence/b.py")
    Environments(cache).prepare(THING, used_by="/one/adr/evidence/a.py")
    (listed,) = Environments(cache).list()
    assert (listed.id, listed.python_version, listed.packages) == (built.id, built.python_version, 3)
    assert listed.dependencies == ("thing",)
    assert listed.used_by == ("/one/adr/evidence/a.py", "/one/adr/evidence/b.py")
    assert 0 < listed.own_size <= listed.size
    assert not listed.superseded


def test_a_file_shared_with_others_is_not_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("own", "twice", "shared"):
        (folder / name).write_bytes(b"x" * 100_000)
    empty = kept.sizes(tmp_path / "nothing")
    os.link(folder / "twice", folder / "again")
    os.link(folder / "shared", tmp_path / "elsewhere")
    size, own = kept.sizes(folder)
    block = os.lstat(folder / "own").st_blocks * 512
    assert empty == (0, 0)
    assert (size, own) == (3 * block, 2 * block)


def aged(built: Built, days: float) -> None:
    then = time.time() - days * 86400
    os.utime(built.python.parent.parent / kept.MARKER, (then, then))


def test_prune_removes_what_was_not_used_lately(cache: Path) -> None:
    old, new = Environments(cache).prepare(THING), Environments(cache).prepare(Requirements(("other",)))
    aged(old, 31)
    aged(new, 29)
    gone = Environments(cache).prune(timedelta(days=30))
    assert [each.id for each in gone] == [old.id]
    assert not old.python.exists()
    assert new.python.exists()


def test_use_keeps_an_environment(cache: Path) -> None:
    aged(Environments(cache).prepare(THING), 31)
    before = datetime.now(UTC) - timedelta(minutes=1)
    Environments(cache).prepare(THING)
    assert Environments(cache).prune(timedelta(days=30)) == ()
    (listed,) = Environments(cache).list()
    assert listed.last_used > before


def test_prune_removes_what_was_superseded_after_a_day(cache: Path, links: Path) -> None:
    old = Environments(cache).prepare(THING)
    wheel(links, "thing", "2.0")
    new = Environments(cache).prepare(THING, refresh=True)
    assert Environments(cache).prune(timedelta(days=30)) == ()
    aged(old, 2)
    aged(new, 2)
    assert [each.id for each in Environments(cache).prune(timedelta(days=30))] == [old.id]
    assert [each.id for each in Environments(cache).prune(timedelta(0))] == [new.id]
    assert Environments(cache).list() == ()


def test_prune_of_no_cache_at_all(cache: Path) -> None:
    assert Environments(cache).prune(timedelta(0)) == ()
    assert Environments(cache).list() == ()


def test_the_cache_is_no_part_of_a_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    Environments(tmp_path / ".cache").prepare(Requirements())
    done = subprocess.run(
        ["git", "status", "--porcelain", "--", ".cache"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert (tmp_path / ".cache" / "environments" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")


def test_the_cache_can_be_put_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADRTOOL_CACHE_DIR", str(tmp_path / "elsewhere"))
    assert default_cache() == tmp_path / "elsewhere"
    monkeypatch.delenv("ADRTOOL_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert default_cache().name == "adrtool"

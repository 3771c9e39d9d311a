"""What access times tell, on the file system that holds temporary files here."""

import os
import subprocess
import sys

import pytest

LONG_AGO = 1_000_000_000


@pytest.fixture
def unread(tmp_path):
    path = tmp_path / "input.txt"
    path.write_text("x")
    os.utime(path, ns=(LONG_AGO, path.stat().st_mtime_ns))
    return path


READERS = {
    "cat": lambda path: subprocess.run(["cat", path], check=True, stdout=subprocess.DEVNULL),
    "a shell": lambda path: subprocess.run(["sh", "-c", f"read line < {path} || true"], check=True),
    "Python": lambda path: path.read_text(),
    "a child Python": lambda path: subprocess.run([sys.executable, "-c", f"open({str(path)!r}).read()"], check=True),
}


@pytest.mark.parametrize("reader", READERS)
def test_any_program(unread, reader):
    assert unread.stat().st_atime_ns == LONG_AGO  # the control: before it is read, nothing shows
    READERS[reader](unread)
    assert unread.stat().st_atime_ns > LONG_AGO


def test_stat_leaves_no_trace(unread):
    assert unread.exists()
    assert os.access(unread, os.R_OK)
    assert unread.stat().st_atime_ns == LONG_AGO
    unread.read_text()
    assert unread.stat().st_atime_ns > LONG_AGO

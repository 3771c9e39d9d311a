"""Who dies with whom: a script that starts a process of its own, ended in three ways."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest

SCRIPT = """\
import subprocess, sys
child = subprocess.Popen(["sleep", "600"], start_new_session={escapes}, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def start():
    started = []

    def begin(escapes=False, env=None):
        command = [sys.executable, "-c", SCRIPT.format(escapes=escapes)]
        script = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=env)
        started.append(int(script.stdout.readline()))
        return script, started[-1]

    yield begin
    for pid in filter(is_running, started):
        os.kill(pid, signal.SIGKILL)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid):
    deadline = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


def environment_of(pid):
    """In the middle of `exec` a process has none: what reads as empty is read again."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with open(f"/proc/{pid}/environ") as file:
            if text := file.read():
                return text
        time.sleep(0.01)
    return ""


def test_the_child_alone(start):
    script, child = start()
    script.kill()
    script.wait()
    assert is_running(child)


def test_the_group(start):
    script, child = start()
    os.killpg(script.pid, signal.SIGKILL)
    script.wait()
    assert ends(child)


def test_the_mark(start):
    mark = f"EVIDENCE_MARK={uuid.uuid4().hex}"
    name, value = mark.split("=")
    script, child = start(escapes=True, env={**os.environ, name: value})
    os.killpg(script.pid, signal.SIGKILL)
    script.wait()
    assert is_running(child)  # it escaped
    assert mark in environment_of(child)

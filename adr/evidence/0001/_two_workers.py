"""Two worker processes of `tf.distribute` on loopback, for the evidence scripts that need them."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from typing import IO, Any

DEADLINE = 130.0  # seconds; a worker whose peer hangs would wait for ever, and a script of two runs may take 300

Worker = tuple["subprocess.Popen[str]", IO[str], IO[str]]  # a process, its output and its errors


def run(script: str, *arguments: str) -> tuple[dict[str, Any], ...]:
    """Run `python script ARGUMENTS` as worker 0 and worker 1 of one cluster, and give what each reported.

    A worker reports by printing one JSON object as its last line. Raises RuntimeError with a worker's last
    words as soon as one dies, whichever it is, and when one hangs; neither leaves a process behind.
    """
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(2)]
    with ExitStack() as stack:
        workers = []
        for index in range(len(addresses)):
            task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
            # two processes cannot share an accelerator, and the claim is about the protocol
            environment = os.environ | {"TF_CONFIG": json.dumps(task), "CUDA_VISIBLE_DEVICES": "-1"}
            command = [sys.executable, script, *arguments]
            # files, not pipes: a full pipe would stop a worker that nobody reads yet
            output, errors = (stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(2))
            worker = stack.enter_context(subprocess.Popen(command, env=environment, stdout=output, stderr=errors))
            stack.callback(worker.kill)
            workers.append((worker, output, errors))
        _wait(workers)
        return tuple(json.loads(_text(output).splitlines()[-1]) for _, output, _ in workers)


def _wait(workers: list[Worker]) -> None:
    """Until all have ended well; the first that dies ends the waiting, for its peer would wait in vain."""
    end = time.monotonic() + DEADLINE
    while True:
        states = [worker.poll() for worker, _, _ in workers]
        if any(states):
            raise RuntimeError(_last_words(workers, [f"ended with {state}" if state else "" for state in states]))
        if None not in states:
            return
        if time.monotonic() > end:
            hangs = f"was still busy after {DEADLINE:.0f} s"
            raise RuntimeError(_last_words(workers, [hangs if state is None else "" for state in states]))
        time.sleep(0.05)


def _last_words(workers: list[Worker], ends: list[str]) -> str:
    """What those that came to a bad end wrote last."""
    told = enumerate(zip(workers, ends, strict=True))
    return "\n".join(f"worker {index} {end}:\n{_text(errors)[-2000:]}" for index, ((_, _, errors), end) in told if end)


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def _free_ports(count: int) -> list[int]:
    """Ports that nobody held a moment ago, all different because they are held together."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]

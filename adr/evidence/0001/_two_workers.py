"""Two worker processes of `tf.distribute` on loopback, for the evidence scripts that need them."""

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

DEADLINE = 200.0  # seconds; a worker whose peer died would wait for ever, and the run itself may take 300


def run(script: str, *arguments: str) -> tuple[dict[str, Any], ...]:
    """Run `python script ARGUMENTS` as worker 0 and worker 1 of one cluster, and give what each reported.

    A worker reports by printing one JSON object as its last line. Raises RuntimeError with a worker's last
    words when it dies, and subprocess.TimeoutExpired when it hangs; neither leaves a process behind.
    """
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(2)]
    with ExitStack() as stack:
        workers = []
        for index in range(len(addresses)):
            task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
            # two processes cannot share an accelerator, and the claim is about the protocol
            environment = os.environ | {"TF_CONFIG": json.dumps(task), "CUDA_VISIBLE_DEVICES": "-1"}
            command = [sys.executable, script, *arguments]
            worker = stack.enter_context(
                subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            )
            stack.callback(worker.kill)
            workers.append(worker)
        return tuple(_report(worker) for worker in workers)


def _report(worker: "subprocess.Popen[str]") -> dict[str, Any]:
    output, errors = worker.communicate(timeout=DEADLINE)
    if worker.returncode != 0:
        raise RuntimeError(f"a worker ended with {worker.returncode}:\n{errors[-2000:]}")
    return json.loads(output.splitlines()[-1])


def _free_ports(count: int) -> list[int]:
    """Ports that nobody held a moment ago, all different because they are held together."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]

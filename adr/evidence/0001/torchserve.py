# /// script
# requires-python = ">=3.11"
# dependencies = ["jax", "tensorflow", "torch-model-archiver", "torch==2.13.0", "torchserve", "zenml[local]"]
#
# [tool.adrtool]
# constraints = "constraints/mlops.txt"
# timeout = "5m"
# needs = ["command:java"]
# ///
"""TorchServe serves two versions of a model side by side, each with its own answer.

The real server, under Java, on free ports of this machine: version 1.0 and then 2.0 are registered over the
management interface while it runs, both answer over HTTP as the PyTorch model in this process does, and the
default moves from one to the other. The control: a version that was never registered must be refused.
Not shown: latency, throughput, or that anybody looks after TorchServe (see torchserve_upkeep.py).
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import torch
from adrtool_evidence import measure, skip

BIN = Path(sys.executable).parent
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of a proxy: the server is here
X = [0.5, -1.0, 2.0]
ADDRESSES = ("inference_address", "management_address", "metrics_address")
PORTS = ("grpc_inference_port", "grpc_management_port")

NET = """
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, 1)
    def forward(self, x):
        return self.linear(x)
"""
HANDLER = """
import torch
from ts.torch_handler.base_handler import BaseHandler
class Handler(BaseHandler):
    def preprocess(self, requests):
        return torch.tensor([request["body"] for request in requests])
    def postprocess(self, answers):
        return answers.flatten().tolist()
"""


def archive(folder, version, weights):
    """Package the network with `weights` as `net-VERSION.mar` in the folder's store."""
    (folder / "net.py").write_text(NET)
    (folder / "handler.py").write_text(HANDLER)
    torch.save(weights, folder / "weights.pt")
    name = f"net-{version}"
    parts = {"--model-file": "net.py", "--serialized-file": "weights.pt", "--handler": "handler.py"}
    options = {"--model-name": name, "--version": version, "--export-path": "store", **parts}
    archiver = [BIN / "torch-model-archiver", *(word for option in options.items() for word in option)]
    subprocess.run(archiver, cwd=folder, check=True, stdin=subprocess.DEVNULL)


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def server(folder):
    """A running TorchServe, as the URLs of its inference and management interfaces; ends all that it started."""
    ports = dict(zip(ADDRESSES + PORTS, free_ports(5), strict=True))
    lines = [f"{name}=http://127.0.0.1:{ports[name]}" for name in ADDRESSES] + [f"{p}={ports[p]}" for p in PORTS]
    (folder / "config").write_text("\n".join([*lines, "vmargs=-XX:-UsePerfData"]))  # that JVM option: no file outside
    command = [BIN / "torchserve", "--start", "--foreground", "--model-store", "store", "--ts-config", "config"]
    environment = os.environ | {name: str(folder) for name in ("TEMP", "TMPDIR", "LOG_LOCATION", "METRICS_LOCATION")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--no-config-snapshots", "--disable-token-auth", "--enable-model-api"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        inference, management, _ = (f"http://127.0.0.1:{ports[name]}" for name in ADDRESSES)
        wait_until_up(process, f"{inference}/ping", folder / "log")
        yield inference, management
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_up(process, url, log):
    """Raises RuntimeError, with the log's end, if the server ends or is not up within two minutes."""
    for _ in range(480):
        with contextlib.suppress(OSError):
            return ask(url)
        if process.poll() is not None:
            break
        time.sleep(0.25)
    raise RuntimeError(f"TorchServe did not come up:\n{log.read_text()[-2000:]}")


def ask(url, body=None, method="GET"):
    """The JSON that an HTTP request is answered with. Raises urllib.error.HTTPError for a refusal."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with HTTP.open(request, timeout=60) as response:
        return json.load(response)


def expected(weights):
    return float(torch.tensor(X) @ weights["linear.weight"][0] + weights["linear.bias"])


torch.manual_seed(0)
versions = {v: torch.nn.ModuleDict({"linear": torch.nn.Linear(3, 1)}).state_dict() for v in ("1.0", "2.0")}
if subprocess.run(["java", "-version"], stdin=subprocess.DEVNULL, capture_output=True).returncode:
    skip("there is a java here, and no Java behind it")  # as macOS has it
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "store").mkdir()
    for version, weights in versions.items():
        archive(folder, version, weights)
    with server(folder) as (inference, management):
        predict = f"{inference}/predictions/net"
        for version in versions:
            model = {"model_name": "net", "url": f"net-{version}.mar", "initial_workers": 1, "synchronous": True}
            ask(f"{management}/models", model, "POST")
        answers = {version: ask(f"{predict}/{version}", X, "POST") for version in versions}
        first = ask(predict, X, "POST")
        ask(f"{management}/models/net/2.0/set-default", method="PUT")
        second = ask(predict, X, "POST")
        try:
            unknown = ask(f"{predict}/9.0", X, "POST")
        except urllib.error.HTTPError as refusal:
            unknown = refusal.code

for version, weights in versions.items():
    measure(f"version {version} difference", abs(answers[version] - expected(weights)), at_most=1e-5)
if measure("difference between the versions", abs(answers["1.0"] - answers["2.0"])) < 1e-2:
    raise RuntimeError("the versions answer alike: one could pass for the other")
assert (first, second) == (answers["1.0"], answers["2.0"]), f"the default did not move: {first}, then {second}"
if unknown != 404:
    raise RuntimeError(f"a version that is not there answered {unknown}: that others answer shows nothing")

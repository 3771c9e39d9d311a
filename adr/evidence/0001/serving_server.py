# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow-serving-api"]
#
# [tool.adrtool]
# constraints = "constraints/serving.txt"
# timeout = "5m"
# needs = ["command:tensorflow_model_server"]
# ///
"""TensorFlow Serving's own server loads versions as they appear, keeps two side by side, and answers like the model.

The real tensorflow_model_server, asked over REST, goes through a release: two versions lie in the folder and the newest
is served; a third appears and takes over without a restart; the configuration then pins the first and the third, and
both answer, each like the SavedModel it came from. The control: a version that the policy leaves out is refused.
Shows versioning, not latency or throughput: those want the machine and the model they are asked about.

The server is a binary from TensorFlow's own package archive or Docker image; PyPI and Debian have none (2026-11-23).
"""
import contextlib
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import tensorflow as tf
from adrtool_evidence import measure

HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of a proxy: the server is here
ROWS = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


class Ranker(tf.Module):
    def __init__(self, version):
        self.weights = tf.Variable(np.random.default_rng(version).normal(size=(3, 1)).astype("float32"))

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="features")])
    def rank(self, features):
        return {"scores": features @ self.weights}


def release(version, models, workshop):
    """Put a version before the server; returns the scores that it must give for ROWS."""
    model = Ranker(version)
    tf.saved_model.save(model, str(workshop / str(version)), signatures={"serving_default": model.rank})
    os.rename(workshop / str(version), models / str(version))  # whole at once: the server polls this folder
    return model.rank(tf.constant(ROWS))["scores"].numpy()


def configure(file, models, policy):
    draft = file.with_suffix(".draft")
    draft.write_text('model_config_list { config { name: "ranker" base_path: "%s" model_platform: "tensorflow" '
                     "model_version_policy { %s } } }" % (models, policy), encoding="utf-8")
    os.replace(draft, file)


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def serving(config, log):
    """The URL of the model at a server that reads `config`; the server ends with the block."""
    grpc, rest = free_ports(2)
    command = ["tensorflow_model_server", f"--port={grpc}", f"--rest_api_port={rest}", f"--model_config_file={config}",
               "--model_config_file_poll_wait_seconds=1", "--file_system_poll_wait_seconds=1"]
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{rest}/v1/models/ranker"
        if not eventually(lambda: process.poll() is not None or available(url)) or process.poll() is not None:
            raise RuntimeError("the server did not come up: " + log.read_text(errors="replace")[-500:])
        yield url
    except AssertionError as refuted:
        if process.poll() is None:
            raise
        raise RuntimeError(f"the server ended by itself, code {process.returncode}") from refuted
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(url, body=None):
    """The server's answer to a GET, or to a POST of `body`; None where it knows no such thing or is not up yet."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with HTTP.open(urllib.request.Request(url, data), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            return None
        raise


def available(url):
    status = ask(url) or {}
    return sorted(int(version["version"]) for version in status.get("model_version_status", ())
                  if version["state"] == "AVAILABLE")


def eventually(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


def expect(versions, url):
    assert eventually(lambda: available(url) == versions), f"{versions} were to be served, {available(url)} are"


def scores(url):
    answer = ask(f"{url}:predict", {"instances": ROWS.tolist()})
    return None if answer is None else np.array(answer["predictions"], "float32")


def error(url, truth):
    got = scores(url)
    assert got is not None, f"{url.rpartition('/models/')[2]} is not served"
    return np.abs(got - truth).max()


with tempfile.TemporaryDirectory() as folder:
    models, workshop, config = Path(folder) / "models", Path(folder) / "workshop", Path(folder) / "models.config"
    models.mkdir()
    truth = {version: release(version, models, workshop) for version in (1, 2)}
    configure(config, models, "latest { num_versions: 1 }")
    with serving(config, Path(folder) / "log") as url:
        expect([2], url)
        measure("newest_error", error(url, truth[2]), at_most=1e-5)
        assert scores(f"{url}/versions/1") is None, "version 1 answers, though the policy is the newest alone"

        truth[3] = release(3, models, workshop)
        expect([3], url)
        measure("hot_swap_error", error(url, truth[3]), at_most=1e-5)

        configure(config, models, "specific { versions: 1 versions: 3 }")
        expect([1, 3], url)
        for version in (1, 3):
            measure(f"pinned_{version}_error", error(f"{url}/versions/{version}", truth[version]), at_most=1e-5)
        if measure("versions_differ", np.abs(truth[1] - truth[3]).max()) < 0.1:
            raise RuntimeError("the versions answer alike: one could pass for the other")

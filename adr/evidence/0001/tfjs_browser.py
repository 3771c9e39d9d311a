# /// script
# requires-python = "==3.11.*"
# dependencies = ["setuptools<81", "tensorflowjs", "ydf<0.13"]
#
# [tool.adrtool]
# constraints = "constraints/tfjs.txt"
# inputs = ["constraints/tfjs/*.json"]
# timeout = "10m"
# network = true
# needs = ["command:chromium", "command:npm"]
# tags = ["heavy"]
# ///
"""TensorFlow.js runs a converted Keras model in a browser, and answers like the original.

A real headless Chromium loads _tfjs_page.html and the model from this machine, asks it about 16 images on the plain
JavaScript backend and on WebAssembly, and posts both answers back. The control: a twin with other weights must differ.
Not shown: WebGL and WebGPU, which want a graphics card, other browsers, and speed.
"""
import contextlib
import functools
import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import keras
import numpy as np
from _tfjs import HERE, IMAGES, classifier, convert, install, write_images
from adrtool_evidence import measure

# The first two are for the root user of a container; the rest keep Chromium from calling home.
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the page and its files; what the page posts goes into the queue of `server`."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.server.answers.put(json.loads(body))

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def serving(site):
    """The address of a server of the folder `site`, and the queue of what its page posts."""
    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.answers = queue.Queue()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/_tfjs_page.html", server.answers
        finally:
            server.shutdown()


@contextlib.contextmanager
def chromium(url, profile):
    """A headless Chromium that shows `url`; it ends with the block, its child processes too."""
    environment = {**os.environ, "HOME": str(profile), "TMPDIR": str(profile)}
    with open(profile / "chromium.log", "wb") as log:
        browser = subprocess.Popen(["chromium", *FLAGS, f"--user-data-dir={profile}", url], env=environment,
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


def put_site(folder, model):
    packages = install(folder) / "@tensorflow"
    site = folder / "site"
    site.mkdir()
    convert(model, site)
    write_images(site)
    wasm = packages / "tfjs-backend-wasm" / "dist"
    scripts = (packages / "tfjs" / "dist" / "tf.min.js", wasm / "tf-backend-wasm.min.js")
    for file in (HERE / "_tfjs_page.html", *scripts, *wasm.glob("*.wasm")):
        shutil.copy(file, site)
    return site


def shown(site, profile):
    """What the page posts once Chromium shows it."""
    profile.mkdir()
    with serving(site) as (url, answers), chromium(url, profile):
        try:
            return answers.get(timeout=120)
        except queue.Empty:
            raise RuntimeError("no answer: " + (profile / "chromium.log").read_text(errors="replace")[-500:]) from None


model, twin = classifier(keras, seed=1), classifier(keras, seed=2)
truth, other = np.array(model(IMAGES)), np.array(twin(IMAGES))
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
    answer = shown(put_site(Path(temporary), model), Path(temporary) / "profile")

if "error" in answer:
    raise RuntimeError("the page: " + answer["error"])
if "Chrome/" not in answer["browser"]:
    raise RuntimeError("this is no Chromium: " + answer["browser"])
print(answer["browser"])
for result in answer["results"]:
    assert "refusal" not in result, f"TensorFlow.js refuses the model on {result['backend']}: {result['refusal']}"
assert [result["backend"] for result in answer["results"]] == ["cpu", "wasm"], "a backend fell back to another"
for result in answer["results"]:
    outputs = np.array(result["outputs"], "float32").reshape(len(IMAGES), 10)
    measure(f"{result['backend']}_max_abs_diff", np.abs(outputs - truth).max(), at_most=1e-5)
    assert (outputs.argmax(1) == truth.argmax(1)).all(), f"an image got another class on {result['backend']}"
    if measure(f"{result['backend']}_max_abs_diff_of_the_twin", np.abs(outputs - other).max()) < 1e-2:
        raise RuntimeError("a model with other weights answers alike: that the answers agree shows nothing")

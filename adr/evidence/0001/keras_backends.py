# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""One Keras model file answers and trains alike on TensorFlow, JAX and PyTorch.

Each backend gets a process of its own, on the CPU, which loads the same .keras file, predicts, trains for three epochs
in the same order, and predicts again. JAX and PyTorch must do it without importing tensorflow, or nothing is
shown about independence. The control is the same model with one weight nudged: it must disagree.
Not shown: equal speed, an accelerator's rounding, or that every Keras layer exists on every backend.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from adrtool_evidence import measure

SAVE = """
import sys, keras
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((16,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(4, "softmax")])
model.save(sys.argv[1])
"""
RUN = """
import json, sys, keras, numpy
rng = numpy.random.default_rng(1)
x, y = rng.normal(size=(64, 16)).astype("float32"), rng.integers(4, size=64)

def answer(nudge):
    model = keras.models.load_model(sys.argv[1])
    kernel, *rest = model.get_weights()
    kernel[0, 0] += nudge
    model.set_weights([kernel, *rest])
    untrained = model.predict(x, verbose=0)
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    losses = model.fit(x, y, epochs=3, shuffle=False, verbose=0).history["loss"]
    return {"untrained": untrained.tolist(), "losses": losses, "trained": model.predict(x, verbose=0).tolist()}

answers = {"right": answer(0.0), "nudged": answer(0.1)}
print(json.dumps(answers | {"backend": keras.backend.backend(), "tensorflow": "tensorflow" in sys.modules}))
"""


ON_THE_CPU = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu", "KERAS_TORCH_DEVICE": "cpu"}


def start(backend, code, *arguments):
    """Begin `code` in a process of its own that uses `backend`."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | ON_THE_CPU | {"KERAS_BACKEND": backend},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process):
    """What the process printed last, as JSON. Raises RuntimeError if it did not end well."""
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a backend's process ended with {process.returncode}")
    return json.loads(output.splitlines()[-1])


def furthest(one, other):
    """The largest difference between two answers, over predictions and losses, before and after training."""
    return max(np.abs(np.subtract(one[key], other[key])).max() for key in ("untrained", "losses", "trained"))


with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "model.keras")
    if start("jax", SAVE, file).wait():
        raise RuntimeError("the model could not be saved")
    with ExitStack() as stack:
        runs = [stack.enter_context(start(backend, RUN, file)) for backend in ("tensorflow", "jax", "torch")]
        for run in runs:
            stack.callback(run.kill)
        tensorflow, jax, torch = map(said, runs)

if [run["backend"] for run in (tensorflow, jax, torch)] != ["tensorflow", "jax", "torch"]:
    raise RuntimeError("Keras did not take the backends that it was given")
if not tensorflow["tensorflow"]:
    raise RuntimeError("an imported tensorflow goes unseen: the next assertion would prove nothing")
for other in (jax, torch):
    assert not other["tensorflow"], f"the {other['backend']} run imported tensorflow"
    measure(f"{other['backend']}_max_diff", furthest(tensorflow["right"], other["right"]), at_most=1e-5)
    nudged = furthest(tensorflow["right"], other["nudged"])
    measure(f"{other['backend']}_nudged_max_diff", nudged)
    if nudged < 1e-4:
        raise RuntimeError("a nudged weight makes no difference: that the answers are alike would prove nothing")

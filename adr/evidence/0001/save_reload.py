# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""A trained model, saved as a SavedModel or as a .keras file, answers the same after it is loaded again.

The network is trained first, so that there are weights, batch statistics and an optimiser's state to lose.
The SavedModel is loaded by another process, in which no Keras can be imported, as a server has none.
The control is the same architecture before training: its answers must differ, so a format that kept the
layers and lost the weights would be caught. It does not cover custom layers, which need their code.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from adrtool_evidence import measure

SERVE = """
import sys
sys.modules["keras"] = None  # whoever imports it is refused
import numpy as np
import tensorflow as tf
tf.config.set_visible_devices([], "GPU")
folder, x, answers = sys.argv[1:]
model = tf.saved_model.load(folder)
np.save(answers, model.serve(np.load(x)).numpy())
"""

tf.config.set_visible_devices([], "GPU")  # the claim is about the format, not an accelerator's rounding
rng = np.random.default_rng(0)
x = rng.normal(size=(256, 12, 3)).astype("float32")
y = rng.integers(0, 4, 256)


def untrained() -> keras.Model:
    layers = keras.layers
    stack = [layers.Conv1D(8, 3), layers.BatchNormalization(), layers.GRU(16), layers.Dropout(0.2), layers.Dense(4)]
    model = keras.Sequential([keras.Input((12, 3)), *stack])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def apart(answers: np.ndarray) -> float:
    return float(np.abs(answers - expected).max())


keras.utils.set_random_seed(0)
model = untrained()
model.fit(x, y, epochs=3, verbose=0)
expected = model.predict(x, verbose=0)
if measure("untrained_differs", apart(untrained().predict(x, verbose=0))) < 1e-2:
    raise RuntimeError("training changes no answer: lost weights would go unnoticed")
with tempfile.TemporaryDirectory() as folder:
    model.save(Path(folder, "model.keras"))
    reloaded = keras.models.load_model(Path(folder, "model.keras"))
    measure("max_abs_diff_keras_file", apart(reloaded.predict(x, verbose=0)), at_most=1e-5)
    steps = int(reloaded.optimizer.iterations), int(model.optimizer.iterations)
    assert steps[0] == steps[1] > 0, f"the optimiser resumes at step {steps[0]}, it had done {steps[1]}"

    model.export(str(Path(folder, "exported")), verbose=False)
    given, answers = Path(folder, "x.npy"), Path(folder, "answers.npy")
    np.save(given, x)
    command = [sys.executable, "-c", SERVE, str(Path(folder, "exported")), str(given), str(answers)]
    served = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert "import of keras halted" not in served.stderr, "the SavedModel asks for Keras when it is loaded"
    if served.returncode:
        raise RuntimeError("the SavedModel was not served: " + served.stderr.strip().rpartition("\n")[2])
    measure("max_abs_diff_saved_model", apart(np.load(answers)), at_most=1e-5)

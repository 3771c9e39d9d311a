# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""Keras `fit` trains one model over two worker processes.

The promise: what `fit` does on one machine it does over several, by MultiWorkerMirroredStrategy alone.
Today Keras 3, the Keras that TensorFlow has brought since 2.16, raises ValueError about a PerReplica value
instead (keras-team/keras#20585, opened 2024-12-04; the copy read on 2026-11-23 had it open). The control is
the legacy Keras 2 (tf-keras), run first through the same lines: it must train, so the cluster and the
script are sound and the refusal is Keras 3's own. A training loop of one's own is not touched by this.
"""

import importlib
import importlib.metadata
import json
import re
import sys

import numpy as np


def work(flavour: str) -> None:
    """One worker: fit a line under the strategy with `keras` or `tf_keras`, and report the loss or the refusal."""
    import tensorflow as tf

    keras = importlib.import_module(flavour)
    strategy = tf.distribute.MultiWorkerMirroredStrategy()  # must come before the first operation
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 4)).astype("float32")
    y = x @ np.array([[1.0], [-2.0], [3.0], [0.5]], "float32")
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
    keras.utils.set_random_seed(1)
    with strategy.scope():
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    try:
        losses = model.fit(data, epochs=4, shuffle=False, verbose=0).history["loss"]
    except ValueError as error:
        if "PerReplica" not in str(error):
            raise  # another fault than the known one refutes nothing
        shortened = re.sub(r"\{.*\}", "{...}", str(error), flags=re.DOTALL)  # the tensors' values say nothing
        print(json.dumps({"refusal": f"ValueError: {shortened}"}))
    else:
        print(json.dumps({"losses": losses, "weights": model.get_weights()[0].ravel().tolist()}))


def check() -> None:
    from adrtool_evidence import measure

    import _two_workers

    for flavour in ("tf_keras", "keras"):
        first, second = _two_workers.run(__file__, flavour)
        refusal = first.get("refusal") or second.get("refusal")
        version = f"{flavour} {importlib.metadata.version(flavour)}"
        assert not refusal, f"fit of {version} over two workers raised {refusal}"
        losses = first["losses"]
        measure(f"last_loss_to_first_{flavour}", losses[-1] / losses[0], at_most=0.1)
        apart = np.abs(np.subtract(first["weights"], second["weights"])).max()
        measure(f"weights_apart_{flavour}", apart, at_most=1e-6)


if sys.argv[1:]:
    work(sys.argv[1])
else:
    check()

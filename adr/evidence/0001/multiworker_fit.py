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
Two processes on loopback form a cluster, each sees only its half of the rows, and both must end with the
weights of plain NumPy on all rows. Today Keras 3, the Keras that TensorFlow has brought since 2.16, raises
ValueError about a PerReplica value instead (keras-team/keras#20585, opened 2024-12-04; the copy read on
2026-11-23 had it open). Two controls: NumPy on one half must end elsewhere, so workers that never talked
would be caught; and the legacy Keras 2 (tf-keras), run first through the same lines, must train, so the
cluster and the script are sound and the refusal is Keras 3's own. A training loop of one's own is not
touched by this.
"""

import importlib
import importlib.metadata
import json
import re
import sys

import numpy as np

STEPS, RATE, EXACT = 10, 0.1, 1e-5


def rows() -> tuple[np.ndarray, np.ndarray]:
    """The regression task: inputs [256, 4] and noisy targets [256, 1]."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 4))
    y = x @ [[1.0], [-2.0], [3.0], [0.5]] + rng.normal(size=(256, 1))
    return x.astype("float32"), y.astype("float32")


def work(flavour: str) -> None:
    """One worker: fit a plane to every second row with `keras` or `tf_keras`, and report weights or the refusal."""
    import tensorflow as tf

    keras = importlib.import_module(flavour)
    strategy = tf.distribute.MultiWorkerMirroredStrategy()  # must come before the first operation
    x, y = (column[strategy.cluster_resolver.task_id :: 2] for column in rows())
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF  # they are sharded
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(2 * len(x)).with_options(options)  # one step an epoch
    with strategy.scope():
        layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((4,)), layer])
        model.compile(keras.optimizers.SGD(RATE), "mse")
    report = {"replicas": strategy.num_replicas_in_sync}
    try:
        model.fit(data, epochs=STEPS, shuffle=False, verbose=0)
    except ValueError as error:
        if "PerReplica" not in str(error):
            raise  # another fault than the known one refutes nothing
        shortened = re.sub(r"\{.*\}", "{...}", str(error), flags=re.DOTALL)  # the tensors' values say nothing
        report["refusal"] = f"ValueError: {shortened}"
    else:
        report["weights"] = model.get_weights()[0].ravel().tolist()
    print(json.dumps(report))


def in_numpy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same descent without TensorFlow, on all rows at once."""
    weights = np.zeros((4, 1), "float32")
    for _ in range(STEPS):
        weights -= np.float32(RATE * 2 / len(x)) * (x.T @ (x @ weights - y))
    return weights.ravel()


def furthest(workers: tuple[dict, ...], reference: np.ndarray) -> float:
    """The largest difference of any worker's weights to the reference."""
    return max(np.abs(worker["weights"] - reference).max() for worker in workers)


def check() -> None:
    from adrtool_evidence import measure

    import _two_workers

    x, y = rows()
    reference = in_numpy(x, y)
    if measure("one_half_alone_differs", np.abs(in_numpy(x[::2], y[::2]) - reference).max()) < 1e-2:
        raise RuntimeError("half of the rows gives the same weights: workers that never talked would not be caught")

    control = _two_workers.run(__file__, "tf_keras")
    if any(worker["replicas"] != 2 or "refusal" in worker for worker in control):
        raise RuntimeError(f"the control, tf_keras, does not train in a cluster of two: {control}")
    if measure("max_abs_diff_tf_keras", furthest(control, reference)) > EXACT:
        raise RuntimeError(f"the control, tf_keras, does not end where NumPy does: {control}")

    version = f"keras {importlib.metadata.version('keras')}"
    workers = _two_workers.run(__file__, "keras")
    for worker in workers:
        assert worker["replicas"] == 2, f"the cluster of {version} has {worker['replicas']} replicas"
        assert "refusal" not in worker, f"fit of {version} over two workers raised {worker['refusal']}"
    measure("max_abs_diff_keras", furthest(workers, reference), at_most=EXACT)


if sys.argv[1:]:
    work(sys.argv[1])
else:
    check()

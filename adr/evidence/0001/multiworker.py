# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""Two worker processes train one model with MultiWorkerMirroredStrategy and a training loop of one's own.

Two real processes on loopback form a cluster, each sees only its half of the rows, and gradients are
averaged between them at every step. Their weights must be those of plain NumPy on all rows. The control
is NumPy on one worker's half: it must end elsewhere, so workers that never talked would be caught.
It shows the protocol on one machine, not the speed or the failures of a network; and nothing of Keras's
`fit`, which has a claim of its own.
"""

import json
import os
import sys

import numpy as np

STEPS, RATE = 10, 0.1


def rows() -> tuple[np.ndarray, np.ndarray]:
    """The regression task: inputs [256, 4] and noisy targets [256, 1]."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 4))
    y = x @ [[1.0], [-2.0], [3.0], [0.5]] + rng.normal(size=(256, 1))
    return x.astype("float32"), y.astype("float32")


def work() -> None:
    """One worker: train on every second row, then report."""
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    index = strategy.cluster_resolver.task_id
    x, y = (tf.constant(column[index::2]) for column in rows())
    with strategy.scope():
        weights = tf.Variable(tf.zeros((4, 1)))

    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ weights - y) ** 2)
        mean = tf.distribute.get_replica_context().all_reduce("mean", tape.gradient(loss, weights))
        weights.assign_sub(RATE * mean)

    train = tf.function(lambda: strategy.run(step))
    for _ in range(STEPS):
        train()
    trained = weights.numpy().ravel().tolist()
    print(json.dumps({"pid": os.getpid(), "replicas": strategy.num_replicas_in_sync, "weights": trained}))


def in_numpy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same descent without TensorFlow, on all rows at once."""
    weights = np.zeros((4, 1), "float32")
    for _ in range(STEPS):
        weights -= np.float32(RATE * 2 / len(x)) * (x.T @ (x @ weights - y))
    return weights.ravel()


def check() -> None:
    from adrtool_evidence import measure

    import _two_workers

    first, second = _two_workers.run(__file__, "worker")
    assert first["pid"] != second["pid"], "both workers were one process"
    assert first["replicas"] == 2, f"the cluster has {first['replicas']} replicas"
    x, y = rows()
    reference = in_numpy(x, y)
    if measure("one_half_alone_differs", np.abs(in_numpy(x[::2], y[::2]) - reference).max()) < 1e-2:
        raise RuntimeError("half of the rows gives the same weights: workers that never talked would not be caught")
    for name, worker in (("first", first), ("second", second)):
        measure(f"max_abs_diff_{name}_worker", np.abs(worker["weights"] - reference).max(), at_most=1e-5)


if sys.argv[1:] == ["worker"]:
    work()
else:
    check()

# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""Two replicas under MirroredStrategy train the model that one device trains, to 1e-6.

Keras `fit` runs once on one device and once over two logical CPU devices, from the same weights, on the
same batches in the same order; the weights after training must agree. That each replica held its own
half and that they talked is shown by an all-reduce. The control trains on what a single replica saw,
half of every batch: the result must differ, so replicas that never exchanged gradients would be caught.
It shows the semantics. It says nothing about speed: two logical devices share this machine's cores.
"""

import keras
import numpy as np
import tensorflow as tf
from adrtool_evidence import measure

BATCH, EPOCHS = 32, 2
rng = np.random.default_rng(0)
x = rng.normal(size=(256, 8)).astype("float32")
y = np.sin(x @ rng.normal(size=(8, 1))).astype("float32")


def trained(strategy: tf.distribute.Strategy, data: tf.data.Dataset) -> np.ndarray:
    """All weights, in one row, of a small network trained under a strategy."""
    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    model.fit(data, epochs=EPOCHS, shuffle=False, verbose=0)
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def replica_numbers() -> list[float]:
    """What each replica contributes to an all-reduce: 1 and 2."""
    replica = tf.distribute.get_replica_context()
    mine = tf.cast(replica.replica_id_in_sync_group + 1, tf.float32)
    return replica.all_reduce("sum", mine)


tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
one = tf.distribute.OneDeviceStrategy("/CPU:0")
two = tf.distribute.MirroredStrategy(["/CPU:0", "/CPU:1"])
assert two.num_replicas_in_sync == 2, f"the strategy has {two.num_replicas_in_sync} replicas"
sums = two.experimental_local_results(two.run(tf.function(replica_numbers)))
assert [float(total) for total in sums] == [3.0, 3.0], f"1 + 2 over two replicas gave {sums}"

whole = tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH)
first_halves = whole.map(lambda inputs, targets: (inputs[: BATCH // 2], targets[: BATCH // 2]))
single = trained(one, whole)
if measure("one_replica_alone_differs", np.abs(trained(one, first_halves) - single).max()) < 1e-3:
    raise RuntimeError("half of the rows train the same weights: two replicas cannot be told from one")
measure("max_abs_diff_of_weights", np.abs(trained(two, whole) - single).max(), at_most=1e-6)

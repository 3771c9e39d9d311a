# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""TensorFlow runs operations eagerly by default: each call runs the Python around it, and values can be read at once.

The list gains an entry, a plain number, for each call. The control is the same function as a graph
(`tf.function`): there Python runs once for each shape that is traced, whatever the number of calls, and
no value can be read, so the check would catch a TensorFlow that traced by default.
It does not reach into Keras's `fit`, which traces the step by default (`run_eagerly=False`): printing
from a layer while it trains is not eager unless one asks for it, and that is measured here too.
"""

import keras
import numpy as np
import tensorflow as tf
from adrtool_evidence import measure

CALLS = 3
seen: list[float] = []


def double(x: tf.Tensor) -> tf.Tensor:
    result = 2.0 * x
    seen.append(float(tf.reduce_sum(result)) if tf.executing_eagerly() else float("nan"))
    return result


def python_runs(function, *inputs: tf.Tensor) -> int:
    """How often the Python inside `function` ran while it was called on each input."""
    seen.clear()
    for x in inputs:
        function(x)
    return len(seen)


class Witness(keras.layers.Layer):
    """Passes its input through `double`, so that each run of its Python is seen."""

    def call(self, x):
        return double(x)


def python_runs_in_fit(run_eagerly: bool | None) -> int:
    """The same count over eight training steps; None leaves the choice to Keras."""
    model = keras.Sequential([keras.Input((1,)), Witness(), keras.layers.Dense(1)])
    mode = {} if run_eagerly is None else {"run_eagerly": run_eagerly}
    model.compile("sgd", "mse", **mode)
    seen.clear()
    model.fit(np.ones((8, 1)), np.ones((8, 1)), batch_size=1, verbose=0)
    return len(seen)


assert tf.executing_eagerly(), "operations no longer run eagerly by default"
vectors = [tf.fill([2], float(n)) for n in range(CALLS)]
measure("python_runs_in_3_calls", python_runs(double, *vectors), at_least=CALLS, at_most=CALLS)
assert seen == [0.0, 4.0, 8.0], f"the values read while the function ran were {seen}"

graph = tf.function(double)
if measure("python_runs_in_3_graph_calls", python_runs(graph, *vectors)) != 1 or not np.isnan(seen).all():
    raise RuntimeError(f"a graph ran its Python and read {seen}: the count does not tell the modes apart")
if measure("python_runs_for_a_new_shape", python_runs(graph, tf.zeros([5]), tf.zeros([5]))) != 1:
    raise RuntimeError("a graph is not traced once for each shape: the count does not tell the modes apart")

asked = measure("python_runs_in_8_steps_of_fit_eager", python_runs_in_fit(run_eagerly=True))
by_default = measure("python_runs_in_8_steps_of_fit", python_runs_in_fit(run_eagerly=None))
if not by_default < 8 <= asked:
    raise RuntimeError(f"fit ran Python {by_default} times by default and {asked} times when asked: look at it again")

# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# exclusive = true
# ///
"""What eager execution costs on the CPU: much for many small operations, next to nothing for one big one.

A step applies `tanh(x @ w)` to a 16x16 matrix again and again and takes the gradient; the same Python
runs eagerly and as a graph (`tf.function`), and both must give the same numbers. What is compared is
the ratio of best times on this machine, never the times. The cost is a price for each operation that
Python starts: the ratio grows with depth, vanishes behind one large product, and falls when the same
layers are made large. The control times the graph against itself: where that is far from one, the machine
is too busy to say anything, and the run is skipped. GPUs are hidden, for nothing is said of accelerators:
operations are shorter there, and the price weighs more.
"""

import timeit
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from adrtool_evidence import measure, skip

Step = Callable[[tf.Tensor], tf.Tensor]

tf.config.set_visible_devices([], "GPU")


def seconds(step: Step, x: tf.Tensor) -> float:
    """How long one call takes, until its answer is there."""
    return timeit.timeit(lambda: step(x).numpy(), number=1)


def ratio(slower: Step, faster: Step, x: tf.Tensor, runs: int) -> float:
    """Best time of one function to the other's, their runs taken in turns so that both meet the same noise."""
    slower(x), faster(x)  # the first call may trace, and is not counted
    rounds = [(seconds(slower, x), seconds(faster, x)) for _ in range(runs)]
    return min(first for first, _ in rounds) / min(second for _, second in rounds)


def eager_to_graph(step: Step, x: tf.Tensor, runs: int) -> float:
    """How many times longer an eager step takes than the same step as a graph."""
    graph = tf.function(step)
    if not np.allclose(step(x), graph(x), rtol=1e-4, atol=1e-5):
        raise RuntimeError("the modes disagree on the numbers: they do not do the same work")
    return ratio(step, graph, x, runs)


def chain(depth: int, width: int = 16) -> tuple[Step, tf.Tensor]:
    """A training step's shape: `depth` layers, then the gradient for their weights; and rows to run it on."""
    weights = tf.Variable(tf.eye(width) * 0.9)

    def step(x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            for _ in range(depth):
                x = tf.tanh(x @ weights)
            loss = tf.reduce_sum(x)
        return tape.gradient(loss, weights)

    return step, tf.random.stateless_normal((width, width), seed=(0, 0))


def skip_if_busy() -> None:
    """The control: the same graph twice must take about the same time."""
    step, x = chain(64)
    noise = measure("graph_to_itself", ratio(tf.function(step), tf.function(step), x, 50))
    if not 0.5 < noise < 2.0:
        skip(f"this machine is too busy to time anything: a graph took {noise:.2f} times as long as itself")


def test_grows_with_depth() -> None:
    skip_if_busy()
    shallow, middle, deep = (eager_to_graph(*chain(depth), 50) for depth in (2, 16, 128))
    measure("eager_to_graph_at_depth_2", shallow)
    measure("eager_to_graph_at_depth_16", middle)
    measure("eager_to_graph_at_depth_128", deep, at_least=3.0)
    measure("growth_from_depth_2_to_16", middle / shallow, at_least=1.2)
    measure("growth_from_depth_16_to_128", deep / middle, at_least=1.2)


def test_one_big_operation() -> None:
    skip_if_busy()

    def product(x: tf.Tensor) -> tf.Tensor:
        return x @ x

    x = tf.random.stateless_normal((1024, 1024), seed=(0, 0))
    measure("eager_to_graph_for_one_product", eager_to_graph(product, x, 20), at_most=1.5)
    small, big = eager_to_graph(*chain(16), 50), eager_to_graph(*chain(16, width=512), 5)
    if measure("eager_to_graph_for_16_small_layers", small) < 3.0:
        raise RuntimeError("small layers do not show the cost either: a big one cannot be told from them")
    measure("ratio_for_16_big_layers_to_small", big / small, at_most=0.5)

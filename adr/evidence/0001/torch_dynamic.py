# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""PyTorch builds its graph while Python runs, so a loop may be as long as the data asks for.

The loop scales a number until it has grown past a limit. After n rounds y = w**n * x, so the right
gradient is known in closed form: n * w**(n-1) * x. Only a graph rebuilt for each input gets n right.
The control freezes the loop at one input (torch.jit.trace) and must be caught answering wrongly;
torch.export, the way to a fixed graph, must refuse the loop.
The last test asks whether PyTorch alone of the two runs such a loop. TensorFlow has run it since 2.0 (2019), so the
dynamic graph does not set PyTorch apart. Nothing is shown about speed.
"""

import warnings

from adrtool_evidence import measure

STARTS = (0.5, 1.0, 3.0, 9.0)
ROUNDS = (5, 4, 2, 1)  # the fewest n with 1.8**n * start > 8
WEIGHT, LIMIT = 1.8, 8.0


def grow(x, w):
    """Plain Python; whether to go round again depends on the value of a tensor. Begins with one round."""
    x = w * x
    while x < LIMIT:
        x = w * x
    return x


def slopes():
    return [n * WEIGHT ** (n - 1) * start for n, start in zip(ROUNDS, STARTS, strict=True)]


def largest_error(found):
    return max(abs(f - s) / s for f, s in zip(found, slopes(), strict=True))


def test_loop_follows_the_data():
    import torch

    def slope(start):
        w = torch.tensor(WEIGHT, requires_grad=True)
        grow(torch.tensor(start), w).backward()
        return float(w.grad)

    measure("relative_gradient_error", largest_error([slope(start) for start in STARTS]), at_most=1e-5)


def test_fixed_graph_loses_it():
    import torch

    class Grow(torch.nn.Module):
        def forward(self, x, w):
            return grow(x, w)

    x, w = (torch.tensor(STARTS[0]), torch.tensor(WEIGHT))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is deprecated, and that it freezes the loop: the point here
        frozen = torch.jit.trace(Grow(), (x, w))
    right = [start for start in map(torch.tensor, STARTS) if torch.isclose(frozen(start, w), grow(start, w))]
    assert right == [x], f"a trace made at {x} was expected to be right there alone; it was right at {right}"
    try:
        torch.export.export(Grow(), (x, w))
    except Exception as refusal:
        assert "data-dependent" in str(refusal).lower(), f"torch.export refused for another reason: {refusal}"
    else:
        raise AssertionError("torch.export took the loop: a fixed graph can hold it now")


def test_tensorflow_lacks_it():
    import tensorflow as tf

    def slope(run, start):
        w = tf.constant(WEIGHT)
        with tf.GradientTape() as tape:
            tape.watch(w)
            y = run(tf.constant(start), w)
        return float(tape.gradient(y, w))

    modes = {"eagerly": grow, "in tf.function": tf.function(grow)}
    able = [name for name, run in modes.items() if largest_error([slope(run, start) for start in STARTS]) <= 1e-5]
    assert not able, (
        f"TensorFlow {tf.__version__} runs the same Python loop with the right gradients, {' and '.join(able)}: "
        "the dynamic graph does not set PyTorch apart"
    )

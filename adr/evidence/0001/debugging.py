# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""What a debugger shows of one shape mistake, in each mode of TensorFlow and PyTorch.

The mistake is the same in every mode: an 8-wide hidden layer meets a 5-row weight. Three questions decide:
is the user's own line a frame of the traceback, is it the last one (where `pdb.pm()` opens), and does a
breakpoint on that line stop with `hidden` as a value that can be printed? A mode is harder where it says no
and the other says yes. How many frames lie below, and how long the printed traceback is, is measured only.
Keras `fit` must hit the breakpoint and read nothing there; the control is `fit` with run_eagerly=True, which must
read values at the same breakpoint.
Compiled code is judged by its capture, which refuses the mistake in both frameworks: XLA never gets to see it, and
torch.compile runs with its "eager" backend, the easiest to debug. Both hide the line and the values at capture.
Not shown: how readable the messages are (every mode's text names the line somewhere), or an IDE's help.
"""

import bdb
import traceback
from dataclasses import dataclass, field

import numpy as np
from adrtool_evidence import measure

X, W1 = np.ones((2, 4), "float32"), np.ones((4, 8), "float32")
W_RIGHT, W_WRONG = np.ones((8, 1), "float32"), np.ones((5, 1), "float32")


def layers(matmul, x, w1, w2):
    hidden = matmul(x, w1)
    return matmul(hidden, w2)


QUESTIONS = ("in_traceback", "opens_there", "readable")
FILE, LINE = layers.__code__.co_filename, layers.__code__.co_firstlineno + 2  # where the mistake shows


@dataclass(frozen=True)
class View:
    """What a debugger has of the user's line in one mode."""

    in_traceback: bool
    opens_there: bool
    readable: bool
    stops: int = field(default=0, compare=False)  # how often the breakpoint was hit, readable or not

    def __str__(self):
        return ", ".join(question for question in QUESTIONS if getattr(self, question)) or "nothing"

    def is_harder_than(self, other):
        return any(getattr(other, question) and not getattr(self, question) for question in QUESTIONS)


ALL = View(in_traceback=True, opens_there=True, readable=True)
NOTHING = View(in_traceback=False, opens_there=False, readable=False)


class Breakpoint(bdb.Bdb):
    """A breakpoint on LINE, as pdb would set it; keeps for each stop whether `hidden` could be read."""

    def __init__(self):
        super().__init__()
        self.stops = []
        self.set_break(FILE, LINE)

    def user_line(self, frame):
        if (frame.f_code.co_filename, frame.f_lineno) == (FILE, LINE):
            self.stops.append(can_read(frame.f_locals.get("hidden")))
        self.set_continue()


def can_read(tensor):
    try:
        return np.array_equal(np.asarray(tensor), X @ W1)
    except NotImplementedError:  # TensorFlow's answer for a symbolic tensor
        return False


def look(mode, run):
    """Debug `run`, which takes the second weight: the traceback with the wrong one, a breakpoint with the right one."""
    try:
        run(W_WRONG)
    except Exception as mistake:
        frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(mistake.__traceback__)]
        length = "".join(traceback.format_exception(mistake)).count("\n")
    else:
        raise RuntimeError(f"{mode}: the shape mistake went through unseen, there is nothing to debug")
    debugger = Breakpoint()
    debugger.runcall(run, W_RIGHT)

    in_traceback = (FILE, LINE) in frames
    measure(f"{mode}: own line in traceback", int(in_traceback))
    if in_traceback:
        measure(f"{mode}: frames below it", frames[::-1].index((FILE, LINE)))
    measure(f"{mode}: traceback", length, unit="lines")
    measure(f"{mode}: stops", len(debugger.stops))
    measure(f"{mode}: stops with a value", sum(debugger.stops))
    return View(in_traceback, frames[-1] == (FILE, LINE), any(debugger.stops), len(debugger.stops))


def torch_eager():
    import torch

    x, w1 = torch.tensor(X), torch.tensor(W1)
    return look("torch eager", lambda w: layers(torch.matmul, x, w1, torch.tensor(w)))


def torch_compiled():
    import torch

    x, w1 = torch.tensor(X), torch.tensor(W1)
    run = torch.compile(lambda w: layers(torch.matmul, x, w1, w), backend="eager")
    return look("torch.compile", lambda w: run(torch.tensor(w)))


def tensorflow_eager():
    import tensorflow as tf

    x, w1 = tf.constant(X), tf.constant(W1)
    return look("tf eager", lambda w: layers(tf.matmul, x, w1, tf.constant(w)))


def tensorflow_graph(jit_compile):
    import tensorflow as tf

    x, w1 = tf.constant(X), tf.constant(W1)

    @tf.function(jit_compile=jit_compile)
    def step(w):
        return layers(tf.matmul, x, w1, w)

    return look("tf.function(jit_compile=True)" if jit_compile else "tf.function", lambda w: step(tf.constant(w)))


def keras_fit(run_eagerly=False):
    import keras

    class Layers(keras.layers.Layer):
        def __init__(self, rows):
            super().__init__()
            self.w1, self.w2 = self.add_weight(shape=(4, 8), initializer="ones"), self.add_weight(shape=(rows, 1))

        def call(self, x):
            return layers(keras.ops.matmul, x, self.w1, self.w2)

    def run(w):
        model = keras.Sequential([Layers(rows=len(w))])
        model.compile("sgd", "mse", run_eagerly=run_eagerly)
        model.fit(X, np.ones((2, 1)), verbose=0)

    return look("keras fit, run eagerly" if run_eagerly else "keras fit", run)


def require_pytorch():
    """The control: PyTorch's eager mode shows all of the same mistake, so the questions can be answered with yes."""
    if (view := torch_eager()) != ALL:
        raise RuntimeError(f"PyTorch eager shows {view} now: the contrast is gone")


def test_pytorch_eager_shows_all():
    assert torch_eager() == ALL


def test_graph_mode_is_harder():
    assert tensorflow_graph(jit_compile=False) == NOTHING
    assert torch_eager() == ALL


def test_keras_fit_is_harder():
    if not keras_fit(run_eagerly=True).readable:
        raise RuntimeError("the breakpoint reads no value even where fit runs eagerly: it can show nothing")
    require_pytorch()
    fit = keras_fit()
    if not fit.stops:
        raise RuntimeError("under fit the breakpoint is never hit: it can show nothing")
    assert not fit.readable, f"under fit the breakpoint reads values now: a debugger is shown {fit}"


def test_eager_mode_is_harder():
    require_pytorch()
    tensorflow = tensorflow_eager()
    assert tensorflow.in_traceback, f"one's own line is no frame of the traceback: TensorFlow eager shows {tensorflow}"
    assert not tensorflow.opens_there, "TensorFlow's eager traceback ends on one's own line now"


def test_compiled_mode_is_harder():
    tensorflow, torch = tensorflow_graph(jit_compile=True), torch_compiled()
    harder = tensorflow.is_harder_than(torch)
    assert harder, (
        "at capture, which refuses the mistake before any compiler sees it, a debugger is shown "
        f"{torch} by torch.compile and {tensorflow} by tf.function(jit_compile=True)"
    )

# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""`tf.lite.Interpreter`, which runs converted models, is a supported part of TensorFlow.

An interface that its own library announces for deletion is no ground to build on, so no warning of that
kind may come when one is made and run. Today TensorFlow prints one: use LiteRT (`ai_edge_litert`) instead.
The converter, `tf.lite.TFLiteConverter`, is asked in a test of its own and raises none. What it says in use
is all that is asked: in words, the project has said for 2.20 that all of tf.lite will leave TensorFlow's
Python packages (tensorflow/tensorflow#102071, answer of 2025-10-22). The control is a farewell of either
kind, a warning and a line in TensorFlow's log, given on purpose: both must be caught, and one of another
library must not. That the interpreter still works is not in question: LiteRT has claims of its own.
"""

import logging.handlers
import warnings
from collections.abc import Callable
from functools import cache

import tensorflow as tf

import _small_models as small

ENDINGS = ("deprecat", "deletion", "removed")
OURS = "lite"  # in tf.lite, TFLite and LiteRT alike; what else goes, NumPy's parts for one, is not asked


def farewells(action: Callable[[], object]) -> list[str]:
    """What announces, in one line each, the end of what `action` uses: warnings, and TensorFlow's own log."""
    log = logging.handlers.BufferingHandler(10_000)
    tf.get_logger().addHandler(log)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            action()
    finally:
        tf.get_logger().removeHandler(log)
    texts = [str(warning.message) for warning in caught] + [record.getMessage() for record in log.buffer]
    return [" ".join(text.split()) for text in texts if is_farewell(text.lower())]


def is_farewell(text: str) -> bool:
    return OURS in text and any(word in text for word in ENDINGS)


def say_farewell() -> None:
    warnings.warn("tf.lite.this is deprecated", UserWarning, stacklevel=1)
    warnings.warn("numpy.this is deprecated", DeprecationWarning, stacklevel=1)
    tf.get_logger().warning("TFLite will be removed")


if (seeded := farewells(say_farewell)) != ["tf.lite.this is deprecated", "TFLite will be removed"]:
    raise RuntimeError(f"two seeded farewells were seen as {seeded}")


@cache
def conversion() -> tuple[bytes, list[str]]:
    """A converted model, and the converter's farewells; once, for some are said only once."""
    model, contents = small.classifier(seed=0), []
    said = farewells(lambda: contents.append(small.converted(model)))
    return contents[0], said


def require(name: str) -> None:
    """TensorFlow still has tf.lite.NAME."""
    assert hasattr(getattr(tf, "lite", None), name), f"TensorFlow {tf.__version__} no longer has tf.lite.{name}"


def test_interpreter() -> None:
    require("Interpreter")
    content, _ = conversion()
    rows, _ = small.blobs(8, seed=1)
    said = farewells(lambda: small.answers(tf.lite.Interpreter(model_content=content), rows))
    assert not said, f"TensorFlow {tf.__version__} says of tf.lite.Interpreter: {said[0]}"


def test_converter() -> None:
    require("TFLiteConverter")
    _, said = conversion()
    assert not said, f"TensorFlow {tf.__version__} says of tf.lite.TFLiteConverter: {said[0]}"

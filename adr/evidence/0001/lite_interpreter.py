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
Two controls: a warning that is raised on purpose must be caught, and the converter, used by the same
code, must raise none, so the finding is the interpreter's own. That the interpreter still works is not in
question: the converted model runs here, and LiteRT, its successor, has claims of its own.
"""

import warnings
from collections.abc import Callable

import tensorflow as tf

import _small_models as small

ENDINGS = ("deprecat", "deletion", "removed")


def farewells(action: Callable[[], object]) -> list[str]:
    """The warnings, in one line each, by which a library announces the end of what `action` uses."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
    texts = [" ".join(str(warning.message).split()) for warning in caught]
    return [text for text in texts if any(word in text.lower() for word in ENDINGS)]


seeded = farewells(lambda: warnings.warn("this is deprecated", UserWarning, stacklevel=1))
assert seeded == ["this is deprecated"], f"a seeded warning was seen as {seeded}"

model = small.classifier(seed=0)
rows, _ = small.blobs(8, seed=1)
assert not (said := farewells(lambda: small.converted(model))), f"the converter says: {said[0]}"
assert hasattr(tf.lite, "Interpreter"), f"TensorFlow {tf.__version__} no longer has tf.lite.Interpreter"
content = small.converted(model)
said = farewells(lambda: small.answers(tf.lite.Interpreter(model_content=content), rows))
assert not said, f"TensorFlow {tf.__version__} says of tf.lite.Interpreter: {said[0]}"

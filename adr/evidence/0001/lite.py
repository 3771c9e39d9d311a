# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""A model converted for TensorFlow Lite answers like the original, and in 8 bits it is a third of its size.

Parity compares the converted model with the Keras model on rows neither has seen, to 1e-5, by TensorFlow's
own interpreter; the control is the same network trained from another seed, converted: it must be told apart.
Size compares files, the 8-bit one with the original `.keras` file without its optimiser; its probabilities,
as LiteRT gives them, must stay within 0.05, or small would mean broken. The control is the conversion
without quantisation, which does not shrink. It runs on this machine's CPU, not on a phone.
"""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from adrtool_evidence import measure
from ai_edge_litert.interpreter import Interpreter

import _small_models as small

UNSEEN, _ = small.blobs(500, seed=1)


def test_parity() -> None:
    def run(model: bytes) -> np.ndarray:
        return small.answers(tf.lite.Interpreter(model_content=model), UNSEEN)

    model = small.classifier(seed=0)
    expected = model.predict(UNSEEN, verbose=0)
    another = small.converted(small.classifier(seed=1))
    if measure("another_model_differs", np.abs(run(another) - expected).max()) < 1e-2:
        raise RuntimeError("another model answers the same: these rows tell no models apart")
    measure("max_abs_diff", np.abs(run(small.converted(model)) - expected).max(), at_most=1e-5)


def test_size() -> None:
    model = small.classifier(seed=0)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.keras")
        model.save(file)
        original = file.stat().st_size
    quantised = small.converted(model, quantised=True)
    answers = small.answers(Interpreter(model_content=quantised), UNSEEN)
    rounding = np.abs(answers - model.predict(UNSEEN, verbose=0)).max()
    if measure("float_size_to_original", len(small.converted(model)) / original) < 0.7:
        raise RuntimeError("the conversion alone shrinks the model: the size would not be the 8 bits' own")
    measure("quantised_max_abs_diff", rounding, at_most=0.05)
    measure("quantised_size_to_original", len(quantised) / original, at_most=1 / 3)

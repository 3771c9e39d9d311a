# /// script
# requires-python = "==3.11.*"
# dependencies = ["setuptools<81", "tensorflowjs", "ydf<0.13"]
#
# [tool.adrtool]
# constraints = "constraints/tfjs.txt"
# inputs = ["constraints/tfjs/*.json"]
# timeout = "10m"
# network = true
# needs = ["command:node", "command:npm"]
# tags = ["heavy"]
# ///
"""A Keras model, converted layer by layer, can be trained further in JavaScript.

TensorFlow.js loads the model in Node, on its plain JavaScript backend, must answer like the original, and takes two
small steps of `fit`: every weight must move and the loss must fall. No browser is asked. The control is the same
network built with tf_keras, the predecessor of Keras 3: it must make the same trip and train. Graph models, which only
answer: see tfjs_node.py. Since Keras 3 the files that the converter writes cannot be read by TensorFlow.js 4.22, from a
model in memory or from a .keras file alike (seen 2026-11-23); the symptom is reported as tensorflow/tfjs#8494.
"""
import tempfile
from pathlib import Path

import keras
import numpy as np
import tf_keras
from _tfjs import IMAGES, classifier, install, predict_in_node
from adrtool_evidence import measure
from tensorflowjs.converters import save_keras_model

MOVE = 1e-5  # what a small step moves of each weight at the least; rounding moves far less


def travelled(model, name):
    """What TensorFlow.js says of IMAGES with `model`, converted to layers, and of training it."""
    save_keras_model(model, str(folder / name))
    return predict_in_node("layers", folder / name, folder)


def learnt(answer):
    before, after = answer["losses"]
    return after < before


def difference(answer, model):
    return np.abs(np.array(answer["outputs"]).reshape(len(IMAGES), 10) - np.array(model(IMAGES))).max()


with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary)
    install(folder)
    old = classifier(tf_keras, seed=1)
    answer = travelled(old, "old")
    if "error" in answer:
        raise RuntimeError("the control cannot be trained either: " + answer["error"])
    if measure("tf_keras_max_abs_diff", difference(answer, old)) > 1e-5:
        raise RuntimeError("the control answers otherwise in JavaScript: the trip itself is at fault")
    if measure("tf_keras_least_move", min(answer["moved"])) < MOVE or not learnt(answer):
        raise RuntimeError(f"the control does not learn: losses {answer['losses']}, moves {answer['moved']}")

    new = classifier(keras, seed=1)
    answer = travelled(new, "new")
    assert "error" not in answer, f"a Keras {keras.__version__} model cannot be trained: {answer['error']}"
    measure("keras_max_abs_diff", difference(answer, new), at_most=1e-5)
    measure("keras_least_move", min(answer["moved"]), at_least=MOVE)
    assert learnt(answer), f"training does not lower the loss of a Keras {keras.__version__} model: {answer['losses']}"

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
"""TensorFlow.js runs a converted Keras model in Node, without Python, and answers like the original.

A convolutional classifier is exported as a SavedModel, converted to a graph model, and asked about 16 images by
@tensorflow/tfjs 4.22 in Node, on its plain JavaScript backend. The control: a twin with other weights must differ.
The environment mends what pip resolves by two pins (see tfjs_pip.py). Not shown: speed, and further operations.
"""
import tempfile
from pathlib import Path

import keras
import numpy as np
from _tfjs import IMAGES, classifier, convert, install, predict_in_node
from adrtool_evidence import measure

model, twin = classifier(keras, seed=1), classifier(keras, seed=2)
with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary)
    install(folder)
    convert(model, folder)
    answer = predict_in_node("graph", folder / "model", folder)

assert "error" not in answer, f"TensorFlow.js cannot load the converted model: {answer['error']}"
outputs = np.array(answer["outputs"], "float32").reshape(len(IMAGES), 10)
truth = np.array(model(IMAGES))
measure("max_abs_diff", np.abs(outputs - truth).max(), at_most=1e-5)
assert (outputs.argmax(1) == truth.argmax(1)).all(), "an image got another class in Node"
if measure("max_abs_diff_of_the_twin", np.abs(outputs - np.array(twin(IMAGES))).max()) < 1e-2:
    raise RuntimeError("a model with other weights answers alike: that the answers agree shows nothing")

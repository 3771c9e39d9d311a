# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""An exported model says by itself how it is served: a SavedModel with the signature `serving_default`.

TensorFlow Serving finds versions as numbered folders, and in each `saved_model.pb` a graph tagged
`serve` whose signature names inputs and outputs with types and shapes. All of that is read here from the
file, as the server reads it, then called by those names; the answers must be the model's. The control
is a SavedModel stored without a signature: the same reading must find none. No server runs here; its
protocol and its version policy are claims of their own.
"""

import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from adrtool_evidence import measure
from tensorflow.core.protobuf.meta_graph_pb2 import SignatureDef
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

VERSION = "1"


def signatures(folder: Path) -> dict[str, SignatureDef]:
    """What a server can call in a SavedModel's folder, by name; only what is tagged `serve` counts."""
    stored = SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    (graph,) = (each for each in stored.meta_graphs if "serve" in each.meta_info_def.tags)
    predict = "tensorflow/serving/predict"
    return {name: each for name, each in graph.signature_def.items() if each.method_name == predict}


tf.config.set_visible_devices([], "GPU")  # the claim is about the format, not an accelerator's rounding
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((6,), name="features"), keras.layers.Dense(8, "relu"), keras.layers.Dense(3)])
x = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
with tempfile.TemporaryDirectory() as base:
    bare = Path(base, "bare")
    tf.saved_model.save(tf.Module(), str(bare))
    if signatures(bare):
        raise RuntimeError(f"a module without signatures was read as {signatures(bare)}")

    folder = Path(base, "model", VERSION)
    model.export(str(folder), verbose=False)
    found = signatures(folder)
    assert "serving_default" in found, f"only {sorted(found)} can be called"
    (given,), (answered,) = found["serving_default"].inputs.items(), found["serving_default"].outputs.items()
    for what, (_, tensor), width in (("input", given, 6), ("output", answered, 3)):
        shape = [size.size for size in tensor.tensor_shape.dim]
        assert (tensor.dtype, shape) == (tf.float32.as_datatype_enum, [-1, width]), f"{what}: {tensor}"

    call = tf.saved_model.load(str(folder)).signatures["serving_default"]
    answers = call(**{given[0]: tf.constant(x)})[answered[0]].numpy()
measure("max_abs_diff", np.abs(answers - model.predict(x, verbose=0)).max(), at_most=1e-5)
if measure("another_input_differs", np.abs(answers - model.predict(-x, verbose=0)).max()) < 1e-2:
    raise RuntimeError("another input gets the same answer: that they agree shows nothing")

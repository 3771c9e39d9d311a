# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow-serving-api"]
#
# [tool.adrtool]
# constraints = "constraints/serving.txt"
# ///
"""TensorFlow Serving's official messages carry a call to a SavedModel and its answer back, bit for bit.

The client knows nothing but the signature that a server hands out (GetModelMetadata). From that it fills a
PredictRequest, whose bytes are read on the other side, run by the SavedModel, and answered in a PredictResponse.
The controls: a client that sends the wrong type is told so by the signature, and a cut message is refused.
Shows the protocol, and that a signature is enough to call a model. No server runs here, so of speed and of how models
are loaded this says nothing: see serving_server.py.
"""
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from adrtool_evidence import measure
from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import get_model_metadata_pb2, predict_pb2


class Ranker(tf.Module):
    def __init__(self):
        self.weights = tf.Variable(np.random.default_rng(0).normal(size=(3, 2)).astype("float32"))

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="features")])
    def rank(self, features):
        return {"scores": tf.nn.softmax(features @ self.weights)}


def metadata(folder):
    """The signatures of a SavedModel in the bytes that a server answers GetModelMetadata with."""
    saved = saved_model_pb2.SavedModel.FromString((Path(folder) / "saved_model.pb").read_bytes())
    signatures = get_model_metadata_pb2.SignatureDefMap(signature_def=saved.meta_graphs[0].signature_def)
    response = get_model_metadata_pb2.GetModelMetadataResponse()
    response.metadata["signature_def"].Pack(signatures)
    return response.SerializeToString()


def signature(answer, name="serving_default"):
    signatures = get_model_metadata_pb2.SignatureDefMap()
    response = get_model_metadata_pb2.GetModelMetadataResponse.FromString(answer)
    assert response.metadata["signature_def"].Unpack(signatures), "the metadata hold no signatures"
    return signatures.signature_def[name]


def request(values, expected, version):
    """The bytes of a call with `values` for the one input of the signature `expected`."""
    (name, info), = expected.inputs.items()
    if values.dtype != tf.as_dtype(info.dtype).as_numpy_dtype:
        raise TypeError(f"{name} takes {tf.as_dtype(info.dtype).name}, not {values.dtype}")
    message = predict_pb2.PredictRequest()
    message.model_spec.name = "ranker"
    message.model_spec.version.value = version
    message.model_spec.signature_name = "serving_default"
    message.inputs[name].CopyFrom(tf.make_tensor_proto(values))
    return message.SerializeToString()


def answer(message, folder):
    """What a server does with the bytes of a call."""
    call = predict_pb2.PredictRequest.FromString(message)
    run = tf.saved_model.load(folder).signatures[call.model_spec.signature_name]
    response = predict_pb2.PredictResponse(model_spec=call.model_spec)
    for name, tensor in run(**{name: tf.make_ndarray(proto) for name, proto in call.inputs.items()}).items():
        response.outputs[name].CopyFrom(tf.make_tensor_proto(tensor.numpy()))
    return response.SerializeToString()


values = np.random.default_rng(1).normal(size=(16, 3)).astype("float32")
model = Ranker()
with tempfile.TemporaryDirectory() as folder:
    tf.saved_model.save(model, folder, signatures={"serving_default": model.rank})
    learnt = signature(metadata(folder))
    message = request(values, learnt, version=7)
    response = predict_pb2.PredictResponse.FromString(answer(message, folder))

assert (response.model_spec.name, response.model_spec.version.value) == ("ranker", 7), response.model_spec
scores = tf.make_ndarray(response.outputs["scores"])
measure("answer_error", np.abs(scores - model.rank(tf.constant(values))["scores"].numpy()).max(), at_most=1e-7)
carried = tf.make_ndarray(predict_pb2.PredictRequest.FromString(message).inputs["features"])
assert carried.tobytes() == values.tobytes(), "the input changed on the way"

try:
    request(values.astype("float64"), learnt, version=7)
except TypeError:
    pass
else:
    raise AssertionError("the signature lets a wrong type through")
try:
    predict_pb2.PredictRequest.FromString(message[:-1])
except DecodeError:
    pass
else:
    raise AssertionError("a cut message is taken for a whole one")

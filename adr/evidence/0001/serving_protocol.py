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
What the client reads must be, to the bit, what the SavedModel says to the same values without any message.
The controls: other values get another answer, values of the wrong type are refused by the model that they reach, and a
cut message by its reader. Shows the protocol, and that a signature is enough to call a model. No server runs here, so
of speed and of how models are loaded this says nothing: see serving_server.py.
"""
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
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
    (name,) = expected.inputs
    message = predict_pb2.PredictRequest()
    message.model_spec.name = "ranker"
    message.model_spec.version.value = version
    message.model_spec.signature_name = "serving_default"
    message.inputs[name].CopyFrom(tf.make_tensor_proto(values))
    return message.SerializeToString()


def answer(message, model):
    """What a server does with the bytes of a call."""
    call = predict_pb2.PredictRequest.FromString(message)
    run = model.signatures[call.model_spec.signature_name]
    given = {name: tf.constant(tf.make_ndarray(proto)) for name, proto in call.inputs.items()}
    response = predict_pb2.PredictResponse(model_spec=call.model_spec)
    for name, tensor in run(**given).items():
        response.outputs[name].CopyFrom(tf.make_tensor_proto(tensor.numpy()))
    return response.SerializeToString()


def answered(values):
    """The client's view: the response to `values`."""
    return predict_pb2.PredictResponse.FromString(answer(request(values, learnt, version=7), served))


def scores(response):
    return tf.make_ndarray(response.outputs["scores"])


def is_refused(action, errors):
    try:
        action()
    except errors:
        return True
    return False


values = np.random.default_rng(1).normal(size=(16, 3)).astype("float32")
model = Ranker()
with tempfile.TemporaryDirectory() as folder:
    tf.saved_model.save(model, folder, signatures={"serving_default": model.rank})
    learnt = signature(metadata(folder))
    served = tf.saved_model.load(folder)

response = answered(values)
assert (response.model_spec.name, response.model_spec.version.value) == ("ranker", 7), response.model_spec
direct = served.signatures["serving_default"](features=tf.constant(values))["scores"].numpy()
assert scores(response).tobytes() == direct.tobytes(), "the answer changed on the way"

if scores(answered(-values)).tobytes() == direct.tobytes():
    raise RuntimeError("the model answers the same to anything, which shows nothing")
wrong_type, cut = values.astype("float64"), request(values, learnt, version=7)[:-1]
if not is_refused(lambda: answered(wrong_type), (tf.errors.InvalidArgumentError, TypeError)):
    raise RuntimeError("a wrong type is taken: the model does not care what reaches it")
if not is_refused(lambda: answer(cut, served), DecodeError):
    raise RuntimeError("a cut message is taken for a whole one")

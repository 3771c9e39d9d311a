# /// script
# requires-python = "==3.10.*"
# dependencies = ["dill", "tfx==1.16.0"]
#
# [tool.adrtool]
# constraints = "constraints/tfx.txt"
# timeout = "10m"
# needs = ["command:g++", "arch:x86_64"]
# tags = ["heavy"]
# ///
"""TFX transforms data alike in training and in serving: one preprocessing function, no skew between the two.

TensorFlow Transform analyses 500 rows with Beam, once, and writes what it learnt as a TensorFlow graph. Rows that pass
through the exported graph, as they do in serving, must equal the training output and numpy's own answer. The control is
the classic bug that this design exists to prevent: a server that recomputes the mean from its own batch.
Does not show speed or a distributed runner. (g++ compiles pyfarmhash, a dependency of TFX without a wheel.)
"""
import tempfile

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from adrtool_evidence import measure
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

RAW = {"miles": tf.io.FixedLenFeature([], tf.float32), "city": tf.io.FixedLenFeature([], tf.string)}


def preprocess(columns):
    return {"miles_z": tft.scale_to_z_score(columns["miles"]),
            "city_id": tft.compute_and_apply_vocabulary(columns["city"])}


def trained(rows, folder):
    """`rows` as training sees them; what was learnt is left in `folder`, as a graph."""
    schema = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(RAW))
    with tft_beam.Context(temp_dir=tempfile.mkdtemp(dir=folder)):
        (dataset, _), learnt = (rows, schema) | tft_beam.AnalyzeAndTransformDataset(preprocess)
        _ = learnt | tft_beam.WriteTransformFn(folder)
    return {name: np.array([row[name] for row in dataset]) for name in ("miles_z", "city_id")}


def served(rows, folder):
    layer = tft.TFTransformOutput(folder).transform_features_layer()
    columns = {name: tf.constant([row[name] for row in rows]) for name in RAW}
    return {name: tensor.numpy().ravel() for name, tensor in layer(columns).items()}


rng = np.random.default_rng(0)
miles = rng.gamma(2.0, 2.0, 500).astype("float32")
cities = rng.choice(["oslo", "rome", "turin"], 500, p=[0.6, 0.3, 0.1])
rows = [{"miles": float(m), "city": str(c)} for m, c in zip(miles, cities)]

with tempfile.TemporaryDirectory() as folder:
    training = trained(rows, folder)
    batch = slice(0, 20)
    serving = served(rows[batch], folder)

by_hand = (miles - miles.mean(dtype="float64")) / miles.std(dtype="float64")
measure("training_error", np.abs(training["miles_z"] - by_hand).max(), at_most=1e-5)
measure("skew", np.abs(serving["miles_z"] - training["miles_z"][batch]).max(), at_most=1e-6)
assert (serving["city_id"] == training["city_id"][batch]).all(), "one city has two ids"
frequent_first = {"oslo": 0, "rome": 1, "turin": 2}
assert [frequent_first[c] for c in cities] == training["city_id"].tolist(), "the vocabulary is not by frequency"

naive = (miles[batch] - miles[batch].mean()) / miles[batch].std()
if measure("skew_of_a_naive_server", np.abs(naive - training["miles_z"][batch]).max()) < 0.05:
    raise RuntimeError("a server that scales by its own batch shows no skew: none could be seen here")

# /// script
# requires-python = "==3.10.*"
# dependencies = ["dill", "tfx==1.16.0"]
#
# [tool.adrtool]
# constraints = "constraints/tfx.txt"
# timeout = "15m"
# needs = ["command:g++", "arch:x86_64"]
# tags = ["heavy"]
# ///
"""TFX carries a model from raw rows to a pushed version: eight components, and only a blessed model gets through.

One local run (LocalDagRunner, metadata in SQLite) of example generation, statistics, schema, validation, transform,
training, evaluation and push on 800 seeded rows, one label in ten of them wrong. The pushed model must classify fresh
raw rows. The control: a second evaluator in the same run has a threshold that no model can reach, and its pusher must
push nothing. It runs TFX 1.16 with TensorFlow 2.16 on Python 3.10; of today's release see tfx_install.py. Does not show
Kubeflow, nor a runner that is distributed. (g++ compiles pyfarmhash, a dependency of TFX without a wheel.)
"""
import csv
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
import tensorflow_model_analysis as tfma
from adrtool_evidence import measure
from google.protobuf import text_format
from tfx import v1 as tfx
from tfx.orchestration import metadata

COMPONENTS = {"CsvExampleGen", "StatisticsGen", "SchemaGen", "ExampleValidator", "Transform", "Trainer", "Evaluator",
              "Pusher"}


def rows(count, seed, wrong=0.0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 2)).astype("float32")
    label = (x.sum(axis=1) > 0) ^ (rng.random(count) < wrong)
    return x, label.astype(int)


def threshold(accuracy):
    return text_format.Parse("""
        model_specs { signature_name: "serving_default" label_key: "label" prediction_key: "outputs" }
        slicing_specs {}
        metrics_specs { metrics {
            class_name: "BinaryAccuracy" threshold { value_threshold { lower_bound { value: %f } } } } }
        """ % accuracy, tfma.EvalConfig())


def pipeline(root):
    parts = tfx.components
    examples = parts.CsvExampleGen(input_base=str(root / "rows"))
    statistics = parts.StatisticsGen(examples=examples.outputs["examples"])
    schema = parts.SchemaGen(statistics=statistics.outputs["statistics"])
    validator = parts.ExampleValidator(
        statistics=statistics.outputs["statistics"], schema=schema.outputs["schema"])
    transform = parts.Transform(
        examples=examples.outputs["examples"], schema=schema.outputs["schema"],
        preprocessing_fn="_tfx_model.preprocessing_fn")
    trainer = parts.Trainer(
        run_fn="_tfx_model.run_fn", examples=transform.outputs["transformed_examples"],
        transform_graph=transform.outputs["transform_graph"], schema=schema.outputs["schema"],
        train_args=tfx.proto.TrainArgs(), eval_args=tfx.proto.EvalArgs())

    def gate(accuracy, name):
        evaluator = parts.Evaluator(
            examples=examples.outputs["examples"], model=trainer.outputs["model"], eval_config=threshold(accuracy))
        pusher = parts.Pusher(
            model=trainer.outputs["model"], model_blessing=evaluator.outputs["blessing"],
            push_destination=tfx.proto.PushDestination(
                filesystem=tfx.proto.PushDestination.Filesystem(base_directory=str(root / name))))
        return [evaluator, pusher]

    impossible = [part.with_id(part.id + ".impossible") for part in gate(1.0, "impossible")]
    return tfx.dsl.Pipeline(
        pipeline_name="evidence", pipeline_root=str(root / "artifacts"),
        components=[examples, statistics, schema, validator, transform, trainer, *gate(0.8, "serving"), *impossible],
        metadata_connection_config=metadata.sqlite_metadata_connection_config(str(root / "metadata.sqlite")))


def completed(root):
    """The names of the components that the metadata store has as completed."""
    with metadata.Metadata(metadata.sqlite_metadata_connection_config(str(root / "metadata.sqlite"))) as handler:
        names = {kind.id: kind.name.rpartition(".")[2] for kind in handler.store.get_execution_types()}
        return {names[run.type_id] for run in handler.store.get_executions() if run.last_known_state == run.COMPLETE}


def pushed(folder):
    return sorted(folder.iterdir()) if folder.is_dir() else []


def accuracy(model, x, label):
    """How often the pushed model is right about raw, serialised rows, as a server would get them."""
    def example(row):
        feature = {name: tf.train.Feature(float_list=tf.train.FloatList(value=[value]))
                   for name, value in zip(("x1", "x2"), row)}
        return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()

    serve = tf.saved_model.load(str(model)).signatures["serving_default"]
    outputs = serve(examples=tf.constant([example(row) for row in x]))["outputs"].numpy().ravel()
    return ((outputs > 0.5) == label).mean()


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "rows").mkdir()
        with open(root / "rows" / "rows.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["x1", "x2", "label"])
            writer.writerows([*x, label] for x, label in zip(*rows(800, seed=0, wrong=0.1)))

        tfx.orchestration.LocalDagRunner().run(pipeline(root))

        assert completed(root) == COMPONENTS, f"completed: {sorted(completed(root))}"
        versions = pushed(root / "serving")
        assert len(versions) == 1, f"one blessed version was to be pushed, there are {len(versions)}"
        measure("accuracy_of_the_pushed_model", accuracy(versions[0], *rows(500, seed=1)), at_least=0.9)
        assert pushed(root / "impossible") == [], "a model under its threshold was pushed"


if __name__ == "__main__":
    main()

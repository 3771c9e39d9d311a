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
"""TFX analyses models slice by slice: a slice that a good average hides is found, and the model is not blessed.

TensorFlow Model Analysis evaluates 2,000 predictions per city; counts and accuracies must equal numpy's. A model that
is right by 95 % everywhere passes the threshold of 80 % in every slice; one that guesses in one small city keeps an
average above 80 % and must fail, in that city alone. Does not show how slices are chosen, nor a distributed runner.
(g++ compiles pyfarmhash, a dependency of TFX without a wheel.)
"""
import tempfile

import numpy as np
import pandas as pd
import tensorflow_model_analysis as tfma
from adrtool_evidence import measure
from google.protobuf import text_format

CONFIG = text_format.Parse("""
    model_specs { label_key: "label" prediction_key: "prediction" }
    slicing_specs {}
    slicing_specs { feature_keys: "city" }
    metrics_specs {
      metrics { class_name: "ExampleCount" }
      metrics {
        class_name: "BinaryAccuracy"
        per_slice_thresholds {
          slicing_specs {}
          slicing_specs { feature_keys: "city" }
          threshold { value_threshold { lower_bound { value: 0.8 } } }
        }
      }
    }""", tfma.EvalConfig())


def predictions(accuracy):
    """2,000 predictions, right as often as `accuracy` says for each city; one in ten is of turin."""
    rng = np.random.default_rng(0)
    city = rng.choice(["oslo", "rome", "turin"], 2000, p=[0.5, 0.4, 0.1])
    label = rng.integers(0, 2, 2000)
    right = rng.random(2000) < pd.Series(city).map(accuracy)
    return pd.DataFrame({"city": city, "label": label.astype("float32"),
                         "prediction": np.where(right, label, 1 - label).astype("float32")})


def analyse(rows):
    """The metrics of each slice, the slices under the threshold, and whether the model is blessed."""
    with tempfile.TemporaryDirectory() as folder:
        result = tfma.analyze_raw_data(rows, CONFIG, output_path=folder)
        verdict = tfma.load_validation_result(folder)
    metrics = {dict(key).get("city", "all"): values[""][""] for key, values in result.slicing_metrics}
    failed = [key.bytes_value.decode() for failure in verdict.metric_validations_per_slice
              for key in failure.slice_key.single_slice_keys]
    return metrics, failed, verdict.validation_ok


def slices(rows):
    return {"all": rows, **dict(list(rows.groupby("city")))}


fair = predictions({"oslo": 0.95, "rome": 0.95, "turin": 0.95})
metrics, failed, blessed = analyse(fair)
assert blessed and failed == [], f"a model that is right everywhere is not blessed: {failed}"

unfair = predictions({"oslo": 0.95, "rome": 0.95, "turin": 0.5})
metrics, failed, blessed = analyse(unfair)
for name, part in slices(unfair).items():
    accuracy = (part["label"] == part["prediction"]).mean()
    measure(f"accuracy_error_{name}", abs(metrics[name]["binary_accuracy"]["doubleValue"] - accuracy), at_most=1e-6)
    assert metrics[name]["example_count"]["doubleValue"] == len(part), f"{name} has {len(part)} rows"
measure("average_that_hides_it", metrics["all"]["binary_accuracy"]["doubleValue"], at_least=0.8)
assert failed == ["turin"], f"the seeded bad slice is turin, found was {failed}"
assert not blessed, "a model that guesses in turin is blessed"

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
"""TFX validates data: faults seeded in serving data are found, each by name, and clean data raises no alarm.

TensorFlow Data Validation learns a schema from 2,000 training rows and judges three samples by it: one of the same
source, one with three broken columns, and one whose values are all legal but whose mix has moved (training/serving
skew). The right column must be blamed for the right reason. Does not show how it does on the columns of a real
product, nor at a size that needs a cluster. (g++ compiles pyfarmhash, a dependency of TFX without a wheel.)
"""
import numpy as np
import pandas as pd
import tensorflow_data_validation as tfdv
from adrtool_evidence import measure
from tensorflow_metadata.proto.v0 import anomalies_pb2


def trips(seed, rome=0.5):
    """2,000 rows of one source, of which the share `rome` is of that city."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "miles": rng.gamma(2.0, 2.0, 2000),
        "passengers": rng.integers(1, 5, 2000),
        "city": rng.choice(["oslo", "rome"], 2000, p=[1 - rome, rome]),
    })


def kinds(anomalies):
    """The blamed columns, each with the kinds of anomaly seen in it."""
    name = anomalies_pb2.AnomalyInfo.Type.Name
    return {column: {name(reason.type) for reason in info.reason} for column, info in anomalies.anomaly_info.items()}


def blamed(rows):
    return kinds(tfdv.validate_statistics(tfdv.generate_statistics_from_dataframe(rows), schema))


def skewed(rows):
    return kinds(tfdv.validate_statistics(
        statistics, schema, serving_statistics=tfdv.generate_statistics_from_dataframe(rows)))


training = trips(seed=0)
statistics = tfdv.generate_statistics_from_dataframe(training)
means = {f.path.step[0]: f.num_stats.mean for f in statistics.datasets[0].features}
measure("mean_error", abs(means["miles"] - training["miles"].mean()), at_most=1e-5, unit="miles")

schema = tfdv.infer_schema(statistics)
assert blamed(trips(seed=1)) == {}, f"clean data is blamed: {blamed(trips(seed=1))}"

broken = trips(seed=2).drop(columns="miles")
broken["passengers"] = broken["passengers"].astype(float)
broken.loc[::10, "city"] = "paris"
assert blamed(broken) == {
    "miles": {"SCHEMA_MISSING_COLUMN"},
    "passengers": {"UNEXPECTED_DATA_TYPE"},
    "city": {"ENUM_TYPE_UNEXPECTED_STRING_VALUES"},
}, f"of three seeded faults these were found: {blamed(broken)}"

# The schema alone cannot see a shifted mix; the comparator of training and serving statistics must.
shifted = trips(seed=3, rome=0.9)
assert blamed(shifted) == {}, f"legal values are blamed: {blamed(shifted)}"
tfdv.get_feature(schema, "city").skew_comparator.infinity_norm.threshold = 0.1
assert skewed(trips(seed=1)) == {}, f"the same source is called skewed: {skewed(trips(seed=1))}"
assert skewed(shifted) == {"city": {"COMPARATOR_L_INFTY_HIGH"}}, f"the seeded skew was seen as {skewed(shifted)}"

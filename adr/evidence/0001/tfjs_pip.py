# /// script
# requires-python = "==3.11.*"
# dependencies = ["pip", "tensorflowjs"]
#
# [tool.adrtool]
# constraints = "constraints/tfjs_pip.txt"
# timeout = "10m"
# network = true
# tags = ["heavy"]
# ///
"""The TensorFlow.js converter works as pip installs it.

The environment is pip's own answer to `pip install tensorflowjs`, written down in constraints/tfjs_pip.txt. In it a
fresh interpreter converts a model of one operation. The control: TensorFlow itself must import first, else it is not
the converter that is at fault. Where an index answers, pip is asked again: if its answer has moved, this evidence is
out of date, which is an error and no verdict.
Seen 2026-11-23: tensorflowjs 4.22.0 holds TensorFlow at 2.19 and so protobuf at 5, ydf 0.16 wants protobuf 6, and
tensorflow-hub 0.16 imports pkg_resources, which setuptools 84 no longer has. Pins mend it: ydf<0.13, setuptools<81.
"""
import json
import subprocess
import sys
import tempfile
from importlib.metadata import version

CULPRITS = ("tensorflowjs", "tensorflow", "tensorflow_decision_forests", "ydf", "protobuf", "tensorflow-hub",
            "setuptools")
CONVERT = """
import tensorflow as tf
print("TensorFlow imports", flush=True)
import tensorflowjs
model = tf.Module()
model.double = tf.function(lambda x: {"y": 2 * x}, input_signature=[tf.TensorSpec([None], tf.float32, name="x")])
tf.saved_model.save(model, "saved", signatures={"serving_default": model.double})
tensorflowjs.converters.convert_tf_saved_model("saved", "converted")
assert tf.io.gfile.exists("converted/model.json")
"""


def moved():
    """What pip answers today for CULPRITS, where that is not what is installed here; empty where no index answers."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-",
               "tensorflowjs"]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode:
        print("pip is not asked again:", ended.stderr.strip()[-200:])
        return {}
    answer = {item["metadata"]["name"]: item["metadata"]["version"] for item in json.loads(ended.stdout)["install"]}
    return {name: answer.get(name) for name in CULPRITS if answer.get(name) != version(name)}


if answer := moved():
    raise RuntimeError(f"pip's answer has moved, write it down in constraints/tfjs_pip.txt: {answer}")

with tempfile.TemporaryDirectory() as folder:
    ended = subprocess.run([sys.executable, "-c", CONVERT], cwd=folder, stdin=subprocess.DEVNULL,
                           capture_output=True, text=True)
last = ended.stderr.strip().rpartition("\n")[2]
if "TensorFlow imports" not in ended.stdout:
    raise RuntimeError("TensorFlow itself does not import: " + last)
assert ended.returncode == 0, "the converter that pip installs does not run: " + last

"""What the TensorFlow.js scripts share: a small classifier, its conversion, and the npm packages that run it."""
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
from adrtool_evidence import skip

HERE = Path(__file__).parent
IMAGES = np.random.default_rng(0).random((16, 28, 28, 1), dtype="float32")
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "ETIMEDOUT")


def classifier(keras, seed):
    """A convolutional network for IMAGES, of Keras 3 or of its predecessor tf_keras, on the CPU."""
    import tensorflow as tf

    tf.config.set_visible_devices([], "GPU")  # parity is about the conversion, not an accelerator's rounding
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input((28, 28, 1), name="image"),
        keras.layers.Conv2D(8, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ])


def convert(model, folder):
    """Export a Keras 3 model and convert it to a TensorFlow.js graph model in `folder`/model."""
    from tensorflowjs.converters import convert_tf_saved_model

    model.export(str(folder / "exported"), verbose=False)
    convert_tf_saved_model(str(folder / "exported"), str(folder / "model"))


def write_images(folder):
    (folder / "images.json").write_text(json.dumps({"shape": IMAGES.shape, "values": IMAGES.ravel().tolist()}))


def install(folder):
    """The node_modules of constraints/tfjs, put below `folder`; skips where no npm registry answers."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "constraints" / "tfjs" / name, folder)
    npm = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                         stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if npm.returncode and any(code in npm.stderr for code in UNREACHABLE):
        skip("no npm registry answers: " + npm.stderr.strip().splitlines()[0])
    if npm.returncode:
        raise RuntimeError("npm ci: " + npm.stderr.strip()[-500:])
    return folder / "node_modules"


def predict_in_node(kind, model, folder):
    """What node says of IMAGES with the "graph" or "layers" model in the folder `model`: {"outputs"} or {"error"}.

    A layers model is trained, too: {"losses"} before and after a step, and how far each weight has {"moved"} at most.
    """
    write_images(folder)
    subprocess.run(["node", HERE / "_tfjs_predict.cjs", kind, model, folder / "images.json", folder / "answer.json"],
                   stdin=subprocess.DEVNULL, check=True)
    return json.loads((folder / "answer.json").read_text())

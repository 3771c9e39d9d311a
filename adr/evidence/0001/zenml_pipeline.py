# /// script
# requires-python = ">=3.11"
# dependencies = ["jax", "tensorflow", "torch-model-archiver", "torch==2.13.0", "torchserve", "zenml[local]"]
#
# [tool.adrtool]
# constraints = "constraints/mlops.txt"
# timeout = "5m"
# ///
"""One ZenML pipeline trains models of TensorFlow, PyTorch and JAX, stores them and reads them back, offline.

Three steps fit the same line to the same data, one with each framework; a fourth gets the models as ZenML
stored and reloaded them, and scores them on data of its own. Each must find the line, and the control, a
PyTorch model that was stored untrained, must not. It runs on ZenML's local stack alone, in a temporary folder.
Not shown: remote stacks, or that ZenML treats the three alike (see zenml_equal.py).
"""

import os
import tempfile
from typing import Annotated

import jax
import jax.numpy as jnp
import keras
import numpy as np
import torch
from adrtool_evidence import measure
from zenml import pipeline, step

SLOPES = np.array([1.0, -2.0, 3.0, 0.5], "float32")


def line(seed):
    """400 points [400, 4] and their values [400, 1]."""
    x = np.random.default_rng(seed).normal(size=(400, 4)).astype("float32")
    return x, (x @ SLOPES)[:, None]


@step
def tensorflow_model() -> Annotated[keras.Model, "model"]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(*line(seed=0), epochs=5, verbose=0)
    return model


@step
def torch_model(rounds: int) -> Annotated[torch.nn.Module, "model"]:
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 1)
    x, y = map(torch.tensor, line(seed=0))
    for _ in range(rounds):
        slopes = torch.autograd.grad(((model(x) - y) ** 2).mean(), list(model.parameters()))
        with torch.no_grad():
            for value, slope in zip(model.parameters(), slopes, strict=True):
                value -= 0.1 * slope
    return model


@step
def jax_model() -> Annotated[dict, "model"]:
    x, y = line(seed=0)
    slope = jax.jit(jax.grad(lambda model: jnp.mean((x @ model["w"] + model["b"] - y) ** 2)))
    model = {"w": jnp.zeros((4, 1)), "b": jnp.zeros(1)}
    for _ in range(100):
        model = jax.tree.map(lambda value, change: value - 0.1 * change, model, slope(model))
    return model


@step
def score(
    of_tensorflow: keras.Model, of_torch: torch.nn.Module, of_jax: dict, untrained: torch.nn.Module
) -> Annotated[dict, "errors"]:
    """The mean squared error of each model on points that none of them has seen."""
    x, y = line(seed=1)
    with torch.no_grad():
        answers = {
            "tensorflow": of_tensorflow.predict(x, verbose=0),
            "torch": of_torch(torch.tensor(x)).numpy(),
            "jax": x @ np.asarray(of_jax["w"]) + np.asarray(of_jax["b"]),
            "untrained": untrained(torch.tensor(x)).numpy(),
        }
    return {name: float(np.mean((answer - y) ** 2)) for name, answer in answers.items()}


@pipeline(enable_cache=False)
def three_frameworks():
    score(tensorflow_model(), torch_model(rounds=100), jax_model(), torch_model(rounds=0, id="untrained"))


with tempfile.TemporaryDirectory() as folder:
    os.environ |= {"ZENML_CONFIG_PATH": folder, "ZENML_ANALYTICS_OPT_IN": "false"}
    errors = three_frameworks().steps["score"].output.load()
for framework in ("tensorflow", "torch", "jax"):
    measure(f"{framework}_mse", errors[framework], at_most=1e-4)
if measure("untrained_mse", errors["untrained"]) < 0.1:
    raise RuntimeError("an untrained model is as good: the error shows nothing")

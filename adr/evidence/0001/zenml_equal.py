# /// script
# requires-python = ">=3.11"
# dependencies = ["jax", "tensorflow", "torch-model-archiver", "torch==2.13.0", "torchserve", "zenml[local]"]
#
# [tool.adrtool]
# constraints = "constraints/mlops.txt"
# timeout = "5m"
# ///
"""ZenML stores the models of TensorFlow, PyTorch and JAX by a way of their own, none of them as a mere pickle.

Asked is the registry that a pipeline's steps ask: which materializer would store a Keras model, a PyTorch
module, a JAX array? JAX has no class of models: they are trees of arrays. A dict, list or tuple of arrays gets
ZenML's own materializer for containers, which stores each array in a file of its own by the array's materializer
(zenml 0.98.0, tried 2026-11-25). So the array decides: where it is pickled, so is every leaf of the model.
ZenML's own name for the pickle is its fallback, "not production ready" by its own words.
A class that no framework knows is the control: it must get that fallback. Where a framework gets it too, the
message says what ZenML's integration asks for that cannot be met beside the framework's release of today.
"""

import os
import tempfile

from adrtool_evidence import measure


def models():
    """One model of each framework, by the name of ZenML's integration for it."""
    import jax.numpy as jnp
    import keras
    import torch

    return {
        "tensorflow": keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]),
        "pytorch": torch.nn.Linear(4, 1),
        "jax": jnp.zeros((4, 1)),  # a leaf of the model
    }


def look_up():
    """The names of integrations whose models are stored by the fallback, with what each integration asks for."""
    from zenml.integrations.registry import integration_registry
    from zenml.materializers.cloudpickle_materializer import CloudpickleMaterializer
    from zenml.materializers.materializer_registry import materializer_registry

    class Unknown:
        """No framework's."""

    integration_registry.activate_integrations()
    if materializer_registry[Unknown] is not CloudpickleMaterializer:
        raise RuntimeError("the fallback is another one now: look again")
    return {
        name: ", ".join(integration_registry.integrations[name].get_requirements())
        for name, model in models().items()
        if materializer_registry[type(model)] is CloudpickleMaterializer
    }


with tempfile.TemporaryDirectory() as folder:
    os.environ |= {"ZENML_CONFIG_PATH": folder, "ZENML_ANALYTICS_OPT_IN": "false"}
    pickled = look_up()
measure("models_with_a_way_of_their_own", 3 - len(pickled))
assert not pickled, "ZenML falls back to a pickle for " + " and ".join(
    f"{name} (its integration asks for {needs})" for name, needs in pickled.items()
)

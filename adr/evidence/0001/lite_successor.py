# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""LiteRT, TensorFlow Lite's successor, answers a converted model like the original, and needs far less disk.

Parity: the same converted file, run by `ai_edge_litert`, against the Keras model, to 1e-5; the control is
another model's file, which must be told apart. Footprint: the installed files of LiteRT and all it
requires against those of TensorFlow and all it requires, counted by one rule from the packages' own
lists. TensorFlow is the wheel that `pip install tensorflow` brings: on Linux x86-64 it is built for CUDA,
and larger than one built for the CPU alone. The control: tf-keras, which requires TensorFlow, must count it
in, and LiteRT must not. That LiteRT runs where no TensorFlow is installed is shown by
lite_successor_alone.py. Runs on this machine's CPU, not on a phone.
"""

import re
from importlib.metadata import Distribution, distribution

import numpy as np
from adrtool_evidence import measure
from ai_edge_litert.interpreter import Interpreter
from packaging.requirements import Requirement

import _small_models as small

UNSEEN, _ = small.blobs(500, seed=1)


def test_parity() -> None:
    model = small.classifier(seed=0)
    expected = model.predict(UNSEEN, verbose=0)
    another = small.answers(Interpreter(model_content=small.converted(small.classifier(seed=1))), UNSEEN)
    ours = small.answers(Interpreter(model_content=small.converted(model)), UNSEEN)
    if measure("another_model_differs", np.abs(another - expected).max()) < 1e-2:
        raise RuntimeError("another model answers the same: these rows tell no models apart")
    measure("max_abs_diff", np.abs(ours - expected).max(), at_most=1e-5)


def with_requirements(name: str, known: dict[str, Distribution] | None = None) -> dict[str, Distribution]:
    """A package and all that it requires here, by name; extras that nobody asked for are left out."""
    known = {} if known is None else known
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key not in known:
        known[key] = distribution(name)
        for line in known[key].requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                with_requirements(requirement.name, known)
    return known


def megabytes(name: str) -> float:
    """Installed size of a package with all it requires."""
    files = [file for each in with_requirements(name).values() for file in each.files or ()]
    return sum(path.stat().st_size for file in files if (path := file.locate()).is_file()) / 1e6


def test_footprint() -> None:
    if "tensorflow" not in with_requirements("tf-keras"):
        raise RuntimeError("requirements are not followed: tf-keras counts without TensorFlow")
    assert "tensorflow" not in with_requirements("ai-edge-litert"), "LiteRT requires TensorFlow"
    litert, tensorflow = megabytes("ai-edge-litert"), megabytes("tensorflow")
    measure("litert_installed", litert, unit="MB")
    measure("tensorflow_installed", tensorflow, unit="MB")
    measure("litert_to_tensorflow", litert / tensorflow, at_most=0.2)

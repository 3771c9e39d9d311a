# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""A larger share of the public interface of TensorFlow with Keras carries documentation than of PyTorch's.

One rule for both. Public modules are those reached from the root without a leading underscore, inside
the tree that the library itself calls public; in each, the classes and functions of `__all__` or, without
one, of every name that has no leading underscore, unless they live in a private module (PyTorch's own
definition). An object counts once. It is documented when its own docstring, not an inherited one, has
twenty characters or more and does not begin with TODO, as those of 178 generated operations of TensorFlow
2.21.0 do. `compat` and `testing` are left out.
It does not show that documentation is good, nor that everyday parts of PyTorch lack it: torch.nn,
torch.linalg and torch.optim stand at 97 % and more (2026-11-23); what PyTorch leaves bare is mostly
low-level operations, in-place twins and C++ types that it declares public. Tutorials, courses and
answered questions, most of what "resources" means, cannot be counted offline.
"""

import types
import warnings
from collections.abc import Iterator

import tensorflow as tf
import torch
from adrtool_evidence import measure

ENOUGH = 20  # characters: one short sentence
LEFT_OUT = {"compat", "testing"}


def children(module: types.ModuleType, names: list[str]) -> Iterator[object]:
    """The values behind public names; a name that is declared but cannot be had is no interface."""
    for name in names:
        if not name.startswith("_") and name not in LEFT_OUT:
            try:
                yield getattr(module, name)
            except Exception:
                continue


def public_modules(root: types.ModuleType, trees: tuple[str, ...]) -> list[types.ModuleType]:
    found, unseen = {id(root): root}, [root]
    while unseen:
        module = unseen.pop()
        for child in children(module, dir(module)):
            inside = isinstance(child, types.ModuleType) and f"{child.__name__}.".startswith(trees)
            if inside and id(child) not in found:
                found[id(child)] = child
                unseen.append(child)
    return list(found.values())


def interface(root: types.ModuleType, trees: tuple[str, ...]) -> list[object]:
    """The public classes and functions, each once."""
    owners = {tree.split(".")[0] for tree in trees}
    found = {}
    for module in public_modules(root, trees):
        declared = getattr(module, "__all__", None)
        names = declared if isinstance(declared, list | tuple) else dir(module)
        for value in children(module, list(names)):
            # functions bound from C name no module or a private one: they are public where they are found
            owner, *path = (getattr(value, "__module__", None) or root.__name__).split(".")
            private = any(part.startswith("_") for part in path) and not isinstance(value, types.BuiltinFunctionType)
            if owner in owners and not private and callable(value) and not isinstance(value, types.ModuleType):
                found[id(value)] = value
    return list(found.values())


def documented(values: list[object]) -> float:
    """The share of them with a docstring of their own."""
    return sum(is_documentation(value.__doc__) for value in values) / len(values)


def is_documentation(text: object) -> bool:
    return isinstance(text, str) and len(text.strip()) >= ENOUGH and not text.lstrip().upper().startswith("TODO")


def sample() -> types.ModuleType:
    """A library of three public functions, one documented, with decoys that the rule must not count."""
    module = types.ModuleType("sample")
    source = (
        "import tokenize\nfrom ast import parse\n"
        "def told():\n    'It says what it is for.'\nalias = told\n"
        "def untold(): ...\ndef _hidden(): ...\n"
        "def promised(x):\n    'TODO: add doc.\\n\\nArgs:\\n  x: A `Tensor`.'\n"
    )
    exec(source, vars(module))
    return module


seeded = interface(sample(), ("sample.",))
if (len(seeded), documented(seeded)) != (3, 1 / 3):
    raise RuntimeError(f"the rule miscounts a library whose answer is known: {seeded}")

warnings.simplefilter("ignore")  # deprecated names warn when they are looked at
tensorflows, torchs = interface(tf, ("tensorflow._api.v2.", "keras.")), interface(torch, ("torch.",))
for value in (tf.linalg.svd, tf.keras.Model, torch.linalg.svd, torch.nn.Module):
    if not any(value is each for each in (*tensorflows, *torchs)):
        raise RuntimeError(f"the rule does not reach {value}, which is public")
measure("tensorflow_and_keras_public", len(tensorflows))
measure("torch_public", len(torchs))
tf_share, torch_share = documented(tensorflows), documented(torchs)
measure("torch_documented", torch_share)
measure("tensorflow_and_keras_documented", tf_share)
measure("lead_over_torch", tf_share - torch_share, at_least=0.1)

# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""TorchScript still compiles a model with a branch, saves it and answers the same after reloading.

Whether it is still a way to production that PyTorch stands behind is a claim of its own: it fails as soon as
scripting or loading warns that a part of torch.jit is deprecated. PyTorch's documentation says so since July 2025:
"TorchScript is deprecated, please use torch.export instead" (docs.pytorch.org, pages jit*, read 2026-11-23).
Not shown: loading from C++, which was TorchScript's reason to be.
"""

import tempfile
import warnings
from pathlib import Path

import torch
from adrtool_evidence import measure


class Gate(torch.nn.Module):
    """Linear, then doubled or halved by the sign of its sum: a trace would keep one branch only."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(8, 4, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.linear(x)
        if bool(y.sum() > 0):
            return y * 2
        return y / 2


def script_and_reload(model):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "gate.pt")
        torch.jit.script(model).save(path)
        return torch.jit.load(path)


def test_scripts_and_reloads():
    torch.manual_seed(0)
    model, x = Gate().eval(), torch.randn(64, 8)
    both = (x, -x)  # without a bias they have opposite signs: each branch is taken once
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        reloaded = script_and_reload(model)
        frozen = torch.jit.trace(model, x)
    measure("reloaded_max_diff", max(float((reloaded(b) - model(b)).abs().max()) for b in both), at_most=1e-6)
    one_branch = max(float((frozen(b) - model(b)).abs().max()) for b in both)
    measure("one_branch_max_diff", one_branch)
    if one_branch < 0.1:
        raise RuntimeError("a trace, which keeps one branch, answers right as well: these inputs show no branch")


def test_is_supported():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        script_and_reload(Gate())
    messages = {str(w.message) for w in caught if issubclass(w.category, (DeprecationWarning, FutureWarning))}
    deprecated = sorted(message for message in messages if "torch.jit" in message)  # not NumPy's, nor Python's own
    assert not deprecated, f"PyTorch {torch.__version__} deprecates TorchScript: {' | '.join(deprecated)}"

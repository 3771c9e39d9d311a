# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""torch.export, which follows TorchScript, saves a model and answers the same after reloading.

The reloaded program must take a batch it was not exported with, and must not hold the model's Python class:
it is loaded in a process that has never seen it. The control perturbs one weight and must be told apart.
Not shown: running without Python (AOTInductor) or on a device (see executorch_runtime.py).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from adrtool_evidence import measure

RELOAD = """
import sys, torch
program, x, y = sys.argv[1:]
torch.save(torch.export.load(program).module()(torch.load(x)), y)
"""


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))

    def forward(self, x):
        return self.stack(x)


def reloaded_answer(model, x, folder):
    """Export `model` with a batch of 2, any batch allowed; load it in another process and ask it about `x`."""
    program, question, answer = (str(Path(folder, name)) for name in ("net.pt2", "x.pt", "y.pt"))
    batch = torch.export.Dim("batch", max=1024)
    torch.export.save(torch.export.export(model, (x[:2],), dynamic_shapes=({0: batch},)), program)
    torch.save(x, question)
    subprocess.run([sys.executable, "-c", RELOAD, program, question, answer], check=True, stdin=subprocess.DEVNULL)
    return torch.load(answer)


torch.manual_seed(0)
net, x = Net().eval(), torch.randn(64, 8)
with tempfile.TemporaryDirectory() as folder, torch.no_grad():
    answer = reloaded_answer(net, x, folder)
    measure("reloaded_max_diff", float((answer - net(x)).abs().max()), at_most=1e-6)
    net.stack[0].weight[0] += 0.1
    if measure("perturbed_max_diff", float((answer - net(x)).abs().max())) < 1e-3:
        raise RuntimeError("other weights answer alike: that the answers agree shows nothing")

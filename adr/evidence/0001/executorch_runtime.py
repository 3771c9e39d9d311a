# /// script
# requires-python = ">=3.11"
# dependencies = ["executorch", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/executorch.txt"
# timeout = "5m"
# tags = ["heavy"]
# ///
"""An exported PyTorch model runs in ExecuTorch, the runtime for phones and boards, and answers the same.

torch.export's program is lowered to a .pte file of a few kilobytes, which ExecuTorch's own runtime loads and
executes here, on the CPU, through its Python binding; the answer is the eager model's. The control lowers the
model with one weight nudged, and must be told apart. Not shown: a real device, a delegate, or speed.
"""

import torch
from adrtool_evidence import measure
from executorch.exir import to_edge_transform_and_lower
from executorch.runtime import Runtime


def lower(model, x):
    """The bytes of the model as an ExecuTorch program."""
    return to_edge_transform_and_lower(torch.export.export(model, (x,))).to_executorch().buffer


def execute(program, x):
    return Runtime.get().load_program(program).load_method("forward").execute([x])[0].clone()


torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)).eval()
x = torch.randn(4, 8)
with torch.no_grad():
    expected = model(x)
    program = lower(model, x)
    measure("max_abs_diff", float((execute(program, x) - expected).abs().max()), at_most=1e-5)
    measure("program_size", len(program) / 1024, unit="KiB")
    model[0].weight[0] += 0.5
    if measure("nudged_max_abs_diff", float((execute(lower(model, x), x) - expected).abs().max())) < 1e-3:
        raise RuntimeError("a nudged weight makes no difference: that the answers agree shows nothing")

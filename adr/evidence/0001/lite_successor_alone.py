# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# ///
"""LiteRT runs a model where no TensorFlow is installed.

The environment of this script holds LiteRT and what it requires, nothing else. A dense layer is written
as a .tflite file with LiteRT's own schema, for no converter is here, and run; NumPy says what it must
answer, and another set of weights must be told apart. What it takes is measured and not bounded, for it
is another claim (lite_successor.py); TensorFlow 2.21.0 took 2,056 MB installed and 537 MB of memory after
its import, on Linux x86-64, 2026-11-23. Phones run other builds, not measured here.
"""

import importlib.util
import re
import resource
import sys
import sysconfig
from pathlib import Path

import flatbuffers
import numpy as np
from adrtool_evidence import measure
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter


def dense_layer(weights: np.ndarray, bias: np.ndarray) -> bytes:
    """A .tflite model of one operation: row @ weights + bias."""
    inputs, outputs = weights.shape
    constants = [schema.BufferT(data=np.frombuffer(each.astype("<f4").tobytes(), "u1")) for each in (weights.T, bias)]
    graph = schema.SubGraphT(
        # row, weights, bias, answer, each with the number of its buffer; 0 is the empty one
        tensors=[tensor(1, inputs), tensor(outputs, inputs, buffer=1), tensor(outputs, buffer=2), tensor(1, outputs)],
        inputs=[0],
        outputs=[3],
        operators=[
            schema.OperatorT(
                inputs=[0, 1, 2],
                outputs=[3],
                builtinOptionsType=schema.BuiltinOptions.FullyConnectedOptions,
                builtinOptions=schema.FullyConnectedOptionsT(),
            )
        ],
    )
    dense = schema.BuiltinOperator.FULLY_CONNECTED
    code = schema.OperatorCodeT(deprecatedBuiltinCode=dense, builtinCode=dense)
    model = schema.ModelT(version=3, operatorCodes=[code], subgraphs=[graph], buffers=[schema.BufferT(), *constants])
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def tensor(*shape: int, buffer: int = 0) -> schema.TensorT:
    return schema.TensorT(shape=list(shape), type=schema.TensorType.FLOAT32, buffer=buffer)


def run(model: bytes, row: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], row)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def installed_megabytes() -> float:
    """All files of all packages in this environment; bytecode, which comes with use, is left out."""
    site = Path(sysconfig.get_path("purelib"))
    return sum(file.stat().st_size for file in site.rglob("*") if file.is_file() and file.suffix != ".pyc") / 1e6


def peak_megabytes() -> float:
    """The most memory that this script held."""
    status = Path("/proc/self/status")
    if status.exists() and (high := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(high[1]) * 1024 / 1e6  # getrusage of Linux also knows what the caller held before it became Python
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


if importlib.util.find_spec("tensorflow") is not None:
    raise RuntimeError("TensorFlow is installed here: this environment shows nothing")
rng = np.random.default_rng(0)
weights, bias = rng.normal(size=(6, 3)), rng.normal(size=3)
row = rng.normal(size=(1, 6)).astype("float32")
expected = row @ weights + bias
if measure("other_weights_differ", np.abs(run(dense_layer(-weights, bias), row) - expected).max()) < 1e-2:
    raise RuntimeError("other weights answer the same: this row tells no models apart")
measure("max_abs_diff_to_numpy", np.abs(run(dense_layer(weights, bias), row) - expected).max(), at_most=1e-5)
measure("installed", installed_megabytes(), unit="MB")
measure("peak_memory", peak_megabytes(), unit="MB")

# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""A layer's gradient, placed on a GPU or TPU, is really computed there, and is what the CPU computes.

The trap is soft placement: TensorFlow takes `tf.device("/GPU:0")` on a machine that has none, says nothing and
computes on the CPU. So the device is read from the result, never from the request. The control falls into the trap on
purpose, on every machine: work on text, which no accelerator has a kernel for, must be told as done by the CPU.
A TPU counts where TensorFlow lists it without being connected to a cluster first. It shows where the work is done, not
how much faster: no ratio would hold from one accelerator to the next.
"""

import shutil
import subprocess

import numpy as np
import tensorflow as tf
from adrtool_evidence import measure, skip


def device_of(tensor: tf.Tensor) -> tuple[str, int]:
    """Type and number of the device that holds a result, such as ("GPU", 0)."""
    spec = tf.DeviceSpec.from_string(tensor.device)
    return spec.device_type, spec.device_index


def gradient_on(device: str) -> tf.Tensor:
    """The gradient of a small dense layer, asked for on a device."""
    with tf.device(device):
        x = tf.random.stateless_normal((256, 256), seed=(0, 0))
        weights = tf.random.stateless_normal((256, 256), seed=(0, 1)) / 16.0
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = tf.reduce_mean(tf.tanh(x @ weights) ** 2)
        return tape.gradient(loss, weights)


def what_was_found() -> str:
    """The probe's own words: TensorFlow's devices, its build, and what the driver's tool says."""
    tool = shutil.which("nvidia-smi")
    driver = (
        subprocess.run([tool, "-L"], capture_output=True, text=True, check=False).stdout.strip()
        if tool
        else "not installed"
    )
    devices = [device.name for device in tf.config.list_physical_devices()]
    return f"devices {devices}, built with CUDA: {tf.test.is_built_with_cuda()}, nvidia-smi: {driver or 'no device'}"


tf.config.experimental.enable_tensor_float_32_execution(False)  # else a GPU rounds products to 10 bits
tf.config.set_soft_device_placement(True)  # the default, and the trap
accelerators = tf.config.list_physical_devices("GPU") + tf.config.list_physical_devices("TPU")
kind = accelerators[0].device_type if accelerators else "GPU"
with tf.device(f"/{kind}:0"):
    text = tf.strings.join(["soft", "placement"])
if device_of(text) != ("CPU", 0):
    raise RuntimeError(f"text on {text.device}: the device of a result is not where it was computed")
if not accelerators:
    skip(f"no GPU or TPU here: {what_was_found()}")

accelerated = gradient_on(f"/{kind}:0")
assert device_of(accelerated) == (kind, 0), f"asked for {kind}:0, ran on {accelerated.device}"
on_cpu = gradient_on("/CPU:0").numpy()
rounding = 1e-3 if kind == "GPU" else 2e-2  # a TPU multiplies in bfloat16, of 8 bits
measure("relative_diff_to_cpu", np.abs(accelerated.numpy() - on_cpu).max() / np.abs(on_cpu).max(), at_most=rounding)

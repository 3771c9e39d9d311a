# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""A model's step, placed on a GPU or TPU, really runs there, and answers as the CPU does.

The trap is soft placement: TensorFlow takes `tf.device("/GPU:0")` on a machine that has none, says nothing and
computes on the CPU. So the device is read from the result, never from the request. The control, run
everywhere, asks for a device that no machine has: its result must be told apart from an accelerated one.
It shows where the work is done, not how much faster: no ratio would hold from one accelerator to the next.
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
nowhere = ("GPU", 99)
assert device_of(gradient_on("/GPU:99")) != nowhere, "a device that does not exist was believed"
if not accelerators:
    skip(f"no GPU or TPU here: {what_was_found()}")

kind, number = accelerators[0].device_type, 0
accelerated = gradient_on(f"/{kind}:{number}")
assert device_of(accelerated) == (kind, number), f"asked for {kind}:{number}, ran on {accelerated.device}"
on_cpu = gradient_on("/CPU:0").numpy()
measure("relative_diff_to_cpu", np.abs(accelerated.numpy() - on_cpu).max() / np.abs(on_cpu).max(), at_most=1e-3)

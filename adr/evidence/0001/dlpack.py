# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""TensorFlow trades tensors with PyTorch and JAX through DLPack without copying, both ways.

Shared memory is shown by the address, and by a write: PyTorch's tensors may be written to, so what PyTorch
changes must show on TensorFlow's side. (TensorFlow's and JAX's are immutable by contract; only read there.)
The control goes through a NumPy copy, and must be told apart by both signs.
Shown on the CPU, accelerators hidden, and for one dtype; bool, string and ragged tensors are out of DLPack's reach.
"""

import jax
import jax.numpy as jnp
import numpy as np
import tensorflow as tf
import torch

tf.config.set_visible_devices([], "GPU")
jax.config.update("jax_platforms", "cpu")

VALUES = np.arange(12, dtype="float32").reshape(3, 4)


def from_tensorflow(tensor):
    return tf.experimental.dlpack.to_dlpack(tensor)


def address(tensor):
    """Where a tensor of TensorFlow, PyTorch or JAX keeps its numbers."""
    match tensor:
        case tf.Tensor():
            return torch.utils.dlpack.from_dlpack(from_tensorflow(tensor)).data_ptr()
        case torch.Tensor():
            return tensor.data_ptr()
        case jax.Array():
            return tensor.unsafe_buffer_pointer()


def same_memory(one, other):
    assert np.array_equal(np.asarray(one), np.asarray(other)), "the values changed on the way"
    return address(one) == address(other)


def test_tensorflow_and_pytorch():
    source = torch.tensor(VALUES)
    received = tf.experimental.dlpack.from_dlpack(torch.utils.dlpack.to_dlpack(source))
    copied = tf.constant(source.numpy().copy())
    assert same_memory(source, received), "PyTorch to TensorFlow copies"
    if same_memory(source, copied):
        raise RuntimeError("a copy was taken for shared memory: the addresses prove nothing")
    source[0, 0] = 42.0
    assert float(received[0, 0]) == 42.0, "a write in PyTorch does not show in TensorFlow"
    if float(copied[0, 0]) != 0.0:
        raise RuntimeError("a write shows in a copy, too: it proves nothing")

    source = tf.constant(VALUES)
    assert same_memory(source, torch.utils.dlpack.from_dlpack(from_tensorflow(source))), "TensorFlow to PyTorch copies"


def test_tensorflow_and_jax():
    source = jnp.asarray(VALUES)
    assert same_memory(source, tf.experimental.dlpack.from_dlpack(source.__dlpack__())), "JAX to TensorFlow copies"
    source = tf.constant(VALUES)
    assert same_memory(source, jnp.from_dlpack(source)), "TensorFlow to JAX copies"
    if same_memory(source, jnp.array(source.numpy())):
        raise RuntimeError("a copy was taken for shared memory: the addresses prove nothing")

# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""A step is lowered for accelerators that this machine does not have.

JAX: an eigenvalue step is exported for cuda and for tpu, each with that platform's own solver in it.
TensorFlow: a training step (loss, gradient, new weights) becomes HLO for a GPU, with the products of both ways in it.
For a TPU the ordinary wheel has no kernels: that claim fails with the compiler's words, here and on any machine.
Lowering shows that the path exists and the operations are known there; nothing is optimised or runs, and nothing is
said of speed. The weights are an argument: without a device TensorFlow lowers no variables.
The traps: JAX exports operations that are the same everywhere for any platform, invented ones too, and so the function
here needs a rule for each platform. And what a GPU cannot do must be refused as the GPU's own compiler refuses it.
"""

import re
from collections.abc import Callable

import jax
import jax.numpy as jnp
import pytest
import tensorflow as tf
from adrtool_evidence import measure
from jax import export


def require_refusal(run: Callable[[], object], kind: type[Exception], words: str) -> None:
    """The control: `run` has to be refused in such words, a pattern, or what is lowered shows nothing."""
    try:
        run()
    except kind as refusal:
        if not re.search(words, str(refusal)):
            raise
    else:
        raise RuntimeError(f"what cannot be done is not refused: {words}")


def eigenvalues(x: jax.Array) -> jax.Array:
    return jnp.tanh(jnp.linalg.eigh(x @ x.T)[0]).sum()


def exported(platform: str) -> export.Exported:
    return export.export(jax.jit(eigenvalues), platforms=[platform])(jax.ShapeDtypeStruct((4, 4), "float32"))


@pytest.mark.parametrize(("platform", "solver"), [("cuda", "cusolver"), ("tpu", "Eigh")])
def test_jax(platform: str, solver: str) -> None:
    require_refusal(lambda: exported("abacus"), NotImplementedError, "abacus")
    program = exported(platform)
    assert program.platforms == (platform,)
    assert f"custom_call @{solver}" in program.mlir_module(), f"no {solver} call in the program for {platform}"
    if jax.default_backend() == "cpu":
        require_refusal(lambda: program.call(jnp.eye(4)), ValueError, f"exported for platforms.*{platform}")


def hlo(step, platform: str) -> str:
    """The HLO text of a step for a platform; raises ValueError with the compiler's words when there is none."""
    compiled = tf.function(step, jit_compile=True)
    shapes = tf.TensorSpec((8, 4)), tf.TensorSpec((4, 3))
    return compiled.experimental_get_compiler_ir(*shapes)(stage="hlo", platform_name=platform)


def train(x: tf.Tensor, weights: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The loss of a layer, and its weights after a step of gradient descent."""
    with tf.GradientTape() as tape:
        tape.watch(weights)
        loss = tf.reduce_sum(tf.nn.relu(x @ weights) ** 2)
    return loss, weights - 0.1 * tape.gradient(loss, weights)


def calls_python(x: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    return tf.numpy_function(lambda array: array, [x], tf.float32)


def test_tensorflow_gpu() -> None:
    require_refusal(lambda: hlo(train, "abacus"), ValueError, "No JIT device registered for abacus")
    require_refusal(lambda: hlo(calls_python, "GPU"), ValueError, "on XLA_GPU_JIT: PyFunc")  # what only a host can do
    measure("products_in_the_gpu_program", hlo(train, "GPU").count(" dot("), at_least=2)


def test_tensorflow_tpu() -> None:
    try:
        program = hlo(train, "TPU")
    except ValueError as error:
        _, missing, words = str(error).partition("XLA_TPU_JIT: ")
        if not missing:
            raise
        kernels = words.splitlines()[0][:120]
        raise AssertionError(f"the wheel of TensorFlow {tf.__version__} has no TPU kernels: {kernels}") from error
    measure("products_in_the_tpu_program", program.count(" dot("), at_least=2)

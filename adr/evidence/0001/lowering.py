# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""One function is lowered for accelerators that this machine does not have.

JAX: an eigenvalue step is exported for cuda and for tpu, each with that platform's own solver in it.
TensorFlow: the step of a network is compiled to HLO for a GPU; for a TPU the ordinary wheel has no
kernels, so that test is skipped, with the compiler's own words, unless it finds them.
Lowering shows that the path exists and the operations are known there; nothing runs, and nothing is
said of speed. For TensorFlow the HLO is the text before the platform's own passes.
The trap: JAX exports operations that are the same everywhere for any platform, invented ones too; and
so the function here needs a rule for each platform, and an invented one must be refused.
"""

import jax
import jax.numpy as jnp
import pytest
import tensorflow as tf
from adrtool_evidence import measure, skip
from jax import export


def eigenvalues(x: jax.Array) -> jax.Array:
    return jnp.tanh(jnp.linalg.eigh(x @ x.T)[0]).sum()


def exported(platform: str) -> export.Exported:
    return export.export(jax.jit(eigenvalues), platforms=[platform])(jax.ShapeDtypeStruct((4, 4), "float32"))


@pytest.mark.parametrize(("platform", "solver"), [("cuda", "cusolver"), ("tpu", "Eigh")])
def test_jax(platform: str, solver: str) -> None:
    with pytest.raises(NotImplementedError, match="abacus"):
        exported("abacus")
    program = exported(platform)
    assert program.platforms == (platform,)
    assert f"custom_call @{solver}" in program.mlir_module(), f"no {solver} call in the program for {platform}"
    with pytest.raises(ValueError, match=f"exported for platforms.*{platform}"):
        program.call(jnp.eye(4))  # it is no program for this machine's CPU


def hlo(step, platform: str) -> str:
    """The HLO text of a step for a platform; raises ValueError with the compiler's words when there is none."""
    compiled = tf.function(step, jit_compile=True)
    return compiled.experimental_get_compiler_ir(tf.TensorSpec((8, 4)))(stage="hlo", platform_name=platform)


def network(x: tf.Tensor) -> tf.Tensor:
    """A layer and the gradient of its loss."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(tf.nn.relu(x @ tf.ones((4, 3))))
    return tape.gradient(loss, x)


def calls_python(x: tf.Tensor) -> tf.Tensor:
    return tf.numpy_function(lambda array: array, [x], tf.float32)


def test_tensorflow_gpu() -> None:
    with pytest.raises(ValueError, match="PyFunc"):
        hlo(calls_python, "GPU")  # what only a host can do must be refused
    measure("products_in_the_gpu_program", hlo(network, "GPU").count(" dot("), at_least=1)


def test_tensorflow_tpu() -> None:
    try:
        program = hlo(network, "TPU")
    except ValueError as error:
        _, missing, words = str(error).partition("XLA_TPU_JIT: ")
        if not missing:
            raise
        skip(f"this TensorFlow wheel has no TPU kernels: {words.splitlines()[0][:120]}")
    measure("products_in_the_tpu_program", program.count(" dot("), at_least=1)

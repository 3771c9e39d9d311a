# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""What it takes to use a function of an outside library, scipy.special.erf, inside a training step.

In each mode but XLA: the plain call forward, the plain call under differentiation, and the wrapper that makes both
work. The wrapped gradient must equal the known one, 2/sqrt(pi) * exp(-x*x); a wrong derivative must not.
Under XLA it is the wrapper itself that is refused, for the call to Python inside it; without XLA the same one works.
Shown for one function of one argument; SciPy runs on the host, so nothing is said about speed or devices.
"""

import math

import numpy as np
from adrtool_evidence import measure
from scipy import special

X = np.array([-1.0, 0.25, 0.5, 2.0], "float32")
TRUE_SLOPE = 2 / math.sqrt(math.pi) * np.exp(-X * X)


def erf(x):
    """The user's step: a plain call."""
    return special.erf(x)


def slope_of_erf(x, exp):
    return 2 / math.sqrt(math.pi) * exp(-x * x)


def check_forward(y):
    assert np.allclose(np.asarray(y), erf(X), atol=1e-6), f"wrong forward values: {y}"


def check_gradient(found):
    """The wrapper's gradient is right; and one that forgot the factor would have been noticed."""
    found = np.asarray(found)
    measure("gradient_max_error", np.abs(found - TRUE_SLOPE).max(), at_most=1e-5)
    seeded = np.abs(found - np.exp(-X * X)).max()
    measure("seeded_error", seeded)
    if seeded < 1e-2:
        raise RuntimeError("a derivative without its factor would have gone unnoticed")


def refusal(run):
    """The exception that `run` ends with. Raises AssertionError if it ends well."""
    try:
        answer = run()
    except Exception as exception:
        return exception
    raise AssertionError(f"goes through as it is now: {answer}")


def tensorflow_slope(f):
    import tensorflow as tf

    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x) if isinstance(y, tf.Tensor) else None


def tensorflow_erf():
    """SciPy's erf for TensorFlow, with its gradient."""
    import tensorflow as tf

    @tf.custom_gradient
    def wrapped(x):
        y = tf.numpy_function(erf, [x], x.dtype)
        y.set_shape(x.shape)
        return y, lambda upstream: upstream * slope_of_erf(x, tf.exp)

    return wrapped


def test_tensorflow_eager():
    import tensorflow as tf

    check_forward(erf(tf.constant(X)))
    assert tensorflow_slope(erf) is None, "TensorFlow follows SciPy by itself now"
    check_gradient(tensorflow_slope(tensorflow_erf()))


def test_tensorflow_graph():
    import tensorflow as tf

    plain = refusal(lambda: tf.function(erf)(tf.constant(X)))
    assert isinstance(plain, NotImplementedError) and "symbolic" in str(plain), f"refused for another reason: {plain}"
    check_forward(tf.function(lambda x: tf.numpy_function(erf, [x], x.dtype))(tf.constant(X)))
    assert tensorflow_slope(tf.function(lambda x: tf.numpy_function(erf, [x], x.dtype))) is None, "has a gradient now"
    check_gradient(tensorflow_slope(tf.function(tensorflow_erf())))


def test_tensorflow_xla():
    import tensorflow as tf

    compiled = refusal(lambda: tf.function(tensorflow_erf(), jit_compile=True)(tf.constant(X)))
    assert isinstance(compiled, tf.errors.InvalidArgumentError), f"refused for another reason: {compiled}"
    assert "PyFunc" in str(compiled), f"refused for another reason: {compiled}"
    check_forward(tf.function(tensorflow_erf())(tf.constant(X)))


def test_pytorch_eager():
    import torch

    class Erf(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.as_tensor(erf(x.numpy()))

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return upstream * slope_of_erf(x, torch.exp)

    check_forward(erf(torch.tensor(X)))
    x = torch.tensor(X, requires_grad=True)
    plain = refusal(lambda: erf(x))
    assert isinstance(plain, RuntimeError) and "requires grad" in str(plain), f"refused for another reason: {plain}"
    Erf.apply(x).sum().backward()
    check_gradient(x.grad)


def test_jax_jit():
    import jax
    import jax.numpy as jnp

    def on_host(x):
        return jax.pure_callback(lambda a: erf(np.asarray(a)), jax.ShapeDtypeStruct(x.shape, x.dtype), x)

    wrapped = jax.custom_jvp(on_host)
    wrapped.defjvp(lambda xs, dxs: (on_host(*xs), dxs[0] * slope_of_erf(xs[0], jnp.exp)))

    plain = refusal(lambda: jax.jit(erf)(X))
    assert isinstance(plain, jax.errors.TracerArrayConversionError), f"refused for another reason: {plain}"
    check_forward(jax.jit(on_host)(X))
    bare = refusal(lambda: jax.grad(lambda x: on_host(x).sum())(X))
    assert "JVP" in str(bare), f"refused for another reason: {bare}"
    check_gradient(jax.grad(jax.jit(lambda x: wrapped(x).sum()))(X))

"""A small trained classifier, for the evidence scripts that convert it for phones."""

import keras
import numpy as np
import tensorflow as tf

CLASSES = 5


def blobs(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points [count, 64] around one centre for each class, and their classes."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(CLASSES, 64))
    labels = rng.integers(0, CLASSES, count)
    return (centres[labels] + rng.normal(0, 1.5, (count, 64))).astype("float32"), labels


def classifier(seed: int) -> keras.Model:
    """About 84,000 parameters, trained on blobs for three epochs on the CPU, without an optimiser's state."""
    tf.config.set_visible_devices([], "GPU")  # parity is about the conversion, not an accelerator's rounding
    keras.utils.set_random_seed(seed)
    dense = keras.layers.Dense
    stack = [dense(256, "relu"), dense(256, "relu"), dense(CLASSES, "softmax")]
    model = keras.Sequential([keras.Input((64,)), *stack])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(*blobs(1000, seed=0), epochs=3, verbose=0)
    return keras.Sequential([keras.Input((64,)), *stack])


def converted(model: keras.Model, *, quantised: bool = False) -> bytes:
    """The model for TensorFlow Lite; `quantised` stores weights in 8 bits (dynamic range)."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if quantised:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter.convert()


def answers(interpreter, x: np.ndarray) -> np.ndarray:
    """What an interpreter (`tf.lite` and LiteRT share the interface) answers to the rows of x."""
    (given,), (answered,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(given["index"], x.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(answered["index"])

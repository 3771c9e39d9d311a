# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""A convolutional network is built by stacking layers, and it learns what a single layer cannot.

Six layers of four kinds, listed one after the other, tell lying bars from standing ones in noisy
12x12 pictures. Bars are as often dark as bright, so no single pixel says anything: the control, one
dense layer with the same training, must stay near chance. It shows that stacking is enough to get a
trained classifier; it does not show how fast a person learns that, nor that deeper designs (branches,
shared layers) stay as simple: those need Keras's functional interface.
"""

import keras
import numpy as np
from adrtool_evidence import measure
from keras import layers

SIZE = 12


def bars(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures [count, 12, 12, 1] of one bar each, and 1.0 where it stands, 0.0 where it lies."""
    rng = np.random.default_rng(seed)
    pictures = rng.normal(0.0, 0.3, (count, SIZE, SIZE)).astype("float32")
    standing = rng.integers(0, 2, count)
    for picture, upright in zip(pictures, standing, strict=True):
        view = picture.T if upright else picture
        view[rng.integers(SIZE)] += rng.choice([-1.0, 1.0])
    return pictures[..., None], standing.astype("float32")


def held_out_accuracy(*stack: layers.Layer) -> float:
    """Train a stack for six epochs and score it on pictures it has not seen."""
    model = keras.Sequential([keras.Input((SIZE, SIZE, 1)), *stack])
    model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy", metrics=["accuracy"])
    model.fit(*bars(2000, seed=0), epochs=6, batch_size=50, verbose=0)
    return model.evaluate(*bars(1000, seed=1), verbose=0)[1]


keras.utils.set_random_seed(0)
stacked = held_out_accuracy(
    layers.Conv2D(8, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(16, 3, activation="relu"),
    layers.Flatten(),
    layers.Dense(16, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
)
single = held_out_accuracy(layers.Flatten(), layers.Dense(1, activation="sigmoid"))
if measure("accuracy_of_one_layer", single) > 0.7:
    raise RuntimeError("one layer learns the task, too: it shows nothing of stacks")
measure("accuracy_of_the_stack", stacked, at_least=0.9)

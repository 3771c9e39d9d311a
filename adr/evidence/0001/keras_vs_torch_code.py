# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""Keras needs clearly less user code than plain PyTorch for the same classifier.

Both functions build the same two hidden layers, train them with Adam for the same epochs and batches,
and return held-out accuracy; all must reach the floor. What is counted, by one rule for all: tokens of
the function's body without comments and layout, distinct framework names a reader must know, and loops.
The control is TensorFlow without Keras, counted by the same rule: it is not shorter, so the gain is
Keras's and the rule has no liking for TensorFlow. Counts measure what is written, not what is learnt;
PyTorch with a training library on top (Lightning and others) is not compared.
"""

import ast
import inspect
import io
import tokenize
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
import torch
from adrtool_evidence import measure

EPOCHS, BATCH, RATE = 15, 32, 0.01
FLOOR = 0.9  # of the held-out points guessed right


def with_keras(x, y, x_test, y_test):
    model = keras.Sequential(
        [
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(2),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(RATE), loss, metrics=["accuracy"])
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model.evaluate(x_test, y_test, verbose=0)[1]


def with_torch(x, y, x_test, y_test):
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 32),
        torch.nn.ReLU(),
        torch.nn.Linear(32, 32),
        torch.nn.ReLU(),
        torch.nn.Linear(32, 2),
    )
    loss = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    data = torch.utils.data.TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
    batches = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)
    for _ in range(EPOCHS):
        for inputs, labels in batches:
            optimizer.zero_grad()
            loss(model(inputs), labels).backward()
            optimizer.step()
    with torch.no_grad():
        guesses = model(torch.from_numpy(x_test)).argmax(1)
    return (guesses == torch.from_numpy(y_test)).float().mean().item()


def with_raw_tensorflow(x, y, x_test, y_test):
    sizes = [(2, 32), (32, 32), (32, 2)]
    weights = [tf.Variable(tf.random.normal(size, stddev=(2 / size[0]) ** 0.5)) for size in sizes]
    biases = [tf.Variable(tf.zeros(size[1])) for size in sizes]

    def model(inputs):
        hidden = tf.nn.relu(inputs @ weights[0] + biases[0])
        hidden = tf.nn.relu(hidden @ weights[1] + biases[1])
        return hidden @ weights[2] + biases[2]

    @tf.function
    def step(inputs, labels):
        with tf.GradientTape() as tape:
            errors = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(inputs))
            loss = tf.reduce_mean(errors)
        parameters = weights + biases
        for parameter, slope in zip(parameters, tape.gradient(loss, parameters), strict=True):
            parameter.assign_sub(0.1 * slope)

    batches = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(BATCH)
    for _ in range(EPOCHS):
        for inputs, labels in batches:
            step(inputs, labels)
    guesses = tf.argmax(model(x_test), axis=1)
    return float(tf.reduce_mean(tf.cast(guesses == y_test, tf.float32)))


@dataclass(frozen=True)
class Size:
    """How much code a function is: tokens, distinct framework names, loops."""

    tokens: int
    names: int
    loops: int


def size_of(function: Callable[..., float]) -> Size:
    """Count a function's code; names are attributes and keyword arguments, those known by heart or looked up."""
    source = inspect.getsource(function)
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in layout]
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    return Size(len(tokens), len(names), sum(isinstance(node, ast.For | ast.While) for node in nodes))


def ring(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points in the plane, and 1 where a point lies within the unit circle: no straight line parts them."""
    points = np.random.default_rng(seed).uniform(-1.5, 1.5, (count, 2)).astype("float32")
    return points, (np.square(points).sum(1) < 1).astype("int64")


keras.utils.set_random_seed(0)
torch.manual_seed(0)
task = (*ring(600, seed=0), *ring(600, seed=1))
for train in (with_torch, with_raw_tensorflow):
    if measure(f"accuracy_{train.__name__}", train(*task)) < FLOOR:
        raise RuntimeError(f"{train.__name__} does not learn the task: it is no measure of code that does")
measure("accuracy_with_keras", with_keras(*task), at_least=FLOOR)
ours, theirs, raw = (size_of(train) for train in (with_keras, with_torch, with_raw_tensorflow))
print(f"Keras {ours}\nPyTorch {theirs}\nTensorFlow without Keras {raw}")
if measure("raw_tensorflow_tokens_to_torch", raw.tokens / theirs.tokens) < 1:
    raise RuntimeError("TensorFlow without Keras is shorter than PyTorch, too: the gain is not Keras's")
assert ours.loops < theirs.loops, f"Keras needs {ours.loops} loops, PyTorch {theirs.loops}"
measure("keras_tokens_to_torch", ours.tokens / theirs.tokens, at_most=0.7)
measure("keras_names_to_torch", ours.names / theirs.names, at_most=0.8)

# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-edge-litert", "jax", "tensorflow", "tf-keras", "torch==2.13.0"]
#
# [tool.adrtool]
# constraints = "constraints/frameworks.txt"
# timeout = "5m"
# ///
"""The public API of four frameworks, counted by one written rule.

The rule, frozen on 2026-11-23: begin at the top module; follow every attribute that is a module of the
framework's own packages (OWN) and has no leading underscore; leave out what is named src, testing or contrib;
visit a module once, by the first path that reaches it, at most six below the top. A *path* is a public name
of a class or callable whose `__module__` is the framework's own; a *thing* is such an object, counted once.
The rule decides the number: honouring __all__ would shrink PyTorch's severalfold, and tf.compat, the old names,
doubles TensorFlow's: it is counted with and without. By names at the top alone PyTorch would come first.
Many names are not yet overwhelming: that step is the reader's. The control counts a package made for it.
"""

import importlib
import inspect
import sys
import tempfile
from collections import deque
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from adrtool_evidence import measure

OWN = {"tensorflow": {"tensorflow", "keras"}, "torch": {"torch"}, "jax": {"jax", "jaxlib"}, "keras": {"keras"}}
COMPAT, OTHERS = frozenset({"compat"}), ("torch", "jax", "keras")
LEFT_OUT, DEEPEST = frozenset({"src", "testing", "contrib"}), 6

SEEDED = {  # 3 modules, 4 paths, 3 things: `thing` has two names; _hidden, os, dumps, N and testing do not count
    "__init__.py": "import os\nfrom json import dumps\nfrom . import inner, testing\nfrom .inner import thing\nN = 3\n",
    "inner/__init__.py": "from . import deep\ndef thing(): ...\nclass Kind: ...\ndef _hidden(): ...\n",
    "inner/deep.py": "def far(): ...\n",
    "testing.py": "def helper(): ...\n",
}


@dataclass(frozen=True)
class Surface:
    modules: int
    paths: int
    things: int

    @property
    def spellings(self):
        return self.paths / self.things


def readable(thing, name):
    """An attribute, or None where asking for it fails: an optional part that nobody can use here."""
    try:
        return getattr(thing, name, None)
    except Exception:
        return None


def public(module, left_out):
    """The objects behind the public names of a module."""
    return [readable(module, name) for name in dir(module) if not name.startswith("_") and name not in left_out]


def count(top, own, left_out=LEFT_OUT):
    """Walk breadth-first from `top` by the rule above."""
    seen, queue, paths, things = {id(top)}, deque([(top, 0)]), 0, {}
    while queue:
        module, depth = queue.popleft()
        for found in public(module, left_out):
            home = readable(found, "__name__" if isinstance(found, ModuleType) else "__module__")
            if str(home).split(".")[0] not in own:
                continue
            if isinstance(found, ModuleType):
                if id(found) not in seen and depth < DEEPEST:
                    seen.add(id(found))
                    queue.append((found, depth + 1))
            elif inspect.isclass(found) or callable(found):
                paths += 1
                things[id(found)] = found
    return Surface(len(seen), paths, len(things))


@cache
def surface(name, without=frozenset()):
    """Count an installed framework, if need be without some names, and record the measures."""
    top = importlib.import_module(name)
    found = count(top, OWN[name], LEFT_OUT | without)
    title = " without ".join((name, *without))
    for measured, value in asdict(found).items():
        measure(f"{title}: {measured}", value)
    measure(f"{title}: names at the top", len(public(top, LEFT_OUT | without)))
    return found


def check_rule():
    """The control: the rule gives the known answer on a package made for the purpose."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in SEEDED.items():
            file = Path(folder, "seeded_framework", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        sys.path.insert(0, folder)
        try:
            found = count(importlib.import_module("seeded_framework"), {"seeded_framework"})
        finally:
            sys.path.remove(folder)
    if found != Surface(modules=3, paths=4, things=3):
        raise RuntimeError(f"the rule miscounts a package whose answer is known: {found}")


def test_tensorflow_has_most_names():
    check_rule()
    most = max(surface(name).paths for name in OTHERS)
    measure("paths, TensorFlow to the next", surface("tensorflow").paths / most, at_least=1.5)
    measure("paths, TensorFlow without compat to the next", surface("tensorflow", COMPAT).paths / most, at_least=1.2)


def test_tensorflow_has_most_spellings():
    check_rule()
    most = max(surface(name).spellings for name in OTHERS)
    measure("spellings of a thing, TensorFlow to the next", surface("tensorflow").spellings / most, at_least=1.2)
    measure("spellings of a thing, without compat", surface("tensorflow", COMPAT).spellings / most)

"""The code of the repository that a script brings along, as far as its text tells."""

from __future__ import annotations

import ast
import posixpath
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_ROOTS = (".", "src", "lib", "python")  # where imports of a repository's own code are looked for, beside the script
_MOST = 2000  # files that are followed
_WORD = re.compile(r"[\w.+-]+(?:/[\w.+-]+)*")
_LOADERS = ("import_module", "__import__", "importorskip", "run_module")

Read = Callable[[str], str | None]  # a path from the root -> its text


@dataclass
class Imports:
    """Looks into each file once."""

    read: Read
    _known: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    def of(self, script: str) -> frozenset[str]:
        """The files (from the root) that a Python script imports, near or far, itself left out."""
        home = posixpath.dirname(script)
        found: set[str] = set()
        waiting = [script]
        while waiting and len(found) < _MOST:
            path = waiting.pop()
            for name, level in self._imported(path):
                for file in self._files(name, level, path, home):
                    if file not in found and file != script:
                        found.add(file)
                        waiting.append(file)
        return frozenset(found)

    def _imported(self, path: str) -> tuple[tuple[str, int], ...]:
        if path not in self._known:
            text = self.read(path) if path.endswith(".py") else None
            self._known[path] = tuple(_imported(text)) if text is not None else ()
        return self._known[path]

    def _files(self, name: str, level: int, path: str, home: str) -> Iterator[str]:
        """The files that a dotted name stands for: its packages' own files, and its module."""
        folder = posixpath.dirname(path)
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        places = [folder] if level else dict.fromkeys((home, folder, *_ROOTS))
        parts = [part for part in name.split(".") if part]
        for place in places:
            stem = "" if place in ("", ".") else place
            if level and self.read(inside := posixpath.join(stem, "__init__.py")) is not None:
                yield inside
            for part in parts:
                stem = posixpath.join(stem, part)
                for file in (f"{stem}.py", f"{stem}/__init__.py"):
                    if self.read(file) is not None:
                        yield file


def words(text: str) -> frozenset[str]:
    """Everything in a script's text that can be a file's name, without its folders."""
    return frozenset(posixpath.basename(word) for word in _WORD.findall(text))


def shadows(path: str, home: str, known: frozenset[str]) -> bool:
    """Whether a file beside a script takes the place of a module of Python's own, or of a package in `known`."""
    folder, name = posixpath.split(path)
    if not (folder == home or posixpath.dirname(folder) == home):
        return False
    stem = (name if folder == home else posixpath.basename(folder)).partition(".")[0]
    return stem in sys.stdlib_module_names or stem.casefold() in known or name.endswith((".pth", ".so", ".pyd"))


def _imported(text: str) -> Iterator[tuple[str, int]]:
    """Each dotted name that is imported, with the number of its leading dots."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, 0) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                yield module or "", level
                yield from ((f"{module}.{alias.name}" if module else alias.name, level) for alias in names)
            case ast.Call(
                func=ast.Name(id=word) | ast.Attribute(attr=word), args=[ast.Constant(value=str() as name), *_]
            ):
                if word in _LOADERS:
                    yield name, 0

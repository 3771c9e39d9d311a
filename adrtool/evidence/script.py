"""What a piece of evidence asks for: its environment, its time, its needs, read from the block at its head."""

from __future__ import annotations

import enum
import os
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from adrtool.errors import EvidenceError
from adrtool.evidence.block import Block, read_block
from adrtool.evidence.needs import Need
from adrtool.evidence.options import TABLE, read_options, unknown

DEFAULT_TIMEOUT = 120.0
# Cited by mistake where a script was meant; on some file systems even they carry a run bit.
DATA_SUFFIXES = frozenset(
    (
        *(".md", ".rst", ".txt", ".html", ".css", ".pdf", ".ipynb"),
        *(".csv", ".tsv", ".json", ".jsonl", ".xml", ".parquet", ".npy", ".npz", ".gz", ".zip"),
        *(".toml", ".yaml", ".yml", ".ini", ".cfg", ".lock"),
        *(".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg"),
    )
)


class Kind(enum.StrEnum):
    """How a piece of evidence is started."""

    PYTHON = "python"  # by an interpreter, with or without a run bit
    EXECUTABLE = "executable"  # by itself


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an environment is built from; equal values share one environment.

    All are in a normal form: order, spacing and comments make no difference.
    """

    dependencies: tuple[str, ...] = ()  # PEP 508, sorted
    requires_python: str = ""  # a PEP 440 specifier, or "" for any
    constraints: str = ""  # what the constraints files say, one requirement a line; never their names
    preferred: str = ""  # versions to stay with where nothing forbids them, one NAME==VERSION a line; no script says so


@dataclass(frozen=True, slots=True)
class Script:
    """A piece of evidence as its file describes it."""

    path: str  # from the repository's root
    kind: Kind
    requirements: Requirements | None = None  # None: adrtool's own interpreter
    timeout: float = DEFAULT_TIMEOUT  # seconds
    revalidate: timedelta | None = None  # None: as the repository's settings say
    needs: tuple[Need, ...] = ()
    inputs: tuple[str, ...] | None = None  # globs, from the script or from "/"; None: not declared, (): declared empty
    tags: tuple[str, ...] = ()
    exclusive: bool = False  # runs with nothing beside it
    retries: int = 0
    network: bool = False  # is let out without being asked for a connection first
    limits: Mapping[str, object] = field(default_factory=dict, hash=False)  # as in the settings, which it goes before
    control: tuple[str, ...] = ()  # a command that must fail: a path from the root or a name on the PATH, and its words
    line: int = 1  # of its block, where what it asks for is written
    text: str = field(default="", repr=False)

    @property
    def is_python(self) -> bool:
        """Whether an interpreter runs it."""
        return self.kind is Kind.PYTHON

    @property
    def only_defines_tests(self) -> bool:
        """Whether to run it means to run the tests that it defines, for it does not run them itself."""
        from adrtool.evidence.tests_only import only_defines_tests

        return self.is_python and only_defines_tests(self.text)


def read_script(root: Path, path: str) -> Script:
    """The evidence at `path`, from the repository's `root`, as its file describes it.

    Raises EvidenceError (path:line and the mend) for what cannot be run as it stands: a file that is missing, no file,
    outside the repository, data, or not executable, and a block that asks for what nobody knows.
    """
    file = _file(root, path)
    if file.suffix == ".py":
        return script_from(_utf8(_bytes(file, path), path), path, Kind.PYTHON, partial(_constraints_text, root, path))
    if file.suffix.lower() in DATA_SUFFIXES:
        raise EvidenceError("is data, not evidence; cite the script that checks it", path=path)
    if not os.access(file, os.X_OK):
        raise EvidenceError(
            f"is not executable; `chmod +x {path}`, and for git `git update-index --chmod=+x {path}`", path=path
        )
    text = _bytes(file, path).decode("utf-8-sig", errors="replace")
    return script_from(text, path, Kind.EXECUTABLE, partial(_constraints_text, root, path))


def script_from(text: str, path: str, kind: Kind, read_constraints: Callable[[str], str]) -> Script:
    """The evidence whose file at `path` says `text`; `read_constraints` gives the text of a file that it names.

    Raises EvidenceError, with its line, for a block that asks for what nobody knows.
    """
    block = read_block(text, path, python=kind is Kind.PYTHON)
    if block is None:
        return Script(path, kind, text=text)
    options = read_options(block)
    constraints = options.pop("constraints", ())
    requirements = None
    if kind is Kind.PYTHON:
        requirements = _requirements(block, constraints, read_constraints)
    if constraints and requirements is None:
        raise block.error(
            "constraints pin `dependencies`, and there are none", block.line_of("constraints", table=TABLE)
        )
    if "control" in options:
        options["control"] = _control(block, path, kind, options["control"])
    return Script(path, kind, requirements, line=block.line, text=text, **options)


def _control(block: Block, path: str, kind: Kind, words: tuple[str, ...]) -> tuple[str, ...]:
    """The control command with its path from the root."""
    line = block.line_of("control", table=TABLE)
    if kind is Kind.PYTHON:
        raise block.error("control is for other executables; the assertions of a Python script are negated", line)
    first = words[0]
    if "/" not in first:
        return words
    place = posixpath.normpath(first.lstrip("/") if first.startswith("/") else f"{posixpath.dirname(path)}/{first}")
    if place.startswith(".."):
        raise block.error(f"control: {first} leads out of the repository; name a file inside it", line)
    return (place if "/" in place else f"./{place}", *words[1:])


def _file(root: Path, path: str) -> Path:
    """The regular file inside the repository that `path` names."""
    file = root / path
    try:
        real = os.path.realpath(file, strict=True)
    except (FileNotFoundError, NotADirectoryError):
        fault = "points to a file that is not there" if file.is_symlink() else "there is no such file"
        raise EvidenceError(f"{fault}; add it, or cite another", path=path) from None
    except OSError as error:
        raise EvidenceError(f"cannot be followed: {error.strerror or error}", path=path) from None
    if not os.path.join(real, "").startswith(os.path.join(_real(root), "")):
        raise EvidenceError("leads out of the repository; put the evidence inside it", path=path)
    if os.path.isdir(real):
        raise EvidenceError("is a folder; cite a script in it", path=path)
    if not os.path.isfile(real):
        raise EvidenceError("is no ordinary file; cite a script", path=path)
    return file


@cache
def _real(root: Path) -> str:
    return os.path.realpath(root)


def _bytes(file: Path, path: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise EvidenceError(f"cannot be read: {error.strerror or error}", path=path) from None


def _utf8(raw: bytes, path: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise EvidenceError("is not UTF-8; save it as UTF-8", path=path, line=line) from None


def _constraints_text(root: Path, path: str, name: str) -> str:
    """What a constraints file says, named from the script at `path`; raises EvidenceError with the file's own line."""
    place = name[1:] if name.startswith("/") else posixpath.join(posixpath.dirname(path), name)
    place = posixpath.normpath(place)
    return _constraint_lines(_utf8(_bytes(_file(root, place), place), place), place)


def _requirements(
    block: Block, constraints: tuple[str, ...], read_constraints: Callable[[str], str]
) -> Requirements | None:
    """What the block asks of an environment; None where it asks for none."""
    table = block.table
    known = ("dependencies", "requires-python", "tool")
    for key in table:
        if key not in known:
            raise block.error(unknown("key in the block", key, known), block.line_of(key))
    if "dependencies" not in table and "requires-python" not in table:
        return None
    texts = []
    for name in constraints:
        try:
            texts.append(read_constraints(name))
        except EvidenceError as error:
            if error.line is not None:
                raise
            message = f"constraints: {error.path}: {error.message}"
            raise block.error(message, block.line_of("constraints", name, table=TABLE)) from None
    return Requirements(_dependencies(block), _requires_python(block), "\n".join(filter(None, texts)))


def _dependencies(block: Block) -> tuple[str, ...]:
    listed = block.table.get("dependencies", [])
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise block.error('dependencies: write a list of texts: ["NAME==VERSION"]', block.line_of("dependencies"))
    try:
        return tuple(sorted({_requirement(each) for each in listed}))
    except ValueError as error:
        entry = str(error.args[1])
        message = f"dependencies: {entry!r} is no requirement: {error.args[0]}"
        raise block.error(message, block.line_of("dependencies", entry)) from None


def _requires_python(block: Block) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    asked = block.table.get("requires-python", "")
    try:
        if isinstance(asked, str):
            return str(SpecifierSet(asked))
    except InvalidSpecifier:
        pass
    raise block.error(
        f'requires-python: {asked!r} is no version specifier; write ">=3.11"', block.line_of("requires-python")
    )


@cache
def _requirement(text: str) -> str:
    """A requirement in its normal form; raises ValueError(reason, text) for what is none."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return str(Requirement(text))
    except InvalidRequirement as error:
        raise ValueError(str(error).splitlines()[0], text) from None


def _constraint_lines(text: str, path: str) -> str:
    """The requirements that a constraints file in pip's freeze format lists, one a line."""
    kept = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].strip() if line.lstrip().startswith("#") else line.split(" #")[0].strip()
        if not words:
            continue
        if words.startswith("-") or "://" in words or " @ " in words:
            raise EvidenceError(
                f"{words!r} says more than a version, and holds on one machine only; write NAME==VERSION",
                path=path,
                line=number,
            )
        try:
            kept.append(_requirement(words))
        except ValueError as error:
            raise EvidenceError(
                f"{words!r} is no requirement: {error.args[0]}; write NAME==VERSION", path=path, line=number
            ) from None
    return "\n".join(kept)

"""Which files of a change can come to life, as opposed to those that are only read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from adrtool.git.difference import FileChange
from adrtool.review.sides import Side, Sides

# What an interpreter, a shell, a linker or a loader takes by its suffix; reading a pickle runs what it names.
_CODE = frozenset(
    (
        *(".awk", ".bash", ".bat", ".c", ".cc", ".cjs", ".class", ".clj", ".cmd", ".cpp", ".cs", ".cts", ".cxx"),
        *(".dill", ".dll", ".dylib", ".egg", ".ex", ".exe", ".exs", ".fish", ".go", ".gradle", ".groovy", ".h"),
        *(".hpp", ".hs", ".ipynb", ".jar", ".java", ".jl", ".joblib", ".js", ".jsx", ".ksh", ".kt", ".kts", ".lua"),
        *(".mjs", ".mk", ".ml", ".mts", ".nix", ".php", ".pickle", ".pkl", ".pl", ".pm", ".ps1", ".psm1", ".pth"),
        *(".py", ".pyc", ".pyd", ".pyi", ".pyw", ".pyx", ".pyz", ".r", ".rb", ".rs", ".scala", ".sh", ".so"),
        *(".swift", ".tcl", ".ts", ".tsx", ".wasm", ".whl", ".zsh"),
    )
)
# Configuration that names code, or holds commands.
_CONFIGURATION = frozenset((".cfg", ".cmake", ".ini"))
_NAMES = frozenset(
    (
        *("cargo.toml", "cmakelists.txt", "dockerfile", "gemfile", "gnumakefile", "jenkinsfile", "justfile"),
        *("makefile", "noxfile", "package.json", "pipfile", "procfile", "rakefile", "taskfile.yml", "vagrantfile"),
    )
)
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in)", re.IGNORECASE)
_RUN = 0o111
_LINK = "120000"


def comes_to_life(sides: Sides, path: str) -> bool:
    """Whether a file of the change, as it was or as it is, can be executed, imported, or says what is."""
    change = sides.by_path.get(path)
    if change is None:
        return False
    return change.is_submodule or any(_is_code(side, name, mode) for side, name, mode in _versions(sides, change))


def _versions(sides: Sides, change: FileChange) -> Iterator[tuple[Side, str, str]]:
    if change.before is not None:
        yield sides.base, change.before, change.was[0]
    if change.after is not None:
        yield sides.head, change.after, change.now[0]


def _is_code(side: Side, path: str, mode: str) -> bool:
    name = posixpath.basename(path).lower()
    suffix = posixpath.splitext(name)[1]
    if suffix in _CODE or suffix in _CONFIGURATION or name in _NAMES or _REQUIREMENTS.fullmatch(name):
        return True
    # A link is as good as what it leads to, which is not looked for: it may lie anywhere.
    if mode == _LINK or int(mode, 8) & _RUN:
        return True
    return (side.text(path) or "").startswith("#!")

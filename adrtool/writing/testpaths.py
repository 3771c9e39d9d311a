"""Whether a plain `pytest` reaches a folder, as far as its configuration says."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from pathlib import Path


def leaving_out(root: Path, folder: str) -> str | None:
    """The file whose `testpaths` leaves `folder` out; None where there is none or it cannot be read."""
    for name in ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"):
        paths = _testpaths(root / name)
        if paths is not None:
            reached = any(folder == path or folder.startswith(f"{path}/") or path == "." for path in paths)
            return None if reached or not paths else name
    return None


def _testpaths(file: Path) -> tuple[str, ...] | None:
    """The `testpaths` of one file; None where it does not configure pytest."""
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".toml":
            table = tomllib.loads(text).get("tool", {}).get("pytest", {}).get("ini_options")
            value = table.get("testpaths", ()) if table is not None else None
        else:
            parser = configparser.ConfigParser(interpolation=None)
            parser.read_string(text)
            section = "tool:pytest" if file.name == "setup.cfg" else "pytest"
            value = parser.get(section, "testpaths", fallback="") if parser.has_section(section) else None
    except (OSError, ValueError, AttributeError, configparser.Error):
        return None
    if value is None:
        return None
    return tuple(path.rstrip("/") for path in (shlex.split(value) if isinstance(value, str) else value))

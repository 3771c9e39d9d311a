"""Find the record folders of a repository, and the records in them; the only module that walks the tree."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

from adrtool.errors import ReadError
from adrtool.reading.folder import (
    inner_directories,
    is_no_record,
    list_directory,
    looks_like_record,
    path_below,
    record_files,
    single_record,
    stem_of,
)
from adrtool.reading.naming import Shape, parse, record_suffix
from adrtool.reading.places import RECORD_FOLDERS, USUAL_PLACES

__all__ = ["find_folders", "record_files", "root_around"]

_LOOKED_AT = 20  # files of a folder before it is given up
_SETTING_SIZE = 32 * 1024  # bytes; nobody's settings are longer


def find_folders(root: Path, configured: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The record folders of the repository at `root`, from there, `.` for the root itself.

    What settings name comes first and alone: `configured`, else `.adr-dir`, else `.log4brains.yml`. With none of
    them: every folder of a telling name, wherever it lies, or whose files are named like records.
    Raises ReadError where settings name a folder that is not there or lies outside the repository.
    """
    named = [(folder, "") for folder in configured] or _named_by_settings(root, ".")
    if named:
        return tuple(dict.fromkeys(_checked(root, folder, source) for folder, source in named))
    return _walked(root)


def root_around(start: Path) -> Path | None:
    """The nearest folder, `start` or above it, that says where its records are or keeps them in a usual place.

    For use outside git, where no repository has a root; walks no tree. None where there is no such folder.
    """
    for folder in (start, *start.parents):
        if any((folder / name).is_file() for name in (".adr-dir", ".log4brains.yml")):
            return folder
        if places := _usual_places(folder):
            # `docs/adr` is a usual place of the root and, as `adr`, one of `docs`: the root is meant.
            above = [parent for parent in folder.parents if not places.isdisjoint(_usual_places(parent))]
            return above[-1] if above else folder
    return None


def _usual_places(folder: Path) -> set[Path]:
    return {folder / place for place in USUAL_PLACES if (folder / place).is_dir()}


def _walked(root: Path) -> tuple[str, ...]:
    """Record folders by their names, wherever they lie, and by the names of their files; else by what these say."""
    found: list[str] = []
    others: list[str] = []
    pending = ["."]
    while pending:
        directory = pending.pop()
        listing = list_directory(root, directory)
        if directory != "." and listing.is_foreign:
            continue
        named = _named_by_settings(root, directory) if {".adr-dir", ".log4brains.yml"} & set(listing.files) else []
        found += [_checked(root, posixpath.join(directory, folder), source) for folder, source in named]
        named_so = _is_named_for_records(directory) and record_files(root, directory)
        if named_so or any(map(_is_surely_a_record, listing.files)):
            found.append(directory)
        else:
            others.append(directory)
            pending += [path_below(directory, child) for child in inner_directories(listing)]
    found = found or _outermost([directory for directory in others if _holds_records(root, directory)])
    found = found or [place for place in USUAL_PLACES if (root / place).is_dir() and _is_inside(root, root / place)][:1]
    return tuple(sorted(dict.fromkeys(found), key=_usual_first))


def _outermost(folders: list[str]) -> list[str]:
    return [folder for folder in folders if not any(_lies_in(folder, other) for other in folders)]


def _lies_in(folder: str, other: str) -> bool:
    return folder != other and (other == "." or folder.startswith(f"{other}/"))


def _is_named_for_records(directory: str) -> bool:
    return re.sub(r"[^a-z]", "", posixpath.basename(directory).casefold()) in RECORD_FOLDERS


def _is_surely_a_record(file: str) -> bool:
    """Whether a file is named as nobody names anything else: `ADR-12.md`."""
    prefix = parse(stem_of(file)).prefix if record_suffix(file) else ""
    return not {"adr", "adrs", "madr"}.isdisjoint(re.split(r"[-_ ]", prefix.casefold()))


def _usual_first(folder: str) -> tuple[int, str]:
    return (USUAL_PLACES.index(folder) if folder in USUAL_PLACES else len(USUAL_PLACES)), folder


def _holds_records(root: Path, directory: str) -> bool:
    """Whether one of the first numbered or dated files of a folder looks like a record inside."""
    listing = list_directory(root, directory)
    files = [file for file in listing.files if record_suffix(file) and not is_no_record(stem_of(file))]
    paths = [path_below(directory, file) for file in files if parse(stem_of(file)).shape is not Shape.SLUG]
    if not paths:
        children = [path_below(directory, child) for child in inner_directories(listing)][:_LOOKED_AT]
        singles = [(child, single_record(root, child, posixpath.basename(child))) for child in children]
        paths = [path_below(child, single) for child, single in singles if single is not None]
    return any(looks_like_record(root / path) for path in paths[:_LOOKED_AT])


def _named_by_settings(root: Path, directory: str) -> list[tuple[str, str]]:
    """The folders that `.adr-dir`, else `.log4brains.yml`, in `directory` names, each with the setting's path."""
    return _adr_dir(root, path_below(directory, ".adr-dir")) or _log4brains(
        root, path_below(directory, ".log4brains.yml")
    )


def _adr_dir(root: Path, setting: str) -> list[tuple[str, str]]:
    text = _text_inside(root, setting)
    first = text.lstrip("\ufeff").partition("\n")[0].strip() if text is not None else ""
    return [(first, setting)] if first else []


def _log4brains(root: Path, setting: str) -> list[tuple[str, str]]:
    text = _text_inside(root, setting)
    if text is None:
        return []
    import yaml

    try:
        settings = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ReadError("no YAML; mend it, or name the folder with --dir", path=setting, line=1) from error
    project = settings.get("project") if isinstance(settings, dict) else None
    if not isinstance(project, dict):
        return []
    packages = project.get("packages")
    entries = [project, *(packages if isinstance(packages, list) else [])]
    folders = [entry.get("adrFolder") for entry in entries if isinstance(entry, dict)]
    return [(folder, setting) for folder in folders if isinstance(folder, str)]


def _text_inside(root: Path, path: str) -> str | None:
    """A small file of the repository as text; None where it is not there or is a link out of the repository."""
    file = root / path
    if not file.is_file() or not _is_inside(root, file):
        return None
    with file.open("rb") as stream:
        return stream.read(_SETTING_SIZE).decode("utf-8", "replace")


def _is_inside(root: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _checked(root: Path, folder: str, source: str) -> str:
    """A folder that settings name, from the root; raises ReadError unless it is a folder inside the repository."""
    path = posixpath.normpath(folder.replace("\\", "/").strip() or ".")
    if os.path.isabs(path):
        path = posixpath.normpath(os.path.relpath(path, root))
    if path == ".." or path.startswith("../") or not _is_inside(root, root / path):
        raise ReadError(f"the record folder {folder} lies outside the repository", path=source or None)
    if not (root / path).is_dir():
        raise ReadError(f"no record folder {folder}; create it, or mend the setting", path=source or None)
    return path

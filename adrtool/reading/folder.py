"""The records of one folder, told apart from the templates, indexes and attachments beside them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adrtool.reading.labels import Label
from adrtool.reading.naming import FOLDER_STEMS, Name, Shape, parse, record_suffix
from adrtool.reading.places import AROUND_TEMPLATE, ATTACHED, NO_RECORD, SKIPPED, TEMPLATE
from adrtool.reading.vocabulary import fold, label_of, record_section

_SNIFF = 32 * 1024  # bytes of a file that are looked at to tell whether it is a record


def record_files(root: Path, folder: str) -> tuple[str, ...]:
    """The records in `folder` and below it, from `root`, sorted; no template, index, attachment or evidence.

    A folder that is one record (`2026-01-31-slug/README.md`) gives that file.
    """
    found = tuple(_files_below(root, folder, top=True))
    shaped = any(file.name.shape is not Shape.SLUG for file in found)
    shapes = {file.name.shape for file in found if file.top}
    return tuple(sorted(file.path for file in found if _is_record(root, file, shaped, shapes)))


def looks_like_record(path: Path) -> bool:
    """Whether a file has two of a record's sections (context, decision, consequences …), or one and a status."""
    try:
        with path.open("rb") as file:
            text = file.read(_SNIFF).decode("utf-8", "replace")
    except OSError:
        return False
    lines = [line for line in text.splitlines() if 0 < len(line) < 120]
    parts = {part for line in lines if (part := record_section(line)) is not None}
    has_status = any(label_of(re.split(r"[:：|]", line.lstrip("| "))[0]) is Label.STATUS for line in lines)
    return len(parts) >= 2 or (bool(parts) and has_status)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that could be a record."""

    path: str
    name: Name
    top: bool  # directly in the record folder


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a directory, sorted by name; links to directories are left out, for they may lead anywhere."""

    files: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()

    @property
    def is_foreign(self) -> bool:
        """Whether this is another repository or a virtual environment."""
        return ".git" in self.files or ".git" in self.directories or "pyvenv.cfg" in self.files


def list_directory(root: Path, directory: str) -> Listing:
    """What lies in `directory`; nothing where it cannot be read."""
    files, directories = [], []
    try:
        with os.scandir(root / directory) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    directories.append(entry.name)
                elif not os.path.isdir(entry.path):
                    files.append(entry.name)
    except OSError:
        return Listing()
    return Listing(tuple(sorted(files)), tuple(sorted(directories)))


def inner_directories(listing: Listing) -> Iterator[str]:
    """The directories in which records may lie."""
    return (name for name in listing.directories if name not in SKIPPED and not name.startswith("."))


def _files_below(root: Path, directory: str, *, top: bool = False) -> Iterator[Candidate]:
    listing = list_directory(root, directory)
    if listing.is_foreign and not top:
        return
    for file in listing.files:
        if record_suffix(file) and not is_no_record(stem_of(file)):
            yield Candidate(path_below(directory, file), parse(stem_of(file)), top)
    stems = {stem_of(file) for file in listing.files}
    for child in inner_directories(listing):
        path = path_below(directory, child)
        if child.casefold() in ATTACHED or child in stems:
            continue
        if record_suffix(child):
            yield Candidate(path, parse(stem_of(child)), top)  # a folder in a record's place, for the reader to tell of
        elif (single := single_record(root, path, child)) is not None:
            yield Candidate(path_below(path, single), parse(child), top)
        else:
            yield from _files_below(root, path)


def single_record(root: Path, path: str, name: str) -> str | None:
    """The file of a folder that is one record of its own: the folder is named like one, nothing in it is."""
    parsed = parse(name)
    if parsed.shape is Shape.SLUG or not (parsed.slug or parsed.prefix):
        return None
    stems = {stem_of(file).casefold(): file for file in list_directory(root, path).files if record_suffix(file)}
    if name.casefold() in stems:
        return stems[name.casefold()]
    if any(parse(stem).shape is not Shape.SLUG for stem in stems):
        return None
    return next((stems[stem] for stem in FOLDER_STEMS if stem in stems), None)


def _is_record(root: Path, file: Candidate, shaped: bool, shapes: set[Shape]) -> bool:
    """A name like its siblings' is enough; any other file must look like a record inside."""
    if not shaped:
        return True
    if file.name.shape is not Shape.SLUG and (file.top or file.name.shape in shapes or not shapes):
        return True
    return looks_like_record(root / file.path)


def is_no_record(stem: str) -> bool:
    """Whether a file's name says that it is an index, a project's document or a template."""
    if fold(stem) in NO_RECORD or stem.startswith("."):
        return True
    if parse(stem).number:
        return False
    words = [word for word in re.split(r"[\W\d_]+", stem.casefold()) if word]
    return any(word in TEMPLATE for word in words) and all(
        word in TEMPLATE or word in AROUND_TEMPLATE for word in words
    )


def stem_of(file: str) -> str:
    """A file's name without the suffix that records have."""
    return file[: -len(suffix)] if (suffix := record_suffix(file)) else file


def path_below(directory: str, name: str) -> str:
    """The path of `name` in `directory`, from the root, which is `.`."""
    return name if directory == "." else f"{directory}/{name}"

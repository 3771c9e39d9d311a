"""A file as its exact characters, to be spliced and never re-made."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import ReadError

_BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its line ends and byte order mark as they are on disk."""

    text: str  # without the mark
    bom: bool = False

    @classmethod
    def read(cls, path: Path, name: str) -> Source:
        """The file at `path`; raises ReadError for what is no UTF-8 text."""
        try:
            return cls.of(path.read_bytes())
        except UnicodeDecodeError as error:
            raise ReadError(f"not UTF-8 at byte {error.start}; save it as UTF-8 first", path=name) from error
        except OSError as error:
            raise ReadError(f"cannot be read: {error.strerror}", path=name) from error

    @classmethod
    def of(cls, data: bytes) -> Source:
        """The text of a file's bytes; raises UnicodeDecodeError for what is no UTF-8."""
        text = data.decode("utf-8")
        return cls(text.removeprefix(_BOM), text.startswith(_BOM))

    @property
    def newline(self) -> str:
        """The line end that the file uses, judged by its first."""
        match = re.search(r"\r\n|\r|\n", self.text)
        return match[0] if match else "\n"

    def line_starts(self) -> tuple[int, ...]:
        """Where each line begins."""
        return tuple(match.start() for match in _LINE.finditer(self.text) if match[0])

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The characters of lines `first` up to, not including, `last`, both counted from 0."""
        starts = (*self.line_starts(), len(self.text))
        return starts[min(first, len(starts) - 1)], starts[min(last, len(starts) - 1)]

    def splice(self, start: int, end: int, text: str) -> Source:
        """The source with `text` in the place of its characters from `start` to `end`."""
        return Source(self.text[:start] + text + self.text[end:], self.bom)

    @property
    def data(self) -> bytes:
        """The bytes as they are on disk."""
        return ((_BOM if self.bom else "") + self.text).encode("utf-8")

    def write(self, path: Path) -> None:
        """Put the text on disk in one step: either the old file is there or the new one, whole."""
        try:
            replace_file(path, self.data)
        except OSError as error:
            raise ReadError(f"cannot be written: {error.strerror}", path=str(path)) from error


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` beside `path` and move it there, its permissions kept; a symbolic link stays one."""
    target = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_LARGEST = 4 * 1024 * 1024  # bytes; what is larger is no text that people write


def text_of(data: bytes) -> Source | None:
    """A file as text; None for what is none, or larger than people write."""
    if len(data) > _LARGEST or b"\0" in data[:8192]:
        return None
    try:
        return Source.of(data)
    except UnicodeDecodeError:
        return None

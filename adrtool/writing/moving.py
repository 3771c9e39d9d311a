"""Files that get another name: every link that leads to them, or out of them, led on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from adrtool.errors import ReadError, UsageError
from adrtool.model import EvidenceRef
from adrtool.reading.claims import Setting
from adrtool.reading.naming import record_suffix
from adrtool.writing.changes import Change
from adrtool.writing.page import Page
from adrtool.writing.shelf import Shelf
from adrtool.writing.source import Source, text_of

_SAFE = "/._-~+,;=@!$&'*"
# Where a link's target stands: `](target`, `](<target>`, `[label]: target`, and as the two other formats write it.
_MARKDOWN = re.compile(
    r"(?P<open>\]\([ \t]*|^[ ]{0,3}\[[^\]\n]+\]:[ \t]+)(?P<href><[^<>\n]*>|[^\s()<>]+)", re.MULTILINE
)
_RST = re.compile(r"(?P<open><)(?P<href>[^\s<>]+)(?=>`_)")
_ASCIIDOC = re.compile(r"(?P<open>\b(?:link|xref|image::?):)(?P<href>[^\s\[\]]+)(?=\[)")


@dataclass(frozen=True, slots=True)
class Moving:
    """What gets another name: files and perhaps the folder that holds them all, and tests; paths from the root."""

    files: Mapping[str, str] = field(default_factory=dict)
    folder: tuple[str, str] | None = None
    refs: Mapping[EvidenceRef, EvidenceRef] = field(default_factory=dict)

    def moved(self, path: str) -> str:
        """Where the file or folder at `path` is afterwards."""
        if path in self.files or self.folder is None:
            return self.files.get(path, path)
        old, new = self.folder
        return new + path[len(old) :] if path == old or path.startswith(f"{old}/") else path

    def led(self, ref: EvidenceRef) -> EvidenceRef:
        """What cites `ref` now cites this afterwards."""
        return self.refs.get(ref, EvidenceRef(self.moved(ref.path), ref.test))

    def changes(self, root: Path, files: Iterable[str]) -> Iterator[Change]:
        """Every one of `files` that moves, or that links to one which does."""
        for path in dict.fromkeys((*self.files, *files)):
            to = self.files.get(path, "")
            if not to and _pattern(path) is None:
                continue
            file = root / path
            if file.is_symlink() or not file.is_file():
                continue
            before = file.read_bytes()
            after = self._relinked(before, path)
            if after != before or to:
                yield Change(path, before, after, to)

    def _relinked(self, data: bytes, path: str) -> bytes:
        pattern = _pattern(path)
        if pattern is None:
            return data
        source = text_of(data)
        if source is None:
            return data
        setting = Setting(path, "", ())
        here = posixpath.dirname(self.moved(path))
        strays = here != posixpath.dirname(path)

        def relinked(match: re.Match[str]) -> str:
            href = match["href"].strip("<>")
            target = setting.resolve(href)
            if target is None:
                return match[0]
            led = self.led(target)
            if led == target and (not strays or href.startswith("/")):
                return match[0]
            new = _href(href, target, led, here)
            return match["open"] + (f"<{new}>" if match["href"].startswith("<") else new)

        return Source(pattern.sub(relinked, source.text), source.bom).data


def require_kept(moving: Moving, shelf: Shelf, changes: Iterable[Change]) -> None:
    """Raise where a record that is changed would be linked to others than before, or cite other evidence."""
    sources = {change.path: (text_of(change.before or b""), text_of(change.after)) for change in changes}
    read = {path: both for path, both in sources.items() if path in shelf.folders and None not in both}
    after_all = Shelf(
        tuple(replace(record, path=moving.moved(record.path)) for record in shelf.records),
        {moving.moved(path): folder for path, folder in shelf.folders.items()},
        shelf.claims_of,
    )
    before = shelf.read(Page(path, old) for path, (old, _) in read.items() if old is not None)
    after = after_all.read(Page(moving.moved(path), new) for path, (_, new) in read.items() if new is not None)
    for path, (record, _) in before.items():
        links = {(link.relation, moving.moved(link.target)) for link in record.links}
        now = after[moving.moved(path)][0] if moving.moved(path) in after else None
        if now is None or {(link.relation, link.target) for link in now.links} != links:
            raise ReadError("its links would lead elsewhere afterwards; change it by hand", path=path)
        cited = [claim.evidence and moving.led(claim.evidence) for claim in record.claims]
        found = [claim.evidence for claim in now.claims]
        if lost := next((ref for ref in cited if ref not in found), None):
            raise UsageError(f"{lost}: lies in no evidence folder of {now.path}; its claims would be mere links")
        if cited != found:
            raise ReadError("its claims would cite other evidence afterwards; change it by hand", path=path)


def files_below(root: Path, old: str, known: Sequence[str]) -> tuple[str, ...]:
    """The file `old`, or those of `known` in the folder `old`; raises UsageError where there is nothing to move."""
    if (root / old).is_symlink():
        raise UsageError(f"{old}: is a symbolic link; move it with git, and mend the links with `adrtool lint --fix`")
    if (root / old).is_file():
        return (old,)
    found = tuple(path for path in known if path.startswith(f"{old}/") and (root / path).is_file())
    if not found:
        raise UsageError(f"{old}: there is no such file")
    return found


def _href(written: str, before: EvidenceRef, after: EvidenceRef, here: str) -> str:
    """The link to `after` from a file in the folder `here`, in the way in which the link to `before` was written."""
    split = re.match(r"(?P<path>[^?#]*)(?P<query>[^#]*)(?P<anchor>.*)", written)
    assert split is not None
    path = f"/{after.path}" if written.startswith("/") else posixpath.relpath(after.path, here or ".")
    if written.startswith("./") and not path.startswith("../"):
        path = f"./{path}"
    if split["path"].endswith("/"):
        path += "/"
    anchor = split["anchor"] if after.test == before.test else f"#{quote(after.test or '', safe=':')}"
    return quote(path, safe=_SAFE) + split["query"] + anchor


def _pattern(path: str) -> re.Pattern[str] | None:
    match record_suffix(path).lower():
        case ".rst":
            return _RST
        case ".adoc" | ".asciidoc" | ".asc":
            return _ASCIIDOC
        case "":
            return None
        case _:
            return _MARKDOWN

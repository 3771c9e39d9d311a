"""The text of a new record: from the template that was asked for, the team's own, or a neighbour's skeleton."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import ReadError, UsageError
from adrtool.model import Record, Status
from adrtool.reading.naming import Shape, name_of, record_stem, record_suffix
from adrtool.writing import templates
from adrtool.writing.filling import Facts, filled
from adrtool.writing.naming import Naming, naming_of
from adrtool.writing.page import Page
from adrtool.writing.skeleton import headings, skeleton, with_body
from adrtool.writing.source import Source
from adrtool.writing.wording import Wording

_YOUNG = 3  # a folder with fewer records has no ways of its own yet
_NEIGHBOURS = 9  # records that a new one is modelled on
_SHARE = 10  # of the fullest directory's records: what has fewer is a corner
_TEAM = re.compile(r"(?:^|[-_.])template(?:[-_.]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The records beside which a new one will lie, the newest last; none in a folder that is still empty."""

    root: Path
    folder: str  # from the root
    records: tuple[Record, ...]
    places: int = 1  # directories of the folder that hold records

    @classmethod
    def of(cls, root: Path, folder: str, records: Sequence[Record]) -> Neighbours:
        """Those of `records`, all of `folder`, that lie in its newest directory and are named like most there.

        An archive may well be the fullest one; a single record in a corner is nobody's way of doing it.
        """
        if not records:
            return cls(root, folder, ())
        places = Counter(_directory(record) for record in records)
        most = max(places.values())
        usual = [name for name, count in places.items() if count * _SHARE >= most]
        place = max(usual, key=lambda name: (*_newest(records, name), places[name], -name.count("/")))
        beside = [record for record in records if _directory(record) == place]
        shapes = Counter(name_of(record.path).shape for record in beside)
        shape = shapes.most_common(1)[0][0]
        alike = [record for record in beside if name_of(record.path).shape is shape]
        if shape in (Shape.DAY, Shape.SLUG):
            alike.sort(key=lambda record: (record.date or name_of(record.path).day or dt.date.min, record.path))
        else:
            alike.sort(key=lambda record: (record.number or 0, record.path))
        return cls(root, folder, tuple(alike), len(places))

    @property
    def naming(self) -> Naming:
        """How their files are named."""
        return naming_of(self.records[-1], self.records) if self.records else Naming(self.folder, Shape.NUMBER)

    @property
    def wording(self) -> Wording:
        """How they put things."""
        return Wording.of(self.records, "".join(page.text for page in self.pages))

    @property
    def pages(self) -> tuple[Page, ...]:
        """The newest of them as they are on disk; those that are no UTF-8 are left out."""
        pages = []
        for record in self.records[-_NEIGHBOURS:]:
            try:
                pages.append(Page(record.path, Source.read(self.root / record.path, record.path)))
            except ReadError:
                continue
        return tuple(pages)

    def team_template(self) -> Path | None:
        """A template that the team keeps beside its records, or in `templates/` there."""
        for place in (self.root / self.naming.directory, self.root / self.folder):
            for folder in (place / "templates", place):
                files = sorted(folder.glob("*")) if folder.is_dir() else []
                named = [f for f in files if f.is_file() and _TEAM.search(f.name) and record_suffix(_plain(f.name))]
                own = [file for file in named if record_suffix(_plain(file.name)) == self.naming.suffix]
                if own:
                    # `template.md` before `template-short.md`.
                    return min(own, key=lambda file: (len(file.name), file.name))
        return None


def draft(
    path: str, facts: Facts, neighbours: Neighbours, template: str | None = None, body: str | None = None
) -> Page:
    """The new record at `path`; raises ReadError for a template that cannot be used, UsageError for one unknown."""
    page = Page(path, _source(path, facts, neighbours, template))
    page = filled(page, facts, neighbours.wording)
    return with_body(page, body) if body is not None else page


def require_said(page: Page, record: Record, facts: Facts, *, status_asked: bool) -> None:
    """Raise where the draft does not read back as it was meant: nothing is written that says something else."""
    if record.title != facts.title:
        raise UsageError(f"the title would read back as {record.title!r}; choose another wording")
    if facts.deciders and record.deciders != facts.deciders:
        raise ReadError("no place for the deciders in the template; give one with --template", path=page.path)
    if status_asked and record.status is not facts.status:
        message = f"no place for the status {facts.status} in the template; give one with --template"
        raise ReadError(message, path=page.path)


def _source(path: str, facts: Facts, neighbours: Neighbours, template: str | None) -> Source:
    suffix = record_suffix(path).lower()
    if template is not None:
        return _named(template, path, facts, neighbours)
    own = neighbours.team_template()
    if own is not None:
        return _from_file(own, facts)
    pages = neighbours.pages
    if len(neighbours.records) < _YOUNG and (begun := _begun_with(pages, suffix)):
        return Source(render(begun, facts))
    made = skeleton(pages[-1], pages[:-1]) if pages else None
    if made is not None:
        return made.source
    kind = "nygard.rst" if suffix == ".rst" else _nearest(pages[-1]) if pages else "record.md"
    return Source(render(f"{kind}.j2", facts))


def _begun_with(pages: Sequence[Page], suffix: str) -> str:
    """The one of the project's own templates that all of `pages`, the first of a folder, can come from; or nothing."""
    if not pages:
        return ""
    told = {heading for page in pages for heading in headings(page)}
    for name in templates.names():
        if not name.endswith(f"{suffix}.j2") or name.startswith("evidence"):
            continue
        own = Page(f"template{suffix}", Source(render(name, Facts("X", Status.PROPOSED, dt.date.min, 1, "0001"))))
        same = bool(own.front) == bool(pages[-1].front) and (own.status_section is None) == (
            pages[-1].status_section is None
        )
        if same and told and told <= headings(own):
            return name
    return ""


def _nearest(page: Page) -> str:
    """Of the project's own templates, the one that is most like a page."""
    return "madr.md" if page.front else "nygard.md" if page.status_section is not None else "record.md"


def _named(template: str, path: str, facts: Facts, neighbours: Neighbours) -> Source:
    """A template by its name among the team's and the project's own, or by its path."""
    directory = neighbours.root / neighbours.naming.directory
    suffix = record_suffix(path).lower() or ".md"
    for folder in (directory / "templates", directory):
        for name in (template, f"{template}{suffix}", f"{template}{suffix}.j2"):
            if "/" not in template and (folder / name).is_file():
                return _from_file(folder / name, facts)
    if f"{template}{suffix}.j2" in templates.names():
        return Source(render(f"{template}{suffix}.j2", facts))
    if Path(template).is_file():
        return _from_file(Path(template), facts)
    known = ", ".join(sorted({name.split(".")[0] for name in templates.names() if name.endswith(f"{suffix}.j2")}))
    raise UsageError(f"--template {template}: no such template; there are {known}, and paths of files")


def _from_file(file: Path, facts: Facts) -> Source:
    if file.suffix == ".j2":
        return Source(templates.render(file.name, fields(facts), (file.parent,)))
    source = Source.read(file, str(file))
    if not source.text.strip():
        raise ReadError("the template is empty; write one, or name another with --template", path=str(file))
    return source


def render(name: str, facts: Facts, **said: str) -> str:
    """One of the project's own templates; `said` fills sections that would hold a question."""
    return templates.render(name, {**fields(facts), **said})


def fields(facts: Facts) -> Mapping[str, object]:
    """What a Jinja template may use."""
    return {
        "title": facts.title,
        "number": facts.number if facts.number is not None else "",
        "spelt": facts.spelt,
        "status": facts.status.value,
        "date": str(facts.date),
        "deciders": facts.deciders,
        "context": "",
        "decision": "",
        "consequences": "",
    }


def is_status(word: str) -> Status:
    """The status of that name; raises UsageError for any other word."""
    usable = [status for status in Status if status not in (Status.OTHER, Status.UNKNOWN)]
    if word.lower() not in usable:
        raise UsageError(f"--status {word}: write one of {', '.join(usable)}")
    return Status(word.lower())


def _newest(records: Sequence[Record], directory: str) -> tuple[dt.date, int]:
    """The last day, and the highest number, of the records in a directory."""
    own = [record for record in records if _directory(record) == directory]
    days = (day for record in own if (day := record.date or name_of(record.path).day))
    return max(days, default=dt.date.min), max((record.number or 0 for record in own), default=0)


def _directory(record: Record) -> str:
    directory, file = posixpath.split(record.path)
    own = record_stem(record.path) == posixpath.basename(directory) and not file.startswith(record_stem(record.path))
    return posixpath.dirname(directory) if own else directory


def _plain(name: str) -> str:
    return name.removesuffix(".j2")

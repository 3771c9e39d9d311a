"""Records of another folder, of whatever kind, on their way in: their text stays as it is."""

from __future__ import annotations

from adrtool.exchange.incoming import Incoming, status_told
from adrtool.exchange.parts import Source
from adrtool.reading.claims import Setting


def incoming_of(source: Source) -> Incoming:
    """A record on its way in."""
    record = source.record
    return Incoming(
        place=record.path,
        key=record.path,
        title=record.title or record.id,
        number=record.number,
        status=status_told(record.status, record.status_raw),
        date=record.date,
        deciders=record.deciders,
        tags=record.tags,
        links=tuple((link.relation, link.target) for link in record.links),
        path=record.path,
        verbatim=source.sheet.text if source.sheet is not None else None,
        files=tuple(sorted(_files(source))),
    )


def _files(source: Source) -> set[str]:
    """What it links to in its repository."""
    setting = Setting(source.record.path, "", ())
    links = source.sheet.links() if source.sheet is not None else ()
    return {target.path for link in links if (target := setting.resolve(link.href)) is not None}

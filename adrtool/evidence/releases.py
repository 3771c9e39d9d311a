"""The releases of a package, asked of the places that its environment comes from."""

from __future__ import annotations

import enum
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from adrtool.errors import EvidenceError
from adrtool.evidence.installer import mask
from adrtool.evidence.interpreters import fits
from adrtool.evidence.sources import Sources, sources

if TYPE_CHECKING:
    import ssl

    from unearth import Package
    from unearth.fetchers import Fetcher

TIMEOUT = 60.0  # seconds for one answer of an index


class LeftOut(enum.StrEnum):
    """Why a release is none that anybody would get."""

    YANKED = "yanked"
    PRE_RELEASE = "pre-release"
    PYTHON = "python"


@dataclass(frozen=True, slots=True)
class Release:
    """One version of a package; `left_out` says why it is not to be tried, in `words` for a reader."""

    version: str
    left_out: LeftOut | None = None
    words: str = ""


def releases(name: str, python: str, environ: Mapping[str, str] | None = None) -> tuple[Release, ...]:
    """Every release of a package that the indexes and links know, the oldest first, for a full version of Python.

    Raises EvidenceError where none is found, or a place cannot be asked.
    """
    from packaging.version import InvalidVersion, Version

    by_version: dict[Version, list[Package]] = {}
    for package in _files(name, sources(environ)):
        try:
            by_version.setdefault(Version(package.version or ""), []).append(package)
        except InvalidVersion:  # nothing that resolves today takes such a one
            continue
    if not by_version:
        raise EvidenceError(f"no release of {name} where packages come from; look at its spelling")
    return tuple(_release(version, by_version[version], python) for version in sorted(by_version))


def _release(version: object, files: Iterable[Package], python: str) -> Release:
    from packaging.version import Version

    assert isinstance(version, Version)
    kept = [file for file in files if file.link.yank_reason is None]
    if not kept:
        return Release(str(version), LeftOut.YANKED, "yanked")
    if version.is_prerelease:
        return Release(str(version), LeftOut.PRE_RELEASE, "a pre-release")
    asked = {file.link.requires_python or "" for file in kept}
    if not any(_fits(python, each) for each in asked):
        return Release(str(version), LeftOut.PYTHON, f"needs Python {' or '.join(sorted(asked))}")
    return Release(str(version))


def _fits(python: str, asked: str) -> bool:
    from packaging.specifiers import InvalidSpecifier

    try:
        return fits(python, asked)
    except InvalidSpecifier:
        return True


def _files(name: str, places: Sources) -> Iterator[Package]:
    """Every file of the package; a place that cannot be reached is an error, for what it has may be the culprit."""
    from unearth import PackageFinder
    from unearth.auth import MultiDomainBasicAuth
    from unearth.fetchers.sync import PyPIClient

    if not (places.indexes or places.links):  # unearth would ask the public index
        return
    client = PyPIClient(
        trusted_hosts=places.insecure_hosts,
        verify=_certificates(places),
        timeout=TIMEOUT,
        follow_redirects=True,
        proxy=places.proxy or None,
    )
    client.auth = MultiDomainBasicAuth(prompting=False, index_urls=places.indexes)
    links = [_as_path(each) for each in places.links]
    finder = PackageFinder(
        cast("Fetcher", client), index_urls=places.indexes, find_links=links, ignore_compatibility=True
    )
    with client, _quiet():
        try:
            yield from finder.find_all_packages(name, allow_yanked=True)
        except Exception as error:  # noqa: BLE001 - whichever HTTP library unearth brings has errors of its own
            said = mask(str(error)) or type(error).__name__
            raise EvidenceError(f"the releases of {name} cannot be asked for: {said}; look at the network") from None


def _as_path(place: str) -> str:
    """Like uv, which takes `~` in a path."""
    return place if "://" in place else os.path.expanduser(place)


def _certificates(places: Sources) -> ssl.SSLContext:
    import ssl

    context = ssl.create_default_context()
    if places.certificates and Path(places.certificates).is_file():
        context.load_verify_locations(places.certificates)
    return context


@contextmanager
def _quiet() -> Iterator[None]:
    """An index that does not know the package is no news, and its address is nobody's business."""
    logger = logging.getLogger("unearth")
    handler, before = logging.NullHandler(), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = before
        logger.removeHandler(handler)

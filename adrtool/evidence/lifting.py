"""The same requirements with some pins lifted, everything else staying where it was as far as it can. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from adrtool.errors import EvidenceError
from adrtool.evidence.script import Requirements

if TYPE_CHECKING:
    from packaging.requirements import Requirement

Packages = Iterable[tuple[str, str]]


def normal(name: str) -> str:
    """A package's name as every list of resolved packages spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(requirements: Requirements) -> dict[str, Requirement]:
    """The packages that it names itself, by their normal names; those with an address are left out."""
    found = (parsed(each) for each in requirements.dependencies)
    return {normal(each.name): each for each in found if each.url is None}


def allows(requirements: Requirements, name: str, version: str) -> bool:
    """Whether its dependencies and constraints allow a release of a package (by its normal name)."""
    asked = map(parsed, (*requirements.dependencies, *requirements.constraints.splitlines()))
    return all(
        each.specifier.contains(version, prereleases=True)
        for each in asked
        if normal(each.name) == name and (each.marker is None or each.marker.evaluate())
    )


def parsed(text: str) -> Requirement:
    """A requirement that has been checked before."""
    from packaging.requirements import Requirement

    return Requirement(text)


def lifted(requirements: Requirements, wanted: Mapping[str, str], resolved: Packages) -> Requirements:
    """What it asks for with some packages (by their normal names) at other specifiers, and the others as `resolved`.

    The others keep what the dependencies say of them; what its constraints say is no more than a preference then.
    Raises EvidenceError where one of the packages is asked for by its address.
    """
    dependencies = tuple(sorted(_without_pin(each, wanted) for each in requirements.dependencies))
    by_address = {normal(each.name) for each in map(parsed, dependencies) if each.url is not None}
    preferred = [f"{name}=={version}" for name, version in resolved if name not in wanted and name not in by_address]
    constraints = sorted(f"{name}{specifier}" for name, specifier in wanted.items() if specifier)
    return replace(
        requirements,
        dependencies=dependencies,
        constraints="\n".join(constraints),
        preferred="\n".join(preferred),
    )


def _without_pin(dependency: str, wanted: Collection[str]) -> str:
    from packaging.specifiers import SpecifierSet

    asked = parsed(dependency)
    if normal(asked.name) not in wanted:
        return dependency
    if asked.url is not None:
        raise EvidenceError(f"{asked.name} is asked for by its address, not by a release")
    asked.specifier = SpecifierSet()
    return str(asked)

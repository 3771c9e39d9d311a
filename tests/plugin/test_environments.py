"""Evidence that asks for packages runs in an environment of its own, which is built once."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from sessions import Records

THING = """
# /// script
# dependencies = ["thing"]
# [tool.adrtool]
# revalidate = "30d"
# ///
import thing
assert thing.version == "1.0", f"the world has moved to {thing.version}"
"""


def wheel(folder: Path, name: str, version: str = "1.0") -> None:
    """A wheel of one module that knows its version."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n")


@pytest.fixture
def wheels(records: Records, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which everything is installed, without a network."""
    for name in os.environ:
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    folder = records.outside / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    wheel(folder, "pytest")
    return folder


def test_an_environment_is_announced_once_and_built_once(records: Records, wheels: Path):
    wheel(wheels, "thing")
    records.evidence("one.py", THING)
    records.evidence("two.py", THING)
    records.record("[one](evidence/one.py)", "[two](evidence/two.py)")
    found = records.run("adr")
    found.assert_outcomes(passed=2)
    assert found.outlines.count("adrtool: building an environment with thing") == 1
    assert len(list((records.outside / "cache/environments").glob("*/*/pyvenv.cfg"))) == 1


@pytest.mark.parametrize(("revalidate", "result"), [("30d", "passed"), (0.001, "failed")])
def test_an_environment_is_resolved_anew_where_a_verdict_has_expired(
    records: Records, wheels: Path, revalidate: str | float, result: str
):
    wheel(wheels, "thing")
    records.evidence("one.py", THING.replace('"30d"', json.dumps(revalidate)))
    records.record("[one](evidence/one.py)")
    records.run("adr").assert_outcomes(passed=1)
    wheel(wheels, "thing", "2.0")
    assert records.run("adr").parseoutcomes() == {result: 1}


def test_an_environment_that_cannot_be_built_fails_and_says_why(records: Records, wheels: Path):
    records.evidence("one.py", THING)
    records.record("[one](evidence/one.py)")
    found = records.run("adr")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["adr/0001-one.md:9: broken: one"])
    found.stdout.no_fnmatch_line("*Traceback*")

"""The README says what is so."""

import re
from pathlib import Path

import pytest

from adrtool.cli import COMMANDS
from adrtool.errors import ExitCode
from adrtool.evidence.needs import NeedKind
from adrtool.evidence.options import READERS
from adrtool.verdict import Verdict

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert re.search(rf"`adrtool {name}\b", README)


def test_no_command_is_in_the_readme_that_is_not_there() -> None:
    assert set(re.findall(r"^\| `adrtool ([a-z]+)", README, re.MULTILINE)) == set(COMMANDS)


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = README.partition("| exit code |")[2].partition("\n\n")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == set(ExitCode)


def test_the_verdicts_are_those_of_the_program() -> None:
    table = README.partition("| verdict |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(Verdict)


def test_every_key_of_a_script_is_in_the_readme() -> None:
    table = README.partition("| key in `[tool.adrtool]`")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(READERS)


@pytest.mark.parametrize("kind", NeedKind)
def test_every_need_is_in_the_readme(kind: NeedKind) -> None:
    assert f"`{kind.value}" in README

"""The files that a scheduler or a forge reads, made from templates."""

from __future__ import annotations

import enum
import json
import re
import shlex
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from adrtool import __version__
from adrtool.errors import UsageError
from adrtool.writing.templates import FOLDER

if TYPE_CHECKING:
    from jinja2 import Environment

# Each action by its whole commit, so that nobody can change what runs; the version is for people.
ACTIONS: Mapping[str, str] = {
    "checkout": "actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6.0.1",
    "setup_python": "actions/setup-python@83679a892e2d95755f2dac6acb0bfd1e9ac5d548 # v6.1.0",
    "cache": "actions/cache@cdf6c1fa76f9f475f3d7449005a359c84ca0f306 # v5.0.3",
    "restore": "actions/cache/restore@cdf6c1fa76f9f475f3d7449005a359c84ca0f306 # v5.0.3",
    "upload": "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0",
    "download": "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0",
}
_CRON = re.compile(r"[\d*/,\-A-Za-z]+(?: [\d*/,\-A-Za-z]+){4}")


class Place(enum.StrEnum):
    """What runs the job."""

    GITHUB = "github"
    GITLAB = "gitlab"
    SYSTEMD = "systemd"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the job is to be."""

    name: str  # of the repository
    schedule: str = ""  # empty: once a week
    budget: str = "30m"
    shards: int = 1
    python: str = "3.12"
    install: str = f"adrtool=={__version__}"
    issue: bool = True
    review: bool = True
    on_change: str = ""
    metrics: str = ""
    update: bool = False
    push: bool = True
    root: str = ""  # of the clone, for jobs on this machine
    command: str = "adrtool"  # how this machine calls adrtool

    @property
    def minute(self) -> int:
        """A minute of its own for each repository, for forges are busy at the full hour."""
        return 1 + zlib.crc32(self.name.encode()) % 58

    @property
    def cron(self) -> str:
        """The schedule as cron's five fields."""
        schedule = self.schedule or f"{self.minute} 4 * * 1"
        if not _CRON.fullmatch(schedule):
            raise UsageError(f'--schedule {schedule}: write the five fields of cron, as in "23 4 * * 1"')
        return schedule

    @property
    def calendar(self) -> str:
        """The schedule as systemd's OnCalendar."""
        calendar = self.schedule or f"Mon *-*-* 04:{self.minute:02}:00"
        if not re.fullmatch(r"[\w *:/,.~+-]+", calendar):
            raise UsageError(f'--schedule {calendar}: write it as for OnCalendar, as in "Mon 04:23"')
        return calendar

    @property
    def cron_line(self) -> str:
        """What cron hands to a shell; there a percent sign would end the command."""
        quoted = shlex.quote
        words = ["git pull --quiet --ff-only"] if self.update else []
        words.append(f"{self.command} ledger pull")
        told = f" --on-change {quoted(self.on_change)}" if self.on_change else ""
        words.append(f"{self.command} verify --due --budget {quoted(self.budget)}{told}")
        words += [f"{self.command} ledger push"] if self.push else []
        if self.metrics:
            words.append(f"{self.command} status --format prometheus --output {quoted(self.metrics)}")
        return f"cd {quoted(self.root)} && {{ {'; '.join(words)}; }}".replace("%", "\\%")

    @property
    def slug(self) -> str:
        """The name, fit for a file and a unit."""
        return re.sub(r"[^A-Za-z0-9_.-]+", "-", self.name).strip("-.") or "records"


@dataclass(frozen=True, slots=True)
class File:
    """A file to write; `path` is from the folder that is asked for."""

    path: str
    text: str


def files(place: Place, wanted: Wanted) -> tuple[File, ...]:
    """The files for a place, in the order in which to speak of them."""
    match place:
        case Place.GITHUB:
            pair = ("review", "comment") if wanted.review else ()
            return tuple(
                _file(f"github-{name}.yml.j2", f".github/workflows/adrtool{suffix}.yml", wanted)
                for name, suffix in (("verify", ""), *((name, f"-{name}") for name in pair))
            )
        case Place.GITLAB:
            return (_file("gitlab.yml.j2", ".gitlab/adrtool.yml", wanted),)
        case Place.SYSTEMD:
            name = f"adrtool-{wanted.slug}"
            return tuple(_file(f"systemd.{kind}.j2", f"{name}.{kind}", wanted) for kind in ("service", "timer"))
        case Place.CRON:
            return (_file("cron.j2", f"adrtool-{wanted.slug}.cron", wanted),)


def _file(template: str, path: str, wanted: Wanted) -> File:
    fields = {"wanted": wanted, "uses": ACTIONS, "version": __version__, "file": path}
    return File(path, _environment(FOLDER / "ci").get_template(template).render(fields))


@cache
def _environment(folder: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Workflows are full of braces; these marks are in no language that a template here is written in.
    made = Environment(  # noqa: S701 - not HTML
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    made.filters["quoted"] = shlex.quote
    made.filters["unit"] = _unit_word
    made.filters["yaml"] = _yaml_word
    return made


def _unit_word(text: str) -> str:
    """One word of a command in a systemd unit."""
    inside = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{inside}"'


def _yaml_word(text: str) -> str:
    """One scalar of YAML, on one line."""
    return json.dumps(text, ensure_ascii=False)

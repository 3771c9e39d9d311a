"""What one piece of evidence sees from inside its sandbox: the machine's programs, and the places that are its own."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from adrtool.evidence.needs import NeedKind
from adrtool.evidence.surroundings import SHARED_TEMPORARY
from adrtool.evidence.visible import NO_PLACES, TEMPORARY_FOLDERS, View
from adrtool.evidence.working_copy import WorkingCopy

if TYPE_CHECKING:
    from adrtool.evidence.execute import Job

HARNESS = Path(__file__).parent.parent / "harness"
DOCKER_SOCKET = Path("/var/run/docker.sock")
NAMES, RESOLVER = Path("/etc/hosts"), Path("/etc/resolv.conf")


def view_for(
    job: Job, root: Path, copy: WorkingCopy | None, scratch: Path, env: Mapping[str, str], *, network: bool
) -> View:
    """What `job` sees, where it runs in `copy` of the repository at `root`, or in `root` itself."""
    named = (value for name, value in env.items() if name not in NO_PLACES and not name.startswith("ADRTOOL_"))
    own = str(scratch)  # no two have the same
    view = _programs(env.get("PATH", ""), tuple(value for value in named if own not in value)).copy()
    for shared in TEMPORARY_FOLDERS:
        view.show(shared, scratch / SHARED_TEMPORARY, can_write=True)
    view.show_packages(env)
    _show_needed(view, job)
    _show_repository(view, root, copy, importable=job.script.is_python and job.python is None)
    view.show(HARNESS)
    view.show(scratch, can_write=True)
    if network:
        view.show(os.path.realpath(RESOLVER))
    elif NAMES.exists():
        view.show(NAMES, _own_name_on_loopback(scratch))
    return view


@cache
def _programs(path: str, named: tuple[str, ...]) -> View:
    """What evidence sees of the machine, with this PATH and what variables name: the same for all that follows."""
    view = View.of_machine()
    view.show_programs(path)
    view.show_named(named)
    view.show_program(Path(os.path.realpath(sys.executable)))
    return view


def _show_needed(view: View, job: Job) -> None:
    for need in job.script.needs:
        found = shutil.which(need.value) if need.kind is NeedKind.COMMAND else None
        if found is not None:
            view.show_program(Path(found).absolute())
    if job.python is not None:
        view.show_to_read(job.python.parent.parent)
        view.show_program(job.python)
    elif job.script.is_python:
        view.show_program(Path(sys.executable))
        view.show_importable()


def _show_repository(view: View, root: Path, copy: WorkingCopy | None, *, importable: bool) -> None:
    if copy is None:  # too large to copy: to be read as it is, but for git's settings, which hold credentials
        view.show(root)
        if (root / ".git" / "config").is_file():
            view.show(root / ".git" / "config", os.devnull)
        return
    view.hide(root)
    if importable:  # an interpreter that has the repository installed finds the copy in its place
        for name in copy.entries():
            if not (copy.root / name).is_symlink():
                view.show(root / name, copy.root / name, can_write=True)
    view.show(copy.root, can_write=True)
    for objects in copy.borrowed_objects():
        view.show(objects)


def _own_name_on_loopback(scratch: Path) -> Path:
    """Names for a machine that has the loopback alone: its own leads there, too."""
    path = scratch / "hosts"
    path.write_text(f"127.0.0.1 localhost {socket.gethostname()}\n::1 localhost ip6-localhost ip6-loopback\n")
    return path

"""`status` for machines that watch: metrics, annotations, and a file that is never half there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from adrtool.cli import options
from adrtool.errors import ExitCode, ReadError

if TYPE_CHECKING:
    from adrtool.verdict import Judgement
    from adrtool.workspace import Workspace


def prometheus_text(
    workspace: Workspace, shown: Sequence[Judgement], every: Sequence[Judgement], code: ExitCode
) -> str:
    """The metrics of the claims that are shown; `every` judgement of the repository tells the records' health."""
    from adrtool.report.prometheus import prometheus

    healths = workspace.healths(every)
    return prometheus(
        workspace.records, shown, healths, options.now(), revalidate=workspace.revalidate, exit_code=int(code)
    )


def github_text(workspace: Workspace, shown: Sequence[Judgement]) -> str:
    """Alarms as annotations for a run on GitHub."""
    from adrtool.jobs.alarms import alarms
    from adrtool.jobs.annotations import annotated

    return annotated(alarms(workspace.records, shown, options.now()))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever reads it meanwhile sees the old one or the new one, never a half."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        waiting.write_text(text, encoding="utf-8")
        waiting.replace(path)
    except OSError as error:
        waiting.unlink(missing_ok=True)
        raise ReadError(f"--output {path}: cannot be written: {error.strerror}") from error

"""The private copies of a repository in which the evidence of one run runs."""

from __future__ import annotations

import queue
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adrtool.errors import ReadError
from adrtool.evidence.working_copy import WorkingCopy
from adrtool.workspace import Workspace


@dataclass(slots=True)
class Copies:
    """Each is lent to one execution at a time; there are as many as executions at once."""

    workspace: Workspace
    folder: Path
    _free: queue.SimpleQueue[WorkingCopy] = field(default_factory=queue.SimpleQueue)

    @contextmanager
    def lent(self) -> Iterator[WorkingCopy]:
        """A copy for the block, made as good as new behind it."""
        copy = self._take()
        try:
            yield copy
        finally:
            copy.renew()
            self._free.put(copy)

    def _take(self) -> WorkingCopy:
        try:
            return self._free.get_nowait()
        except queue.Empty:
            workspace = self.workspace
            return WorkingCopy.of(workspace.root, workspace.files, workspace.git_dirs, parent=self.folder)


@contextmanager
def copies_of(workspace: Workspace) -> Iterator[Copies]:
    """Keep a folder for copies while the block lasts; raises ReadError where there can be none."""
    try:
        kept = tempfile.TemporaryDirectory(prefix="adrtool-run-", ignore_cleanup_errors=True)
    except OSError as error:
        mend = "make room, or set TMPDIR to a folder that can be written"
        raise ReadError(f"no temporary folder for the run: {error.strerror or error}; {mend}") from None
    with kept as folder:
        yield Copies(workspace, Path(folder))

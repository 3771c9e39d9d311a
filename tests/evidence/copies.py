"""Private copies of a test's repository."""

from __future__ import annotations

from pathlib import Path

from repositories import Project

from adrtool.evidence.working_copy import WorkingCopy
from adrtool.git import Repository


def copy_of(project: Project, tmp_path: Path) -> WorkingCopy:
    repository = Repository.discover(project.root)
    assert repository is not None
    parent = tmp_path / "copies"
    parent.mkdir(exist_ok=True)
    files = repository.tracked_and_untracked_files()
    return WorkingCopy.of(project.root, files, (repository.git_dir, repository.common_dir), parent)

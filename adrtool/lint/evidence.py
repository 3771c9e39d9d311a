"""Rules on claims and the evidence behind them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from adrtool.lint.survey import Finding, Survey
from adrtool.writing.testpaths import leaving_out

_NO_EVIDENCE = frozenset(("README", "conftest", "__init__"))
# What scripts read or serve, even where somebody made it executable.
_DATA = frozenset((".cjs", ".css", ".csv", ".html", ".json", ".md", ".rst", ".toml", ".txt", ".yaml", ".yml"))


def near_misses(survey: Survey) -> Iterator[Finding]:
    """What reads like a claim and silently is none."""
    for page in survey.pages:
        for problem in page.near_misses:
            yield Finding(problem.path, problem.line, problem.message)


def dead_evidence(survey: Survey) -> Iterator[Finding]:
    """Claims whose evidence cannot be run as it stands."""
    for claim in survey.workspace.claims:
        if claim.evidence is not None and (refusal := survey.workspace.piece_of(claim.evidence).refusal) is not None:
            yield Finding(claim.path, claim.line, f"{claim.id}: {refusal}")


def orphans(survey: Survey) -> Iterator[Finding]:
    """Scripts in an evidence folder that no record cites."""
    workspace = survey.workspace
    cited = {claim.evidence.path for claim in workspace.claims if claim.evidence is not None}
    folders = {folder for record in survey.records for folder in workspace.setting(record).evidence_folders}
    for folder in sorted(folders):
        for path in sorted(_scripts(workspace.root, folder) - cited):
            mend = "cite it in a record, or delete it; a module for others has a name that begins with _"
            yield Finding(path, 1, f"no record cites it: {mend}")


def _scripts(root: Path, folder: str) -> set[str]:
    found = set()
    for path in (root / folder).rglob("*") if (root / folder).is_dir() else ():
        name = path.relative_to(root).as_posix()
        aside = any(part.startswith((".", "_")) for part in posixpath.relpath(name, folder).split("/"))
        if aside or path.stem in _NO_EVIDENCE or path.suffix in _DATA or not path.is_file():
            continue
        if path.suffix == ".py" or path.stat().st_mode & 0o111:
            found.add(name)
    return found


def unreached_by_pytest(survey: Survey) -> Iterator[Finding]:
    """A `testpaths` that keeps a plain `pytest` from the claims."""
    root = survey.workspace.root
    cited = [claim.path for claim in survey.workspace.claims if claim.evidence is not None]
    for folder in survey.workspace.folders:
        below = "" if folder == "." else f"{folder}/"
        if any(path.startswith(below) for path in cited) and (file := leaving_out(root, folder)) is not None:
            message = f"testpaths leaves out {folder}, so pytest runs none of its evidence; add it"
            yield Finding(file, _line_of_testpaths(root / file), message)


def _line_of_testpaths(file: Path) -> int:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((at for at, line in enumerate(lines, 1) if line.strip().startswith("testpaths")), 1)

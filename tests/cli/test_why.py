"""`why` names the decisions that govern a file."""

from __future__ import annotations

import io
import sys

import pytest
from repositories import Project

from adrtool.governing import matches

HEAD = "---\nstatus: {}\napplies-to: ['{}']\n---\n# {}\n\n"


@pytest.fixture
def records(project: Project) -> Project:
    project.write("adr/0001-old.md", HEAD.format("rejected", "src/", "Old"))
    project.write("adr/0002-new.md", HEAD.format("accepted", "src/**/*.py", "New") + "See [it](../lib/a%20b.py#L3).\n")
    project.write("adr/0003-e.md", HEAD.format("accepted", "x/*", "E") + "[It holds](evidence/e.py)\n")
    for path in ("src/a/b.py", "lib/a b.py", "adr/evidence/e.py"):
        project.write(path, "")
    return project


WHY = {
    "src/a/b.py": [("0002", "applies-to", "src/**/*.py", None), ("0001", "applies-to", "src/", None)],
    "src/a/gone.py": [("0002", "applies-to", "src/**/*.py", None), ("0001", "applies-to", "src/", None)],
    "src/c.md": [("0001", "applies-to", "src/", None)],
    "lib/a b.py": [("0002", "link", "lib/a b.py", 7)],
    "adr/evidence/e.py": [("0003", "evidence", "adr/evidence/e.py", 7)],
    "lib": [],
}


@pytest.mark.parametrize("path", WHY)
def test_a_file_has_its_decisions(records: Project, path: str) -> None:
    (row,) = records.adrtool("why", "--json", path).json["paths"]
    ties = [(r["id"], t["by"], t["target"], t["line"]) for r in row["records"] for t in r["ties"]]
    assert (row["path"], ties) == (path, WHY[path])


def test_paths_are_those_of_the_current_folder(records: Project) -> None:
    said = records.adrtool("why", "a/b.py", cwd=records.root / "src")
    assert said.out.startswith("src/a/b.py: 0002 New (accepted)\n")
    assert records.adrtool("why", "adr/evidence/e.py", cwd=records.root / "src").out.startswith(
        "adr/evidence/e.py: 0003"
    )


def test_paths_come_from_stdin(records: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"src/a/b.py\nlib/a b.py\n")))
    said = records.adrtool("why", "-", "--json")
    assert [row["path"] for row in said.json["paths"]] == ["src/a/b.py", "lib/a b.py"]


def test_paths_come_as_git_prints_them(records: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    records.commit()
    for name in ("src/naïve 数.py", 'src/a"b\\c.py', "src/plain.py"):
        records.write(name, "")
    records.git("add", "--all")
    printed = records.git("diff", "--cached", "--name-only").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(printed + b"\n")))
    said = records.adrtool("why", "-", "--json")
    paths = {row["path"] for row in said.json["paths"]}
    assert paths == {"src/naïve 数.py", 'src/a"b\\c.py', "src/plain.py"}


def test_a_path_outside_is_refused(records: Project) -> None:
    said = records.adrtool("why", "../x")
    assert (said.code, len(said.err.splitlines())) == (2, 1)


GLOBS = {
    ("src/a.py", "src/*.py"): True,
    ("src/a/b.py", "src/*.py"): False,
    ("src/a/b.py", "src/**"): True,
    ("src/a.py", "src/**/*.py"): True,
    ("deep/main.tf", "*.tf"): True,
    ("main.tf", "/*.tf"): True,
    ("src2/a.py", "src"): False,
    ("src/a.py", "./src"): True,
    ("src/a.py", "src/[ab].py"): True,
    ("src/a.py", "src/[!ab].py"): False,
    ("src/a.py", "src/?.py"): True,
    ("src/a.py", "src/a.p"): False,
    ("src/a+b.py", "src/a+b.py"): True,
    ("a", "[z-a]"): False,
}


@pytest.mark.parametrize(("path", "glob"), GLOBS)
def test_patterns_mean_files(path: str, glob: str) -> None:
    assert matches(path, glob) is GLOBS[path, glob]

"""Inputs: what is declared and what was seen to be read; a change to any of it is noticed, and to nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from adrtool.errors import EvidenceError
from adrtool.evidence import inputs
from adrtool.evidence.inputs import Tree, digest
from adrtool.evidence.working_copy import HEAD

SCRIPT = "adr/evidence/claim.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (
        "models/a.json",
        "models/b.json",
        "models/deep/c.json",
        "adr/evidence/claim.py",
        "adr/evidence/data.csv",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    ("globs", "found"),
    [
        (["data.csv"], ["adr/evidence/data.csv"]),
        (["./data.csv"], ["adr/evidence/data.csv"]),
        (["../../models/*.json"], ["models/a.json", "models/b.json"]),
        (["/models/*.json"], ["models/a.json", "models/b.json"]),
        (["/models/**/*.json"], ["models/a.json", "models/b.json", "models/deep/c.json"]),
        (["/models/[ab].json", "/models/a.json"], ["models/a.json", "models/b.json"]),
        (["*"], ["adr/evidence/claim.py", "adr/evidence/data.csv"]),
        ([], []),
    ],
)
def test_globs_name_files_from_the_script_or_from_the_root(root: Path, globs: list[str], found: list[str]) -> None:
    assert inputs.expand(root, SCRIPT, globs) == tuple(found)


@pytest.mark.parametrize(
    ("glob", "message"),
    [
        ("*.yaml", "input '*.yaml' matches no file; mend the glob or take it out"),
        ("/models", "input '/models' matches no file; mend the glob or take it out"),
        ("../../../*.json", "input '../../../*.json' leads out of the repository; name files inside it"),
        ("../../..", "input '../../..' leads out of the repository; name files inside it"),
        ("/", "input '/' is no glob; write one like ../../models/*.json"),
        ("/models/**.json", "input '/models/**.json' is no glob; write one like ../../models/*.json"),
    ],
)
def test_a_glob_that_names_nothing_is_an_error(root: Path, glob: str, message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        inputs.expand(root, SCRIPT, [glob])
    assert str(caught.value) == f"{SCRIPT}: {message}"


def test_a_folder_whose_name_begins_with_dots_is_inside(root: Path) -> None:
    (root / "..models").mkdir()
    (root / "..models/x.json").write_text("x")
    assert inputs.expand(root, SCRIPT, ["/..models/*.json"]) == ("..models/x.json",)


def test_a_link_that_leads_out_is_no_input(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.json"
    outside.write_text("x")
    (root / "models/x.json").symlink_to(outside)
    assert inputs.expand(root, SCRIPT, ["/models/*.json"]) == ("models/a.json", "models/b.json")
    with pytest.raises(EvidenceError, match="matches no file"):
        inputs.expand(root, SCRIPT, ["/models/x.json"])


def test_inputs_beyond_counting_are_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_MOST_MATCHES", 2)
    assert len(inputs.expand(root, SCRIPT, ["/models/*.json"])) == 2
    with pytest.raises(EvidenceError, match="more than 2 files"):
        inputs.expand(root, SCRIPT, ["/models/**/*.json"])


def test_conftest_files_from_the_script_up_to_the_evidence_folder(root: Path) -> None:
    for name in ("conftest.py", "adr/conftest.py", "adr/evidence/conftest.py", "adr/evidence/0001/conftest.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    both = ("adr/evidence/0001/conftest.py", "adr/evidence/conftest.py")
    assert inputs.conftests(root, "adr/evidence/0001/claim.py", "adr/evidence") == both
    assert inputs.conftests(root, SCRIPT, "adr/evidence") == ("adr/evidence/conftest.py",)


def tree(contents: dict[str, str], *, ignored: Iterable[str] = (), head: str | None = "c0ffee") -> Tree:
    folders = {str(parent) for name in contents for parent in Path(name).parents}
    there = {**dict.fromkeys(folders, "folder"), **contents}
    files = tuple(name for name in contents if name not in ignored)
    return Tree(lambda path: there.get(path, "missing"), lambda: files, head)


FILES = {"a": "1", "b/c": "2", "b/d": "3", "e/f/g": "4"}

CHANGES = {
    "a file's content": (["a"], {**FILES, "a": "9"}, True),
    "another file's content": (["a"], {**FILES, "b/c": "9"}, False),
    "a file that goes": (["a"], {"b/c": "2"}, True),
    "a listing and a new file": (["b/"], {**FILES, "b/new": "9"}, True),
    "a listing and a file that goes": (["b/"], {"a": "1", "b/c": "2"}, True),
    "a listing and a new folder": (["./"], {**FILES, "new/x": "9"}, True),
    "a listing and a file further below": (["./"], {**FILES, "b/new": "9"}, False),
    "a listing and a file's content": (["b/"], {**FILES, "b/c": "9"}, False),
    "a listing and bytecode": (["b/"], {**FILES, "b/__pycache__/c.pyc": "9"}, False),
    "a name that comes": (["new/."], {**FILES, "new": "9"}, True),
    "a name that comes as a folder": (["new/."], {**FILES, "new/x": "9"}, True),
    "a name that goes": (["a/."], {"b/c": "2"}, True),
    "a name, and its content": (["a/."], {**FILES, "a": "9"}, False),
    "a file that becomes a folder": (["a/."], {"a/x": "1", "b/c": "2"}, True),
    "a folder that goes": (["e/f/."], {"a": "1"}, True),
    "a folder, and what is in it": (["e/f/."], {**FILES, "e/f/new": "9"}, False),
}


@pytest.mark.parametrize(("paths", "after", "changes"), CHANGES.values(), ids=list(CHANGES))
def test_a_change_is_noticed_where_it_matters(paths: list[str], after: dict[str, str], changes: bool) -> None:
    assert (digest(paths, tree(FILES)) != digest(paths, tree(after))) is changes


def test_what_git_ignores_is_not_there_to_be_looked_for() -> None:
    after = tree({**FILES, "build/x": "9"}, ignored=["build/x"])
    assert digest(["build/.", "./"], tree(FILES)) == digest(["build/.", "./"], after)


def test_the_history_is_the_commit() -> None:
    assert digest([HEAD], tree(FILES)) == digest([HEAD], tree({}))
    assert digest([HEAD], tree(FILES)) != digest([HEAD], tree(FILES, head="decaf"))
    assert digest([HEAD], tree(FILES)) != digest([HEAD], tree(FILES, head=None))


def test_the_order_of_paths_says_nothing() -> None:
    assert digest(["a", "b/c", "a"], tree(FILES)) == digest(["b/c", "a"], tree(FILES))
    assert digest(["a"], tree(FILES)) != digest(["a", "b/c"], tree(FILES))


def test_content_tells_files_folders_and_nothing_apart(root: Path) -> None:
    found = [
        inputs.content(root / name) for name in ("models/a.json", "models/b.json", "models", "x", "models/a.json/x")
    ]
    assert found[2:] == ["folder", "missing", "missing"]
    assert len({*found[:2], "folder", "missing"}) == 4


def test_a_files_content_is_never_taken_for_a_word(root: Path) -> None:
    (root / "missing.txt").write_text("missing")
    assert inputs.content(root / "missing.txt") != "missing"

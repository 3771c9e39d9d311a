"""A right answer or one clear line, whatever the repository looks like."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from repositories import RECORD, Project, Said

CLAIM = "[Reads stay quick](evidence/reads.py)"


@pytest.fixture
def plain(project: Project) -> Project:
    """A repository with one claim that holds on `main`, and a branch `change` that is checked out."""
    project.record(CLAIM)
    project.evidence("reads.py", "from pathlib import Path\nassert int(Path('n.txt').read_text()) < 5\n")
    project.write("n.txt", "3")
    project.commit()
    assert project.verify().code == 0
    project.git("checkout", "--quiet", "-b", "change")
    return project


def refused(said: Said, code: int, *words: str) -> None:
    assert said.code == code
    (line,) = said.err.splitlines()
    assert all(word in line for word in words), line


def test_outside_git_there_is_nothing_to_compare(folder: Project) -> None:
    folder.record(CLAIM)
    refused(folder.adrtool("review", "main"), 2, "git repository")


def test_before_the_first_commit(project: Project) -> None:
    project.record(CLAIM)
    refused(project.adrtool("review", "main"), 2, "no commit yet")


@pytest.mark.parametrize("base", ["nowhere", "origin/main", "-x", "", "--upload-pack=x", "HEAD:adr"])
def test_a_base_that_is_not_there(plain: Project, base: str) -> None:
    refused(plain.adrtool("review", "--", base), 2, "no such branch or commit")


def test_histories_that_have_nothing_in_common(plain: Project) -> None:
    plain.git("checkout", "--quiet", "--orphan", "other")
    plain.commit("another beginning")  # by its message: within one second all else of the two commits is equal
    refused(plain.adrtool("review", "main"), 2, "no commit in common")


def test_a_shallow_clone_says_how_to_deepen(plain: Project, tmp_path: Path) -> None:
    plain.write("n.txt", "4")
    plain.commit()
    plain.git("checkout", "--quiet", "main")
    plain.commit("main goes on")
    clone = tmp_path / "clone"
    words = ["git", "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{plain.root}", str(clone)]
    subprocess.run(words, check=True)
    said = plain.adrtool("review", "origin/main", "origin/change", cwd=clone)
    refused(said, 12, "shallow", "git fetch --unshallow", "fetch-depth: 0")


def test_a_base_without_records(project: Project) -> None:
    project.write("README.md", "hello")
    project.commit()
    project.git("checkout", "--quiet", "-b", "change")
    refused(project.adrtool("review", "main"), 12, "no records found")
    assert project.adrtool("review", "main", "--allow-empty").code == 0
    project.record(CLAIM)
    project.evidence("reads.py", "assert True\n")
    project.commit()
    said = project.adrtool("review", "main", "--json")
    (claim,) = said.json["claims"]
    assert (said.code, claim["before"], claim["source"]) == (0, None, "not-run")
    assert [row["change"] for row in said.json["records"]] == ["record-added"]
    assert project.adrtool("review", "main", "--json", "--trust", "head").json["claims"][0]["after"] == "holds"


def test_a_head_that_takes_all_records_away(plain: Project) -> None:
    plain.git("rm", "--quiet", "-r", "adr")
    plain.commit()
    said = plain.adrtool("review", "main", "--json")
    assert said.code == 0
    assert [claim["marks"] for claim in said.json["claims"]] == [["removed"]]
    assert [row["change"] for row in said.json["records"]] == ["record-removed"]


def test_settings_that_cannot_be_read(plain: Project) -> None:
    plain.write("adrtool.toml", "records = 5\n")
    plain.commit()
    refused(plain.adrtool("review", "main"), 12, "adrtool.toml:1")
    plain.git("checkout", "--quiet", "-b", "mend")
    plain.write("adrtool.toml", 'records = ["adr"]\n')
    plain.commit()
    said = plain.adrtool("review", "change", "--json", "--no-run")
    assert said.code == 0
    assert "the base cannot be read, so everything counts as new" in said.json["notes"][0]


def test_a_folder_of_records_that_moves_as_a_whole(plain: Project) -> None:
    (plain.root / "docs").mkdir()
    plain.git("mv", "adr", "docs/decisions")
    plain.commit()
    said = plain.adrtool("review", "main", "--json")
    assert (said.code, said.json["findings"], said.json["records"]) == (0, [], [])
    (claim,) = said.json["claims"]
    assert (claim["before"], claim["after"], claim["marks"]) == ("holds", "holds", [])
    plain.write("n.txt", "7")
    plain.commit()
    assert plain.adrtool("review", "main", "--json").code == 10  # moved, not edited: it may run


def test_a_submodule_is_a_file_like_any_other(plain: Project, tmp_path: Path) -> None:
    commit = plain.git("rev-parse", "HEAD")
    plain.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/lib")
    plain.git("commit", "--quiet", "--message", "a submodule")
    said = plain.adrtool("review", "main", "--json")
    assert (said.code, said.json["files"], said.json["findings"]) == (0, 1, [])


def test_a_merge_of_merges(plain: Project) -> None:
    for name in ("left", "right"):
        plain.git("checkout", "--quiet", "-b", name, "main")
        plain.write(f"{name}.txt", name)
        plain.commit()
    plain.git("checkout", "--quiet", "-b", "left-right", "left")
    plain.git("merge", "--quiet", "--no-edit", "right")
    plain.git("checkout", "--quiet", "-b", "right-left", "right")
    plain.git("merge", "--quiet", "--no-edit", "left")
    plain.write("n.txt", "7")
    plain.commit()
    said = plain.adrtool("review", "left-right", "right-left", "--json")
    assert said.code == 10
    assert [claim["marks"][0] for claim in said.json["claims"]] == ["breaks"]


def test_ten_thousand_files(plain: Project) -> None:
    text = (plain.root / RECORD).read_text()
    plain.write(RECORD, f"---\napplies-to: ['many/**']\n---\n{text}")
    for number in range(10_000):
        file = plain.root / f"many/{number % 100}/{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    plain.commit()
    said = plain.adrtool("review", "main", "--json", "--no-run")
    assert (said.code, said.json["files"]) == (0, 10_001)
    (row,) = said.json["governed"]
    assert len(row["files"]) == 10_000
    (message,) = [row["message"] for row in said.json["findings"] if row["rule"] == "governed"]
    assert "and 9997 more" in message
    assert len(message) < 300


def test_names_that_no_encoding_knows(plain: Project) -> None:
    (plain.root / "b\udcff\n.txt").write_text("x")
    plain.write("n.txt", "4")
    plain.commit()
    for form in ("text", "markdown", "github", "sarif", "gitlab", "junit", "json"):
        said = plain.adrtool("review", "main", "--format", form, "--output", f"{form}=out")
        assert said.code == 0, form
        assert (plain.root / "out").read_bytes()


def test_output_that_cannot_be_written_and_formats_that_are_none(plain: Project) -> None:
    plain.commit()
    refused(plain.adrtool("review", "main", "--output", "pdf=x"), 2, "--output pdf=x", "markdown")
    refused(plain.adrtool("review", "main", "--output", "json=no/such/folder"), 12, "cannot be written")
    assert plain.adrtool("review", "main", "--json", "--format", "junit").code == 2


def test_a_folder_that_is_named(plain: Project) -> None:
    plain.git("mv", "adr", "odd-place")
    plain.commit()
    plain.write("n.txt", "7")
    plain.commit()
    said = plain.adrtool("review", "change~1", "--json", "--dir", "odd-place")
    assert said.code == 10
    assert said.json["claims"][0]["path"] == "odd-place/0001-one.md"


def test_the_settings_of_the_change_take_no_sandbox_away(plain: Project) -> None:
    from adrtool.review.sides import opened, resolve
    from adrtool.workspace import Workspace
    from adrtool.cli.options import now

    plain.git("checkout", "--quiet", "main")
    plain.write("adrtool.toml", 'sandbox = "require"\nlimits = {memory = "1GB"}\n')
    plain.commit()
    plain.git("checkout", "--quiet", "-B", "change")
    plain.write("adrtool.toml", 'sandbox = "off"\n')
    plain.commit()
    workspace = Workspace.open(plain.root)
    with opened(workspace, resolve(workspace.repository, "main", None), (), now()) as sides:
        settings = sides.head.workspace.settings
        assert settings.sandbox == "require"
        assert settings.limits == sides.base.workspace.settings.limits


@pytest.mark.parametrize("words", [["review", "HEAD", "--no-run"], ["status"]])
def test_a_clone_without_the_ledger_is_told_how_to_get_it(plain: Project, tmp_path: Path, words: list[str]) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(plain.root), str(clone)], check=True)
    assert "`adrtool ledger pull`" in plain.adrtool(*words, cwd=clone).err

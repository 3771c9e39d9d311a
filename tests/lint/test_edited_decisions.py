"""An accepted decision that says something else than when it was accepted is found, and nothing else is."""

from __future__ import annotations

import datetime as dt
import subprocess

import pytest
from repositories import Project

from adrtool.lint import lint
from adrtool.lint.statement import says_the_same
from adrtool.workspace import Workspace

TODAY = dt.date(2026, 11, 23)
PATH = "adr/0001-a-database.md"
MADR = """\
---
status: accepted
date: 2026-01-02
---

# A database

## Context and Problem Statement

We store things.

## Decision Outcome

Chosen option: PostgreSQL, because [it is *fast*](evidence/fast.py) and known.
It stays [for years](0002-years.md).

### Consequences

Good, because known.

### Confirmation

A review.

## Revalidation

Each year.
"""
NYGARD = MADR.split("---\n")[2].replace("# A database\n", "# A database\n\nDate: 2026-01-02\n\n## Status\n\nAccepted\n")
ADOC = """\
= A database
:status: accepted
:date: 2026-01-02

== Context

We store things.

== Decision

We use *PostgreSQL*, see link:more.adoc[more].

== Consequences

Good.
"""
RST = """\
A database
==========

:Status: accepted
:Date: 2026-01-02

Decision
--------

We use **PostgreSQL**, see `more <more.rst>`_.

Consequences
------------

Good.
"""
BOLD = (
    "# A database\n\n**Status:** Accepted\n\n**Date:** 2026-01-02\n\n**Decision**\n\nWe use PostgreSQL.\n\n"
    "**Consequences**\n\nGood.\n"
)
LABEL = "# A database\n\nStatus: Accepted\n\nDate: 2026-01-02\n\n**Decision:** We use PostgreSQL.\n\n**So:** Good.\n"
TABLE = "# A database\n\n| Status | Accepted |\n|---|---|\n| Date | 2026-01-02 |\n| Decision | PostgreSQL |\n| So | Good |\n"
Y = "# A database\n\n* Status: accepted\n* Date: 2026-01-02\n\nIn need of one,\nwe decided for PostgreSQL\nto be fast. Good.\n"
GERMAN = "# Datenbank\n\n## Status\n\nAkzeptiert\n\n## Entscheidung\n\nWir nehmen PostgreSQL.\n\n## Folgen\n\nGood.\n"
FRENCH = GERMAN.replace("Entscheidung", "Résultat de la Décision").replace("Akzeptiert", "Acceptée")
SUBSECTIONS = NYGARD.replace("Chosen option: PostgreSQL", "### Where\n\nChosen option: PostgreSQL")


def found(project: Project, base: str | None = None) -> list[tuple[str, int, str]]:
    problems = lint(Workspace.open(project.root), TODAY, base)
    return [(row.path, row.line, row.message) for row in problems if row.rule == "edited-decision"]


def put(project: Project, text: str, path: str = PATH) -> None:
    project.write(path, text.encode())
    project.commit()


@pytest.mark.parametrize(
    ("text", "suffix", "line"),
    [
        pytest.param(MADR, "md", 12, id="madr"),
        pytest.param(NYGARD, "md", 14, id="nygard"),
        pytest.param(SUBSECTIONS, "md", 14, id="subsections"),
        pytest.param(ADOC, "adoc", 9, id="asciidoc"),
        pytest.param(RST, "rst", 7, id="rst"),
        pytest.param(BOLD, "md", 9, id="bold"),
        pytest.param(LABEL, "md", 7, id="label"),
        pytest.param(TABLE, "md", 6, id="table"),
        pytest.param(Y, "md", 6, id="y-statement"),
        pytest.param(GERMAN, "md", 7, id="german"),
        pytest.param(FRENCH, "md", 7, id="french"),
    ],
)
def test_an_edit_of_the_decision_is_found_in_every_dialect(project: Project, text: str, suffix: str, line: int) -> None:
    path = PATH.replace("md", suffix)
    put(project, text, path)
    assert found(project) == []
    if text is not Y:  # which has all in one paragraph
        put(project, text.replace("Good", "Bad"), path)
    assert found(project) == []
    put(project, text.replace("PostgreSQL", "MySQL"), path)
    commit = project.git("rev-parse", "HEAD")[:10]
    ((where, at, told),) = found(project)
    assert (where, at) == (path, line)
    assert commit in told
    put(project, text, path)  # put back
    assert found(project) == []


@pytest.mark.parametrize(
    "edit",
    [
        ("status: accepted", "status: Accepted\ntags: [data]"),
        ("evidence/fast.py", 'evidence/fast.py "supporting; waived until 2027-02-01: upstream is \\"slow\\" (again)"'),
        ("evidence/fast.py", "evidence/faster.py#test_it"),
        ("0002-years.md", "0012-years.md"),
        ("[for years](0002-years.md)", "[for years][y]"),
        ("PostgreSQL, because", "**PostgreSQL**,\nbecause"),
        ("*fast*", "_fast_"),
        ("because [it", "becuase [it"),
        ("Good, because known.", "Bad, because new."),
        ("A review.", "A test."),
        ("Each year.", "Each month."),
        ("We store things.", "We store other things."),
        ("# A database", "# One database"),
        ("\n", "\r\n"),
        ("## Decision Outcome", "## Decision"),
        ("Chosen option", "<!-- markdownlint-disable -->\nChosen option"),
    ],
    ids=str,
)
def test_what_is_no_edit_of_the_decision(project: Project, edit: tuple[str, str]) -> None:
    put(project, MADR)
    assert edit[0] in MADR
    put(project, MADR.replace(*edit) + ("\n[y]: 0002-years.md\n" if "[y]" in edit[1] else ""))
    assert found(project) == []


@pytest.mark.parametrize(
    "edit",
    [
        ("it is *fast*", "it was *fast*"),
        ("PostgreSQL", "not PostgreSQL"),
        ("It stays", "It goes"),
        ("known.\nIt", "known.\n\n```\nport = 5432\n```\n\nIt"),
        (MADR[MADR.index("Chosen") : MADR.index("### Cons")], ""),
    ],
    ids=str,
)
def test_what_is_one(project: Project, edit: tuple[str, str]) -> None:
    put(project, MADR)
    assert edit[0] in MADR
    project.write(PATH, MADR.replace(*edit).encode())
    ((path, _, told),) = found(project)
    assert (path, "not yet committed" in told) == (PATH, True)


def test_only_what_was_accepted_counts(project: Project) -> None:
    draft = MADR.replace("accepted", "proposed")
    put(project, draft.replace("PostgreSQL", "SQLite"))
    put(project, draft)
    put(project, MADR)  # words and status in one commit
    assert found(project) == []
    put(project, MADR.replace("PostgreSQL", "MySQL").replace("accepted", "superseded"))
    assert found(project) == []


def test_a_decision_that_was_opened_and_accepted_again(project: Project) -> None:
    put(project, MADR)
    put(project, MADR.replace("accepted", "proposed").replace("PostgreSQL", "MySQL"))
    put(project, MADR.replace("PostgreSQL", "MySQL"))
    assert found(project) == []


def test_an_amendment_that_the_record_dates(project: Project) -> None:
    put(project, MADR)
    put(project, (dated := MADR.replace("PostgreSQL", "MySQL").replace("2026-01-02", "2026-03-04")))
    assert found(project) == []
    put(project, dated.replace("MySQL", "Oracle"))
    assert len(found(project)) == 1
    put(project, dated.replace("MySQL", "Oracle").replace("2026-03-04", "2026-01-02"))  # a date gone back hides nothing
    assert len(found(project)) == 1


def test_a_template_that_is_filled_in_later(project: Project) -> None:
    put(project, MADR.replace("Chosen option: PostgreSQL, because [it is *fast*](evidence/fast.py) and known.\n"
                              "It stays [for years](0002-years.md).", "What do we do about it?"))  # fmt: skip
    put(project, MADR)
    assert found(project) == []


def test_a_record_is_followed_through_its_names(project: Project) -> None:
    put(project, MADR)
    project.git("mv", PATH, "adr/0007-a-store.md")
    project.commit()
    assert found(project) == []
    put(project, MADR.replace("PostgreSQL", "MySQL"), "adr/0007-a-store.md")
    assert [path for path, _, _ in found(project)] == ["adr/0007-a-store.md"]


def test_another_record_in_an_old_ones_place_is_not_compared_with_it(project: Project) -> None:
    put(project, MADR)
    (project.root / PATH).unlink()
    project.commit()
    put(project, MADR.replace("PostgreSQL", "MySQL"))
    assert found(project) == []


def test_what_a_branch_tried_before_its_merge_is_nobodys_concern(project: Project) -> None:
    put(project, "# About\n", "README.md")
    project.git("checkout", "--quiet", "-b", "topic")
    put(project, MADR)
    put(project, MADR.replace("PostgreSQL", "MySQL"))
    assert found(project, base="main") == []
    project.git("checkout", "--quiet", "main")
    project.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    assert found(project) == []
    project.git("checkout", "--quiet", "topic")
    put(project, MADR)
    project.git("checkout", "--quiet", "main")
    project.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    assert [path for path, _, _ in found(project)] == [PATH]


def test_several_folders_are_asked_for_at_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("adrtool.toml", 'records = ["adr", "pkg one/decisions"]\n')
    other = "pkg one/decisions/0001-ü.md"
    for path in (PATH, other):
        put(project, MADR, path)
        put(project, MADR.replace("PostgreSQL", "MySQL"), path)
    logs = []
    run = subprocess.run

    def noted(command: list[str], **kwargs: object) -> object:
        logs.extend(word for word in command if word == "log")
        return run(command, **kwargs)

    monkeypatch.setattr(subprocess, "run", noted)
    assert [path for path, _, _ in found(project)] == [PATH, other]
    assert logs == ["log"]


def test_a_shallow_clone_and_a_folder_outside_git_are_silent(project: Project, folder: Project) -> None:
    put(project, MADR)
    put(project, MADR.replace("PostgreSQL", "MySQL"))
    assert len(found(project)) == 1
    clone = project.root.parent / "shallow"
    project.git("clone", "--quiet", "--depth=1", f"file://{project.root}", str(clone))
    (clone / PATH).write_text(MADR)
    problems = lint(Workspace.open(clone), TODAY)
    assert "edited-decision" not in [problem.rule for problem in problems]


def test_it_is_a_warning_and_can_be_switched_off(project: Project) -> None:
    put(project, MADR)
    put(project, MADR.replace("PostgreSQL", "MySQL"))
    rows = [row for row in project.adrtool("lint", "--json").json["problems"] if row["rule"] == "edited-decision"]
    assert [(row["path"], row["line"]) for row in rows] == [(PATH, 12)]
    assert "warning: the decision was edited" in project.adrtool("lint").out
    project.write("adrtool.toml", 'disable = ["edited-decision"]\n')
    assert "edited" not in project.adrtool("lint").out


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("We use the database.", "We use the databse.", True),
        ("We use asynchronous calls", "We use synchronous calls", False),
        ("We use http", "We use https", False),
        ("Java 8", "Java 9", False),
        ("We use C", "We use C++", False),
        ("At most 5 ms", "< 5 ms", False),
        ("> quoted", "quoted", True),
        ("1. one\n2. two", "* one\n* two", True),
        ("使用数据\n库", "使用数据库", True),
        ("使用数据库", "使用文件", False),
        ("| a | b |\n|---|---|\n| c | d |", "| a   | b   |\n| --- | --- |\n| c   | d   |", True),
        ("see `more <a.rst>`_", "see `more <b.rst>`_", True),
        ("see xref:a.adoc[more] and <<b,that>>", "see xref:c.adoc[more] and <<d,that>>", True),
        ("see [more][a]\n\n[a]: x.md", "see [more][a]\n\n[a]: y.md", True),
        ("see [more](x.md)", "see [less](x.md)", False),
        ("<!-- a -->We <!-- b --> do", "We do<!-- c\nd -->", True),
        ("We do <!-- not ended", "We do", False),
    ],
)
def test_what_says_the_same(before: str, after: str, same: bool) -> None:
    assert says_the_same(before, after) is same


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<<",
        "[](",
        '[]("',
        "[a][",
        "`a <",
        "https://",
        "link:",
        "[",
        "- ",
        "` ",
        "    ",
        "\n",
        ".. _",
        "a.",
        "| ",
        "&",
    ],
)
def test_no_text_takes_for_ever(piece: str) -> None:
    text = piece * (1_000_000 // len(piece) // (20 if piece in ("<!--", "<<", "[", "| ") else 1))
    assert says_the_same(text, f"{text}\n")

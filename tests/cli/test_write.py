"""`init`, `new`, `edit`: real folders, real git, and what stands on disk afterwards."""

from __future__ import annotations

import io
import os
import pty
import sys

import pytest
from repositories import Project

NYGARD = """\
    # {number}. {title}

    Date: 2026-01-0{number}

    ## Status

    Accepted

    ## Context

    Some.

    ## Decision

    This.

    ## Consequences

    That.
    """


def nygard(project: Project, *titles: str) -> None:
    for number, title in enumerate(titles, 1):
        slug = title.lower().replace(" ", "-")
        project.write(f"doc/adr/{number:04d}-{slug}.md", NYGARD.format(number=number, title=title))


def feed(project: Project, text: str) -> None:
    project.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.parametrize("template", ["record", "madr", "nygard", "y-statement"])
def test_init_begins_a_folder_that_reads_well(project: Project, template: str) -> None:
    said = project.adrtool("init", "--template", template, "--date", "2026-02-03")
    assert (said.code, said.out) == (0, "adr/0001-record-architecture-decisions.md\n")
    (record,) = project.adrtool("list", "--json").json["records"]
    found = {key: record[key] for key in ("number", "title", "status", "date", "claims")}
    assert found == {
        "number": 1, "title": "Record architecture decisions", "status": "accepted", "date": "2026-02-03", "claims": []
    }  # fmt: skip
    assert project.adrtool("lint").code == 0


def test_init_refuses_where_records_are(project: Project) -> None:
    nygard(project, "One")
    said = project.adrtool("init")
    assert said.code == 2
    assert said.err == "adrtool: there are 1 records in doc/adr/ already; `adrtool new TITLE` adds one\n"
    assert not (project.root / "adr").exists()


def test_init_makes_the_folder_that_settings_name(project: Project) -> None:
    project.write("adrtool.toml", 'records = ["docs/why"]\n')
    assert project.adrtool("init").out == "docs/why/0001-record-architecture-decisions.md\n"
    assert project.adrtool("new", "Use X").out == "docs/why/0002-use-x.md\n"


def test_init_says_where_pytest_will_not_look(project: Project) -> None:
    project.write("pyproject.toml", '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n')
    assert "pyproject.toml: testpaths leaves adr/ out" in project.adrtool("init").err


def test_init_is_silent_where_pytest_looks(project: Project) -> None:
    project.write("pyproject.toml", '[tool.pytest.ini_options]\ntestpaths = ["tests", "adr"]\n')
    assert project.adrtool("init").err == ""


def test_init_stays_inside_the_repository(project: Project) -> None:
    said = project.adrtool("init", "--dir", "../elsewhere")
    assert said.code == 2 and "outside the repository" in said.err
    assert not (project.root.parent / "elsewhere").exists()


def test_new_says_what_was_asked(project: Project) -> None:
    project.adrtool("init")
    words = ["--status", "accepted", "--date", "2026-05-06", "--decider", "Ann", "--decider", "Bob"]
    said = project.adrtool("new", "Use", "R&D", "[beta]", "<now>", *words, "--no-edit")
    assert said.out == "adr/0002-use-r-d-beta-now.md\n"
    record = project.adrtool("list", "--json").json["records"][1]
    assert record["title"] == "Use R&D [beta] <now>"
    assert (record["status"], record["date"], record["deciders"]) == ("accepted", "2026-05-06", ["Ann", "Bob"])


def test_new_in_a_nygard_folder_looks_like_its_neighbours(project: Project) -> None:
    nygard(project, "One", "Two", "Three")
    project.adrtool("new", "Use Postgres", "--date", "2026-02-03")
    assert (project.root / "doc/adr/0004-use-postgres.md").read_text() == (
        "# 4. Use Postgres\n\nDate: 2026-02-03\n\n## Status\n\nProposed\n\n## Context\n\n## Decision\n\n## Consequences\n"
    )


def test_new_follows_language_width_and_line_ends(project: Project) -> None:
    for number in (1, 2, 3):
        text = f"# ADR-00{number}: Nummer {number}\r\n\r\n* Status: akzeptiert\r\n* Datum: 0{number}.02.2026\r\n\r\n"
        text += "## Kontext\r\n\r\nEs war.\r\n\r\n## Entscheidung\r\n\r\nSo.\r\n"
        project.write(f"docs/decisions/adr-00{number}_nummer_{number}.md", text.encode())
    said = project.adrtool("new", "Größe zählt", "--date", "2026-03-04")
    assert said.out == "docs/decisions/adr-004_grosse_zahlt.md\n"
    assert (project.root / said.out.strip()).read_bytes().decode() == (
        "# ADR-004: Größe zählt\r\n\r\n* Status: vorgeschlagen\r\n* Datum: 04.03.2026\r\n\r\n"
        "## Kontext\r\n\r\n## Entscheidung\r\n"
    )


ADOC = """\
= ADR-00{n}: Title {n}
Jane Doe <jane@example.org>
v1.{n}, 0{n}.03.2025
:status: accepted

* Status: {{status}}
* Deciders:
** Jane Doe
** John Roe

== Context

It was {n}.

== Decision

We do {n}.
"""


def test_new_beside_asciidoc_takes_over_no_author_revision_or_decider(project: Project) -> None:
    for number in (1, 2, 3):
        project.write(f"adr/000{number}-title-{number}.adoc", ADOC.format(n=number))
    assert project.adrtool("new", "--no-edit", "Four").code == 0
    text = (project.root / "adr/0004-four.adoc").read_text()
    row = project.adrtool("list", "--json").json["records"][3]
    year, month, day = row["date"].split("-")
    head = f"= ADR-004: Four\n:revdate: {day}.{month}.{year}\n:status: proposed\n\n* Status: {{status}}\n* Deciders:\n"
    assert text.startswith(head)
    assert int(year) > 2025
    assert (row["status"], row["deciders"], "Jane" in text, "Roe" in text) == ("proposed", [], False, False)


def test_new_in_a_folder_of_dated_records(project: Project) -> None:
    for day in ("20260101", "20260102", "20260103"):
        project.write(f"docs/adr/{day}-x-{day}.md", f"# X {day}\n\n- Status: accepted\n\n## Context\n\nYes.\n")
    words = ["new", "Same name", "--date", "2026-02-03"]
    assert project.adrtool(*words).out == "docs/adr/20260203-same-name.md\n"
    assert project.adrtool(*words).out == "docs/adr/20260203-same-name-2.md\n"


def test_new_where_each_record_is_a_folder(project: Project) -> None:
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        project.write(f"docs/adr/{day}-x/README.md", f"# X {day}\n\n## Decision\n\nYes.\n\n## Rationale\n\nSo.\n")
    said = project.adrtool("new", "Use Y", "--date", "2026-02-03")
    assert said.out == "docs/adr/2026-02-03-use-y/README.md\n"
    assert (project.root / said.out.strip()).read_text() == "# Use Y\n\n## Decision\n\n## Rationale\n"
    asked = project.adrtool("new", "Use Z", "--date", "2026-02-03", "--status", "accepted")
    assert asked.code == 12 and "no place for the status" in asked.err
    assert not (project.root / "docs/adr/2026-02-03-use-z").exists()


@pytest.mark.parametrize("place", ["doc/adr/template.md", "doc/adr/templates/template.md"])
def test_the_teams_template_comes_first(project: Project, place: str) -> None:
    nygard(project, "One", "Two")
    project.write(place, "# NUMBER. TITLE\n\nDate: DATE\n\n## Status\n\nSTATUS\n\n## Risks\n\nWhich?\n")
    project.adrtool("new", "Use X & Y", "--date", "2026-02-03")
    text = (project.root / "doc/adr/0003-use-x-y.md").read_text()
    assert text == "# 3. Use X & Y\n\nDate: 2026-02-03\n\n## Status\n\nProposed\n\n## Risks\n\nWhich?\n"


def test_a_template_of_choices_is_filled(project: Project) -> None:
    project.adrtool("init", "--template", "madr")
    project.write(
        "adr/adr-template.md",
        '---\nstatus: "{proposed | rejected | accepted}"\ndate: {YYYY-MM-DD when the decision was last updated}\n---\n\n'
        "# {short title}\n\n## Decision Outcome\n\n{what}\n",
    )
    assert project.adrtool("new", "Use X", "--date", "2026-02-03").code == 0
    text = (project.root / "adr/0002-use-x.md").read_text()
    assert text == '---\nstatus: "proposed"\ndate: 2026-02-03\n---\n\n# Use X\n\n## Decision Outcome\n\n{what}\n'


def test_a_jinja_template_that_asks_for_too_much(project: Project) -> None:
    nygard(project, "One")
    project.write("doc/adr/templates/template.md.j2", "# {{ title }}\n\n{{ budget }}\n")
    said = project.adrtool("new", "Use X")
    assert said.code == 12 and "'budget' is undefined" in said.err and "title" in said.err
    assert len(list((project.root / "doc/adr").glob("*.md"))) == 1


def test_an_unknown_template_is_named_with_those_that_are(project: Project) -> None:
    project.adrtool("init")
    said = project.adrtool("new", "Use X", "--template", "arc42")
    assert said.code == 2 and "madr, nygard, record, y-statement" in said.err


@pytest.mark.parametrize("asked", [["-"], ["--body-file", "-"], ["--body-file", "body.md"]])
def test_the_body_comes_from_elsewhere(project: Project, asked: list[str]) -> None:
    nygard(project, "One", "Two", "Three")
    body = "## Context\n\nA body.\n\n## More\n\nText.\n"
    project.write("body.md", body)
    feed(project, body)
    project.adrtool("new", "Use X", "--date", "2026-02-03", *asked)
    text = (project.root / "doc/adr/0004-use-x.md").read_text()
    assert text == f"# 4. Use X\n\nDate: 2026-02-03\n\n## Status\n\nProposed\n\n{body}"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["new"], 2, "needs a title"),
        (["new", "  "], 2, "needs a title"),
        (["new", "!!!"], 2, "no letter"),
        (["new", "X", "--status", "great"], 2, "draft, proposed, accepted"),
        (["new", "X", "--date", "3.4.2026"], 2, "YYYY-MM-DD"),
        (["new", "X", "--supersedes", "77"], 12, "no record is named 77"),
        (["new", "X", "--link", "loves:1"], 2, "RELATION:RECORD"),
        (["new", "X", "--body-file", "no-such"], 12, "no-such: cannot be read"),
        (["edit", "77"], 12, "no record is named 77"),
    ],
)
def test_bad_words_change_nothing(project: Project, words: list[str], code: int, told: str) -> None:
    nygard(project, "One")
    project.commit()
    feed(project, "")
    said = project.adrtool(*words)
    assert said.code == code and told in said.err and said.err.count("\n") == 1
    assert project.git("status", "--short") == ""


def test_new_supersedes_on_both_sides(project: Project) -> None:
    nygard(project, "One", "Two", "Three")
    assert project.adrtool("new", "Four", "--supersedes", "1", "--link", "amends:2").code == 0
    records = project.adrtool("list", "--json").json["records"]
    assert records[0]["superseded_by"] == ["doc/adr/0004-four.md"] and records[0]["status"] == "superseded"
    assert records[3]["supersedes"] == ["doc/adr/0001-one.md"]
    assert {"relation": "amended-by", "target": "doc/adr/0004-four.md"} in records[1]["links"]
    assert "Superseded by [4. Four](0004-four.md)" in (project.root / "doc/adr/0001-one.md").read_text()


def test_new_leaves_nothing_where_the_old_record_cannot_be_superseded(project: Project) -> None:
    nygard(project, "One", "Two")
    project.write("doc/adr/0003-three.md", "# 3. Three\n\nNo status at all.\n")
    project.commit()
    said = project.adrtool("new", "Four", "--supersedes", "1", "--supersedes", "3")
    assert said.code == 12 and said.err.startswith("adrtool: doc/adr/0003-three.md:1: its status cannot be changed")
    assert project.git("status", "--short") == ""


def test_numbers_of_other_branches_are_not_taken_again(project: Project) -> None:
    nygard(project, "One")
    project.commit()
    project.git("switch", "--quiet", "--create", "feature")
    project.adrtool("new", "Theirs")
    project.commit()
    project.git("switch", "--quiet", "main")
    project.git("update-ref", "refs/remotes/origin/more", project.git("rev-parse", "feature"))
    said = project.adrtool("new", "Ours")
    assert said.out == "doc/adr/0003-ours.md\n"
    assert said.err == "adrtool: skipped 0002, taken on feature by 0002-theirs.md\n"


def test_several_folders_need_a_choice(project: Project) -> None:
    for package in ("a", "b"):
        project.write(f"packages/{package}/adr/0001-x.md", "# X\n\nStatus: accepted\n\n## Decision\n\nYes.\n")
    said = project.adrtool("new", "Y")
    assert said.code == 2 and "packages/a/adr, packages/b/adr" in said.err and "--dir" in said.err
    assert project.git("status", "--short").splitlines() == ["?? packages/"]
    assert project.adrtool("new", "Y", "--dir", "packages/b/adr").out == "packages/b/adr/0002-y.md\n"
    assert project.adrtool("new", "Z", cwd=project.root / "packages/a").out == "packages/a/adr/0002-z.md\n"


def test_from_the_root_the_repositorys_own_folder_is_meant(project: Project) -> None:
    for folder in ("docs/adr", "packages/a/adr"):
        project.write(f"{folder}/0001-x.md", "# X\n\nStatus: accepted\n\n## Decision\n\nYes.\n")
    assert project.adrtool("new", "Y").out == "docs/adr/0002-y.md\n"


def test_hints_for_what_was_not_said_stay(project: Project) -> None:
    project.adrtool("init", "--template", "madr")
    hint = "decision-makers: {list everyone involved}"
    project.write("adr/template.md", f"---\nstatus: x\n{hint}\n---\n\n# T\n\n## Decision Outcome\n")
    project.adrtool("new", "Use X")
    assert hint in (project.root / "adr/0002-use-x.md").read_text()
    project.adrtool("new", "Use Y", "--decider", "Ann")
    assert "decision-makers: Ann\n" in (project.root / "adr/0003-use-y.md").read_text()


def test_without_records_new_points_to_init(project: Project) -> None:
    said = project.adrtool("new", "X")
    assert said.code == 12 and "adrtool init" in said.err


def test_edit_opens_the_editor_on_the_record(project: Project) -> None:
    nygard(project, "One")
    project.monkeypatch.setenv("VISUAL", "sh -c 'echo \"$0\" >opened'")
    assert project.adrtool("edit", "1").code == 0
    assert (project.root / "opened").read_text().strip().endswith("doc/adr/0001-one.md")


@pytest.mark.parametrize(
    ("command", "told"),
    [("", "set $VISUAL or $EDITOR"), ("no-such-editor", "cannot be started"), ("false", "ended with 1")],
)
def test_an_editor_that_fails_is_one_line(project: Project, command: str, told: str) -> None:
    nygard(project, "One")
    project.monkeypatch.setenv("VISUAL", command)
    project.monkeypatch.setenv("EDITOR", command)
    said = project.adrtool("edit", "1")
    assert said.code == 2 and told in said.err and said.err.count("\n") == 1


def test_a_terminal_is_asked_and_gets_its_editor(project: Project) -> None:
    nygard(project, "One")
    editor = project.write("editor.sh", '#!/bin/sh\nhead -1 "$1" >opened\n', 0o755)
    project.monkeypatch.setenv("EDITOR", str(editor))
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project.root)
        environment = {**os.environ, "EDITOR": str(editor)}
        environment.pop("VISUAL", None)
        os.execvpe(sys.executable, [sys.executable, "-m", "adrtool", "new"], environment)
    os.write(terminal, b"Asked for\n")
    with pytest.raises(OSError):
        while os.read(terminal, 4096):
            pass
    os.waitpid(pid, 0)
    assert (project.root / "opened").read_text() == "# 2. Asked for\n"


def test_the_newest_directory_goes_on_and_not_the_fullest(project: Project) -> None:
    for number in range(1, 6):
        project.write(
            f"docs/adr/old/adr-{number:03}-x{number}.md",
            f"# ADR {number:03}: X{number}\n\nDate: 2020-01-0{number}\n\nStatus: accepted\n",
        )
    for number in (101, 102):
        project.write(f"docs/adr/adr-{number}-y.md", f"# ADR {number}: Y\n\nDate: 2024-01-01\n\nStatus: accepted\n")
    said = project.adrtool("new", "Z")
    assert said.out == "docs/adr/adr-103-z.md\n"
    assert said.err == "adrtool: docs/adr/ is one of 2 folders of records; --dir names another\n"
    said = project.adrtool("new", "W", "--dir", "docs/adr/old")
    assert (said.out, said.err) == ("docs/adr/old/adr-006-w.md\n", "")


def test_one_record_in_a_corner_draws_no_other_there(project: Project) -> None:
    nygard(project, *(f"Title {number}" for number in range(1, 12)))
    project.write("doc/adr/extra/0099-x.md", "# 99. X\n\nDate: 2030-01-01\n\n## Status\n\nAccepted\n")
    assert project.adrtool("new", "Next").out == "doc/adr/0012-next.md\n"


@pytest.mark.parametrize("template", ["record", "madr", "nygard", "y-statement"])
def test_a_new_record_claims_nothing_of_its_own(project: Project, template: str) -> None:
    project.adrtool("init", "--template", template)
    path = project.adrtool("new", "Use it", "--template", template).out.strip()
    assert project.adrtool("claims", "--json").json["claims"] == []
    assert "near-miss" not in project.adrtool("lint").out
    shows_one = "](evidence/) -->" in (project.root / path).read_text()
    assert shows_one is (template != "nygard")  # what one looks like is there to see
    if template in ("record", "madr"):
        assert project.adrtool("claim", "2", "It is fast", "speed").code == 0
        assert [claim["id"] for claim in project.status().claims.values()] == ["0002/speed"]

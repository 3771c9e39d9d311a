"""`accept`, `reject`, `deprecate`, `supersede`, `link`: one changed place, on both sides or on none."""

from __future__ import annotations

import os

import re

import pytest
from repositories import Project

from adrtool.writing import changes

FAILS = "assert False, 'no more'\n"
NYGARD = "# {n}. {title}\n\nDate: 2026-01-02\n\n## Status\n\n{status}\n\n## Context\n\nSome.\n"


def nygard(project: Project, *statuses: str) -> None:
    for n, status in enumerate(statuses, 1):
        project.write(f"adr/{n:04d}-r{n}.md", NYGARD.format(n=n, title=f"R{n}", status=status))
    project.commit()


def changed_lines(project: Project) -> list[str]:
    """The lines that git sees changed, without the heads of its diff."""
    diff = project.git("-c", "core.autocrlf=false", "diff", "--unified=0").splitlines()
    return [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        ("accept", "Proposed", "Accepted"),
        ("accept", "**proposed**", "**accepted**"),
        ("accept", "PROPOSED.", "ACCEPTED."),
        ("accept", "  *Proposed*  ", "  *Accepted*  "),
        ("reject", "In review :construction:", "Rejected"),
        ("reject", "vorgeschlagen", "abgelehnt"),
        ("reject", "Propuesta", "Rechazada"),
        ("deprecate", "Accepted (lazy consensus)", "Deprecated"),
        ("deprecate", "已接受", "已弃用"),
    ],
)
def test_the_word_changes_and_its_dress_stays(project: Project, command: str, before: str, after: str) -> None:
    nygard(project, before)
    assert project.adrtool(command, "1").code == 0
    assert changed_lines(project) == [f"-{before}", f"+{after}"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("---\nstatus: 'proposed'  # soon\ndate: 2026-01-02\n---\n\n# T\n", "status: 'accepted'  # soon"),
        ('---\nstatus: "proposed"\n---\n\n# T\n', 'status: "accepted"'),
        ("---\nstatus: { proposed }\n---\n\n# T\n", "status: { accepted }"),
        ("# T\n\n* Status: proposed <!-- optional -->\n* Date: 2026-01-02\n", "* Status: accepted <!-- optional -->"),
        ("# T\n\n- **Status**: Proposed\n", "- **Status**: Accepted"),
        ("# T\n\nStatus: Proposed | Date: 2026-01-02\n", "Status: Accepted | Date: 2026-01-02"),
        ("# T\n\n| Status | Proposed  |\n|---|---|\n| Date | 2026-01-02 |\n", "| Status | Accepted  |"),
        ("# T\n\n## Status: Proposed\n\n## Context\n", "## Status: Accepted"),
        ("# T\n\n## Status\n\n## Context\n\nX.\n", "Accepted"),
    ],
)
def test_every_dialect_keeps_its_place(project: Project, text: str, after: str) -> None:
    project.write("adr/0001-t.md", text)
    project.commit()
    assert project.adrtool("accept", "1").code == 0
    added = [line[1:] for line in changed_lines(project) if line[0] == "+"]
    assert [line for line in added if line] == [after]
    assert project.adrtool("list", "--json").json["records"][0]["status"] == "accepted"


def test_bytes_around_the_status_survive(project: Project) -> None:
    text = b"\xef\xbb\xbf# T  \r\n\r\nStatus: Proposed  \r\n<!-- a -->\t\r\n\r\n\r\n## Context\r\ntail"
    file = project.write("adr/0001-t.md", text, 0o640)
    assert project.adrtool("accept", "1").code == 0
    assert file.read_bytes() == text.replace(b"Proposed", b"Accepted")
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_history_of_statuses_grows(project: Project) -> None:
    nygard(project, "2026-01-02 proposed\n\n2026-01-03 draft")
    assert project.adrtool("accept", "1").code == 0
    blank, entry = sorted(changed_lines(project))
    assert blank == "+" and entry.endswith(" accepted")
    assert project.adrtool("list", "--json").json["records"][0]["status"] == "accepted"


def test_a_history_goes_on_through_every_move(project: Project) -> None:
    """As npm's adr-tools keeps it: each entry has its day, and links stand among the entries."""
    for number in (1, 2, 3):
        history = f"2026-01-0{number} proposed\n\n2026-02-0{number} accepted"
        head = f"# {number}. Title {number}\n\n## Status\n\n{history}\n\n"
        project.write(f"adr/000{number}-title-{number}.md", head + "## Context\n\nSo.\n\n## Decision\n\nWe.\n")
    assert project.adrtool("new", "--no-edit", "--supersedes", "3", "Four").code == 0
    file = project.root / "adr/0004-four.md"
    day = file.read_text().split("## Status\n\n")[1].split()[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
    section = f"## Status\n\n{day} proposed\n\nSupersedes [3. Title 3](0003-title-3.md)\n"
    assert section in file.read_text()
    for words in (("accept", "4"), ("supersede", "1", "--by", "4"), ("deprecate", "2")):
        assert project.adrtool(*words).code == 0
    assert f"{day} proposed\n\n{day} accepted\n" in file.read_text()
    first = (project.root / "adr/0001-title-1.md").read_text()
    assert f"accepted\n\n{day} superseded by [4. Four](0004-four.md)\n" in first
    rows = project.adrtool("list", "--json").json["records"]
    assert [row["status"] for row in rows] == ["superseded", "deprecated", "superseded", "accepted"]
    assert {row["date"] for row in rows} == {day}


def test_both_statements_of_a_status_change(project: Project) -> None:
    project.write("adr/0001-t.md", "---\nstatus: accepted\n---\n\n# T\n\n## Estado\n\nAceptada\n\n## Contexto\n\nX.\n")
    project.commit()
    assert project.adrtool("deprecate", "1").code == 0
    assert changed_lines(project) == ["-status: accepted", "+status: deprecated", "-Aceptada", "+Obsoleta"]


@pytest.mark.parametrize(
    ("command", "status", "why"),
    [
        (["accept"], "Rejected", "proposed anew"),
        (["reject"], "Accepted", "a decision in force"),
        (["deprecate"], "Proposed", "never in force"),
        (["accept"], "Superseded by [2. R2](0002-r2.md)", "its successor"),
        (["supersede", "--by", "2"], "Proposed", "never in force"),
    ],
)
def test_who_may_follow_whom(project: Project, command: list[str], status: str, why: str) -> None:
    nygard(project, status, "Accepted")
    said = project.adrtool(*command, "1")
    assert said.code == 2 and why in said.err and "--force" in said.err and said.err.count("\n") == 1
    assert changed_lines(project) == []
    assert project.adrtool(*command, "1", "--force").code == 0


def test_nothing_to_change_is_no_error(project: Project) -> None:
    nygard(project, "Accepted")
    said = project.adrtool("accept", "1")
    assert (said.code, said.out) == (0, "adr/0001-r1.md: is accepted already\n")


@pytest.mark.parametrize(
    "text", ["# T\n\nNo word of it.\n", "# T\n\n## Status\n\n- [ ] Proposed\n- [x] Accepted\n- [ ] Rejected\n"]
)
def test_what_cannot_be_changed_safely_is_refused(project: Project, text: str) -> None:
    project.write("adr/0001-t.md", text)
    project.commit()
    said = project.adrtool("deprecate", "1")
    assert said.code == 12 and said.err.startswith("adrtool: adr/0001-t.md:") and said.err.count("\n") == 1
    assert "by hand" in said.err or "first" in said.err
    assert changed_lines(project) == []


def test_a_record_that_is_no_utf8_is_left_alone(project: Project) -> None:
    file = project.write("adr/0001-t.md", "# T\n\nStatus: Proposed\n".encode("utf-16"))
    before = file.read_bytes()
    said = project.adrtool("accept", "1")
    assert said.code == 12 and "UTF-8" in said.err and file.read_bytes() == before


def test_supersede_writes_both_sides(project: Project) -> None:
    nygard(project, "Accepted", "Accepted")
    assert project.adrtool("supersede", "1", "--by", "2").code == 0
    assert sorted(changed_lines(project)) == [
        "+", "+Superseded by [2. R2](0002-r2.md)", "+Supersedes [1. R1](0001-r1.md)", "-Accepted"
    ]  # fmt: skip
    again = project.adrtool("supersede", "1", "--by", "2")
    assert again.code == 0 and "already" in again.out


def test_supersede_follows_the_folders_spelling(project: Project) -> None:
    nygard(project, "Superceded by [2. R2](0002-r2.md)", "Accepted\n\nSupercedes [1. R1](0001-r1.md)", "Accepted")
    assert project.adrtool("supersede", "2", "--by", "3").code == 0
    assert "+Superceded by [3. R3](0003-r3.md)" in changed_lines(project)


def test_supersede_in_front_matter_and_lists(project: Project) -> None:
    project.write("adr/0001-a.md", "---\nstatus: accepted\n---\n\n# A\n\n## More Information\n\nSee there.\n")
    project.write("adr/0002-b.md", "---\nstatus: accepted\n---\n\n# B\n\n## More Information\n\n* One\n")
    project.commit()
    assert project.adrtool("supersede", "1", "--by", "2").code == 0
    assert changed_lines(project) == [
        "-status: accepted", "+status: superseded by [ADR-0002](0002-b.md)", "+* Supersedes [ADR-0001](0001-a.md)"
    ]  # fmt: skip


def test_lists_of_numbers_in_front_matter_grow(project: Project) -> None:
    head = "---\nstatus: {}\nsupersedes: []\nsuperseded-by: []\n---\n\n# T\n"
    project.write("adr/0001-a.md", head.format("accepted"))
    project.write("adr/0002-b.md", head.format("accepted"))
    project.commit()
    assert project.adrtool("supersede", "1", "--by", "2").code == 0
    assert "+supersedes: [1]" in changed_lines(project)
    records = project.adrtool("list", "--json").json["records"]
    assert records[0]["superseded_by"] == ["adr/0002-b.md"] and records[1]["supersedes"] == ["adr/0001-a.md"]


@pytest.mark.parametrize("words", [["1", "--by", "1"], ["1", "--by", "9"], ["1"]])
def test_supersede_needs_another_record(project: Project, words: list[str]) -> None:
    nygard(project, "Accepted", "Accepted")
    assert project.adrtool("supersede", *words).code in (2, 12)
    assert changed_lines(project) == []


def test_a_circle_of_successors_is_refused(project: Project) -> None:
    nygard(project, "Superseded by [2. R2](0002-r2.md)", "Accepted")
    said = project.adrtool("supersede", "2", "--by", "1", "--force")
    assert said.code == 2 and "itself superseded by adr/0002-r2.md" in said.err


def test_both_sides_or_neither(project: Project) -> None:
    """The second of two files cannot be written: the first one is as it was."""
    nygard(project, "Accepted", "Accepted")
    before = [(project.root / name).read_bytes() for name in ("adr/0001-r1.md", "adr/0002-r2.md")]
    written = []
    real = changes.replace_file

    def second_fails(path: os.PathLike[str], data: bytes) -> None:
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        real(path, data)  # type: ignore[arg-type]

    project.monkeypatch.setattr(changes, "replace_file", second_fails)
    said = project.adrtool("supersede", "1", "--by", "2")
    assert said.code == 12 and "No space left on device; nothing was changed" in said.err
    assert [(project.root / name).read_bytes() for name in ("adr/0001-r1.md", "adr/0002-r2.md")] == before


@pytest.mark.parametrize("relation", ["amends", "depends-on", "refines", "relates-to", "amended-by"])
def test_link_says_so_and_its_reverse(project: Project, relation: str) -> None:
    nygard(project, "Accepted", "Accepted")
    assert project.adrtool("link", "2", relation, "1").code == 0
    first, second = project.adrtool("list", "--json").json["records"]
    assert second["links"] == [{"relation": relation, "target": "adr/0001-r1.md"}]
    reverse = {"amends": "amended-by", "amended-by": "amends"}.get(relation)
    assert first["links"] == ([{"relation": reverse, "target": "adr/0002-r2.md"}] if reverse else [])
    assert all(line[0] == "+" for line in changed_lines(project))


def test_link_supersedes_is_a_supersession(project: Project) -> None:
    nygard(project, "Accepted", "Accepted")
    assert project.adrtool("link", "2", "supersedes", "1").code == 0
    assert "+Superseded by [2. R2](0002-r2.md)" in changed_lines(project)


def test_link_refuses_what_is_no_relation(project: Project) -> None:
    nygard(project, "Accepted", "Accepted")
    said = project.adrtool("link", "2", "loves", "1")
    assert said.code == 2 and "'supersedes'" in said.err


def test_accept_asks_for_the_evidence(project: Project) -> None:
    project.evidence("a.py", "assert True\n")
    project.record("[It is so](evidence/a.py)", "[so it seems](evidence/)", status="proposed")
    project.commit()
    refused = project.adrtool("accept", "1")
    assert refused.code == 2 and "0001/a is unverified" in refused.err and "unverified" in refused.out
    assert project.verify().code == 0
    assert project.adrtool("accept", "1").code == 0
    assert changed_lines(project) == ["-Status: proposed", "+Status: accepted"]


@pytest.mark.parametrize(("title", "code"), [("", 2), (' "supporting"', 0)])
def test_accept_refuses_what_fails_unless_it_only_supports(project: Project, title: str, code: int) -> None:
    project.evidence("a.py", FAILS)
    project.record(f"[It is so](evidence/a.py{title})", status="proposed")
    project.commit()
    project.verify()
    assert project.adrtool("accept", "1").code == code
    assert project.adrtool("accept", "1", "--force").code == 0

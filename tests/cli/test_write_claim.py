"""`claim`: the sentence, its link and a skeleton, and nothing else."""

from __future__ import annotations

import pytest
from repositories import Project

RATIONALE = "# One\n\nStatus: proposed\n\n## Rationale\n\n{}\n\n## Consequences\n\nMore.\n"


def written(project: Project, rationale: str = "Because.") -> str:
    project.write("adr/0001-one.md", RATIONALE.format(rationale))
    project.commit()
    return RATIONALE.format(rationale)


@pytest.mark.parametrize(
    ("rationale", "after"),
    [
        ("Because.", "Because.\n\n- [It is fast](evidence/speed.py)"),
        ("- One\n- Two", "- One\n- Two\n- [It is fast](evidence/speed.py)"),
        ("* One\n  goes on", "* One\n  goes on\n* [It is fast](evidence/speed.py)"),
        ("- One\n\nAnd so.", "- One\n\nAnd so.\n\n- [It is fast](evidence/speed.py)"),
    ],
)
def test_a_claim_ends_the_rationale(project: Project, rationale: str, after: str) -> None:
    written(project, rationale)
    said = project.adrtool("claim", "1", "It is fast", "speed")
    assert (said.code, said.out) == (0, "adr/evidence/speed.py\nadr/0001-one.md\n")
    assert (project.root / "adr/0001-one.md").read_text() == RATIONALE.format(after)


def test_the_skeleton_is_no_evidence_yet(project: Project) -> None:
    written(project)
    project.adrtool("claim", "1", 'It is "fast"', "evidence/speed.py", "--supporting", "--then", "look again")
    project.adrtool("claim", "1", "It is small", "adr/evidence/size.py#test_size")
    claims = project.verify().claims
    assert {name: claim["verdict"] for name, claim in claims.items()} == {
        "0001/speed": "broken",
        "0001/size#test_size": "broken",
    }
    assert claims["0001/speed"]["text"] == 'It is "fast"' and not claims["0001/speed"]["load_bearing"]
    assert (project.root / "adr/evidence/speed.py").read_text().count('"It is "fast".') == 1


def test_evidence_that_is_there_stays_as_it_is(project: Project) -> None:
    written(project)
    file = project.evidence("speed.py", "assert True\n")
    said = project.adrtool("claim", "1", "It is fast [now]", "speed.py", "--section", "consequences")
    assert said.out == "adr/0001-one.md\n" and file.read_text() == "assert True\n"
    assert project.verify().verdicts == {"0001/speed": "holds"}
    assert "More.\n\n- [It is fast \\[now\\]](evidence/speed.py)\n" in (project.root / "adr/0001-one.md").read_text()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["", "speed"], 2, "its sentence"),
        (["It is", "src/speed.py"], 2, "adr/evidence/"),
        (["It is", "../../../etc/passwd.py"], 2, "no evidence folder"),
        (["It is", "speed.sh"], 2, "only Python has a skeleton"),
        (["It is", "speed.py#"], 2, "no test is named"),
        (["It is", "speed.py#test one"], 2, "a function's name"),
        (["It is", "speed", "--section", "Nowhere"], 12, "there are One, Rationale, Consequences"),
        (["It is", "there"], 2, "duplicate"),
    ],
)
def test_a_claim_that_cannot_be_made_writes_nothing(project: Project, words: list[str], code: int, told: str) -> None:
    project.evidence("there.py", "assert True\n")
    written(project, "- [Taken](evidence/there.py)")
    said = project.adrtool("claim", "1", *words)
    assert said.code == code and said.err.count("\n") == 1
    assert told in said.err or (told == "duplicate" and "is taken" in said.err)
    assert project.git("status", "--short") == ""


def test_a_record_without_a_place_for_reasons_says_so(project: Project) -> None:
    project.write("adr/0001-one.md", "# One\n\nStatus: proposed\n\n## Context\n\nSo.\n\n## Consequences\n\nMore.\n")
    said = project.adrtool("claim", "1", "It is fast", "speed")
    assert said.code == 12 and "there are One, Context, Consequences" in said.err and "--section" in said.err
    assert not (project.root / "adr/evidence").exists()


@pytest.mark.parametrize(
    ("headings", "words", "home"),
    [
        (["Decision Drivers", "Decision Outcome"], [], "Decision Outcome"),
        (["Context", "Decision", "Consequences"], [], "Decision"),
        (["Context", "Entscheidung"], [], "Entscheidung"),
        (["Decision", "Rationale"], [], "Rationale"),
        (["Decision", "Rationale for this"], [], "Rationale for this"),
        (["Decision Drivers", "Decision Outcome", "More"], ["--section", "mor"], "More"),
        (["Decision Drivers", "Decision"], ["--section", "decision"], "Decision"),
        (["Decision Drivers", "Decision Outcome"], ["--section", "decision"], None),
    ],
)
def test_a_claim_finds_its_section(project: Project, headings: list[str], words: list[str], home: str | None) -> None:
    text = "# One\n\nStatus: proposed\n\n" + "".join(f"## {heading}\n\nYes.\n\n" for heading in headings)
    project.write("adr/0001-one.md", text)
    said = project.adrtool("claim", "1", "It is fast", "speed", *words)
    assert said.code == (12 if home is None else 0), said.err
    after = text.replace(f"## {home}\n\nYes.\n", f"## {home}\n\nYes.\n\n- [It is fast](evidence/speed.py)\n")
    assert (project.root / "adr/0001-one.md").read_text() == after


@pytest.mark.parametrize("name", ["evidence/", "evidence", "adr/evidence/", "./adr/evidence"])
def test_the_folder_alone_makes_a_claim_without_evidence(project: Project, name: str) -> None:
    written(project)
    said = project.adrtool("claim", "1", "It is fast", name)
    assert (said.code, said.out) == (0, "adr/0001-one.md\n")
    assert "\n- [It is fast](evidence/)\n" in (project.root / "adr/0001-one.md").read_text()
    assert [claim["verdict"] for claim in project.status().claims.values()] == ["unsupported"]
    assert not (project.root / "adr/evidence").exists()


@pytest.mark.parametrize("name", ["evidence/sub/", "src/", "evidence/#test_it", "#test_it"])
def test_another_folder_is_no_evidence(project: Project, name: str) -> None:
    written(project)
    said = project.adrtool("claim", "1", "It is fast", name)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert project.git("status", "--short") == ""


@pytest.mark.parametrize("then", ["cry; supporting", "cry; waived until 2099-01-01: x", "cry; then: more"])
def test_what_to_do_never_becomes_an_option(project: Project, then: str) -> None:
    written(project)
    said = project.adrtool("claim", "1", "It is fast", "speed", "--then", then)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--then" in said.err and project.git("status", "--short") == ""

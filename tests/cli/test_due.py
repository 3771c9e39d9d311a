"""Re-validation: what is due, what first, within which time, on which machine; and what is due to be read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from repositories import HEAD, Project

CLAIM = "0001/a"
FAILS = "assert False, 'no more'\n"
SLOW = "import time; time.sleep(0.3)\n"


def block(*lines: str) -> str:
    return "\n".join(("# /// script", "# [tool.adrtool]", *(f"# {line}" for line in lines), "# ///", ""))


def written(project: Project, **scripts: str) -> Project:
    for name, text in scripts.items():
        project.evidence(f"{name}.py", text)
    project.record(*(f"[It is {name}](evidence/{name}.py)" for name in scripts))
    project.commit()
    return project


def ran(said: object) -> set[str]:
    return {name for name, claim in said.claims.items() if claim["ran"]}  # type: ignore[attr-defined]


def left(said: object) -> list[str]:
    return [claim for step in said.json["left_over"] for claim in step["claims"]]  # type: ignore[attr-defined]


def test_due_is_what_expired_changed_broke_or_never_ran(project: Project) -> None:
    short = block("revalidate = 0.001")
    written(project, holds="", old=short, edited="", broken="1 / 0", stale=FAILS, skipped=block("needs = ['env:NO']"))
    first = project.verify("--due")
    assert ran(first) == {f"0001/{name}" for name in ("holds", "old", "edited", "broken", "stale", "skipped")}
    project.evidence("edited.py", "# more")
    project.evidence("new.py", "")
    project.record(
        *(
            f"[It is {name}](evidence/{name}.py)"
            for name in ("holds", "old", "edited", "broken", "stale", "skipped", "new")
        )
    )
    second = project.verify("--due")
    assert ran(second) == {f"0001/{name}" for name in ("old", "edited", "broken", "skipped", "new")}


def test_what_is_stale_is_due_again_when_it_changed_or_would_have_expired(project: Project) -> None:
    written(project, a=FAILS)
    project.verify()
    assert ran(project.verify("--due")) == set()
    project.evidence("a.py", FAILS + "# more\n")
    assert ran(project.verify("--due")) == {CLAIM}
    later = datetime.now(UTC) + timedelta(days=91)
    assert ran(project.at(later).verify("--due")) == {CLAIM}


def test_due_and_all_contradict_each_other(project: Project) -> None:
    written(project, a="")
    for command in ("verify", "plan"):
        assert project.adrtool(command, "--due", "--all").code == 2


def test_the_most_urgent_comes_first(project: Project) -> None:
    started = datetime(2026, 1, 1, tzinfo=UTC)
    names = ("young", "old", "light", "never", "draft")
    for name in names:
        project.evidence(f"{name}.py", "")
    project.record("[young](evidence/young.py)", "[old](evidence/old.py)", '[light](evidence/light.py "supporting")')
    project.record("[draft](evidence/draft.py)", path="adr/0002-two.md", status="draft")
    project.commit()
    for day, name in enumerate(("draft", "light", "old", "young")):
        project.at(started + timedelta(days=day)).verify(f"adr/evidence/{name}.py")
    project.record("[never](evidence/never.py)", path="adr/0003-three.md")
    said = project.at(started + timedelta(days=120)).adrtool("plan", "--due", "--json")
    order = [step["claims"][0] for step in said.json["steps"]]
    assert order == ["0003/never", "0001/old", "0001/young", "0001/light", "0002/draft"]
    assert said.code == 14


def test_what_does_not_fit_is_named_and_comes_first_next_time(project: Project) -> None:
    written(project, a=SLOW, b=SLOW, c=SLOW, d=SLOW)
    project.verify("--jobs", "1")
    for name in "abcd":
        project.evidence(f"{name}.py", SLOW + "# more\n")
    words = ("--due", "--budget", "0.4s", "--jobs", "1")
    first = project.verify(*words)
    assert (first.code, ran(first), left(first)) == (14, {"0001/a"}, ["0001/b", "0001/c", "0001/d"])
    project.evidence("a.py", SLOW + "# and more\n")
    planned = project.adrtool("plan", "--due", "--json").json["steps"]
    assert [step["claims"][0] for step in planned] == ["0001/b", "0001/c", "0001/d", "0001/a"]
    told = project.adrtool("verify", *words)
    assert told.code == 14
    assert "left over, and first next time: 0001/c, 0001/d, 0001/a" in told.out
    rest = project.verify("--due")
    assert (rest.code, ran(rest), left(rest)) == (0, {"0001/a", "0001/c", "0001/d"}, [])


def test_what_never_ran_and_is_left_over_is_due_and_not_fine(project: Project) -> None:
    written(project, a=SLOW, b=SLOW)
    said = project.verify("--due", "--budget", "0.1s", "--jobs", "1")
    assert (said.code, said.verdicts) == (14, {"0001/a": "holds", "0001/b": "unverified"})


def test_a_budget_that_suffices_leaves_nothing(project: Project) -> None:
    written(project, a="", b="")
    said = project.verify("--due", "--budget", "20m")
    assert (said.code, left(said)) == (0, [])
    assert not [line for line in project.notes() if line["kind"] == "run"]


def test_a_draft_that_is_left_over_alarms_nobody(project: Project) -> None:
    written(project, a=SLOW)
    project.evidence("b.py", SLOW)
    project.record("[draft](evidence/b.py)", path="adr/0002-two.md", status="draft")
    project.commit()
    said = project.verify("--due", "--budget", "0.1s", "--jobs", "1")
    assert (said.code, left(said)) == (0, ["0002/b"])


def test_what_runs_alone_does_not_starve(project: Project) -> None:
    alone = block("exclusive = true") + SLOW
    written(project, a=alone, b=SLOW)
    words = ("--due", "--budget", "0.1s")
    assert left(project.verify(*words)) in (["0001/a"], ["0001/b"])
    assert ran(project.verify(*words)) | ran(project.verify("--due")) <= {"0001/a", "0001/b"}
    assert set(project.status().verdicts.values()) == {"holds"}


def test_a_plan_says_what_would_fit(project: Project) -> None:
    written(project, a=SLOW, b=SLOW, c=SLOW, d=SLOW)
    project.verify("--jobs", "1")
    project.write("adrtool.toml", "jobs = 1\nrevalidate = 0.001\n")
    said = project.adrtool("plan", "--due", "--budget", "0.4s", "--json")
    assert ([step["claims"] for step in said.json["steps"]], len(said.json["left_over"])) == ([["0001/a"]], 3)
    assert said.json["steps"][0]["seconds"] >= 0.3
    assert "left over, and first next time" in project.adrtool("plan", "--due", "--budget", "0.4s").out


@pytest.mark.parametrize("budget", ["soon", "-1", "0m", ""])
def test_a_budget_is_a_time(project: Project, budget: str) -> None:
    written(project, a="")
    said = project.adrtool("verify", "--due", "--budget", budget)
    assert said.code == 2
    assert "--budget" in said.err


# -- shards --------------------------------------------------------------------------------------------------------


def shards(project: Project, count: int, *words: str) -> list[set[str]]:
    return [ran(project.verify("--shard", f"{number}/{count}", *words)) for number in range(1, count + 1)]


def test_every_piece_is_in_exactly_one_shard(project: Project) -> None:
    written(project, **{name: "" for name in "abcdefg"})
    for words in ((), ("--all",), ("--due",), ("--verdict", "suspect")):
        for name in "abcdefg":
            project.evidence(f"{name}.py", f"# {words}")
        parts = shards(project, 3, *words)
        assert sorted(claim for part in parts for claim in part) == [f"0001/{name}" for name in "abcdefg"], words
        assert sorted(map(len, parts)) == [2, 2, 3]


def test_shards_are_balanced_by_past_durations_and_what_they_add_moves_nothing(project: Project) -> None:
    written(project, a="", b="", c="", slow="import time; time.sleep(2.2)\n")
    project.verify()
    for _ in range(2):
        assert shards(project, 2, "--all") == [{"0001/slow"}, {"0001/a", "0001/b", "0001/c"}]


def test_a_shard_may_be_empty_and_claims_without_evidence_are_the_firsts(project: Project) -> None:
    project.evidence("a.py", "")
    project.record("[a](evidence/a.py)", "[some day](evidence/)")
    project.commit()
    first, second, third = (project.verify("--shard", f"{number}/3") for number in (1, 2, 3))
    assert [said.code for said in (first, second, third)] == [0, 0, 0]
    assert [len(said.claims) for said in (first, second, third)] == [2, 0, 0]
    assert project.adrtool("plan", "--shard", "3/3").code == 0


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_is_one_of_several(project: Project, shard: str) -> None:
    written(project, a="")
    said = project.adrtool("verify", f"--shard={shard}")
    assert said.code == 2
    assert "write 1/5 to 5/5" in said.err


# -- records that are due to be read again -------------------------------------------------------------------------


def dated(project: Project, path: str, date: str, revisit: str = "", status: str = "accepted") -> None:
    more = f"Revisit: {revisit}\n\n" if revisit else ""
    text = HEAD.format(status=status).replace("2026-11-22", date).replace("## Rationale", f"{more}## Rationale")
    project.write(path, text)


NOW = datetime(2027, 1, 15, tzinfo=UTC)


@pytest.fixture
def aging(project: Project) -> Project:
    written(project, a="")
    dated(project, "adr/0002-due.md", "2026-12-01", "2027-01-01")
    dated(project, "adr/0003-not-yet.md", "2020-01-01", "2027-02-01")
    dated(project, "adr/0004-old.md", "2026-01-10")
    dated(project, "adr/0005-young.md", "2026-01-20")
    dated(project, "adr/0006-gone.md", "2020-01-01", "2021-01-01", status="deprecated")
    dated(project, "adr/0007-proposed.md", "2020-01-01", status="proposed")
    project.commit()
    return project.at(NOW)


EXPECTED = [
    {"record": "0002", "path": "adr/0002-due.md", "since": "2027-01-01", "why": "revisit"},
    {"record": "0004", "path": "adr/0004-old.md", "since": "2027-01-10", "why": "unsupported"},
]


@pytest.mark.parametrize("words", [("status",), ("plan",), ("plan", "--due"), ("verify", "--due")])
def test_records_whose_day_has_come_are_named_and_raise_no_alarm(aging: Project, words: tuple[str, ...]) -> None:
    aging.verify()
    assert aging.adrtool(*words, "--json").json["reviews"] == EXPECTED
    said = aging.adrtool(*words)
    assert "  0002  One: to be revisited on 2027-01-01" in said.out
    assert "  0004  One: accepted on 2026-01-10, without any evidence" in said.out
    assert said.code == 0


@pytest.mark.parametrize("command", ["status", "verify"])
def test_under_strict_a_day_that_a_record_names_is_an_alarm(aging: Project, command: str) -> None:
    aging.verify()
    assert aging.adrtool(command, "--strict").code == 14
    (aging.root / "adr/0002-due.md").unlink()
    assert aging.adrtool(command, "--strict").code == 0


@pytest.mark.parametrize(
    ("setting", "due"), [("false", ["0002"]), ('"2000d"', ["0002"]), ('"300d"', ["0002", "0004", "0005"])]
)
def test_how_long_a_record_may_stand_without_evidence_is_a_setting(
    aging: Project, setting: str, due: list[str]
) -> None:
    aging.write("adrtool.toml", f"revisit-unsupported = {setting}\n")
    reviews = aging.adrtool("plan", "--json").json["reviews"]
    assert sorted(review["record"] for review in reviews) == due


def test_records_without_any_claim_are_named_too(project: Project) -> None:
    dated(project, "adr/0002-due.md", "2026-12-01", "2027-01-01")
    project.commit()
    said = project.at(NOW).adrtool("status")
    assert said.code == 12
    assert "0002  One: to be revisited" in said.out
    assert json.loads(project.at(NOW).adrtool("status", "--json").out)["reviews"] == EXPECTED[:1]

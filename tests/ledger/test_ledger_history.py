"""What is read back: sorted, whole, and from the index no more than the ledger itself would say."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import ENVIRONMENT, PRINTS, Project, outcome

from adrtool.git import Repository
from adrtool.ledger import History, Ledger
from adrtool.ledger.index import open_index
from adrtool.ledger.mirror import State
from adrtool.ledger.lines import environment_line
from adrtool.ledger.spool import Spool
from adrtool.model import Claim, EvidenceRef, Severity
from adrtool.outcome import Ending, Fingerprints, Outcome, to_line
from adrtool.verdict import Judgement, judge

NEWER = b'{"format":99,"kind":"outcome","run":"later"}'
UNKNOWN = b'{"format":1,"kind":"prophecy"}'
DAMAGED = (
    b'{"format":1,"kind":"outcome"}',
    b'{"format":1,"kind":"outc',
    b'{"format":"1","kind":"outcome"}',
    b'{"kind":"outcome"}',
    b'["format",1]',
    b"null",
    b"\xff\xfe not text",
    b"one\x00two",
    b"[" * 100_000,
    b'{"format":1,"kind":"environment","id":"x","python":"3","platform":"l","packages":{}}',
)


def index_of(project: Project) -> Path:
    (path,) = (project.folder / ".git/adrtool").glob("index-*.sqlite")
    return path


def today(claim: str, observed: tuple[str, ...]) -> Fingerprints:
    return PRINTS


def test_an_empty_ledger_has_no_history(project: Project) -> None:
    history = project.ledger().history()
    assert history.outcomes == history.of("0001/a") == history.alike("text", "evidence") == history.problems == ()
    assert history.telling(["0001/a"], today) == {"0001/a": ()}


def test_outcomes_are_found_by_claim_and_by_fingerprints(project: Project) -> None:
    project.append("a")
    project.append("b", claim="0002/b")
    project.append("c", claim="0003/c", fingerprints=replace(PRINTS, evidence="other"))
    history = project.ledger().history()
    assert history.claims == ("0001/a", "0002/b", "0003/c")
    assert [found.message for found in history.of("0002/b")] == ["b"]
    assert [found.message for found in history.alike("text", "evidence")] == ["a", "b"]
    assert history.alike("text", "none such") == ()


def test_a_history_stays_as_it_was_when_it_was_asked(project: Project) -> None:
    project.append("a")
    before = project.ledger().history()
    project.append("b")
    assert project.messages() == ["a", "b"]
    assert [found.message for found in before.outcomes] == ["a"]
    before.close()


def test_one_ledger_sees_what_it_appends(project: Project) -> None:
    ledger = project.ledger()
    assert ledger.history().outcomes == ()
    ledger.append([outcome("a", commit=ledger.repository.head)])
    assert [found.message for found in ledger.history().outcomes] == ["a"]


def test_one_ledger_sees_what_others_append(project: Project) -> None:
    ledger = project.ledger()
    assert ledger.history().outcomes == ()
    project.append("a")
    assert [found.message for found in ledger.history().outcomes] == ["a"]


def test_what_was_flushed_since_the_repository_was_opened_is_seen(project: Project) -> None:
    project.ledger().hold([outcome("a", commit=project.git("rev-parse", "HEAD"))])
    opened = project.ledger()
    project.ledger().flush()
    assert [found.message for found in opened.history().outcomes] == ["a"]


@pytest.mark.parametrize("line", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_line_is_told_with_its_place_and_never_dropped(project: Project, line: bytes) -> None:
    project.append("a")
    good = project.git("notes", "--ref=adrtool", "show").encode()
    project.note(good + b"\n\n" + line + b"\n")
    for _ in range(2):
        (problem,) = project.ledger().history().problems
        number = good.count(b"\n") + 3
        assert (problem.path, problem.line) == (f"refs/notes/adrtool:{project.git('rev-parse', 'HEAD')[:12]}", number)
        assert problem.rule == "ledger-damaged"
        assert "\n" not in str(problem)
        assert project.ledger().fsck() == (problem,)
        assert project.messages()[0] == "a"
        project.append("b")
        content = subprocess.run(
            ["git", "notes", "--ref=adrtool", "show"], cwd=project.folder, capture_output=True, check=True
        ).stdout
        assert line in content.split(b"\n")
        project.note(good + b"\n\n" + line + b"\n")


def test_newer_lines_are_kept_and_skipped_with_one_notice(project: Project) -> None:
    project.append("a")
    project.note(project.git("notes", "--ref=adrtool", "show").encode() + b"\n" + NEWER + b"\n" + UNKNOWN + b"\n")
    project.append("b")
    (problem,) = project.ledger().history().problems
    assert problem.severity is Severity.WARNING
    assert "newer adrtool" in problem.message
    assert project.messages() == ["a", "b"]
    kept = project.git("notes", "--ref=adrtool", "show").encode()
    assert NEWER in kept
    assert UNKNOWN in kept


def test_a_whole_ledger_has_no_problems(project: Project) -> None:
    project.append("a")
    assert project.ledger().history().problems == ()
    assert project.ledger().fsck() == ()


def test_an_order_from_the_far_future_is_damage_and_pushes_nothing_along(project: Project) -> None:
    project.append("a")
    line = to_line(replace(outcome("x"), order=1 << 63), None)
    project.git("notes", "--ref=adrtool", "append", "-m", line)
    project.append("b")
    assert project.messages() == ["a", "b"]
    assert [problem.rule for problem in project.ledger().history().problems] == ["ledger-damaged"]


def test_a_note_that_followed_a_rebase_speaks_for_the_new_commit(project: Project) -> None:
    project.git("config", "notes.rewriteRef", "refs/notes/*")
    old = project.commit("topic")
    project.append("a", ending=Ending.FAILED)
    project.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "reworded")
    new = project.git("rev-parse", "HEAD")
    history = project.ledger().history()
    (found,) = history.of("0001/a")
    assert found.commit == new
    assert found.commit in history.ancestors
    assert [problem.rule for problem in project.ledger().fsck()] == ["ledger-rewritten"]
    project.git("checkout", "--quiet", old)
    assert project.ledger().history().of("0001/a")[0].commit == old


def test_a_note_that_was_left_behind_is_kept_and_told(project: Project) -> None:
    old = project.commit("topic")
    project.append("a")
    project.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "reworded")
    (found,) = project.ledger().history().of("0001/a")
    assert found.commit == old
    assert old not in project.ledger().history().ancestors
    (problem,) = project.ledger().fsck()
    assert (problem.rule, problem.severity) == ("ledger-rewritten", Severity.WARNING)
    project.git("reflog", "expire", "--expire=now", "--all")
    project.git("gc", "--quiet", "--prune=now")
    (problem,) = project.ledger().fsck()
    assert "is gone" in problem.message
    assert project.messages() == ["a"]


# -- the index is never believed -----------------------------------------------------------------------------------


def test_an_index_of_another_state_is_brought_up_to_date(project: Project) -> None:
    project.append("a")
    assert project.messages() == ["a"]
    saved = index_of(project).read_bytes()
    tip = project.git("rev-parse", "refs/notes/adrtool")
    project.append("b")
    assert project.messages() == ["a", "b"]
    index_of(project).write_bytes(saved)
    assert project.messages() == ["a", "b"]
    project.git("update-ref", "refs/notes/adrtool", tip)
    assert project.messages() == ["a"]
    project.git("update-ref", "-d", "refs/notes/adrtool")
    assert project.messages() == []


def test_an_index_of_a_state_that_git_collected_is_brought_up_to_date(project: Project) -> None:
    first = project.git("rev-parse", "HEAD")
    project.append("a", commit=first)
    project.append("b", commit=project.commit())
    assert project.messages() == ["a", "b"]
    project.git("update-ref", "-d", "refs/notes/adrtool")
    project.git("reflog", "expire", "--expire=now", "--all")
    project.git("gc", "--quiet", "--prune=now")
    project.note(to_line(replace(outcome("c"), order=1), None).encode() + b"\n", first)
    assert project.messages() == ["c"]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\x00" + b"\x00" * 4000])
def test_an_index_that_is_no_database_is_made_anew(project: Project, content: bytes) -> None:
    project.append("a")
    assert project.messages() == ["a"]
    index_of(project).write_bytes(content)
    assert project.messages() == ["a"]
    assert index_of(project).stat().st_size > len(content)


def test_an_index_with_other_tables_is_made_anew(project: Project) -> None:
    project.append("a")
    assert project.messages() == ["a"]
    index_of(project).unlink()
    with sqlite3.connect(index_of_name(project)) as other:
        other.execute("CREATE TABLE hello (world)")
    other.close()
    assert project.messages() == ["a"]


def index_of_name(project: Project) -> Path:
    from adrtool.ledger.index import SCHEMA_VERSION

    return project.folder / f".git/adrtool/index-{SCHEMA_VERSION}.sqlite"


def test_damage_that_only_shows_while_reading_is_healed_from_the_ledger(project: Project) -> None:
    project.append("a")
    assert project.messages() == ["a"]
    with sqlite3.connect(index_of(project)) as index:
        index.execute("UPDATE lines SET line = substr(line, 1, 40)")
    index.close()
    assert project.messages() == ["a"]


def test_an_index_that_is_cut_short_is_not_believed(project: Project) -> None:
    project.append(*("x" * 3000 for _ in range(150)))
    project.append("last")
    assert len(project.messages()) == 151
    whole = index_of(project).read_bytes()
    index_of(project).write_bytes(whole[: len(whole) // 2])
    assert len(project.messages()) == 151


def test_an_index_that_cannot_be_written_is_done_without(project: Project) -> None:
    project.append("a")
    index_of_name(project).unlink(missing_ok=True)
    index_of_name(project).mkdir()
    assert project.messages() == ["a"]


def test_an_index_that_somebody_holds_locked_is_done_without(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from adrtool.ledger import index

    monkeypatch.setattr(index, "BUSY_S", 0.1)
    project.append("a")
    assert project.messages() == ["a"]
    with sqlite3.connect(index_of(project), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        project.append("b")
        assert project.messages() == ["a", "b"]
    other.close()


# -- what a verdict needs ------------------------------------------------------------------------------------------

CLAIM = Claim("0001/a", "text", "adr/0001.md", 1, EvidenceRef("adr/evidence/a.py"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, list[str | None]]:
    """A repository with three commits of HEAD and two on a branch beside it; and None for no commit at all."""
    project = Project(tmp_path_factory.mktemp("forked"))
    project.git("init", "--quiet")
    project.git("config", "user.name", "Tester")
    project.git("config", "user.email", "tester@example.org")
    ours = [project.commit(str(number)) for number in range(3)]
    project.git("checkout", "--quiet", "-b", "side", ours[0])
    theirs = [project.commit(f"side {number}") for number in range(2)]
    project.git("checkout", "--quiet", ours[2])
    repository = Repository.discover(project.folder)
    assert repository is not None
    return repository, [*ours, *theirs, "0" * 40, None]


ENVIRONMENTS = (
    ENVIRONMENT,
    replace(ENVIRONMENT, python="3.12.0"),  # the same packages: for a verdict the same environment
    replace(ENVIRONMENT, packages=(("numpy", "2.1.0"),)),
)
past = st.lists(
    st.fixed_dictionaries(
        {
            "ending": st.sampled_from(Ending),
            "evidence": st.sampled_from(["evidence", "older"]),
            "inputs": st.sampled_from(["inputs", "older"]),
            "observed": st.sampled_from([(), ("b.py",)]),
            "environment": st.sampled_from(ENVIRONMENTS),
            "tries": st.sampled_from([(), (Ending.FAILED,)]),
            "place": st.integers(0, 6),
        }
    ),
    max_size=14,
)


def now(_: str, observed: tuple[str, ...]) -> Fingerprints:
    return Fingerprints("text", "evidence", f"inputs {observed}", "requirements")


@given(st.lists(past, min_size=1, max_size=12))
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_telling_outcomes_give_the_verdict_that_all_would(
    forked: tuple[Repository, list[str | None]], pasts: list[list[dict]]
) -> None:
    repository, commits = forked
    claims = [replace(CLAIM, id=f"0001/{number}") for number in range(len(pasts))]
    all_of = {claim.id: outcomes_of(claim, past, commits) for claim, past in zip(claims, pasts, strict=True)}
    history = history_of(repository, [found for outcomes in all_of.values() for found in outcomes])
    try:
        telling = history.telling([claim.id for claim in claims], now)
        for claim in claims:
            assert history.of(claim.id) == tuple(all_of[claim.id])
            assert verdict(claim, telling[claim.id], history) == verdict(claim, all_of[claim.id], history)
    finally:
        history.close()


def verdict(claim: Claim, outcomes: Sequence[Outcome], history: History) -> Judgement:
    return judge(
        claim,
        outcomes,
        today=lambda outcome: now(claim.id, outcome.observed),
        is_ancestor=lambda outcome: outcome.commit is None or outcome.commit in history.ancestors,
        now=NOW + timedelta(days=1),
        revalidate=timedelta(hours=12),
    )


def outcomes_of(claim: Claim, past: list[dict], commits: list[str | None]) -> list[Outcome]:
    return [
        Outcome(
            run=str(number),
            claim=claim.id,
            fingerprints=Fingerprints("text", row["evidence"], f"{row['inputs']} {row['observed']}", "requirements"),
            ending=row["ending"],
            at=NOW + timedelta(hours=number),
            order=number + 1,
            tries=(*row["tries"], row["ending"]),
            commit=commits[row["place"]],
            environment=row["environment"],
            observed=row["observed"],
        )
        for number, row in enumerate(past)
    ]


def history_of(repository: Repository, outcomes: list[Outcome]) -> History:
    """A history without notes: of lines that wait."""
    from adrtool.ledger.lines import environment_id

    environments = {found.environment for found in outcomes if found.environment is not None}
    lines = [environment_line(environment) for environment in environments]
    lines += [to_line(found, environment_id(found.environment)).encode() for found in outcomes if found.environment]
    spool = Spool(Path(tempfile.mkdtemp(dir=repository.common_dir)))
    spool.put(0, None, lines)

    def build():
        return open_index(None, Ledger(repository).notes, State(None, spool.names(), spool))

    return History(build(), repository, build)


def test_the_telling_outcomes_are_few(project: Project) -> None:
    ledger = project.ledger()
    head = ledger.repository.head
    ledger.append([outcome(str(number), commit=head) for number in range(300)])
    ledger.append([outcome(str(number), commit=head, ending=Ending.FAILED) for number in range(300)])
    assert len(ledger.history().telling(["0001/a"], today)["0001/a"]) <= 8
    assert len(ledger.history().of("0001/a")) == 600

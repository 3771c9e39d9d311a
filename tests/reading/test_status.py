from __future__ import annotations

import pytest
from heads import head_of, rules_of

from adrtool.model import Status
from adrtool.reading.labels import LABEL_WORDS
from adrtool.reading.status import status_of
from adrtool.reading.vocabulary import fold, status_words
from adrtool.reading.words import RELATION_WORDS, STATUS_WORDS, words_of


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Accepted", Status.ACCEPTED),
        ("ACCEPTED", Status.ACCEPTED),
        ("** Approved **", Status.ACCEPTED),
        ("Accepted.", Status.ACCEPTED),
        ("{ accepted }", Status.ACCEPTED),
        ("[accepted ]", Status.ACCEPTED),
        ("✅ Accepted", Status.ACCEPTED),
        ("Accepted (lazy consensus) & implemented", Status.ACCEPTED),
        ("Accepted on 2024-01-01", Status.ACCEPTED),
        ("2024-01-01 proposed", Status.PROPOSED),
        ("2024-01-01: something else", Status.OTHER),
        ("Decided by the guild", Status.ACCEPTED),
        ("Status: Accepted", Status.ACCEPTED),
        ("ADR approved green", Status.ACCEPTED),
        ("This decision has been accepted by the team.", Status.ACCEPTED),
        ("Draft :construction:", Status.DRAFT),
        ("In Review.", Status.PROPOSED),
        ("Pending review", Status.PROPOSED),
        ("Proposal: use the second alternative", Status.PROPOSED),
        ("Withdrawn", Status.REJECTED),
        ("Rejected (leads to concurrency issues)", Status.REJECTED),
        ("no longer valid since 2020", Status.DEPRECATED),
        ("outdated", Status.DEPRECATED),
        ("Superceded", Status.SUPERSEDED),
        ("Implemented", Status.OTHER),
        ("Not-Implemented", Status.OTHER),
        ("Partially Implemented", Status.OTHER),
        ("Under implementation in #2800", Status.OTHER),
        ("on hold", Status.OTHER),
        ("Not yet accepted", Status.OTHER),
        ("Final decision pending", Status.OTHER),
        ("Active development", Status.OTHER),
        ("Open for comments", Status.PROPOSED),
        ("Final, as of 2024-03-05", Status.ACCEPTED),
        ("", Status.UNKNOWN),
        ("N/A", Status.UNKNOWN),
        ("TBD", Status.UNKNOWN),
        ("We will mark this accepted once the pilot ends, which may take a while", Status.UNKNOWN),
        ("The two points above have been looked at by several people from three teams", Status.UNKNOWN),
        ("akzeptiert", Status.ACCEPTED),
        ("proposé", Status.PROPOSED),
        ("Aceptada", Status.ACCEPTED),
        ("Substituído", Status.SUPERSEDED),
        ("Отклонено", Status.REJECTED),
        ("已接受", Status.ACCEPTED),
        ("承認済み", Status.ACCEPTED),
        ("폐기됨", Status.DEPRECATED),
    ],
)
def test_a_word_means_one_status(text: str, status: Status) -> None:
    assert status_of(text) is status


def test_no_word_means_two_things() -> None:
    words = [
        fold(word) for languages in STATUS_WORDS.values() for entry in languages.values() for word in words_of(entry)
    ]
    meanings = {(word, status_words()[word]) for word in words}
    by_table = {
        (fold(word), status)
        for status, languages in STATUS_WORDS.items()
        for entry in languages.values()
        for word in words_of(entry)
    }
    assert by_table == meanings


def test_every_table_is_written_in_lower_case_and_without_empty_words() -> None:
    tables = [entry for table in (STATUS_WORDS, RELATION_WORDS) for row in table.values() for entry in row.values()]
    for entry in (*tables, *LABEL_WORDS.values()):
        assert all(word and word == word.casefold() and word == word.strip() for word in words_of(entry)), entry


def section(*lines: str) -> str:
    return "# Use X\n\nDate: 2024-03-05\n\n## Status\n\n" + "\n".join(lines) + "\n\n## Context\n\nText.\n"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Accepted", "", "Superceded by [9. Y](0009-y.md)"], Status.SUPERSEDED),
        (["Implemented. Superseded by [ADR 9](0009-y.md)"], Status.SUPERSEDED),
        (["~~Accepted~~ Superseded by ADR 9"], Status.SUPERSEDED),
        (["superseded - the headline still applies, but in ADR 9 we changed it"], Status.SUPERSEDED),
        (["Accepted", "", "Supersedes [3. Z](0003-z.md)"], Status.ACCEPTED),
        (["Accepted (supersedes [ADR 3](0003-z.md))"], Status.ACCEPTED),
        (["Accepted, partially superseded by [ADR 9](0009-y.md)"], Status.ACCEPTED),
        (["Accepted. Will be superseded by ADR 9 once ready."], Status.ACCEPTED),
        (["Accepted", "", "This is likely superseded in the future."], Status.ACCEPTED),
        (["Accepted", "", "It replaces what we had."], Status.ACCEPTED),
        (["2023-11-22 proposed", "", "2023-12-01 accepted"], Status.ACCEPTED),
        (["- Accepted: 2020-02-01", "- Proposed: 2020-01-01"], Status.ACCEPTED),
        (["- [ ] Proposed", "- [x] Accepted", "- [ ] Superseded by 9"], Status.ACCEPTED),
        (["[ ] Proposed [x] Rejected [ ] Accepted"], Status.REJECTED),
        (["☐ Proposed ☑ Accepted"], Status.ACCEPTED),
        (["Proposed | **Accepted** | Rejected"], Status.ACCEPTED),
        (["* Pending", "* **Approved**", "* Rejected", "* Deprecated"], Status.ACCEPTED),
        (["Proposed → Accepted"], Status.ACCEPTED),
        (["> A decision may be \"proposed\" if nobody agreed.", "", "Accepted"], Status.ACCEPTED),
        (["[![badge](https://badgen.net/badge/ADR/approved/green/)](README.md)"], Status.ACCEPTED),
        (["![](https://img.shields.io/badge/status-rejected-red.svg)"], Status.REJECTED),
        (["<!-- proposed, accepted or rejected -->", "", "Accepted"], Status.ACCEPTED),
    ],
)  # fmt: skip
def test_a_section_says_where_the_decision_stands(lines: list[str], status: Status) -> None:
    assert head_of(section(*lines)).status is status
    assert "unknown-status" not in rules_of(section(*lines))


@pytest.mark.parametrize(
    "line",
    [
        "{proposed | rejected | accepted | deprecated | … | superseded by [ADR-0005](0005-example.md)}",
        "Proposed / Accepted / Superseded",
        "Proposed ❓ OR Accepted ✅ OR Deprecated ⛔",
        "What is the status, such as proposed, accepted, rejected, deprecated, superseded, etc.?",
        "{Deprecated|Proposed|Accepted}",
        "[status]",
        "STATUS",
        "- Proposed\n- Accepted\n- Rejected",
        "Valid statuses are:\n\n- Proposed: new ones\n- Accepted: agreed\n- Rejected: not",
    ],
)
def test_choices_left_in_are_no_status(line: str) -> None:
    head = head_of(section(line))
    assert head.status is Status.UNKNOWN
    assert head.relations == ()
    assert "unfilled-template" in rules_of(section(line))


def test_a_record_without_status_says_so() -> None:
    assert rules_of("# Use X\n\nDate: 2024-03-05\n\nText.\n") == ["missing-status"]


def test_a_status_in_two_places_must_agree() -> None:
    text = "---\nstatus: accepted\ndate: 2024-03-05\n---\n\n# Use X\n\n## Status\n\nRejected\n"
    assert head_of(text).status is Status.ACCEPTED
    assert rules_of(text) == ["status-disagrees"]
    assert rules_of(text.replace("Rejected", "Approved")) == []


def test_a_word_outside_the_scheme_contradicts_nothing() -> None:
    text = "---\nstatus: accepted\ndate: 2024-03-05\n---\n\n# Use X\n\n## Status\n\nImplemented\n"
    assert rules_of(text) == []


def test_a_supersession_wins_over_an_older_word_elsewhere() -> None:
    text = "---\nstatus: accepted\ndate: 2024-03-05\n---\n\n# Use X\n\n## Status\n\nSuperseded by [9](0009-y.md)\n"
    assert head_of(text).status is Status.SUPERSEDED


def test_an_example_in_the_body_is_no_status() -> None:
    text = (
        "# Show the status\n\nDate: 2024-03-05\n\n## Context\n\nStatus: accepted\n\n## Decision\n\n* Status: rejected\n"
    )
    assert head_of(text).status is Status.UNKNOWN


def test_a_heading_that_only_begins_with_the_word_is_no_status() -> None:
    text = "# Use X\n\nDate: 2024-03-05\n\n## Status change requirements\n\nAccepted ones only.\n"
    assert head_of(text).status is Status.UNKNOWN


def test_the_status_is_kept_as_written() -> None:
    written = "superseded by [ADR-0009](0009-y.md)"
    assert head_of(f"# Use X\n\n* Status: {written}\n").status_raw == written
    assert head_of(f"---\nstatus: {written}\n---\n# Use X\n").status_raw == written
    assert head_of(section("**Deprecated** (see [#1912](https://example.org/1912))")).status_raw.startswith("**Dep")


def test_the_line_of_the_status_is_known() -> None:
    assert head_of(section("Accepted")).status_line == 7
    assert head_of("---\ndate: 2024-03-05\nstatus: accepted\n---\n# Use X\n").status_line == 3
    assert head_of("# Use X\n").status_line is None

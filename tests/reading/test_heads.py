"""The same facts in every dialect."""

from __future__ import annotations

from datetime import date

import pytest
from heads import head_of, reading_of, relations_of, rules_of

from adrtool.model import Severity, Status

DIALECTS = {
    "nygard": """# 7. Use X

Date: 2024-03-05

## Status

Accepted

Supersedes [3. Use Z](0003-use-z.md)

## Context
""",
    "madr 2": """# Use X

* Status: accepted <!-- optional -->
* Deciders: Ann, Bob
* Date: 2024-03-05

## Context and Problem Statement

Text.

## Links

* Supersedes [ADR-0003](0003-use-z.md)
""",
    "madr 3": """---
# These are optional elements.
status: accepted
date: 2024-03-05
deciders: Ann, Bob
---
# Use X

## More Information

Supersedes [ADR-0003](0003-use-z.md)
""",
    "madr 4": """---
status: "accepted"
date: 2024-03-05
decision-makers: [Ann, Bob]
supersedes: 0003-use-z.md
---

# Use X
""",
    "log4brains": """# Use X

- Status: accepted
- Date: 2024-03-05
- Tags: db, storage

## Links

- Supersedes [20200101-use-z](0003-use-z.md)
""",
    "numbered front matter": """---
number: 7
title: Use X
date: 2024-03-05
status: accepted
links:
  - target: 0003-use-z.md
    kind: supersedes
---

## Context
""",
    "table": """# ADR-7: Use X

| Metadata | Value |
|----------|-------|
| Date | 2024-03-05 |
| Status | Accepted |
| Supersedes | [3](0003-use-z.md) |
| Superseded by | N/A |
""",
    "table by column": """# Use X (ADR-0007)

| Date | Status | Supersedes |
|------|--------|------------|
| 2024-03-05 | Accepted | [3](0003-use-z.md) |
""",
    "bold lines": """# ADR-007 — Use X

**Status**: Accepted
**Date:** 2024-03-05
**Supersedes** [3](0003-use-z.md)

## Context
""",
    "italic bullets": """# ADR-0007: Use X

- *Status:* Accepted
- *Date:* 2024-03-05
- *Supersedes:* [ADR-0003](0003-use-z.md)
""",
    "one line": """# Use X

**Status:** Accepted | **Date:** 2024-03-05 | **Supersedes:** [3](0003-use-z.md)
""",
    "headings of one level": """# Use X
# STATUS
Accepted
# DATE
March 5, 2024
# LINKS
Supersedes [3](0003-use-z.md)
""",
    "setext": """7: Use X
========

Date: 2024-03-05

Status
------

Accepted (supersedes [3](0003-use-z.md))
""",
    "without spaces": """#7. Use X

Date: 2024-03-05

##Status
Accepted
Supersedes [3](0003-use-z.md)
##Context
""",
    "bold headings": """**ADR 7: Use X**

**Status**

Accepted

**Date**

2024-03-05

This ADR supersedes [3](0003-use-z.md).
""",
    "number in a heading of its own": """# ADR-0007

## Use X

Status: Accepted
Date: 2024-03-05
Supersedes: [3](0003-use-z.md)
""",
    "title below its heading": """# Title

Use X

# Status

Accepted; supersedes [3](0003-use-z.md)

# Date

2024-03-05
""",
    "foot": """# Use X

## Status

Accepted

## Decision

This decision supersedes [3](0003-use-z.md).

---

**Date**: 2024-03-05
**Author**: Ann
""",
    "toml": """+++
title = "Use X"
status = "accepted"
date = 2024-03-05
supersedes = "0003-use-z.md"
+++
""",
    "quoted": """# Use X

> Status: Accepted
> Date: 2024-03-05
> Supersedes: [3](0003-use-z.md)
""",
    "bilingual": """# ADR-7: Use X

## 状态 / Status

Accepted, supersedes [3](0003-use-z.md)

## 1. Context (背景)

## 日期

2024年3月5日
""",
}

OTHER_FORMATS = {
    ".rst": [
        """7. Use X
========

:Date: 2024-03-05
:Status: Accepted
:Supersedes: `3 <0003-use-z.md>`_

Context
-------
""",
        """Use X
#####

Status
******

Accepted

Supersedes `3 <0003-use-z.md>`__

Date
****

March 5, 2024
""",
        """=====
Use X
=====

Status
  Accepted
Date
  2024-03-05

Related
-------

* Supersedes :doc:`0003-use-z.md`
""",
        """Use X
=====

Status
Accepted

Date: 2024-03-05

Supersedes: `3 <0003-use-z.md>`_
""",
    ],
    ".adoc": [
        """= ADR-007: Use X
Ann Other <ann@example.org>
v0.1, 05.03.2024
:status: accepted

* Status: {status}
* Supersedes: xref:0003-use-z.md[ADR 3]
* Date: 05.03.2024

== Context
""",
        """= 7. Use X

Date: 2024-03-05

== Status

Accepted

Supersedes <<0003-use-z.md#,ADR 3>>

== Context
""",
        """= Use X

[cols="1,6"]
|===
|Status |Accepted
|Decision Date |2024-03-05
|Supersedes |link:0003-use-z.md[3]
|===
""",
        """= Use X

[cols=2*]
|===
|Status
|Accepted

|Date
|2024-03-05

|Supersedes
|link:0003-use-z.md[3]
|===
""",
    ],
}


def assert_facts(text: str, path: str) -> None:
    head = head_of(text, path)
    assert (head.title, head.status, head.date) == ("Use X", Status.ACCEPTED, date(2024, 3, 5))
    assert [(str(stated.relation), stated.target) for stated in head.relations] == [("supersedes", "0003-use-z.md")]
    assert rules_of(text, path) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_is_read(dialect: str) -> None:
    assert_facts(DIALECTS[dialect], "docs/adr/0007-use-x.md")


@pytest.mark.parametrize(
    ("suffix", "text"), [(suffix, text) for suffix, texts in OTHER_FORMATS.items() for text in texts]
)
def test_another_format_is_read(suffix: str, text: str) -> None:
    assert_facts(text, f"docs/adr/0007-use-x{suffix}")


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Use X", "Use X"),
        ("7. Use X", "Use X"),
        ("7) Use X {#adr_0007}", "Use X"),
        ("0007 Use X", "Use X"),
        ("[ADR-7] Use X", "Use X"),
        ("ADR 007: Use X", "Use X"),
        ("ADR: Use X", "Use X"),
        ("[ADR] Use X", "Use X"),
        ("Architecture Decision Record: Use X", "Use X"),
        ("Title: Use X", "Use X"),
        ("Use `X` and *Y*", "Use X and Y"),
        ("[JAMES-2909] Use X", "[JAMES-2909] Use X"),
        ("2 Reasons to use X", "2 Reasons to use X"),
        ("Partly undo ADR 109 (reduce it)", "Partly undo ADR 109 (reduce it)"),
        ("Use X (Proposal)", "Use X (Proposal)"),
        ("Decide on X", "Decide on X"),
    ],
)
def test_a_title_is_its_heading_without_the_number(heading: str, title: str) -> None:
    assert head_of(f"# {heading}\n\nText.\n").title == title


@pytest.mark.parametrize(
    "text",
    [
        "## Status\n\nAccepted\n",
        "# Context:\n\nText.\n",
        "Text only.\n",
        "# ADR 7\n\n## Context\n\nText.\n",
        "# 1. Kontext\n",
    ],
)
def test_a_record_without_title_is_called_by_its_slug(text: str) -> None:
    assert head_of(text).title == "use x"
    assert rules_of(text)[0] == "missing-title"


@pytest.mark.parametrize(
    "heading", ["Title", "[short title of solved problem and solution]", "{title}", "Title of the ADR"]
)
def test_a_template_title_is_none(heading: str) -> None:
    text = f"# {heading}\n\nA first paragraph.\n\nA second one.\n"
    assert head_of(text).title == "use x"
    assert rules_of(text)[0] == "unfilled-template"


def test_a_copied_number_is_told_of() -> None:
    assert "number-mismatch" in rules_of("# 6. Use X\n")
    assert "number-mismatch" not in rules_of("# 7. Use X\n")


def test_the_title_of_front_matter_goes_before_a_heading() -> None:
    assert head_of("---\ntitle: 'ADR-7: Use X'\n---\n\n## Statement of the problem\n").title == "Use X"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("# Use X\n\nCreated: March 5, 2024\n\nUpdated: April 1, 2025\n", date(2024, 3, 5)),
        ("# Use X\n\nMarch 5, 2024\n", date(2024, 3, 5)),
        ("# Use X\n\nLast updated: 2024-03-05\n", None),
        ("---\nlast_update: 2024-03-05\n---\n# Use X\n", None),
        ("# Use X\n\n## Status\n\nAccepted on 2024-03-05\n", date(2024, 3, 5)),
        ("# Use X\n\n## Changelog\n\n- 2024-04-01: second\n- 2024-03-05: first\n", date(2024, 3, 5)),
        ("# Use X\n\nThe outage of 2024-03-05 showed it.\n", None),
        ("# Use X\n\nDate: YYYY-MM-DD\n", None),
        ("# X nutzen\n\nDatum: 05/03/2024\n", date(2024, 3, 5)),
    ],
)
def test_a_decision_is_dated_by_its_own_date(text: str, day: date | None) -> None:
    assert head_of(text).date == day
    assert ("missing-date" in rules_of(text)) == (day is None)


def test_the_day_in_the_file_name_comes_after_the_text() -> None:
    path = "docs/adr/2024-03-05-use-x.md"
    assert head_of("# Use X\n", path).date == date(2024, 3, 5)
    assert head_of("# Use X\n\nDate: 2024-02-01\n", path).date == date(2024, 2, 1)


@pytest.mark.parametrize("written", ["2020-01-45", "5/3/2024"])
def test_a_bad_date_is_none_and_told_of(written: str) -> None:
    text = f"# Use X\n\nDate: {written}\n\n## Changelog\n\n- 2024-04-01: first\n"
    assert head_of(text).date is None
    assert "bad-date" in rules_of(text)
    assert next(problem for problem in reading_of(text).problems if problem.rule == "bad-date").line == 3


def test_people_and_tags_are_lists() -> None:
    head = head_of("# Use X\n\n* Deciders: Ann, Bob; Cy and Di\n* Tags: db, storage\n")
    assert (head.deciders, head.tags) == (("Ann", "Bob", "Cy", "Di"), ("db", "storage"))
    assert head_of("= X\n\n* Deciders:\n** Ann\n** Bob\n* Date: 2024-03-05\n", "adr/1-x.adoc").deciders == (
        "Ann",
        "Bob",
    )
    assert head_of("# Use X\n\n* Deciders: [list everyone involved]\n").deciders == ()


def test_globs_and_the_day_to_look_again() -> None:
    text = "---\napplies-to: [src/api/**, pyproject.toml]\nrevisit: 2027-01-31\n---\n# Use X\n"
    head = head_of(text)
    assert (head.applies_to, head.revisit) == (("src/api/**", "pyproject.toml"), date(2027, 1, 31))
    assert head_of("---\nscope: the whole backend\n---\n# Use X\n").applies_to == ()


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("Superceded by [9. Y](0009-y.md)", [("superseded-by", "0009-y.md")]),
        ("Superseded by ADR-043", [("superseded-by", "ADR-043")]),
        ("Superseded by ADR7, which decided it", [("superseded-by", "ADR7")]),
        ("Superseded by [A](a.md) and [B](b.md)", [("superseded-by", "a.md"), ("superseded-by", "b.md")]),
        ("Superseded by [A](a.md), as decided in [B](b.md)", [("superseded-by", "a.md")]),
        ("Superseded, see [A](a.md)", [("superseded-by", "a.md")]),
        ("Superseded by the UpstreamSessionRegistry (issue #4205)", []),
        ("Accepted\n\nSupercedes [3. Z](0003-z.md)", [("supersedes", "0003-z.md")]),
        ("Accepted\n\nPartially supersedes [3. Z](0003-z.md)", [("amends", "0003-z.md")]),
        ("Accepted\n\nAmends [5](5.md)\n\nAmended by [9](9.md)", [("amends", "5.md"), ("amended-by", "9.md")]),
        ("Accepted, may be superseded by ADR 9", []),
        ("Ersetzt durch ADR-9", [("superseded-by", "ADR-9")]),
        ("Remplacé par [9](9.md)", [("superseded-by", "9.md")]),
        ("已被取代 [9](9.md)", [("superseded-by", "9.md")]),
    ],
)
def test_a_status_names_other_records(text: str, relations: list[tuple[str, str]]) -> None:
    assert relations_of(f"# Use X\n\n## Status\n\n{text}\n") == relations


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("This ADR supersedes the decisions made in ADRs 60 and 61, but", [("supersedes", "ADRs 60"), ("supersedes", "ADR 61")]),
        ("Note: this ADR supersedes some aspects of [15](15.md) and [16](16.md).", [("amends", "15.md"), ("amends", "16.md")]),
        ("The behaviour supersedes that in [ADR-15](0015-y.md)", [("supersedes", "0015-y.md")]),
        ("ADR 2 can be considered superseded now. ADR 4 should follow.", [("supersedes", "ADR 2")]),
        ("ADR 2 is superseded by this decision.", [("supersedes", "ADR 2")]),
        ("ADR 2 is superseded.", []),
        ("ADR 2 should be superseded now.", []),
        ("This replaces our current process.", []),
        ("ADR 16 supersedes ADR 12.", []),
        ("It would supersede [ADR-15](0015-y.md).", []),
        ("See RFC 8620 and HTTP-404.", []),
    ],
)  # fmt: skip
def test_running_text_speaks_for_the_record_only_where_it_says_so(text: str, relations: list[tuple[str, str]]) -> None:
    assert relations_of(f"# Use X\n\n## Context\n\n{text}\n") == relations


def test_a_list_of_links_relates() -> None:
    text = "# Use X\n\n## Links\n\n* Refines [3](3.md)\n* [4](4.md)\n* depends on [5](5.md)\n"
    assert relations_of(text) == [("refines", "3.md"), ("relates-to", "4.md"), ("depends-on", "5.md")]
    assert relations_of(text.replace("## Links", "## Context")) == []


def test_a_missing_fact_is_a_warning() -> None:
    assert {problem.severity for problem in reading_of("Text.\n").problems} == {Severity.WARNING}

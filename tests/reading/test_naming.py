from __future__ import annotations

from datetime import date

import pytest

from adrtool.reading.naming import name_of, parse
from adrtool.reading.records import id_of


@pytest.mark.parametrize(
    ("stem", "number", "spelt"),
    [
        ("0001-use-x", 1, "0001"),
        ("012_use_x", 12, "012"),
        ("7 use x", 7, "7"),
        ("12", 12, "12"),
        ("ADR-012-use-x", 12, "012"),
        ("adr-59", 59, "59"),
        ("ADR001-use_x", 1, "001"),
        ("ADR001UseX", 1, "001"),
        ("adr.003.use-x", 3, "003"),
        ("ODH-ADR-0004-use-x", 4, "0004"),
        ("ODH-ADR-MR-0002-use-x", 2, "0002"),
        ("ODH-ADR-Dashboard-0001-use-x", 1, "0001"),
        ("API-005-use-x", 5, "005"),
        ("D001-use-x", 1, "001"),
        ("2024-001-use-x", 1, "001"),
        ("ADR-2024-003-use-x", 3, "003"),
        ("decision-12-use-x", 12, "12"),
    ],
)
def test_a_number_is_read_as_spelt(stem: str, number: int, spelt: str) -> None:
    name = parse(stem)
    assert (name.number, name.spelt) == (number, spelt)


@pytest.mark.parametrize(
    "stem",
    [
        "use-http2",
        "python-3-upgrade",
        "HTTP-2-support",
        "adr-use-java-17",
        "ADRx-use-x",
        "ADR-XXXX-use-x",
        "2024-review",
    ],
)
def test_a_number_inside_a_slug_is_none(stem: str) -> None:
    assert parse(stem).number is None


@pytest.mark.parametrize(
    ("stem", "day"),
    [
        ("20260131-use-x", date(2026, 1, 31)),
        ("2026-01-31-use-x", date(2026, 1, 31)),
        ("2026-01-31_use-x", date(2026, 1, 31)),
        ("ADR-2026-01-31-use-x", date(2026, 1, 31)),
        ("2026-01-use-x", None),
    ],
)
def test_a_day_or_month_is_no_number(stem: str, day: date | None) -> None:
    assert (parse(stem).number, parse(stem).day, parse(stem).words) == (None, day, "use x")


def test_eight_digits_that_are_no_day_are_no_day() -> None:
    assert parse("20261399-use-x").day is None


@pytest.mark.parametrize(
    ("path", "record_id"),
    [
        ("adr/0001-use-x.md", "0001"),
        ("adr/ADR-012-use-x.rst", "012"),
        ("adr/20260131-use-x.md", "20260131-use-x"),
        ("adr/use-x.adoc", "use-x"),
        ("adr/0003-use-x/README.md", "0003"),
        ("adr/2026-01-31-use-x/index.md", "2026-01-31-use-x"),
        ("adr/notes/README.md", "README"),
    ],
)
def test_the_id_is_the_number_as_spelt_else_the_slug(path: str, record_id: str) -> None:
    assert id_of(path) == record_id


def test_a_folder_that_is_a_record_names_it() -> None:
    assert name_of("adr/2026-01-31-use-x/README.md").day == date(2026, 1, 31)
    assert name_of("adr/README.md").day is None

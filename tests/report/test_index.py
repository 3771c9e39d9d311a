"""The table of records keeps what stands around it, and lets no record's text become markup."""

from __future__ import annotations

import pytest

from adrtool.model import Record, Status
from adrtool.reading.markdown import parse, plain_text
from adrtool.report.index import END, START, escaped, indexed
from adrtool.verdict import Health

RECORDS = (
    Record("0001", "adr/0001-one.md", "One", number=1, status=Status.ACCEPTED),
    Record("slug", "adr/sub/slug x.md", "Two", status=Status.OTHER, status_raw="Final | <b>"),
)
HEALTHS = {"adr/0001-one.md": Health.STALE, "adr/sub/slug x.md": None}
ROWS = "| 0001 | [One](0001-one.md) | accepted |  | stale |\n|  | [Two](sub/slug%20x.md) | Final \\| \\<b\\> |  |  |"


def index(text: str) -> str:
    return indexed(text, RECORDS, HEALTHS, "adr")


def test_a_readme_without_an_index_gets_one_at_its_end() -> None:
    text = index("# Ours\n\nWords.\n")
    assert text.startswith(f"# Ours\n\nWords.\n\n{START}\n")
    assert ROWS in text
    assert text.endswith(f"{END}\n")


def test_an_index_is_replaced_where_it_stands() -> None:
    text = index(f"before\n\n{START}\nold\n{END}\n\nafter")
    assert text.startswith(f"before\n\n{START}\n")
    assert text.endswith(f"{END}\n\nafter")
    assert "old" not in text


@pytest.mark.parametrize("text", ["", "# Ours\n", f"a\n{START}{END}b", "<!-- adrlog -->\n<!-- adrlogstop -->\n"])
def test_a_second_time_changes_nothing(text: str) -> None:
    assert index(index(text)) == index(text)


def test_what_a_formatter_did_to_the_table_is_kept() -> None:
    text = index("").replace("| 0001 | [One]", "| 0001   |   [One]").replace("| --- |", "| ------ |", 1)
    assert index(text) == text
    assert index(text.replace("accepted", "proposed")) != text.replace("accepted", "proposed")


def test_the_list_of_adr_log_is_brought_up_to_date() -> None:
    text = index("<!-- adrlog -- made by adr-log -->\n\n* [ADR-9](gone.md) - Gone\n\n<!-- adrlogstop -->\nafter\n")
    assert (
        "<!-- adrlog -- made by adr-log -->\n\n* [ADR-0001](0001-one.md) - One\n* [ADR-slug](sub/slug%20x.md) - Two\n\n<!-- adrlogstop -->"
        in text
    )


def test_the_list_of_adr_tools_is_brought_up_to_date() -> None:
    text = index("# Architecture Decision Records\n\n* [9. Gone](gone.md)\n\nafter\n")
    assert text.startswith(
        "# Architecture Decision Records\n\n* [1. One](0001-one.md)\n* [Two](sub/slug%20x.md)\n\nafter\n"
    )
    assert "* [a](b.md)" in index("# Others\n\n* [a](b.md)\n")


@pytest.mark.parametrize(
    "text", ["a|b", "<script>", "*x* _y_ `z`", "[a](b) ![c](d)", "&amp; \\", "a\\|b", f"{END}", "{{ x }}", "~~x~~"]
)
def test_a_title_shows_as_it_is_and_is_no_markup(text: str) -> None:
    table = parse(f"| a |\n|---|\n| {escaped(text)} |\n")
    *_, cell = table.inlines()
    assert plain_text(cell.children or []) == text
    assert {child.type for child in cell.children or []} <= {"text", "text_special"}

"""`adr` writes and prints what users of adr-tools know."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adrtool.adr.start import run

Adr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def adr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Adr:
    """Run `adr` in an empty folder: the exit code, what it printed, what it complained of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ADR_DATE", "2001-02-03")
    for name in ("VISUAL", "EDITOR", "PAGER", "ADR_PAGER", "ADR_TEMPLATE"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(list(words))
        out, err = capfd.readouterr()
        return code, out, err

    return call


def record(number: int, title: str, *status: str) -> str:
    said = "\n\n".join(status)
    return f"# {number}. {title}\n\nDate: 2001-02-03\n\n## Status\n\n{said}\n\n## Context\n"


def test_init_begins_in_doc_adr_with_the_first_record(adr: Adr) -> None:
    assert adr("init") == (0, "doc/adr/0001-record-architecture-decisions.md\n", "")
    text = Path("doc/adr/0001-record-architecture-decisions.md").read_text()
    assert text.startswith(record(1, "Record architecture decisions", "Accepted"))
    assert not Path(".adr-dir").exists()


def test_init_elsewhere_is_remembered_and_found_from_below(adr: Adr, monkeypatch: pytest.MonkeyPatch) -> None:
    assert adr("init", "notes/why") == (0, "notes/why/0001-record-architecture-decisions.md\n", "")
    assert Path(".adr-dir").read_text() == "notes/why\n"
    Path("src/deep").mkdir(parents=True)
    monkeypatch.chdir("src/deep")
    assert adr("new", "Cache", "tiles")[1] == "../../notes/why/0002-cache-tiles.md\n"
    assert adr("list")[1].splitlines() == [
        "../../notes/why/0001-record-architecture-decisions.md",
        "../../notes/why/0002-cache-tiles.md",
    ]


def test_new_fills_the_template_and_prints_the_path(adr: Adr) -> None:
    assert adr("new", "Ship", "as", "AppImage") == (0, "doc/adr/0001-ship-as-appimage.md\n", "")
    text = Path("doc/adr/0001-ship-as-appimage.md").read_text()
    assert text.startswith(record(1, "Ship as AppImage", "Accepted"))
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# 1. Ship as AppImage", "## Status", "## Context", "## Decision", "## Consequences",
    ]  # fmt: skip


def test_superseding_writes_both_sides_in_adr_tools_own_spelling(adr: Adr) -> None:
    adr("new", "Draw with Cairo")
    adr("new", "-s", "1", "Draw with Skia")
    old, new = (Path(f"doc/adr/000{n}-draw-with-{what}.md").read_text() for n, what in ((1, "cairo"), (2, "skia")))
    assert old.startswith(record(1, "Draw with Cairo", "Superceded by [2. Draw with Skia](0002-draw-with-skia.md)"))
    assert new.startswith(
        record(2, "Draw with Skia", "Accepted", "Supercedes [1. Draw with Cairo](0001-draw-with-cairo.md)")
    )


def test_links_are_added_at_the_end_of_the_status_section(adr: Adr) -> None:
    adr("new", "One")
    adr("new", "-l", "1:Narrows:Narrowed by", "Two")
    assert adr("link", "1", "Informs", "0002", "Informed by") == (0, "", "")
    one = record(1, "One", "Accepted", "Narrowed by [2. Two](0002-two.md)", "Informs [2. Two](0002-two.md)")
    two = record(2, "Two", "Accepted", "Narrows [1. One](0001-one.md)", "Informed by [1. One](0001-one.md)")
    assert Path("doc/adr/0001-one.md").read_text().startswith(one)
    assert Path("doc/adr/0002-two.md").read_text().startswith(two)


@pytest.mark.parametrize("title", ["Salt & pepper", r"C:\temp | pipes", "Say 'DATE' or STATUS", "100 % [sure]"])
def test_a_title_holds_any_character(adr: Adr, title: str) -> None:
    adr("new", "First")
    path = adr("new", "-s", "1", title)[1].rstrip("\n")
    assert Path(path).read_text().startswith(f"# 2. {title}\n\nDate: 2001-02-03\n")
    assert f"Superceded by [2. {title}](" in Path("doc/adr/0001-first.md").read_text()


def test_a_bracket_that_would_end_a_link_is_escaped(adr: Adr) -> None:
    adr("new", "First")
    adr("new", "-s", "1", "Close ] open")
    assert r"[2. Close \] open](0002-close-open.md)" in Path("doc/adr/0001-first.md").read_text()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Run on Node.JS", "0001-run-on-node-js.md"),
        ("/both/ends/", "0001-both-ends.md"),
        ("Entrée gratuite", "0001-entr-e-gratuite.md"),
        ("東京", "0001-.md"),
    ],
)
def test_a_file_is_named_after_the_letters_of_its_title(adr: Adr, title: str, name: str) -> None:
    assert adr("new", title)[1] == f"doc/adr/{name}\n"


def test_two_dashes_end_the_options(adr: Adr) -> None:
    assert adr("new", "--", "-v", "everywhere")[1] == "doc/adr/0001-v-everywhere.md\n"


def test_the_next_number_follows_the_highest_of_any_file(adr: Adr) -> None:
    Path("doc/adr").mkdir(parents=True)
    Path("doc/adr/0009-sketch.png").touch()
    assert adr("new", "Ten")[1] == "doc/adr/0010-ten.md\n"


def test_a_number_names_no_record_that_merely_holds_it(adr: Adr) -> None:
    adr("new", "Serve http2")
    before = Path("doc/adr/0001-serve-http2.md").read_bytes()
    code, out, err = adr("new", "-s", "2", "Serve http3")
    assert (code, out, err) == (1, "", "adr: '2' names no record in doc/adr\n")
    assert [path.name for path in Path("doc/adr").iterdir()] == ["0001-serve-http2.md"]
    assert Path("doc/adr/0001-serve-http2.md").read_bytes() == before


def test_a_part_of_a_name_names_a_record_if_no_other_has_it(adr: Adr) -> None:
    adr("new", "Red door")
    adr("new", "Red roof")
    assert adr("link", "roof", "Matches", "0001-red", "Matched by")[0] == 0
    assert adr("link", "doc/adr/0001-red-door.md", "Matches", "red-roof", "Matched by")[0] == 0
    code, _, err = adr("link", "red", "Matches", "1", "Matched by")
    assert code == 1
    assert "doc/adr/0001-red-door.md, doc/adr/0002-red-roof.md" in err


def test_a_link_to_nothing_leaves_both_sides_as_they_were(adr: Adr) -> None:
    adr("new", "Only")
    before = Path("doc/adr/0001-only.md").read_bytes()
    assert adr("link", "1", "Amends", "7", "Amended by")[0] == 1
    assert adr("new", "-l", "1:Amends", "Half a link")[0] == 1
    assert [path.read_bytes() for path in Path("doc/adr").iterdir()] == [before]


def test_a_record_without_a_status_section_is_refused_by_name(adr: Adr) -> None:
    Path("doc/adr").mkdir(parents=True)
    Path("doc/adr/0001-table.md").write_text("# Table\n\n* Status: accepted\n")
    code, _, err = adr("new", "-s", "1", "Chair")
    assert (code, [path.name for path in Path("doc/adr").iterdir()]) == (1, ["0001-table.md"])
    assert err.startswith("adr: doc/adr/0001-table.md: has no section `## Status`")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## Status\r\n\r\nAccepted\r\n\r\n## Context\r\n", "## Status\r\n\r\n{link}\r\n\r\n## Context\r\n"),
        ("## Status\n\nAccepted\n", "## Status\n\n{link}\n"),
        ("## Status\n\nAccepted", "## Status\n\n{link}\n"),
        ("## Status\n\nProposed\n\n## Context\n", "## Status\n\nProposed\n\n{link}\n\n## Context\n"),
        ("## Status\nAccepted\n## Context\n", "## Status\n{link}\n\n## Context\n"),
    ],
)
def test_line_ends_and_the_last_section_are_kept(adr: Adr, before: str, after: str) -> None:
    file = Path("doc/adr/0001-a.md")
    file.parent.mkdir(parents=True)
    head = "# 1. A\r\n\r\n" if "\r" in before else "# 1. A\n\n"
    file.write_bytes((head + before).encode())
    assert adr("new", "-s", "1", "B")[0] == 0
    assert file.read_bytes().decode() == head + after.format(link="Superceded by [2. B](0002-b.md)")


def test_a_title_is_required(adr: Adr) -> None:
    assert adr("new") == (1, "ERROR: no title given\n", "")


def test_list_says_that_there_is_no_folder(adr: Adr) -> None:
    assert adr("list") == (1, "The doc/adr directory does not exist\n", "")


def test_the_editor_comes_before_the_path(
    adr: Adr, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setenv("VISUAL", "echo opening")
    path = "doc/adr/0001-a.md"
    assert adr("new", "A") == (0, f"opening {path}\n{path}\n", "")
    monkeypatch.setenv("VISUAL", "")
    assert adr("new", "B") == (1, "", "")
    assert Path("doc/adr/0002-b.md").exists()


def test_templates_of_ones_own(adr: Adr, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("doc/adr/templates").mkdir(parents=True)
    Path("doc/adr/templates/template.md").write_text("TITLE (NUMBER), NUMBER\nDATE: STATUS\n")
    assert Path(adr("new", "Mine")[1].strip()).read_text() == "Mine (1), NUMBER\n2001-02-03: Accepted\n"
    Path("theirs.md").write_text("# TITLE\n")
    monkeypatch.setenv("ADR_TEMPLATE", "theirs.md")
    assert Path(adr("new", "Theirs")[1].strip()).read_text() == "# Theirs\n"
    monkeypatch.setenv("ADR_TEMPLATE", "gone.md")
    assert adr("new", "Nobody's") == (1, "", "adr: gone.md: No such file or directory\n")


def test_the_table_of_contents(adr: Adr) -> None:
    adr("new", "One")
    adr("new", "Two")
    rows = "* [1. One](0001-one.md)\n* [2. Two](0002-two.md)\n"
    assert adr("generate", "toc")[1] == f"# Architecture Decision Records\n\n{rows}"
    Path("before.md").write_text("Before.\n")
    Path("after it.md").write_text("After.\n")
    said = adr("generate", "toc", "-i", "before.md", "-o", "after it.md", "-p", "adr/")[1]
    rows = rows.replace("](", "](adr/")
    assert said == f"# Architecture Decision Records\n\nBefore.\n\n{rows}\nAfter.\n"


def test_front_matter_is_no_title(adr: Adr) -> None:
    Path("doc/adr").mkdir(parents=True)
    Path("doc/adr/0001-a.md").write_text("---\ntags: [x]\n---\n\n# 1. A\n")
    assert adr("generate", "toc")[1].endswith("* [1. A](0001-a.md)\n")


def test_the_graph(adr: Adr) -> None:
    adr("new", 'The "old" one')
    adr("new", "-s", "1", "The new one")
    assert adr("generate", "graph", "-p", "site/", "-e", ".pdf")[1].splitlines() == [
        "digraph {",
        "  node [shape=plaintext];",
        "  subgraph {",
        r'    _1 [label="1. The \"old\" one"; URL="site/0001-the-old-one.pdf"];',
        '    _2 [label="2. The new one"; URL="site/0002-the-new-one.pdf"];',
        '    _1 -> _2 [style="dotted", weight=1];',
        "  }",
        '  _2 -> _1 [label="Supercedes", weight=0]',
        "}",
    ]


def test_generate_names_its_reports(adr: Adr) -> None:
    assert adr("generate") == (0, "graph\ntoc\n", "")
    assert adr("generate", "poem")[0] == 127


def test_old_dates_are_upgraded_and_nothing_else(adr: Adr) -> None:
    adr("new", "A")
    file = Path("doc/adr/0001-a.md")
    text = file.read_text() + "\nBorn 01/02/2003, \udcff kept.\n"
    file.write_bytes(text.replace("2001-02-03", "24/12/1999").encode("utf-8", "surrogateescape"))
    assert adr("upgrade-repository") == (0, "", "")
    assert file.read_bytes() == text.replace("2001-02-03", "1999-12-24").encode("utf-8", "surrogateescape")


def test_config_is_read_by_a_shell_and_names_the_template(adr: Adr) -> None:
    said = subprocess.run(["sh", "-c", adr("config")[1] + 'cat "$adr_template_dir/template.md"'], capture_output=True)
    assert said.stdout.startswith(b"# NUMBER. TITLE\n")


def test_help_names_the_commands_and_goes_through_the_pager(adr: Adr, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = adr("help")
    assert (code, out.splitlines()[0]) == (0, "usage: adr help COMMAND [ARG] ...")
    names = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    assert names == "config generate help init link list new upgrade-repository".split()
    assert adr() == adr("nonsense") == (1, out, "")
    for name in names:
        assert adr("help", name)[1].startswith(f"usage: adr {name}")
    assert adr("help", "generate", "toc")[1].startswith("usage: adr generate toc [-i INTRO] [-o OUTRO]")
    monkeypatch.setenv("PAGER", "false")
    monkeypatch.setenv("ADR_PAGER", "head -n 1")
    assert adr("help", "new")[1] == "usage: adr new [-s SUPERCEDED] [-l TARGET:LINK:REVERSE-LINK] TITLE_TEXT...\n"


def test_an_unknown_option_is_one_line(adr: Adr) -> None:
    assert adr("new", "-x", "A") == (1, "", "adr: option -x not recognized; see `adr help new`\n")


def test_the_command_imports_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys; sys.argv[1:] = ['new', 'A']; from adrtool.adr.start import main; main()"
    command = [sys.executable, "-X", "importtime", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env={**os.environ, "VISUAL": "", "EDITOR": ""})
    assert done.stdout == b"doc/adr/0001-a.md\n"
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "adrtool.adr.commands" in imported
    assert not imported & {"click", "git", "jinja2", "markdown_it", "yaml", "rich", "docutils"}

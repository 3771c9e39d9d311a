"""What `adr help` shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_NEW = """\
usage: adr new [-s SUPERCEDED] [-l TARGET:LINK:REVERSE-LINK] TITLE_TEXT...

Writes a new record with the next number; the words of TITLE_TEXT are its
title. VISUAL, else EDITOR, opens it; when the editor has ended, the path of
the record is printed, so that scripts can go on with it.

The template is the file named by ADR_TEMPLATE, else `templates/template.md`
in the folder of records, else:

  {templates}/template.md

In a template, NUMBER, TITLE, DATE and STATUS are filled in. The date is
ADR_DATE, else today.

Options:

-s SUPERCEDED   A record that the new one takes the place of. Both are linked
                in their sections `Status`; the old one is no longer Accepted.

-l TARGET:LINK:REVERSE-LINK
                A record that the new one is linked to, the words of the link
                in the new record, and those of the link back.

Both may be given more than once. A record is named by its number, or by a
part of its file's name that no other record has.

E.g. to put a record in the place of numbers 3 and 4 that amends number 5:

    adr new -s 3 -s 4 -l "5:Amends:Amended by" Keep sessions in Redis
"""

_TEXTS = {
    "config": """\
usage: adr config

Prints where the command `adr` and its templates are, as a shell can read it.
ADR_TEMPLATE names a template of your own.
""",
    "generate": """\
usage: adr generate [REPORT [OPTION ...]]

Prints a report on the records; without a REPORT, the names of the reports.
`adr help generate REPORT` shows the options of one.

Subcommands:
  adr generate graph
  adr generate toc
""",
    "generate graph": """\
usage: adr generate graph [-p LINK_PREFIX] [-e LINK-EXTENSION]

Prints the records and the links between them in Graphviz's language.

Options:

-e LINK-EXTENSION
        the extension of the documents that the nodes link to; `.html` unless
        it is given.

-p LINK_PREFIX
        what to put before each link.

E.g.:

    adr generate graph | dot -Tsvg > graph.svg
""",
    "generate toc": """\
usage: adr generate toc [-i INTRO] [-o OUTRO] [-p LINK_PREFIX]

Prints a table of contents in Markdown.

Options:

-i INTRO  a file of Markdown to put before the table.
-o OUTRO  a file of Markdown to put after it.
-p LINK_PREFIX
          what to put before each link.
""",
    "help": """\
usage: adr help [COMMAND [SUBCOMMAND...]]

Shows what a command does, or which commands there are. ADR_PAGER, else PAGER,
else `more` shows it.
""",
    "init": """\
usage: adr init [DIRECTORY]

Begins a folder of records below the current one, `doc/adr` unless DIRECTORY is
given, and writes the first record into it. DIRECTORY is remembered in the file
`.adr-dir`.
""",
    "link": """\
usage: adr link SOURCE LINK TARGET REVERSE-LINK

Links the record SOURCE to the record TARGET with the words LINK, and back with
the words REVERSE-LINK. Records are named as in `adr help new`.

E.g.:

    adr link 12 Amends 10 "Amended by"
""",
    "list": """\
usage: adr list

Prints the paths of the records.
""",
    "new": _NEW,
    "upgrade-repository": """\
usage: adr upgrade-repository

Rewrites dates of the form 31/12/2017 in the records as 2017-12-31.
""",
}


def help_for(words: Sequence[str], templates: Callable[[], str]) -> str:
    """The help for a command, or the commands that there are."""
    text = _TEXTS.get(" ".join(words))
    if text is not None:
        return text.replace("{templates}", templates()) if "{templates}" in text else text
    names = "".join(f"  {name}\n" for name in _TEXTS if " " not in name)
    return (
        "usage: adr help COMMAND [ARG] ...\n"
        "COMMAND is one of: \n"
        f"{names}"
        "Run 'adr help COMMAND' for help on a specific command.\n"
    )

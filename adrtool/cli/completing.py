"""What a shell offers behind `adrtool`: commands, and what each of their words can be in this repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

from adrtool.errors import AdrtoolError
from adrtool.model import Relation, Status

if TYPE_CHECKING:
    from adrtool.workspace import Workspace

VARIABLE = "_ADRTOOL_COMPLETE"  # as click spells it for the program `adrtool`
Offer = tuple[str, str]  # a word, and what it is
_FILES = ("PATH", "FILE", "SOURCE", "OLD", "NEW", "EVIDENCE")

# The whole line is handed on: bash parts words at colons, which stand in the ids of claims.
_BASH = """\
%(complete_func)s() {
    local line="${COMP_LINE:0:COMP_POINT}" type value word lead=""
    COMPREPLY=()
    while IFS=, read -r type value; do
        case "$type" in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_WORDS="$line" %(complete_var)s=bash_complete "$1" 2>/dev/null)
    word="${line##* }"
    [[ "$COMP_WORDBREAKS" == *:* ]] && lead="${word%%"${word##*:}"}"
    COMPREPLY=("${COMPREPLY[@]#"$lead"}")
}
complete -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Completion for bash, of words that hold colons, too."""

    source_template = _BASH

    def source(self) -> str:
        """The script."""
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is being typed, and that one."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)[1:]
        incomplete = words.pop() if words and not line[-1:].isspace() else ""
        return words, incomplete


def teach(command: click.Command) -> click.Command:
    """Let every word of `command` be completed by what its name in the help says it is."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            teach(each)
    for param in command.params:
        offers = _offers_for(param.metavar or "")
        if offers is not None:
            param.shell_complete = partial(_matching, offers)  # type: ignore[method-assign]
    return command


def begin() -> None:
    """Take over from click what it does for bash."""
    add_completion_class(Bash)


def _offers_for(metavar: str) -> Callable[[Workspace], Iterable[Offer]] | str | None:
    """What stands for a word of the help: words of the repository, a kind of path, or nothing."""
    match metavar:
        case "RECORD":
            return _records
        case "CLAIM" | "[CLAIM]":
            return _claims
        case "[NAME]...":
            return _names
        case "RELATION:RECORD":
            return _relations
        case "RELATION":
            return lambda _: [(relation.value, "") for relation in Relation]
        case "STATUS":
            return lambda _: [(status.value, "") for status in Status]
        case "VERDICT":
            return _verdicts
        case "TAG":
            return _tags
        case "BASE" | "[HEAD]" | "COMMIT" | "REF":
            return _branches
        case "FOLDER":
            return "dir"
        case _ if metavar.partition("[")[0].rstrip(".") in _FILES:
            return "file"
        case _:
            return None


def _matching(
    offers: Callable[[Workspace], Iterable[Offer]] | str, context: click.Context, incomplete: str
) -> list[CompletionItem[str]]:
    from adrtool.cli import options

    if isinstance(offers, str):
        return [CompletionItem(incomplete, type=offers)]
    dirs = [folder for folder in context.params.get("dirs") or () if isinstance(folder, Path)]
    try:
        found = list(offers(options.open_workspace(dirs)))
    except (AdrtoolError, OSError):
        return []
    return [
        CompletionItem(word, help=meaning or None)
        for word, meaning in found
        if word.startswith(incomplete) or word.lstrip("0").startswith(incomplete)
    ]


def _records(workspace: Workspace) -> Iterator[Offer]:
    from adrtool.reading.naming import name_of

    for record in workspace.records:
        yield record.id, record.title
    for record in workspace.records:
        if (slug := name_of(record.path).slug) and slug != record.id:
            yield slug, record.title


def _claims(workspace: Workspace) -> Iterator[Offer]:
    return ((claim.id, claim.text) for claim in workspace.claims)


def _names(workspace: Workspace) -> Iterator[Offer]:
    yield from ((record.id, record.title) for record in workspace.records)
    yield from _claims(workspace)


def _relations(workspace: Workspace) -> Iterator[Offer]:
    for relation in Relation:
        for record in workspace.records:
            yield f"{relation}:{record.id}", record.title


def _verdicts(_: Workspace) -> Iterator[Offer]:
    from adrtool.verdict import Verdict

    return ((verdict.value, "") for verdict in Verdict)


def _tags(workspace: Workspace) -> Iterator[Offer]:
    found = {tag for record in workspace.records for tag in record.tags}
    found |= {tag for ref in workspace.cited for tag in workspace.piece_of(ref).tags}
    return ((tag, "") for tag in sorted(found))


def _branches(workspace: Workspace) -> Iterator[Offer]:
    names = workspace.repository.branches() if workspace.repository is not None else ()
    return ((name, "") for name in names)

"""Text that somebody else wrote, made fit for a forge's Markdown: it shows as it is and does nothing.

It becomes no markup and no link, mentions nobody, refers to no issue, gives no command, and hides nothing.
"""

from __future__ import annotations

import re
import unicodedata

# Between two characters that together would call something; it has no width and joins what it stands between.
JOINER = "\u2060"
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&@:$^\"'=/%])")
_CALLS = re.compile(
    r"([@#!$%~&^])(?=[\w\"'\[*])|(?<=\bGH-)(?=\d)|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bmailto)(?=:)", re.IGNORECASE
)


def prose(text: str, limit: int = 300) -> str:
    """A sentence, with whatever markup it holds shown as plain characters."""
    called = _CALLS.sub(lambda found: found.group() + JOINER, plain(text, limit))
    return _MARKUP.sub(r"\\\1", called)


def code(text: str, limit: int = 200) -> str:
    """A name or path, as a code span: nothing in one is markup."""
    inside = plain(text, limit)
    longest = max((len(run) for run in re.findall("`+", inside)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if inside[:1] == "`" or inside[-1:] == "`" else ""
    # A table or GitLab's quick actions are decided before code spans are.
    return f"{fence}{pad}{inside}{pad}{fence}" if inside else ""


def plain(text: str, limit: int) -> str:
    """One line without what cannot be seen: control, direction, joiners, halves of characters."""
    kept = "".join(char if char.isprintable() or char.isspace() else " " for char in text[: limit * 4])
    visible = "".join(char for char in kept if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

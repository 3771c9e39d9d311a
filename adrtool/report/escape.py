"""Text that somebody else wrote, made fit for a place that gives some characters a meaning. Pure.

Records, scripts and logs of a pull request are hostile until somebody has read them: on their way into a comment, an
annotation or a terminal they must not mention people, close issues, draw links, or speak to the forge's own machinery.
"""

from __future__ import annotations

import html
import re
import unicodedata

# A break that nobody sees and that no forge looks through; spelt as an entity where entities are understood.
_BREAK, _BREAK_ENTITY = "\u200b", "&#8203;"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -~])")
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$]")
# What forges make a link or a notice of: people, issues, changes, labels, milestones, snippets, addresses, e-mail.
_REFERENCE = re.compile(
    r"(?<=[@#!~%$^&])(?=[\w\"'`{])|(?:(?<=\s/)|(?<=\A/))(?=\w)|(?<=\bGH)(?=-\d)|(?<=:)(?=//)|(?<=\bwww)(?=\.)",
    re.IGNORECASE,
)
_HASH = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b")
_LIST = re.compile(r"\A(\d+)([.)])")
# Lines that a runner of jobs takes for orders: `::set-output`, `##[error]`, `##vso[...]`, `section_start:1:x`.
_ORDER = re.compile(r"(?<=:)(?=:)|(?<=##)(?=[\[\w])|(?<=section_start)(?=:)|(?<=section_end)(?=:)")


def plain(text: str, limit: int = 0) -> str:
    r"""One line of visible characters: no escapes, no controls, nothing that reorders or hides; at most `limit`.

    >>> plain("a\x1b[31mb\u202ec\n d")
    'abc d'
    """
    line = " ".join("".join(_visible(char) for char in _ESCAPES.sub("", text)).split())
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain_lines(text: str) -> list[str]:
    """As `plain`, but lines and their indents stay."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return ["".join(_visible(char) for char in line.replace("\t", "    ")).rstrip() for line in lines]


def markdown(text: str, limit: int = 0) -> str:
    """`text` as a part of a line of Markdown or HTML, where it reads as it is and means nothing.

    >>> markdown("<b> @you *fixes #1*")
    '&lt;b&gt; @&#8203;you &#42;fixes #&#8203;1&#42;'
    """
    line = plain(text, limit)
    broken = _HASH.sub(lambda found: _BREAK.join(re.findall(".{1,6}", found[0])), _REFERENCE.sub(_BREAK, line))
    return _LIST.sub(r"\1&#8203;\2", _first(_entities(broken)))


def prose(text: str, limit: int = 0) -> str:
    """As `markdown`, and what stands between backquotes as code."""
    return re.sub(r"&#96;((?:(?!&#96;).)+)&#96;", r"<code>\1</code>", markdown(text, limit))


def code(text: str, limit: int = 0) -> str:
    """`text` as code within a line of Markdown or HTML; forges look for nobody's name there, so it can be copied."""
    return f"<code>{_entities(plain(text, limit))}</code>"


def code_block(text: str, language: str = "", most: int = 0) -> str:
    """`text` as a fenced block, whose fence is longer than any in it; at most so many lines."""
    lines = plain_lines(text)
    if most and len(lines) > most:
        lines = [*lines[:most], f"… {len(lines) - most} more lines"]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(longest + 1, 3)
    return "\n".join([fence + language, *(_ORDER.sub(_BREAK, line) for line in lines), fence])


def terminal(text: str) -> str:
    """A line for a terminal or a job's log: what a runner would take for an order is broken."""
    return _ORDER.sub(_BREAK, "".join(_visible(char) for char in text.replace("\t", "    ")))


def command_value(text: str, limit: int = 0) -> str:
    """`text` as the message of a workflow command."""
    return plain(text, limit).replace("%", "%25")


def command_property(text: str, limit: int = 0) -> str:
    """`text` as a property of a workflow command."""
    return command_value(text, limit).replace(":", "%3A").replace(",", "%2C")


def xml(text: str) -> str:
    """`text` without what XML 1.0 has no place for; lines stay."""
    return "\n".join(_ORDER.sub(_BREAK, line) for line in plain_lines(text))


def json_text(document: str) -> str:
    """A JSON document, the same to every reader of JSON, in which no runner of jobs finds an order."""
    return re.sub(r"##(?=[\[\w])", r"#\\u0023", document)


def _visible(char: str) -> str:
    """A character as a reader sees it; one that stands for a byte of a file's name as git would spell it."""
    if char.isascii():
        return char if char.isprintable() else " " if char.isspace() else ""
    match unicodedata.category(char):
        case "Cs":
            return f"\\x{ord(char) - 0xDC00:02x}" if 0xDC80 <= ord(char) <= 0xDCFF else ""
        case "Cc" | "Cf" | "Co" | "Cn":
            return ""
        case "Zs" | "Zl" | "Zp":
            return " "
        case _:
            # Letters that take no room, such as the Hangul fillers, hide what stands behind them.
            return "" if char in "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5" else char


def _entities(line: str) -> str:
    return _MARKUP.sub(lambda match: _entity(match[0]), line).replace(_BREAK, _BREAK_ENTITY)


def _entity(char: str) -> str:
    return html.escape(char, quote=False) if char in "<>&" else f"&#{ord(char)};"


def _first(text: str) -> str:
    """A first character that would begin a block is spelt out: a list, a heading, a ruler, an order to a bot."""
    return f"&#{ord(text[0])};{text[1:]}" if text.startswith(("-", "+", "/", ":", "=", "#")) else text

"""The comment block at a script's head, as PEP 723 has it: TOML between `# /// script` and `# ///`."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from adrtool.errors import EvidenceError

# Meant as the first line of a block, in any of the ways people get it wrong.
NEARLY_OPENING = re.compile(r"\s*(#+|//)\s*///\s*script\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it stands in a file: where it is, its lines without their leader, and what they say."""

    path: str
    line: int  # 1-based, of `# /// script`
    lines: tuple[str, ...]
    table: dict[str, object]

    def line_of(self, key: str, value: str = "", *, table: str = "") -> int:
        """The file's line of `key`, of `value` after it, or of the block itself where neither is found.

        `table` is the header below which the key stands.
        """
        header = _first(self.lines, re.compile(rf"\s*\[{re.escape(table)}\]"), 0) if table else 0
        key_line = _first(self.lines, re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]"), header or 0)
        found = key_line
        if value and key_line is not None:
            found = _first(self.lines, re.compile(rf".*{re.escape(value)}"), key_line)
        return self.line if key_line is None else self.line + 1 + (key_line if found is None else found)

    def error(self, message: str, line: int) -> EvidenceError:
        """What is wrong with this block at `line` of its file."""
        return EvidenceError(message, path=self.path, line=line)


def read_block(text: str, path: str, *, python: bool) -> Block | None:
    """The block of type `script` in `text`, behind `#`, or behind `//` too where it is no Python.

    None where there is none. Raises EvidenceError, with its line, for a block that is not closed, stands twice,
    is not TOML, or whose first line is nearly right.
    """
    if "///" not in text:
        return None
    lines = re.split(r"\r\n|\r|\n", text)
    openings = list(_openings(lines, python))
    if not openings:
        return None
    first = openings[0]
    leader = "#" if lines[first].lstrip().startswith("#") else "//"
    if lines[first] != f"{leader} /// script":
        raise EvidenceError(f"a block begins with exactly `{leader} /// script`", path=path, line=first + 1)
    if len(openings) > 1:
        raise EvidenceError(
            f"a second `script` block, the first is on line {first + 1}; make them one", path=path, line=openings[1] + 1
        )
    content = _content(lines, first, leader, path)
    return Block(path, first + 1, content, _parsed(content, path, first + 1))


def _openings(lines: list[str], python: bool) -> Iterator[int]:
    """The 0-based lines where a block begins, or nearly does."""
    found = [number for number, line in enumerate(lines) if "///" in line and NEARLY_OPENING.fullmatch(line)]
    if python and found:
        comments = _comment_lines(lines, found[-1] + 1)
        found = [number for number in found if lines[number].lstrip().startswith("#") and number + 1 in comments]
    yield from found


def _comment_lines(lines: list[str], last: int) -> set[int]:
    """The 1-based lines up to `last` that are comments, and no part of a string that looks like one."""
    comments = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            if token.start[0] > last:
                break
            if token.type == tokenize.COMMENT:
                comments.add(token.start[0])
    except (tokenize.TokenError, SyntaxError):
        # Not Python: it is said elsewhere, and until then the block counts.
        return set(range(1, last + 1))
    return comments


def _content(lines: list[str], first: int, leader: str, path: str) -> tuple[str, ...]:
    """The lines between the first and the last `# ///` of one run of comments, without their leader."""
    end = first + 1
    while end < len(lines) and (lines[end] == leader or lines[end].startswith(leader + " ")):
        end += 1
    closing = [number for number in range(first + 1, end) if lines[number] == f"{leader} ///"]
    if not closing:
        stop = f"line {end + 1} is no `{leader} ` comment" if end < len(lines) and lines[end] else "the comments end"
        raise EvidenceError(
            f"the block that begins here is not closed: {stop} before a line `{leader} ///`", path=path, line=first + 1
        )
    return tuple(line[len(leader) + 1 :] for line in lines[first + 1 : closing[-1]])


def _parsed(content: tuple[str, ...], path: str, line: int) -> dict[str, object]:
    try:
        return _toml(content)
    except ValueError as error:
        message = str(error)
        where = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)", message)
        offset = int(where[1]) if where and where[1] else len(content)
        reason = message[: where.start()] if where else message
        raise EvidenceError(f"the block is not TOML: {reason}", path=path, line=line + offset) from None


@cache
def _toml(content: tuple[str, ...]) -> dict[str, object]:
    """The table that some lines make, which nobody changes: many scripts carry the same block."""
    import tomllib

    return tomllib.loads("\n".join(content))


def _first(lines: tuple[str, ...], pattern: re.Pattern[str], start: int) -> int | None:
    return next((number for number in range(start, len(lines)) if pattern.match(lines[number])), None)

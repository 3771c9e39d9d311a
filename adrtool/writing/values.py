"""A value in its line, replaced with nothing around it changed: label, quotes, emphasis, comment, spaces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from adrtool.reading.outline import Phrase
from adrtool.writing.page import Page, Splice

_FIELD = re.compile(
    r"""^(?P<key>\s*(?:-\s+)?(?:"[^"]*"|'[^']*'|[^\s:=#"'-][^:=#]*?)\s*[:=])(?P<gap>[ \t]*)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|.*?)(?P<rest>\s*|\s+\#.*)$"""
)
_COMMENT = re.compile(r"(?:\s*<!--.*?-->|\s*\\)+\s*$")
_WRAPPED = re.compile(r"(?P<open>[*_`\"'{\s]*)(?P<core>.*?)(?P<close>[*_`\"'}\s]*)(?P<stop>\.?)", re.DOTALL)
_SPECIAL = re.compile(r"^[\s\[\]{}>|*&!%#`@,?:\"'-]|:\s|\s#|:$|^(?:true|false|yes|no|null|on|off|~)$", re.IGNORECASE)


def replacements(page: Page, value: Phrase, new: str) -> Iterator[Splice]:
    """The ways to put `new` where `value` stands, the gentlest first; whoever asks must read the result back."""
    start, end = page.line_span(value.line)
    line = page.source.text[start:end]
    if value.line <= page.front:
        yield from (Splice(start + at, start + to, text) for at, to, text in _in_field(line, new))
        return
    raw = value.raw or value.text
    for at in reversed([match.start() for match in re.finditer(re.escape(raw), line)] if raw else []):
        for inner, outer in _cores(raw):
            yield Splice(start + at + inner, start + at + outer, _in_cell(line, new))


def empty_value(page: Page, number: int, new: str) -> Splice:
    """Put `new` at the end of line `number`, behind a label that has no value."""
    start, end = page.line_span(number)
    line = page.source.text[start:end]
    if number <= page.front and (match := _FIELD.match(line)):
        return Splice(start + match.end("key"), start + match.end("value"), f" {scalar(new)}")
    held = len(_COMMENT.sub("", line).rstrip())
    return Splice(start + held, start + held, f" {new}")


def scalar(text: str, quote: str = "") -> str:
    """`text` as a YAML or TOML value, in quotes where it was or where it must be."""
    if quote == "'" and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False) if quote or _SPECIAL.search(text) else text


def _in_field(line: str, new: str) -> Iterator[tuple[int, int, str]]:
    match = _FIELD.match(line)
    if match is None:
        return
    value = match["value"]
    if value.startswith(("|", ">")):
        return  # a block of lines, which is more than one place
    quote = value[0] if value[:1] in ('"', "'") else '"' if match["key"].endswith("=") else ""
    gap = "" if match["gap"] or not new else " "
    braced = re.fullmatch(r"(\{\s*)([^{},:]*?)(\s*\})", value)
    if braced and not set("[]{},") & set(new):
        yield match.start("value") + braced.end(1), match.start("value") + braced.end(2), new
    yield match.start("value"), match.end("value"), gap + scalar(new, quote) if new else ""


def _cores(raw: str) -> Iterator[tuple[int, int]]:
    """What of a value is its words: without emphasis and quotes around them, else all but comments."""
    held = raw[: len(raw) - len(match[0])] if (match := _COMMENT.search(raw)) else raw
    wrapped = _WRAPPED.fullmatch(held)
    if wrapped is not None and wrapped["core"]:
        opened, closed = wrapped["open"].strip(), wrapped["close"].strip()
        if closed == opened[::-1].replace("{", "}"):
            yield wrapped.start("core"), wrapped.end("core")
    yield 0, len(held)


def _in_cell(line: str, text: str) -> str:
    return text.replace("|", "\\|") if line.lstrip().startswith("|") else text

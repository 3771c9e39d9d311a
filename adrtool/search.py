"""Full text search over records, ranked; the only module that knows SQLite."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from adrtool.errors import ReadError, UsageError
from adrtool.model import Record

FIELDS = ("title", "body", "claims", "tags")
_WEIGHTS = (10.0, 1.0, 4.0, 6.0)  # what a word is worth in each of them
_START, _END = "\2", "\3"  # around a match; no record holds them, for they are taken out
_TERM = re.compile(r'(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')
# Scripts that put no space between words: each character is a word, and a word is a phrase.
_DENSE = re.compile(r"([\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])")


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: where, and the words around the match, of which `marks` are the spans that match."""

    record: Record
    line: int
    snippet: str
    marks: tuple[tuple[int, int], ...]


def search(texts: Iterable[tuple[Record, str]], query: str, fields: Sequence[str] = ()) -> tuple[Hit, ...]:
    """The records that hold every word of `query`, the best first; `"a phrase"` and `title:word` narrow it.

    `texts` gives each record with its text, `fields` the only ones to look in. A word finds what begins with it.
    Raises UsageError for a query without words, ReadError where SQLite cannot search.
    """
    match = _match(query, fields)
    records: list[Record] = []
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize='porter unicode61')")
        except sqlite3.OperationalError as error:
            raise ReadError(f"this Python's SQLite has no full text search ({error}); use another Python") from error
        for record, text in texts:
            claims = "\n".join(claim.text for claim in record.claims)
            row = (record.title, text, claims, " ".join(record.tags))
            db.execute("INSERT INTO texts VALUES (?, ?, ?, ?)", [_spaced(value) for value in row])
            records.append(record)
        rows = db.execute(
            "SELECT rowid, highlight(texts, 1, ?, ?), snippet(texts, -1, ?, ?, '…', 24) FROM texts"
            f" WHERE texts MATCH ? ORDER BY bm25(texts, {', '.join(map(str, _WEIGHTS))}), rowid",
            (_START, _END, _START, _END, match),
        ).fetchall()
    return tuple(_hit(records[rowid - 1], body, snippet) for rowid, body, snippet in rows)


def _match(query: str, fields: Sequence[str]) -> str:
    """`query` in FTS5's language, every word quoted, so that none of it is an operator."""
    wanted = []
    for term in _TERM.finditer(query):
        field, words = term["field"], term["phrase"] if term["word"] is None else term["word"]
        if field is not None and field not in FIELDS:
            field, words = None, f"{field} {words}"
        words = " ".join(re.findall(r"\w+", _spaced(words)))
        if words:
            prefix = "*" if term["word"] is not None else ""
            wanted.append(f'{field} : "{words}"{prefix}' if field else f'"{words}"{prefix}')
    if not wanted:
        raise UsageError(f"no word to search for in {query!r}")
    match = " AND ".join(f"({term})" for term in wanted)
    return f"{{{' '.join(fields)}}} : ({match})" if fields else match


def _spaced(text: str) -> str:
    return _DENSE.sub(r" \1 ", text.replace(_START, "").replace(_END, ""))


def _hit(record: Record, body: str, snippet: str) -> Hit:
    at = body.find(_START)
    text = re.sub(r"[ \t]*\n\s*", " ", _joined(snippet)).strip()
    marks, plain = [], ""
    for part in re.split(rf"({_START}[^{_END}]*{_END})", text):
        if part.startswith(_START):
            marks.append((len(plain), len(plain) + len(part) - 2))
        plain += part.strip(_START + _END)
    return Hit(record, body.count("\n", 0, at) + 1 if at >= 0 else 1, plain, tuple(marks))


def _joined(text: str) -> str:
    """What `_spaced` parted, as it was."""
    mark = f"[{_START}{_END}]?"
    dense = _DENSE.pattern[1:-1]
    return re.sub(rf"({mark}) ?({mark}{dense}{mark}) ?({mark})", r"\1\2\3", text)

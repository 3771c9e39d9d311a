"""What a word means in a record, whatever its language, case and ornament."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from adrtool.model import Relation, Status
from adrtool.reading.labels import LABEL_WORDS, RECORD_SECTIONS, Label
from adrtool.reading.words import HEDGES, PARTLY, RELATION_WORDS, STATUS_WORDS, words_of

_JOINTS = re.compile(r"[\s_\-\u2010-\u2015]+")
_ENDS = re.compile(r"^\W+|\W+$")
_ORDINAL = re.compile(r"^\d{1,2}(?:\.\d{1,2})*[.):]?\s+")
_LONGEST = 80  # characters of a heading or label that can still be a word of the tables


def fold(text: str) -> str:
    """`text` as the tables spell it: lower case, one space for dashes and underscores, no outer punctuation.

    >>> fold("** Superseded-By: **")
    'superseded by'
    """
    folded = unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold()
    return _ENDS.sub("", _JOINTS.sub(" ", folded))


def label_of(text: str) -> Label | None:
    """What `text` announces as a heading, key or label; None when it is no such word.

    >>> label_of("1. Context (Kontext)"), label_of("状态 / Status")
    (<Label.SECTION: 'section'>, <Label.STATUS: 'status'>)
    """
    return next((label for word in _readings(text) if (label := _labels().get(word)) is not None), None)


def relation_label(text: str) -> Relation | None:
    """The relation that `text` names as a key or label; None when it names none."""
    return next((relation for word in _readings(text) if (relation := _relations().get(word)) is not None), None)


def record_section(text: str) -> str | None:
    """The part that a heading plays in a record (`decision`, `context` …); None for any other heading."""
    return next((part for word in _readings(text) if (part := _record_sections().get(word)) is not None), None)


def relation_of(word: str) -> Relation | None:
    """The relation that a match of `relation_pattern` stands for."""
    return _relations().get(fold(word))


@cache
def status_words() -> Mapping[str, Status]:
    """Every known status word, folded."""
    return {
        fold(word): status
        for status, languages in STATUS_WORDS.items()
        for entry in languages.values()
        for word in words_of(entry)
    }


@cache
def status_pattern() -> re.Pattern[str]:
    """A pattern that finds status words in folded text, the longest first."""
    return _words_pattern(status_words())


@cache
def relation_pattern() -> re.Pattern[str]:
    """A pattern that finds relation words in text, the longest first."""
    return _words_pattern(
        {word for languages in RELATION_WORDS.values() for entry in languages.values() for word in words_of(entry)}
    )


@cache
def partly_pattern() -> re.Pattern[str]:
    """A pattern that finds the words for `not wholly`."""
    return _words_pattern(words_of(PARTLY))


@cache
def hedge_pattern() -> re.Pattern[str]:
    """A pattern that finds the words which turn a statement into a plan, a wish or its opposite."""
    return _words_pattern(words_of(HEDGES))


def _readings(text: str) -> Iterator[str]:
    """The words that `text` can be read as: itself, without its ordinal, the first part of `Context / Kontext`.

    The second part counts where the first is of another script: `判断 (Decision)`, but not `Sign-in (Proposal)`.
    """
    if len(text) > _LONGEST:
        return
    yield fold(text)
    plain = _ORDINAL.sub("", _ENDS.sub("", unicodedata.normalize("NFKC", text)))
    yield fold(plain)
    first, *others = re.split(r"[/(|]", plain)
    if others:
        yield fold(first)
        if not first.isascii() and len(first.split()) <= 2:
            yield from map(fold, others)


def _words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    # Words of scripts that put no space between words have no boundary of their own.
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    spaced = "|".join(re.escape(word) for word in longest_first if word[0] < "\u2e80")
    dense = "|".join(re.escape(word) for word in longest_first if word[0] >= "\u2e80")
    pattern = rf"\b(?:{spaced})(?!\w)" + (f"|{dense}" if dense else "")
    return re.compile(pattern.replace(r"\ ", r"\s+"), re.IGNORECASE)


@cache
def _labels() -> Mapping[str, Label]:
    # Where two labels share a word, the one that stands first in the table has it.
    return {fold(word): label for label, entry in reversed(list(LABEL_WORDS.items())) for word in words_of(entry)}


@cache
def _relations() -> Mapping[str, Relation]:
    return {
        fold(word): relation
        for relation, languages in reversed(list(RELATION_WORDS.items()))
        for entry in languages.values()
        for word in words_of(entry)
    }


@cache
def _record_sections() -> Mapping[str, str]:
    return {fold(word): part for part, entry in RECORD_SECTIONS.items() for word in words_of(entry)}

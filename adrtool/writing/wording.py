"""The words for a status or a relation, as this record and its neighbours say them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adrtool.model import Record, Relation, Status
from adrtool.reading.vocabulary import fold, status_pattern, status_words
from adrtool.reading.words import RELATION_WORDS, STATUS_WORDS, words_of

_GENDERED = frozenset(("es", "fr", "it", "pl", "pt"))  # languages whose status words agree with their noun
_REVERSE = {
    Relation.SUPERSEDES: Relation.SUPERSEDED_BY,
    Relation.SUPERSEDED_BY: Relation.SUPERSEDES,
    Relation.AMENDS: Relation.AMENDED_BY,
    Relation.AMENDED_BY: Relation.AMENDS,
}


def reverse_of(relation: Relation) -> Relation | None:
    """What the other record says of this one; None for a relation that only one side states."""
    return _REVERSE.get(relation)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a folder's records put it: a language, and the words that they prefer."""

    language: str = "en"
    used: frozenset[str] = frozenset()  # status words of that language, folded
    supercede: bool = False  # adr-tools' own spelling

    @classmethod
    def of(cls, records: Iterable[Record], text: str = "") -> Wording:
        """The wording of `records`, the ones that count most last; `text` is some of what they say."""
        raws = [word for record in records if (word := status_word(record.status_raw))]
        languages = Counter(language_of(raw) for raw in raws)
        language = languages.most_common(1)[0][0] if languages else "en"
        counted = Counter(raw for raw in raws if language_of(raw) == language)
        spelt = re.findall(r"\bsuper([cs])ed(?:es|ed by)\b", text, re.IGNORECASE)
        return cls(language, frozenset(counted), spelt.count("c") > spelt.count("s"))

    def status(self, status: Status, like: str = "") -> str:
        """The word for `status`, in the language, gender and case of `like`, the words that it follows."""
        old = status_word(like)
        language = language_of(old) if old else self.language
        words = [word for word in _words(STATUS_WORDS[status], language) if fold(word) in self.used]
        words = words or list(_words(STATUS_WORDS[status], language))
        ending = old[-1:] if language in _GENDERED else ""
        word = next((word for word in words if word.endswith(ending)), words[0])
        return cased(self._spelt(word), like)

    def relation(self, relation: Relation, like: str = "") -> str:
        """The words for `relation`, without its target; `like` gives language and case."""
        old = status_word(like)
        language = language_of(old) if old else self.language
        return cased(self._spelt(_words(RELATION_WORDS[relation], language)[0]), like)

    def _spelt(self, word: str) -> str:
        return re.sub("^supersed", "superced", word) if self.supercede else word


def status_word(text: str) -> str:
    """The status word that `text` begins with or holds, folded; empty where it holds none."""
    match = status_pattern().search(fold(text))
    return match[0] if match else ""


def language_of(word: str) -> str:
    """The language of a status word; English where several have it."""
    status = status_words().get(fold(word))
    if status is None:
        return "en"
    folded = fold(word)
    spoken = [name for name, entry in STATUS_WORDS[status].items() if folded in map(fold, words_of(entry))]
    return "en" if "en" in spoken or not spoken else spoken[0]


def cased(word: str, like: str) -> str:
    """`word` in capitals, with a capital or without, as the first letters of `like` are."""
    letters = re.search(r"[^\W\d_]+", like)
    if letters is None:
        return word[:1].upper() + word[1:]
    if letters[0].isupper() and len(letters[0]) > 1:
        return word.upper()
    return word if letters[0][0].islower() else word[:1].upper() + word[1:]


def _words(table: Mapping[str, str], language: str) -> tuple[str, ...]:
    return words_of(table.get(language) or table["en"])

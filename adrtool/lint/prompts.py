"""The words of known templates that ask for text and are none."""

from __future__ import annotations

import re
from functools import cache

from adrtool.reading.vocabulary import fold

# By template: adrtool's own, adr-tools', Nygard's, MADR's, Tendermint's.
_SENTENCES = (
    "What forces are at play?",
    "What do we do about it?",
    "What becomes easier or harder because of it?",
    "What becomes easier, and what becomes harder?",
    "What is the situation, and what has to be decided?",
    "What is the situation, and which question does this record answer?",
    "How is it confirmed that the decision holds? A claim can stand here, a link from its sentence to the evidence",
    "Each reason is a claim: a link from the sentence to the evidence that can tell whether it holds",
    'Chosen option: "one option", because it meets the driver',
    "We choose \u2026, because \u2026",
    "The issue motivating this decision, and any context that influences or constrains the decision",
    "The change that we're proposing or have agreed to implement",
    "What becomes easier or more difficult to do and any risks introduced by the change that will need to be mitigated",
    "What is the status, such as proposed, accepted, rejected, deprecated, superseded, etc.",
    "What is the issue that we're seeing that is motivating this decision or change?",
    "What is the change that we're proposing and/or doing?",
    "What is the change that we are actually proposing or doing?",
    "What becomes easier or more difficult to do because of this change?",
    "This section describes our response to these forces, and it is stated in full sentences, with active voice",
    "This section contains all the context one needs to understand the current state, and why there is a problem",
    "This section describes the resulting context, after applying the decision",
)
# Claims that templates showed as examples outside of a comment: nobody's own, and linked to nothing.
_CLAIMS = ("One is fast enough for us", "the sentence that can be checked", "a reason that can be checked")
_PLACEHOLDER = re.compile(r"\W*(?:\{[^{}]*[^\W\d_]{2}[^{}]*\s[^{}]*\}|\[[^\[\]]*[^\W\d_]{2}[^\[\]]*\s[^\[\]]*\])\W*")
_LONG = 30  # characters from which a sentence is a template's even where words follow it


def is_prompt(text: str) -> bool:
    """Whether a paragraph or list item is what a template says, not what an author wrote.

    >>> is_prompt("{Describe the context, e.g., in free form}"), is_prompt("We need a queue.")
    (True, False)
    """
    if _PLACEHOLDER.fullmatch(text):
        return True
    folded = fold(text)
    return folded in _known() or any(folded.startswith(known) for known in _known() if len(known) >= _LONG)


def is_sample_claim(text: str) -> bool:
    """Whether a claim without evidence is the one that adrtool's templates show."""
    return fold(text) in map(fold, _CLAIMS)


@cache
def _known() -> frozenset[str]:
    return frozenset(map(fold, _SENTENCES))

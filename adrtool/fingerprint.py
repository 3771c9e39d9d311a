"""Digests that tell whether something is still what it was."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

MISSING = "missing"  # stands for the content of a file that is not there
_DIGITS = 32  # 128 bits in hex: collisions are out of the question, lines stay short


def of_bytes(data: bytes) -> str:
    """The fingerprint of a file's content."""
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def of_text(text: str) -> str:
    """The fingerprint of plain text, blind to wrapping and to how Unicode composes a letter."""
    return of_bytes(unicodedata.normalize("NFC", " ".join(text.split())).encode())


def of_parts(parts: Iterable[str]) -> str:
    """The fingerprint of several strings in their order; no two sequences share one by joining."""
    return of_bytes("".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogateescape"))

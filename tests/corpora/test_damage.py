"""Real records, damaged: none breaks the reader, and each gives a reading."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from adrtool.reading.records import read_one

from .answers import CORPORA

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")

MARKS = b"[]()*_`#:|-\n<>{}\"'&!~\\= "


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def flipped(data: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(20 if data else 0):
        damaged[dice.randrange(len(damaged))] = dice.choice(MARKS)
    return bytes(damaged)


def garbled(data: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(3 if data else 0):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)


def files() -> list[Path]:
    return sorted(path for suffix in ("md", "rst", "adoc") for path in CORPORA.glob(f"*/**/*.{suffix}"))


@pytest.mark.parametrize("damage", [cut, flipped, garbled])
def test_damaged_records_are_read_or_told_of(damage: Callable[[bytes, random.Random], bytes]) -> None:
    dice = random.Random(damage.__name__)
    for path in dice.sample(files(), 300):
        name = f"docs/adr/{path.name}"
        reading = read_one(damage(path.read_bytes(), dice), name, "docs/adr", lambda *_: ((), ()))
        assert all(problem.path == name and problem.line >= 1 for problem in reading.problems)
        assert reading.readable or reading.problems


@pytest.mark.parametrize(
    "spelt",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
    ],
    ids=["crlf", "cr", "bom", "utf-16"],
)
def test_line_ends_and_encodings_change_nothing(spelt: Callable[[str], bytes]) -> None:
    for path in random.Random("spelt").sample(files(), 100):
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        name = f"docs/adr/{path.name}"
        plain = read_one(text.encode(), name, "docs/adr", lambda *_: ((), ()))
        assert read_one(spelt(text), name, "docs/adr", lambda *_: ((), ())) == plain

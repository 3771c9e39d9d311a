"""Whatever a record holds: its claims are read, all of them and no others, before and after a formatter."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import mdformat
import pytest
from cases import read
from documents import Document, records
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adrtool import fingerprint

PRETTIER = shutil.which("prettier")
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def claims_of(data: str | bytes) -> list[tuple[int, str, str]]:
    return [(claim.line, claim.text, str(claim.evidence)) for claim in read(data)[0]]


def identity(data: str) -> list[tuple[str, str, object, object]]:
    """What a formatter must not change: for each claim its id, the fingerprint of its text, and its options."""
    return [
        (claim.id, fingerprint.of_text(claim.text), claim.load_bearing, (claim.then, claim.waiver))
        for claim in read(data)[0]
    ]


def said(document: Document) -> list[tuple[int, str, str]]:
    return [(claim.line, claim.text, claim.evidence) for claim in document.claims]


@given(records())
@settings(RELAXED, max_examples=200)
def test_no_claim_is_lost_and_none_invented(document: Document) -> None:
    assert claims_of(document.text) == said(document)


@given(records(), st.sampled_from(["\r\n", "\r"]), st.booleans())
@settings(RELAXED, max_examples=50)
def test_line_ends_and_byte_order_mark_change_nothing(document: Document, ends: str, mark: bool) -> None:
    data = (b"\xef\xbb\xbf" if mark else b"") + document.text.replace("\n", ends).encode()
    assert claims_of(data) == said(document)


@given(st.binary(max_size=300))
@settings(RELAXED, max_examples=100)
def test_any_bytes_can_be_read(data: bytes) -> None:
    read(data)


@given(st.text(alphabet=st.sampled_from("[]()<>!`*_~|\\\"'#:;- \nabevidnc/.py"), max_size=200))
@settings(RELAXED, max_examples=300)
def test_any_text_can_be_read(text: str) -> None:
    for claim in read(text)[0]:
        assert 1 <= claim.line <= text.count("\n") + 1


@given(records(comments=False), st.sampled_from(["keep", "no", 40]))
@settings(RELAXED, max_examples=40)
def test_mdformat_changes_no_claim(document: Document, wrap: object) -> None:
    formatted = mdformat.text(document.text, options={"wrap": wrap}, extensions={"gfm"})
    assert identity(formatted) == identity(document.text)


@pytest.mark.skipif(PRETTIER is None, reason="prettier is not on PATH")
@pytest.mark.parametrize("wrap", ["preserve", "always", "never"])
def test_prettier_changes_no_claim(wrap: str, tmp_path: Path) -> None:
    @given(st.lists(records(comments=False), min_size=30, max_size=30))
    @settings(RELAXED, max_examples=1)
    def of_many(documents: list[Document]) -> None:
        for number, document in enumerate(documents):
            (tmp_path / f"{number}.md").write_text(document.text, encoding="utf-8")
        assert PRETTIER is not None
        subprocess.run([PRETTIER, "--prose-wrap", wrap, "--write", "."], cwd=tmp_path, check=True, capture_output=True)
        for number, document in enumerate(documents):
            formatted = (tmp_path / f"{number}.md").read_text(encoding="utf-8")
            assert identity(formatted) == identity(document.text), document.text

    of_many()

"""Rules on what a record says: its sections, and what a template left in it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from adrtool.lint.naming import home, usual_share
from adrtool.lint.prompts import is_sample_claim
from adrtool.lint.survey import Finding, Page, Survey
from adrtool.model import Claim, Record
from adrtool.reading.vocabulary import record_section

_PARTS = ("context", "decision", "consequences", "options")


def missing_sections(survey: Survey) -> Iterator[Finding]:
    """Sections that nearly every other record of the folder has: each folder's dialect is its own."""
    homes: dict[str, list[Page]] = defaultdict(list)
    for page in survey.pages:
        homes[home(page.record.path)].append(page)
    for pages in homes.values():
        counts = Counter(part for page in pages for part in _parts(page))
        usual = [part for part in _PARTS if usual_share(counts[part], len(pages))]
        for page in pages:
            missing = [part for part in usual if part not in _parts(page)]
            if missing and page.headings:
                words = " and ".join(missing)
                yield Finding(page.record.path, 1, f"no section on {words}, as the records beside it have; write it")


def empty_sections(survey: Survey) -> Iterator[Finding]:
    """Sections of which only the heading was written."""
    for page in survey.pages:
        for heading in page.headings:
            if heading.is_empty and record_section(heading.text) is not None:
                yield Finding(page.record.path, heading.line, f"nothing stands under {heading.text!r}; write it")


def unfilled(survey: Survey) -> Iterator[Finding]:
    """Paragraphs that are still the template's."""
    for page in survey.pages:
        for line, text in page.prompts:
            shown = text if len(text) <= 60 else text[:57] + "..."
            yield Finding(page.record.path, line, f"still the template's text: {shown!r}; write this record's")
    for record in survey.records:
        for claim in sample_claims(record):
            mend = "write this record's, or delete it"
            yield Finding(claim.path, claim.line, f"still the template's claim: {claim.text!r}; {mend}")


def sample_claims(record: Record) -> Iterator[Claim]:
    """The claims of a record that a template of adrtool made, once."""
    return (claim for claim in record.claims if claim.evidence is None and is_sample_claim(claim.text))


def idle_globs(survey: Survey) -> Iterator[Finding]:
    """Patterns of governed files that no file matches."""
    from adrtool.governing import matches

    for record in survey.records:
        for glob in record.applies_to:
            if re.match(r"[a-z]+://", glob) or any(matches(path, glob) for path in survey.workspace.files):
                continue
            yield Finding(record.path, 1, f"applies to {glob}, which no file matches; mend the pattern")


def _parts(page: Page) -> set[str]:
    return {part for heading in page.headings if (part := record_section(heading.text)) is not None}

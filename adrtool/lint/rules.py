"""The one table of rules: what each is called, what it finds, and how much that matters."""

from __future__ import annotations

from dataclasses import dataclass

from adrtool.lint import collisions, decisions, evidence, links, naming, relations, text
from adrtool.lint.survey import Check
from adrtool.model import Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name. Those without checks are told by the readers of records, who alone can know."""

    name: str
    severity: Severity
    doc: str
    checks: tuple[Check, ...] = ()


# What other commands tell in the same form, and no setting switches off.
TOLD_ELSEWHERE = (
    Rule("waiver-unneeded", _ERROR, "By `status`, `verify`: a waived claim holds again."),
    Rule("ledger-damaged", _ERROR, "By `ledger fsck`, `status`: a line of the ledger cannot be read."),
    Rule("ledger-unreadable", _ERROR, "By `ledger fsck`: the ledger as a whole cannot be read."),
    Rule("ledger-newer", _WARNING, "By `ledger fsck`: a newer adrtool wrote a line; it is kept."),
    Rule("ledger-environment", _WARNING, "By `ledger fsck`: an environment that a line names is missing."),
    Rule("ledger-rewritten", _WARNING, "By `ledger fsck`: outcomes lie on a commit that is in no branch."),
    Rule("ledger-waiting", _WARNING, "By `ledger fsck`: outcomes wait in the git directory."),
    Rule("ledger-locked", _WARNING, "By `ledger fsck`: a lock was left behind."),
)

# Errors are what breaks for a reader or a machine; warnings are what a team may well have meant.
RULES = (
    Rule("empty-folder", _ERROR, "A record folder holds no record.", (naming.empty_folders,)),
    Rule("unreadable", _ERROR, "A file in a record's place cannot be opened."),
    Rule("is-a-directory", _ERROR, "A folder is named like a record's file."),
    Rule("outside-repository", _ERROR, "A record is a link to a file outside the repository."),
    Rule("too-large", _ERROR, "A record is larger than any reader should take."),
    Rule("too-tangled", _ERROR, "A record holds more markup than any reader should take."),
    Rule("not-utf8", _ERROR, "A record is neither UTF-8 nor UTF-16."),
    Rule("not-text", _ERROR, "A record holds NUL characters."),
    Rule("empty-record", _ERROR, "A record's file is empty."),
    Rule("broken-front-matter", _ERROR, "The front matter is no YAML or TOML, or never ends."),
    Rule("odd-name", _WARNING, "A file is named unlike the other records of its folder.", (naming.odd_names,)),
    Rule("duplicate-number", _ERROR, "Two records of one folder share a number."),
    Rule("number-collision", _ERROR, "Under --base: that branch gave the number away.", (collisions.collisions,)),
    Rule("number-gap", _WARNING, "A number between others belongs to no record.", (naming.number_gaps,)),
    Rule("number-mismatch", _WARNING, "Heading and file name give different numbers."),
    Rule("missing-title", _WARNING, "A record has no title."),
    Rule("duplicate-title", _WARNING, "Two records of one folder share a title.", (naming.duplicate_titles,)),
    Rule("missing-date", _WARNING, "A record has no date."),
    Rule("bad-date", _WARNING, "A date is none that exists, or can be read in two ways."),
    Rule("future-date", _WARNING, "A decision is dated later than today.", (naming.future_dates,)),
    Rule("revisit-passed", _WARNING, "The day to look at a record again has passed.", (naming.passed_revisits,)),
    Rule("missing-status", _WARNING, "A record has no status."),
    Rule("unknown-status", _WARNING, "A record's status begins with no known word."),
    Rule("odd-status", _WARNING, "A record's status is a word of nobody's scheme.", (naming.odd_statuses,)),
    Rule("status-disagrees", _WARNING, "Two places of a record give different statuses."),
    Rule(
        "edited-decision",
        _WARNING,
        "A decision was edited after it was accepted, as git knows.",
        (decisions.edited_decisions,),
    ),
    Rule("missing-section", _WARNING, "A section that its siblings have is missing.", (text.missing_sections,)),
    Rule("empty-section", _WARNING, "Nothing stands under a heading.", (text.empty_sections,)),
    Rule("unfilled-template", _WARNING, "A template's text was left in a record.", (text.unfilled,)),
    Rule("dangling-relation", _ERROR, "A relation names a record that is not there."),
    Rule("ambiguous-relation", _WARNING, "A relation names a number that several records have."),
    Rule("one-sided-relation", _WARNING, "Only one of two records knows of their relation.", (relations.one_sided,)),
    Rule("unnamed-successor", _WARNING, "A superseded record names no successor.", (relations.unnamed_successors,)),
    Rule("relation-cycle", _ERROR, "Records supersede or rest on one another in a ring.", (relations.cycles,)),
    Rule("broken-link", _ERROR, "A relative link or image leads to no file.", (links.broken_links,)),
    Rule("broken-anchor", _WARNING, "A link names a heading that its file does not have.", (links.broken_anchors,)),
    Rule("idle-pattern", _WARNING, "An `applies-to` pattern matches no file.", (text.idle_globs,)),
    Rule("claim-option", _ERROR, "The title of a claim's link holds an unknown or broken option."),
    Rule("claim-without-text", _ERROR, "A claim's link has no text."),
    Rule("duplicate-claim", _ERROR, "Two claims share an id."),
    Rule("near-miss", _ERROR, "Something reads like a claim and is none.", (evidence.near_misses,)),
    Rule("dead-evidence", _ERROR, "A claim's evidence is missing or cannot be run.", (evidence.dead_evidence,)),
    Rule("orphaned-evidence", _WARNING, "No record cites a script in an evidence folder.", (evidence.orphans,)),
    Rule("testpaths", _WARNING, "Pytest's `testpaths` leaves a record folder out.", (evidence.unreached_by_pytest,)),
    *TOLD_ELSEWHERE,
)

"""The one issue of a repository is brought to where the verdicts stand; doing so twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adrtool.jobs import alarms
from adrtool.jobs.alarms import Alarm
from adrtool.jobs.forge import Forge, Issue
from adrtool.verdict import Judgement

CLOSING = "No claim needs anybody any more: every reason holds, or is waived."


def bring_up_to_date(forge: Forge, found: Sequence[Alarm], every: Sequence[Judgement], now: datetime) -> str:
    """Open, edit or close the issue as the alarms ask for; what was done, in one line."""
    ours = sorted((issue for issue in forge.issues() if alarms.is_ours(issue.body)), key=_number)
    if not ours:
        return f"opened issue #{forge.open(alarms.TITLE, alarms.body(found))}" if found else "no alarm, no issue"
    issue, *others = ours
    for other in others:  # two jobs that ran at once may both have opened one
        forge.comment(other.number, f"#{issue.number} says the same.")
        forge.close(other.number)
    news = alarms.news(alarms.told(issue.body), found, every, now)
    if not found:
        forge.comment(issue.number, "\n\n".join(part for part in (news, CLOSING) if part))
        forge.close(issue.number)
        return f"closed issue #{issue.number}"
    body = alarms.body(found)
    if _same(body, issue.body):
        return f"issue #{issue.number} says it all already"
    if news:
        # First the comment: were it lost after the edit, nobody would be told.
        forge.comment(issue.number, news)
    forge.edit(issue.number, body)
    return f"updated issue #{issue.number}"


def _number(issue: Issue) -> int:
    return issue.number


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()  # forges change the ends of lines

"""Verdicts as metrics, in the text format that Prometheus and its textfile collector read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from adrtool import __version__
from adrtool.model import Claim, Record
from adrtool.outcome import Ending, Measure
from adrtool.verdict import Health, Judgement, Verdict

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name, what it says, and a number for each set of labels."""

    name: str
    help: str
    samples: dict[Labels, float] = field(default_factory=dict)

    def put(self, value: float, **labels: str) -> None:
        """Set the number for these labels: a collector refuses a file that holds the same series twice."""
        self.samples[tuple(labels.items())] = value


def prometheus(
    records: Iterable[Record],
    judgements: Sequence[Judgement],
    healths: Mapping[str, Health | None],
    now: datetime,
    *,
    revalidate: Callable[[Claim], timedelta | None],
    exit_code: int,
) -> str:
    """Every metric; `exit_code` is what `status` ends with."""
    by_path = {record.path: record for record in records}
    families = [
        _info(),
        _exit_code(exit_code),
        _counts(judgements),
        _healths(by_path, healths),
        _verdicts(judgements, by_path, now),
        *_times(judgements, revalidate),
        *_measures(judgements),
    ]
    return "".join(_lines(family) for family in families if family.samples)


def _info() -> Family:
    family = Family("adrtool_info", "The version of adrtool that wrote this.")
    family.put(1, version=__version__)
    return family


def _exit_code(code: int) -> Family:
    family = Family("adrtool_exit_code", "What adrtool status ends with: 0 fine, 10 stale, 11 broken, 14 due.")
    family.put(code)
    return family


def _counts(judgements: Iterable[Judgement]) -> Family:
    family = Family("adrtool_claims", "How many claims have each verdict.")
    found = [judgement.verdict for judgement in judgements]
    for verdict in Verdict:
        family.put(found.count(verdict), verdict=verdict.value)
    return family


def _healths(records: Mapping[str, Record], healths: Mapping[str, Health | None]) -> Family:
    family = Family("adrtool_record_health", "1 for the health that each record has.")
    for path, record in records.items():
        if (health := healths.get(path)) is not None:
            family.put(1, path=path, record=record.id, status=record.status.value, health=health.value)
    return family


def _verdicts(judgements: Iterable[Judgement], records: Mapping[str, Record], now: datetime) -> Family:
    family = Family("adrtool_claim_verdict", "1 for the verdict that each claim has.")
    for row in judgements:
        family.put(
            1,
            claim=row.claim.id,
            path=row.claim.path,
            verdict=row.verdict.value,
            load_bearing=_word(row.claim.load_bearing),
            waived=_word(row.is_waived(now)),
            in_force=_word(records[row.claim.path].status.raises_alarm),
        )
    return family


def _times(judgements: Iterable[Judgement], revalidate: Callable[[Claim], timedelta | None]) -> list[Family]:
    latest = Family("adrtool_last_run_timestamp_seconds", "When evidence last came to an answer.")
    ran = Family("adrtool_claim_last_run_timestamp_seconds", "When a claim's evidence last came to an answer.")
    seconds = Family("adrtool_claim_run_seconds", "How long that run of the evidence took.")
    held = Family("adrtool_claim_last_held_timestamp_seconds", "When a claim was last seen to hold.")
    expiry = Family("adrtool_claim_expiry_timestamp_seconds", "When the verdict on a claim expires.")
    waiver = Family("adrtool_claim_waiver_end_timestamp_seconds", "When the waiver of a claim ends.")
    for row in judgements:
        claim = row.claim
        if row.newest is not None:
            ran.put(row.newest.at.timestamp(), claim=claim.id)
            seconds.put(row.newest.seconds, claim=claim.id)
            latest.put(max(row.newest.at.timestamp(), latest.samples.get((), 0.0)))
            if row.newest.ending is Ending.PASSED and (span := revalidate(claim)) is not None:
                expiry.put((row.newest.at + span).timestamp(), claim=claim.id)
        if row.last_held is not None:
            held.put(row.last_held.timestamp(), claim=claim.id)
        if claim.waiver is not None:
            # A waiver covers its whole day, UTC.
            midnight = datetime.combine(claim.waiver.until, time(), UTC)
            waiver.put(midnight.timestamp() + 86400, claim=claim.id)
    return [latest, ran, seconds, held, expiry, waiver]


def _measures(judgements: Iterable[Judgement]) -> list[Family]:
    values = Family("adrtool_measure", "A number that a claim's evidence took in its last run.")
    ceilings = Family("adrtool_measure_at_most", "The most that this number may be.")
    floors = Family("adrtool_measure_at_least", "The least that this number may be.")
    for row in judgements:
        for measure in row.newest.measures if row.newest is not None else ():
            labels = _measured(row.claim, measure)
            values.put(measure.value, **labels)
            if measure.at_most is not None:
                ceilings.put(measure.at_most, **labels)
            if measure.at_least is not None:
                floors.put(measure.at_least, **labels)
    return [values, ceilings, floors]


def _measured(claim: Claim, measure: Measure) -> dict[str, str]:
    return {"claim": claim.id, "measure": measure.name, "unit": measure.unit}


def _lines(family: Family) -> str:
    head = f"# HELP {family.name} {family.help}\n# TYPE {family.name} gauge\n"
    return head + "".join(
        f"{family.name}{_braced(labels)} {_number(value)}\n" for labels, value in family.samples.items()
    )


def _braced(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}" if labels else ""


def _escaped(value: str) -> str:
    r"""A label's value, in which a backslash, a quote and a line's end are written `\\`, `\"` and `\n`."""
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _word(truth: bool) -> str:
    return "true" if truth else "false"

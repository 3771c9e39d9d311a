"""What a run leaves behind beside its outcomes, for the runs that come after it: one line, where there is something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RunNote:
    """What no outcome tells of a run."""

    run: str
    commit: str | None = None
    order: int = 0  # set by the ledger
    left_over: tuple[str, ...] = ()  # claims whose evidence was due, and did not run
    told: Mapping[str, str] = field(
        default_factory=dict
    )  # verdicts that it reported and that none of its outcomes gave
    shard: str = ""  # such as 2/5

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write down."""
        return not (self.left_over or self.told or self.shard)

    def fields(self) -> dict[str, object]:
        """The note as its line spells it."""
        return {
            "run": self.run,
            "commit": self.commit,
            "left_over": list(self.left_over),
            "told": dict(self.told),
            "shard": self.shard,
        }


def read_notes(entries: Iterable[Mapping[str, object]]) -> Iterator[RunNote]:
    """The notes in the ledger's lines, oldest first; a line of another shape is passed over."""
    for fields in entries:
        match fields:
            case {"run": str(run), "order": int(order), "left_over": list(left_over), "told": dict(told)}:
                commit, shard = fields.get("commit"), fields.get("shard")
                yield RunNote(
                    run,
                    commit if isinstance(commit, str) else None,
                    order,
                    tuple(str(claim) for claim in left_over),
                    {str(claim): str(verdict) for claim, verdict in told.items()},
                    shard if isinstance(shard, str) else "",
                )
            case _:
                pass

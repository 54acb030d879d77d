"""A repair as its host looks at it: what moves, what ends and what is new, before anything has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.models import MeetingRequest, Round, SolverRun

State = MeetingRequest.State


@dataclass(frozen=True)
class Where:
    starts_at: datetime
    table: int


@dataclass(frozen=True)
class Row:
    """A meeting with its two parties, where it is and where it would be (None: not at all)."""

    one: str
    other: str
    before: Where | None
    after: Where | None

    @property
    def is_only_table(self) -> bool:
        return self.before is not None and self.after is not None and self.before.starts_at == self.after.starts_at


@dataclass
class Difference:
    moved: list[Row] = field(default_factory=list)
    ended: list[Row] = field(default_factory=list)
    made: list[Row] = field(default_factory=list)
    stay: int = 0
    people: int = 0
    """How many hear of it."""

    @property
    def is_empty(self) -> bool:
        return not (self.moved or self.ended or self.made)


def difference_of(round: Round, run: SolverRun) -> Difference:
    """In three queries. What has been withdrawn since is left out, as it will be when the repair is accepted."""
    now_at = {slot.pk: slot.starts_at for slot in round.slots.all()}
    then_at = dict(now_at)
    change = run.change or {}
    if "starts_at" in change:
        then_at[change["slot"]] = datetime.fromisoformat(change["starts_at"])
    before = _plan((run.problem.get("previous") or {}).get("meetings", []))
    after = _plan((run.solution or {}).get("meetings", []))
    found = Difference()
    people: set[int] = set()
    requests = (
        round.requests.filter(pk__in={*before, *after}, state__in=(State.ACCEPTED, State.PROPOSED))
        .select_related("asker__profile", "asked__profile")
        .order_by("pk")
    )
    for request in requests:
        was, will = before.get(request.pk), after.get(request.pk)
        if was is not None and was[0] not in now_at:
            continue
        row = Row(
            request.asker.profile.name,
            request.asked.profile.name,
            None if was is None else Where(now_at[was[0]], was[1]),
            None if will is None else Where(then_at[will[0]], will[1]),
        )
        if row.before == row.after:
            found.stay += 1
            continue
        people.update((request.asker_id, request.asked_id))
        (found.ended if will is None else found.made if was is None else found.moved).append(row)
    found.people = len(people)
    for rows in (found.moved, found.ended, found.made):
        rows.sort(key=_by_time)
    return found


def _plan(rows: list[dict[str, Any]]) -> dict[int, tuple[int, int]]:
    return {int(row["id"]): (int(row["slot"]), int(row["table"])) for row in rows}


def _by_time(row: Row) -> tuple[datetime, int]:
    where = row.after or row.before
    assert where is not None
    return where.starts_at, where.table

"""One who comes when the schedule is out: the host says whom they should meet, and the repair finds the times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from events.models import MeetingRequest, Registration, Round, SolverRun
from events.services.moving import arrange
from events.services.repairs import Change, Kind, lock_published, start_repair

MOST = 12


class NobodyChosen(DomainError):
    message = _("Choose at least one whom they should meet, and not more than twelve.")


@transaction.atomic
def bring_in(
    *,
    round: Round,
    registration: Registration,
    others: Sequence[Registration],
    may_move: bool,
    by: Any,
    now: datetime,
) -> SolverRun:
    """Ask how the latecomer's meetings would fit in; nothing is agreed before the host takes the repair.

    Raises `NobodyChosen`, what `moving.arrange` does of a pair, or what `start_repair` does.
    """
    round = lock_published(round, by)
    if not 1 <= len(others) <= MOST:
        raise NobodyChosen(field="others")
    before = set(round.requests.filter(state=MeetingRequest.State.ACCEPTED).values_list("pk", flat=True))
    made = [arrange(round, registration, other, now=now).pk for other in others]
    change = Change(kind=Kind.LATE, asked=tuple(pk for pk in made if pk not in before), may_move=may_move)
    return start_repair(round=round, change=change, by=by, now=now)

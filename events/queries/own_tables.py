"""Who sits at a table of their own in a round in which one side sits and the other moves (hosted buyers)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from events.models import OwnTable, Registration, Round


def seated_in(round: Round) -> dict[int, int | None]:
    """{registration: table}; None of one who has the round's ticket and no table yet. Empty where everyone moves."""
    if not round.is_hosted:
        return {}
    found: dict[int, int | None] = {}
    if round.seated_ticket_id is not None:
        held = Registration.objects.confirmed().filter(event=round.event_id, ticket=round.seated_ticket_id)
        found.update(dict.fromkeys(held.order_by("pk").values_list("pk", flat=True)))
    rows = OwnTable.objects.filter(round=round).filter(_seated(round))
    found.update(rows.values_list("registration", "number"))
    return found


def _seated(round: Round) -> Q:
    """Chosen by hand, or still with the round's ticket."""
    seat = Q(registration__state=Registration.State.CONFIRMED)
    if round.seated_ticket_id is None:
        return seat & Q(by_hand=True)
    return seat & (Q(by_hand=True) | Q(registration__ticket=round.seated_ticket_id))


def are_same_side(round: Round, one: int, other: int, seated: dict[int, int | None] | None = None) -> bool:
    """Whether both sit, or both move: then the round has no meeting for them."""
    if not round.is_hosted:
        return False
    seated = seated_in(round) if seated is None else seated
    return (one in seated) == (other in seated)


def table_of(round: Round, people: Iterable[int], seated: dict[int, int | None] | None = None) -> int | None:
    """The table of the one of them who sits; the next free number, if they have none yet. None where everyone moves."""
    seated = seated_in(round) if seated is None else seated
    for one in people:
        if one in seated:
            return seated[one] or max([0, *(number for number in seated.values() if number)]) + 1
    return None


def sitting(round: Round) -> Sequence[OwnTable]:
    """The tables with their parties, in order."""
    return list(round.own_tables.filter(_seated(round)).select_related("registration__profile", "registration__user"))

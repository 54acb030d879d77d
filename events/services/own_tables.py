"""Who sits at a table of their own: chosen by the host, by hand or with a ticket, and given their tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Meeting, OwnTable, Registration, Round, TicketCategory
from events.queries.own_tables import are_same_side, seated_in
from events.rules import rounds as rules
from events.services.rounds import NotTheHost, RoundIsBusy, lock_round


class NotHosted(DomainError):
    message = _("Nobody has a table of their own in this round: everyone moves.")


class NotTheEvents(DomainError):
    message = _("Choose among those who come to the event.")


class TheySitAndMeet(DomainError):
    message = _("Somebody whom you left out meets at their own table already. Cancel those meetings first.")


class SameSide(DomainError):
    message = _("In this round those who sit at tables of their own meet those who move. You two are on the same side.")


@transaction.atomic
def choose_seated(
    *, round: Round, people: Iterable[Registration], ticket: TicketCategory | None, by: Any, now: datetime
) -> dict[int, int]:
    """Who sits: these, and everyone with the ticket, whenever they register. Returns {registration: table}.

    Raises `NotTheHost`, `NotHosted`, `RoundIsBusy`, `NotTheEvents`, or `TheySitAndMeet` of one who is left out.
    """
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if not round.is_hosted:
        raise NotHosted
    if round.state in (Round.State.SOLVING, Round.State.DRAFTED):
        raise RoundIsBusy
    chosen = {one.pk for one in people}
    comers = set(round.event.registrations.confirmed().filter(pk__in=chosen).values_list("pk", flat=True))
    if chosen - comers:
        raise NotTheEvents(field="people")
    if ticket is not None and ticket.event_id != round.event_id:
        raise NotTheEvents(field="ticket")
    Round.objects.filter(pk=round.pk).update(seated_ticket=ticket)
    round.seated_ticket = ticket
    round.own_tables.filter(registration__in=chosen).update(by_hand=True)
    round.own_tables.exclude(registration__in=chosen).update(by_hand=False)
    _add(round, chosen, by_hand=True)
    tables = give_tables(round)
    meets = Meeting.objects.agreed().filter(slot__round=round)
    if meets.exclude(parties__registration__in=tables).exists():
        raise TheySitAndMeet(field="people")
    audit.record("round.seated", round, by=by, now=now, seated=len(tables))
    return tables


def give_tables(round: Round) -> dict[int, int]:
    """A table for each who sits, in the caller's transaction, which has locked the round. Who has one keeps it, unless
    nobody meets in the round yet: then the tables are counted from the first, without gaps.
    """
    seated = seated_in(round)
    gone = round.own_tables.exclude(registration__in=seated)
    if round.published_at is None:
        gone.delete()
        numbers = sorted(seated, key=lambda pk: (seated[pk] is None, seated[pk] or 0, pk))
        if [seated[pk] for pk in numbers] != list(range(1, len(numbers) + 1)):
            by_hand = dict(round.own_tables.values_list("registration", "by_hand"))
            round.own_tables.all().delete()
            OwnTable.objects.bulk_create(
                OwnTable(round=round, registration_id=pk, number=n, by_hand=by_hand.get(pk, False))
                for n, pk in enumerate(numbers, start=1)
            )
    else:
        gone.exclude(registration__meeting_parties__busy_in__round=round).delete()
        _add(round, [pk for pk, number in seated.items() if number is None], by_hand=False)
    return dict(round.own_tables.filter(registration__in=seated).values_list("registration", "number"))


def _add(round: Round, people: Iterable[int], *, by_hand: bool) -> None:
    taken = dict(round.own_tables.values_list("number", "registration"))
    has = set(taken.values())
    free = (number for number in range(1, rules.MOST_TABLES * 10) if number not in taken)
    OwnTable.objects.bulk_create(
        OwnTable(round=round, registration_id=pk, number=next(free), by_hand=by_hand)
        for pk in sorted(people)
        if pk not in has
    )


def refuse_same_side(round: Round, one: Registration, other: Registration) -> None:
    """Raises `SameSide` where one side sits and the other moves, and these two are of one side."""
    if are_same_side(round, one.pk, other.pk):
        raise SameSide

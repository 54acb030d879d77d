"""How many meetings one person has in a round: the host's word on them, and their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import MeetingLimit, Registration, Round
from events.rules import rounds as rules
from events.services.rounds import NotTheHost, lock_round


class NotInTheRound(DomainError):
    message = _("Choose somebody who comes to the event.")


class EveryoneMoves(DomainError):
    message = _("In a speed round everyone meets as often as there are times.")


class NoLimit(DomainError):
    message = _("Say at most how many, or at least how many.")


class LeastAboveMost(DomainError):
    message = _("This is more than the most that they may have.")


class MoreThanTimes(DomainError):
    message = _("The round has fewer times than this.")


@transaction.atomic
def set_limit(
    *, round: Round, registration: Registration, most: int | None, least: int | None, by: Any, now: datetime
) -> MeetingLimit:
    """The host's word on one person, in place of an earlier one; a number that is not given stays as it was.
    What is agreed stays; it is heeded from now on where times are agreed, and when the schedule is made next.

    Raises `NotTheHost`, `EveryoneMoves`, `NotInTheRound`, `NoLimit`, `LeastAboveMost` or `MoreThanTimes`.
    """
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.is_speed:
        raise EveryoneMoves
    if registration.event_id != round.event_id or not registration.has_seat:
        raise NotInTheRound(field="person")
    if most is None and least is None:
        raise NoLimit(field="most")
    said = round.limits.filter(registration=registration).first()
    if said is not None:
        most, least = (said.most if most is None else most), (said.least if least is None else least)
    if least is not None and least > (most or round.most_meetings or least):
        raise LeastAboveMost(field="least")
    if least is not None and least > round.slots.filter(is_open=True).count():
        raise MoreThanTimes(field="least")
    row, _made = MeetingLimit.objects.update_or_create(
        round=round, registration=registration, defaults={"most": most, "least": least}
    )
    audit.record("round.limit_set", round, by=by, now=now, registration=registration.pk, most=most, least=least)
    return row


@transaction.atomic
def lift_limit(*, limit: MeetingLimit, by: Any, now: datetime) -> None:
    """The person is as all others again; what they have said for themselves stays. Raises `NotTheHost`."""
    round = lock_round(limit.round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    MeetingLimit.objects.filter(pk=limit.pk).update(most=None, least=None)
    _forget_empty(round)
    audit.record("round.limit_lifted", round, by=by, now=now, registration=limit.registration_id)


def keep_own_most(round: Round, registration: Registration, most: int | None) -> None:
    """What a person says for themselves. In the caller's transaction, which has looked whether they may."""
    MeetingLimit.objects.update_or_create(round=round, registration=registration, defaults={"own_most": most})
    _forget_empty(round)


def _forget_empty(round: Round) -> None:
    round.limits.filter(most=None, least=None, own_most=None).delete()

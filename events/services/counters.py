"""The best time does not suit: other times are offered in its place, and the other side chooses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from events.models import MeetingRequest, OfferedSlot, Registration, Slot
from events.queries import slots as queries
from events.rules import rounds as rules
from events.services.requests import NotForYou, lock_request, refuse_answered
from notifications.services import notify

Turn = MeetingRequest.Turn


class TimesComeLater(DomainError):
    message = _("The organiser gives the meetings their times. Tell yours among your times.")


class NoTimesOffered(DomainError):
    message = _("Choose at least one time to offer.")


class TooManyOffered(DomainError):
    message = _("Offer at most three times.")


class NotYourTime(DomainError):
    message = _("You are not free at one of the times any more. Choose others.")


class TurnHasPassed(DomainError):
    message = _("Times have been offered from the other side meanwhile. Look at them first.")


@transaction.atomic
def offer_times(*, request: MeetingRequest, slots: Sequence[Slot], by: Any, now: datetime) -> MeetingRequest:
    """Answer with one to three times of one's own; now the other side answers. The times hold nothing until then.

    Raises `NotForYou`, the answer that the request has, `TimesComeLater`, `NoTimesOffered`, `TooManyOffered`,
    `NotYourTime` or `TurnHasPassed`.
    """
    request = lock_request(request)
    if not rules.may_answer_request(by, request):
        raise NotForYou
    refuse_answered(request, now=now)
    round = request.round
    if round.published_at is None:
        raise TimesComeLater
    chosen = {slot.pk for slot in slots}
    if not chosen:
        raise NoTimesOffered(field="slots")
    if len(chosen) > rules.MOST_OFFERED:
        raise TooManyOffered(field="slots")
    if not chosen <= {slot.pk for slot in own_free_slots(request.on_turn, request, now=now)}:
        raise NotYourTime(field="slots")
    before = request.turn
    request.turn = Turn.ASKED if before == Turn.ASKER else Turn.ASKER
    request.expires_at = rules.expires_at(round, now=now)
    changed = MeetingRequest.objects.filter(pk=request.pk, state=MeetingRequest.State.PENDING, turn=before).update(
        turn=request.turn, expires_at=request.expires_at, reminded_at=None
    )
    if not changed:
        raise TurnHasPassed
    request.offered.all().delete()
    OfferedSlot.objects.bulk_create(OfferedSlot(request=request, slot_id=pk) for pk in sorted(chosen))
    about = {"request": request.pk, "to": request.turn}
    notify("events.request_countered", request.on_turn.user, about, key=f"{request.pk}:{now.isoformat()}", now=now)
    return request


def own_free_slots(me: Registration, request: MeetingRequest, *, now: datetime) -> list[Slot]:
    """Slots ahead in which this side can meet and a table is free, whatever the other side has then."""
    return [look.slot for look in queries.look_at_slots(request.round, [me], now=now) if look.is_free]

"""A round opens for requests, requests run out, and those who wait for a time get the first that frees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Event, Meeting, MeetingRequest, Round
from events.rules import rounds as rules
from events.services import handing, marks, placing
from events.services.requests import lock_request
from events.services.rounds import NotTheHost, lock_round, mark_open
from notifications.services import notify

State = MeetingRequest.State
AT_ONCE = 500


class IsOpen(DomainError):
    message = _("The round takes requests already.")


@transaction.atomic
def open_booking(*, round: Round, by: Any, now: datetime) -> Round:
    """The host does not wait for more people. Raises `NotTheHost` or `IsOpen`."""
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.takes_requests or round.is_speed:
        raise IsOpen
    _open(round, now=now)
    audit.record("round.opened", round, by=by, now=now)
    return round


def sweep_requests(*, now: datetime) -> None:
    """Everything in a round that comes with time or with people: each part is looked for in the rows."""
    open_full_rounds(now=now)
    handing.hand_over_waiting(now=now)
    expire_requests(now=now)
    remind(now=now)
    place_waiting(now=now)
    marks.forget_wishes(now=now)


def open_full_rounds(*, now: datetime) -> int:
    """Rounds for which enough people have registered by now."""
    count = 0
    waiting = Round.objects.filter(opened_at=None, opens_at_count__isnull=False, ends_at__gt=now)
    waiting = waiting.exclude(style=Round.Style.SPEED)
    for pk in list(waiting.filter(event__state__in=[Event.State.PUBLISHED, Event.State.CLOSED]).values_list("pk")):
        with transaction.atomic():
            round = lock_round(Round(pk=pk[0]))
            if not round.takes_requests and comers(round) >= (round.opens_at_count or 0):
                _open(round, now=now)
                count += 1
    return count


def comers(round: Round) -> int:
    count: int = round.event.registrations.confirmed().count()
    return count


def expire_requests(*, now: datetime) -> int:
    """Requests that nobody answered in time no longer stand, and whoever waited for the answer is told."""
    due = MeetingRequest.objects.filter(state=State.PENDING, expires_at__lte=now).order_by("expires_at", "pk")
    count = 0
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            request = lock_request(MeetingRequest(pk=pk))
            # Other times may have been offered, or an answer given, since the list was read.
            changed = MeetingRequest.objects.filter(pk=pk, state=State.PENDING, expires_at__lte=now).update(
                state=State.EXPIRED, answered_at=now
            )
            if changed:
                about = {"request": pk, "to": _other(request.turn)}
                notify("events.request_expired", request.off_turn.user, about, key=str(pk), now=now)
                count += 1
    return count


def remind(*, now: datetime) -> int:
    """Once, while there is still time to answer."""
    due = MeetingRequest.objects.filter(
        Q(expires_at__lte=now + rules.REMIND_BEFORE), state=State.PENDING, expires_at__gt=now, reminded_at=None
    ).select_related("asked__user", "asker__user")
    count = 0
    for request in due.order_by("expires_at", "pk")[:AT_ONCE]:
        at = rules.remind_from(request)
        if at is None or at > now:
            continue
        with transaction.atomic():
            mine = MeetingRequest.objects.filter(pk=request.pk, reminded_at=None, state=State.PENDING)
            if mine.update(reminded_at=now):
                about = {"request": request.pk, "to": request.turn}
                key = f"{request.pk}:{request.turn}:{now.isoformat()}"
                notify("events.request_reminder", request.on_turn.user, about, key=key, now=now)
                count += 1
    return count


def place_waiting(*, now: datetime) -> int:
    """Those who agreed when no time was left, the longest waiting first. Returns how many have one now."""
    waiting = (
        MeetingRequest.objects.filter(state=State.ACCEPTED, waits_since__isnull=False, round__ends_at__gt=now)
        .filter(meeting=None, round__published_at__isnull=False)
        .exclude(round__state=Round.State.SOLVING)
        .order_by(F("round"), "waits_since", "pk")
    )
    count = 0
    for pk, round_id in list(waiting.values_list("pk", "round")[:AT_ONCE]):
        with transaction.atomic():
            round = lock_round(Round(pk=round_id))
            request = lock_request(MeetingRequest(pk=pk))
            if request.state != State.ACCEPTED or Meeting.objects.filter(request=request).exists():
                continue
            try:
                with transaction.atomic():
                    placing.place_request(request, round=round, now=now)
            except (placing.NoCommonSlot, placing.KeptApart):
                continue
            MeetingRequest.objects.filter(pk=pk).update(waits_since=None)
            count += 1
    return count


def _open(round: Round, *, now: datetime) -> None:
    mark_open(round, now=now)
    marks.agree_mutual(round, now=now)
    for registration in round.event.registrations.confirmed().select_related("user"):
        notify("events.booking_opened", registration.user, {"round": round.pk}, key=str(round.pk), now=now)


def _other(turn: str) -> str:
    turns = MeetingRequest.Turn
    return turns.ASKED if turn == turns.ASKER else turns.ASKER

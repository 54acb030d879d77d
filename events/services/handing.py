"""A request goes to a colleague who is better for it: one who comes, or one who is registered for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import DomainError
from events.models import MeetingRequest, Registration
from events.queries.rounds import standing_elsewhere
from events.rules import rounds as rules
from events.services import registrations
from events.services.requests import NotForYou, lock_request, refuse_answered
from notifications.services import notify

Turn = MeetingRequest.Turn
State = MeetingRequest.State


class NotAColleague(DomainError):
    message = _("Choose a colleague who comes to the event for the same organisation.")


class ColleagueAsked(DomainError):
    message = _("Your colleague and the other party have a request between them already.")


@transaction.atomic
def hand_over(*, request: MeetingRequest, to: Registration, by: Any, now: datetime) -> MeetingRequest:
    """The colleague answers in one's place, and both they and the asker are told. It costs the asker nothing.

    Raises `NotForYou`, the answer that the request has, `NotAColleague` or `ColleagueAsked`.
    """
    request = lock_request(request)
    if not rules.may_hand_over(by, request):
        raise NotForYou
    refuse_answered(request, now=now)
    to = Registration.objects.select_related("profile", "user").get(pk=to.pk)
    is_colleague = to.profile_id == request.asked.profile_id and to.event_id == request.round.event_id
    if not is_colleague or not to.has_seat or to.pk == request.asked_id:
        raise NotAColleague(field="to")
    return _pass_on(request, to, now=now)


@transaction.atomic
def bring_and_hand_over(*, request: MeetingRequest, person: User, by: Any, now: datetime) -> MeetingRequest:
    """Register a colleague who represents the same profile, and give the request to them: at once if they get a seat,
    else as soon as they do; until then one can still answer it oneself.

    Raises as `hand_over` and `registrations.register_colleagues` do.
    """
    request = lock_request(request)
    if not rules.may_hand_over(by, request):
        raise NotForYou
    refuse_answered(request, now=now)
    made = registrations.register_colleagues(registration=request.asked, people=[person], by=by, now=now)
    if not made:
        raise NotAColleague(field="to")
    if made[0].has_seat:
        return hand_over(request=request, to=made[0], by=by, now=now)
    MeetingRequest.objects.filter(pk=request.pk, state=State.PENDING).update(hand_to=person)
    request.hand_to = person
    return request


def hand_over_waiting(*, now: datetime) -> int:
    """Requests whose colleague has a seat by now go to them. Returns how many."""
    count = 0
    waiting = MeetingRequest.objects.filter(state=State.PENDING, hand_to__isnull=False).order_by("pk")
    for found in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            request = lock_request(MeetingRequest(pk=found))
            to = (
                Registration.objects.confirmed()
                .filter(event=request.round.event_id, user=request.hand_to_id, profile=request.asked.profile_id)
                .select_related("profile", "user")
                .first()
            )
            if to is None or not request.is_pending:
                continue
            try:
                _pass_on(request, to, now=now)
            except ColleagueAsked:
                MeetingRequest.objects.filter(pk=found).update(hand_to=None)
            else:
                count += 1
    return count


def _pass_on(request: MeetingRequest, to: Registration, *, now: datetime) -> MeetingRequest:
    """Times that were offered were those of the one who hands it over, so the colleague begins anew."""
    before = request.asked
    if standing_elsewhere(request.round, request.asker_id, to.pk, now=now).exists():
        raise ColleagueAsked(field="to")
    try:
        with transaction.atomic():
            changed = MeetingRequest.objects.filter(pk=request.pk, state=State.PENDING, asked=before).update(
                asked=to,
                handed_from=before,
                hand_to=None,
                turn=Turn.ASKED,
                expires_at=rules.expires_at(request.round, now=now),
                reminded_at=None,
            )
    except IntegrityError as error:  # events_request_standing_once
        raise ColleagueAsked(field="to") from error
    if not changed:
        raise NotForYou
    request.offered.all().delete()
    request.asked, request.handed_from, request.turn, request.hand_to = to, before, Turn.ASKED, None
    about = {"request": request.pk}
    notify("events.request_handed", to.user, about, key=f"{request.pk}:{to.pk}", now=now)
    notify("events.request_handed_on", request.asker.user, about, key=f"{request.pk}:{to.pk}", now=now)
    return request

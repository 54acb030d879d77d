"""Wishes to meet, and their answers. A pending request never holds a slot: acceptance takes one, at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Block, Profile
from conversations.models import Contact
from conversations.services import budget
from core.errors import DomainError
from events.models import MeetingRequest, Registration, Round
from events.rules import rounds as rules
from events.services.placing import place_request
from events.services.rounds import NotComing
from notifications.services import notify

State = MeetingRequest.State


class CannotBeAsked(DomainError):
    message = _("They cannot be asked for a meeting in this event.")


class SameProfile(DomainError):
    message = _("You come for the same organisation, so you can meet at home.")


class AlreadyAsked(DomainError):
    message = _("You have already asked them. You hear when they answer.")


class AlreadyAgreed(DomainError):
    message = _("You have already agreed to meet.")


class WasDeclined(DomainError):
    message = _("They have declined your request for this event.")


class TooManyRequests(DomainError):
    message = _("You have many requests waiting for an answer. Wait for some answers, or withdraw one.")


class NotForYou(DomainError):
    message = _("Only the person who was asked can answer.")


class RequestAccepted(DomainError):
    message = _("The request has already been accepted.")


class RequestDeclined(DomainError):
    message = _("The request has already been declined.")


class RequestWithdrawn(DomainError):
    message = _("The request has been withdrawn.")


class HasATime(DomainError):
    message = _("The meeting has a time already. Cancel the meeting instead.")


_ANSWERED: dict[str, type[DomainError]] = {
    State.ACCEPTED: RequestAccepted,
    State.DECLINED: RequestDeclined,
    State.WITHDRAWN: RequestWithdrawn,
}


@transaction.atomic
def make_request(
    *,
    round: Round,
    asker: Registration,
    asked: Registration,
    by: Any,
    now: datetime,
    message: str = "",
    language: str = "fi",
) -> MeetingRequest:
    """Ask for a meeting. If they have asked already, the two wishes make it agreed at once; else it is a contact spent.

    Raises `NotComing`, `CannotBeAsked`, `SameProfile`, `AlreadyAsked`, `AlreadyAgreed`, `WasDeclined`,
    `TooManyRequests` or `budget.ContactsSpent`.
    """
    _check_pair(round, asker, asked, by)
    budget.lock(profile=asker.profile)
    earlier = (
        MeetingRequest.objects.select_for_update()
        .filter(Q(asker=asker, asked=asked) | Q(asker=asked, asked=asker), round=round)
        .order_by("pk")
    )
    for request in earlier:
        if request.state == State.ACCEPTED:
            raise AlreadyAgreed
        if request.is_pending and request.asker_id == asker.pk:
            raise AlreadyAsked
        if request.is_pending:
            return _accept(request, now=now, is_mutual=True)
        if request.state == State.DECLINED and request.asker_id == asker.pk:
            raise WasDeclined
    if asker.requests_made.filter(state=State.PENDING).count() >= rules.MOST_PENDING:
        raise TooManyRequests
    budget.spend(profile=asker.profile, other=asked.profile, kind=Contact.Kind.MEETING, now=now)
    try:
        with transaction.atomic():
            made = MeetingRequest.objects.create(
                round=round, asker=asker, asked=asked, message=message, language=language, made_at=now
            )
    except IntegrityError as error:  # events_request_standing_once: the other side, or a second press, was quicker
        raise AlreadyAsked from error
    notify("events.request", asked.user, {"request": made.pk}, key=str(made.pk), now=now)
    return made


@transaction.atomic
def accept_request(*, request: MeetingRequest, by: Any, now: datetime) -> MeetingRequest:
    """Agree to meet. Before the schedule is made the solver finds the time; after that, the best common free slot is
    taken at once.

    Raises `NotForYou`; `RequestAccepted`, `RequestDeclined` or `RequestWithdrawn` when it has been answered; and
    `NoCommonSlot` when no time is left, and then the request still waits.
    """
    request = _lock(request)
    if not rules.may_answer_request(by, request):
        raise NotForYou
    if request.state in _ANSWERED:
        raise _ANSWERED[request.state]
    return _accept(request, now=now, is_mutual=False)


@transaction.atomic
def decline_request(*, request: MeetingRequest, by: Any, now: datetime, reason: str = "") -> MeetingRequest:
    """Say no. Raises as `accept_request` does."""
    request = _lock(request)
    if not rules.may_answer_request(by, request):
        raise NotForYou
    _change(request, State.DECLINED, now=now, was=(State.PENDING,), reason=reason)
    notify("events.request_declined", request.asker.user, {"request": request.pk}, key=str(request.pk), now=now)
    return request


@transaction.atomic
def withdraw_request(*, request: MeetingRequest, by: Any, now: datetime) -> MeetingRequest:
    """Take a wish back before it has a time. Raises `NotForYou`, `HasATime`, or the answer that stands."""
    budget.lock(profile=request.asker.profile)
    request = _lock(request)
    if not rules.may_withdraw_request(by, request):
        raise NotForYou
    if request.state == State.ACCEPTED and hasattr(request, "meeting"):
        raise HasATime
    was_pending = request.is_pending
    _change(request, State.WITHDRAWN, now=now, was=MeetingRequest.STANDING)
    if was_pending:
        kind = Contact.Kind.MEETING
        budget.give_back(profile=request.asker.profile, other=request.asked.profile, kind=kind, now=now)
    return request


def _check_pair(round: Round, asker: Registration, asked: Registration, by: Any) -> None:
    if not rules.comes_as(by, asker):
        raise NotComing
    for registration, error in ((asker, NotComing), (asked, CannotBeAsked)):
        if registration.event_id != round.event_id or registration.state != Registration.State.CONFIRMED:
            raise error
    if asker.profile_id == asked.profile_id:
        raise SameProfile
    pair = (asker.profile_id, asked.profile_id)
    blocked = Block.objects.filter(blocker__in=pair, blocked__in=pair).exists()
    if blocked or asked.profile.status != Profile.Status.PUBLISHED:
        raise CannotBeAsked


def _lock(request: MeetingRequest) -> MeetingRequest:
    return (
        MeetingRequest.objects.select_for_update(of=("self",))
        .select_related("round__event", "asker__profile", "asker__user", "asked__profile", "asked__user")
        .get(pk=request.pk)
    )


def _accept(request: MeetingRequest, *, now: datetime, is_mutual: bool) -> MeetingRequest:
    _change(request, State.ACCEPTED, now=now, was=(State.PENDING,), is_mutual=is_mutual)
    budget.mark_answered(profile=request.asker.profile, other=request.asked.profile, now=now)
    round = Round.objects.select_for_update(of=("self",)).select_related("event").get(pk=request.round_id)
    if round.published_at is not None:
        place_request(request, round=round, now=now)
    else:
        notify("events.request_accepted", request.asker.user, {"request": request.pk}, key=str(request.pk), now=now)
    return request


def _change(
    request: MeetingRequest, state: MeetingRequest.State, *, now: datetime, was: tuple[Any, ...], **more: Any
) -> None:
    # The condition stands in the update itself: where there are no row locks, it is what lets only one through.
    changed = MeetingRequest.objects.filter(pk=request.pk, state__in=was).update(state=state, answered_at=now, **more)
    if not changed:
        request.refresh_from_db(fields=["state"])
        raise _ANSWERED[request.state]
    request.state = state
    for name, value in more.items():
        setattr(request, name, value)

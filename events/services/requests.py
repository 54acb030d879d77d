"""Wishes to meet, and their answers. A pending request never holds a slot: acceptance takes one, at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Block, Profile
from conversations.models import Contact
from conversations.services import budget
from core.errors import DomainError
from events.models import Apart, MeetingRequest, Registration, Round, Slot
from events.rules import rounds as rules
from events.services.own_tables import refuse_same_side
from events.services.placing import NoCommonSlot, place_request
from events.services.rounds import NotComing, lock_round
from notifications.services import notify

State = MeetingRequest.State


class CannotBeAsked(DomainError):
    message = _("This participant cannot be asked for a meeting in this event.")


class SameProfile(DomainError):
    message = _("You come for the same organisation, so you can meet at home.")


class AlreadyAsked(DomainError):
    message = _("You have already asked them. You hear when they answer.")


class AskedInAnotherRound(DomainError):
    message = _(
        "You have a request between you in another round of the event. You can ask again when that round is over."
    )


class AlreadyAgreed(DomainError):
    message = _("You have already agreed to meet.")


class WasDeclined(DomainError):
    message = _("This participant has declined your request for this event.")


class NotOpenYet(DomainError):
    message = _("Requests are taken when enough people have registered. Mark already now whom you would like to meet.")


class NobodyIsAsked(DomainError):
    message = _("Nobody is asked in this round: the organiser makes a programme in which everyone moves.")


class RoundIsOver(DomainError):
    message = _("The round of meetings is over.")


class AskedOften(DomainError):
    message = _("You have asked this participant several times already.")


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


class RequestExpired(DomainError):
    message = _("The request was not answered in time, so it no longer stands.")


class NotOffered(DomainError):
    message = _("Choose one of the times that they offered.")


class HasATime(DomainError):
    message = _("The meeting has a time already. Cancel the meeting instead.")


_ANSWERED: dict[str, type[DomainError]] = {
    State.ACCEPTED: RequestAccepted,
    State.DECLINED: RequestDeclined,
    State.WITHDRAWN: RequestWithdrawn,
    State.EXPIRED: RequestExpired,
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

    The same two have no standing requests in two rounds of an event, unless the first is over; who was declined once
    was declined for the event. Raises `NotComing`, `CannotBeAsked`, `SameProfile`, `RoundIsOver`, `NobodyIsAsked`,
    `NotOpenYet`, `SameSide`, `AlreadyAsked`, `AlreadyAgreed`, `AskedInAnotherRound`, `WasDeclined`, `AskedOften`,
    `TooManyRequests` or `budget.ContactsSpent`.
    """
    check_pair(round, asker, asked, by)
    if round.ends_at <= now:
        raise RoundIsOver
    if round.is_speed:
        raise NobodyIsAsked
    if not round.takes_requests:
        raise NotOpenYet
    refuse_same_side(round, asker, asked)
    said = word_on(round, asker, asked)
    if said == MeetingRequest.Word.APART and round.published_at is not None:
        raise CannotBeAsked
    budget.lock(profile=asker.profile)
    lock_seats(asker, asked)
    earlier = (
        MeetingRequest.objects.of_pair(asker.pk, asked.pk)
        .select_for_update(of=("self",))
        .filter(round__event=round.event_id)
        .exclude(state=State.PROPOSED)
        .select_related("round")
        .order_by("pk")
    )
    times = 0
    for request in earlier:
        times += request.asker_id == asker.pk
        if request.round_id != round.pk and request.state in MeetingRequest.STANDING:
            if request.round.ends_at > now:
                raise AskedInAnotherRound
            continue
        if request.state == State.ACCEPTED:
            raise AlreadyAgreed
        if request.is_pending and request.asker_id == asker.pk:
            raise AlreadyAsked
        if request.is_pending:
            return _accept(request, now=now, is_mutual=True, wait=True)
        if request.state == State.DECLINED and request.asker_id == asker.pk:
            raise WasDeclined
    if times >= rules.MOST_TIMES_ASKED:
        raise AskedOften
    if asker.requests_made.filter(state=State.PENDING).count() >= rules.MOST_PENDING:
        raise TooManyRequests
    budget.spend(profile=asker.profile, other=asked.profile, kind=Contact.Kind.MEETING, now=now)
    try:
        with transaction.atomic():
            made = MeetingRequest.objects.create(
                round=round,
                asker=asker,
                asked=asked,
                message=message,
                language=language,
                host_says=said,
                made_at=now,
                expires_at=rules.expires_at(round, now=now),
            )
    except IntegrityError as error:  # events_request_standing_once: the other side, or a second press, was quicker
        raise AlreadyAsked from error
    notify("events.request", asked.user, {"request": made.pk}, key=str(made.pk), now=now)
    return made


@transaction.atomic
def accept_request(
    *, request: MeetingRequest, by: Any, now: datetime, slot: Slot | None = None, wait: bool = False
) -> MeetingRequest:
    """Agree to meet. Before the schedule is made the solver finds the time; after that, and where participants agree
    times themselves, the best common free slot is taken at once, or the `slot` that was chosen.

    With `wait`, two for whom there is no time now agree all the same, and get the first that frees. Raises `NotForYou`;
    `RequestAccepted`, `RequestDeclined`, `RequestWithdrawn` or `RequestExpired` when it has been answered; `NotOffered`
    when the other side has offered times and this is none of them; and `placing.NoCommonSlot` or one of its kinds, with
    alternatives, when there is no such time. Then the request still waits.
    """
    request = lock_request(request)
    if not rules.may_answer_request(by, request):
        raise NotForYou
    refuse_answered(request, now=now)
    if request.turn == MeetingRequest.Turn.ASKER and not request.offered.filter(slot=slot).exists():
        raise NotOffered(field="slot")
    return _accept(request, now=now, is_mutual=False, slot=slot, wait=wait)


@transaction.atomic
def decline_request(*, request: MeetingRequest, by: Any, now: datetime, reason: str = "") -> MeetingRequest:
    """The side that was asked says no. Raises as `accept_request` does."""
    request = lock_request(request)
    if not rules.may_decline_request(by, request):
        raise NotForYou
    _change(request, State.DECLINED, now=now, was=(State.PENDING,), reason=reason)
    notify("events.request_declined", request.asker.user, {"request": request.pk}, key=str(request.pk), now=now)
    return request


@transaction.atomic
def withdraw_request(*, request: MeetingRequest, by: Any, now: datetime) -> MeetingRequest:
    """Take a wish back before it has a time. Raises `NotForYou`, `HasATime`, or the answer that stands."""
    budget.lock(profile=request.asker.profile)
    request = lock_request(request)
    if not rules.may_withdraw_request(by, request):
        raise NotForYou
    if request.state == State.ACCEPTED and hasattr(request, "meeting"):
        raise HasATime
    was_pending = request.is_pending
    _change(request, State.WITHDRAWN, now=now, was=MeetingRequest.STANDING, waits_since=None)
    if was_pending:
        kind = Contact.Kind.MEETING
        budget.give_back(profile=request.asker.profile, other=request.asked.profile, kind=kind, now=now)
    return request


def check_pair(round: Round, asker: Registration, asked: Registration, by: Any, *, quietly: bool = False) -> None:
    """Whether one may ask the other. `quietly`: it is of two private wishes, so being listed does not matter."""
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
    if not quietly and not asked.is_browsable and not asked.requests_made.filter(asked=asker).exists():
        raise CannotBeAsked


def word_on(round: Round, one: Registration, other: Registration) -> str:
    """What the host has said of the two before anybody asked."""
    is_apart = Apart.objects.of_pair(one.pk, other.pk).filter(round=round).exists()
    return MeetingRequest.Word.APART if is_apart else MeetingRequest.Word.NOTHING


def lock_seats(*seats: Registration) -> None:
    """The same two, asking in two rounds at once, do so one after the other."""
    pks = [one.pk for one in seats]
    list(Registration.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk").values_list("pk"))


def lock_request(request: MeetingRequest) -> MeetingRequest:
    return (
        MeetingRequest.objects.select_for_update(of=("self",))
        .select_related("round__event", "asker__profile", "asker__user", "asked__profile", "asked__user")
        .get(pk=request.pk)
    )


def refuse_answered(request: MeetingRequest, *, now: datetime) -> None:
    """Raise the answer that a request has; one whose time is over counts as expired before the sweep has come by."""
    if request.state in _ANSWERED:
        raise _ANSWERED[request.state]
    if request.expires_at is not None and request.expires_at <= now:
        raise RequestExpired


def _accept(
    request: MeetingRequest, *, now: datetime, is_mutual: bool, slot: Slot | None = None, wait: bool = False
) -> MeetingRequest:
    _change(request, State.ACCEPTED, now=now, was=(State.PENDING,), is_mutual=is_mutual)
    budget.mark_answered(profile=request.asker.profile, other=request.asked.profile, now=now)
    round = lock_round(request.round)
    if round.published_at is not None:
        try:
            place_request(request, round=round, now=now, slot=slot)
        except NoCommonSlot:
            if not wait:
                raise
            MeetingRequest.objects.filter(pk=request.pk).update(waits_since=now)
            request.waits_since = now
            _tell_accepted(request, now=now)
    else:
        _tell_accepted(request, now=now)
    return request


def _tell_accepted(request: MeetingRequest, *, now: datetime) -> None:
    """To the side that did not answer itself."""
    other = request.off_turn
    notify("events.request_accepted", other.user, {"request": request.pk}, key=str(request.pk), now=now)


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

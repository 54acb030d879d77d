"""Visits to advisory desks: a time is booked or the line joined; the advisor calls in, and the line moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import live
from core.errors import DomainError
from events.models import AdviceDesk, DeskVisit, Event, Meeting, MeetingParty
from events.queries import desks as queries
from events.queries.rounds import own_registration
from events.rules import desks as rules
from events.services import meetings
from notifications.services import notify

State = DeskVisit.State


class NotYourDesk(DomainError):
    message = _("Only the desk's advisors can do this.")


class NotForYou(DomainError):
    message = _("The desk is for those who have a seat in the event. Register first.")


class OwnDesk(DomainError):
    message = _("You advise at this desk yourself.")


class DeskIsShut(DomainError):
    message = _("The desk is closed and takes nobody any more.")


class NotSo(DomainError):
    message = _("The desk does not take visitors that way.")


class AlreadyThere(DomainError):
    message = _("You have a time or a place in line at this desk already.")


class TimeTaken(DomainError):
    message = _("That time was taken a moment ago. Choose another of those that are free.")


class LineTooLong(DomainError):
    message = _("So many wait already that your turn would not come before the desk closes.")


class NeedsProfile(DomainError):
    message = _(
        "A booked time stands in your calendar as a meeting, and for that you need a profile. The line is open."
    )


class MovedOn(DomainError):
    message = _("The line has moved since you opened the page. Here is how it stands now.")


class SomeoneIsHere(DomainError):
    message = _("Somebody is called in or at the desk. Say first how that visit ended.")


def _locked(desk: AdviceDesk) -> AdviceDesk:
    """All that changes a desk's line waits for its row."""
    return AdviceDesk.objects.select_for_update(of=("self",)).select_related("event", "profile").get(pk=desk.pk)


def _open_to(desk: AdviceDesk, by: Any, now: datetime) -> queries.Line:
    if not rules.may_visit(by, desk.event):
        raise NotForYou
    if rules.may_advise(by, desk):
        raise OwnDesk
    line = queries.fresh(desk, now)
    if line.is_shut:
        raise DeskIsShut
    if queries.own_visit(by, line) is not None:
        raise AlreadyThere
    return line


def _number(desk: AdviceDesk) -> int:
    return (DeskVisit.objects.filter(desk=desk).aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def book_visit(*, desk: AdviceDesk, starts_at: datetime, by: Any, now: datetime, about: str = "") -> DeskVisit:
    """A time of one's own, which is a meeting with the first advisor who is free then.

    Raises `NotForYou`, `OwnDesk`, `DeskIsShut`, `AlreadyThere`, `NotSo`, `NeedsProfile`, `TimeTaken` or `TimeClash`.
    """
    desk = _locked(desk)
    line = _open_to(desk, by, now)
    if not desk.takes_bookings:
        raise NotSo
    seat = own_registration(by, desk.event)
    profile = seat.profile if seat is not None else Profile.objects.represented_by(by).order_by("pk").first()
    if profile is None:
        raise NeedsProfile
    if starts_at not in line.bookable:
        raise TimeTaken(field="starts_at")
    ends_at = starts_at + desk.opening.length
    meetings.refuse_clash([by], starts_at, ends_at)
    meeting = _meeting(desk, profile, starts_at, by, now, about)
    try:
        with transaction.atomic():
            visit = DeskVisit.objects.create(
                desk=desk,
                user=by,
                number=_number(desk),
                state=State.BOOKED,
                starts_at=starts_at,
                meeting=meeting,
                about=about,
                joined_at=now,
            )
    except IntegrityError as error:  # events_deskvisit_time_once, events_deskvisit_person_once
        raise TimeTaken(field="starts_at") from error
    if seat is not None:
        meeting.parties.filter(user=by).update(registration=seat)
    return visit


def _meeting(desk: AdviceDesk, profile: Profile, starts_at: datetime, by: Any, now: datetime, about: str) -> Meeting:
    for advisor in desk.advisors.order_by("pk"):
        try:
            return meetings.agree_meeting(
                parties=[(profile, by), (desk.profile, advisor)],
                starts_at=starts_at,
                ends_at=starts_at + desk.opening.length,
                now=now,
                place=desk.where(desk.event.place),
                topic=about,
                language=desk.language,
            )
        except meetings.TimeClash:
            continue
    raise TimeTaken(field="starts_at")


@transaction.atomic
def join_line(*, desk: AdviceDesk, by: Any, now: datetime, about: str = "") -> DeskVisit:
    """A number. Raises `NotForYou`, `OwnDesk`, `DeskIsShut`, `AlreadyThere`, `NotSo` or `LineTooLong`."""
    desk = _locked(desk)
    line = _open_to(desk, by, now)
    if not desk.takes_queue:
        raise NotSo
    if line.next_turn is None:
        raise LineTooLong
    visit = DeskVisit.objects.create(
        desk=desk, user=by, number=_number(desk), state=State.WAITING, about=about, joined_at=now
    )
    _tell_next(desk, now)
    return visit


@transaction.atomic
def leave(*, visit: DeskVisit, by: Any, now: datetime) -> None:
    """The visitor gives the place up, and the line moves. Raises `MovedOn`."""
    desk = _locked(visit.desk)
    visit = DeskVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if visit.user_id != by.pk or visit.state not in (State.WAITING, State.BOOKED, State.CALLED):
        raise MovedOn
    if visit.meeting is not None and visit.meeting.starts_at > now and not visit.meeting.is_cancelled:
        meetings.cancel_meeting(meeting=visit.meeting, by=by, now=now)
    DeskVisit.objects.filter(pk=visit.pk).update(state=State.LEFT, ended_at=now)
    _tell_next(desk, now)


# --- The advisor -----------------------------------------------------------------------------------------------------


def _own(visit: DeskVisit, by: Any, *states: str) -> tuple[AdviceDesk, DeskVisit]:
    desk = _locked(visit.desk)
    if not rules.may_advise(by, desk):
        raise NotYourDesk
    visit = DeskVisit.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=visit.pk)
    if visit.state not in states:
        raise MovedOn
    return desk, visit


@transaction.atomic
def call_in(*, visit: DeskVisit, by: Any, now: datetime) -> DeskVisit:
    """Raises `NotYourDesk`, `MovedOn` or `SomeoneIsHere`."""
    desk, visit = _own(visit, by, State.WAITING, State.BOOKED)
    if DeskVisit.objects.filter(desk=desk, state__in=DeskVisit.AT_DESK).exists():
        raise SomeoneIsHere
    visit.state, visit.called_at, visit.advisor = State.CALLED, now, by
    visit.save()
    _tell("events.desk_called", visit, now)
    _tell_next(desk, now)
    return visit


@transaction.atomic
def say_here(*, visit: DeskVisit, by: Any, now: datetime) -> None:
    """Raises `NotYourDesk` or `MovedOn`."""
    _desk, visit = _own(visit, by, State.CALLED)
    visit.state, visit.started_at, visit.advisor = State.HERE, now, by
    visit.save()


@transaction.atomic
def say_done(*, visit: DeskVisit, by: Any, now: datetime) -> None:
    """Raises `NotYourDesk` or `MovedOn`."""
    desk, visit = _own(visit, by, State.HERE)
    _end(desk, visit, State.DONE, MeetingParty.Outcome.HAPPENED, now)


@transaction.atomic
def say_no_show(*, visit: DeskVisit, by: Any, now: datetime) -> None:
    """The place goes on to the next at once, who is told. Raises `NotYourDesk` or `MovedOn`."""
    desk, visit = _own(visit, by, State.CALLED)
    _end(desk, visit, State.NO_SHOW, MeetingParty.Outcome.DID_NOT, now)


def _end(desk: AdviceDesk, visit: DeskVisit, state: str, outcome: str, now: datetime) -> None:
    visit.state, visit.ended_at = state, now
    visit.save()
    if visit.meeting is not None and visit.meeting.starts_at <= now:
        visit.meeting.parties.filter(profile=desk.profile_id).exclude(user=visit.user_id).update(
            outcome=outcome, outcome_at=now
        )
    _tell_next(desk, now)


@transaction.atomic
def write_note(*, visit: DeskVisit, note: str, by: Any) -> None:
    """For the desk's advisors. Raises `NotYourDesk`."""
    _desk, visit = _own(visit, by, *State.values)
    DeskVisit.objects.filter(pk=visit.pk).update(note=note)


@transaction.atomic
def set_state(*, desk: AdviceDesk, state: str, by: Any, now: datetime) -> AdviceDesk:
    """A break, open again, or closed. Closing tells those who wait, and cancels what was booked for later.

    Raises `NotYourDesk` or `SomeoneIsHere`.
    """
    desk = _locked(desk)
    if not rules.may_advise(by, desk):
        raise NotYourDesk
    if state == AdviceDesk.State.CLOSED:
        if DeskVisit.objects.filter(desk=desk, state__in=DeskVisit.AT_DESK).exists():
            raise SomeoneIsHere
        _send_home(desk, now)
    desk.state = state
    desk.save(update_fields=["state"])
    _tell_next(desk, now)
    return desk


def _send_home(desk: AdviceDesk, now: datetime, reason: str = "") -> None:
    rows = DeskVisit.objects.filter(desk=desk, state__in=[State.BOOKED, State.WAITING]).select_related("user")
    for visit in rows.select_for_update(of=("self",)):
        meeting = visit.meeting
        if meeting is not None and meeting.starts_at > now and not meeting.is_cancelled:
            meetings.close_meeting(meeting, by=None, reason=reason, now=now)
        else:
            _tell("events.desk_closed", visit, now)
        DeskVisit.objects.filter(pk=visit.pk).update(state=State.CLOSED, ended_at=now)


def _tell_next(desk: AdviceDesk, now: datetime) -> None:
    """The first in line hears once that the turn is next."""
    line = queries.fresh(desk, now)
    if line.is_shut or desk.is_paused or not line.waiting or now < desk.opens_at:
        return
    first = line.waiting[0]
    if first.told_next_at is None and DeskVisit.objects.filter(pk=first.pk, told_next_at=None).update(told_next_at=now):
        _tell("events.desk_next", first, now)


def _tell(kind: str, visit: DeskVisit, now: datetime) -> None:
    """A notice, once of each kind, and the visitor's open page of the day is drawn anew."""
    notify(kind, visit.user, {"visit": visit.pk}, key=f"{kind}:{visit.pk}", now=now)
    live.send_group(live.day_group(visit.user_id), {"type": "day.changed"})


# --- From elsewhere --------------------------------------------------------------------------------------------------


def send_all_home(*, event: Event, now: datetime, reason: str = "") -> None:
    """The event is called off. In the caller's transaction."""
    for desk in event.desks.order_by("pk"):
        _send_home(_locked(desk), now, reason)


def leave_lines(*, event: Event, user: Any, now: datetime) -> None:
    """A seat in the event is given up, and with it the places in line. In the caller's transaction."""
    rows = DeskVisit.objects.filter(desk__event=event, user=user, state=State.WAITING)
    desks = [one.desk for one in rows.select_related("desk")]
    rows.update(state=State.LEFT, ended_at=now)
    for desk in desks:
        _tell_next(_locked(desk), now)


def sweep_notes(*, now: datetime) -> int:
    """Advisors' notes and visitors' words go when they have been kept for their time."""
    old = DeskVisit.objects.filter(desk__closes_at__lt=now - rules.NOTES_KEPT)
    return old.exclude(note="", about="").update(note="", about="")

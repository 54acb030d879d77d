"""What a participant says on the day: that they are late, that they are there, that another time would do better."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import audit, live
from core.errors import DomainError
from events.models import Lateness, Meeting, MeetingParty, Registration, Slot, SwapRequest
from events.queries import slots
from events.queries.tables import tables_at
from events.rules import day as rules
from events.services import boards, meetings
from events.services.placing import NoCommonSlot
from events.services.repair_writing import carry
from events.services.rounds import NotComing, lock_round
from notifications.services import notify

State = SwapRequest.State


class NotTheDay(DomainError):
    message = _("This can be told on the event's day.")


class OddMinutes(DomainError):
    message = _("Choose how late you are from the list.")


class NotYourMeeting(meetings.NotYourMeeting):
    pass


class SwapWaits(DomainError):
    message = _("Another time has been asked for already. Wait for the answer.")


class SwapAnswered(DomainError):
    message = _("That has been answered or withdrawn already.")


class TimeIsGone(NoCommonSlot):
    message = _("That time is no longer free for both of you. The meeting stays where it is.")


# --- Late and there --------------------------------------------------------------------------------------------------


@transaction.atomic
def say_late(
    *, registration: Registration, minutes: int, by: Any, now: datetime, ago: timedelta = timedelta()
) -> Lateness:
    """One is late by so many minutes, counted from when it was said: `ago`, for a phone that had no network.

    The host's board shows it, and those whom one meets before that are told. Raises `NotComing`, `OddMinutes` or
    `NotTheDay`.
    """
    if not rules.may_say_late(by, registration):
        raise NotComing
    if minutes not in rules.LATE_MINUTES:
        raise OddMinutes(field="minutes")
    if not rules.is_the_day(registration.event, now):
        raise NotTheDay
    said_at = now - min(max(ago, timedelta()), rules.LONGEST_AWAY)
    said = {"said_at": said_at, "comes_at": said_at + timedelta(minutes=minutes)}
    made, _is_new = Lateness.objects.update_or_create(registration=registration, defaults=said)
    if made.comes_at > now:
        _tell_those_who_wait(made, now=now)
    boards.changed(registration.event_id)
    return made


def _tell_those_who_wait(made: Lateness, *, now: datetime) -> None:
    for party in _others(made, now=now):
        about = {"meeting": party.meeting_id, "late": made.registration_id, "comes_at": made.comes_at.isoformat()}
        key = f"{made.registration_id}:{party.meeting_id}:{made.comes_at:%d%H%M}"
        notify("events.running_late", party.user, about, key=key, now=now)
        _redraw(party.user)


def _others(made: Lateness, *, now: datetime) -> QuerySet[MeetingParty]:
    """Those whose meeting with the person begins before they come, or is on now."""
    own = MeetingParty.objects.filter(
        registration=made.registration,
        meeting__state=Meeting.State.AGREED,
        meeting__starts_at__lt=made.comes_at,
        meeting__ends_at__gt=now,
    )
    others = MeetingParty.objects.filter(meeting__in=own.values("meeting"), user__isnull=False)
    return others.exclude(registration=made.registration).select_related("user")


def _redraw(user: Any) -> None:
    """The person's open page of the day shows it."""
    live.send_group(live.day_group(user.pk), {"type": "day.changed"})


@transaction.atomic
def say_here(*, registration: Registration, by: Any, now: datetime) -> None:
    """One is there after all: neither the board nor those who wait see them as late. Raises `NotComing`."""
    if not rules.may_say_late(by, registration):
        raise NotComing
    late = Lateness.objects.filter(registration=registration).first()
    if late is not None:
        late.delete()
        for party in _others(late, now=now):
            _redraw(party.user)
        boards.changed(registration.event_id)


# --- Another time ----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_swap(*, meeting: Meeting, slot: Slot, by: Any, now: datetime) -> SwapRequest:
    """Ask the other side whether the meeting could be held at another time of the round.

    Raises `NotYourMeeting`, `MeetingIsCancelled`, `MeetingIsOver`, `TimeIsGone` or `SwapWaits`.
    """
    meeting = _lock(meeting)
    asker = rules.own_side(by, meeting)
    if asker is None or meeting.slot is None:
        raise NotYourMeeting
    _refuse_over(meeting, now)
    if slot.pk not in {free.pk for free, _table in swap_times(meeting, now=now)}:
        raise TimeIsGone(field="slot")
    try:
        with transaction.atomic():
            made = SwapRequest.objects.create(meeting=meeting, asker=asker, slot=slot, asked_at=now)
    except IntegrityError as error:  # events_swaprequest_waiting_once
        raise SwapWaits from error
    for party in meeting.parties.exclude(registration=asker).select_related("user"):
        if party.user is not None:
            notify("events.swap_asked", party.user, {"swap": made.pk}, key=str(made.pk), now=now)
            _redraw(party.user)
    return made


def swap_times(meeting: Meeting, *, now: datetime) -> list[tuple[Slot, int]]:
    """Times at which both sides and a table are free, in order of time. A cap on meetings does not matter: there are as
    many afterwards."""
    assert meeting.slot is not None
    people = [party.registration for party in meeting.parties.select_related("registration") if party.registration]
    looks = slots.look_at_slots(meeting.slot.round, people, now=now)
    return [(look.slot, look.table) for look in looks if look.table is not None]


@transaction.atomic
def accept_swap(*, swap: SwapRequest, by: Any, now: datetime) -> Meeting:
    """The other side agrees: the meeting moves at once, to its own table where that is free then.

    Raises `NotYourMeeting`, `SwapAnswered`, `MeetingIsCancelled`, `MeetingIsOver` or `TimeIsGone`; with the last one
    the meeting stays and the question with it.
    """
    meeting = _lock(swap.meeting)
    if not rules.may_answer_swap(by, swap):
        raise NotYourMeeting
    _refuse_over(meeting, now)
    assert meeting.slot is not None
    lock_round(meeting.slot.round)
    tables = {slot.pk: (slot, table) for slot, table in swap_times(meeting, now=now)}
    if swap.slot_id not in tables:
        raise TimeIsGone
    _answer(swap, State.AGREED, now=now)
    slot, table = tables[swap.slot_id]
    own = meeting.table if meeting.table and meeting.table <= tables_at(meeting.slot.round, slot) else table
    is_taken = Meeting.objects.agreed().filter(slot=slot, table=own).exists()
    try:
        with transaction.atomic():
            carry(meeting, slot, table if is_taken else own, now=now)
    except IntegrityError as error:  # someone took the table or one of them in the meantime
        raise TimeIsGone from error
    audit.record("meeting.moved", meeting, by=by, now=now, slot=slot.pk, swap=swap.pk)
    return meeting


@transaction.atomic
def decline_swap(*, swap: SwapRequest, by: Any, now: datetime) -> None:
    """The meeting stays where it is. Raises `NotYourMeeting` or `SwapAnswered`."""
    if not rules.may_answer_swap(by, swap):
        raise NotYourMeeting
    _answer(swap, State.DECLINED, now=now)
    notify("events.swap_declined", swap.asker.user, {"swap": swap.pk}, key=str(swap.pk), now=now)
    _redraw(swap.asker.user)


@transaction.atomic
def withdraw_swap(*, swap: SwapRequest, by: Any, now: datetime) -> None:
    """Whoever asked takes it back. Raises `NotYourMeeting` or `SwapAnswered`."""
    side = rules.own_side(by, swap.meeting)
    if side is None or side.pk != swap.asker_id:
        raise NotYourMeeting
    _answer(swap, State.WITHDRAWN, now=now)
    for party in swap.meeting.parties.exclude(registration=swap.asker).select_related("user"):
        if party.user is not None:
            _redraw(party.user)


def _answer(swap: SwapRequest, state: State, *, now: datetime) -> None:
    # The condition stands in the update itself: where there are no row locks, it is what lets only one through.
    if not SwapRequest.objects.filter(pk=swap.pk, state=State.WAITING).update(state=state, answered_at=now):
        raise SwapAnswered


def _lock(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).select_related("slot__round__event").get(pk=meeting.pk)


def _refuse_over(meeting: Meeting, now: datetime) -> None:
    if meeting.is_cancelled:
        raise meetings.MeetingIsCancelled
    if meeting.starts_at <= now:
        raise meetings.MeetingIsOver

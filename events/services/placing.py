"""Giving a meeting its slot and table, and taking them back. The database itself refuses two at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from events.models import Absence, Event, Meeting, MeetingParty, MeetingRequest, Registration, Round, Slot
from events.rules import rounds as rules
from events.services import meetings
from events.services.rounds import NotTheHost, lock_round


class NoCommonSlot(DomainError):
    message = _(
        "There is no time left that is free for both of you. The request waits; you may cancel another meeting."
    )


class TableTaken(DomainError):
    message = _("The table is taken at that time. Choose another.")


class SomeoneMeets(DomainError):
    message = _("One of them has another meeting at that time.")


class SomeoneIsAway(DomainError):
    message = _("One of them cannot meet at that time.")


class UnknownTable(DomainError):
    message = _("The round does not have such a table.")


def place_request(request: MeetingRequest, *, round: Round, now: datetime) -> Meeting:
    """Take the best slot that is free for both and the first free table, tell both. In the caller's transaction, which
    has locked the round. Raises `NoCommonSlot`.

    Best is next to another meeting of theirs: it leaves the fewest gaps in both days.
    """
    pair = (request.asker, request.asked)
    free = free_slots(round, pair, now=now)
    for slot, table in free:
        try:
            with transaction.atomic():
                meeting = write_meeting(
                    request, slot=slot, table=table, place=round.place or round.event.place, now=now
                )
        except IntegrityError:  # someone took the table or the person in the meantime: the next slot is tried
            continue
        meetings.tell_parties("events.meeting_agreed", meeting, now=now)
        return meeting
    raise NoCommonSlot


def free_slots(round: Round, pair: Iterable[Registration], *, now: datetime) -> list[tuple[Slot, int]]:
    """Slots ahead in which all of these are free, best first, each with a free table."""
    people = list(pair)
    slots = list(round.slots.all())
    away = set(Absence.objects.filter(registration__in=people, slot__round=round).values_list("slot", flat=True))
    busy = set(
        MeetingParty.objects.filter(registration__in=people, busy_in__round=round).values_list("busy_in", flat=True)
    )
    if round.most_meetings is not None:
        for registration in people:
            if registration.meeting_parties.filter(busy_in__round=round).count() >= round.most_meetings:
                return []
    taken: dict[int, set[int]] = {}
    for meeting in Meeting.objects.agreed().filter(slot__round=round).only("slot", "table"):
        if meeting.slot_id is not None and meeting.table is not None:
            taken.setdefault(meeting.slot_id, set()).add(meeting.table)
    elsewhere = list(
        Meeting.objects.agreed()
        .filter(parties__user__in=[registration.user_id for registration in people], slot=None)
        .overlapping(round.starts_at, round.ends_at)
        .values_list("starts_at", "ends_at")
    )
    found: list[tuple[int, Slot, int]] = []
    for number, slot in enumerate(slots):
        if slot.pk in away or slot.pk in busy or slot.starts_at <= now:
            continue
        if any(start < slot.ends_at and end > slot.starts_at for start, end in elsewhere):
            continue
        table = next((n for n in range(1, round.tables + 1) if n not in taken.get(slot.pk, ())), None)
        if table is None:
            continue
        beside = sum(1 for near in (number - 1, number + 1) if 0 <= near < len(slots) and slots[near].pk in busy)
        found.append((-beside, slot, table))
    found.sort(key=lambda item: (item[0], item[1].starts_at))
    return [(slot, table) for _rank, slot, table in found]


def write_meeting(request: MeetingRequest, *, slot: Slot, table: int, place: str, now: datetime) -> Meeting:
    """The rows of an agreed meeting at a table. Raises IntegrityError when the table or a person is taken."""
    meeting = Meeting.objects.create(
        uid=f"{uuid4()}@{settings.SITE_HOST}",
        revised_at=now,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        place=place,
        topic=request.message,
        language=request.language,
        slot=slot,
        table=table,
        request=request,
    )
    MeetingParty.objects.bulk_create(
        MeetingParty(
            meeting=meeting,
            profile=registration.profile,
            user=registration.user,
            registration=registration,
            busy_in=slot,
        )
        for registration in (request.asker, request.asked)
    )
    return meeting


@transaction.atomic
def move_to_table(*, meeting: Meeting, slot: Slot, table: int, by: Any, now: datetime) -> Meeting:
    """The host moves a meeting of the round. Both people are told, and their calendars move the entry.

    Raises `NotTheHost`, `UnknownTable`, `TableTaken`, `SomeoneMeets`, `SomeoneIsAway`, `MeetingIsCancelled` or
    `MeetingIsOver`.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("slot__round__event").get(pk=meeting.pk)
    if meeting.slot is None or not rules.may_host_round(by, meeting.slot.round):
        raise NotTheHost
    round = lock_round(meeting.slot.round)
    if meeting.is_cancelled:
        raise meetings.MeetingIsCancelled
    if meeting.starts_at <= now or slot.starts_at <= now:
        raise meetings.MeetingIsOver
    if slot.round_id != round.pk or not 1 <= table <= round.tables:
        raise UnknownTable(field="table")
    if (slot.pk, table) == (meeting.slot_id, meeting.table):
        return meeting
    parties = list(meeting.parties.select_related("user"))
    if slot.pk != meeting.slot_id:
        people = [party.registration_id for party in parties]
        if Absence.objects.filter(slot=slot, registration__in=people).exists():
            raise SomeoneIsAway(field="slot")
        try:
            meetings.refuse_clash(
                [party.user for party in parties if party.user], slot.starts_at, slot.ends_at, but=meeting
            )
        except meetings.TimeClash as error:
            raise SomeoneMeets(field="slot") from error
    if Meeting.objects.agreed().filter(slot=slot, table=table).exists():
        raise TableTaken(field="table")
    was, table_was = meeting.starts_at, meeting.table
    meeting.moved_from, meeting.table_before = was, table_was
    meeting.slot, meeting.table = slot, table
    meeting.starts_at, meeting.ends_at = slot.starts_at, slot.ends_at
    meetings.revise(meeting, now=now)
    try:
        with transaction.atomic():
            meeting.save()
            meeting.parties.update(busy_in=slot)
    except IntegrityError as error:  # events_meeting_table_once, events_meetingparty_one_at_a_time
        raise SomeoneMeets(field="slot") from error
    meetings.tell_parties("events.meeting_moved", meeting, now=now, was=was.isoformat(), table_was=table_was)
    audit.record("meeting.moved", meeting, by=by, now=now, slot=slot.pk, table=table)
    return meeting


@transaction.atomic
def cancel_for_host(*, meeting: Meeting, by: Any, now: datetime, reason: str = "") -> Meeting:
    """The host takes a meeting out of the round. Raises `NotTheHost`, `MeetingIsCancelled` or `MeetingIsOver`."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("slot__round__event").get(pk=meeting.pk)
    if meeting.slot is None or not rules.may_host_round(by, meeting.slot.round):
        raise NotTheHost
    if meeting.is_cancelled:
        raise meetings.MeetingIsCancelled
    if meeting.starts_at <= now:
        raise meetings.MeetingIsOver
    meetings.close_meeting(meeting, by=None, reason=reason, now=now)
    audit.record("meeting.cancelled", meeting, by=by, now=now)
    return meeting


@transaction.atomic
def leave_rounds(*, registration: Registration, now: datetime) -> int:
    """A registration ends: its wishes are withdrawn and its coming meetings cancelled, with the other sides told.

    Returns how many meetings were cancelled. Called by whoever cancels the registration.
    """
    state = MeetingRequest.State
    MeetingRequest.objects.filter(asker=registration, state__in=MeetingRequest.STANDING, meeting=None).update(
        state=state.WITHDRAWN, answered_at=now
    )
    MeetingRequest.objects.filter(asked=registration, state=state.PENDING).update(state=state.DECLINED, answered_at=now)
    MeetingRequest.objects.filter(asked=registration, state=state.ACCEPTED, meeting=None).update(
        state=state.WITHDRAWN, answered_at=now
    )
    standing = (
        Meeting.objects.select_for_update(of=("self",))
        .agreed()
        .filter(starts_at__gt=now, parties__in=registration.meeting_parties.all())
    )
    count = 0
    profile: Profile = registration.profile
    for meeting in list(standing):
        meetings.close_meeting(meeting, by=profile, reason="", now=now)
        count += 1
    return count


@transaction.atomic
def close_rounds(*, event: Event, now: datetime, reason: str = "") -> int:
    """The event is called off: the meetings that are still ahead are cancelled, and both sides of each told.

    Returns how many. Called by whoever cancels the event.
    """
    ahead = Meeting.objects.select_for_update(of=("self",)).agreed().filter(slot__round__event=event, starts_at__gt=now)
    count = 0
    for meeting in list(ahead):
        meetings.close_meeting(meeting, by=None, reason=reason, now=now)
        count += 1
    return count

"""Giving a meeting its slot and table, and taking them back. The database itself refuses two at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from events.models import Event, Meeting, MeetingParty, MeetingRequest, Registration, Round, Slot, Wish
from events.queries import slots
from events.queries.availability import away_slots
from events.queries.elsewhere import cannot_reach
from events.queries.own_tables import table_of
from events.queries.slots import Look
from events.queries.tables import most_tables, tables_at
from events.rules import rounds as rules
from events.services import meetings
from events.services.own_tables import give_tables
from events.services.rounds import NotTheHost, lock_round


class NoCommonSlot(DomainError):
    """`alternatives`: up to three slots, free ones or those that would be if something gave way."""

    message = _(
        "There is no time left that is free for both of you. The request waits; you may cancel another meeting."
    )

    def __init__(self, alternatives: Sequence[Look] = (), **more: Any) -> None:
        self.alternatives = tuple(alternatives)
        super().__init__(**more)


class NoTableLeft(NoCommonSlot):
    message = _("There are times that suit you both, but every table is taken then.")


class NeverTogether(NoCommonSlot):
    message = _("The two of you are never there at the same time. Look at your times once more.")


class DayIsFull(NoCommonSlot):
    message = _("One of you has as many meetings as one may have in this round.")


class SlotTaken(NoCommonSlot):
    message = _("That time was taken a moment ago. Choose another of those that are free for both.")


class KeptApart(DomainError):
    message = _("The organiser has not planned this meeting for the round.")


class TableTaken(DomainError):
    message = _("The table is taken at that time. Choose another.")


class UnknownTable(DomainError):
    message = _("The round does not have such a table.")


class FewerTables(UnknownTable):
    message = _("There are fewer tables at that time.")


class SomeoneMeets(DomainError):
    message = _("One of the two has another meeting at that time.")


class TooNear(DomainError):
    message = _("One of them has a meeting in another place so near that time that they could not walk there.")


class SomeoneIsAway(DomainError):
    message = _("One of the two cannot meet at that time.")


class NotTheirTable(DomainError):
    message = _("One of the two sits at a table of their own, where all meetings of that party are held.")


def place_request(request: MeetingRequest, *, round: Round, now: datetime, slot: Slot | None = None) -> Meeting:
    """Take the best slot that is free for both, or the one that was chosen, and the first free table; tell both. In the
    caller's transaction, which has locked the round.

    Best is next to another meeting of theirs: it leaves the fewest gaps in both days. The two people are locked as
    well: they may be agreeing on a meeting outside the round at the same moment. Raises `KeptApart`, or what there is
    instead of a time: `SlotTaken`, `NoTableLeft`, `DayIsFull`, `NeverTogether` or `NoCommonSlot`.
    """
    if request.host_says == MeetingRequest.Word.APART:
        raise KeptApart
    pair = (request.asker, request.asked)
    if round.is_hosted:
        give_tables(round)
    meetings.lock_people(one.user_id for one in pair)
    looks = slots.look_at_slots(round, pair, now=now)
    if slots.whose_day_is_full(round, pair) is not None:
        raise DayIsFull(slots.nearest(looks))
    free = slots.best_first(looks)
    for look in free:
        if (slot is not None and look.slot.pk != slot.pk) or look.table is None:
            continue
        try:
            with transaction.atomic():
                meeting = write_meeting(
                    request, slot=look.slot, table=look.table, place=round.place or round.event.place, now=now
                )
        except IntegrityError:  # someone took the table or the person in the meantime: the next slot is tried
            continue
        meetings.tell_parties("events.meeting_agreed", meeting, now=now)
        return meeting
    if slot is not None and free:
        raise SlotTaken([one for one in free if one.slot.pk != slot.pk][: slots.OFFERED], field="slot")
    raise _nothing(looks)


def _nothing(looks: Sequence[Look]) -> NoCommonSlot:
    """Why a pair gets no time, and what comes nearest."""
    near = slots.nearest(looks)
    if not near:
        return NeverTogether()
    if near[0].why is slots.Why.NO_TABLE:
        return NoTableLeft(near)
    return NoCommonSlot(near)


def free_slots(
    round: Round, pair: Iterable[Registration], *, now: datetime, is_moved: bool = False
) -> list[tuple[Slot, int]]:
    """Slots ahead in which all of these are free, best first, each with a free table. Where a meeting that they have is
    moved, it does not matter how many one may have: there are as many afterwards."""
    people = list(pair)
    if not is_moved and slots.whose_day_is_full(round, people) is not None:
        return []
    free = slots.best_first(slots.look_at_slots(round, people, now=now))
    return [(look.slot, look.table) for look in free if look.table is not None]


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

    Raises `NotTheHost`, `UnknownTable`, `NotTheirTable`, `TableTaken`, `SomeoneMeets`, `TooNear`, `SomeoneIsAway`,
    `MeetingIsCancelled` or `MeetingIsOver`.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("slot__round__event").get(pk=meeting.pk)
    if meeting.slot is None or not rules.may_host_round(by, meeting.slot.round):
        raise NotTheHost
    round = lock_round(meeting.slot.round)
    if meeting.is_cancelled:
        raise meetings.MeetingIsCancelled
    if meeting.starts_at <= now or slot.starts_at <= now:
        raise meetings.MeetingIsOver
    if not slot.is_open or slot.round_id != round.pk or not 1 <= table <= most_tables(round, round.slots.all()):
        raise UnknownTable(field="table")
    if (slot.pk, table) == (meeting.slot_id, meeting.table):
        return meeting
    if table > tables_at(round, slot):
        raise FewerTables(field="table")
    parties = list(meeting.parties.select_related("user"))
    own = table_of(round, [party.registration_id for party in parties if party.registration_id])
    if table != (own or meeting.table if round.is_hosted else table):
        raise NotTheirTable(field="table")
    if slot.pk != meeting.slot_id:
        people = [party.registration_id for party in parties if party.registration_id is not None]
        if any(away_slots(round, people, [slot]).values()):
            raise SomeoneIsAway(field="slot")
        try:
            meetings.refuse_clash(
                [party.user for party in parties if party.user], slot.starts_at, slot.ends_at, but=meeting
            )
        except meetings.TimeClash as error:
            raise SomeoneMeets(field="slot") from error
        if cannot_reach(round, people, slot):
            raise TooNear(field="slot")
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
    Wish.objects.filter(Q(by=registration) | Q(about=registration)).delete()
    MeetingRequest.objects.filter(asker=registration, state__in=MeetingRequest.STANDING, meeting=None).update(
        state=state.WITHDRAWN, answered_at=now, waits_since=None
    )
    MeetingRequest.objects.filter(asked=registration, state=state.PENDING).update(state=state.DECLINED, answered_at=now)
    MeetingRequest.objects.filter(asked=registration, state=state.ACCEPTED, meeting=None).update(
        state=state.WITHDRAWN, answered_at=now, waits_since=None
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

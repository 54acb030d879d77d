"""A colleague comes instead, and one who cancelled comes after all: the meeting is the same, and so is its entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import DeskVisit, Meeting, MeetingParty, MeetingRequest, Registration
from events.queries import meetings as queries
from events.queries.elsewhere import cannot_reach
from events.queries.slots import whose_day_is_full
from events.queries.tables import tables_at
from events.rules import meetings as rules
from events.services import meetings
from events.services.handing import ColleagueAsked
from events.services.placing import TooNear
from notifications.services import notify


class NoSuchColleague(DomainError):
    message = _("Choose one of your colleagues.")


class ColleagueIsBusy(DomainError):
    message = _("Your colleague has another meeting at that time.")


class ColleagueIsFull(DomainError):
    message = _("Your colleague has as many meetings as one may have in this round.")


class CannotStandAgain(DomainError):
    """The time, the table or one of the people is taken meanwhile."""

    message = _("The time is no longer free for both of you. Ask for a new meeting.")


class NotCancelledByYou(DomainError):
    message = _("Only the side that cancelled can say that it comes after all.")


@transaction.atomic
def hand_over(*, meeting: Meeting, to: Any, by: Any, now: datetime) -> Meeting:
    """A colleague of the same side comes instead. Taken out of the calendar of the one, put into that of the other;
    the other side is told who comes.

    In a round the request that it came of is the colleague's from then on, so a later repair asks when they can meet.
    Raises `NotYourMeeting`, `MeetingIsCancelled`, `MeetingIsOver`, `NoSuchColleague`, `ColleagueIsBusy`, `TooNear`,
    `ColleagueIsFull` or `ColleagueAsked`.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    party: MeetingParty | None = rules.own_party(by, meeting)
    if party is None:
        raise meetings.NotYourMeeting
    if meeting.is_cancelled:
        raise meetings.MeetingIsCancelled
    if meeting.starts_at <= now:
        raise meetings.MeetingIsOver
    colleague = next((one for one in queries.colleagues(meeting, party) if one.user.pk == to.pk), None)
    if colleague is None:
        raise NoSuchColleague(field="colleague")
    try:
        meetings.refuse_clash([to], meeting.starts_at, meeting.ends_at, but=meeting)
    except meetings.TimeClash as error:
        raise ColleagueIsBusy(field="colleague") from error
    if meeting.slot is not None and colleague.registration is not None:
        if cannot_reach(meeting.slot.round, [colleague.registration.pk], meeting.slot):
            raise TooNear(field="colleague")
        if whose_day_is_full(meeting.slot.round, [colleague.registration]) is not None:
            raise ColleagueIsFull(field="colleague")
    before, seat = party.user, party.registration
    party.user, party.registration = to, colleague.registration
    if meeting.request_id is not None and seat is not None and party.registration is not None:
        _pass_on(meeting.request_id, seat, party.registration)
    try:
        with transaction.atomic():
            party.save(update_fields=["user", "registration"])
            if meeting.slot_id is None and before is not None:
                DeskVisit.objects.filter(meeting=meeting, user=before).update(user=to)
    except IntegrityError as error:  # events_meetingparty_one_at_a_time, events_deskvisit_person_once
        raise ColleagueIsBusy(field="colleague") from error
    meetings.revise(meeting, now=now)
    meeting.save()
    _tell(meeting, party, before, now=now)
    audit.record("meeting.handed_over", meeting, by=by, now=now, profile=party.profile_id)
    return meeting


def _pass_on(request: int, seat: Registration, to: Registration) -> None:
    """Whoever comes is whom the solver, the schedule and the printed programmes know by the request."""
    try:
        with transaction.atomic():
            MeetingRequest.objects.filter(pk=request, asker=seat).update(asker=to)
            MeetingRequest.objects.filter(pk=request, asked=seat).update(asked=to)
    except IntegrityError as error:  # events_request_standing_once
        raise ColleagueAsked(field="colleague") from error


def _tell(meeting: Meeting, party: MeetingParty, before: Any, *, now: datetime) -> None:
    key = f"{meeting.pk}:{meeting.sequence}"
    about: dict[str, Any] = {"meeting": meeting.pk, "party": party.pk, "sequence": meeting.sequence}
    if before is not None:
        notify("events.meeting_handed_over", before, {**about, "user": before.pk}, key=key, now=now)
    notify("events.meeting_agreed", party.user, about, key=key, now=now)
    people = [before, party.user]
    for other in meeting.parties.select_related("user").exclude(pk=party.pk):
        people.append(other.user)
        if other.user is not None:
            notify("events.meeting_person", other.user, {**about, "party": other.pk}, key=key, now=now)
    meetings.redraw(meeting, [person for person in people if person is not None])


@transaction.atomic
def come_after_all(*, meeting: Meeting, by: Any, now: datetime) -> Meeting:
    """The side that cancelled takes it back, while the time is free: the same entry comes back into both calendars.

    Raises `NotYourMeeting`, `NotCancelledByYou`, `MeetingIsOver` or `CannotStandAgain`.
    """
    own = Meeting.objects.select_for_update(of=("self",)).select_related("slot__round__event")
    meeting = own.get(pk=meeting.pk)
    party: MeetingParty | None = rules.own_party(by, meeting)
    if party is None:
        raise meetings.NotYourMeeting
    if not meeting.is_cancelled or meeting.cancelled_by_id != party.profile_id:
        raise NotCancelledByYou
    if meeting.starts_at <= now:
        raise meetings.MeetingIsOver
    if rules.is_desk_visit(meeting):
        raise CannotStandAgain
    slot = meeting.slot
    if slot is not None and (not slot.is_open or slot.starts_at != meeting.starts_at):
        raise CannotStandAgain
    parties = list(meeting.parties.select_related("user"))
    people = [one.user for one in parties if one.user]
    if slot is not None:
        if meeting.table is None or meeting.table > tables_at(slot.round, slot):
            raise CannotStandAgain
        if cannot_reach(slot.round, [one.registration_id for one in parties if one.registration_id], slot):
            raise CannotStandAgain
    try:
        meetings.refuse_clash(people, meeting.starts_at, meeting.ends_at, but=meeting)
        with transaction.atomic():
            stand_again(meeting, now=now)
    except (meetings.TimeClash, IntegrityError) as error:  # a person, the table, or a newer wish of the same two
        raise CannotStandAgain from error
    meetings.tell_parties("events.meeting_revived", meeting, now=now)
    audit.record("meeting.revived", meeting, by=by, now=now, profile=party.profile_id)
    return meeting


def stand_again(meeting: Meeting, *, now: datetime) -> None:
    """A cancelled meeting stands where it stood, and so does the wish that it came of. In the caller's transaction,
    which has locked it and tells the people. Raises `IntegrityError` when its place is taken."""
    meeting.state = Meeting.State.AGREED
    meeting.cancelled_by, meeting.cancelled_at, meeting.cancel_reason = None, None, ""
    meetings.revise(meeting, now=now)
    meeting.save()
    meeting.parties.update(busy_in=meeting.slot)
    if meeting.request_id is not None:
        MeetingRequest.objects.filter(pk=meeting.request_id).update(state=MeetingRequest.State.ACCEPTED)

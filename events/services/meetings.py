"""Meetings from their agreement to what came of them. Every change goes to both calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit, live
from core.errors import DomainError
from events.models import DeskVisit, Meeting, MeetingParty, MeetingRequest
from events.rules import meetings as rules
from notifications.services import notify_each


class NotYourMeeting(DomainError):
    message = _("Only those who meet can do this.")


class MeetingIsCancelled(DomainError):
    message = _("The meeting has been cancelled already.")


class MeetingIsOver(DomainError):
    message = _("The meeting has begun or is over, so it can no longer be changed.")


class NotYetMet(DomainError):
    message = _("You can tell what came of the meeting once its time has come.")


class TimeClash(DomainError):
    """One of the people has another meeting at the time."""

    message = _("You or they have another meeting at that time. Choose another time.")


def agree_meeting(
    *,
    parties: Sequence[tuple[Profile, Any]],
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    place: str = "",
    topic: str = "",
    language: str = "fi",
) -> Meeting:
    """Make the meeting of (profile, person who comes) pairs and tell the people. In the caller's transaction.

    Raises `TimeClash` when one of the people is busy then.
    """
    refuse_clash([user for _profile, user in parties if user], starts_at, ends_at)
    meeting = Meeting.objects.create(
        uid=f"{uuid4()}@{settings.SITE_HOST}",
        revised_at=now,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        topic=topic,
        language=language,
    )
    MeetingParty.objects.bulk_create(
        MeetingParty(meeting=meeting, profile=profile, user=user) for profile, user in parties
    )
    tell_parties("events.meeting_agreed", meeting, now=now)
    return meeting


def refuse_clash(people: Iterable[Any], starts_at: datetime, ends_at: datetime, *, but: Meeting | None = None) -> None:
    """Raise `TimeClash` if one of the people has an agreed meeting that overlaps. Holds the people's rows until the
    transaction ends, so that two agreements at once see each other.
    """
    ids = lock_people(person.pk for person in people)
    busy = Meeting.objects.agreed().overlapping(starts_at, ends_at).filter(parties__user__in=ids)
    if but is not None:
        busy = busy.exclude(pk=but.pk)
    if busy.exists():
        raise TimeClash


def lock_people(ids: Iterable[int]) -> list[int]:
    """Hold the people's rows, always in the same order, so that two agreements at once see each other."""
    wanted = sorted(set(ids))
    list(get_user_model().objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    return wanted


def move_meeting(*, meeting: Meeting, starts_at: datetime, ends_at: datetime, place: str, now: datetime) -> None:
    """The same meeting at another time: its entry moves in every calendar. In the caller's transaction, which has
    locked the meeting.
    """
    if meeting.is_cancelled:
        raise MeetingIsCancelled
    if meeting.starts_at <= now:
        raise MeetingIsOver
    people = [party.user for party in meeting.parties.select_related("user") if party.user]
    refuse_clash(people, starts_at, ends_at, but=meeting)
    was = meeting.starts_at
    meeting.moved_from = was
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
    revise(meeting, now=now)
    meeting.save()
    tell_parties("events.meeting_moved", meeting, now=now, was=was.isoformat())


def revise(meeting: Meeting, *, now: datetime) -> None:
    """Calendars have something to change: the sequence rises. The caller saves."""
    meeting.sequence += 1
    meeting.revised_at = now


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: Any, now: datetime, reason: str = "") -> Meeting:
    """One side cannot come. The entry is taken out of both calendars, and the other side is told why.

    Raises `NotYourMeeting`, `MeetingIsCancelled` or `MeetingIsOver`.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    party = rules.own_party(by, meeting)
    if party is None:
        raise NotYourMeeting
    if meeting.is_cancelled:
        raise MeetingIsCancelled
    if meeting.starts_at <= now:
        raise MeetingIsOver
    close_meeting(meeting, by=party.profile, reason=reason, now=now)
    audit.record("meeting.cancelled", meeting, by=by, now=now, profile=party.profile_id)
    return meeting


def close_meeting(meeting: Meeting, *, by: Profile | None, reason: str, now: datetime) -> None:
    """Mark a locked meeting cancelled and tell both sides. `by` is the side that cannot come; None: the organiser.

    Its people and table are free again, and the request that it came of no longer stands.
    """
    meeting.state = Meeting.State.CANCELLED
    meeting.cancelled_by = by
    meeting.cancelled_at = now
    meeting.cancel_reason = reason
    revise(meeting, now=now)
    meeting.save()
    meeting.parties.update(busy_in=None)
    if meeting.slot_id is None:
        DeskVisit.objects.filter(meeting=meeting, state=DeskVisit.State.BOOKED).update(
            state=DeskVisit.State.LEFT, ended_at=now
        )
    if meeting.request_id is not None:
        MeetingRequest.objects.filter(pk=meeting.request_id).update(
            state=MeetingRequest.State.WITHDRAWN, answered_at=now
        )
    tell_parties("events.meeting_cancelled", meeting, now=now)


def tell_parties(kind: str, meeting: Meeting, *, now: datetime, **facts: Any) -> None:
    """A notice to each person who comes, in their own words: the other side's name, their own calendar part. Of a
    round's meeting the hosts' boards hear as well."""
    tell_of_each(kind, [(meeting, facts)], now=now)


def tell_of_each(kind: str, told: Sequence[tuple[Meeting, dict[str, Any]]], *, now: datetime) -> None:
    """As `tell_parties`, of several meetings at once, each with its own facts."""
    known = {meeting.pk: (meeting, facts) for meeting, facts in told}
    come = MeetingParty.objects.filter(meeting__in=known, user__isnull=False).select_related("user")
    notices = []
    on_pages: dict[int, list[Any]] = {pk: [] for pk in known}
    for party in come.order_by("meeting_id", "pk"):
        meeting, facts = known[party.meeting_id]
        about = {"meeting": meeting.pk, "party": party.pk, "sequence": meeting.sequence, **facts}
        notices.append((party.user, about, f"{meeting.pk}:{meeting.sequence}"))
        on_pages[meeting.pk].append(party.user)
    notify_each(kind, notices, now=now)
    for pk, people in on_pages.items():
        if known[pk][0].slot_id is not None:
            redraw(known[pk][0], people)


def redraw(meeting: Meeting, people: Iterable[Any]) -> None:
    """Open pages of the day show it: those of these people, and of a round's meeting the hosts' boards."""
    if meeting.slot is not None:
        live.send_group(live.board_group(meeting.slot.round_id), {"type": "board.changed"})
    for person in people:
        live.send_group(live.day_group(person.pk), {"type": "day.changed"})

"""When a participant can meet: coming and going, sessions, single slots, and busy times out of their own calendar.

Of a calendar the times within the rounds' hours are kept and nothing else: no titles, no places, no other days. The
address of a calendar that is followed is a secret of its owner's; it goes when the event is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import outgoing
from core.errors import DomainError, StaleSave
from core.tasks import wake
from events import busy
from events.models import BusyTime, Event, MeetingParty, Presence, Registration, Round, Session, SessionChoice, Slot
from events.queries.availability import away_slots
from events.rules import rounds as rules
from events.services.limits import keep_own_most
from events.services.rounds import MeetsThen, NotComing, set_absences

READ = "events.tasks.read_calendars"
AGAIN = timedelta(hours=3)
AFTER_TROUBLE = timedelta(hours=1)
LEASE = timedelta(minutes=2)
MARGIN = timedelta(hours=2)
"""Around the round: what lies this near may matter for the way to it."""
AT_ONCE = 20
Reading = Presence.Reading


class TimesStale(StaleSave):
    message = _("Your times were changed elsewhere after you opened this page. Look at them and save once more.")


class GoesBeforeComing(DomainError):
    message = _("You cannot leave before you come.")


class NoCalendar(DomainError):
    message = _("The file is not a calendar. Choose one that ends in .ics.")


class CalendarTooLarge(DomainError):
    message = _("The calendar is too large. Export only the days of the event.")


class BadAddress(DomainError):
    message = _("Give the calendar's own address; it begins with https:// or webcal://.")


@dataclass(frozen=True)
class Times:
    """What a participant says of one round."""

    slots: Iterable[Slot]
    """In which they cannot meet."""
    sessions: Collection[Session] = ()
    """To which they go."""
    arrives_at: datetime | None = None
    leaves_at: datetime | None = None
    most: int | None = None
    """Meetings that they would have in the round."""


@transaction.atomic
def save_times(
    *, round: Round, registration: Registration, times: Times, by: Any, now: datetime, seen: int | None = None
) -> Presence:
    """In place of what was said before; `seen` is the version that the page was made of.

    Raises `NotComing`, `TimesStale`, `GoesBeforeComing`, or `MeetsThen` when a meeting stands in a time that is taken
    away: it is cancelled first, so that the other side hears of it.
    """
    if registration.event_id != round.event_id or not rules.comes_as(by, registration):
        raise NotComing
    presence = _lock(registration)
    if seen is not None and seen != presence.version:
        raise TimesStale
    if times.arrives_at and times.leaves_at and times.leaves_at <= times.arrives_at:
        raise GoesBeforeComing(field="leaves_at")
    set_absences(round=round, registration=registration, slots=times.slots, by=by, now=now)
    presence.arrives_at, presence.leaves_at = times.arrives_at, times.leaves_at
    presence.version += 1
    presence.save(update_fields=["arrives_at", "leaves_at", "version"])
    if not round.is_speed:
        keep_own_most(round, registration, times.most)
    wanted = {one.pk for one in times.sessions if one.event_id == round.event_id}
    SessionChoice.objects.filter(registration=registration).exclude(session__in=wanted).delete()
    SessionChoice.objects.bulk_create(
        [SessionChoice(registration=registration, session_id=pk) for pk in sorted(wanted)], ignore_conflicts=True
    )
    for one in registration.event.rounds.all():  # when one comes and goes is of the whole event
        away = away_slots(one, [registration.pk], list(one.slots.all()))[registration.pk]
        said = [pk for pk, why in away.items() if why != "calendar"]
        if MeetingParty.objects.filter(registration=registration, busy_in__in=said).exists():
            raise MeetsThen
    return presence


@transaction.atomic
def import_file(*, round: Round, registration: Registration, content: bytes, by: Any, now: datetime) -> int:
    """The busy times of a calendar file, in place of those that were known. Returns how many.

    Meetings that are agreed stay. Raises `NotComing`, `NoCalendar` or `CalendarTooLarge`.
    """
    if registration.event_id != round.event_id or registration.user_id != by.pk:
        raise NotComing
    try:
        found = _read(round.event, content)
    except busy.NotACalendar as error:
        raise NoCalendar(field="file") from error
    except busy.TooMuch as error:
        raise CalendarTooLarge(field="file") from error
    presence = _lock(registration)
    presence.calendar_url, presence.reading, presence.problem, presence.due_at = "", Reading.READ, "", None
    presence.read_at = now
    presence.save()
    _keep(registration, found)
    return len(found)


@transaction.atomic
def follow_calendar(*, round: Round, registration: Registration, url: str, by: Any, now: datetime) -> None:
    """The calendar at this address is read soon, and again every few hours until the event. Raises `NotComing` or
    `BadAddress`.
    """
    if registration.event_id != round.event_id or registration.user_id != by.pk:
        raise NotComing
    try:
        address = outgoing.checked(url)
    except outgoing.Unreachable as error:
        raise BadAddress(field="url") from error
    presence = _lock(registration)
    presence.calendar_url, presence.reading, presence.problem = address, Reading.WAITS, ""
    presence.due_at = now
    presence.save()
    wake(READ)


@transaction.atomic
def forget_calendar(*, registration: Registration, by: Any) -> None:
    """The address and the times that came of it or of a file go. Raises `NotComing`."""
    if registration.user_id != by.pk:
        raise NotComing
    presence = _lock(registration)
    presence.calendar_url, presence.reading, presence.problem, presence.due_at = "", Reading.NONE, "", None
    presence.read_at = None
    presence.save()
    BusyTime.objects.filter(registration=registration).delete()


def read_calendars(*, now: datetime) -> int:
    """Read the calendars that are due. Each is leased first, and no transaction is open while the network is waited
    for. When one cannot be read the times that were known stay, and its owner sees why. Returns how many were read.
    """
    ended = Presence.objects.filter(registration__event__ends_at__lt=now)
    ended.exclude(calendar_url="").update(calendar_url="", due_at=None, reading=Reading.NONE)
    BusyTime.objects.filter(registration__event__ends_at__lt=now).delete()
    count = 0
    due = Presence.objects.filter(due_at__lte=now).exclude(calendar_url="").order_by("due_at")
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        if not Presence.objects.filter(pk=pk, due_at__lte=now).update(due_at=now + LEASE):
            continue
        presence = Presence.objects.select_related("registration__event").get(pk=pk)
        if presence.registration.event.rounds.exists():
            count += _follow(presence, now=now)
    return count


def _follow(presence: Presence, *, now: datetime) -> bool:
    address, found, problem = presence.calendar_url, [], ""
    try:
        found = _read(presence.registration.event, outgoing.fetch(address, largest=busy.LARGEST))
    except outgoing.Unreachable as error:
        problem = error.reason
    except busy.NotACalendar:
        problem = "calendar"
    except busy.TooMuch:
        problem = "large"
    with transaction.atomic():
        mine = Presence.objects.select_for_update().filter(pk=presence.pk, calendar_url=address).first()
        if mine is None:  # another address was given meanwhile, or none
            return False
        mine.problem, mine.reading = problem, Reading.FAILED if problem else Reading.READ
        mine.due_at = now + (AFTER_TROUBLE if problem else AGAIN)
        if not problem:
            mine.read_at = now
            _keep(presence.registration, found)
        mine.save(update_fields=["problem", "reading", "due_at", "read_at"])
    return not problem


def _read(event: Event, content: bytes) -> list[busy.Span]:
    """Of the hours in which the event has rounds."""
    hours = event.rounds.aggregate(start=Min("starts_at"), end=Max("ends_at"))
    start, end = hours["start"] - MARGIN, hours["end"] + MARGIN
    return busy.read_busy(content, start=start, end=end, zone=timezone.get_current_timezone()).times


def _keep(registration: Registration, spans: list[busy.Span]) -> None:
    BusyTime.objects.filter(registration=registration).delete()
    BusyTime.objects.bulk_create(BusyTime(registration=registration, starts_at=a, ends_at=b) for a, b in spans)


def _lock(registration: Registration) -> Presence:
    Presence.objects.get_or_create(registration=registration)
    return Presence.objects.select_for_update().get(pk=registration.pk)

"""What a calendar programme fetches, and the addresses as their owner sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.queries import installation
from core.text import reader_language
from events import hooks
from events.calendars import CalendarMeeting, Person, feed
from events.models import CalendarFeed, Event, Meeting, Registration, Session
from events.queries import events as event_queries
from events.queries import meetings as meeting_queries
from events.rules.events import may_see_event
from themes.models import Theme

SALT = "events.feed"
MOST_EVENTS = 500


@dataclass(frozen=True)
class Row:
    """An address as its owner sees it; `path` is the secret."""

    feed: CalendarFeed
    name: str
    path: str


def token_of(feed: CalendarFeed) -> str:
    """The secret part of an address: signed, so that the table does not hold it, and the same each time."""
    return signing.Signer(salt=SALT).sign_object([feed.user_id, feed.edition])


def path_of(feed: CalendarFeed) -> str:
    return reverse("calendar_feed", kwargs={"token": token_of(feed)})


def of_token(token: str) -> CalendarFeed | None:
    """The address that was asked, or None when it is broken, revoked, or its person's account closed."""
    try:
        user_id, edition = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    standing = CalendarFeed.objects.standing().select_related("user", "event", "theme")
    return standing.filter(user_id=user_id, edition=edition, user__is_active=True).first()


def own_path(user: Any) -> str:
    """The address of all that the person comes to; empty when they have none."""
    found = CalendarFeed.objects.own_of(user).first()
    return path_of(found) if found else ""


def rows(user: Any, circles: Sequence[tuple[hooks.Circle, str]] = ()) -> list[Row]:
    """`circles`: those whose calendar the person may have, with their names (`hooks.calendars_for`)."""
    names: dict[Any, str] = dict(circles)
    standing = CalendarFeed.objects.standing().filter(user=user).select_related("user", "event", "theme")
    return [Row(one, names.get(one.circle) or name_of(one), path_of(one)) for one in standing]


def row_of(user: Any, circle: hooks.Circle) -> Row | None:
    """The person's address of a circle's calendar, if they have made one."""
    standing = CalendarFeed.objects.standing().filter(user=user, circle_key=circle.key, circle_pk=circle.pk)
    found = standing.select_related("user").first()
    return Row(found, name_of(found), path_of(found)) if found else None


def name_of(one: CalendarFeed) -> str:
    """What it shows, in the active language: also the calendar's name in the programme."""
    if one.event is not None:
        return one.event.title
    if one.theme is not None:
        return _("Events: %(theme)s") % {"theme": one.theme.label}
    if one.circle is not None:
        calendar = hooks.calendar_of(one.circle)
        name = calendar.name(one.user, one.circle.pk) if calendar else None
        return name or _("A calendar that you no longer see")
    if one.scope == CalendarFeed.Scope.NETWORK:
        return _("Events: %(network)s") % {"network": installation().name}
    return _("Solmu: meetings and events")


class CalendarGone(Exception):
    """Of a circle that the owner of the address is in no longer."""


def content_of(one: CalendarFeed, now: datetime) -> bytes:
    """The calendar in the active language, as its owner may see things now. Raises `CalendarGone`."""
    entries: list[CalendarMeeting] | None
    if one.circle is not None:
        calendar = hooks.calendar_of(one.circle)
        entries = calendar.entries(one.user, one.circle.pk, now) if calendar else None
        if entries is None:
            raise CalendarGone
    elif one.event is not None:
        entries = _of_event(one.event, one.user)
    elif one.scope == CalendarFeed.Scope.OWN:
        entries = [*meeting_queries.feed_meetings(one.user, now), *_seats(one.user, now)]
    else:
        entries = _of_network(one.user, one.theme, now)
    return feed(entries, name=name_of(one))


def choices(user: Any, now: datetime) -> tuple[list[Event], list[Theme]]:
    """What an address can be made of: the events that the person comes to or hosts, and all themes."""
    mine = Registration.objects.standing().filter(user=user).values("event")
    hosted = Event.objects.managed_by(user).values("pk")
    seen = Event.objects.seen_by(user).filter(ends_at__gt=now).exclude(state=Event.State.CANCELLED)
    return list(seen.filter(Q(pk__in=mine) | Q(pk__in=hosted)).order_by("starts_at")[:50]), list(
        Theme.objects.active().order_by("name_fi")
    )


def _since(now: datetime) -> datetime:
    """The day's beginning: so that a feed changes once a day at most because of what it forgets."""
    return (now - meeting_queries.FEED_KEEPS).replace(hour=0, minute=0, second=0, microsecond=0)


def _seats(user: Any, now: datetime) -> list[CalendarMeeting]:
    """Events in which the person has a seat, cancelled ones too."""
    seats = Registration.objects.confirmed().filter(user=user, event__ends_at__gte=_since(now))
    return [
        event_queries.calendar_event(seat.event, person=user)
        for seat in seats.select_related("event").exclude(event__state=Event.State.DRAFT)
    ]


def _of_network(user: Any, theme: Theme | None, now: datetime) -> list[CalendarMeeting]:
    shown: QuerySet[Event] = Event.objects.seen_by(user).exclude(state=Event.State.DRAFT)
    shown = shown.filter(ends_at__gte=now - timedelta(days=31))
    if theme is not None:
        shown = event_queries.filtered(shown, theme=theme.slug)
    return [event_queries.calendar_event(event) for event in shown.order_by("-starts_at")[:MOST_EVENTS]]


def _of_event(event: Event, user: Any) -> list[CalendarMeeting]:
    """The event, what is on in it, and the person's own meetings there."""
    if not may_see_event(user, event):
        return []
    has_seat = Registration.objects.confirmed().filter(event=event, user=user).exists()
    meetings = Meeting.objects.filter(slot__round__event=event)
    return [
        event_queries.calendar_event(event, person=user if has_seat else None),
        *_sessions(event, event.sessions.select_related("room")),
        *meeting_queries.calendar_meetings(user, meetings),
    ]


def _sessions(event: Event, sessions: Iterable[Session]) -> list[CalendarMeeting]:
    """Each as an entry of its own. Those of a cancelled event are cancelled with it. A session knows how often it was
    saved and not when: a second a save keeps its stamp rising, and the same for the same content."""
    organizer = Person(installation().name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    url = settings.SITE_URL + reverse("programme", kwargs={"slug": event.slug})
    return [
        CalendarMeeting(
            uid=f"session-{session.pk}@{settings.SITE_HOST}",
            sequence=session.version + event.sequence,
            start=session.starts_at,
            end=session.ends_at,
            title=session.title,
            changed_at=(event.revised_at or event.created_at) + timedelta(seconds=session.version),
            organizer=organizer,
            place=", ".join(part for part in (session.room.name if session.room else "", event.place) if part),
            description=event.title,
            url=url,
            is_cancelled=event.is_cancelled,
            language=reader_language(),
        )
        for session in sessions
    ]

"""Reading events: lists of them, one with what its reader may see, its people, its calendar entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Profile
from core import places
from core.queries import installation
from core.text import reader_language
from events.calendars import CalendarMeeting, Person
from events.models import Event, Meeting, Registration
from themes.models import Theme


@dataclass(frozen=True)
class Row:
    """An event in a list; `mine` is the reader's own registration that stands."""

    event: Event
    where: str
    left: int | None
    mine: Registration | None
    is_open: bool


def listed(user: Any) -> QuerySet[Event]:
    """What the reader may see of events, with organiser and counts."""
    return Event.objects.seen_by(user).select_related("organiser").with_counts()


def filtered(events: QuerySet[Event], *, theme: str = "", place: str = "", kind: str = "") -> QuerySet[Event]:
    """`theme` is a slug; one of the top level holds those under it too."""
    if theme:
        tags = Theme.objects.filter(Q(slug=theme) | Q(parent__slug=theme))
        events = events.filter(pk__in=Event.objects.filter(theme_items__tag__in=tags).values("pk"))
    if place:
        events = events.filter(municipality=place)
    return events.filter(kind=kind) if kind else events


def coming(events: QuerySet[Event], now: datetime) -> QuerySet[Event]:
    return events.filter(ends_at__gt=now).order_by("starts_at", "pk")


def past(events: QuerySet[Event], now: datetime) -> QuerySet[Event]:
    """Those that have been, but for the archived ones, which only stay at their addresses."""
    shown = events.filter(ends_at__lte=now).exclude(state__in=[Event.State.DRAFT, Event.State.ARCHIVED])
    return shown.order_by("-starts_at", "-pk")


def rows(events: Iterable[Event], user: Any, now: datetime) -> list[Row]:
    """One read for the reader's own registrations, however many events."""
    shown = list(events)
    mine: dict[int, Registration] = {}
    if user.is_authenticated and shown:
        standing = Registration.objects.standing().filter(user=user, event__in=shown)
        mine = {registration.event_id: registration for registration in standing}
    return [
        Row(event, where(event), seats_left(event), mine.get(event.pk), event.takes_registrations(now))
        for event in shown
    ]


def seats_left(event: Any) -> int | None:
    """None when there is room for all. Needs `with_counts()`."""
    if event.capacity is None:
        return None
    return max(event.capacity - event.seats_taken, 0) if not event.in_line else 0


def meetings_ahead(event: Event, now: datetime) -> int:
    """Agreed in the event's rounds and at its desks, and still to come."""
    of_event = Q(slot__round__event=event) | Q(desk_visit__desk__event=event)
    return Meeting.objects.agreed().filter(of_event, starts_at__gt=now).count()


def where(event: Event) -> str:
    """The place in words: "Kaupungintalo, Joensuu", "Online"."""
    if event.mode == Event.Mode.ONLINE:
        return _("Online")
    town = places.name(event.municipality) if event.municipality else ""
    known = [event.place] if event.place else []
    if town and town.casefold() not in event.place.casefold():
        known.append(town)
    place = ", ".join(known)
    return _("%(place)s, and online") % {"place": place} if event.mode == Event.Mode.BOTH else place


def own_registration(user: Any, event: Event) -> Registration | None:
    """The reader's registration that stands."""
    if not user.is_authenticated:
        return None
    return event.registrations.standing().filter(user=user).select_related("profile", "ticket").first()


def place_in_line(registration: Registration | None) -> int | None:
    """1 is next; None for one who does not wait."""
    if registration is None or registration.state != Registration.State.WAITING:
        return None
    before = Q(registered_at__lt=registration.registered_at) | Q(
        registered_at=registration.registered_at, pk__lt=registration.pk
    )
    waiting = Registration.objects.filter(event=registration.event_id, state=Registration.State.WAITING)
    return waiting.filter(before).count() + 1


def confirmed_profiles(event: Event, user: Any) -> QuerySet[Profile]:
    """The profiles that come, each once, as far as the reader may see them, by name."""
    coming_ones = event.registrations.confirmed().values("profile")
    return Profile.objects.visible_to(user).filter(pk__in=coming_ones).distinct().order_by("name_fi", "pk")


def themes_in_use(user: Any, now: datetime) -> list[Theme]:
    """The themes of the coming events, for the filter."""
    events = coming(Event.objects.seen_by(user), now).order_by().values("pk")
    return list(Theme.objects.active().filter(events_eventtheme_items__content_object__in=events).distinct())


def municipalities_in_use(user: Any, now: datetime) -> list[tuple[str, str]]:
    codes = coming(Event.objects.seen_by(user), now).order_by().exclude(municipality="")
    found = [(code, places.name(code)) for code in codes.values_list("municipality", flat=True).distinct()]
    return sorted(found, key=lambda pair: pair[1])


def calendar_event(event: Event, *, person: Any = None) -> CalendarMeeting:
    """The event as a calendar is told it. The address of the online meeting goes only to a `person` who has a seat."""
    lines = [event.summary]
    if person is not None and event.online_url:
        lines.append(event.online_url)
    if event.is_cancelled and event.cancel_reason:
        lines.append(event.cancel_reason)
    return CalendarMeeting(
        uid=f"event-{event.pk}@{settings.SITE_HOST}",
        sequence=event.sequence,
        start=event.starts_at,
        end=event.ends_at,
        title=event.title,
        changed_at=event.revised_at or event.created_at,
        organizer=Person(installation().name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        attendees=(Person(person.name or person.email, person.email),) if person is not None else (),
        place=where(event),
        online=event.online_url if person is not None else "",
        description="\n".join(line for line in lines if line),
        url=settings.SITE_URL + event.get_absolute_url(),
        is_cancelled=event.is_cancelled,
        is_all_day=event.is_all_day,
        language=reader_language(),
    )

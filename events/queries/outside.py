"""An event as it is told to the outside: structured data of its page, municipal event calendars, its picture.

Structured data: schema.org/Event, with the properties that search engines read
(https://developers.google.com/search/docs/appearance/structured-data/event, read in 2026).

Linked Events: the interface of the municipal event calendars of Helsinki, Turku, Espoo and others. Fields and their
forms follow the common definition of the six cities (https://github.com/6aika/api-linked-events,
linked-events.swagger.yaml) and Helsinki's implementation (https://github.com/City-of-Helsinki/linkedevents, MIT): texts
are objects by language, times are UTC, one that lasts whole days is told by its dates, the last of them included, and
without an end if it is one day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language

from core import places
from core.queries import installation
from core.text import LANGUAGES
from events.models import Event
from events.queries.events import seats_left
from themes.models import Theme

SOURCE = "solmu"
TYPES = {
    Event.Kind.MATCHMAKING: "BusinessEvent",
    Event.Kind.SEMINAR: "BusinessEvent",
    Event.Kind.MARKET_DIALOGUE: "BusinessEvent",
    Event.Kind.WORKSHOP: "EducationEvent",
    Event.Kind.TRAINING: "EducationEvent",
    Event.Kind.PUBLIC_DAY: "SocialEvent",
}
MODES = {
    Event.Mode.ON_SITE: "OfflineEventAttendanceMode",
    Event.Mode.ONLINE: "OnlineEventAttendanceMode",
    Event.Mode.BOTH: "MixedEventAttendanceMode",
}


def shown_to_all() -> QuerySet[Event]:
    """Those that the outside may be told of: never a draft, nor what is for a circle."""
    return Event.objects.filter(audience=Event.Audience.ALL).exclude(state=Event.State.DRAFT)


def page_url(event: Event, language: str | None = None) -> str:
    with translation.override(language or get_language() or "fi"):
        return f"{settings.SITE_URL}{event.get_absolute_url()}"


def cover_url(event: Event, language: str | None = None) -> str:
    """With the version, so that a changed title is a new picture to those who keep the old one."""
    with translation.override(language or get_language() or "fi"):
        return f"{settings.SITE_URL}{reverse('event_cover', kwargs={'slug': event.slug})}?v={event.version}"


def first_theme(event: Event) -> str:
    """The slug of the theme that gives the cover its look."""
    return next((theme.slug for theme in event.themes.all()), "")


# --- schema.org ------------------------------------------------------------------------------------------------------


def structured_data(event: Any, now: datetime) -> dict[str, Any]:
    """The event in the reader's language. Needs `with_counts()`; the address of the online meeting is never in it."""
    place = _schema_place(event)
    online = {"@type": "VirtualLocation", "url": page_url(event)}
    where = {Event.Mode.ON_SITE: place, Event.Mode.ONLINE: online, Event.Mode.BOTH: [place, online]}[event.mode]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES[event.kind],
        "name": event.title,
        "url": page_url(event),
        "image": [cover_url(event)],
        "startDate": _first_day(event).isoformat() if event.is_all_day else _local(event.starts_at),
        "endDate": _last_day(event).isoformat() if event.is_all_day else _local(event.ends_at),
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"https://schema.org/{MODES[event.mode]}",
        "location": where,
        "isAccessibleForFree": True,
    }
    if event.summary or event.description:
        data["description"] = event.summary or event.description[:500]
    if event.languages:
        data["inLanguage"] = list(event.languages)
    data["organizer"] = _schema_organiser(event)
    if event.capacity is not None:
        data["maximumAttendeeCapacity"] = event.capacity
        data["remainingAttendeeCapacity"] = seats_left(event)
    if event.takes_registrations(now):
        left = seats_left(event)
        data["offers"] = {
            "@type": "Offer",
            "price": 0,
            "priceCurrency": "EUR",
            "url": page_url(event),
            "availability": f"https://schema.org/{'SoldOut' if left == 0 else 'InStock'}",
            "validThrough": _local(event.closes_at),
        }
    return data


def _schema_place(event: Event) -> dict[str, Any]:
    town = places.name(event.municipality) if event.municipality else ""
    address = {"@type": "PostalAddress", "streetAddress": event.place, "addressCountry": "FI"}
    if town:
        address["addressLocality"] = town
    return {"@type": "Place", "name": event.place or town, "address": address}


def _schema_organiser(event: Event) -> dict[str, Any]:
    if event.organiser is None:
        return {"@type": "Organization", "name": installation().name, "url": settings.SITE_URL}
    url = f"{settings.SITE_URL}{event.organiser.get_absolute_url()}"
    return {"@type": "Organization", "name": event.organiser.name, "url": url}


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()


def _first_day(event: Event) -> date:
    return timezone.localdate(event.starts_at)


def _last_day(event: Event) -> date:
    return timezone.localdate(event.ends_at - timedelta(seconds=1))


# --- Linked Events ---------------------------------------------------------------------------------------------------


def told_to_calendars() -> QuerySet[Event]:
    """With all that a Linked Events record says, in a fixed number of reads."""
    found = shown_to_all().select_related("organiser").with_counts()  # type: ignore[attr-defined]  # our QuerySet
    return found.prefetch_related("themes")  # type: ignore[no-any-return]  # as above


def linked_event(event: Any, base: str) -> dict[str, Any]:
    """One record; `base` is the address of the interface ("https://solmu.example.fi/linkedevents/v1"), without a "/"
    at its end. Empty texts are null, as there."""
    record: dict[str, Any] = {
        "id": f"{SOURCE}:{event.pk}",
        "@id": f"{base}/event/{SOURCE}:{event.pk}/",
        "@context": "http://schema.org",
        "@type": "Event/LinkedEvent",
        "data_source": SOURCE,
        "publisher": f"{SOURCE}:{event.organiser.slug}" if event.organiser is not None else SOURCE,
        "name": _texts({code: getattr(event, f"title_{code}") for code in LANGUAGES}),
        "short_description": _texts({code: getattr(event, f"summary_{code}") for code in LANGUAGES}),
        "description": _texts({event.language: event.description}),
        "provider": _texts(_provider(event)),
        "info_url": {code: page_url(event, code) for code in LANGUAGES},
        "location": None if event.mode == Event.Mode.ONLINE else _place(event, base),
        "location_extra_info": _texts({event.language: event.accessibility}),
        "keywords": [keyword for theme in event.themes.all() if (keyword := _keyword(theme))],
        "audience": [],
        "in_language": [{"@id": f"{base}/language/{code}/"} for code in event.languages],
        "images": [_image(event)],
        "external_links": [],
        "offers": [
            {"is_free": True, "price": None, "description": None, "info_url": _registration_url(event)},
        ],
        "event_status": "EventCancelled" if event.is_cancelled else "EventScheduled",
        "super_event": None,
        "super_event_type": None,
        "sub_events": [],
        "type_id": "Course" if event.kind == Event.Kind.TRAINING else "General",
        "created_time": _utc(event.created_at),
        "last_modified_time": _utc(event.changed_at),
        "date_published": _utc(event.published_at),
        "maximum_attendee_capacity": event.capacity,
        "remaining_attendee_capacity": seats_left(event),
        "enrolment_end_time": _utc(event.closes_at) if event.needs_registration else None,
        "deleted": False,
        "custom_data": None,
    }
    if event.is_all_day:
        first, last = _first_day(event), _last_day(event)
        return record | {"start_time": first.isoformat(), "end_time": last.isoformat() if last > first else None}
    return record | {"start_time": _utc(event.starts_at), "end_time": _utc(event.ends_at)}


def _provider(event: Event) -> dict[str, str]:
    if event.organiser is None:
        owner = installation()
        return {code: getattr(owner, f"name_{code}") or owner.name_fi for code in LANGUAGES}
    return {code: getattr(event.organiser, f"name_{code}") for code in LANGUAGES}


def _place(event: Event, base: str) -> dict[str, Any]:
    town = places.municipalities().get(event.municipality)
    number = f"{SOURCE}:event-{event.pk}"
    return {
        "id": number,
        "@id": f"{base}/event/{SOURCE}:{event.pk}/#place",
        "@type": "Place",
        "data_source": SOURCE,
        "name": _texts({"fi": event.place or (town.fi if town else "")}),
        "street_address": _texts({"fi": event.place}),
        "address_locality": _texts({"fi": town.fi, "sv": town.sv}) if town else None,
        "address_country": "FI",
    }


def _keyword(theme: Theme) -> dict[str, Any] | None:
    """A concept of the General Finnish Ontology, which these calendars share; a theme without one is left out."""
    if not theme.yso_uri or theme.state != Theme.State.ACTIVE:
        return None
    return {
        "id": f"yso:{theme.yso_uri.rpartition('/')[2]}",
        "@id": theme.yso_uri,
        "data_source": "yso",
        "name": _texts({code: getattr(theme, f"name_{code}") for code in LANGUAGES}),
    }


def _image(event: Event) -> dict[str, Any]:
    return {"name": event.title, "url": cover_url(event, "fi"), "alt_text": event.title, "license": "cc_by"}


def _registration_url(event: Event) -> dict[str, str] | None:
    return {code: page_url(event, code) for code in LANGUAGES} if event.needs_registration else None


def _texts(by_language: dict[str, str]) -> dict[str, str] | None:
    found = {code: text for code, text in by_language.items() if text}
    return found or None


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment is not None else None

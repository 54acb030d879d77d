"""Reading series and templates."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from core.text import LANGUAGES, reader_language
from events.models import Event, EventSeries, EventTemplate, Registration
from events.outlines import Outline, from_data, ready_made
from events.queries import events as event_queries
from events.rules.events import organisers_for


def others_of(event: Event, user: Any) -> list[Event]:
    """The other dates of the series that the reader may see, with counts, in order; none of those archived."""
    if event.series_id is None:
        return []
    found = event_queries.listed(user).filter(series=event.series_id).exclude(pk=event.pk)
    return list(found.exclude(state=Event.State.ARCHIVED).order_by("starts_at", "pk"))


def place_in_another_run(event: Event, user: Any) -> Event | None:
    """The coming run of the same training for which the person has registered, if it is another."""
    if event.series_id is None or event.series is None or event.series.kind != EventSeries.Kind.RUNS:
        return None
    standing = Registration.objects.standing().filter(user=user, event__series=event.series_id)
    found = standing.exclude(event=event).filter(event__state__in=[Event.State.PUBLISHED, Event.State.CLOSED])
    row = found.select_related("event").order_by("event__starts_at").first()
    return row.event if row is not None else None


def own_templates(user: Any) -> list[EventTemplate]:
    """Those of the organisations for which the person may organise, and for a coordinator those in nobody's name."""
    found = EventTemplate.objects.select_related("organiser").filter(organiser__in=organisers_for(user))
    if user.has_perm("events.create_event"):
        found = found | EventTemplate.objects.select_related("organiser").filter(organiser=None)
    return list(found.order_by("name", "pk"))


def outline_by_key(key: str, user: Any) -> Outline | None:
    """A ready-made one by its word, an own one by "own-" and its number; None for what there is not or not for you."""
    if key in ready_made():
        return ready_made()[key]
    prefix, _dash, number = key.partition("-")
    if prefix != "own" or not number.isdecimal() or len(number) > 15:
        return None
    found = next((one for one in own_templates(user) if one.pk == int(number)), None)
    return from_data({**found.content, "key": key}) if found is not None else None


def start_of(outline: Outline, day: datetime) -> dict[str, Any]:
    """What the form shows of an outline, on the day that is given, in the reader's language where it has it."""
    language = reader_language()
    begins = day.replace(hour=0, minute=0, second=0, microsecond=0)
    clock = time.fromisoformat(outline.starts)
    begins = begins.replace(hour=clock.hour, minute=clock.minute)
    description, written_in = outline.text(outline.descriptions, language)
    accessibility, _language = outline.text(outline.accessibility, written_in)
    initial: dict[str, Any] = {
        "kind": outline.kind,
        "mode": outline.mode,
        "starts_at": begins,
        "ends_at": begins + timedelta(minutes=outline.minutes),
        "is_all_day": outline.is_all_day,
        "description": description,
        "language": written_in,
        "place": outline.place,
        "capacity": outline.capacity,
        "accessibility": accessibility,
    }
    for code in LANGUAGES:
        initial[f"title_{code}"] = outline.titles.get(code, "")
        initial[f"summary_{code}"] = outline.summaries.get(code, "")
    if outline.municipality:
        initial["municipality"] = outline.municipality
    if outline.languages:
        initial["languages"] = list(outline.languages)
    return initial

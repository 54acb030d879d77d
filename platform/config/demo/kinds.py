"""The demo's events from templates: a training in runs, a market dialogue, an open day, and one that has been held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

import yaml
from django.utils import timezone

from catalogue.models import OperatingModel
from config.demo import afterwards, read, registering
from config.demo.moments import moment
from config.demo.profiles import party_owner, party_profile
from events.models import Event, EventSeries
from events.outlines import Outline, ready_made
from events.services import archiving, events, registrations, series, templates
from themes.models import Theme

MADE_BEFORE = timedelta(days=14)
MADE_BEFORE_PAST = timedelta(days=80)
REGISTERED_BEFORE = timedelta(days=8)
REGISTERED_BEFORE_PAST = timedelta(days=60)


@dataclass(frozen=True)
class DemoKind:
    """`runs`: further days of the same training. `closes`, `questions`: days too; none where nothing closes."""

    key: str
    template: str
    organiser: str
    names: dict[str, str]
    summaries: dict[str, str]
    place: str
    municipality: str
    day: int
    themes: tuple[str, ...]
    accessibility: str
    closes: int | None = None
    capacity: int | None = None
    runs: tuple[int, ...] = ()
    attendees: tuple[str, ...] = ()
    notice: str = ""
    questions: int | None = None
    aftermath: str = ""

    @property
    def is_past(self) -> bool:
        return self.day < 0

    @property
    def outline(self) -> Outline:
        return ready_made()[self.template]


@cache
def kinds() -> tuple[DemoKind, ...]:
    with (read.DATA / "kinds.yaml").open(encoding="utf-8") as file:
        rows: list[dict[str, Any]] = yaml.safe_load(file)
    several = ("themes", "runs", "attendees")
    return tuple(DemoKind(**{**row, **{name: tuple(row.get(name, ())) for name in several}}) for row in rows)


def make_kinds(*, now: datetime) -> int:
    """Each made, published and registered for as of its time; returns how many events there are then."""
    themes = Theme.objects.in_bulk(field_name="slug")
    count = 0
    for row in kinds():
        host = party_owner(row.organiser)
        at = now - (MADE_BEFORE_PAST if row.is_past else MADE_BEFORE)
        event = templates.create_from_outline(
            outline=row.outline,
            plan=_plan(row, themes, now),
            organiser=party_profile(row.organiser),
            by=host,
            now=at,
            operating_model=OperatingModel.objects.get(slug=row.outline.model),
        )
        event = events.publish_event(event=event, by=host, now=at)
        count += 1
        if row.runs:
            days = [timezone.localdate(moment(now, day=day, at=time(9))) for day in row.runs]
            count += len(series.make_series(event=event, dates=days, kind=EventSeries.Kind.RUNS, by=host, now=at))
            event.refresh_from_db()
            series.publish_series(event=event, by=host, now=at)
        for number, key in enumerate(row.attendees):
            came = now - (REGISTERED_BEFORE_PAST if row.is_past else REGISTERED_BEFORE) + number * timedelta(hours=3)
            registrations.register(event=event, profile=party_profile(key), by=party_owner(key), now=came)
        if row.is_past:
            registering.check_in(event, by=host)
            afterwards.hold(event, now=now)
        if row.aftermath:
            archiving.write_aftermath(event=event, text=row.aftermath.strip(), by=host, now=now - timedelta(days=20))
    return count


def _plan(row: DemoKind, themes: dict[str, Theme], now: datetime) -> events.EventPlan:
    outline = row.outline
    begins = time.fromisoformat(outline.starts)
    starts_at = moment(now, day=row.day, at=begins)
    return events.EventPlan(
        titles=row.names,
        summaries=row.summaries,
        description=outline.descriptions["fi"],
        language="fi",
        kind=Event.Kind(outline.kind),
        mode=Event.Mode(outline.mode),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=outline.minutes),
        registration_closes_at=moment(now, day=row.closes, at=begins) if row.closes is not None else None,
        place=row.place,
        municipality=row.municipality,
        online_url="https://verkko.example/vuoropuhelu" if outline.mode == Event.Mode.BOTH else "",
        capacity=row.capacity,
        accessibility=row.accessibility,
        languages=("fi",),
        themes=tuple(themes[slug] for slug in row.themes),
        procurement_url=row.notice,
        questions_until=moment(now, day=row.questions, at=time(12)) if row.questions is not None else None,
    )

"""The demo's events, who comes to them, and the round of 1:1 meetings with its schedule solved and published."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from catalogue.models import OperatingModel
from config.demo import read, registering
from config.demo.moments import moment
from config.demo.profiles import party_owner, party_profile
from config.demo.programme import make_programme, read_programme
from events.models import Event, MeetingRequest, Registration, Round
from events.services import events, registrations, requests, rounds, solving
from themes.models import Theme

MADE_BEFORE = timedelta(days=12)
PUBLISHED_BEFORE = timedelta(days=11)
ROUND_MADE_BEFORE = timedelta(days=10)
FIRST_REGISTERED_BEFORE = timedelta(days=9)
BETWEEN = timedelta(hours=5)
ASKED_BEFORE = timedelta(days=3)
ANSWERED_BEFORE = timedelta(days=2)
SOLVE_SECONDS = 5


def make_events(*, now: datetime) -> int:
    """Made and published by their organisers, and registered for, each after the other; returns how many events."""
    themes = Theme.objects.in_bulk(field_name="slug")
    for row in read.events():
        host = party_owner(row.organiser)
        event = events.create_event(
            plan=_event_plan(row, themes, now),
            organiser=party_profile(row.organiser),
            operating_model=OperatingModel.objects.get(slug=row.model),
            by=host,
            now=now - MADE_BEFORE,
        )
        if row.programme:
            plan = read_programme(row.programme)
            make_programme(event, plan, host=row.organiser, day=row.day, loaded=now, now=now - MADE_BEFORE)
        registering.ask(event, row.key, by=host, now=now - MADE_BEFORE)
        event = events.publish_event(event=event, by=host, now=now - PUBLISHED_BEFORE)
        comers = {}
        for number, key in enumerate(row.attendees):
            comers[key] = registrations.register(
                event=event,
                profile=party_profile(key),
                by=party_owner(key),
                now=now - FIRST_REGISTERED_BEFORE + number * BETWEEN,
                **registering.said(event, row.key, key),
            )
        registering.accept(event, row.key, comers, by=host, now=now - ANSWERED_BEFORE)
        if row.round is not None:
            make_round(event, row, now=now)
    return len(read.events())


def _event_plan(row: read.DemoEvent, themes: dict[str, Theme], now: datetime) -> events.EventPlan:
    return events.EventPlan(
        titles=row.names,
        summaries=row.summaries,
        description=row.description,
        language=row.language,
        kind=Event.Kind(row.kind),
        place=row.place,
        municipality=row.municipality,
        starts_at=moment(now, day=row.day, at=row.starts),
        ends_at=moment(now, day=row.day, at=row.ends),
        registration_closes_at=moment(now, day=row.closes, at=row.starts),
        capacity=row.capacity,
        accessibility=row.accessibility,
        languages=row.speaks,
        themes=tuple(themes[slug] for slug in row.themes),
    )


def make_round(event: Event, row: read.DemoEvent, *, now: datetime) -> Round:
    """The round, when each cannot come, their requests, and the answers to them."""
    assert row.round is not None
    made = rounds.create_round(
        event=event, plan=_plan(row, row.round, now), by=party_owner(row.organiser), now=now - ROUND_MADE_BEFORE
    )
    slots = list(made.slots.all())
    comers = {key: _registration(event, key) for key in row.attendees}
    for key, away in row.away.items():
        rounds.set_absences(
            round=made,
            registration=comers[key],
            slots=[slots[number] for number in away],
            by=party_owner(key),
            now=now - ASKED_BEFORE,
        )
    for number, wish in enumerate(row.requests):
        requests.make_request(
            round=made,
            asker=comers[wish.sender],
            asked=comers[wish.receiver],
            message=wish.message,
            language=read.parties()[wish.sender].language,
            by=party_owner(wish.sender),
            now=now - ASKED_BEFORE + number * timedelta(minutes=20),
        )
    for wish in row.requests:
        _answer(made, comers[wish.sender], comers[wish.receiver], wish, now=now)
    return made


def _plan(row: read.DemoEvent, plan: read.RoundPlan, now: datetime) -> rounds.RoundPlan:
    starts_at = moment(now, day=row.day, at=plan.starts)
    length = plan.slots * plan.minutes + (plan.slots - 1) * plan.pause
    return rounds.RoundPlan(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=length),
        tables=plan.tables,
        slot_minutes=plan.minutes,
        pause_minutes=plan.pause,
    )


def _registration(event: Event, key: str) -> Registration:
    return Registration.objects.get(event=event, profile=party_profile(key))


def _answer(made: Round, asker: Registration, asked: Registration, wish: read.Request, *, now: datetime) -> None:
    """What the other side said. Two who asked each other have agreed by that."""
    request = MeetingRequest.objects.filter(round=made, asker=asker, asked=asked).first()
    if request is None or not request.is_pending or wish.answer == "waits":
        return
    by, at = party_owner(wish.receiver), now - ANSWERED_BEFORE
    if wish.answer == "declined":
        requests.decline_request(request=request, by=by, now=at, reason=wish.reason)
    else:
        requests.accept_request(request=request, by=by, now=at)


def make_schedules(*, now: datetime) -> int:
    """Solve and publish each round, as its host would; returns how many meetings came of it."""
    count = 0
    for row in read.events():
        made = Round.objects.filter(event__organiser=party_profile(row.organiser), published_at=None).first()
        if row.round is None or made is None:
            continue
        host = party_owner(row.organiser)
        run = made.runs.filter(state__in=made.runs.model.ACTIVE).first() or solving.start_run(
            round=made, by=host, now=now, seconds=SOLVE_SECONDS
        )
        solving.run_solver(run_id=run.pk, clock=timezone.now)
        count += solving.publish_schedule(round=made, by=host, now=now)
    return count

"""Woken by a wish for a schedule; and the sweep that finds wishes whose message or worker was lost."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from events.services import (
    announcing,
    answers,
    archiving,
    availability,
    booking,
    colleagues,
    desk_visits,
    fit,
    outcomes,
    registrations,
    solving,
)

SWEEPS = {
    "events-solver": ("events.tasks.sweep_solver", 10.0),
    "events-requests": ("events.tasks.sweep_requests", 30.0),
    "events-calendars": (availability.READ, 60.0),
    "events-seats": ("events.tasks.sweep_seats", 60.0),
    "events-archive": ("events.tasks.sweep_archive", 3600.0),
    "events-invitations": (colleagues.SEND, 30.0),
    "events-announcements": (announcing.TELL, 20.0),
    "events-answers": ("events.tasks.sweep_answers", 1800.0),
    "events-outcomes": ("events.tasks.ask_what_came", 900.0),
}


@shared_task(name=fit.LOOK)
def look_through_comers(event_id: int, profile_id: int) -> None:
    """Whom of an event's participants one of them might meet. Lost, the page asks anew."""
    fit.look_through(event_id=event_id, profile_id=profile_id)


@shared_task(name=solving.RUN)
def run_solver(run_id: int) -> None:
    solving.run_solver(run_id=run_id, clock=timezone.now)


@shared_task(name="events.tasks.sweep_solver")
def sweep_solver() -> None:
    solving.sweep_runs(now=timezone.now())


@shared_task(name="events.tasks.sweep_requests")
def sweep_requests() -> None:
    """Opens rounds for requests, lets requests run out, gives freed times to those who wait for one."""
    booking.sweep_requests(now=timezone.now())


@shared_task(name=availability.READ)
def read_calendars() -> None:
    availability.read_calendars(now=timezone.now())


# --- Events ----------------------------------------------------------------------------------------------------------


@shared_task(name="events.tasks.sweep_seats")
def sweep_seats() -> None:
    registrations.sweep_seats(now=timezone.now())


@shared_task(name="events.tasks.sweep_archive")
def sweep_archive() -> None:
    archiving.sweep_archive(now=timezone.now())


@shared_task(name=colleagues.SEND)
def send_invitations() -> None:
    colleagues.send_due(now=timezone.now())


@shared_task(name=announcing.TELL)
def tell_announcements() -> None:
    announcing.tell_due(now=timezone.now())


@shared_task(name="events.tasks.sweep_answers")
def sweep_answers() -> None:
    """Deletes the answers whose day has come, and what was written of visits to advisory desks."""
    answers.sweep_answers(now=timezone.now())
    desk_visits.sweep_notes(now=timezone.now())


@shared_task(name="events.tasks.ask_what_came")
def ask_what_came() -> None:
    """Asks those who met yesterday, a month and three months ago."""
    outcomes.ask(now=timezone.now())

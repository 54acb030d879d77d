"""Seats of an event: who gets one, and a freed seat's way to the first who waits. Always under the event's lock, so
that two at once never get the same seat.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from events.models import Event, Registration, TicketCategory
from notifications.services import notify

State = Registration.State


def lock_event(event: Event) -> Event:
    """The event as it stands, held until the transaction ends."""
    return Event.objects.select_for_update(of=("self",)).select_related("organiser").get(pk=event.pk)


def has_room(event: Event, ticket: TicketCategory | None) -> bool:
    """Whether a newcomer gets a seat: one is free in the event and in the category, and nobody waits for it."""
    seated = event.registrations.confirmed()
    line = event.registrations.waiting()
    if event.capacity is not None and (seated.count() >= event.capacity or line.filter(ticket=ticket).exists()):
        return False
    if ticket is None or ticket.capacity is None:
        return True
    return seated.filter(ticket=ticket).count() < ticket.capacity and not line.filter(ticket=ticket).exists()


def fill_seats(*, event: Event, now: datetime) -> int:
    """Give the free seats to the first in line, and tell them. Called under the event's lock; returns how many.

    One whose category is full lets those behind pass. After registration has closed too: those who wait registered in
    time.
    """
    if event.state not in (Event.State.PUBLISHED, Event.State.CLOSED) or event.starts_at <= now:
        return 0
    line = list(event.registrations.waiting().select_related("user", "ticket"))
    if not line:
        return 0
    taken: Counter[int | None] = Counter(event.registrations.confirmed().values_list("ticket", flat=True))
    free = None if event.capacity is None else max(event.capacity - sum(taken.values()), 0)
    count = 0
    for registration in line:
        if free is not None and count >= free:
            break
        ticket = registration.ticket
        if ticket is not None and ticket.capacity is not None and taken[ticket.pk] >= ticket.capacity:
            continue
        registration.state = State.CONFIRMED
        registration.save(update_fields=["state"])
        taken[registration.ticket_id] += 1
        count += 1
        about = {"registration": registration.pk, "user": registration.user_id}
        notify("events.seat_freed", [registration.user], about, key=notice_key(registration), now=now)
    return count


def sweep_seats(*, now: datetime) -> int:
    """Find seats that stand free while somebody waits (an account that was deleted frees its seat silently)."""
    waiting = (
        Event.objects.announced()
        .with_counts()
        .filter(
            starts_at__gt=now,
            in_line__gt=0,  # type: ignore[misc]  # an annotation of with_counts
        )
    )
    count = 0
    for pk in list(waiting.filter(Q(capacity=None) | Q(seats_taken__lt=F("capacity"))).values_list("pk", flat=True)):
        with transaction.atomic():
            count += fill_seats(event=Event.objects.select_for_update(of=("self",)).get(pk=pk), now=now)
    return count


def notice_key(registration: Registration) -> str:
    """One registering is one fact: a person who cancels and comes again is told again."""
    return f"registration:{registration.pk}:{registration.registered_at.isoformat()}"

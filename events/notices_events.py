"""What is told of events: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from events.calendars import mail_part
from events.models import Event, Registration
from events.queries import events as queries
from events.wording import when
from notifications.kinds import Attachment, Category, Delivery, Kind, Notice


def _registration(context: dict[str, Any]) -> Registration:
    found = Registration.objects.select_related("event", "profile", "user").filter(pk=context["registration"]).first()
    if found is None:
        raise LookupError(context["registration"])
    return found


def _event(context: dict[str, Any]) -> Event:
    found = Event.objects.filter(pk=context["event"]).first()
    if found is None:
        raise LookupError(context["event"])
    return found


def registered(context: dict[str, Any]) -> Notice:
    registration = _registration(context)
    event = registration.event
    told = {"event": event.title}
    if registration.state == Registration.State.WAITING:
        return Notice(
            title=_("You are on the waiting list: %(event)s") % told,
            text=_("You hear at once if a seat is freed."),
            url=event.get_absolute_url(),
        )
    if registration.state == Registration.State.CANCELLED:
        return Notice(
            title=_("You had registered: %(event)s") % told,
            text=_("The registration is cancelled."),
            url=event.get_absolute_url(),
        )
    return Notice(title=_("You have a seat: %(event)s") % told, text=_facts(event), url=event.get_absolute_url())


def seat_freed(context: dict[str, Any]) -> Notice:
    registration = _registration(context)
    event = registration.event
    return Notice(
        title=_("A seat was freed for you: %(event)s") % {"event": event.title},
        text=_("%(facts)s. If you cannot come after all, cancel, so that the next one gets the seat.")
        % {"facts": _facts(event)},
        url=event.get_absolute_url(),
    )


def registration_cancelled(context: dict[str, Any]) -> Notice:
    event = _registration(context).event
    return Notice(
        title=_("The organiser cancelled your registration: %(event)s") % {"event": event.title},
        text=when(event.starts_at),
        url=event.get_absolute_url(),
    )


def changed(context: dict[str, Any]) -> Notice:
    event = _event(context)
    was = datetime.fromisoformat(context["was"])
    if was == event.starts_at:
        return Notice(
            title=_("Changed: %(event)s") % {"event": event.title}, text=_facts(event), url=event.get_absolute_url()
        )
    return Notice(
        title=_("New time: %(event)s, %(when)s") % {"event": event.title, "when": when(event.starts_at)},
        text=_("It was %(when)s.") % {"when": when(was)},
        url=event.get_absolute_url(),
    )


def cancelled(context: dict[str, Any]) -> Notice:
    event = _event(context)
    return Notice(
        title=_("Cancelled: %(event)s, %(when)s") % {"event": event.title, "when": when(event.starts_at)},
        text=event.cancel_reason,
        url=event.get_absolute_url(),
    )


def _facts(event: Event) -> str:
    return ", ".join(part for part in (when(event.starts_at), queries.where(event)) if part)


def calendar_part(context: dict[str, Any]) -> list[Attachment]:
    """The event for the calendar of one who has a seat, as it stands when the mail leaves."""
    registrations = Registration.objects.confirmed().select_related("event", "user").filter(user=context["user"])
    if "registration" in context:
        found = registrations.filter(pk=context["registration"]).first()
    else:
        found = registrations.filter(event=context["event"]).first()
    if found is None:
        return []
    part = mail_part(queries.calendar_event(found.event, person=found.user), name="event.ics")
    return [Attachment(part.name, part.content, part.content_type)]


KINDS = tuple(
    Kind(
        f"events.{name}",
        Category.EVENTS,
        render=render,
        delivery=Delivery.NOW,
        may_leave=False,
        attachments=calendar_part if with_calendar else None,
    )
    for name, render, with_calendar in (
        ("registered", registered, True),
        ("seat_freed", seat_freed, True),
        ("registration_cancelled", registration_cancelled, False),
        ("changed", changed, True),
        ("cancelled", cancelled, True),
    )
)

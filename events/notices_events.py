"""What is told of events: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from events import codes
from events.calendars import mail_part
from events.models import ColleagueInvitation, Event, Registration
from events.queries import events as queries
from events.rules.events import may_see_event
from events.wording import when
from notifications.kinds import Attachment, Category, Delivery, Kind, Notice


def _registration(context: dict[str, Any]) -> Registration:
    found = (
        Registration.objects.select_related("event", "profile", "user", "brought_by")
        .filter(pk=context["registration"])
        .first()
    )
    if found is None or not _may_be_told(found.event, found.user_id):
        raise LookupError(context["registration"])
    return found


def _event(context: dict[str, Any]) -> Event:
    found = Event.objects.filter(pk=context["event"]).first()
    if found is None or not _may_be_told(found, context["user"]):
        raise LookupError(context["event"])
    return found


def _may_be_told(event: Event, user_id: int) -> bool:
    """Of a circle's event those in the circle, and whoever still has a place there: it is theirs until it ends."""
    if event.is_for_all or Registration.objects.standing().filter(event=event, user=user_id).exists():
        return True
    person = User.objects.filter(pk=user_id).first()
    return person is not None and may_see_event(person, event)


def registered(context: dict[str, Any]) -> Notice:
    registration = _registration(context)
    event = registration.event
    told = {"event": event.title}
    own = reverse("event_registration", kwargs={"slug": event.slug})
    if registration.state == Registration.State.PENDING:
        return Notice(
            title=_("The organiser looks at your registration: %(event)s") % told,
            text=_brought(registration) or _("You are told of the answer."),
            url=own,
        )
    if registration.state == Registration.State.DECLINED:
        return declined(context)
    if registration.state == Registration.State.WAITING:
        return Notice(
            title=_("You are on the waiting list: %(event)s") % told,
            text=_brought(registration) or _("You hear at once if a seat is freed."),
            url=own,
        )
    if registration.state == Registration.State.CANCELLED:
        return Notice(
            title=_("You had registered: %(event)s") % told,
            text=_("The registration is cancelled."),
            url=event.get_absolute_url(),
        )
    text = ". ".join(part for part in (_brought(registration).rstrip("."), _facts(event)) if part)
    return Notice(title=_("You have a seat: %(event)s") % told, text=text, url=own)


def accepted(context: dict[str, Any]) -> Notice:
    registration = _registration(context)
    event = registration.event
    own = reverse("event_registration", kwargs={"slug": event.slug})
    told = {"event": event.title}
    if registration.state == Registration.State.WAITING:
        text = _("There is no free seat now. You hear at once if one is freed.")
        return Notice(title=_("You are accepted, on the waiting list: %(event)s") % told, text=text, url=own)
    return Notice(title=_("You are accepted: %(event)s") % told, text=_facts(event), url=own)


def declined(context: dict[str, Any]) -> Notice:
    registration = _registration(context)
    event = registration.event
    return Notice(
        title=_("The organiser declined your registration: %(event)s") % {"event": event.title},
        text=registration.decision_reason,
        url=event.get_absolute_url(),
    )


def _brought(registration: Registration) -> str:
    """Who registered one, when it was a colleague."""
    if registration.brought_by is None:
        return ""
    return _("%(person)s registered you for %(profile)s. If you cannot come, cancel.") % {
        "person": registration.brought_by.name or registration.brought_by.email,
        "profile": registration.profile.name,
    }


def seat_freed(context: dict[str, Any]) -> Notice:
    registration = _registration(context)
    event = registration.event
    return Notice(
        title=_("A seat was freed for you: %(event)s") % {"event": event.title},
        text=_("%(facts)s. If you cannot come after all, cancel, so that the next one gets the seat.")
        % {"facts": _facts(event)},
        url=reverse("event_registration", kwargs={"slug": event.slug}),
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
        text=_("The earlier time was %(when)s.") % {"when": when(was)},
        url=event.get_absolute_url(),
    )


def cancelled(context: dict[str, Any]) -> Notice:
    event = _event(context)
    return Notice(
        title=_("Cancelled: %(event)s, %(when)s") % {"event": event.title, "when": when(event.starts_at)},
        text=event.cancel_reason,
        url=event.get_absolute_url(),
    )


def colleague_unreached(context: dict[str, Any]) -> Notice:
    event = _event(context)
    row = ColleagueInvitation.objects.filter(pk=context["invitation"], withdrawn_at=None).first()
    if row is None:
        raise LookupError(context["invitation"])
    return Notice(
        title=_("The invitation to %(email)s came back: %(event)s") % {"email": row.email, "event": event.title},
        text=_("The address takes no mail from here. Ask your colleague for another one, or call."),
        url=reverse("event_registration", kwargs={"slug": event.slug}),
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


def ticket_parts(context: dict[str, Any]) -> list[Attachment]:
    """The event for the calendar, and the ticket's code as a picture to show at the door."""
    parts = calendar_part(context)
    registration = Registration.objects.confirmed().filter(pk=context["registration"]).first()
    if registration is not None:
        parts.append(Attachment("ticket.png", codes.png(codes.address_of(registration.code)), "image/png"))
    return parts


KINDS = tuple(
    Kind(
        f"events.{name}",
        Category.EVENTS,
        render=render,
        delivery=Delivery.NOW,
        may_leave=False,
        attachments=attachments,
    )
    for name, render, attachments in (
        ("registered", registered, ticket_parts),
        ("seat_freed", seat_freed, ticket_parts),
        ("registration_accepted", accepted, ticket_parts),
        ("registration_declined", declined, None),
        ("registration_cancelled", registration_cancelled, None),
        ("changed", changed, calendar_part),
        ("cancelled", cancelled, calendar_part),
        ("colleague_unreached", colleague_unreached, None),
    )
)

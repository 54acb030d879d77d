"""What the host says to those who come, on the day: at once on open pages, and soon in everybody's notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, live
from core.errors import DomainError
from core.tasks import wake
from events.models import Announcement, Event, Session
from events.queries.day import audience_of
from events.rules import day as rules
from events.services.boards import changed
from events.services.day import NotTheDay
from events.services.rounds import NotTheHost
from notifications.services import notify

TELL = "events.tasks.tell_announcements"


class NothingSaid(DomainError):
    message = _("Write what you want to say.")


class SessionIsOver(DomainError):
    message = _("The session is over, so nobody would see it.")


class NobodyMeetsThere(DomainError):
    message = _("Nobody meets at that table any more.")


class TooMuchSaid(DomainError):
    message = _("Very much has been announced already. Nobody reads more.")


@transaction.atomic
def announce(
    *,
    event: Event,
    text: str,
    language: str,
    by: Any,
    now: datetime,
    session: Session | None = None,
    table: int | None = None,
    by_mail: bool = False,
) -> Announcement:
    """Say it to all, in the name of a session, or to those who meet at a table from now on.

    Nobody books sessions, so what is said of one is for all, with its name, until it ends. Raises `NotTheHost`,
    `NotTheDay`, `NothingSaid`, `SessionIsOver`, `NobodyMeetsThere` or `TooMuchSaid`.
    """
    if not rules.may_announce(by, event):
        raise NotTheHost
    if not rules.is_the_day(event, now):
        raise NotTheDay
    if not text.strip():
        raise NothingSaid(field="text")
    ends_at = event.ends_at
    if session is not None:
        if session.event_id != event.pk or session.ends_at <= now:
            raise SessionIsOver(field="to")
        ends_at = session.ends_at
    if event.announcements.count() >= rules.MOST_ANNOUNCEMENTS:
        raise TooMuchSaid
    made = Announcement(
        event=event,
        session=session,
        table=table if session is None else None,
        text=text.strip()[:300],
        language=language,
        by_mail=by_mail,
        said_by=by,
        said_at=now,
        ends_at=ends_at,
    )
    circle = None if made.table is None else sorted(audience_of(made, now=now).values_list("pk", flat=True))
    if circle is not None and not circle:
        raise NobodyMeetsThere(field="to")
    made.save()
    live.send_group(live.event_group(event.pk), {"type": "day.said", "pk": made.pk, "registrations": circle})
    changed(event.pk)
    audit.record("event.announced", event, by=by, now=now, announcement=made.pk)
    wake(TELL)
    return made


def tell_due(*, now: datetime) -> int:
    """Put what has been said into the notices of those whom it concerns. Done again it tells nobody twice."""
    count = 0
    for made in Announcement.objects.filter(told_at=None).select_related("event").order_by("said_at", "pk"):
        kind = "events.announced_by_mail" if made.by_mail else "events.announced"
        people = [one.user for one in audience_of(made, now=made.said_at).select_related("user")]
        notify(kind, people, {"announcement": made.pk}, key=str(made.pk), now=now)
        count += Announcement.objects.filter(pk=made.pk, told_at=None).update(told_at=now)
    return count


@transaction.atomic
def take_back(*, announcement: Announcement, by: Any, now: datetime) -> None:
    """It is shown no longer. Raises `NotTheHost`."""
    if not rules.may_announce(by, announcement.event):
        raise NotTheHost
    Announcement.objects.filter(pk=announcement.pk).update(ends_at=now)
    live.send_group(
        live.event_group(announcement.event_id), {"type": "day.unsaid", "pk": announcement.pk, "registrations": None}
    )
    changed(announcement.event_id)

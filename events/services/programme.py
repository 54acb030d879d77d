"""The programme of an event, session by session.

Everything happens under the event's lock, so that two organisers at once never put two sessions in one room.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.errors import DomainError, StaleSave
from core.text import LANGUAGES
from events.models import Event, Room, Session, SessionSpeaker, Speaker
from events.rules.events import may_manage_event
from events.services import registrations
from events.services.events import IsArchived, IsCancelled, NotTheHost
from events.wording import span, when

A_DAY = timedelta(days=1)
NAMELESS = (Session.Kind.BREAK, Session.Kind.MEETINGS)
"""Kinds that need no name of their own: what they are says enough."""


class SessionNameless(DomainError):
    message = gettext_lazy("Write the session's name in at least one language.")


class SessionEndsBeforeStart(DomainError):
    message = gettext_lazy("The session must end after it begins.")


class SessionOutside(DomainError):
    message = gettext_lazy("The session must stay within the event's times.")


class RoomTaken(DomainError):
    message = gettext_lazy("Something else is on in the room at that time.")


class SpeakerTaken(DomainError):
    message = gettext_lazy("The speaker is elsewhere at that time.")


class RoomOfAnother(DomainError):
    message = gettext_lazy("Choose a room of this event.")


class SpeakerOfAnother(DomainError):
    message = gettext_lazy("Choose speakers of this event.")


class SessionStale(StaleSave):
    message = gettext_lazy(
        "Somebody changed the session while you were writing. Look at what it is now, and save again if you want."
    )


@dataclass(frozen=True)
class SessionPlan:
    """What a host decides of a session. Times are aware; `abstract` is in `language`; no room: it is for everybody."""

    titles: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    kind: str = Session.Kind.TALK
    abstract: str = ""
    language: str = "fi"
    room: Room | None = None
    speakers: tuple[Speaker, ...] = field(default=())


@transaction.atomic
def add_session(*, event: Event, plan: SessionPlan, by: Any, now: datetime) -> Session:
    """Put a session on the programme.

    Raises `NotTheHost`, `IsCancelled`, or what is wrong in the plan, with its field: `RoomTaken`, `SpeakerTaken`,
    `SessionOutside`, `SessionEndsBeforeStart`, `SessionNameless`.
    """
    event = lock_hosted(event, by)
    _check(event, plan)
    made = Session.objects.create(event=event, **_fields(plan))
    _set_speakers(made, plan.speakers)
    _check_clashes(made, plan.speakers)
    audit.record("session.added", made, by=by, now=now, event=event.pk)
    return made


@transaction.atomic
def edit_session(
    *,
    session: Session,
    plan: SessionPlan,
    by: Any,
    now: datetime,
    version: int | None = None,
    moves_following: bool = False,
) -> Session:
    """Change a session. With `moves_following`, all that come after it on its day move as much as its end does.

    `version` is the one that the writer saw. Raises `SessionStale` and what `add_session` raises.
    """
    event = lock_hosted(session.event, by)
    session = event.sessions.get(pk=session.pk)
    if version is not None and version != session.version:
        raise SessionStale
    _check(event, plan)
    moved_by = plan.ends_at - session.ends_at
    following: list[Session] = []
    if moves_following and moved_by:
        following = _following(event, session)
    for name, value in _fields(plan).items():
        setattr(session, name, value)
    session.version += 1
    session.save()
    _set_speakers(session, plan.speakers)
    for other in following:
        _shift(event, other, moved_by)
    _check_clashes(session, plan.speakers)
    for other in following:
        _check_clashes(other, tuple(other.speakers.all()))
    audit.record("session.changed", session, by=by, now=now, event=event.pk, moved=len(following))
    return session


@transaction.atomic
def remove_session(*, session: Session, by: Any, now: datetime) -> None:
    """Take a session off the programme. Raises `NotTheHost` or `IsCancelled`."""
    event = lock_hosted(session.event, by)
    audit.record("session.removed", session, by=by, now=now, event=event.pk)
    session.delete()


def lock_hosted(event: Event, by: Any) -> Event:
    """The event as it stands, held until the transaction ends, for its host alone, while it stands."""
    event = registrations.lock_event(event)
    if not may_manage_event(by, event):
        raise NotTheHost
    if event.is_cancelled:
        raise IsCancelled
    if event.is_archived:
        raise IsArchived
    return event


def _following(event: Event, session: Session) -> list[Session]:
    """What begins after the session, in any room: on its day, or in all of an event that lasts a day at most, as one
    does that runs over midnight.
    """
    after = event.sessions.filter(starts_at__gte=session.ends_at).exclude(pk=session.pk)
    if event.ends_at - event.starts_at <= A_DAY:
        return list(after)
    day = timezone.localdate(session.starts_at)
    return [other for other in after if timezone.localdate(other.starts_at) == day]


def _shift(event: Event, session: Session, by: timedelta) -> None:
    session.starts_at += by
    session.ends_at += by
    if session.ends_at > event.ends_at or session.starts_at < event.starts_at:
        raise SessionOutside(
            _("“%(title)s” would move outside the event's times.") % {"title": session.title}, field="ends_at"
        )
    session.version += 1
    session.save(update_fields=["starts_at", "ends_at", "version"])


def _check(event: Event, plan: SessionPlan) -> None:
    if plan.kind not in NAMELESS and not any(plan.titles.values()):
        raise SessionNameless(field="title_fi")
    if plan.ends_at <= plan.starts_at:
        raise SessionEndsBeforeStart(field="ends_at")
    told = {"from": when(event.starts_at), "to": when(event.ends_at)}
    if not event.starts_at <= plan.starts_at < event.ends_at:
        raise SessionOutside(_("The event begins %(from)s and ends %(to)s.") % told, field="starts_at")
    if plan.ends_at > event.ends_at:
        raise SessionOutside(_("The event ends %(to)s.") % told, field="ends_at")
    if plan.room is not None and plan.room.event_id != event.pk:
        raise RoomOfAnother(field="room")
    if any(speaker.event_id != event.pk for speaker in plan.speakers):
        raise SpeakerOfAnother(field="speakers")


def _check_clashes(session: Session, speakers: tuple[Speaker, ...]) -> None:
    """Nothing else in the room, and none of the speakers elsewhere, while the session is on."""
    at_once = Session.objects.filter(
        event=session.event_id, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
    ).exclude(pk=session.pk)
    if session.room is not None:
        other = at_once.filter(room=session.room).first()
        if other is not None:
            raise RoomTaken(
                _("%(room)s is taken %(time)s: “%(title)s”.")
                % {"room": session.room.name, "time": span(other.starts_at, other.ends_at), "title": other.title},
                field="room",
            )
    for speaker in speakers:
        other = at_once.filter(speakers=speaker).first()
        if other is not None:
            raise SpeakerTaken(
                _("%(name)s is elsewhere %(time)s: “%(title)s”.")
                % {"name": speaker.name, "time": span(other.starts_at, other.ends_at), "title": other.title},
                field="speakers",
            )


def _fields(plan: SessionPlan) -> dict[str, Any]:
    return {
        **{f"title_{code}": plan.titles.get(code, "") for code in LANGUAGES},
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "kind": plan.kind,
        "abstract": plan.abstract,
        "language": plan.language,
        "room": plan.room,
    }


def _set_speakers(session: Session, speakers: tuple[Speaker, ...]) -> None:
    session.speaking.all().delete()
    SessionSpeaker.objects.bulk_create(
        SessionSpeaker(session=session, speaker=speaker, order=order) for order, speaker in enumerate(speakers)
    )

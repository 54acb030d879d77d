"""The life of an event: made, changed, published, closed for registration, cancelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from catalogue.models import OperatingModel
from core import audit
from core.errors import DomainError, StaleSave
from core.once import make_once
from core.text import LANGUAGES
from events import hooks
from events.models import Event, Meeting, Registration
from events.rules import events as rules
from events.services import desk_visits, placing, registrations, shifting
from notifications.services import notify
from themes.models import Theme

RESERVED = {"meetings", "feed", "my", "new", "check-in", "invited", "t", "templates"}
"""Words that the addresses under /events/ use themselves."""


class MayNotCreate(DomainError):
    message = _("Events are made by coordinators and by those who represent a municipality.")


class MayNotOrganise(DomainError):
    message = _("Choose an organiser that you represent yourself.")


class NotTheHost(DomainError):
    message = _("Only those who organise the event can do this.")


class Nameless(DomainError):
    message = _("Write the event's name in at least one language.")


class EndsBeforeStart(DomainError):
    message = _("The event must end after it begins.")


class StartPassed(DomainError):
    message = _("Choose a day that has not passed.")


class ClosesTooLate(DomainError):
    message = _("Registration must close before the event begins.")


class PlaceMissing(DomainError):
    message = _("Tell where the event is held.")


class CapacityTooSmall(DomainError):
    message = _(
        "More people than that have a seat already. Give at least as many seats, or cancel registrations first."
    )


class Stale(StaleSave):
    message = _(
        "Somebody changed the event while you were writing. Look at what it is now, and save again if you want."
    )


class IsCancelled(DomainError):
    message = _("The event is cancelled.")


class IsArchived(DomainError):
    message = _("The event is archived. What came of it can still be written.")


class IsOver(DomainError):
    message = _("The event is over.")


class NotADraft(DomainError):
    message = _("The event is published already.")


class NotPublished(DomainError):
    message = _("The event is not published.")


@dataclass(frozen=True)
class EventPlan:
    """What a host decides of an event. Times are aware; `description` is in `language`; no capacity: room for all."""

    titles: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    language: str = "fi"
    summaries: dict[str, str] = field(default_factory=dict)
    description: str = ""
    kind: str = Event.Kind.MATCHMAKING
    mode: str = Event.Mode.ON_SITE
    place: str = ""
    municipality: str = ""
    online_url: str = ""
    capacity: int | None = None
    registration_closes_at: datetime | None = None
    accessibility: str = ""
    is_all_day: bool = False
    procurement_url: str = ""
    questions_until: datetime | None = None
    languages: tuple[str, ...] = ()
    themes: tuple[Theme, ...] = ()


TOLD = ("starts_at", "ends_at", "place", "municipality", "mode", "online_url")
"""What those who come must hear of, and their calendars with them."""


def create_event(
    *,
    plan: EventPlan,
    organiser: Profile | None,
    by: Any,
    now: datetime,
    operating_model: OperatingModel | None = None,
    key: str | None = None,
    audience: str = Event.Audience.ALL,
    circle: hooks.Circle | None = None,
) -> Event:
    """Make a draft. The same `key` (a form's own) makes one event however often it is sent. `circle`: for which circle
    of an upper app it is made; those who lead it may, too (`events.hooks`).

    Raises `MayNotCreate`, `MayNotOrganise`, or what is wrong in the plan, with its field.
    """
    if not hooks.may_organise_for(by, circle, organiser):
        if not rules.may_create_event(by):
            raise MayNotCreate
        if not rules.may_organise_as(by, organiser):
            raise MayNotOrganise(field="organiser")
    _check(plan, now)

    def make() -> Event:
        made = Event.objects.create(
            slug=_free_slug(plan),
            organiser=organiser,
            operating_model=operating_model,
            created_by=by,
            creation_key=key or None,
            audience=audience,
            revised_at=now,
            **_fields(plan),
        )
        made.themes.set(plan.themes)
        audit.record("event.created", made, by=by, now=now)
        return made

    return make_once(Event.objects, key, by, make)


@transaction.atomic
def edit_event(
    *, event: Event, plan: EventPlan, organiser: Profile | None, by: Any, now: datetime, version: int | None = None
) -> Event:
    """Change an event. Those who come are told when its time or place changes; new seats go to those who wait.

    `version` is the one that the writer saw. Raises `NotTheHost`, `IsCancelled`, `IsArchived`, `Stale`,
    `CapacityTooSmall`, `RoundOutside`, `RoundIsBusy`, `ProgrammeOutside`, or what is wrong in the plan. Moved as a
    whole, it takes its programme along, its rounds, and the meetings that are agreed in them.
    """
    event = _lock(event, by)
    if event.is_cancelled:
        raise IsCancelled
    if event.is_archived:
        raise IsArchived
    if version is not None and version != event.version:
        raise Stale
    if (organiser and organiser.pk) != event.organiser_id and not rules.may_organise_as(by, organiser):
        raise MayNotOrganise(field="organiser")
    _check(plan, now, before=event)
    if plan.capacity is not None and event.registrations.confirmed().count() > plan.capacity:
        raise CapacityTooSmall(field="capacity")
    shifting.move_programme(event=event, starts_at=plan.starts_at, ends_at=plan.ends_at)
    shifting.move_rounds(event=event, plan=plan, now=now)
    before = {name: getattr(event, name) for name in TOLD}
    fields = _fields(plan)
    changed = sorted(name for name, value in fields.items() if getattr(event, name) != value)
    for name, value in fields.items():
        setattr(event, name, value)
    event.organiser = organiser
    event.version += 1
    is_told = any(before[name] != getattr(event, name) for name in TOLD)
    if is_told:
        event.sequence += 1
        event.revised_at = now
    event.save()
    event.themes.set(plan.themes)
    audit.record("event.changed", event, by=by, now=now, fields=changed)
    if is_told and not event.is_draft and event.ends_at > now:
        about = {"event": event.pk, "was": before["starts_at"].isoformat()}
        _tell("events.changed", event, about, key=f"event:{event.pk}:{event.sequence}", now=now)
    registrations.fill_seats(event=event, now=now)
    return event


@transaction.atomic
def publish_event(*, event: Event, by: Any, now: datetime) -> Event:
    """From now on everybody sees it, and can register. Raises `NotTheHost`, `NotADraft` or `StartPassed`."""
    event = _lock(event, by)
    if not event.is_draft:
        raise NotADraft
    if has_begun(event, now):
        raise StartPassed
    event.published_at = now
    return _move(event, Event.State.PUBLISHED, "event.published", by=by, now=now)


@transaction.atomic
def close_registration(*, event: Event, by: Any, now: datetime) -> Event:
    """Nobody new registers; those in line still get the seats that are freed."""
    event = _lock(event, by)
    if event.state != Event.State.PUBLISHED:
        raise NotPublished
    return _move(event, Event.State.CLOSED, "event.closed", by=by, now=now)


@transaction.atomic
def reopen_registration(*, event: Event, by: Any, now: datetime) -> Event:
    event = _lock(event, by)
    if event.state != Event.State.CLOSED:
        raise NotPublished
    if event.starts_at <= now:
        raise IsOver
    return _move(event, Event.State.PUBLISHED, "event.reopened", by=by, now=now)


@transaction.atomic
def cancel_event(*, event: Event, by: Any, now: datetime, reason: str = "") -> Event:
    """Cancel for good: its coming meetings fall, all who have a seat or wait for one are told, calendars too.

    A draft is cancelled without telling anyone. Raises `NotTheHost`, `IsCancelled`, `IsArchived` or `IsOver`.
    """
    event = _lock(event, by)
    if event.is_cancelled:
        raise IsCancelled
    if event.is_archived:
        raise IsArchived
    if event.ends_at <= now:
        raise IsOver
    coming = Meeting.objects.agreed().filter(slot__round__event=event, starts_at__gt=now)
    for meeting in list(coming):
        placing.cancel_for_host(meeting=meeting, by=by, now=now, reason=reason)
    desk_visits.send_all_home(event=event, now=now, reason=reason)
    was_draft = event.is_draft
    event.cancel_reason = reason
    event.sequence += 1
    event.revised_at = now
    _move(event, Event.State.CANCELLED, "event.cancelled", by=by, now=now)
    if not was_draft:
        _tell("events.cancelled", event, {"event": event.pk}, key=f"event:{event.pk}", now=now)
    return event


def _lock(event: Event, by: Any) -> Event:
    """The event as it stands, held until the transaction ends, for its host alone."""
    event = registrations.lock_event(event)
    if not rules.may_manage_event(by, event):
        raise NotTheHost
    return event


def _move(event: Event, state: Event.State, action: str, *, by: Any, now: datetime) -> Event:
    event.state = state
    event.version += 1
    event.save()
    audit.record(action, event, by=by, now=now)
    return event


def _tell(kind: str, event: Event, about: dict[str, Any], *, key: str, now: datetime) -> None:
    standing = Registration.objects.standing().filter(event=event).values("user")
    people = list(User.objects.filter(pk__in=standing).order_by("pk"))
    for person in people:
        notify(kind, [person], {**about, "user": person.pk}, key=key, now=now)


def _check(plan: EventPlan, now: datetime, before: Event | None = None) -> None:
    if not any(plan.titles.values()):
        raise Nameless(field="title_fi")
    if has_begun(plan, now) and (before is None or plan.starts_at != before.starts_at):
        raise StartPassed(field="starts_at")
    if plan.ends_at <= plan.starts_at:
        raise EndsBeforeStart(field="ends_at")
    if plan.registration_closes_at is not None and plan.registration_closes_at > plan.starts_at:
        raise ClosesTooLate(field="registration_closes_at")
    if plan.mode != Event.Mode.ONLINE and not plan.place:
        raise PlaceMissing(field="place")


def has_begun(what: EventPlan | Event, now: datetime) -> bool:
    """Of one that lasts whole days, once its first day is over: on the day itself it can still be told of."""
    if what.is_all_day:
        return timezone.localdate(what.starts_at) < timezone.localdate(now)
    return what.starts_at <= now


def _fields(plan: EventPlan) -> dict[str, Any]:
    is_dialogue = plan.kind == Event.Kind.MARKET_DIALOGUE
    return {
        **{f"title_{code}": plan.titles.get(code, "") for code in LANGUAGES},
        **{f"summary_{code}": plan.summaries.get(code, "") for code in LANGUAGES},
        "language": plan.language,
        "description": plan.description,
        "kind": plan.kind,
        "mode": plan.mode,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "place": plan.place,
        "municipality": plan.municipality,
        "online_url": plan.online_url,
        "capacity": plan.capacity,
        "registration_closes_at": plan.registration_closes_at,
        "accessibility": plan.accessibility,
        "is_all_day": plan.is_all_day,
        "procurement_url": plan.procurement_url if is_dialogue else "",
        "questions_until": plan.questions_until if is_dialogue else None,
        "languages": list(plan.languages),
    }


def _free_slug(plan: EventPlan) -> str:
    title = next((plan.titles[code] for code in LANGUAGES if plan.titles.get(code)), "")
    base = slugify(title)[:100].strip("-") or "event"
    if base in RESERVED:
        base = f"{base}-event"
    taken = set(Event.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"

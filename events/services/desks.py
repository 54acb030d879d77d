"""Advisory desks as their host makes them, and the colleagues who advise at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError, StaleSave
from events.desk_times import Opening
from events.models import AdviceDesk, DeskVisit, Event
from events.rules import desks as rules
from events.rules.events import may_manage_event
from events.services.rounds import NotTheHost


class NoName(DomainError):
    message = _("Give the event an organiser first: a desk advises in the name of an organisation.")


class NoTime(DomainError):
    message = _("No visit fits between these times. Let the desk close later, or make visits shorter.")


class TooManyDesks(DomainError):
    message = _("An event has at most 40 desks.")


class NobodyAdvises(DomainError):
    message = _("Choose at least one advisor, and not more than twenty.")


class TakesNobody(DomainError):
    message = _("Let visitors book a time, join the line, or both.")


class BookedOutside(DomainError):
    message = _("Somebody has booked a time that would no longer be. Keep it, or cancel that visit first.")


@dataclass(frozen=True)
class DeskPlan:
    name: str
    opens_at: datetime
    closes_at: datetime
    advisors: Sequence[Any]
    topics: str = ""
    language: str = "fi"
    languages: tuple[str, ...] = ()
    place: str = ""
    minutes: int = 20
    pause: tuple[datetime, datetime] | None = None
    takes_bookings: bool = True
    takes_queue: bool = True


def in_whose_name(event: Event, by: Any) -> Profile | None:
    """The organiser; of an event in nobody's name, the organisation of its maker."""
    return event.organiser or Profile.objects.represented_by(by).order_by("pk").first()


@transaction.atomic
def create_desk(*, event: Event, plan: DeskPlan, by: Any, now: datetime) -> AdviceDesk:
    """Raises `NotTheHost`, `NoName`, `TooManyDesks`, `NoTime`, `NobodyAdvises` or `TakesNobody`."""
    if not may_manage_event(by, event):
        raise NotTheHost
    profile = in_whose_name(event, by)
    if profile is None:
        raise NoName
    if event.desks.count() >= rules.MOST_DESKS:
        raise TooManyDesks
    desk = AdviceDesk(event=event, profile=profile)
    _write(desk, plan)
    audit.record("desk.created", desk, by=by, now=now, profile=profile.pk)
    return desk


@transaction.atomic
def change_desk(*, desk: AdviceDesk, plan: DeskPlan, by: Any, now: datetime, seen: int | None) -> AdviceDesk:
    """Raises `NotTheHost`, `StaleSave`, `BookedOutside` and what `create_desk` does."""
    desk = AdviceDesk.objects.select_for_update(of=("self",)).select_related("event").get(pk=desk.pk)
    if not rules.may_host_desk(by, desk):
        raise NotTheHost
    if seen is not None and seen != desk.version:
        raise StaleSave
    starts = set(_opening(plan).starts())
    booked = DeskVisit.objects.filter(desk=desk, state=DeskVisit.State.BOOKED).values_list("starts_at", flat=True)
    if any(start not in starts for start in booked) or (booked and plan.minutes != desk.minutes):
        raise BookedOutside(field="opens_at")
    _write(desk, plan)
    audit.record("desk.changed", desk, by=by, now=now, profile=desk.profile_id)
    return desk


def _opening(plan: DeskPlan) -> Opening:
    return Opening(plan.opens_at, plan.closes_at, plan.minutes, plan.pause)


def _write(desk: AdviceDesk, plan: DeskPlan) -> None:
    if plan.closes_at <= plan.opens_at or not _opening(plan).starts():
        raise NoTime(field="closes_at")
    if not 1 <= len(plan.advisors) <= rules.MOST_ADVISORS:
        raise NobodyAdvises(field="advisors")
    if not (plan.takes_bookings or plan.takes_queue):
        raise TakesNobody(field="takes_queue")
    desk.name, desk.topics, desk.language = plan.name, plan.topics, plan.language
    desk.languages, desk.place, desk.minutes = list(plan.languages), plan.place, plan.minutes
    desk.opens_at, desk.closes_at = plan.opens_at, plan.closes_at
    desk.pause_from, desk.pause_until = plan.pause or (None, None)
    desk.takes_bookings, desk.takes_queue = plan.takes_bookings, plan.takes_queue
    desk.version += 1
    desk.save()
    desk.advisors.set(plan.advisors)


@transaction.atomic
def join_as_advisor(*, desk: AdviceDesk, by: Any, now: datetime) -> None:
    """A colleague who has the link; whoever gave it knows to whom. Raises `NobodyAdvises` of the twenty-first."""
    desk = AdviceDesk.objects.select_for_update().get(pk=desk.pk)
    if desk.advisors.count() >= rules.MOST_ADVISORS:
        raise NobodyAdvises
    desk.advisors.add(by)
    audit.record("desk.advisor_joined", desk, by=by, now=now, profile=desk.profile_id)


@transaction.atomic
def renew_link(*, desk: AdviceDesk, by: Any, now: datetime) -> None:
    """The former link opens nothing any more. Raises `NotTheHost`."""
    desk = AdviceDesk.objects.select_for_update(of=("self",)).select_related("event").get(pk=desk.pk)
    if not rules.may_host_desk(by, desk):
        raise NotTheHost
    desk.edition += 1
    desk.save(update_fields=["edition"])
    audit.record("desk.link_renewed", desk, by=by, now=now, profile=desk.profile_id)

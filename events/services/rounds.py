"""Setting up a round, and saying when one cannot meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.errors import DomainError
from events.models import Absence, Event, Meeting, MeetingParty, MeetingRequest, Registration, Round, RoundBreak, Slot
from events.rules import rounds as rules
from events.rules.events import may_manage_event
from events.timetable import Span, slot_times
from notifications.services import notify


class NotTheHost(DomainError):
    message = _("Only the event's host can do this.")


class RoundsOverlap(DomainError):
    message = _("The event has another round of meetings at that time. One begins when the other is over.")


class EndsBeforeStart(DomainError):
    message = _("The round must end after it begins.")


class OutsideEvent(DomainError):
    message = _("The round must be within the event's own times.")


class NoSlotFits(DomainError):
    message = _("Not one meeting fits in. Make the round longer or the meetings shorter.")


class TooManySlots(DomainError):
    message = _("There would be too many slots. Make the meetings longer or the round shorter.")


class BadTables(DomainError):
    message = _("A round has from 1 to 300 tables.")


class BreakOutside(DomainError):
    message = _("The break must begin and end within the round.")


class BreakEndsBefore(DomainError):
    message = _("The break ends before it begins.")


class BreaksOverlap(DomainError):
    message = _("There is another break at that time. One begins when the other is over.")


class RoundIsBusy(DomainError):
    message = _("The schedule is being made just now. Wait until it is ready, or stop it first.")


class RoundIsPublished(DomainError):
    message = _("The schedule is published, so the round's times and tables can no longer be changed.")


class BookingHasBegun(DomainError):
    message = _("Meetings have been agreed already, so the round's times and tables can no longer be changed.")


class RoundHasMeetings(DomainError):
    message = _("Meetings of the round are in people's calendars, so it stays. Cancel the meetings instead.")


class TooManyToOpen(DomainError):
    message = _("The event has no room for so many. Choose a smaller number.")


class NotComing(DomainError):
    message = _("Only those who have a seat in the event can do this.")


class MeetsThen(DomainError):
    message = _("You have a meeting in a slot that you marked. Cancel the meeting first.")


@dataclass(frozen=True)
class RoundPlan:
    """What a host decides of a round. Times are aware. What is wrong with the second break, say, has the field
    `break_2`."""

    starts_at: datetime
    ends_at: datetime
    tables: int
    slot_minutes: int = 20
    pause_minutes: int = 0
    breaks: tuple[Span, ...] = field(default=())
    most_meetings: int | None = None
    place: str = ""
    online_url: str = ""
    style: str = Round.Style.SOLVED
    opens_at_count: int | None = None
    answer_hours: int = 72
    travel_minutes: int = 0
    tables_at: tuple[tuple[datetime, int], ...] = ()
    """(beginning of a slot, so many tables then), of those that have more or fewer than the round."""


@transaction.atomic
def create_round(*, event: Event, plan: RoundPlan, by: Any, now: datetime) -> Round:
    """Add a round to the event, before or after those that it has; it takes requests at once, or when so many have
    registered. Raises what is wrong, with its field.
    """
    if not may_manage_event(by, event):
        raise NotTheHost
    event = Event.objects.select_for_update().get(pk=event.pk)
    slots = _check(event, plan)
    last = event.rounds.aggregate(last=Max("number"))["last"] or 0
    made = Round.objects.create(event=event, number=last + 1, **_fields(plan))
    _write_times(made, plan, slots)
    if made.takes_requests:
        mark_open(made, now=now)
    audit.record("round.created", made, by=by, now=now, event=event.pk)
    return made


@transaction.atomic
def change_round(*, round: Round, plan: RoundPlan, by: Any, now: datetime) -> Round:
    """Change a round whose schedule is not published. A drafted schedule is dropped; absences stay where the slots do.

    Raises `NotTheHost`, `RoundIsBusy`, `RoundIsPublished`, or what is wrong, with its field.
    """
    Event.objects.select_for_update().get(pk=round.event_id)  # rounds of one event are kept apart in time
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.state == Round.State.SOLVING:
        raise RoundIsBusy
    if is_settled(round):
        raise BookingHasBegun if round.is_free else RoundIsPublished
    slots = _check(round.event, plan, but=round)
    drop_draft(round)
    Round.objects.filter(pk=round.pk).update(published_at=None, **_fields(plan))
    round.refresh_from_db()
    _write_times(round, plan, slots)
    if round.takes_requests:
        mark_open(round, now=now)
    audit.record("round.changed", round, by=by, now=now)
    return round


def drop_draft(round: Round) -> None:
    """Of a locked round that is not published: it is open again, without the pairs that were made for the draft."""
    Round.objects.filter(pk=round.pk).update(state=Round.State.OPEN)
    round.requests.filter(state=MeetingRequest.State.PROPOSED).delete()


@transaction.atomic
def remove_round(*, round: Round, by: Any, now: datetime) -> None:
    """Take away a round of which there have been no meetings yet, with its requests; those in them are told.

    Raises `NotTheHost`, `RoundIsBusy` or `RoundHasMeetings`.
    """
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.state == Round.State.SOLVING:
        raise RoundIsBusy
    if not may_be_removed(round):
        raise RoundHasMeetings
    live = round.requests.exclude(state=MeetingRequest.State.WITHDRAWN)
    asked = User.objects.filter(Q(registrations__requests_made__in=live) | Q(registrations__requests_got__in=live))
    about = {"event": round.event_id}
    notify("events.round_removed", list(asked.distinct().order_by("pk")), about, key=str(round.pk), now=now)
    audit.record("round.removed", round, by=by, now=now, event=round.event_id)
    round.delete()


def may_be_removed(round: Round) -> bool:
    return not Meeting.objects.filter(slot__round=round).exists()


@transaction.atomic
def set_absences(*, round: Round, registration: Registration, slots: Iterable[Slot], by: Any, now: datetime) -> None:
    """The slots in which a participant cannot meet, in place of those said before.

    Raises `NotComing`, or `MeetsThen` when a meeting already stands in one of them.
    """
    if registration.event_id != round.event_id or not rules.comes_as(by, registration):
        raise NotComing
    if registration.state != Registration.State.CONFIRMED:
        raise NotComing
    chosen = set(round.slots.filter(pk__in=[slot.pk for slot in slots]))
    if MeetingParty.objects.filter(registration=registration, busy_in__in=chosen).exists():
        raise MeetsThen
    Absence.objects.filter(registration=registration, slot__round=round).exclude(slot__in=chosen).delete()
    Absence.objects.bulk_create(
        [Absence(slot=slot, registration=registration) for slot in chosen], ignore_conflicts=True
    )


def mark_open(round: Round, *, now: datetime) -> None:
    """The round takes requests from now on. Where participants agree times themselves it is published by that."""
    round.opened_at = round.opened_at or now
    if round.is_free:
        round.published_at, round.state = now, Round.State.PUBLISHED
    round.save(update_fields=["opened_at", "published_at", "state"])


def is_settled(round: Round) -> bool:
    """Whether its times and tables can no longer be changed: people have them in their calendars."""
    if round.published_at is None:
        return False
    return not round.is_free or MeetingParty.objects.filter(busy_in__round=round).exists()


def is_taken(event_id: int, starts_at: datetime, ends_at: datetime, *, but: Round | None) -> bool:
    """Whether another round of the event is held at that time."""
    others = Round.objects.filter(event=event_id, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return (others.exclude(pk=but.pk) if but is not None else others).exists()


def lock_round(round: Round) -> Round:
    """The round as it stands, held until the transaction ends."""
    return Round.objects.select_for_update(of=("self",)).select_related("event").get(pk=round.pk)


def _fields(plan: RoundPlan) -> dict[str, Any]:
    return {
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "slot_minutes": plan.slot_minutes,
        "pause_minutes": plan.pause_minutes,
        "tables": plan.tables,
        "most_meetings": plan.most_meetings,
        "place": plan.place,
        "online_url": plan.online_url,
        "style": plan.style,
        "opens_at_count": plan.opens_at_count,
        "answer_hours": plan.answer_hours,
        "travel_minutes": plan.travel_minutes,
    }


def _check(event: Event, plan: RoundPlan, *, but: Round | None = None) -> list[Span]:
    if plan.ends_at <= plan.starts_at:
        raise EndsBeforeStart(field="ends_at")
    if plan.starts_at < event.starts_at:
        raise OutsideEvent(field="starts_at")
    if plan.ends_at > event.ends_at:
        raise OutsideEvent(field="ends_at")
    if is_taken(event.pk, plan.starts_at, plan.ends_at, but=but):
        raise RoundsOverlap(field="starts_at")
    if not 1 <= plan.tables <= rules.MOST_TABLES:
        raise BadTables(field="tables")
    if plan.opens_at_count is not None and event.capacity is not None and plan.opens_at_count > event.capacity:
        raise TooManyToOpen(field="opens_at_count")
    _check_breaks(plan)
    slots = slot_times(
        plan.starts_at, plan.ends_at, minutes=plan.slot_minutes, pause=plan.pause_minutes, breaks=plan.breaks
    )
    if not slots:
        raise NoSlotFits(field="slot_minutes")
    if len(slots) > rules.MOST_SLOTS:
        raise TooManySlots(field="slot_minutes")
    return slots


def _check_breaks(plan: RoundPlan) -> None:
    for number, (begin, over) in enumerate(plan.breaks, start=1):
        field = f"break_{number}"
        if over <= begin:
            raise BreakEndsBefore(field=field)
        if not plan.starts_at < begin < over < plan.ends_at:
            raise BreakOutside(field=field)
        if any(begin < other_over and other_begin < over for other_begin, other_over in plan.breaks[: number - 1]):
            raise BreaksOverlap(field=field)


def _write_times(round: Round, plan: RoundPlan, slots: list[Span]) -> None:
    """Slots that stay are left as they are. A new one has as many tables as the one had in which it begins."""
    round.breaks.all().delete()
    RoundBreak.objects.bulk_create(RoundBreak(round=round, starts_at=a, ends_at=b) for a, b in plan.breaks)
    wanted = set(slots)
    stay = {(slot.starts_at, slot.ends_at): slot.pk for slot in round.slots.all()}
    own = [(slot.starts_at, slot.ends_at, slot.tables) for slot in round.slots.filter(tables__isnull=False)]
    own += [(start, start + timedelta(minutes=plan.slot_minutes), tables) for start, tables in plan.tables_at]
    round.slots.exclude(pk__in=[pk for span, pk in stay.items() if span in wanted]).delete()
    Slot.objects.bulk_create(
        Slot(round=round, starts_at=a, ends_at=b, tables=next((n for begin, end, n in own if begin <= a < end), None))
        for a, b in slots
        if (a, b) not in stay
    )

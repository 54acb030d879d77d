"""An event's advisory desks: who is in line, when whose turn comes, what can be booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Prefetch, QuerySet

from events import desk_times
from events.models import AdviceDesk, DeskVisit, Event, Meeting
from events.rules import desks as rules

SALT = "events.desk"
State = DeskVisit.State


@dataclass(frozen=True)
class Line:
    """A desk as it stands now."""

    desk: AdviceDesk
    now: datetime
    at_desk: DeskVisit | None
    booked: tuple[DeskVisit, ...]
    waiting: tuple[DeskVisit, ...]
    taken: frozenset[datetime]
    is_shut: bool

    @property
    def busy_until(self) -> datetime | None:
        """When the visit that is on should be over; one that lasts longer may end at any moment."""
        if self.at_desk is None:
            return None
        began = self.at_desk.started_at or self.at_desk.called_at or self.now
        return max(self.now, began + self.desk.opening.length)

    @property
    def turns(self) -> list[datetime]:
        if self.is_shut:
            return []
        return desk_times.turns(self.desk.opening, booked=self.taken, now=self.now, busy_until=self.busy_until)

    @property
    def bookable(self) -> list[datetime]:
        if self.is_shut or not self.desk.takes_bookings:
            return []
        return desk_times.bookable(
            self.desk.opening,
            booked=self.taken,
            waiting=len(self.waiting),
            now=self.now,
            busy_until=self.busy_until,
        )

    @property
    def next_turn(self) -> datetime | None:
        """When one who joins now would have their turn; None: the time does not suffice for all who wait already."""
        turns = self.turns
        return turns[len(self.waiting)] if len(self.waiting) < len(turns) else None

    @property
    def takes_more(self) -> bool:
        return self.desk.takes_queue and self.next_turn is not None

    def before(self, visit: DeskVisit) -> int:
        """How many in line come before."""
        return sum(1 for one in self.waiting if one.number < visit.number)

    def turn_of(self, visit: DeskVisit) -> datetime | None:
        if visit.starts_at is not None:
            return visit.starts_at
        turns, place = self.turns, self.before(visit)
        return turns[place] if place < len(turns) else None

    @property
    def in_order(self) -> list[DeskVisit]:
        """Whom the desk calls next: booked ones whose time has come, then the line."""
        due = [one for one in self.booked if one.starts_at is not None and one.starts_at <= self.now + rules.EARLY]
        return [*due, *self.waiting]

    @property
    def later(self) -> list[DeskVisit]:
        """Booked for later."""
        due = {one.pk for one in self.in_order}
        return [one for one in self.booked if one.pk not in due]


def with_lines(desks: QuerySet[AdviceDesk]) -> QuerySet[AdviceDesk]:
    seen = DeskVisit.objects.filter(state__in=[*DeskVisit.STANDING, State.DONE]).select_related("user")
    return desks.select_related("event", "profile").prefetch_related(Prefetch("visits", seen.order_by("number")))


def line_of(desk: AdviceDesk, now: datetime) -> Line:
    """Of a desk that `with_lines` has read."""
    visits = list(desk.visits.all())
    booked = sorted(
        (one for one in visits if one.state == State.BOOKED), key=lambda one: (one.starts_at or now, one.number)
    )
    held = (State.BOOKED, State.CALLED, State.HERE, State.DONE)
    return Line(
        desk=desk,
        now=now,
        at_desk=next((one for one in visits if one.state in DeskVisit.AT_DESK), None),
        booked=tuple(booked),
        waiting=tuple(one for one in visits if one.state == State.WAITING),
        taken=frozenset(one.starts_at for one in visits if one.starts_at is not None and one.state in held),
        is_shut=rules.is_shut(desk, now),
    )


def lines(event: Event, now: datetime) -> list[Line]:
    """Two queries, however many the desks."""
    found = with_lines(AdviceDesk.objects.filter(event=event)).order_by("opens_at", "name", "pk")
    return [line_of(desk, now) for desk in found]


def fresh(desk: AdviceDesk, now: datetime) -> Line:
    return line_of(with_lines(AdviceDesk.objects.filter(pk=desk.pk)).get(), now)


def own_visit(user: Any, line: Line) -> DeskVisit | None:
    if not user.is_authenticated:
        return None
    return next((v for v in line.desk.visits.all() if v.user_id == user.pk and v.stands), None)


def busy_now(people: Sequence[int], desk: AdviceDesk, now: datetime) -> set[int]:
    """Of these people those who have a meeting, or are at another desk, while a visit that began now would last: they
    keep their place and are called later.
    """
    meeting = (
        Meeting.objects.agreed()
        .overlapping(now, now + desk.opening.length)
        .exclude(desk_visit__desk=desk)
        .filter(parties__user__in=people)
        .values_list("parties__user", flat=True)
    )
    at_desk = DeskVisit.objects.filter(
        user__in=people, state__in=DeskVisit.AT_DESK, called_at__gt=now - rules.LONGEST_VISIT
    ).values_list("user", flat=True)
    return {*meeting, *at_desk} & set(people)


def whom_next(line: Line) -> DeskVisit | None:
    order = line.in_order
    busy = busy_now([one.user_id for one in order], line.desk, line.now) if order else set()
    return next((one for one in order if one.user_id not in busy), None)


def free_for(user: Any, line: Line) -> list[datetime]:
    """Times that can be booked and at which the visitor, and one of the advisors, has no other meeting."""
    starts = line.bookable
    if not starts:
        return []
    length = line.desk.opening.length
    advisors = [one.pk for one in line.desk.advisors.all()]
    rows = list(
        Meeting.objects.agreed()
        .overlapping(starts[0], starts[-1] + length)
        .filter(parties__user__in=[user.pk, *advisors])
        .values_list("parties__user", "starts_at", "ends_at")
    )

    def is_free(person: int, start: datetime) -> bool:
        return not any(pk == person and s < start + length and e > start for pk, s, e in rows)

    return [s for s in starts if is_free(user.pk, s) and any(is_free(pk, s) for pk in advisors)]


def visits_of(user: Any, event: Event, now: datetime) -> list[DeskVisit]:
    """The person's own visits in line or at a desk of the event; booked ones are meetings of their programme."""
    standing = [State.WAITING, *DeskVisit.AT_DESK]
    rows = DeskVisit.objects.filter(user=user, desk__event=event, desk__closes_at__gt=now, state__in=standing)
    return list(rows.select_related("desk").order_by("joined_at"))


def advised_by(user: Any, event: Event) -> list[AdviceDesk]:
    return list(event.desks.filter(advisors=user)) if user.is_authenticated else []


def token_of(desk: AdviceDesk) -> str:
    """The secret part of the link by which a colleague becomes an advisor."""
    return signing.Signer(salt=SALT).sign_object([desk.pk, desk.edition])


def of_token(token: str) -> AdviceDesk | None:
    try:
        pk, edition = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return AdviceDesk.objects.select_related("event", "profile").filter(pk=pk, edition=edition).first()

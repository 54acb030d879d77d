"""Rotation at a meeting: who comes is seated so that those who have not met meet, and the day's changes are mended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.queries import names
from core import audit
from core.errors import DomainError, StaleSave
from events.models import Registration
from networks import rotation
from networks.models import Membership, NetworkMeeting, Seating
from networks.queries import rotation as queries
from networks.services.meetings import lock_meeting

SECONDS = 8.0
"""Far more than a meeting needs; the search ends by itself within one."""


class NobodyComes(DomainError):
    message = _("Nobody has registered yet, so there is nobody to seat.")


class NobodyIsHere(DomainError):
    message = _("Nobody has been checked in yet. Seat those who have registered, or check people in first.")


class MeetingIsOver(DomainError):
    message = _("The meeting is over. Who sat with whom stays as it was.")


class NotSeated(DomainError):
    message = _("Nobody has been seated yet.")


class NothingChanged(DomainError):
    message = _("Mark who is missing or who has come.")


class SeatingChanged(StaleSave):
    message = _("Somebody changed the seating meanwhile. Look at it as it is now, and mark who is missing again.")


@dataclass(frozen=True)
class Guest:
    """One to be seated: a person who has registered, or a member that came without."""

    profile: Profile
    registration: Registration | None

    @property
    def key(self) -> str:
        return f"r{self.registration.pk}" if self.registration else f"p{self.profile.pk}"

    @property
    def name(self) -> str:
        if self.registration is None:
            return self.profile.name
        return self.registration.user.name or self.profile.name


@dataclass(frozen=True)
class Mended:
    """The seating before and after the day's changes. `moved`: (who, from which table, to which)."""

    tables: list[tuple[int, list[Guest]]]
    moved: list[tuple[Guest, int, int]]
    missing: list[tuple[Guest, int]]
    arrived: list[tuple[Guest, int]]
    new: int


@transaction.atomic
def seat_meeting(
    *, meeting: NetworkMeeting, by: Any, now: datetime, only_checked_in: bool = False, seed: int | None = None
) -> list[Seating]:
    """Seat those who have a seat in the event (or who have been checked in). An earlier seating is made anew.

    Raises `NotTheCoordinator`, `MeetingIsOver`, `NobodyComes` or `NobodyIsHere`.
    """
    meeting = lock_meeting(meeting, by)
    if meeting.is_over(now):
        raise MeetingIsOver
    coming = meeting.event.registrations.confirmed().select_related("profile", "user").order_by("pk")
    if only_checked_in:
        coming = coming.filter(checked_in_at__isnull=False)
    guests = [Guest(registration.profile, registration) for registration in coming]
    if not guests:
        raise NobodyIsHere if only_checked_in else NobodyComes
    found = rotation.seat(
        [guest.key for guest in guests],
        meeting.table_size,
        **_known(meeting, guests, now),
        seed=meeting.pk if seed is None else seed,
        seconds=SECONDS,
    )
    return _write(meeting, found.tables, guests, by=by, now=now, action="network.seated")


def foresee(*, meeting: NetworkMeeting, missing: Collection[int], arrived: Collection[str], now: datetime) -> Mended:
    """What `mend_seating` would do. Raises as it does."""
    seats = queries.seats_of(meeting)
    if not seats:
        raise NotSeated
    absent = {seat.pk for seat in seats if seat.pk in set(missing)}
    newcomers = [guest for guest in to_arrive(meeting) if guest.key in set(arrived)]
    if not absent and not newcomers:
        raise NothingChanged
    numbers = range(1, max(seat.table for seat in seats) + 1)
    guest_of = {seat.pk: Guest(seat.profile, seat.registration) for seat in seats}
    before = [[guest_of[seat.pk].key for seat in seats if seat.table == number] for number in numbers]
    table_of = {guest_of[seat.pk].key: seat.table for seat in seats}
    guests = [*guest_of.values(), *newcomers]
    found = rotation.repair(
        before,
        meeting.table_size,
        missing=[guest_of[pk].key for pk in absent],
        arrived=[guest.key for guest in newcomers],
        **_known(meeting, guests, now),
    )
    guest_by = {guest.key: guest for guest in guests}
    after = {key: number for number, table in enumerate(found.tables, 1) for key in table}
    return Mended(
        tables=[(n, [guest_by[key] for key in table]) for n, table in enumerate(found.tables, 1) if table],
        moved=[(guest_by[key], table_of[key], after[key]) for key in found.moved],
        missing=[(guest_of[seat.pk], seat.table) for seat in seats if seat.pk in absent],
        arrived=[(guest, after[guest.key]) for guest in newcomers],
        new=found.new,
    )


@transaction.atomic
def mend_seating(
    *,
    meeting: NetworkMeeting,
    missing: Collection[int],
    arrived: Collection[str],
    version: int,
    by: Any,
    now: datetime,
) -> Mended:
    """The missing go, those who came are seated, and as few as possible move: what was shown, or nothing.

    Raises `NotTheCoordinator`, `MeetingIsOver`, `SeatingChanged`, `NotSeated` or `NothingChanged`.
    """
    meeting = lock_meeting(meeting, by)
    if meeting.is_over(now):
        raise MeetingIsOver
    if meeting.seating_version != version:
        raise SeatingChanged
    mended = foresee(meeting=meeting, missing=missing, arrived=arrived, now=now)
    guests = [guest for _number, table in mended.tables for guest in table]
    most = max((number for number, _table in mended.tables), default=0)
    tables: list[list[str]] = [[] for _ in range(most)]
    for number, table in mended.tables:
        tables[number - 1] = [guest.key for guest in table]
    _write(meeting, tables, guests, by=by, now=now, action="network.seating_mended", moved=len(mended.moved))
    return mended


def to_arrive(meeting: NetworkMeeting) -> list[Guest]:
    """Who may come and is not seated: those who have registered, and members of whom nobody has."""
    seated = list(meeting.seats.values_list("registration", "profile"))
    registrations = meeting.event.registrations.standing().select_related("profile", "user")
    registrations = registrations.only("profile", "user", "user__name", *names.columns("profile__"))
    found = [
        Guest(one.profile, one)
        for one in registrations.exclude(pk__in=[pk for pk, _profile in seated if pk]).order_by("pk")
    ]
    there = {profile for _pk, profile in seated} | {guest.profile.pk for guest in found}
    members = meeting.network.memberships.filter(state__in=Membership.STANDING).exclude(profile__in=there)
    if meeting.group is not None:
        members = members.filter(groups__group=meeting.group)
    without = Profile.objects.filter(pk__in=members.values("profile")).only(*names.columns())
    found += [Guest(profile, None) for profile in without]
    return sorted(found, key=lambda guest: (guest.name, guest.key))


def _known(meeting: NetworkMeeting, guests: Iterable[Guest], now: datetime) -> dict[str, Any]:
    """What the rotation is told of each pair of guests. Two of one profile sit apart: they know each other."""
    guests = list(guests)
    profiles = {guest.profile.pk for guest in guests}
    times = queries.times_met(meeting.network, now=now, but=meeting)
    match, apart = queries.matches(profiles), queries.to_be_kept_apart(profiles)
    apart |= queries.apart_by_word(meeting.network)
    known: dict[str, Any] = {"met": {}, "worth": {}, "apart": []}
    for one, other in combinations(guests, 2):
        pair = (min(one.profile.pk, other.profile.pk), max(one.profile.pk, other.profile.pk))
        keys = (one.key, other.key)
        if pair[0] == pair[1] or pair in apart:
            known["apart"].append(keys)
        if times[pair]:
            known["met"][keys] = times[pair]
        if pair in match:
            known["worth"][keys] = match[pair]
    return known


def _write(
    meeting: NetworkMeeting, tables: Any, guests: list[Guest], *, by: Any, now: datetime, action: str, **facts: Any
) -> list[Seating]:
    guest_by = {guest.key: guest for guest in guests}
    meeting.seats.all().delete()
    rows = Seating.objects.bulk_create(
        Seating(meeting=meeting, profile=guest_by[key].profile, registration=guest_by[key].registration, table=number)
        for number, table in enumerate(tables, 1)
        for key in table
    )
    meeting.seating_version += 1
    meeting.save(update_fields=["seating_version"])
    audit.record(action, meeting.network, by=by, now=now, meeting=meeting.pk, seats=len(rows), **facts)
    return rows

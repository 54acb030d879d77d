"""How companies and students come in: what a company has, what a student needs, groups, wishes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from core.text import clean_text
from studies.models import CourseRound, Entrant, OfferedPlace, Team, Wish
from studies.rules import courses as rules
from studies.services import talks
from studies.services.courses import NotNow, lock_round, newest_given, teachers_of, tell

State = CourseRound.State
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of a group's code: none that is read as another."""


class NotYourCompany(DomainError):
    message = _("Only an owner or an editor of the organisation can do this.")


class SignedUp(DomainError):
    message = _("The organisation has signed up already.")


class ContactMissing(DomainError):
    message = _("Tell whom the students reach, and how: a name, and a telephone number or an e-mail address.")


class LeastOverMost(DomainError):
    message = _("The least cannot be more than the most.")


class NeedsLink(DomainError):
    message = _("Ask your teacher for the link of this round.")


class NotInRound(DomainError):
    message = _("Come in with your teacher's link first.")


class NoSuchGroup(DomainError):
    message = _("There is no group with that code in this round.")


class GroupIsFull(DomainError):
    message = _("The group is full.")


class InGroup(DomainError):
    message = _("You are in a group already. Leave it first.")


class NotAWish(DomainError):
    message = _("Choose each place once, of those that are offered.")


@dataclass(frozen=True)
class PlacePlan:
    text: str
    language: str
    languages: Sequence[str] = ()
    municipality: str = ""
    remote: bool = False
    least: int = 1
    most: int = 1
    contact: str = ""

    def fields(self) -> dict[str, Any]:
        """Raises `ContactMissing` or `LeastOverMost`."""
        contact = clean_text(self.contact)[:160]
        if not contact:
            raise ContactMissing(field="contact")
        if not 1 <= self.least <= self.most:
            raise LeastOverMost(field="least")
        return {**vars(self), "languages": list(self.languages), "contact": contact}


@dataclass(frozen=True)
class EntrantPlan:
    name: str
    languages: Sequence[str] = ()
    municipality: str = ""
    most_km: int | None = None
    shown_to_company: bool = False

    def fields(self) -> dict[str, Any]:
        return {**vars(self), "languages": list(self.languages)}


# --- Companies -------------------------------------------------------------------------------------------------------


@transaction.atomic
def offer_place(*, round: CourseRound, profile: Profile, plan: PlacePlan, by: Any, now: datetime) -> OfferedPlace:
    """Raises `NotYourCompany`, `NotNow`, `SignedUp`, `ContactMissing` or `LeastOverMost`."""
    round = lock_round(round)
    if not rules.may_offer_as(by, profile):
        raise NotYourCompany(field="profile")
    if not rules.may_see_round(by, round):
        raise NotNow
    if round.state not in (State.COMPANIES, State.WISHES):
        raise NotNow
    there = round.places.filter(profile=profile).first()
    if there is not None and there.withdrawn_at is None:
        raise SignedUp(field="profile")
    fields = plan.fields()
    if there is not None:
        OfferedPlace.objects.filter(pk=there.pk).update(**fields, withdrawn_at=None)
        there.refresh_from_db()
        return there
    made = OfferedPlace.objects.create(round=round, profile=profile, made_at=now, **fields)
    audit.record("course.place", made, by=by, now=now)
    tell("course_place", teachers_of(round), round, now=now, key=f"p{made.pk}", place=made.pk)
    return made


@transaction.atomic
def edit_place(*, place: OfferedPlace, plan: PlacePlan, by: Any, now: datetime) -> None:
    """Until the places are given. Raises `NotYourCompany`, `NotNow`, `ContactMissing` or
    `LeastOverMost`."""
    round = lock_round(place.round)
    if not rules.may_change_place(by, place):
        raise NotYourCompany
    if not round.takes_students or place.withdrawn_at is not None:
        raise NotNow
    OfferedPlace.objects.filter(pk=place.pk).update(**plan.fields())


@transaction.atomic
def withdraw_place(*, place: OfferedPlace, by: Any, now: datetime) -> None:
    """At any time before the end. Those who had the place are without, and their teacher is told at once; everybody
    else keeps theirs. Raises `NotYourCompany` or `NotNow`."""
    round = lock_round(place.round)
    if not rules.may_change_place(by, place):
        raise NotYourCompany
    take_away(place, round, by=by, now=now)


def take_away(place: OfferedPlace, round: CourseRound, *, by: Any, now: datetime) -> None:
    """Of a locked round."""
    changed = OfferedPlace.objects.filter(pk=place.pk, withdrawn_at=None).update(withdrawn_at=now)
    if not changed or round.state == State.ENDED:
        raise NotNow
    given = newest_given(round)
    had = list(given.placements.filter(place=place).select_related("entrant__user")) if given is not None else []
    # A result that is not published yet loses the place too.
    for allocation in round.allocations.filter(state="done"):
        allocation.placements.filter(place=place).update(place=None, choice=None, by_hand=False)
    talks.round_changed(round)
    audit.record("course.withdrawn", place, by=by, now=now)
    key = f"w{place.pk}-{now:%Y%m%d%H%M%S%f}"
    tell("course_withdrawn", teachers_of(round), round, now=now, key=key, place=place.pk, students=len(had))
    if had:
        tell("course_lost", [one.entrant.user for one in had], round, now=now, key=key)


# --- Students --------------------------------------------------------------------------------------------------------


@transaction.atomic
def join(*, round: CourseRound, plan: EntrantPlan, by: Any, now: datetime, token: str = "") -> Entrant:
    """With the teacher's link; or, where there are no minors, with a student's profile. Raises `NotNow` or
    `NeedsLink`."""
    round = lock_round(round)
    if not secrets.compare_digest(token.encode(), round.token.encode()) and not rules.may_join_openly(by, round):
        raise NeedsLink
    if not round.takes_students:
        raise NotNow
    fields = plan.fields()
    if round.has_minors:
        fields["shown_to_company"] = False
    found = Entrant.objects.filter(round=round, user=by).first()
    if found is not None:
        return found
    return Entrant.objects.create(round=round, user=by, joined_at=now, **fields)


@transaction.atomic
def edit_entrant(*, entrant: Entrant, plan: EntrantPlan, by: Any, now: datetime) -> None:
    """One's own, at any time: also to hide the name again. Raises `NotInRound`."""
    round = lock_round(entrant.round)
    if entrant.user_id != by.pk:
        raise NotInRound
    fields = plan.fields()
    if round.has_minors:
        fields["shown_to_company"] = False
    Entrant.objects.filter(pk=entrant.pk).update(**fields)
    talks.round_changed(round)


@transaction.atomic
def leave(*, entrant: Entrant, by: Any, now: datetime) -> None:
    """Out of the round, with all that is about the student in it. Raises `NotInRound`."""
    round = lock_round(entrant.round)
    if entrant.user_id != by.pk:
        raise NotInRound
    forget_entrant(entrant, round, now=now)


def forget_entrant(entrant: Entrant, round: CourseRound, *, now: datetime) -> None:
    """Of a locked round. A group goes on without; an empty one goes. The teacher is told that a place is free, without
    a name."""
    team, had = entrant.team, entrant.placements.filter(allocation=newest_given(round), place__isnull=False).exists()
    number = entrant.pk
    for one in entrant.handed_in.exclude(file=""):
        drop_file(one)
    entrant.delete()
    talks.round_changed(round)
    if team is not None and not team.members.exists():
        drop_team(team)
    if had and round.state != State.ENDED:
        tell("course_left", teachers_of(round), round, now=now, key=f"l{number}")


def drop_team(team: Team) -> None:
    for one in team.handed_in.exclude(file=""):
        drop_file(one)
    team.delete()


def drop_file(handed_in: Any) -> None:
    storage, name = handed_in.file.storage, handed_in.file.name
    transaction.on_commit(lambda: storage.delete(name))


# --- Groups ----------------------------------------------------------------------------------------------------------


def _locked_entrant(entrant: Entrant, by: Any) -> tuple[CourseRound, Entrant]:
    round = lock_round(entrant.round)
    found = Entrant.objects.select_related("team").filter(pk=entrant.pk, user=by).first()
    if found is None:
        raise NotInRound
    if not round.takes_students:
        raise NotNow
    return round, found


@transaction.atomic
def make_team(*, entrant: Entrant, name: str, by: Any, now: datetime) -> Team:
    """Its maker's wishes become the group's. Raises `NotInRound`, `NotNow` or `InGroup`."""
    round, entrant = _locked_entrant(entrant, by)
    if entrant.team is not None:
        raise InGroup
    if not round.has_groups:
        raise NotNow
    while True:
        code = "".join(secrets.choice(SIGNS) for _sign in range(6))
        try:
            with transaction.atomic():
                team = Team.objects.create(round=round, name=name.strip()[:80], code=code, made_at=now)
        except IntegrityError:  # another group drew the same
            continue
        break
    entrant.wishes.update(entrant=None, team=team)
    Entrant.objects.filter(pk=entrant.pk).update(team=team)
    return team


@transaction.atomic
def join_team(*, entrant: Entrant, code: str, by: Any, now: datetime) -> Team:
    """The group's wishes hold; one's own go. Raises `NotInRound`, `NotNow`, `InGroup`, `NoSuchGroup` or
    `GroupIsFull`."""
    round, entrant = _locked_entrant(entrant, by)
    if entrant.team is not None:
        raise InGroup(field="code")
    team = round.teams.filter(code=code.strip().upper()).first()
    if team is None:
        raise NoSuchGroup(field="code")
    if team.members.count() >= round.group_most:
        raise GroupIsFull(field="code")
    entrant.wishes.all().delete()
    Entrant.objects.filter(pk=entrant.pk).update(team=team)
    return team


@transaction.atomic
def leave_team(*, entrant: Entrant, by: Any, now: datetime) -> None:
    """Raises `NotInRound` or `NotNow`."""
    _round, entrant = _locked_entrant(entrant, by)
    team = entrant.team
    if team is None:
        raise NotNow
    Entrant.objects.filter(pk=entrant.pk).update(team=None)
    if not team.members.exists():
        drop_team(team)


# --- Wishes ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_wishes(*, entrant: Entrant, places: Sequence[int], by: Any, now: datetime) -> None:
    """The dearest first; of a group, the whole group's. Raises `NotInRound`, `NotNow` or `NotAWish`."""
    round, entrant = _locked_entrant(entrant, by)
    if round.state != State.WISHES:
        raise NotNow
    offered = set(round.places.filter(withdrawn_at=None).values_list("pk", flat=True))
    if len(set(places)) != len(places) or not set(places) <= offered or len(places) > rules.MOST_WISHES:
        raise NotAWish
    whose: dict[str, Any] = {"team": entrant.team} if entrant.team is not None else {"entrant": entrant}
    Wish.objects.filter(**whose).delete()
    Wish.objects.bulk_create(Wish(place_id=pk, rank=rank, **whose) for rank, pk in enumerate(places, start=1))

"""Who may do what in a course round. Everything not said here is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile, Representative
from studies.models import CourseRound, Entrant, HandIn, OfferedPlace
from studies.rules.schools import may_teach

FORGOTTEN_AFTER = timedelta(days=90)
"""What is about students goes so long after the end."""
REMINDED_BEFORE = timedelta(days=3)
MOST_WISHES = 10
MOST_PLACES = 200
MOST_STUDENTS_OF_PLACE = 200
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 2
OFFERERS = (
    Profile.Kind.COMPANY, Profile.Kind.MUNICIPALITY, Profile.Kind.ASSOCIATION, Profile.Kind.RESEARCH,
    Profile.Kind.PUBLIC_BODY,
)  # fmt: skip


def schools_of(user: Any) -> Any:
    """At which the person teaches."""
    return Profile.objects.spoken_for_by(user).taught_by(user)


def may_run(user: Any, round: CourseRound) -> bool:
    """Those who teach at its school; a round is the school's, whoever its teacher is."""
    return may_teach(user, round.school)


def may_see_round(user: Any, round: CourseRound) -> bool:
    return CourseRound.objects.seen_by(user).filter(pk=round.pk).exists()


def profiles_to_offer(user: Any) -> Any:
    """For which the person can sign up."""
    return Profile.objects.spoken_for_by(user).decided_by(user).filter(kind__in=OFFERERS)


def may_offer_as(user: Any, profile: Profile) -> bool:
    is_right = profile.kind in OFFERERS and profile.status == Profile.Status.PUBLISHED
    return is_right and accounts_rules.may_edit(user, profile)


def may_change_place(user: Any, place: OfferedPlace) -> bool:
    return accounts_rules.may_edit(user, place.profile)


def own_entrant(user: Any, round: CourseRound) -> Entrant | None:
    if not user.is_authenticated:
        return None
    return Entrant.objects.filter(round=round, user=user).select_related("team").first()


def own_place(user: Any, round: CourseRound) -> OfferedPlace | None:
    """The place of a company that the person acts for."""
    if not user.is_authenticated:
        return None
    mine = OfferedPlace.objects.filter(
        round=round, profile__representatives__user=user, profile__representatives__role__in=Representative.DECIDES
    )
    return mine.select_related("profile").order_by("withdrawn_at", "pk").first()


def may_join_openly(user: Any, round: CourseRound) -> bool:
    """From the round's page without the teacher's link: a student with a profile. Never where there are minors."""
    if round.has_minors or not user.is_authenticated:
        return False
    return Profile.objects.spoken_for_by(user).filter(kind=Profile.Kind.STUDENT).exists()


def may_read(user: Any, handed_in: HandIn) -> bool:
    """The teacher; those who handed it in; the company that they were given to, when they say so."""
    round = handed_in.deliverable.round
    if may_run(user, round):
        return True
    entrant = own_entrant(user, round)
    if entrant is not None and (
        entrant.pk == handed_in.entrant_id or (entrant.team_id and entrant.team_id == handed_in.team_id)
    ):
        return True
    if not handed_in.shown_to_company or not round.is_given:
        return False
    place = own_place(user, round)
    return place is not None and _is_given_to(handed_in, place)


def _is_given_to(handed_in: HandIn, place: OfferedPlace) -> bool:
    given = place.placements.filter(allocation__published_at__isnull=False, allocation__round=place.round)
    newest = place.round.allocations.filter(published_at__isnull=False).first()
    given = given.filter(allocation=newest)
    if handed_in.team_id:
        return given.filter(entrant__team=handed_in.team_id).exists()
    return given.filter(entrant=handed_in.entrant_id).exists()

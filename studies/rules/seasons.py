"""Who may do what in a season of summer jobs or internships. Everything not said here is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile
from studies.models import Season, SeasonApplication, SeasonPlace
from studies.rules.courses import OFFERERS

FORGOTTEN_AFTER = timedelta(days=90)
"""What is about students goes so long after the end; the figures stay."""
REMINDED_BEFORE = timedelta(days=3)
NEAR = timedelta(days=3 * 366)
"""How far from today a season's days can be."""
MOST_WISHES = 10
MOST_SEATS = 200
ADULT = 18
AGES = (15, 16, 17, 18)
"""The lowest age that a place can ask for. The first is everybody's who may apply."""
GIVERS = (*OFFERERS, Profile.Kind.EDUCATION)
"""Who has places: everybody but people."""


def hosts_of(user: Any) -> Any:
    """For which the person can open a season: confirmed municipalities and schools."""
    return Profile.objects.spoken_for_by(user).decided_by(user).confirmed().filter(kind__in=Season.HOSTS)


def may_host_as(user: Any, profile: Profile) -> bool:
    is_right = profile.kind in Season.HOSTS and profile.is_confirmed and profile.status == Profile.Status.PUBLISHED
    return is_right and accounts_rules.may_edit(user, profile)


def may_run(user: Any, season: Season) -> bool:
    return may_host_as(user, season.host)


def may_see_season(user: Any, season: Season) -> bool:
    return Season.objects.seen_by(user).filter(pk=season.pk).exists()


def givers_of(user: Any) -> Any:
    """For which the person can add a place."""
    return Profile.objects.spoken_for_by(user).decided_by(user).filter(kind__in=GIVERS)


def may_give_as(user: Any, profile: Profile) -> bool:
    is_right = profile.kind in GIVERS and profile.status == Profile.Status.PUBLISHED
    return is_right and accounts_rules.may_edit(user, profile)


def may_change_place(user: Any, place: SeasonPlace) -> bool:
    """Who may change it, and only they read who has applied for it."""
    return may_give_as(user, place.profile)


def asks_age(place: SeasonPlace) -> bool:
    """Whether *15–17* does not tell that one is old enough: then those under 18 say so, and no more of their age."""
    return AGES[0] < place.lowest_age < ADULT


def own_application(user: Any, season: Season) -> SeasonApplication | None:
    if not user.is_authenticated:
        return None
    return SeasonApplication.objects.filter(season=season, user=user).first()

"""What happens by itself: places come on the market, reminders, the end with an answer to everybody, students' data
that goes, people and organisations that go.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Profile
from core import audit
from opportunities.rules.opportunities import today_of
from studies.models import Season, SeasonApplication, SeasonPlace, SeasonWish
from studies.rules import seasons as rules
from studies.services import calls, market
from studies.services.courses import people_of
from studies.services.seasons import NotNow, figures, forget_day, givers_in, lock_for_host, lock_season, tell
from studies.services.seasons_applying import forget_application
from studies.services.seasons_places import put_on_market, take_away, take_off_market

State, Wish = Season.State, SeasonWish.State
AT_ONCE = 200
A_WHILE = timedelta(days=1)
"""How long after applications closed it is looked for what they closed over; the season's end tells of the rest."""


@transaction.atomic
def close_season(*, season: Season, by: Any, now: datetime) -> Season:
    """By its host, before its time: everybody who waits has an answer now. Raises `NotTheHost` or `NotNow`."""
    season = lock_for_host(season, by)
    if season.state != State.PUBLIC:
        raise NotNow
    end_season(season, by=by, now=now)
    return season


def end_season(season: Season, *, by: Any, now: datetime) -> None:
    """Of a locked season. Nobody is left without a word: who still waits is told kindly, once, and an offer that was
    not taken lapses."""
    season.kept = figures(season)
    season.state, season.ended_at, season.forget_on = State.ENDED, now, forget_day(now)
    season.save(update_fields=["kept", "state", "ended_at", "forget_on", "changed_at"])
    wishes = SeasonWish.objects.filter(place__season=season)
    waiting = SeasonApplication.objects.filter(wishes__in=wishes.filter(state__in=SeasonWish.OPEN)).distinct()
    told = [one.user for one in waiting.select_related("user").order_by("pk")]
    wishes.filter(state=Wish.SENT).update(state=Wish.PASSED, state_since=now)
    wishes.filter(state=Wish.OFFERED).update(state=Wish.LAPSED, state_since=now)
    audit.record("season.ended", season, by=by, now=now)
    _tell_unaccepted(season, now)
    tell("season_passed", told, season, now=now, key="passed")
    people = {one.pk: one for one in [*people_of(season.host), *givers_in(season)]}
    tell("season_ended", people.values(), season, now=now, key="ended")
    filled = set(wishes.filter(state=Wish.ACCEPTED).values_list("place", flat=True))
    calls.keep_call_in_step(season, by=by, now=now)
    for place in season.places.filter(opportunity__isnull=False):
        take_off_market(place, is_found=place.pk in filled, now=now)


# --- In a worker -----------------------------------------------------------------------------------------------------


def bring_to_market(*, now: datetime) -> int:
    """Places that were added before applications opened, and those that are there no more though one can apply."""

    def put_one(pk: int) -> None:
        held = lock_season(SeasonPlace.objects.select_related("season").get(pk=pk).season)
        place = SeasonPlace.objects.select_related("profile", "opportunity").get(pk=pk)
        if place.withdrawn_at is None:
            put_on_market(place, held, now=now)

    season = Season.objects.filter(state=State.PUBLIC, opens_at__lte=now, closes_at__gt=now)
    waiting = SeasonPlace.objects.standing().filter(season__in=season)
    return market.put_back(waiting, owner="profile", put_one=put_one, now=now)


def remind(*, now: datetime) -> int:
    """Some days before everybody has an answer: those who have not answered, and those who have an offer. Once."""
    soon = Season.objects.running(now).filter(closes_at__lte=now, reminded_at=None)
    soon = soon.filter(answers_by__lte=today_of(now) + rules.REMINDED_BEFORE)
    return sum(_remind(pk, now) for pk in list(soon.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _remind(pk: int, now: datetime) -> int:
    season = lock_season(Season(pk=pk))
    if season.reminded_at is not None or not season.is_running(now):
        return 0
    season.reminded_at = now
    season.save(update_fields=["reminded_at"])
    wishes = SeasonWish.objects.filter(place__season=season)
    day = season.answers_by.isoformat()
    for place in season.places.filter(wishes__in=wishes.filter(state=Wish.SENT)).distinct().select_related("profile"):
        key = f"w{place.pk}-{day}"
        tell("season_waiting", people_of(place.profile), season, now=now, key=key, place=place.pk)
    offered = wishes.filter(state=Wish.OFFERED).select_related("application__user")
    for one in offered:
        key = f"o{one.pk}-{day}"
        tell("season_offer_waits", [one.application.user], season, now=now, key=key, place=one.place_id)
    return 1


def tell_unaccepted(*, now: datetime) -> None:
    """Applications have closed over places that the host did not accept: their givers hear it, once."""
    closed = Season.objects.running(now).filter(closes_at__lte=now, closes_at__gt=now - A_WHILE)
    lapsed = SeasonPlace.objects.filter(accepted_at=None, withdrawn_at=None).values("season")
    for season in closed.filter(pk__in=lapsed).order_by("pk")[:AT_ONCE]:
        _tell_unaccepted(season, now)


def _tell_unaccepted(season: Season, now: datetime) -> None:
    for place in season.places.filter(accepted_at=None, withdrawn_at=None).select_related("profile"):
        if season.takes_minors:
            key = f"n{place.pk}-{season.closes_on.isoformat()}"
            tell("season_place_unaccepted", people_of(place.profile), season, now=now, key=key, place=place.pk)


def end_due(*, now: datetime) -> int:
    """At the first moment after the day by which everyone has an answer."""
    due = Season.objects.filter(state=State.PUBLIC, answers_at__lte=now)
    return sum(_end(pk, now) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _end(pk: int, now: datetime) -> int:
    season = lock_season(Season(pk=pk))
    if season.state != State.PUBLIC or season.answers_at > now:
        return 0
    end_season(season, by=None, now=now)
    return 1


def forget_old(*, now: datetime) -> int:
    """A set time after the end every application goes, with its wishes; the figures are kept."""
    due = Season.objects.filter(forget_on__lte=today_of(now), forgotten_at=None)
    return sum(_forget(pk, now) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _forget(pk: int, now: datetime) -> int:
    season = lock_season(Season(pk=pk))
    if season.forgotten_at is not None:
        return 0
    season.applications.all().delete()
    season.forgotten_at = now
    season.save(update_fields=["forgotten_at"])
    audit.record("season.forgotten", season, by=None, now=now)
    return 1


# --- People and organisations that go --------------------------------------------------------------------------------


@transaction.atomic
def user_leaving(user: Any, now: datetime) -> None:
    """Before an account ends: the student's applications go at once."""
    for one in SeasonApplication.objects.filter(user=user).select_related("season").order_by("season", "pk"):
        forget_application(one, lock_season(one.season), now=now)


@transaction.atomic
def profile_changed(profile_id: int, now: datetime) -> None:
    """An organisation that is taken down withdraws its places; its own season ends, and everyone has an answer. So it
    does when a coordinator stands behind the host no longer, which keeps its places as any organisation does."""
    profile = Profile.objects.filter(pk=profile_id).first()
    if profile is None:
        return
    is_down = profile.status == Profile.Status.TAKEN_DOWN
    if not is_down and (profile.is_confirmed or profile.confirmation_refused_at is None):
        return
    hosted = Season.objects.filter(host=profile_id, state=State.PUBLIC).order_by("pk")
    for pk in list(hosted.values_list("pk", flat=True)):
        end_season(lock_season(Season(pk=pk)), by=None, now=now)
    if not is_down:
        return
    standing = SeasonPlace.objects.filter(profile=profile_id, withdrawn_at=None, season__state=State.PUBLIC)
    for place in standing.select_related("season").order_by("season", "pk"):
        take_away(place, lock_season(place.season), by=None, now=now)

"""What a course round and a season ask of organisations, on the market while it is asked; and who hears at once: those
that took part before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Profile, User
from notifications.services import notify
from opportunities.models import Opportunity
from opportunities.rules.opportunities import latest_day, today_of
from opportunities.services import kept
from opportunities.services.opportunities import Plan
from studies.models import CourseRound, OfferedPlace, Season, SeasonPlace
from studies.services import market

COURSES, CALLS = "studies.courses", "studies.calls"


def keep_round_in_step(round: CourseRound, *, by: Any, now: datetime) -> None:
    """Of a locked round: while it takes companies, a confirmed school offers them a class's work. What a coordinator
    took down stays down; what the market does not take says why."""
    is_asked = round.state == CourseRound.State.COMPANIES and round.school.is_confirmed
    is_found = round.places.filter(withdrawn_at=None).exists()
    _keep(round, COURSES, round.school, _round_plan(round, now) if is_asked else None, is_found, by, now)


def _keep(
    thing: CourseRound | Season,
    keeper: str,
    profile: Profile,
    plan: Plan | None,
    is_found: bool,
    by: Any,
    now: datetime,
) -> None:
    """On the market as `plan` says; without one it is there no more."""
    offer = thing.opportunity
    if offer is not None and offer.state == Opportunity.State.TAKEN_DOWN:
        return
    if offer is not None and plan is not None and offer.is_open(now):
        kept.change_kept(opportunity=offer, plan=plan, by=by, now=now)
        return
    if offer is not None:
        kept.end_kept(opportunity=offer, is_found=is_found, now=now)
    if plan is not None:
        market.put(thing, keeper=keeper, profile=profile, plan=plan, by=by, now=now)


def _round_plan(round: CourseRound, now: datetime) -> Plan:
    return Plan(
        direction=Opportunity.Direction.OFFER,
        kind=Opportunity.Kind.COURSE_PROJECT,
        title=round.name,
        text=round.text,
        language=round.language,
        last_day=min(round.companies_until, latest_day(today_of(now))),
        municipality=round.school.municipality,
        starts_on=round.starts_on,
        ends_on=round.ends_on,
    )


def tell_of_round(round: CourseRound, *, now: datetime) -> None:
    """Those who stood in an earlier round of the school."""
    before = OfferedPlace.objects.filter(round__school=round.school, withdrawn_at=None).exclude(round=round)
    people = _people(before.values("profile"))
    notify("studies.course_open", people, {"round": round.pk}, key=f"{round.pk}-open", now=now)


def keep_call_in_step(season: Season, *, by: Any, now: datetime) -> None:
    """Of a locked season: from its publishing until applications close its host needs places."""
    is_asked = season.phase(now) in (Season.Phase.BEFORE, Season.Phase.OPEN)
    is_found = season.places.standing().exists()
    _keep(season, CALLS, season.host, _call_plan(season, now) if is_asked else None, is_found, by, now)


def _call_plan(season: Season, now: datetime) -> Plan:
    language = next((code for code in ("fi", "sv", "en") if getattr(season, f"name_{code}")), "fi")
    with translation.override(language):
        title = _("Places needed: %(season)s") % {"season": getattr(season, f"name_{language}")}
        text = _(
            "Add a place for a student. Students apply for all the places with one form, and everyone is answered."
        )
    lede = getattr(season, f"lede_{language}")
    return Plan(
        direction=Opportunity.Direction.NEED,
        kind=season.kind,
        title=title,
        text=f"{lede}\n\n{text}" if lede else text,
        language=language,
        last_day=min(season.closes_on, latest_day(today_of(now))),
        municipality=season.host.municipality,
        starts_on=season.works_from,
        ends_on=season.works_until,
    )


def put_back(*, now: datetime) -> int:
    """Calls that are not on the market any more, or were not taken, though they are asked: rounds that take companies,
    seasons until applications close. Returns how many were tried."""

    def put_round(pk: int) -> None:
        round = CourseRound.objects.select_for_update(of=("self",)).select_related("school", "opportunity").get(pk=pk)
        by = market.who_acts(round.school, round.teacher_id)
        if by is not None:
            keep_round_in_step(round, by=by, now=now)

    def put_season(pk: int) -> None:
        season = Season.objects.select_for_update(of=("self",)).select_related("host", "opportunity").get(pk=pk)
        by = market.who_acts(season.host, season.created_by_id)
        if by is not None:
            keep_call_in_step(season, by=by, now=now)

    confirmed = Profile.objects.confirmed().values("pk")
    rounds = CourseRound.objects.filter(state=CourseRound.State.COMPANIES, companies_until__gte=today_of(now))
    rounds = rounds.filter(school__in=confirmed)
    seasons = Season.objects.running(now).filter(closes_at__gt=now, host__in=confirmed)
    count = market.put_back(rounds, owner="school", put_one=put_round, now=now)
    return count + market.put_back(seasons, owner="host", put_one=put_season, now=now)


def tell_of_season(season: Season, *, now: datetime) -> None:
    """Those who had a place in an earlier season of the host."""
    before = SeasonPlace.objects.filter(season__host=season.host, withdrawn_at=None).exclude(season=season)
    people = _people(before.exclude(profile=season.host_id).values("profile"))
    notify("studies.season_open", people, {"season": season.pk}, key=f"{season.pk}-open", now=now)


def _people(profiles: Any) -> list[User]:
    standing = Profile.objects.published().filter(pk__in=profiles).exclude(kind__in=Profile.PEOPLE)
    return list(User.objects.deciding_for(standing).filter(is_active=True))

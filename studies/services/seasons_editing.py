"""Changing a season that is there: its words, its days, and with them what stands of it on the market."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from opportunities.rules.opportunities import end_of, today_of
from studies.models import Age, Season
from studies.services import calls
from studies.services.seasons import AnswersPassed, NotNow, PlaceOutside, SeasonPlan, lock_for_host, write_plan
from studies.services.seasons_places import keep_in_step

State = Season.State


class PlacesForAdults(DomainError):
    message = _(
        "There are places already that organisations added for adults alone. Open another season for those under 18."
    )


@transaction.atomic
def edit_season(*, season: Season, plan: SeasonPlan, by: Any, now: datetime) -> Season:
    """Raises `NotTheHost`, `NotNow`, `AnswersPassed`, `PlaceOutside`, `PlacesForAdults`, `AddressTaken` and what the
    plan's check raises."""
    season = lock_for_host(season, by)
    if season.state == State.ENDED or (season.state == State.PUBLIC and not season.is_running(now)):
        raise NotNow
    plan.check(today_of(now))
    if season.state == State.PUBLIC and end_of(plan.answers_by) <= now:
        raise AnswersPassed(field="answers_by")
    standing = season.places.filter(withdrawn_at=None)
    if standing.filter(starts_on__lt=plan.works_from).exists():
        raise PlaceOutside(field="works_from")
    if standing.filter(ends_on__gt=plan.works_until).exists():
        raise PlaceOutside(field="works_until")
    if Age.MINOR in plan.ages and not season.takes_minors and standing.filter(accepted_at=None).exists():
        raise PlacesForAdults(field="ages")  # nobody would see them any more, and wishes for them would be lost
    if plan.answers_by > season.answers_by:
        season.reminded_at = None
    write_plan(season, plan)
    keep_in_step(season, by=by, now=now)
    calls.keep_call_in_step(season, by=by, now=now)
    audit.record("season.edited", season, by=by, now=now)
    return season

"""Where student work is better begun than as an offer on the market."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Profile
from opportunities.hooks import Road
from opportunities.models import Opportunity
from studies.models import CourseRound, Season
from studies.queries import seasons as season_queries
from studies.rules import courses as course_rules
from studies.rules import seasons as season_rules
from studies.rules import theses as thesis_rules
from studies.rules.schools import may_teach

Kind = Opportunity.Kind
MOST = 3


def roads(user: Any, profile: Profile, kind: str, now: datetime) -> list[Road]:
    """For a profile that the person may begin it for."""
    if kind == Kind.THESIS:
        return _topic(user, profile)
    if kind == Kind.COURSE_PROJECT:
        return _rounds(user, profile, now)
    return _seasons(user, profile, kind, now) if kind in Season.Kind.values else []


def _topic(user: Any, profile: Profile) -> list[Road]:
    if not thesis_rules.may_offer(user, profile):
        return []
    text = _("The school looks at a topic, students apply with a few lines, and the three of you sign an agreement.")
    return [Road(text, _("Offer a topic of a thesis"), _to("topic_new", profile))]


def _rounds(user: Any, profile: Profile, now: datetime) -> list[Road]:
    if may_teach(user, profile):
        text = _("In a course round companies sign up, students wish, and each gets a place.")
        return [Road(text, _("Open a course round"), _to("course_new", profile))]
    if not course_rules.may_offer_as(user, profile):
        return []
    found = CourseRound.objects.seen_by(user).filter(state=CourseRound.State.COMPANIES).select_related("school")
    found = found.filter(companies_until__gte=timezone.localdate(now))
    return [
        Road(_takes_until(one), one.name, _to("course_sign_up", profile, one.pk))
        for one in found.order_by("companies_until", "pk")[:MOST]
    ]


def _takes_until(round: CourseRound) -> str:
    told = {"school": round.school.name, "day": date_format(round.companies_until, "SHORT_DATE_FORMAT")}
    return _("%(school)s takes companies into a course until %(day)s.") % told


def _seasons(user: Any, profile: Profile, kind: str, now: datetime) -> list[Road]:
    found = []
    if season_rules.may_give_as(user, profile):
        open_for_places = season_queries.running(user, now).filter(kind=kind, closes_at__gt=now)
        found = [
            Road(
                _("Students apply for all the places of a season with one form, and everyone gets an answer."),
                _("Add it to %(season)s") % {"season": one.name},
                _to("season_place_new", profile, one.slug),
            )
            for one in open_for_places[:MOST]
        ]
    if not found and season_rules.may_host_as(user, profile):
        text = _("In a season many organisations have places, and students apply for them with one form.")
        return [Road(text, _("Open a season"), _to("season_new", profile))]
    return found


def _to(name: str, profile: Profile, *args: Any) -> str:
    return f"{reverse(name, args=args)}?{urlencode({'for': profile.slug})}"

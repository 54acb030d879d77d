"""A season with its host, organisations and students, for the tests of summer jobs and internships."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, Representative, User
from notifications.models import Notification
from opportunities.models import Opportunity
from studies.models import Season, SeasonApplication, SeasonPlace, SeasonWish
from studies.services import seasons, seasons_applying, seasons_places
from studies.services.seasons import SeasonPlan
from studies.services.seasons_applying import ApplicationPlan
from studies.services.seasons_places import SeasonPlacePlan
from tests.factories.people import make_profile, make_user

LINES = "Olen lukiolainen, ja tykkään kirjoittaa ja kysellä ihmisiltä kaikenlaista."
OPENS, CLOSES, ANSWERS = date(2026, 3, 1), date(2026, 3, 28), date(2026, 4, 15)
"""Clocks are put on in the night after the last day to apply, 29 March 2026."""


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of the day where the installation is."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)), timezone.get_default_timezone())


BEFORE, OPEN, ANSWERING, AFTER = (
    at(date(2026, 2, 20)),
    at(date(2026, 3, 2)),
    at(date(2026, 4, 2)),
    at(date(2026, 4, 16)),
)


DAY = timedelta(days=1)


def kinds_to(user: Any) -> list[str]:
    found = Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("studies.season_") for kind in found]


def plan(**changes: Any) -> SeasonPlan:
    values: dict[str, Any] = {
        "names": {"fi": "Kesätyöt 2026"},
        "ledes": {"fi": "Kesätöitä nuorille kunnassa ja yrityksissä."},
        "opens_on": OPENS,
        "closes_on": CLOSES,
        "answers_by": ANSWERS,
        "works_from": date(2026, 6, 1),
        "works_until": date(2026, 8, 14),
        "languages": ["fi"],
    }
    return SeasonPlan(**{**values, **changes})


def place_plan(**changes: Any) -> SeasonPlacePlan:
    values = {"task": "Juttuja vastuullisista yrityksistä", "text": "Kirjoitat viisi juttua.", "language": "fi"}
    return SeasonPlacePlan(**{**values, **changes})


def application_plan(places: list[SeasonPlace], **changes: Any) -> ApplicationPlan:
    values: dict[str, Any] = {"name": "Aada", "contact": "040 1234567", "text": LINES, "age": "adult"}
    return ApplicationPlan(**{**values, **changes}, places=[one.pk for one in places])


@dataclass
class Summer:
    """Kaisa hosts for the municipality, Kalle too."""

    host: User
    colleague: User
    town: Profile
    season: Season
    people: dict[str, User] = field(default_factory=dict)

    def place(self, name: str, now: datetime = OPEN, *, accepted: bool = True, **changes: Any) -> SeasonPlace:
        if name not in self.people:
            self.people[name] = make_user(f"{name} Omistaja")
            make_profile(f"{name} Oy", by=self.people[name])
        owner = self.people[name]
        profile = Profile.objects.get(representatives__user=owner)
        made = seasons_places.add_place(
            season=self.season, profile=profile, plan=place_plan(**changes), by=owner, now=now
        )
        return seasons_places.accept_place(place=made, by=self.host, now=now) if accepted else made

    def student(self, who: str, *places: SeasonPlace, now: datetime = OPEN, **changes: Any) -> SeasonApplication:
        if who not in self.people:
            self.people[who] = make_user(who)
        asked = application_plan(list(places), **{"name": who, **changes})
        return seasons_applying.apply(season=self.season, plan=asked, by=self.people[who], now=now)

    def offer(self, application: SeasonApplication, place: SeasonPlace, now: datetime = OPEN) -> SeasonWish:
        by = User.objects.get(representations__profile=place.profile)
        return seasons_applying.offer(wish=wish_of(application, place), by=by, now=now)

    def accept(self, wish: SeasonWish, now: datetime = OPEN) -> SeasonWish:
        return seasons_applying.accept(wish=wish, by=wish.application.user, now=now)

    def states(self, application: SeasonApplication) -> list[str]:
        return list(application.wishes.values_list("state", flat=True))


def wish_of(application: SeasonApplication, place: SeasonPlace) -> SeasonWish:
    return SeasonWish.objects.select_related("application__user", "place__season").get(
        application=application, place=place
    )


def make_summer(*, published: bool = True, **changes: Any) -> Summer:
    host, colleague = make_user("Kaisa Kunta"), make_user("Kalle Kunta")
    town = make_profile("Metsälän kunta", by=host, kind=Profile.Kind.MUNICIPALITY)
    Representative.objects.create(profile=town, user=colleague, role="editor", since=BEFORE)
    season = seasons.open_season(plan=plan(**changes), host=town, by=host, now=BEFORE)
    if published:
        season = seasons.publish_season(season=season, by=host, now=BEFORE)
    return Summer(host, colleague, town, season)


def places_on_market() -> Any:
    """What stands on the market for places; the season itself is there, too."""
    return Opportunity.objects.filter(kept_by="studies.seasons")

"""Reads of seasons, for their pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict

from accounts import spoken
from accounts.models import Profile, Representative
from core import places
from language import guess_language
from opportunities.models import Opportunity
from studies.models import Season, SeasonApplication, SeasonPlace, SeasonWish, Shown
from studies.rules import seasons as rules
from studies.rules.languages import shares_language
from studies.wording import pay_words

State = SeasonWish.State
WEEK = timedelta(days=7)


def listed(user: Any) -> QuerySet[Season]:
    """What the reader sees, the newest first."""
    return Season.objects.seen_by(user).select_related("host")


def running(user: Any, now: datetime) -> QuerySet[Season]:
    return listed(user).filter(pk__in=Season.objects.running(now).values("pk")).order_by("closes_at", "pk")


def own_seasons(user: Any) -> QuerySet[Season]:
    """Those that the person hosts, has a place in, or has applied in, as long as something of it is there."""
    if not user.is_authenticated:
        return Season.objects.none()
    given = SeasonPlace.objects.filter(
        profile__representatives__user=user, profile__representatives__role__in=Representative.DECIDES
    )
    hosted = Season.objects.hosted_by(user).values("pk")
    mine = Q(pk__in=hosted) | Q(pk__in=given.values("season")) | Q(applications__user=user)
    keys = Season.objects.filter(mine, forgotten_at=None).values("pk")
    return Season.objects.filter(pk__in=keys).select_related("host")


@dataclass(frozen=True, slots=True)
class SeasonFilters:
    """What an address asks of the list; what does not exist is left out."""

    place: str = ""
    week: int = 0
    field: str = ""

    @property
    def chosen(self) -> bool:
        return bool(self.place or self.week or self.field)


def weeks_of(season: Season) -> list[tuple[int, date]]:
    """Each week of the season's work: its number, and its Monday."""
    monday = season.works_from - timedelta(days=season.works_from.weekday())
    found: list[tuple[int, date]] = []
    while monday <= season.works_until and len(found) < 60:
        found.append((monday.isocalendar().week, monday))
        monday += WEEK
    return found


def read_filters(season: Season, data: QueryDict) -> SeasonFilters:
    week = data.get("week", "")
    known = {number for number, _monday in weeks_of(season)}
    return SeasonFilters(
        place=data.get("place", "") if data.get("place", "") in places.municipalities() else "",
        week=int(week) if week.isdecimal() and len(week) < 3 and int(week) in known else 0,
        field=data.get("field", "") if data.get("field", "") in SeasonPlace.Field.values else "",
    )


def places_of(season: Season, user: Any, filters: SeasonFilters | None = None) -> QuerySet[SeasonPlace]:
    """Those that stand, of organisations that the reader sees; `taken` is how many seats are."""
    found = SeasonPlace.objects.seen_by(user).filter(season=season).select_related("profile")
    if filters is not None and filters.place:
        found = found.filter(Q(municipality=filters.place) | Q(municipality=""))
    if filters is not None and filters.field:
        found = found.filter(field=filters.field)
    if filters is not None and filters.week:
        monday = next(day for number, day in weeks_of(season) if number == filters.week)
        found = found.filter(starts_on__lt=monday + WEEK, ends_on__gte=monday)
    return found.annotate(taken=Count("wishes", filter=Q(wishes__state=State.ACCEPTED))).order_by("task", "pk")


def choices_of(season: Season, user: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Municipalities and fields that there are places in."""
    rows = set(SeasonPlace.objects.seen_by(user).filter(season=season).values_list("municipality", "field"))
    towns = sorted(
        ((code, places.name(code)) for code in {code for code, _field in rows if code}), key=lambda one: one[1]
    )
    there = {field for _code, field in rows}
    return towns, [(value, str(label)) for value, label in SeasonPlace.Field.choices if value in there]


@dataclass(slots=True)
class PlaceRow:
    place: SeasonPlace
    pay: str
    languages: list[str]

    @property
    def is_full(self) -> bool:
        return getattr(self.place, "taken", 0) >= self.place.seats


def row_of(place: SeasonPlace) -> PlaceRow:
    return PlaceRow(place, pay_words(place), spoken.names(place.languages))


def own_places(season: Season, user: Any) -> list[SeasonPlace]:
    """Of organisations that the person acts for, withdrawn ones too; `sent` wait for an answer."""
    if not user.is_authenticated:
        return []
    own = Profile.objects.decided_by(user)
    found = season.places.filter(profile__in=own.values("pk")).select_related("profile")
    counted = found.annotate(
        sent=Count("wishes", filter=Q(wishes__state=State.SENT)),
        taken=Count("wishes", filter=Q(wishes__state=State.ACCEPTED)),
    )
    return list(counted.order_by(F("withdrawn_at").asc(nulls_first=True), "task", "pk"))


def all_places(season: Season) -> list[SeasonPlace]:
    """For its host: also withdrawn ones, with numbers and no names."""
    counted = season.places.select_related("profile", "opportunity").annotate(
        applied=Count("wishes"),
        sent=Count("wishes", filter=Q(wishes__state=State.SENT)),
        taken=Count("wishes", filter=Q(wishes__state=State.ACCEPTED)),
    )
    return list(counted.order_by(F("withdrawn_at").asc(nulls_first=True), "task", "pk"))


def languages_of(user: Any) -> list[str]:
    """Those that the person's own profile as a student names."""
    own = own_profile(user)
    return list(own.languages) if own is not None else []


def own_profile(user: Any) -> Profile | None:
    """As a student."""
    if not user.is_authenticated:
        return None
    return Profile.objects.spoken_for_by(user).filter(kind=Profile.Kind.STUDENT).order_by("pk").first()


@dataclass(slots=True)
class ShownProfile:
    """What an applicant lets the places see of their profile: (heading, text, its language), and themes."""

    texts: list[tuple[str, str, str]]
    themes: list[str]


def shown_of(applications: Iterable[SeasonApplication]) -> dict[int, ShownProfile]:
    """By application, of those who have chosen something and have a profile still. A fixed number of reads."""
    asked = {one.user_id: one for one in applications if one.shown and not one.is_minor}
    own = Representative.objects.filter(
        user__in=asked, role="owner", profile__kind=Profile.Kind.STUDENT, profile__status=Profile.Status.PUBLISHED
    )
    rows = own.select_related("profile").prefetch_related("profile__texts", "profile__theme_items__tag")
    found = {}
    for row in rows.order_by("-profile"):
        one = asked[row.user_id]
        texts = {text.kind: text for text in row.profile.texts.all()}
        chosen = [(label, texts[part]) for part, label in Shown.choices if part in one.shown and part in texts]
        tags = [item.tag for item in row.profile.theme_items.all()] if Shown.THEMES in one.shown else []
        found[one.pk] = ShownProfile(
            [(str(label), text.text, text.language) for label, text in chosen],
            [tag.label for tag in tags if tag.state == tag.State.ACTIVE],
        )
    return found


def unspoken(place: SeasonPlace, application: SeasonApplication) -> list[str]:
    """The work's languages, when the student has named none of them."""
    return [] if shares_language(place, application.languages) else spoken.names(place.languages)


def other_language(application: SeasonApplication, season: Season) -> str:
    """In which it is written, as far as that can be told, when it is not one of those that the season asks for."""
    found = guess_language(application.text) if season.languages else None
    return ", ".join(spoken.names([found])) if found and found not in season.languages else ""


def wishes_of(application: SeasonApplication) -> list[SeasonWish]:
    """In the student's own order."""
    return list(application.wishes.select_related("place__profile", "place__season"))


@dataclass(slots=True)
class Applicant:
    """As the organisation sees one: `guardian` only when the place needs it and has been offered; of one that has been
    answered otherwise the name alone. `unspoken`: the work's languages when none of them was named; `other_language`:
    what it is written in, when the season asks for others; `aged`: the word of age was given, where it is asked."""

    wish: SeasonWish
    languages: list[str]
    guardian: str
    unspoken: list[str]
    other_language: str
    aged: bool
    profile: ShownProfile | None

    @property
    def is_shown(self) -> bool:
        return self.wish.is_open or self.wish.state == State.ACCEPTED


ORDER = {State.SENT: 0, State.OFFERED: 1, State.ACCEPTED: 2}


def applicants_of(place: SeasonPlace) -> list[Applicant]:
    """Those who wait first, in the order in which they came; a student's own order of wishes is not told."""
    rows = list(place.wishes.select_related("application").order_by("application__sent_at", "pk"))
    rows.sort(key=lambda wish: ORDER.get(State(wish.state), 3))
    profiles = shown_of(wish.application for wish in rows)
    return [
        Applicant(
            wish,
            spoken.names(wish.application.languages),
            _guardian(wish, place),
            unspoken(place, wish.application),
            other_language(wish.application, place.season),
            wish.age_said and wish.application.is_minor and rules.asks_age(place),
            profiles.get(wish.application_id),
        )
        for wish in rows
    ]


def _guardian(wish: SeasonWish, place: SeasonPlace) -> str:
    one = wish.application
    if not place.guardian_needed or wish.state not in (State.OFFERED, State.ACCEPTED) or not one.guardian_contact:
        return ""
    return f"{one.guardian_name}, {one.guardian_contact}"


def of_profile(profile: Profile, user: Any, now: datetime) -> QuerySet[Season]:
    """Of a host its seasons, of an organisation those in which it has a place: those that are not over."""
    there = SeasonPlace.objects.standing().filter(profile=profile).values("season")
    return running(user, now).filter(Q(host=profile) | Q(pk__in=there))


def export_of(user: Any) -> dict[str, Any]:
    """What is known of a student, for the person's own export."""
    found = SeasonApplication.objects.filter(user=user).select_related("season")
    return {
        "applications": [
            {
                "season": one.season.name,
                "name": one.name,
                "contact": one.contact,
                "text": one.text,
                "school": one.school,
                "programme": one.programme,
                "languages": one.languages,
                "age": one.age,
                "shown_of_profile": one.shown,
                "guardian_name": one.guardian_name,
                "guardian_contact": one.guardian_contact,
                "sent_at": one.sent_at.isoformat(),
                "places": [
                    {
                        "task": wish.place.task,
                        "organisation": wish.place.profile.name,
                        "state": wish.state,
                        "age_said": wish.age_said,
                    }
                    for wish in wishes_of(one)
                ],
            }
            for one in found
        ]
    }


# --- Of what stands on the market


def where_kept(opportunity: Opportunity) -> str:
    place = SeasonPlace.objects.select_related("season").filter(opportunity=opportunity).first()
    return place.get_absolute_url() if place is not None else ""


def where_called(opportunity: Opportunity) -> str:
    season = Season.objects.filter(opportunity=opportunity).first()
    return season.get_absolute_url() if season is not None else ""

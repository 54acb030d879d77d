"""Addresses of seasons: a draft, one open with an application and an offer, one over; and makers for the journey."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, Representative, User
from studies.models import Season, SeasonApplication, SeasonPlace, SeasonWish
from studies.services import seasons, seasons_applying, seasons_ending, seasons_places
from studies.services.seasons import SeasonPlan
from studies.services.seasons_applying import ApplicationPlan
from studies.services.seasons_places import SeasonPlacePlan
from tests.e2e.made import PEOPLE

NOT_PAGES = {"season_act", "season_place_accept", "season_mine_act", "season_applicants_act"}
HOST, STUDENT, TASK = "Selaimen kunta", "Kaisla", "Juttuja kunnan yrityksistä"
LINES = "Opiskelen toista vuotta, ja tykkään kirjoittaa ja kysellä ihmisiltä."


def names() -> set[str]:
    """What nobody translates."""
    return {HOST, STUDENT, *Season.objects.values_list("name_fi", flat=True), *SeasonPlace.objects.values_list("task", flat=True)}  # fmt: skip  # noqa: E501 (one set)


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    draft, running, over = _season("luonnos", publish=False), _season("auki"), _season("ohi")
    for one in (running, over):
        _with_people(one)
    if over.state != Season.State.ENDED:
        seasons_ending.close_season(season=over, by=_user("coordinator"), now=timezone.now())
    place, waits = running.places.order_by("pk")[0], running.places.filter(accepted_at=None)[0]
    at, ended, there = {"slug": running.slug}, {"slug": over.slug}, {"slug": running.slug, "pk": place.pk}
    return [
        ("anonymous", "seasons", {}, ""),
        ("anonymous", "season", at, ""),
        ("anonymous", "season", at, "field=care"),
        ("anonymous", "season", ended, ""),
        ("anonymous", "season_place", there, ""),
        ("student", "season", at, ""),
        ("student", "season_apply", at, ""),
        ("student", "season_mine", at, ""),
        ("student", "season_mine", ended, ""),
        ("student", "season_leave", at, ""),
        ("company", "season", at, ""),
        ("company", "season_place", there, ""),
        ("company", "season_place", {"slug": running.slug, "pk": waits.pk}, ""),
        ("company", "season_place_new", at, "task=carbon"),
        ("company", "season_place_edit", there, ""),
        ("company", "season_place_withdraw", there, ""),
        ("company", "season_applicants", there, ""),
        ("coordinator", "season", {"slug": draft.slug}, ""),
        ("coordinator", "season_new", {}, ""),
        ("coordinator", "season_desk", {"slug": draft.slug}, ""),
        ("coordinator", "season_place", {"slug": running.slug, "pk": waits.pk}, ""),
        ("coordinator", "season_desk", at, ""),
        ("coordinator", "season_desk", ended, ""),
        ("coordinator", "season_edit", at, ""),
        ("coordinator", "season_close", at, ""),
    ]


def town() -> Profile:
    """A municipality for which the coordinator acts."""
    now, values = timezone.now(), {"kind": Profile.Kind.MUNICIPALITY, "name_fi": HOST, "municipality": "167"}
    made: Profile = Profile.objects.get_or_create(
        slug="selaimen-kunta",
        defaults={
            **values,
            "status": Profile.Status.PUBLISHED,
            "published_at": now,
            "claimed_at": now,
            "confirmed_at": now,
        },
    )[0]
    owner = {"role": "owner", "since": now}
    Representative.objects.get_or_create(profile=made, user=_user("coordinator"), defaults=owner)
    return made


def host() -> str:
    return town().name_fi


def apply_too(slug: str, name: str) -> int:
    """Another student of their own accord, for all places of the season."""
    season = Season.objects.get(slug=slug)
    user = User.objects.get_or_create(email=f"{name.lower()}@selain.example", defaults={"name": name})[0]
    made = _apply(season, list(season.places.all()), user, name)
    return made.wishes.count()


def answers(slug: str) -> dict[str, list[str]]:
    """How each application stands, by the applicant's name."""
    found: dict[str, list[str]] = {}
    for wish in SeasonWish.objects.filter(place__season__slug=slug).select_related("application").order_by("pk"):
        found.setdefault(wish.application.name, []).append(wish.state)
    return found


def _user(who: str) -> User:
    return User.objects.get(email=PEOPLE[who])


def _season(word: str, *, publish: bool = True) -> Season:
    slug, now, owner = f"selaimen-kausi-{word}", timezone.now(), _user("coordinator")
    found = Season.objects.filter(slug=slug).first()
    if found is not None:
        return found
    days = [timezone.localdate(now) + timedelta(days=n) for n in (0, 30, 45, 90, 160)]
    plan = SeasonPlan(
        {"fi": f"Selaimen kesätyöt {word}"}, days[0], days[1], days[2], days[3], days[4],
        ledes={"fi": "Kesätöitä nuorille."}, slug=slug,
    )  # fmt: skip
    made = seasons.open_season(plan=plan, host=town(), by=owner, now=now)
    return seasons.publish_season(season=made, by=owner, now=now) if publish else made


def _with_people(season: Season) -> None:
    """Two places of the company, a third that the host has not accepted yet, and a student with an offer. Done again it
    changes nothing."""
    if season.places.exists():
        return
    now, owner = timezone.now(), _user("company")
    mine = Profile.objects.filter(representatives__user=owner).order_by("pk")[0]
    places = []
    for task in (TASK, "Hiilijalanjäljen lasku", "Puistojen hoitoa"):
        plan = SeasonPlacePlan(task, "Haastattelet ja kirjoitat, ja joku on aina apuna.", "fi", pay="12,50",
                               pay_unit="hour", municipality="167")  # fmt: skip
        places.append(seasons_places.add_place(season=season, profile=mine, plan=plan, by=owner, now=now))
    for place in places[:2]:
        seasons_places.accept_place(place=place, by=_user("coordinator"), now=now)
    made = _apply(season, places[:2], _user("student"), STUDENT)
    wish = SeasonWish.objects.get(application=made, place=places[0])
    seasons_applying.offer(wish=wish, by=owner, now=now)


def _apply(season: Season, places: list[SeasonPlace], user: User, name: str) -> SeasonApplication:
    plan = ApplicationPlan(name, "040 1234567", LINES, "adult", [one.pk for one in places])
    return seasons_applying.apply(season=season, plan=plan, by=user, now=timezone.now())

"""The life of a season: opened by its host, published, ended with an answer to everybody, and made again next year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core import audit
from core.errors import DomainError
from core.once import make_once
from core.text import clean_text
from notifications.services import notify
from opportunities.rules.opportunities import end_of, latest_day, today_of
from studies.models import Age, Season, SeasonWish
from studies.rules import seasons as rules
from studies.services import calls
from studies.services.courses import a_year_later

State, Wish = Season.State, SeasonWish.State
RESERVED = ("new",)


class NotTheHost(DomainError):
    message = _("Only those who act for the season's host can do this.")


class NotNow(DomainError):
    message = _("Something has changed since the page was opened. Look at how it stands now.")


class Nameless(DomainError):
    message = _("Write a name in one language at least.")


class DaysInDisorder(DomainError):
    message = _("Applications open first, then close, then answers are given: put the days in that order.")


class OpenTooLong(DomainError):
    message = _("Applications can be open for six months at most.")


class AnswersTooLate(DomainError):
    message = _("Everyone must have an answer within six months of the last day to apply.")


class DayTooFar(DomainError):
    message = _("Choose a day that is at most three years away.")


class WeeksInDisorder(DomainError):
    message = _("The last day of the work comes before the first. Change one of them.")


class AnswersPassed(DomainError):
    message = _("The day by which everyone has an answer has passed. Choose a later one.")


class AddressTaken(DomainError):
    message = _("Another season has this address. Choose another.")


class NobodyMayApply(DomainError):
    message = _("Choose who can apply.")


class PlaceOutside(DomainError):
    message = _("There are places already that are outside these weeks.")


class HiddenHost(DomainError):
    message = _("Your profile is hidden, so nobody would see the season. Make the profile visible first.")


@dataclass(frozen=True)
class SeasonPlan:
    """As its form gives it; an empty `slug` is made from the name. `names` and `ledes` by language."""

    names: dict[str, str]
    opens_on: date
    closes_on: date
    answers_by: date
    works_from: date
    works_until: date
    ledes: dict[str, str] = field(default_factory=dict)
    kind: str = Season.Kind.SUMMER_JOB
    slug: str = ""
    ages: Sequence[str] = tuple(Age.values)
    languages: Sequence[str] = ()
    most_wishes: int = 3

    def check(self, today: date) -> None:
        for name in ("opens_on", "closes_on", "answers_by", "works_from", "works_until"):
            if abs(getattr(self, name) - today) > rules.NEAR:
                raise DayTooFar(field=name)
        if not any(clean_text(name) for name in self.names.values()):
            raise Nameless(field="name_fi")
        if not self.opens_on <= self.closes_on <= self.answers_by:
            raise DaysInDisorder(field="closes_on" if self.closes_on < self.opens_on else "answers_by")
        if self.closes_on > latest_day(self.opens_on):
            raise OpenTooLong(field="closes_on")
        if self.answers_by > latest_day(self.closes_on):
            raise AnswersTooLate(field="answers_by")
        if self.works_until < self.works_from:
            raise WeeksInDisorder(field="works_until")
        if not set(self.ages) & set(Age.values):
            raise NobodyMayApply(field="ages")


def lock_season(season: Season) -> Season:
    """As it stands, held until the transaction ends: all that happens in a season stands in line here."""
    held = Season.objects.select_for_update(of=("self",))
    return held.select_related("host", "opportunity").get(pk=season.pk)


def lock_for_host(season: Season, by: Any) -> Season:
    season = lock_season(season)
    if not rules.may_run(by, season):
        raise NotTheHost
    return season


def tell(kind: str, people: Iterable[Any], season: Season, *, now: datetime, key: str, **more: Any) -> None:
    notify(f"studies.{kind}", list(people), {"season": season.pk, **more}, key=f"{season.pk}-{key}", now=now)


def givers_in(season: Season) -> list[User]:
    """Those who act for organisations with a place in it."""
    standing = season.places.standing().values("profile")
    return list(User.objects.deciding_for(standing))


def open_season(*, plan: SeasonPlan, host: Profile, by: Any, now: datetime, key: str | None = None) -> Season:
    """A draft. Raises `NotTheHost`, `AddressTaken` and what the plan's check raises."""
    if not rules.may_host_as(by, host):
        raise NotTheHost(field="host")
    plan.check(today_of(now))

    def make() -> Season:
        made = Season(host=host, created_by=by, creation_key=key or None)
        write_plan(made, plan)
        audit.record("season.opened", made, by=by, now=now)
        return made

    return make_once(Season.objects, key, by, make)


def write_plan(season: Season, plan: SeasonPlan) -> None:
    for code in ("fi", "sv", "en"):
        setattr(season, f"name_{code}", clean_text(plan.names.get(code, ""))[:120])
        setattr(season, f"lede_{code}", clean_text(plan.ledes.get(code, ""))[:600])
    for name in ("kind", "opens_on", "closes_on", "answers_by", "works_from", "works_until", "most_wishes"):
        setattr(season, name, getattr(plan, name))
    season.ages, season.languages = [one for one in Age.values if one in plan.ages], list(plan.languages)
    season.opens_at = end_of(date.fromordinal(plan.opens_on.toordinal() - 1))
    season.closes_at, season.answers_at = end_of(plan.closes_on), end_of(plan.answers_by)
    season.slug = _free_slug(season, plan.slug)
    season.save()


def _free_slug(season: Season, wanted: str) -> str:
    """The one that was asked for, or one made of the name. Raises `AddressTaken`."""
    others = Season.objects.exclude(pk=season.pk)
    if wanted:
        if wanted in RESERVED or others.filter(slug=wanted).exists():
            raise AddressTaken(field="slug")
        return wanted
    if season.slug:
        return season.slug
    base = slugify(season.name_fi or season.name_sv or season.name_en)[:70] or "season"
    found, number = base, 1
    while found in RESERVED or others.filter(slug=found).exists():
        number += 1
        found = f"{base}-{number}"
    return found


@transaction.atomic
def publish_season(*, season: Season, by: Any, now: datetime) -> Season:
    """From now on its campaign page is everyone's, and organisations can add places. Published already, it stays so.
    Raises `NotTheHost`, `NotNow`, `HiddenHost` or `AnswersPassed`."""
    season = lock_for_host(season, by)
    if season.state == State.PUBLIC:
        return season
    if season.state == State.ENDED:
        raise NotNow
    if season.host.visibility == Profile.Visibility.HIDDEN:
        raise HiddenHost
    if season.answers_at <= now:
        raise AnswersPassed
    season.state = State.PUBLIC
    season.save(update_fields=["state", "changed_at"])
    calls.keep_call_in_step(season, by=by, now=now)
    calls.tell_of_season(season, now=now)
    audit.record("season.published", season, by=by, now=now)
    return season


@transaction.atomic
def discard_season(*, season: Season, by: Any, now: datetime) -> None:
    """A draft is thrown away. Raises `NotTheHost` or `NotNow`."""
    season = lock_for_host(season, by)
    if season.state != State.DRAFT:
        raise NotNow
    audit.record("season.discarded", season, by=by, now=now)
    season.delete()


@transaction.atomic
def repeat_season(*, season: Season, by: Any, now: datetime) -> Season:
    """The same a year later, as a draft: names, days and who can apply; no place and no student. Pressed twice it is
    made once. Raises `NotTheHost`."""
    season = lock_for_host(season, by)
    there = Season.objects.filter(made_from=season, state=State.DRAFT).first()
    if there is not None:
        return there
    days: dict[str, Any] = {
        name: a_year_later(getattr(season, name))
        for name in ("opens_on", "closes_on", "answers_by", "works_from", "works_until")
    }
    plan = SeasonPlan(
        names={code: _next_year(getattr(season, f"name_{code}"), season.works_from) for code in ("fi", "sv", "en")},
        ledes={code: _next_year(getattr(season, f"lede_{code}"), season.works_from) for code in ("fi", "sv", "en")},
        kind=season.kind, ages=season.ages, languages=season.languages, most_wishes=season.most_wishes, **days,
    )  # fmt: skip
    made = Season(host=season.host, created_by=by, made_from=season)
    write_plan(made, plan)
    audit.record("season.repeated", made, by=by, now=now)
    return made


def _next_year(text: str, day: date) -> str:
    """*Summer jobs 2027* is *Summer jobs 2028* next year."""
    return text.replace(str(day.year), str(day.year + 1))


def figures(season: Season) -> dict[str, int]:
    """For its host: numbers, and never who. `unanswered`: wishes that wait for the organisation."""
    if season.state == State.ENDED and season.kept:
        return {name: int(value) for name, value in season.kept.items()}
    standing = list(season.places.standing().values_list("seats", flat=True))
    wishes = list(SeasonWish.objects.filter(place__season=season).values_list("state", "rank"))
    return {
        "places": len(standing),
        "seats": sum(standing),
        "applicants": season.applications.count(),
        "applications": len(wishes),
        "filled": sum(1 for state, _rank in wishes if state == Wish.ACCEPTED),
        "first": sum(1 for state, rank in wishes if state == Wish.ACCEPTED and rank == 1),
        "offered": sum(1 for state, _rank in wishes if state == Wish.OFFERED),
        "unanswered": sum(1 for state, _rank in wishes if state == Wish.SENT),
    }


def forget_day(now: datetime) -> date:
    return today_of(now) + rules.FORGOTTEN_AFTER

"""One application to a season's places, and what is answered: an offer, a no; one place is taken and the rest freed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts import spoken
from core import audit
from core.errors import DomainError
from core.text import clean_text
from studies.models import Age, Season, SeasonApplication, SeasonPlace, SeasonWish, Shown
from studies.rules import seasons as rules
from studies.rules.languages import shares_language
from studies.services.courses import people_of
from studies.services.minors import AgeUnsaid, check_unseen
from studies.services.seasons import NotNow, lock_season, tell
from studies.services.seasons_places import NotYourOrganisation, revive

Wish = SeasonWish.State
SHORTEST = 30
HOLDS = (Wish.OFFERED, Wish.ACCEPTED)


class NotOpen(DomainError):
    message = _("Applications are not open.")


class NotYours(DomainError):
    message = _("Only the one who applied can do this.")


class Incomplete(DomainError):
    message = _("Write your name, and how the workplace reaches you.")


class TooShort(DomainError):
    message = _("Write a few lines: who you are, and what you would like to do.")


class NoWish(DomainError):
    message = _("Choose one place at least.")


class TooManyWishes(DomainError):
    message = _("That is more places than one can apply for in this season.")


class NotOffered(DomainError):
    message = _("One of the places is not offered any more. Look at the list again.")


class NotForAge(DomainError):
    message = _("This season is not for your age.")


class TooYoung(DomainError):
    message = _("One of the places is for those who are 18 or over.")


class LanguageMissing(DomainError):
    """Of a place that cannot do without."""

    def __init__(self, place: SeasonPlace) -> None:
        told = {"languages": ", ".join(spoken.names(place.languages))}
        words = _(
            "The work needs one of these languages: %(languages)s. Tick the one that you speak, or leave the place out."
        )
        super().__init__(words % told, field=f"place_{place.pk}")


class GuardianMissing(DomainError):
    message = _("One of the places asks for a guardian's contact from those under 18. Write it here.")


class OwnPlace(DomainError):
    message = _("One of the places is of an organisation that you act for.")


class SeatsGone(DomainError):
    message = _("All the seats of this place have been offered. When somebody says no, there is one again.")


class TakenAnother(DomainError):
    """The second acceptance is refused by the first one's name."""


@dataclass(frozen=True)
class ApplicationPlan:
    """As the student gives it; `places` are numbers, the dearest first; `aged` are those of them whose lowest age the
    student says to have reached when the work begins; `shown`, what the places see of the student's own profile."""

    name: str
    contact: str
    text: str
    age: str
    places: Sequence[int]
    school: str = ""
    programme: str = ""
    languages: Sequence[str] = ()
    guardian_name: str = ""
    guardian_contact: str = ""
    aged: Collection[int] = ()
    shown: Collection[str] = ()


@transaction.atomic
def apply(*, season: Season, plan: ApplicationPlan, by: Any, now: datetime) -> SeasonApplication:
    """Send, or change what was sent: places that were taken back go, answers that were given stay. From now on the
    organisations see it, each in its own places. Raises `NotOpen`, and for what is missing or wrong the errors above.
    """
    season = lock_season(season)
    if season.phase(now) != Season.Phase.OPEN or not rules.may_see_season(by, season):
        raise NotOpen
    places = _checked(season, plan, by)
    is_minor = plan.age == Age.MINOR
    needs = is_minor and any(place.guardian_needed for place in [*places, *_held(season, plan, by)])
    guardian = [clean_text(plan.guardian_name)[:80], clean_text(plan.guardian_contact)[:120]] if needs else ["", ""]
    if needs and not all(guardian):
        raise GuardianMissing(field="guardian_contact" if guardian[0] else "guardian_name")
    values = {
        "name": clean_text(plan.name)[:80],
        "contact": clean_text(plan.contact)[:120],
        "text": clean_text(plan.text),
        "school": clean_text(plan.school)[:120],
        "programme": clean_text(plan.programme)[:120],
        "languages": list(plan.languages),
        "age": plan.age,
        "shown": [part for part in Shown.values if part in plan.shown] if plan.age == Age.ADULT else [],
        "guardian_name": guardian[0],
        "guardian_contact": guardian[1],
        "sent_at": now,
    }
    made, is_new = SeasonApplication.objects.update_or_create(season=season, user=by, defaults=values)
    _set_wishes(made, places, _aged(plan, places), season, now)
    audit.record("season.applied" if is_new else "season.application_changed", season, by=by, now=now)
    return made


def _checked(season: Season, plan: ApplicationPlan, by: Any) -> list[SeasonPlace]:
    """The places in their order."""
    for name in ("name", "contact"):
        if not clean_text(getattr(plan, name)):
            raise Incomplete(field=name)
    if len(clean_text(plan.text)) < SHORTEST:
        raise TooShort(field="text")
    if plan.age not in season.ages:
        raise NotForAge(field="age")
    if plan.age == Age.MINOR:
        check_unseen(by, field="age")
    if not plan.places:
        raise NoWish(field="places")
    held = _held(season, plan, by)
    if len(plan.places) + len(held) > season.most_wishes:
        raise TooManyWishes(field="places")
    if plan.age == Age.MINOR:
        _check_held(held, plan, by)
    before = SeasonWish.objects.filter(application__user=by, place__season=season).values("place")
    offered = SeasonPlace.objects.seen_by(by).filter(season=season, pk__in=plan.places).select_related("profile")
    taken = Count("wishes", filter=Q(wishes__state=Wish.ACCEPTED))
    found = {place.pk: place for place in offered}
    full = {pk for pk, seats, n in offered.annotate(n=taken).values_list("pk", "seats", "n") if n >= seats}
    had = set(before.values_list("place", flat=True))
    if len(found) != len(plan.places) or len(set(plan.places)) != len(plan.places):
        raise NotOffered(field="places")
    if full - had:
        raise NotOffered(field="places")
    if plan.age == Age.MINOR and any(place.lowest_age >= rules.ADULT for place in found.values()):
        raise TooYoung(field="places")
    if any(rules.may_change_place(by, place) for place in found.values()):
        raise OwnPlace(field="places")
    places = [found[pk] for pk in plan.places]
    for place in places:
        if place.languages_required and not shares_language(place, plan.languages):
            raise LanguageMissing(place)
        if plan.age == Age.MINOR and rules.asks_age(place) and place.pk not in plan.aged:
            raise AgeUnsaid(place, field=f"aged_{place.pk}")
    return places


def _check_held(held: Sequence[SeasonPlace], plan: ApplicationPlan, by: Any) -> None:
    """One who says now to be under 18 keeps a place that asks for more only by a word that was given. Raises
    `TooYoung` or `AgeUnsaid`."""
    if any(place.lowest_age >= rules.ADULT for place in held):
        raise TooYoung(field="age")
    said = SeasonWish.objects.filter(application__user=by, place__in=held, age_said=True).values_list(
        "place", flat=True
    )
    unsaid = [one for one in held if rules.asks_age(one) and one.pk not in set(said)]
    if unsaid:
        raise AgeUnsaid(unsaid[0], field="age")


def _aged(plan: ApplicationPlan, places: Sequence[SeasonPlace]) -> set[int]:
    """Where it is asked and of whom; a word that nobody asked for is not kept."""
    if plan.age != Age.MINOR:
        return set()
    return {place.pk for place in places if rules.asks_age(place) and place.pk in plan.aged}


def _held(season: Season, plan: ApplicationPlan, by: Any) -> list[SeasonPlace]:
    """Places that are offered or taken already and stay, though the new form does not name them."""
    wishes = SeasonWish.objects.filter(application__user=by, application__season=season, state__in=HOLDS)
    return [one.place for one in wishes.exclude(place__in=plan.places).select_related("place")]


def _set_wishes(
    application: SeasonApplication, places: Sequence[SeasonPlace], aged: set[int], season: Season, now: datetime
) -> None:
    there = {one.place_id: one for one in application.wishes.all()}
    chosen = {place.pk for place in places}
    gone = [one.pk for pk, one in there.items() if pk not in chosen and one.state == Wish.SENT]
    SeasonWish.objects.filter(pk__in=gone).delete()
    has_place = any(one.state == Wish.ACCEPTED for one in there.values())
    for rank, place in enumerate(places, start=1):
        before = there.get(place.pk)
        if before is not None:
            SeasonWish.objects.filter(pk=before.pk).update(rank=rank, age_said=place.pk in aged)
            continue
        state = Wish.FREED if has_place else Wish.SENT
        SeasonWish.objects.create(
            application=application, place=place, rank=rank, state=state, state_since=now, age_said=place.pk in aged
        )
        if not has_place:
            key = f"{application.pk}-{place.pk}"
            tell("season_applied", people_of(place.profile), season, now=now, key=key, place=place.pk)


@transaction.atomic
def withdraw(*, application: SeasonApplication, by: Any, now: datetime) -> None:
    """The student takes it all back, and it is deleted at once. Raises `NotYours`."""
    season = lock_season(application.season)
    found = SeasonApplication.objects.filter(pk=application.pk, user=by).first()
    if found is None:
        raise NotYours
    forget_application(found, season, now=now)
    audit.record("season.application_withdrawn", season, by=by, now=now)


def forget_application(application: SeasonApplication, season: Season, *, now: datetime) -> None:
    """Of a locked season. An organisation hears, without a name, that a seat which it had offered is free."""
    held = list(application.wishes.filter(state__in=HOLDS).select_related("place__profile"))
    number = application.pk
    application.delete()
    if season.is_running(now):
        for one in held:
            _tell_free(one, season, now, f"l{number}")


def _tell_free(wish: SeasonWish, season: Season, now: datetime, key: str) -> None:
    people = people_of(wish.place.profile)
    tell("season_free", people, season, now=now, key=f"{key}-{wish.place_id}", place=wish.place_id)


# --- The organisation ------------------------------------------------------------------------------------------------


def _for_place(wish: SeasonWish, by: Any, now: datetime) -> tuple[Season, SeasonWish]:
    """Raises `NotYourOrganisation` or `NotNow`."""
    season = lock_season(wish.place.season)
    found = _fresh(wish)
    if not rules.may_change_place(by, found.place):
        raise NotYourOrganisation
    if not season.is_running(now) or found.state != Wish.SENT:
        raise NotNow
    return season, found


def _fresh(wish: SeasonWish) -> SeasonWish:
    found = SeasonWish.objects.select_related("application__user", "place__profile").filter(pk=wish.pk).first()
    if found is None:
        raise NotNow
    return found


def _move(wish: SeasonWish, state: Wish, now: datetime) -> None:
    wish.state, wish.state_since = state, now
    wish.save(update_fields=["state", "state_since"])


@transaction.atomic
def offer(*, wish: SeasonWish, by: Any, now: datetime) -> SeasonWish:
    """No more than there are seats; another may offer to the same student. Raises `NotYourOrganisation`, `NotNow` or
    `SeatsGone`."""
    season, wish = _for_place(wish, by, now)
    if wish.place.wishes.filter(state__in=HOLDS).count() >= wish.place.seats:
        raise SeatsGone
    _move(wish, Wish.OFFERED, now)
    audit.record("season.offered", wish, by=by, now=now)
    key = f"o{wish.pk}-{now:%Y%m%d%H%M%S%f}"
    tell("season_offer", [wish.application.user], season, now=now, key=key, place=wish.place_id)
    return wish


@transaction.atomic
def decline(*, wish: SeasonWish, by: Any, now: datetime) -> SeasonWish:
    """The student is told kindly and at once. Raises `NotYourOrganisation` or `NotNow`."""
    season, wish = _for_place(wish, by, now)
    _decline(wish, season, by, now)
    return wish


def _decline(wish: SeasonWish, season: Season, by: Any, now: datetime) -> None:
    _move(wish, Wish.DECLINED, now)
    audit.record("season.declined", wish, by=by, now=now)
    tell("season_declined", [wish.application.user], season, now=now, key=f"d{wish.pk}", place=wish.place_id)


@transaction.atomic
def decline_rest(*, place: SeasonPlace, by: Any, now: datetime) -> int:
    """When all seats are taken: a no to everyone who waits. Raises `NotYourOrganisation` or `NotNow`."""
    season = lock_season(place.season)
    if not rules.may_change_place(by, place):
        raise NotYourOrganisation
    if not season.is_running(now) or place.wishes.filter(state=Wish.ACCEPTED).count() < place.seats:
        raise NotNow
    waiting = list(place.wishes.filter(state=Wish.SENT).select_related("application__user", "place__profile"))
    for one in waiting:
        _decline(one, season, by, now)
    return len(waiting)


# --- The student -----------------------------------------------------------------------------------------------------


def _own(wish: SeasonWish, by: Any, now: datetime) -> tuple[Season, SeasonWish]:
    season = lock_season(wish.place.season)
    found = _fresh(wish)
    if found.application.user_id != by.pk:
        raise NotYours
    if not season.is_running(now):
        raise NotNow
    return season, found


def accept(*, wish: SeasonWish, by: Any, now: datetime) -> SeasonWish:
    """One place: the student's other wishes are let go with it. Of two acceptances at the same moment one holds, and
    the other is refused by the name of the first. Raises `NotYours`, `NotNow` or `TakenAnother`."""
    try:
        with transaction.atomic():
            return _accept(wish, by, now)
    except IntegrityError as error:  # the database's own word that there is one already
        raise _taken(wish) from error


def _taken(wish: SeasonWish) -> TakenAnother:
    first = SeasonWish.objects.select_related("place__profile").filter(
        application=wish.application_id, state=Wish.ACCEPTED
    )
    place = first[0].place
    told = {"task": place.task, "who": place.profile.name}
    return TakenAnother(_("You have taken a place already: %(task)s, %(who)s. It holds.") % told)


def _accept(wish: SeasonWish, by: Any, now: datetime) -> SeasonWish:
    season, wish = _own(wish, by, now)
    others = SeasonWish.objects.filter(application=wish.application_id).exclude(pk=wish.pk)
    if others.filter(state=Wish.ACCEPTED).exists():
        raise _taken(wish)
    if wish.state != Wish.OFFERED:
        raise NotNow
    _move(wish, Wish.ACCEPTED, now)
    offered = list(others.filter(state=Wish.OFFERED).select_related("place__profile"))
    others.filter(state__in=SeasonWish.OPEN).update(state=Wish.FREED, state_since=now)
    audit.record("season.accepted", wish, by=by, now=now)
    people = people_of(wish.place.profile)
    key = f"a{wish.pk}-{now:%Y%m%d%H%M%S%f}"
    tell("season_accepted", people, season, now=now, key=key, place=wish.place_id)
    for one in offered:
        _tell_free(one, season, now, f"f{one.pk}")
    return wish


@transaction.atomic
def turn_down(*, wish: SeasonWish, by: Any, now: datetime) -> SeasonWish:
    """An offer, or a place that was accepted; then the other wishes wait again. Raises `NotYours` or `NotNow`."""
    season, wish = _own(wish, by, now)
    if wish.state not in HOLDS:
        raise NotNow
    had = wish.state == Wish.ACCEPTED
    _move(wish, Wish.TURNED_DOWN, now)
    if had:
        revive(SeasonApplication.objects.filter(pk=wish.application_id), now=now)
    audit.record("season.turned_down", wish, by=by, now=now)
    _tell_free(wish, season, now, f"t{wish.pk}")
    return wish

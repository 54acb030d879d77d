"""Places of a season: added, changed and withdrawn by an organisation, accepted by the host where minors can apply;
while one can apply they stand on the market.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from core.once import make_once
from core.text import clean_text
from opportunities.models import Opportunity
from opportunities.services import kept
from opportunities.services.opportunities import Plan
from studies.models import Season, SeasonApplication, SeasonPlace, SeasonWish
from studies.rules import seasons as rules
from studies.rules.theses import read_pay
from studies.services import market
from studies.services.courses import people_of
from studies.services.seasons import NotNow, lock_for_host, lock_season, tell
from studies.wording import pay_words

Wish = SeasonWish.State
KEEPER = "studies.seasons"


class NotYourOrganisation(DomainError):
    message = _("Only an owner or an editor of the organisation can do this.")


class NotAddingNow(DomainError):
    message = _("Places cannot be added any more: applications have closed.")


class OutsideSeason(DomainError):
    message = _("Choose days within the weeks of the season.")


class EndsBeforeItStarts(DomainError):
    message = _("The last day of the work comes before the first. Change one of them.")


class PayUnclear(DomainError):
    message = _("Write the pay in euros as a number alone, such as 12,50 or 1500. Leave it empty if nothing is paid.")


class TooYoungForAll(DomainError):
    message = _("The season is for those aged 15–17, and this place is not. Choose a lower age.")


class AppliedFor(DomainError):
    message = _("Somebody has applied already, so the age and the guardian's contact cannot be changed.")


class TooFewSeats(DomainError):
    message = _("More students than that have been offered a place already.")


@dataclass(frozen=True)
class SeasonPlacePlan:
    """As its form gives it. `pay` is what was typed; without days the place is for the season's whole time."""

    task: str
    text: str
    language: str
    field: str = SeasonPlace.Field.OTHER
    languages: Sequence[str] = ()
    languages_required: bool = False
    municipality: str = ""
    seats: int = 1
    starts_on: date | None = None
    ends_on: date | None = None
    pay: str = ""
    pay_unit: str = SeasonPlace.PayUnit.MONTH
    lowest_age: int = 15
    guardian_needed: bool = False

    def fields(self, season: Season) -> dict[str, Any]:
        """Raises `OutsideSeason`, `EndsBeforeItStarts`, `PayUnclear` or `TooYoungForAll`."""
        starts_on, ends_on = self.starts_on or season.works_from, self.ends_on or season.works_until
        if not season.works_from <= starts_on <= season.works_until:
            raise OutsideSeason(field="starts_on")
        if not season.works_from <= ends_on <= season.works_until:
            raise OutsideSeason(field="ends_on")
        if ends_on < starts_on:
            raise EndsBeforeItStarts(field="ends_on")
        if self.lowest_age >= rules.ADULT and "adult" not in season.ages:
            raise TooYoungForAll(field="lowest_age")
        return {
            **vars(self),
            "task": clean_text(self.task)[:120],
            "text": clean_text(self.text),
            "languages": list(self.languages),
            "languages_required": self.languages_required and bool(self.languages),
            "starts_on": starts_on,
            "ends_on": ends_on,
            "pay": self._pay(),
            "guardian_needed": self.guardian_needed and self.lowest_age < rules.ADULT,
        }

    def _pay(self) -> Decimal | None:
        try:
            return read_pay(self.pay)
        except ValueError as error:
            raise PayUnclear(field="pay") from error


@transaction.atomic
def add_place(
    *, season: Season, profile: Profile, plan: SeasonPlacePlan, by: Any, now: datetime, key: str | None = None
) -> SeasonPlace:
    """From the season's publishing until applications close. Where minors can apply, it waits for the host, unless the
    host adds it. Raises `NotYourOrganisation`, `NotAddingNow` and what
    the plan raises."""
    season = lock_season(season)
    if not rules.may_give_as(by, profile):
        raise NotYourOrganisation(field="profile")
    if not rules.may_see_season(by, season) or not may_add(season, now):
        raise NotAddingNow
    fields = plan.fields(season)

    def make() -> SeasonPlace:
        made = SeasonPlace.objects.create(
            season=season, profile=profile, made_at=now, accepted_at=now if rules.may_run(by, season) else None,
            created_by=by, creation_key=key or None, **fields,
        )  # fmt: skip
        audit.record("season.place", made, by=by, now=now)
        hosts = [one for one in people_of(season.host) if one.pk != by.pk]
        kind = "season_place_waits" if made.waits else "season_place"
        tell(kind, hosts, season, now=now, key=f"p{made.pk}", place=made.pk)
        put_on_market(made, season, now=now)
        return made

    return make_once(SeasonPlace.objects, key, by, make)


def may_add(season: Season, now: datetime) -> bool:
    return season.phase(now) in (Season.Phase.BEFORE, Season.Phase.OPEN)


@transaction.atomic
def accept_place(*, place: SeasonPlace, by: Any, now: datetime) -> SeasonPlace:
    """By the host, while places can be added: from now on students see it. Accepted already, it stays so. Raises
    `NotTheHost` or `NotNow`."""
    season = lock_for_host(place.season, by)
    place = season.places.select_related("profile", "opportunity").get(pk=place.pk)
    if place.accepted_at is not None:
        return place
    if place.withdrawn_at is not None or not may_add(season, now):
        raise NotNow
    place.accepted_at = now
    place.save(update_fields=["accepted_at"])
    audit.record("season.place_accepted", place, by=by, now=now)
    key = f"y{place.pk}-{now:%Y%m%d%H%M%S%f}"
    tell("season_place_accepted", people_of(place.profile), season, now=now, key=key, place=place.pk)
    put_on_market(place, season, now=now)
    return place


@transaction.atomic
def edit_place(*, place: SeasonPlace, plan: SeasonPlacePlan, by: Any, now: datetime) -> SeasonPlace:
    """Until applications close. What its host accepted waits for the host again where minors can apply; where somebody
    has applied already, it stays and the host is told. Raises `NotYourOrganisation`, `NotNow`, `AppliedFor`,
    `TooFewSeats` and what the plan raises."""
    season = lock_season(place.season)
    place = _locked(place, by)
    if not may_add(season, now) or place.withdrawn_at is not None:
        raise NotNow
    fields = plan.fields(season)
    is_applied_for = place.wishes.exists()
    for name in ("lowest_age", "guardian_needed"):
        if is_applied_for and fields[name] != getattr(place, name):
            raise AppliedFor(field=name)
    if place.wishes.filter(state__in=[Wish.OFFERED, Wish.ACCEPTED]).count() > fields["seats"]:
        raise TooFewSeats(field="seats")
    is_other = any(fields[name] != getattr(place, name) for name in fields.keys() - {"seats"})
    for name, value in fields.items():
        setattr(place, name, value)
    is_unseen = is_other and place.accepted_at is not None and not rules.may_run(by, season)
    keeps_standing = season.takes_minors and is_applied_for
    if is_unseen and not keeps_standing:
        place.accepted_at = None
    place.save()
    if is_unseen and season.takes_minors:
        kind = "season_place_changed" if keeps_standing else "season_place_waits"
        key = f"e{place.pk}-{now:%Y%m%d%H%M%S%f}"
        tell(kind, people_of(season.host), season, now=now, key=key, place=place.pk)
    if place.waits:
        take_off_market(place, is_found=False, now=now)
    elif place.opportunity is not None:
        kept.change_kept(opportunity=place.opportunity, plan=_plan(place, season), by=by, now=now)
    put_on_market(place, season, now=now)
    return place


@transaction.atomic
def withdraw_place(*, place: SeasonPlace, by: Any, now: datetime) -> None:
    """By its organisation, or by the season's host, of whom the organisation hears. Those who applied are told.
    Raises `NotYourOrganisation` or `NotNow`."""
    season = lock_season(place.season)
    is_own = rules.may_change_place(by, place)
    if not is_own and not rules.may_run(by, season):
        raise NotYourOrganisation
    if not season.is_running(now) and season.state != Season.State.DRAFT:
        raise NotNow
    if not take_away(place, season, by=by, now=now):
        raise NotNow
    if not is_own:
        tell("season_removed", people_of(place.profile), season, now=now, key=f"r{place.pk}", place=place.pk)


def take_away(place: SeasonPlace, season: Season, *, by: Any, now: datetime) -> bool:
    """Of a locked season. False when it was withdrawn already. Whoever had it has the other wishes again."""
    if not SeasonPlace.objects.filter(pk=place.pk, withdrawn_at=None).update(withdrawn_at=now):
        return False
    audit.record("season.withdrawn", place, by=by, now=now)
    waiting = place.wishes.filter(state__in=[*SeasonWish.OPEN, Wish.ACCEPTED]).select_related("application__user")
    told = list(waiting)
    had = [one.application_id for one in told if one.state == Wish.ACCEPTED]
    waiting.update(state=Wish.GONE, state_since=now)
    revive(SeasonApplication.objects.filter(pk__in=had), now=now)
    key = f"w{place.pk}"
    tell("season_gone", [one.application.user for one in told], season, now=now, key=key, place=place.pk)
    take_off_market(place, is_found=False, now=now)
    return True


@transaction.atomic
def taken_down(opportunity: Opportunity, by: Any, now: datetime) -> None:
    """A coordinator took the place's offer down: it is out of its season as well, and those who applied are told."""
    place = SeasonPlace.objects.select_related("season", "profile").filter(opportunity=opportunity).first()
    if place is not None:
        take_away(place, lock_season(place.season), by=by, now=now)


def revive(applications: Any, *, now: datetime) -> None:
    """Wishes that were let go when a place was accepted wait for an answer again."""
    freed = SeasonWish.objects.filter(application__in=applications, state=Wish.FREED, place__withdrawn_at=None)
    freed.update(state=Wish.SENT, state_since=now)


def _locked(place: SeasonPlace, by: Any) -> SeasonPlace:
    """Raises `NotYourOrganisation`."""
    found = SeasonPlace.objects.select_related("season", "profile", "opportunity").get(pk=place.pk)
    if not rules.may_change_place(by, found):
        raise NotYourOrganisation
    return found


# --- The market ------------------------------------------------------------------------------------------------------


def put_on_market(place: SeasonPlace, season: Season, *, now: datetime) -> None:
    """While one can apply, once its host has accepted it. What the market does not take (a hidden profile) is in its
    season all the same, and says why. What a coordinator took down stays down."""
    offer = place.opportunity
    is_down = offer is not None and offer.state == Opportunity.State.TAKEN_DOWN
    if place.waits or season.phase(now) != Season.Phase.OPEN or is_down or (offer is not None and offer.is_open(now)):
        return
    by = market.who_acts(place.profile, place.created_by_id)
    if by is not None:
        market.put(place, keeper=KEEPER, profile=place.profile, plan=_plan(place, season), by=by, now=now)


def keep_in_step(season: Season, *, by: Any, now: datetime) -> None:
    """Of a locked season whose days have changed: on the market stands what one can apply for now, until its last day.
    What a coordinator took down stays down."""
    for place in season.places.filter(withdrawn_at=None).select_related("profile", "opportunity"):
        offer = place.opportunity
        if offer is not None and offer.state == Opportunity.State.TAKEN_DOWN:
            continue
        stands = season.phase(now) == Season.Phase.OPEN and not place.waits
        if stands and offer is not None and offer.is_open(now):
            kept.change_kept(opportunity=offer, plan=_plan(place, season), by=by, now=now)
            continue
        take_off_market(place, is_found=False, now=now)
        put_on_market(place, season, now=now)


def take_off_market(place: SeasonPlace, *, is_found: bool, now: datetime) -> None:
    found = Opportunity.objects.filter(pk=place.opportunity_id).first() if place.opportunity_id else None
    if found is not None:
        kept.end_kept(opportunity=found, is_found=is_found, now=now)


def _plan(place: SeasonPlace, season: Season) -> Plan:
    monthly = place.pay_unit == SeasonPlace.PayUnit.MONTH
    return Plan(
        direction=Opportunity.Direction.OFFER,
        kind=season.kind,
        title=place.task,
        text=place.text,
        language=place.language,
        last_day=season.closes_on,
        municipality=place.municipality,
        starts_on=place.starts_on,
        ends_on=place.ends_on,
        pay=place.pay if monthly else None,
        reward="" if monthly else pay_words(place, place.language),
    )

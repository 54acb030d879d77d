"""Topics, course rounds, seasons and their places on the market: put there, and put back when they are there no more
though they should be. What the market refuses says why, and is not tried again before something has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Profile, Representative, User
from core.errors import DomainError
from opportunities.models import Opportunity
from opportunities.rules.opportunities import MOST_OPEN
from opportunities.services import kept
from opportunities.services import opportunities as market
from opportunities.services.opportunities import Plan
from studies.models import OnMarket

AT_ONCE = 100
Refusal = OnMarket.Refusal
WHY: dict[type[DomainError], Refusal] = {
    market.HiddenCannotPublish: Refusal.HIDDEN,
    market.TooManyOpen: Refusal.FULL,
    market.LastDayPassed: Refusal.DAY,
    market.TooFarAhead: Refusal.DAY,
}


def put(
    thing: Any, *, keeper: str, profile: Profile, plan: Plan, by: Any, now: datetime, is_known: bool = False
) -> None:
    """Of a locked thing that is not on the market: there from now on, or with why it is not."""
    try:
        thing.opportunity = kept.publish_kept(
            keeper=keeper, profile=profile, plan=plan, by=by, now=now, is_known=is_known
        )
        thing.refused = ""
    except DomainError as error:
        thing.opportunity, thing.refused = None, WHY.get(type(error), Refusal.OTHER)
    thing.save(update_fields=["opportunity", "refused"])


def who_acts(profile: Profile, maker: int | None) -> User | None:
    """Who made the thing, or another who acts for the profile."""
    people = User.objects.deciding_for([profile])
    return people.filter(pk=maker or 0).first() or people.first()


def lost(things: Any, *, owner: str, now: datetime) -> Any:
    """Of things that should be on the market, those that are not and that it would take, as far as is known. `owner`
    names the profile's field. What a coordinator took down is not lost. What was refused for the profile's sake waits
    until the profile is seen, or has room; what was refused otherwise is tried when it is changed."""
    acting = Representative.objects.filter(profile=OuterRef(owner), role__in=Representative.DECIDES)
    others = Opportunity.objects.filter(profile=OuterRef(owner)).open(now).not_kept().order_by()
    there = Subquery(others.values("profile").annotate(n=Count("pk")).values("n"))
    seen = Q(refused=Refusal.HIDDEN) & ~Q(**{f"{owner}__visibility": Profile.Visibility.HIDDEN})
    room = Q(refused=Refusal.FULL, open_there__lt=MOST_OPEN)
    found = things.filter(Exists(acting), **{f"{owner}__status": Profile.Status.PUBLISHED})
    found = found.annotate(open_there=Coalesce(there, 0)).filter(Q(refused="") | seen | room)
    stands = Opportunity.objects.filter(pk=OuterRef("opportunity")).filter(
        Q(state=Opportunity.State.OPEN, closes_at__gt=now) | Q(state=Opportunity.State.TAKEN_DOWN)
    )
    return found.filter(~Exists(stands))


def put_back(things: Any, *, owner: str, put_one: Callable[[int], None], now: datetime) -> int:
    """A sweep's part: those that are lost, each in a transaction of its own. Returns how many were tried."""
    keys = list(lost(things, owner=owner, now=now).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in keys:
        with transaction.atomic():
            put_one(pk)
    return len(keys)

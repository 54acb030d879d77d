"""Saved searches: kept by one person, and told of what comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries.directory import vocabulary
from core.errors import DomainError
from core.text import clean_text
from notifications.rules import digest_day
from notifications.services import notify
from opportunities.models import Opportunity, SavedSearch
from opportunities.queries import market
from opportunities.rules.opportunities import MOST_SEARCHES

Rhythm = SavedSearch.Rhythm
AT_ONCE = 100


class NothingAsked(DomainError):
    message = _("Search for something first, or choose what narrows the market. Then save it.")


class TooManySearches(DomainError):
    message = _("You have twenty saved searches. Remove one that you do not need any more.")


class NotYourSearch(DomainError):
    message = _("Only the one who saved it can change it.")


@transaction.atomic
def save_search(*, query: str, name: str, rhythm: str, by: User, now: datetime) -> SavedSearch:
    """The same search saved again gets the new name and rhythm. Raises `NothingAsked` or `TooManySearches`."""
    plain = market.plain_query(query, vocabulary())
    if not plain:
        raise NothingAsked
    User.objects.select_for_update().get(pk=by.pk)
    own = SavedSearch.objects.filter(user=by)
    if own.exclude(query=plain).count() >= MOST_SEARCHES:
        raise TooManySearches
    name = clean_text(name)[:80] or market.name_of(plain)[:80]
    wanted = Rhythm(rhythm) if rhythm in Rhythm.values else Rhythm.DAILY
    defaults = {"name": name, "rhythm": wanted, "saved_at": now}
    saved, _is_new = SavedSearch.objects.update_or_create(user=by, query=plain, defaults=defaults)
    return saved


def remove_search(*, search: SavedSearch, by: User) -> None:
    """No error when it is gone already. Raises `NotYourSearch`."""
    if search.user_id != by.pk:
        raise NotYourSearch
    SavedSearch.objects.filter(pk=search.pk).delete()


def change_rhythm(*, search: SavedSearch, rhythm: str, by: User) -> None:
    """Raises `NotYourSearch`."""
    if search.user_id != by.pk:
        raise NotYourSearch
    if rhythm in Rhythm.values:
        SavedSearch.objects.filter(pk=search.pk).update(rhythm=rhythm)


def tell(*, opportunity_id: int, now: datetime) -> int:
    """Tell those whose saved search the new one answers, each once a search and never of one's own. How many."""
    with transaction.atomic():
        waiting = Opportunity.objects.open(now).filter(pk=opportunity_id, told_at=None)
        if not waiting.update(told_at=now):
            return 0
        opportunity = Opportunity.objects.get(pk=opportunity_id)
        searches = SavedSearch.objects.exclude(rhythm=Rhythm.NEVER).filter(user__is_active=True)
        by_query: dict[str, list[SavedSearch]] = {}
        for search in searches.select_related("user").order_by("pk"):
            by_query.setdefault(search.query, []).append(search)
        told = 0
        for query, same in by_query.items():
            if market.answers(query, opportunity, now=now):
                told += sum(_tell(search, opportunity, now) for search in same)
    return told


def _tell(search: SavedSearch, opportunity: Opportunity, now: datetime) -> bool:
    if not market.told_by(search, now=now).filter(pk=opportunity.pk).exists():
        return False
    if search.rhythm == Rhythm.NOW:
        about: dict[str, Any] = {"search": search.pk, "opportunity": opportunity.pk}
        key, kind = f"{search.pk}:{opportunity.pk}", "opportunities.search_now"
    else:
        day = digest_day(now)
        about, key, kind = {"search": search.pk, "day": day}, f"{search.pk}:{day}", "opportunities.search_daily"
    notify(kind, search.user, about, key=key, now=now)
    return True


def tell_waiting(*, now: datetime) -> int:
    waiting = Opportunity.objects.open(now).filter(told_at=None).order_by("published_at", "pk")
    return sum(tell(opportunity_id=pk, now=now) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))

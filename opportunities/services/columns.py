"""The words that an offer or a need is found by, kept true by whoever changes what stands in them."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import search
from core import places
from opportunities.models import Opportunity


def refresh_search_terms(opportunities: Iterable[Opportunity]) -> None:
    """Title and text in their language, themes in all, the organisation's names, the place and the source."""
    given = list(opportunities)
    fresh = Opportunity.objects.filter(pk__in=[one.pk for one in given])
    columns = {one.pk: _column(one) for one in fresh.select_related("profile").prefetch_related("theme_items__tag")}
    for one in given:
        one.search_terms = columns[one.pk]
    Opportunity.objects.bulk_update(given, ["search_terms"], batch_size=200)


def _column(one: Opportunity) -> str:
    names = [(code, getattr(one.profile, f"name_{code}")) for code in search.LANGUAGES]
    themes = [(code, getattr(item.tag, f"name_{code}")) for item in one.theme_items.all() for code in search.LANGUAGES]
    here = [places.name(one.municipality, code) for code in ("fi", "sv")] if one.municipality else []
    return search.column(
        search.text_terms([(one.language, f"{one.title}\n{one.text}")]),
        search.text_terms(themes),
        search.name_terms(names),
        (term for name in (*here, one.source) for term in search.as_written(name)),
    )

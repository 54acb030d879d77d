"""How an offer or a need reaches the matcher: as one more document of its profile, and as what is asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from matching.engine import Document, Party, Role
from matching.needs import ASKER
from opportunities.models import Opportunity
from themes.models import Theme

PREFIX = "opportunity:"
ROLES = {Opportunity.Direction.OFFER: Role.OFFERS, Opportunity.Direction.NEED: Role.SEEKS}


def documents_of(profile_ids: Collection[int], now: datetime) -> dict[int, list[Document]]:
    """The open ones of the profiles, by profile; one query. Members' ones too: it is members who are told of them."""
    rows = (
        Opportunity.objects.open(now)
        .filter(profile__in=profile_ids)
        .order_by("pk")
        .values_list("pk", "profile_id", "direction", "title", "text", "language", _theme(), _theme_state())
    )
    told: dict[int, tuple[int, str, str, str]] = {}
    themes: dict[int, set[str]] = {}
    for pk, profile_id, direction, title, text, language, slug, state in rows:
        told[pk] = (profile_id, direction, f"{title}\n{text}", language)
        if slug and state == Theme.State.ACTIVE:
            themes.setdefault(pk, set()).add(slug)
    found: dict[int, list[Document]] = {}
    for pk, (profile_id, direction, text, language) in told.items():
        found.setdefault(profile_id, []).append(_document(pk, direction, text, language, themes.get(pk, ())))
    return found


def _theme() -> Coalesce:
    """A merged theme is what it became."""
    return Coalesce(F("theme_items__tag__merged_into__slug"), F("theme_items__tag__slug"))


def _theme_state() -> Coalesce:
    return Coalesce(F("theme_items__tag__merged_into__state"), F("theme_items__tag__state"))


def _document(pk: int, direction: str, text: str, language: str, themes: Iterable[str]) -> Document:
    return Document(f"{PREFIX}{pk}", ROLES[Opportunity.Direction(direction)], text, language, frozenset(themes))


def document_of(opportunity: Opportunity) -> Document:
    """Of one whose themes are loaded or will be: two texts that are asked about one another have these words."""
    tags = [item.tag.merged_into or item.tag for item in opportunity.theme_items.all()]
    slugs = [tag.slug for tag in tags if tag.state == Theme.State.ACTIVE]
    text = f"{opportunity.title}\n{opportunity.text}"
    return _document(opportunity.pk, opportunity.direction, text, opportunity.language, slugs)


def party_of(opportunity: Opportunity) -> Party:
    """It alone, as if it were a party that offers or looks for just that."""
    return Party(ASKER, (document_of(opportunity),), shown=False, reads=False)


def number_in(key: str) -> int | None:
    """Whose document it is, by its key."""
    number = key.removeprefix(PREFIX)
    return int(number) if number != key and number.isdecimal() else None

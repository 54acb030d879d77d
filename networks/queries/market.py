"""What the members of a network offer and look for: what stands on their profiles, their open offers and needs, and who
of them would suit the reader's own organisation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts import wording
from accounts.models import Profile, ProfileText, ProfileTheme
from accounts.queries.directory import found_in
from language import highlight_spans, query_needles, query_terms
from matching import among
from matching.models import Interest
from matching.showing import Card
from networks.models import Membership, Network
from networks.queries.members import shown_members
from opportunities.models import Opportunity, OpportunityTheme
from opportunities.queries import market as open_market
from themes.models import Theme

A_PAGE = 20
SUGGESTED = 5
WISHES = (ProfileText.Kind.SEEKS, ProfileText.Kind.OFFERS)
THEMES = 40
"""So many themes to choose from, those of most members first."""
WAITED = timedelta(seconds=40)
"""So long a page says that the members are being looked through."""


@dataclass(frozen=True)
class Said:
    """A text of a member, or a piece of it, with the words that were searched."""

    kind: str
    language: str
    text: str
    spans: list[tuple[int, int, None]]


@dataclass(frozen=True)
class Row:
    profile: Profile
    said: list[Said]
    themes: list[Theme]
    is_own: bool


def members_for(network: Network, user: Any) -> QuerySet[Profile]:
    """The members' profiles that the reader may see, and with whom nothing stands between: where one of two wants
    nothing of the other, neither is here for the other, and nothing says why."""
    seen = shown_members(network, user).order_by().values("profile")
    own = Profile.objects.represented_by(user).values("pk")
    never = Interest.objects.filter(answer=Interest.Answer.NEVER)
    by_us = never.filter(profile__in=own, other=OuterRef("pk"))
    by_them = never.filter(other__in=own, profile=OuterRef("pk"))
    found: QuerySet[Profile] = Profile.objects.published().filter(pk__in=seen)
    return found.exclude(Exists(by_us)).exclude(Exists(by_them))


def market(network: Network, user: Any, *, words: str = "", wish: str = "", theme: str = "") -> QuerySet[Profile]:
    """Members who offer or look for something, by name: with all the words, with a text of that kind (`seeks`,
    `offers`), and with the theme or one below it."""
    kinds = [wish] if wish in WISHES else WISHES
    texts = ProfileText.objects.filter(profile=OuterRef("pk"), kind__in=kinds)
    found = members_for(network, user).filter(Exists(texts))
    if words:
        found = found.filter(*[found_in("search_terms", entry) for entry in query_needles(words)])
    if theme:
        tagged = ProfileTheme.objects.filter(Q(tag__slug=theme) | Q(tag__parent__slug=theme))
        found = found.filter(Exists(tagged.filter(content_object=OuterRef("pk"))))
    named = ProfileTheme.objects.select_related("tag").order_by("pk")
    return found.order_by("name_fi", "name_sv", "pk").prefetch_related("texts", Prefetch("theme_items", named))


def rows(profiles: list[Profile], *, words: str = "", wish: str = "", own: set[int]) -> list[Row]:
    terms = {term for entry in query_terms(words) for way in entry for term in way} if words else set()
    kinds = [wish] if wish in WISHES else list(WISHES)
    return [
        Row(
            profile,
            [_said(text, terms) for kind in kinds for text in profile.texts.all() if text.kind == kind],
            [one.tag for one in profile.theme_items.all() if one.tag.state == Theme.State.ACTIVE][:4],
            profile.pk in own,
        )
        for profile in profiles
    ]


def _said(text: ProfileText, terms: set[str]) -> Said:
    spans = highlight_spans(text.text, text.language, terms) if terms else []
    piece, marks = wording.piece(text.text, spans)
    return Said(text.kind, text.language, piece, [(start, end, None) for start, end in marks])


def opportunities(
    network: Network, user: Any, *, words: str = "", wish: str = "", theme: str = "", now: datetime
) -> QuerySet[Opportunity]:
    """The members' open offers and needs that the reader sees on the market, the newest first; found by the same words,
    wish and theme as the members."""
    found = Opportunity.objects.seen_by(user, now).filter(
        profile__in=members_for(network, user).order_by().values("pk")
    )
    if wish in WISHES:
        is_need = wish == ProfileText.Kind.SEEKS
        found = found.filter(direction=Opportunity.Direction.NEED if is_need else Opportunity.Direction.OFFER)
    if words:
        found = found.filter(*[found_in("search_terms", entry) for entry in query_needles(words)])
    if theme:
        tagged = OpportunityTheme.objects.filter(Q(tag__slug=theme) | Q(tag__parent__slug=theme))
        found = found.filter(Exists(tagged.filter(content_object=OuterRef("pk"))))
    return open_market.with_row_parts(found.order_by("-published_at", "-pk"))


def opportunity_rows(found: Iterable[Opportunity], words: str) -> list[open_market.Row]:
    terms = {term for entry in query_terms(words) for way in entry for term in way} if words else set()
    return [open_market.row_of(one, terms) for one in found]


def themes_of(network: Network, user: Any, offers: QuerySet[Opportunity] | None) -> list[tuple[str, str]]:
    """(slug, name) of the themes of the members and of what they have open (`offers`, where there is a market)."""
    counts: Counter[int] = Counter()
    members = members_for(network, user).order_by().values("pk")
    counts.update(_themes_in(ProfileTheme.objects.filter(content_object__in=members)))
    if offers is not None:
        counts.update(_themes_in(OpportunityTheme.objects.filter(content_object__in=offers.order_by().values("pk"))))
    found = Theme.objects.in_bulk([pk for pk, _n in counts.most_common(THEMES)])
    return sorted(((one.slug, one.label) for one in found.values()), key=lambda one: one[1])


def _themes_in(tagged: Any) -> dict[int, int]:
    return dict(tagged.filter(tag__state=Theme.State.ACTIVE).order_by().values_list("tag").annotate(n=Count("pk")))


def own_members(network: Network, user: Any) -> list[Profile]:
    """The reader's profiles that are members, in the order in which they came."""
    mine = Membership.objects.standing().of_user(user).filter(network=network).select_related("profile")
    return [one.profile for one in mine.order_by("member_since", "pk").distinct()]


# --- Who would suit


@dataclass(frozen=True)
class Suits:
    """`waits`: the members are being looked through just now."""

    profile: Profile
    cards: list[Card]
    waits: bool


def key_of(network_id: int, profile_id: int) -> str:
    return f"networks.among:{network_id}:{profile_id}"


def must_ask(network: Network, profile: Profile, now: datetime) -> bool:
    """Whether the matcher is to be asked: nothing is known, and nobody has asked of late. Says yes to one alone."""
    return among.must_ask(key_of(network.pk, profile.pk), now)


def suits(network: Network, profile: Profile, user: Any, *, today: date, now: datetime) -> Suits:
    key = key_of(network.pk, profile.pk)
    kept = among.found(key)
    own = Profile.objects.represented_by(user).values("pk")
    others = members_for(network, user).exclude(pk__in=own)
    cards = among.best(profile, others, today=today, kept=kept or [], limit=SUGGESTED)
    asked: datetime | None = cache.get(among.asked_key(key))
    waits = kept is None and asked is not None and now - asked < WAITED
    return Suits(profile, cards, waits)

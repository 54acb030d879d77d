"""Whom an offer or a need would suit, read for a page: what may be shown now of what was found then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.models import Profile
from matching import evidence, needs, showing
from matching.engine import Party
from matching.engine.documents import THEME_PREFIX
from matching.evidence import KeptReason
from matching.indexing import party_of
from matching.queries import vetoes
from matching.showing import Card
from opportunities.models import Answer, Fit, Opportunity, OpportunityTheme, Pair
from opportunities.queries import documents

PARTNERS = 5
OPPOSITES = 8
FOR_YOU = 6


@dataclass(frozen=True)
class Why:
    """Why two meet: words of both, or themes that they share. False when there is nothing to say (any more)."""

    mine: tuple[str, ...] = ()
    mine_language: str = ""
    theirs: tuple[str, ...] = ()
    theirs_language: str = ""
    themes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.theirs or self.themes)


@dataclass(frozen=True)
class Opposite:
    other: Opportunity
    why: Why


@dataclass(frozen=True)
class Suits:
    """`waits`: it is being looked for just now; `failed`: it could not be found out."""

    partners: list[Card] = field(default_factory=list)
    opposites: list[Opposite] = field(default_factory=list)
    waits: bool = False
    failed: bool = False


def suits(opportunity: Opportunity, *, user: Any, now: datetime) -> Suits:
    """For its own people, of one that is open: in a fixed number of reads."""
    question = opportunity.question
    if question is None:
        return Suits()
    found = needs.read_answer(question, user=user, profile=opportunity.profile)
    party = documents.party_of(opportunity)
    cards = showing.cards_for_need(found, party, opportunity.profile)[:PARTNERS]
    opposite = opposites(opportunity, user=user, now=now)
    return Suits(cards, opposite, question.is_waiting, question.failed)


def opposites(opportunity: Opportunity, *, user: Any, now: datetime) -> list[Opposite]:
    """Those that are open and that the reader may see; across a veto there are none. Found from either side."""
    mine, theirs = ("need", "offer") if opportunity.is_need else ("offer", "need")
    pairs = Pair.objects.filter(**{mine: opportunity}).order_by("-points", "-at", "-pk")
    kept = {getattr(pair, f"{theirs}_id"): pair for pair in pairs[: OPPOSITES * 4]}
    if not kept:
        return []
    tagged = OpportunityTheme.objects.select_related("tag__merged_into")
    seen = (
        Opportunity.objects.seen_by(user, now)
        .filter(pk__in=kept)
        .exclude(profile__in=vetoes(opportunity.profile_id) | {opportunity.profile_id})
        .select_related("profile")
        .prefetch_related(Prefetch("theme_items", tagged))
    )
    by_pk = {one.pk: one for one in seen}
    chosen = [by_pk[pk] for pk in kept if pk in by_pk][:OPPOSITES]
    reader = evidence.Reader([one.profile for one in chosen])
    own = {item.tag_id for item in opportunity.theme_items.all()}
    return [_opposite(opportunity, one, kept[one.pk], reader, own) for one in chosen]


def _opposite(me: Opportunity, other: Opportunity, pair: Pair, reader: evidence.Reader, own: set[int]) -> Opposite:
    reason = _reason(me, other, pair, reader)
    themes = tuple(item.tag.label for item in other.theme_items.all() if item.tag_id in own)
    if reason is None:
        return Opposite(other, Why(themes=themes))
    sides = (reason.mine, reason.theirs)
    mine, theirs = sides if pair.found_by_id == me.pk else sides[::-1]
    return Opposite(other, Why(mine.quotes, mine.language, theirs.quotes, theirs.language, themes))


def _reason(me: Opportunity, other: Opportunity, pair: Pair, reader: evidence.Reader) -> KeptReason | None:
    """Read of the two texts alone, as they are now."""
    if not pair.groups:
        return None
    finder, found = (me, other) if pair.found_by_id == me.pk else (other, me)
    return _weightiest(reader, pair.groups, documents.party_of(finder), documents.party_of(found))


def _weightiest(reader: evidence.Reader, groups: Any, mine: Party, theirs: Party) -> KeptReason | None:
    """The weightiest words that both still have."""
    read = reader.understand_between({"groups": groups}, mine, theirs)
    said = [one for one in read.reasons if one.mine.quotes and one.theirs.quotes]
    return next((one for one in said if not any(x.startswith(THEME_PREFIX) for x in one.labels)), None) or next(
        iter(said), None
    )


# --- New for you


def fitting(profiles: Sequence[Profile], *, user: Any, now: datetime, limit: int = FOR_YOU) -> list[Fit]:
    """Open offers and needs that would suit one's own, newest first, each once; not those that were answered."""
    own = [profile.pk for profile in profiles]
    if not own:
        return []
    tagged = Prefetch("opportunity__theme_items", OpportunityTheme.objects.select_related("tag__merged_into"))
    rows = fits_of(own, user=user, now=now).prefetch_related(tagged).order_by("-at", "-points", "pk")[: limit * 2]
    return list({row.opportunity_id: row for row in reversed(list(rows))}.values())[::-1][:limit]


def why_each(fits: Sequence[Fit], now: datetime) -> list[Why]:
    """Why each suits the profile that it was found for, from that profile's side: in a fixed number of reads."""
    if not fits:
        return []
    profiles = {fit.profile_id: fit.profile for fit in fits}
    reader = evidence.Reader(profiles.values())
    own: dict[int, set[int]] = {}
    standing = Opportunity.objects.open(now).filter(profile__in=profiles)
    for profile, theme in standing.values_list("profile", "theme_items__tag"):
        own.setdefault(profile, set()).add(theme)
    return [_why(fit, profiles[fit.profile_id], reader, own.get(fit.profile_id, set())) for fit in fits]


def why_of(opportunity: Opportunity, profile: Profile, now: datetime) -> Why:
    """Why it suits one's own profile, if it was found to."""
    fit = Fit.objects.filter(opportunity=opportunity, profile=profile).first()
    if fit is None:
        return Why()
    fit.opportunity, fit.profile = opportunity, profile
    return why_each([fit], now)[0]


def _why(fit: Fit, profile: Profile, reader: evidence.Reader, themes: set[int]) -> Why:
    """`profile` has been loaded by the reader; `themes` are those of its own open offers and needs."""
    opportunity = fit.opportunity
    reason = _weightiest(reader, fit.groups, documents.party_of(opportunity), party_of(profile)) if fit.groups else None
    if reason is not None:
        mine, theirs = reason.theirs, reason.mine
        return Why(mine.quotes, mine.language, theirs.quotes, theirs.language)
    own = themes | {item.tag_id for item in profile.theme_items.all()}
    return Why(themes=tuple(item.tag.label for item in opportunity.theme_items.all() if item.tag_id in own))


def fits_of(profile_ids: Sequence[int], *, user: Any, now: datetime) -> Any:
    """As the reader may be told of them now."""
    seen = Opportunity.objects.seen_by(user, now).values("pk")
    answered = Answer.objects.filter(opportunity=OuterRef("opportunity"), profile=OuterRef("profile"))
    barred: set[int] = set()
    for pk in profile_ids:
        barred |= vetoes(pk)
    own = Profile.objects.represented_by(user).values("pk")
    return (
        Fit.objects.filter(profile__in=profile_ids, opportunity__in=seen)
        .exclude(Q(opportunity__profile__in=own) | Q(opportunity__profile__in=barred))
        .exclude(Exists(answered))
        .select_related("opportunity__profile", "profile")
    )

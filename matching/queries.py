"""Reading for pages: one indexed read for the list, whatever the number of profiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import Block, Profile, ProfileText
from matching import rules, teaching
from matching.engine.preferences import Preferences
from matching.engine.ranking import LENGTH
from matching.engine.steering import Steering
from matching.lists import Listing, arrange
from matching.models import Connection, Freshness, Interest, Rebuild, Suggestion
from matching.wishes import wishes_of

LESSONS = 100
"""The newest answers that are learnt from; who has given more has said enough."""
HIGH = 10
"""A person looks at this many; standing among them is attention."""
WAITING = 20
"""Who was interested before the claim: so many at a time."""
A_WHILE = timedelta(minutes=10)
"""Longer than any change takes from its time to its commit."""
_ATTENTION = "matching.attention"
_ATTENTION_IS_NEW = "matching:attention-is-new"
_ATTENTION_SECONDS = 120
_ATTENTION_REST = 50
"""Times as long as the counting took it is not counted again: it never takes more than a fiftieth of a processor."""


def vetoes(profile_id: int) -> set[int]:
    """Whom the profile never meets, whoever of the two said so, and whether by *never* or by a block."""
    never = Interest.objects.filter(answer=Interest.Answer.NEVER).filter(Q(profile=profile_id) | Q(other=profile_id))
    blocks = Block.objects.filter(Q(blocker=profile_id) | Q(blocked=profile_id))
    pairs = [*never.values_list("profile_id", "other_id"), *blocks.values_list("blocker_id", "blocked_id")]
    return {one for pair in pairs for one in pair} - {profile_id}


def vetoes_within(first: int, last: int) -> dict[int, set[int]]:
    """The same of every profile from `first` to `last`, two queries; those who bar nobody are left out."""
    never = Interest.objects.filter(answer=Interest.Answer.NEVER)
    never = never.filter(Q(profile__gte=first, profile__lte=last) | Q(other__gte=first, other__lte=last))
    blocks = Block.objects.filter(Q(blocker__gte=first, blocker__lte=last) | Q(blocked__gte=first, blocked__lte=last))
    found: dict[int, set[int]] = {}
    for one, other in [*never.values_list("profile_id", "other_id"), *blocks.values_list("blocker_id", "blocked_id")]:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def readers() -> QuerySet[Profile]:
    """Profiles whose lists somebody reads (`rules.wants_suggestions`)."""
    return Profile.objects.filter(status=Profile.Status.PUBLISHED, claimed_at__isnull=False)


def changed_since(versions: Mapping[int, object], seen_at: datetime) -> set[int]:
    """Of the profiles, by key with the version that was seen, those that are another by now. Looks at what has changed
    since shortly before `seen_at`, not at all there is; one that is deleted leaves no trace here."""
    lately = Freshness.objects.filter(changed_at__gte=seen_at - A_WHILE).values_list("pk", "version")
    return {key for key, version in lately if versions.get(key, version) != version}


def are_apart(one: Profile, other: Profile) -> bool:
    return other.pk in vetoes(one.pk)


def attention() -> tuple[dict[int, int], float]:
    """In how many lists each profile stands high, and how many that is on average. Counted anew by the sweep.

    It steers, and need not be exact: a cold cache means that nobody is held back until the next sweep.
    """
    counts, fair = cache.get(_ATTENTION) or ({}, 0.0)
    return counts, fair


def count_attention() -> dict[int, int]:
    """The counts that `attention` gives from now on. A pass over all lists."""
    began = monotonic()
    placed = Suggestion.objects.annotate(
        place=Window(RowNumber(), partition_by=F("profile_id"), order_by=[F("score").desc(), F("other_id").asc()])
    )
    counts = Counter(placed.filter(place__lte=HIGH).values_list("other_id", flat=True))
    rest = int(_ATTENTION_REST * (monotonic() - began))
    cache.set(_ATTENTION, (dict(counts), fair_share(counts.total())), _ATTENTION_SECONDS + 2 * rest)
    cache.set(_ATTENTION_IS_NEW, True, rest)
    return counts


def is_attention_due() -> bool:
    """Not long since: with a hundred thousand lists to count that is minutes, with the first hundreds at once."""
    return cache.get(_ATTENTION_IS_NEW) is None


def fair_share(places: int) -> float:
    """How often each would stand high if everybody who can be proposed stood equally often in so many places."""
    shown = Profile.objects.filter(status=Profile.Status.PUBLISHED, visibility__in=rules.SHOWN).count()
    return max(1.0, places / shown) if shown else 0.0


def rebuilt(rebuild: Rebuild) -> int:
    """Profiles whose lists are done."""
    done: int = rebuild.blocks.filter(done_at__isnull=False).aggregate(n=Sum("profiles", default=0))["n"]
    return done


def suggestions_for(profile: Profile, *, user: Any, today: date) -> list[Suggestion]:
    """The unanswered part of the list, in the order in which it is shown; `other` is loaded."""
    return listing_for(profile, user=user, today=today).rows


def listing_for(profile: Profile, *, user: Any, today: date, wanted: Preferences | None = None) -> Listing:
    """The list with what the profile's limits leave out of it; `wanted` in place of the saved wishes, to try them.

    One read by the index (profile, score). It filters again by what may be seen now, so that a profile hidden a moment
    ago is gone though its row may stand until the next match.
    """
    answered = Interest.objects.standing(today).filter(profile=OuterRef("profile"), other=OuterRef("other"))
    refused = Interest.objects.filter(
        profile=OuterRef("other"), other=OuterRef("profile"), answer=Interest.Answer.NEVER
    )
    offers = ProfileText.objects.filter(profile=OuterRef("other"), kind=ProfileText.Kind.OFFERS)
    rows = list(
        Suggestion.objects.filter(_is_proposable("other", user), profile=profile)
        .exclude(Exists(answered))
        .exclude(Exists(refused))
        .select_related("other")
        .annotate(has_offers=Exists(offers))
        .best_first()[:LENGTH]
    )
    wishes = wishes_of(profile.pk) if wanted is None else wanted
    return arrange(rows, profile, wishes, today, steering_of(profile, now=_start_of(today)))


def steering_of(profile: Profile, *, now: datetime) -> Steering:
    """What the profile's answers teach of its suggestions now."""
    return teaching.steering(Interest.objects.teaching().filter(profile=profile).order_by("-at", "-pk")[:LESSONS], now)


def _start_of(day: date) -> datetime:
    """A page's order is the same all day long: lessons fade by the day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def lessons_of(profile: Profile, *, user: Any) -> list[Interest]:
    """The answers that teach, newest first. `is_seen`: whether the other side may still be named."""
    seen = _is_proposable("other", user)
    given = Interest.objects.teaching().filter(profile=profile).select_related("other").annotate(is_seen=seen)
    return list(given.order_by("-at", "-pk")[:LESSONS])


def proposable_to(user: Any) -> Any:
    return Profile.objects.visible_to(user).filter(status=Profile.Status.PUBLISHED, visibility__in=rules.SHOWN)


def _is_proposable(field: str, user: Any) -> Exists:
    """Asked of each row by its profile's key. As `field in …` it would list every profile there is, for fifty rows."""
    return Exists(proposable_to(user).filter(pk=OuterRef(field)))


def suggestion_between(profile: Profile, other: Profile) -> Suggestion | None:
    return Suggestion.objects.filter(profile=profile, other=other).first()


def suggestions_between(profile: Profile, others: Sequence[Profile]) -> dict[int, Suggestion]:
    """The profile's rows of these others, by the other's key."""
    rows = Suggestion.objects.filter(profile=profile, other__in=others).select_related("other")
    return {row.other_id: row for row in rows}


def answers_of(profile: Profile, *, user: Any) -> QuerySet[Interest]:
    """Newest first; those whose other side can still be seen. `connected` says whether the other is interested too.

    They are as many as somebody has had the patience for: pages take a part.
    """
    connected = Connection.objects.filter(
        Q(a=OuterRef("profile"), b=OuterRef("other")) | Q(b=OuterRef("profile"), a=OuterRef("other"))
    )
    return (
        Interest.objects.filter(_is_proposable("other", user), profile=profile)
        .select_related("other")
        .annotate(connected=Exists(connected))
        .order_by("-at", "-pk")
    )


def interested_before_claim(profile: Profile, *, user: Any) -> list[Interest]:
    """Who was interested while nobody represented the profile, and waits for an answer; they knew it would be told.

    The first of them, when they are many: an answer to one brings the next.
    """
    answered = Interest.objects.filter(profile=OuterRef("other"), other=OuterRef("profile"))
    return list(
        Interest.objects.positive()
        .filter(_is_proposable("profile", user), other=profile, told_on_claim=True)
        .exclude(Exists(answered))
        .select_related("profile")
        .order_by("at", "pk")[:WAITING]
    )


def connections_of(profile: Profile, *, user: Any) -> list[Connection]:
    seen = Profile.objects.visible_to(user)
    return list(
        Connection.objects.of(profile)
        .filter(Exists(seen.filter(pk=OuterRef("a"))), Exists(seen.filter(pk=OuterRef("b"))))
        .select_related("a", "b")
        .order_by("-made_at", "-pk")
    )


@dataclass(frozen=True)
class WaitingInterest:
    """An unclaimed profile that somebody would like to meet: a reason for the coordinator to invite it."""

    profile: Profile
    count: int


def interest_in_unclaimed(limit: int = 10) -> list[WaitingInterest]:
    """Most wanted first. Names nobody who is interested: that is told to the profile itself, when it is claimed."""
    wanted = (
        Profile.objects.filter(
            claimed_at=None, status=Profile.Status.PUBLISHED, interests_in_it__answer=Interest.Answer.INTERESTED
        )
        .annotate(wanted=Count("interests_in_it"))
        .order_by("-wanted", "pk")[:limit]
    )
    return [WaitingInterest(profile, getattr(profile, "wanted", 0)) for profile in wanted]

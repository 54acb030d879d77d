"""Who has met whom, who is to be kept apart, and how well they match."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Count, Q

from accounts.models import Block, Profile
from matching.models import Interest, Suggestion
from networks.models import KeptApart, Membership, Network, NetworkMeeting, Seating

PairOfProfiles = tuple[int, int]
"""By key, the smaller first."""
MOST_SHOWN = 20
"""A matrix of more is looked at by nobody; each member has a list of their own."""


def times_met(network: Network, *, now: datetime, but: NetworkMeeting | None = None) -> Counter[PairOfProfiles]:
    """How often each two have shared a table in meetings that have begun, the whole network's and its groups'. One
    read."""
    held = NetworkMeeting.objects.held(now).filter(network=network)
    if but is not None:
        held = held.exclude(pk=but.pk)
    tables: dict[tuple[int, int], set[int]] = defaultdict(set)
    for meeting, table, profile in Seating.objects.filter(meeting__in=held).values_list("meeting", "table", "profile"):
        tables[meeting, table].add(profile)
    return Counter(pair for profiles in tables.values() for pair in combinations(sorted(profiles), 2))


def matches(profiles: Collection[int]) -> dict[PairOfProfiles, float]:
    """How well two suit each other by what the matcher proposed, from 0 to 1, the best here being 1. One read."""
    found: dict[PairOfProfiles, int] = {}
    rows = Suggestion.objects.filter(profile__in=profiles, other__in=profiles)
    for one, other, score in rows.values_list("profile", "other", "score"):
        pair = _pair(one, other)
        found[pair] = max(score, found.get(pair, 0))
    most = max(found.values(), default=0)
    return {pair: score / most for pair, score in found.items() if score > 0}


def to_be_kept_apart(profiles: Collection[int]) -> set[PairOfProfiles]:
    """One of the two has blocked the other or never wants to meet it. Told to nobody. Two reads."""
    never = Interest.objects.filter(answer=Interest.Answer.NEVER, profile__in=profiles, other__in=profiles)
    blocks = Block.objects.filter(blocker__in=profiles, blocked__in=profiles)
    rows = [*never.values_list("profile", "other"), *blocks.values_list("blocker", "blocked")]
    return {_pair(one, other) for one, other in rows}


def apart_by_word(network: Network) -> set[PairOfProfiles]:
    """Whom the coordinator keeps apart. Told to those who run the network alone. One read."""
    rows = KeptApart.objects.filter(network=network).values_list("one__profile", "other__profile")
    return {_pair(one, other) for one, other in rows}


def pairs_apart(network: Network, user: Any) -> list[KeptApart]:
    """As `rules.meetings.may_see_pair`, for somebody who runs the network: but for those of one's own. Two reads."""
    own = set(Membership.objects.of_user(user).filter(network=network).values_list("pk", flat=True))
    known = KeptApart.objects.filter(network=network).select_related("one__profile", "other__profile", "made_by")
    return [pair for pair in known if not own & {pair.one_id, pair.other_id}]


def together_against_word(
    network: Network, user: Any, tables: Iterable[tuple[int, Iterable[int]]]
) -> list[tuple[int, KeptApart]]:
    """Pairs that share a table and should not, with its number: the tables could not hold all that was asked.
    `tables`: number and keys of the profiles at it. As `pairs_apart`."""
    at = [(number, set(profiles)) for number, profiles in tables]
    return [
        (number, pair)
        for pair in pairs_apart(network, user)
        for number, profiles in at
        if {pair.one.profile_id, pair.other.profile_id} <= profiles
    ]


@dataclass(frozen=True)
class Cell:
    """What is known of a pair: `met`, `wish` (not yet, and they match well) or `` (not yet)."""

    state: str
    names: tuple[str, str]


@dataclass(frozen=True)
class Row:
    number: int
    profile: Profile
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """Each with those above it. `met` of `pairs`; `others` are members that it has no room for."""

    rows: list[Row]
    met: int
    pairs: int
    others: int


def matrix(network: Network, *, now: datetime, most: int = MOST_SHOWN) -> Matrix:
    """Of the members who have come most often. Three reads."""
    members = _members(network, now)
    shown = [member.profile for member in members[:most]]
    met, match = times_met(network, now=now), matches([profile.pk for profile in shown])
    rows, count = [], 0
    for number, profile in enumerate(shown):
        cells = []
        for other in shown[:number]:
            pair = _pair(profile.pk, other.pk)
            state = "met" if met[pair] else ("wish" if pair in match else "")
            count += state == "met"
            cells.append(Cell(state, (profile.name, other.name)))
        rows.append(Row(number + 1, profile, cells))
    return Matrix(rows, count, len(shown) * (len(shown) - 1) // 2, len(members) - len(shown))


@dataclass(frozen=True)
class Unmet:
    """Of one member: whom it has not met, the best matches first, and whom it has, with how often."""

    member: Membership
    not_yet: list[tuple[Profile, bool]]
    met: list[tuple[Profile, int]]


def unmet(network: Network, member: Membership, *, now: datetime) -> Unmet:
    """Three reads."""
    others = [other.profile for other in _members(network, now) if other.pk != member.pk]
    met, match = times_met(network, now=now), matches([member.profile_id, *(other.pk for other in others)])

    def of(other: Profile) -> PairOfProfiles:
        return _pair(member.profile_id, other.pk)

    not_yet = sorted((other for other in others if not met[of(other)]), key=lambda one: -match.get(of(one), 0))
    return Unmet(
        member,
        [(other, of(other) in match) for other in not_yet],
        [(other, met[of(other)]) for other in others if met[of(other)]],
    )


def members(network: Network, now: datetime) -> list[Membership]:
    return _members(network, now)


def _members(network: Network, now: datetime) -> list[Membership]:
    """On duty, those who have come most often first. One read."""
    held = NetworkMeeting.objects.held(now).filter(network=network).values("pk")
    seats = (
        Seating.objects.filter(meeting__in=held)
        .order_by()
        .values("profile")
        .annotate(n=Count("meeting", distinct=True))
    )
    came = {row["profile"]: row["n"] for row in seats}
    rows = network.memberships.filter(Q(state__in=Membership.STANDING)).select_related("profile")
    return sorted(rows, key=lambda row: (-came.get(row.profile_id, 0), row.profile.name))


def _pair(one: int, other: int) -> PairOfProfiles:
    return (one, other) if one < other else (other, one)


def tables_of(seats: Iterable[Seating]) -> list[tuple[int, list[Seating]]]:
    """By table, in order."""
    found: dict[int, list[Seating]] = defaultdict(list)
    for seat in seats:
        found[seat.table].append(seat)
    return sorted(found.items())


def seats_of(meeting: NetworkMeeting) -> list[Seating]:
    return list(meeting.seats.select_related("profile", "registration__user").order_by("table", "pk"))

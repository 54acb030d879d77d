"""Who has met whom, who is to be kept apart, and how well they match."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, combinations
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from accounts.models import Block, Profile
from accounts.queries import names
from accounts.queries.names import Named
from core.keys import Keys, keys_of
from matching.models import Interest, Suggestion
from networks.models import KeptApart, Membership, Network, NetworkMeeting, Seating

PairOfProfiles = tuple[int, int]
"""By key, the smaller first."""
MOST_SHOWN = 20
"""A matrix of more is looked at by nobody; each member has a list of their own."""


def times_met(
    network: Network, *, now: datetime, but: NetworkMeeting | None = None, among: Collection[int] | None = None
) -> Counter[PairOfProfiles]:
    """How often each two (of the profiles `among`, else of all) have shared a table in meetings that have begun, the
    whole network's and its groups'. One read."""
    held = NetworkMeeting.objects.held(now).filter(network=network)
    if but is not None:
        held = held.exclude(pk=but.pk)
    tables: dict[tuple[int, int], set[int]] = defaultdict(set)
    seats = Seating.objects.filter(meeting__in=held)
    if among is not None:
        seats = seats.filter(profile__in=among)
    for meeting, table, profile in seats.values_list("meeting", "table", "profile"):
        tables[meeting, table].add(profile)
    return Counter(pair for profiles in tables.values() for pair in combinations(sorted(profiles), 2))


def matches(profiles: Collection[int], *, of: int | None = None) -> dict[PairOfProfiles, float]:
    """How well two suit each other by what the matcher proposed, from 0 to 1, the best here being 1; `of`: those pairs
    alone in which this profile is. One read."""
    found: dict[PairOfProfiles, int] = {}
    rows = Suggestion.objects.filter(profile__in=profiles, other__in=profiles)
    if of is not None:
        rows = rows.filter(Q(profile=of) | Q(other=of))
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
    profile: Named
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """Each with those above it. `met` of `pairs`; `others` are members that it has no room for."""

    rows: list[Row]
    met: int
    pairs: int
    others: int


def matrix(network: Network, *, now: datetime, most: int = MOST_SHOWN) -> Matrix:
    """Of the members who have come most often. Four reads."""
    held = Seating.objects.filter(meeting__in=_held(network, now)).order_by()
    at_meetings = held.values("meeting").annotate(who=Keys("profile")).values_list("who", flat=True)
    came = Counter(chain.from_iterable(map(keys_of, at_meetings)))
    every = names.of(Profile.objects.filter(pk__in=network.memberships.standing().values("profile")))
    shown = sorted(every, key=lambda one: -came[one.pk])[:most]
    keys = [one.pk for one in shown]
    met, match = times_met(network, now=now, among=keys), matches(keys)
    lines, count = [], 0
    for number, profile in enumerate(shown):
        cells = []
        for other in shown[:number]:
            pair = _pair(profile.pk, other.pk)
            state = "met" if met[pair] else ("wish" if pair in match else "")
            count += state == "met"
            cells.append(Cell(state, (profile.name, other.name)))
        lines.append(Row(number + 1, profile, cells))
    return Matrix(lines, count, len(shown) * (len(shown) - 1) // 2, len(every) - len(shown))


@dataclass(frozen=True)
class Other:
    """Another member beside the chosen one: how often they have shared a table, and whether they match well."""

    named: Named
    times: int
    is_good: bool


@dataclass(frozen=True)
class Unmet:
    """Of one member: the others, those whom it has not met first, of these the best matches."""

    member: Membership
    others: list[Other]

    @property
    def met(self) -> int:
        return sum(1 for other in self.others if other.times)

    @property
    def not_yet(self) -> int:
        return len(self.others) - self.met


def unmet(network: Network, member: Membership, *, now: datetime) -> Unmet:
    """Three reads."""
    own = member.profile_id
    others = names.of(
        Profile.objects.filter(pk__in=network.memberships.standing().exclude(pk=member.pk).values("profile"))
    )
    shared = Seating.objects.filter(
        meeting__in=_held(network, now), meeting__seats__profile=own, meeting__seats__table=F("table")
    ).order_by()
    met = Counter(profile for _meeting, _table, profile in shared.values_list("meeting", "table", "profile").distinct())
    match = matches([own, *(other.pk for other in others)], of=own)
    found = [Other(one, met[one.pk], _pair(own, one.pk) in match) for one in others]
    found.sort(key=lambda one: (one.times, 0 if one.times else -match.get(_pair(own, one.named.pk), 0)))
    return Unmet(member, found)


def _held(network: Network, now: datetime) -> QuerySet[Any, Any]:
    return NetworkMeeting.objects.held(now).filter(network=network).order_by().values("pk")


def _pair(one: int, other: int) -> PairOfProfiles:
    return (one, other) if one < other else (other, one)


def tables_of(seats: Iterable[Seating]) -> list[tuple[int, list[Seating]]]:
    """By table, in order."""
    found: dict[int, list[Seating]] = defaultdict(list)
    for seat in seats:
        found[seat.table].append(seat)
    return sorted(found.items())


class Seated(NamedTuple):
    """A place at a table as its list shows it. `person` is empty for a member that came unannounced."""

    pk: int
    profile: int
    person: str
    organisation: str


def shown_tables(meeting: NetworkMeeting) -> list[tuple[int, list[Seated]]]:
    """The tables in order with who sits at each: of hundreds nothing but what is shown is read. One read."""
    rows = meeting.seats.order_by("table", "pk").values_list(
        "table", "pk", "profile", "registration__user__name", "registration__user__email", *names.columns("profile__")
    )
    found: dict[int, list[Seated]] = defaultdict(list)
    for table, pk, profile, name, email, *called in rows:
        found[table].append(Seated(pk, profile, name or email or "", names.first(called)))
    return list(found.items())


def seats_of(meeting: NetworkMeeting) -> list[Seating]:
    return list(meeting.seats.select_related("profile", "registration__user").order_by("table", "pk"))

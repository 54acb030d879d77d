"""Who met whom in a network within a year: at tables, and two and two. For the picture, its table and each member."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain, combinations

from django.utils.translation import gettext as _

from accounts.models import Profile
from events.models import MeetingParty
from networks import picture
from networks.models import Network, Seating
from networks.picture import Pair
from networks.queries import year as year_queries

MOST_DRAWN = 100
"""More names do not fit round the circle; the table has them all."""


@dataclass(frozen=True)
class Met:
    """Of each pair of members, in how many meetings they sat at the same table, and how often they met two and two."""

    tables: Counter[Pair]
    alone: Counter[Pair]

    @cached_property
    def times(self) -> Counter[Pair]:
        return self.tables + self.alone

    def partners(self) -> Counter[int]:
        """How many others each has met."""
        return Counter(chain.from_iterable(self.times))


def met_in(network: Network, year: int, now: datetime, members: Collection[int]) -> Met:
    """Among the members (profiles' keys). Two reads."""
    known = set(members)
    held = year_queries.held_in(network, year, now).values("pk")
    seats = Seating.objects.filter(meeting__in=held).order_by().values_list("meeting", "table", "profile")
    begun, ended = year_queries.start_of(year), year_queries.start_of(year + 1)
    meetings = year_queries.one_to_one(network, now).filter(starts_at__gte=begun, starts_at__lt=ended)
    sides = MeetingParty.objects.filter(meeting__in=meetings.values("pk")).order_by().values_list("meeting", "profile")
    together: dict[tuple[int, int], set[int]] = defaultdict(set)
    for meeting, table, profile in seats:
        if profile in known:
            together[meeting, table].add(profile)
    two: dict[int, set[int]] = defaultdict(set)
    for meeting, profile in sides:
        if profile in known:
            two[meeting].add(profile)
    at_tables = {
        (meeting, pair) for (meeting, _table), who in together.items() for pair in combinations(sorted(who), 2)
    }
    return Met(
        Counter(pair for _meeting, pair in at_tables),
        Counter(pair for who in two.values() for pair in combinations(sorted(who), 2)),
    )


def profiles_of(members: Collection[int]) -> dict[int, Profile]:
    """By key and in the order of their names, with these and addresses alone: there may be hundreds. One read."""
    found = Profile.objects.only("slug", "name_fi", "name_sv", "name_en").filter(pk__in=list(members))
    return {one.pk: one for one in sorted(found, key=lambda one: (one.name.casefold(), one.pk))}


@dataclass(frozen=True)
class Drawn:
    """`others`: how many members the picture has no room for. `nobody`: those who have met none of the others."""

    picture: picture.Picture
    names: dict[int, str]
    nobody: list[Profile]
    others: int


def drawn(met: Met, profiles: dict[int, Profile], chosen: int | None = None) -> Drawn:
    """The best connected, at most `MOST_DRAWN`, those who have met nobody last. `chosen`: whose lines stand out."""
    met_with = met.partners()
    best = sorted(profiles.values(), key=lambda one: -met_with[one.pk])[:MOST_DRAWN]
    nobody = [one for one in profiles.values() if not met_with[one.pk]]
    made = picture.draw([one.pk for one in best], met.times, chosen=chosen)
    return Drawn(made, {one.pk: one.name for one in best}, nobody, len(profiles) - len(best))


@dataclass(frozen=True)
class PairRow:
    one: Profile
    other: Profile
    tables: int
    alone: int

    @property
    def times(self) -> int:
        return self.tables + self.alone


def sorted_pairs(met: Met) -> list[Pair]:
    """Those who have met most often first."""
    times = met.times
    return sorted(times, key=lambda pair: (-times[pair], pair))


def pair_rows(met: Met, pairs: Collection[Pair], profiles: dict[int, Profile]) -> list[PairRow]:
    return [
        PairRow(profiles[one], profiles[other], met.tables[one, other], met.alone[one, other]) for one, other in pairs
    ]


def of_member(met: Met, profile: int, profiles: dict[int, Profile]) -> list[PairRow]:
    """Whom the member has met, itself first in each row; the most often met first."""
    rows = pair_rows(met, [pair for pair in sorted_pairs(met) if profile in pair], profiles)
    return [row if row.one.pk == profile else PairRow(row.other, row.one, row.tables, row.alone) for row in rows]


def table_of(met: Met, profiles: dict[int, Profile]) -> list[list[str]]:
    """Headings, and a line for each pair: for files."""
    head = [_("Organisation"), _("Other organisation"), _("At the same table"), _("Two and two"), _("Together")]
    rows = pair_rows(met, sorted_pairs(met), profiles)
    return [head, *([row.one.name, row.other.name, *map(str, (row.tables, row.alone, row.times))] for row in rows)]

"""Who met whom in a network within a year: at tables, and two and two. For the picture, its table and each member."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, combinations

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.queries import names
from accounts.queries.names import Named
from events.models import MeetingParty
from networks import picture
from networks.models import Network
from networks.picture import Pair
from networks.queries import year as year_queries

MOST_DRAWN, FEWEST_DRAWN = 20, 10
"""So many of those who have met most others stand on the circle, and of those who have met fewest: more names cannot be
read on a phone. The table has all pairs."""


@dataclass(frozen=True)
class Met:
    """Of each pair of members, how often they met: in how many meetings they sat at the same table, and how often they
    met two and two (`alone`)."""

    times: Counter[Pair]
    alone: Counter[Pair]

    def partners(self) -> Counter[int]:
        """How many others each has met."""
        return Counter(chain.from_iterable(self.times))


def met_in(
    network: Network, year: int, now: datetime, members: Collection[int], tables: year_queries.Tables | None = None
) -> Met:
    """Among the members (profiles' keys). Three reads; one, when the `tables` of the year have been read already."""
    known = set(members)
    if tables is None:
        tables = year_queries.tables_in(network, [year], now)[1][year]
    begun, ended = year_queries.start_of(year), year_queries.start_of(year + 1)
    meetings = year_queries.one_to_one(network, now).filter(starts_at__gte=begun, starts_at__lt=ended)
    sides = MeetingParty.objects.filter(meeting__in=meetings.values("pk")).order_by().values("meeting")
    two = sides.values_list(Min("profile"), Max("profile"))
    alone = Counter((one, other) for one, other in two if one != other and one in known and other in known)
    at_meetings: dict[int, list[set[int]]] = defaultdict(list)
    for (meeting, _table), who in tables.items():
        at_meetings[meeting].append(who & known)
    times = Counter(chain.from_iterable(map(_pairs_at, at_meetings.values())))
    times.update(alone)
    return Met(times, alone)


def _pairs(groups: Iterable[set[int]]) -> Iterator[Pair]:
    return chain.from_iterable(combinations(sorted(who), 2) for who in groups)


def _pairs_at(tables: Collection[set[int]]) -> Iterable[Pair]:
    """Two who share two tables of a meeting, each with another person, have met once."""
    is_each_at_one = sum(map(len, tables)) == len(set().union(*tables))
    return _pairs(tables) if is_each_at_one else set(_pairs(tables))


def named(network: Network, members: Collection[int]) -> dict[int, Named]:
    """By key and in the order of their names. One read."""
    ever = Profile.objects.filter(pk__in=network.memberships.values("profile"))
    return {one.pk: one for one in names.of(ever) if one.pk in members}


@dataclass(frozen=True)
class Drawn:
    """`others`: how many members the picture has no room for. `nobody`: those who have met none of the others."""

    picture: picture.Picture
    names: dict[int, str]
    nobody: list[Named]
    others: int


def drawn(met: Met, members: Mapping[int, Named], chosen: int | None = None) -> Drawn:
    """Those who have met most others, at most `MOST_DRAWN`, and `FEWEST_DRAWN` of those who have met fewest, the ones
    who have met nobody last. `chosen`: whose lines stand out; it is always among them."""
    met_with = met.partners()
    best = sorted(members, key=lambda key: -met_with[key])
    shown = best if len(best) <= MOST_DRAWN + FEWEST_DRAWN else best[:MOST_DRAWN] + best[-FEWEST_DRAWN:]
    if chosen is not None and chosen not in shown:
        shown[MOST_DRAWN - 1] = chosen
    nobody = [one for one in members.values() if not met_with[one.pk]]
    made = picture.draw(shown, met.times, chosen=chosen)
    return Drawn(made, {key: members[key].name for key in shown}, nobody, len(members) - len(shown))


@dataclass(frozen=True)
class PairRow:
    """`times`: how often they met, `alone` of these two and two."""

    one: Named
    other: Named
    times: int
    alone: int

    @property
    def tables(self) -> int:
        return self.times - self.alone


def sorted_pairs(met: Met) -> list[Pair]:
    """Those who have met most often first."""
    return sorted(met.times, key=met.times.__getitem__, reverse=True)


def pair_rows(met: Met, pairs: Collection[Pair], members: Mapping[int, Named]) -> list[PairRow]:
    return [PairRow(members[one], members[other], met.times[one, other], met.alone[one, other]) for one, other in pairs]


def of_member(met: Met, profile: int, members: Mapping[int, Named]) -> list[PairRow]:
    """Whom the member has met, itself first in each row; the most often met first."""
    own = sorted((pair for pair in met.times if profile in pair), key=met.times.__getitem__, reverse=True)
    rows = pair_rows(met, own, members)
    return [row if row.one.pk == profile else PairRow(row.other, row.one, row.times, row.alone) for row in rows]


def table_of(met: Met, members: Mapping[int, Named]) -> Iterator[list[str]]:
    """Headings, and a line for each pair: for files."""
    yield [_("Organisation"), _("Other organisation"), _("At the same table"), _("Two and two"), _("Together")]
    for row in pair_rows(met, sorted_pairs(met), members):
        yield [row.one.name, row.other.name, *map(str, (row.tables, row.alone, row.times))]

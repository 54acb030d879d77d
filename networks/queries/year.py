"""A network's year in numbers: the funnel from asked to something that came of it, by organisation, for each year.

Each stage is a set of organisations and holds the next one, so that no bar is longer than the one above it:

- `asked`: asked to the network in the year (an invitation, an application, or an open door that they used), or members
  already. `new_asked` are the first of these.
- `members`: members for at least a part of the year, on leave or not. `new_members` became it in the year.
- `attended`: members for whom somebody came to one of the network's or its groups' meetings: was checked in at the
  door, sat at a table, or had a 1:1 meeting there.
- `met`: of these, those who sat at a table with another organisation, or had a 1:1 meeting that was agreed and not
  cancelled and whose time has passed. What the sides say of it afterwards is not asked here: it is promised that the
  organiser sees of those answers counts only, and who met is shown by name.
- `came`: of these, both sides of a 1:1 meeting of which either says that an offer, a deal, a project or a thesis came.
  Counted, and never listed, by the same promise.

The year is the local one; a meeting counts in the year in which it began, and what came of it counts with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils import timezone

from core.keys import Keys, keys_of
from events.models import FollowUp, Meeting, MeetingParty, Registration
from events.rules.outcomes import FRUITS
from networks.models import Membership, MembershipChange, Network, NetworkMeeting, Seating
from networks.rules.year import YEARS_BESIDE

State = Membership.State
STAGES = ("asked", "members", "attended", "met", "came")
LISTED = ("asked", "members", "attended", "met")
"""Those of which it is shown who they are."""


Tables = dict[tuple[int, int], set[int]]
"""The profiles at each table, by meeting and the table's number."""


@dataclass(frozen=True)
class Funnel:
    """Sets of profiles' keys. `meetings`: how many have begun; `tables`: who sat together at them."""

    year: int
    asked: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    attended: set[int] = field(default_factory=set)
    met: set[int] = field(default_factory=set)
    came: set[int] = field(default_factory=set)
    new_asked: set[int] = field(default_factory=set)
    new_members: set[int] = field(default_factory=set)
    meetings: int = 0
    tables: Tables = field(default_factory=dict)

    def of(self, stage: str) -> set[int]:
        found: set[int] = getattr(self, stage)
        return found

    def counts(self) -> dict[str, int]:
        return {stage: len(self.of(stage)) for stage in STAGES}


def start_of(year: int) -> datetime:
    """The first moment of the local year."""
    return datetime(year, 1, 1, tzinfo=timezone.get_default_timezone())


def years_of(network: Network, now: datetime) -> list[int]:
    """The years since it was started until now, the newest first, at most `YEARS_BESIDE`."""
    this = timezone.localdate(now).year
    last = min(this, timezone.localdate(network.ended_at).year) if network.ended_at else this
    first = timezone.localdate(network.started_at).year if network.started_at else last
    return list(range(last, max(first, last - YEARS_BESIDE + 1) - 1, -1)) or [last]


def held_in(network: Network, year: int, now: datetime) -> QuerySet[NetworkMeeting]:
    """The meetings that began in the year."""
    held = NetworkMeeting.objects.held(now).filter(network=network)
    return held.filter(event__starts_at__gte=start_of(year), event__starts_at__lt=start_of(year + 1))


def one_to_one(network: Network, now: datetime) -> QuerySet[Meeting]:
    """1:1 meetings of rounds at the network's meetings: agreed, not cancelled, and their time has passed."""
    agreed = Meeting.objects.agreed().filter(ends_at__lte=now)
    return agreed.filter(slot__round__event__network_meeting__network=network)


def funnels(network: Network, years: Sequence[int], now: datetime) -> dict[int, Funnel]:
    """Six reads, however many years, members and meetings."""
    standing, new_asked, new_members = _memberships(network, years)
    held, tables = tables_in(network, years, now)
    meetings = one_to_one(network, now).values("pk")
    parties = MeetingParty.objects.filter(meeting__in=meetings)
    pairs = _by_year(parties, "profile", "meeting__starts_at", years)
    fruits = FollowUp.objects.filter(came__in=FRUITS, party__meeting__in=meetings)
    came = _by_year(fruits, "party__meeting__parties__profile", "party__meeting__starts_at", years)
    here = Registration.objects.filter(
        event__network_meeting__in=NetworkMeeting.objects.held(now).filter(network=network).values("pk"),
        checked_in_at__isnull=False,
    )
    checked_in = _by_year(here, "profile", "event__starts_at", years)
    found = {}
    for year in years:
        members = standing[year]
        seated: set[int] = set().union(*tables[year].values())
        mates: set[int] = set().union(*(who for who in tables[year].values() if len(who) > 1))
        met = (mates | pairs[year]) & members
        found[year] = Funnel(
            year=year,
            asked=new_asked[year] | members,
            members=members,
            attended=(seated | checked_in[year]) & members | met,
            met=met,
            came=came[year] & met,
            new_asked=new_asked[year],
            new_members=new_members[year],
            meetings=held[year],
            tables=tables[year],
        )
    return found


def funnel(network: Network, year: int, now: datetime) -> Funnel:
    return funnels(network, [year], now)[year]


def members_in(network: Network, year: int) -> set[int]:
    """The members of the year alone, as the funnel has them: those who were when it began, and those who became it in
    it. One read."""
    changes = MembershipChange.objects.filter(membership__network=network).annotate(in_year=_year_of("at", [year]))
    before: dict[int, str] = {}
    found = set()
    for profile, state, when in changes.order_by("at", "pk").values_list("membership__profile", "to_state", "in_year"):
        if when == 0:
            before[profile] = state
        elif when == year and state in Membership.STANDING:
            found.add(profile)
    return found | {profile for profile, state in before.items() if state in Membership.STANDING}


def rows_of(network: Network, profiles: Iterable[int]) -> QuerySet[Membership]:
    """Their memberships, by name."""
    found = Membership.objects.filter(network=network, profile__in=list(profiles)).select_related("profile")
    return found.order_by("profile__name_fi", "profile__name_sv", "pk")


# --- Pieces ----------------------------------------------------------------------------------------------------------


def _year_of(name: str, years: Sequence[int]) -> Case:
    """The year of a moment, as a number that the database finds; 0 before all of them, -1 after."""
    newest = max(years)
    return Case(
        When(**{f"{name}__gte": start_of(newest + 1)}, then=Value(-1)),
        *(When(**{f"{name}__gte": start_of(year)}, then=Value(year)) for year in sorted(years, reverse=True)),
        default=Value(0),
        output_field=IntegerField(),
    )


def _by_year(rows: QuerySet[Any], profile: str, moment: str, years: Sequence[int]) -> dict[int, set[int]]:
    """Which profiles there are in each year; one read."""
    found: dict[int, set[int]] = defaultdict(set)
    within = {f"{moment}__gte": start_of(min(years)), f"{moment}__lt": start_of(max(years) + 1)}
    told = rows.order_by().filter(**within).annotate(in_year=_year_of(moment, years))
    for one, year in told.values_list(profile, "in_year").distinct():
        found[year].add(one)
    return found


_Sets = dict[int, set[int]]


def _memberships(network: Network, years: Sequence[int]) -> tuple[_Sets, _Sets, _Sets]:
    """(members, newly asked, new members) in each year, from the history; one read."""
    rows = (
        MembershipChange.objects.filter(membership__network=network)
        .annotate(in_year=_year_of("at", years))
        .order_by("at", "pk")
        .values_list("membership__profile", "from_state", "to_state", "in_year")
    )
    members: _Sets = {year: set() for year in years}
    new_asked: _Sets = {year: set() for year in years}
    new_members: _Sets = {year: set() for year in years}
    last: dict[int, dict[int, str]] = defaultdict(dict)
    for profile, before, after, year in rows:
        last[profile][year] = after
        if year not in members:
            continue
        if after in Membership.STANDING:
            members[year].add(profile)
        if before not in Membership.STANDING:
            if after in _ASKED:
                new_asked[year].add(profile)
            if after == State.MEMBER:
                new_members[year].add(profile)
    for profile, state_of in last.items():
        state = state_of.get(0, "")
        for year in sorted(years):
            if state in Membership.STANDING:
                members[year].add(profile)
            state = state_of.get(year, state)
    return members, new_asked, new_members


def tables_in(network: Network, years: Sequence[int], now: datetime) -> tuple[Counter[int], dict[int, Tables]]:
    """(how many meetings, who sat together) in each year; two reads, of which the second has a row for each table."""
    held = NetworkMeeting.objects.held(now).filter(network=network)
    year_of = dict(held.order_by().annotate(in_year=_year_of("event__starts_at", years)).values_list("pk", "in_year"))
    wanted = [key for key, year in year_of.items() if year in years]
    tables: dict[int, Tables] = {year: {} for year in years}
    at_tables = Seating.objects.filter(meeting__in=wanted).order_by("meeting", "table").values("meeting", "table")
    for meeting, table, who in at_tables.annotate(who=Keys("profile")).values_list("meeting", "table", "who"):
        tables[year_of[meeting]][meeting, table] = keys_of(who)
    return Counter(year_of.values()), tables


_ASKED = (State.INVITED, State.APPLIED, State.MEMBER)

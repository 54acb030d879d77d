"""A speed round: nobody is asked, and everyone who comes is paired with somebody new in each slot.

The solver names pairs of people. They become requests of the organiser's own when the schedule is ready (`PROPOSED`),
accepted when it is published; from then on the round is as any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Block
from core.errors import DomainError
from events.models import Meeting, MeetingRequest, Registration, Round, SolverRun
from events.queries.fit import scores_of_pairs
from events.queries.tables import most_tables, tables_at
from events.queries.worth import worth_of
from events.rules import rounds as rules
from events.scheduling.problem import Meeting as Wish
from events.scheduling.problem import Participant, Problem, Slot
from events.scheduling.speed import Mingling, meeting_id, pair_of
from events.services.marks import wishes_in
from events.services.problems import Changed, away_of, slots_of
from matching.outcomes import Worth

State = MeetingRequest.State


class TooFewPeople(DomainError):
    message = _("There are fewer than two people to bring together.")


class IsMade(DomainError):
    message = _("The programme is published. Repair it when something changes, so that what was told stays.")


def build_mingling(round: Round, *, now: datetime, only_here: bool) -> Mingling:
    """Everyone with a seat or, on the day, those who are here. Raises `IsMade` or `TooFewPeople`."""
    if round.published_at is not None:
        raise IsMade
    people = list(_comers(round, only_here=only_here))
    if len(people) < 2:
        raise TooFewPeople
    slots = slots_of(round)
    away = away_of(round, slots, [one.pk for one in people])
    worth, apart = _worth(round, people, now=now), kept_apart(round, people)
    return Mingling(
        slots=tuple(
            Slot(
                str(slot.pk),
                tables_at(round, slot) if slot.is_open and slot.starts_at > now else 0,
                slot.starts_at.isoformat(),
                slot.ends_at.isoformat(),
            )
            for slot in slots
        ),
        participants=tuple(Participant(str(one.pk), frozenset(str(pk) for pk in away[one.pk])) for one in people),
        worth={_named(pair): value for pair, value in worth.items() if pair not in apart and value > 1},
        apart=frozenset(_named(pair) for pair in apart),
        tables=tuple(str(number) for number in range(1, most_tables(round, slots) + 1)),
    )


def _comers(round: Round, *, only_here: bool) -> Iterable[Registration]:
    rows = Registration.objects.confirmed().filter(event=round.event_id).order_by("pk")
    return rows.exclude(checked_in_at=None) if only_here else rows


def _named(pair: tuple[int, int]) -> tuple[str, str]:
    return pair_of(str(pair[0]), str(pair[1]))


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


# --- Who suits whom, and who not -------------------------------------------------------------------------------------


def _worth(round: Round, people: Collection[Registration], *, now: datetime) -> dict[tuple[int, int], int]:
    """The matcher's scores, what came of earlier meetings, and private marks. In a fixed number of queries."""
    seats: dict[int, list[int]] = {}
    for one in people:
        seats.setdefault(one.profile_id, []).append(one.pk)
    scores = scores_of_pairs(seats)
    highest = max([1, *scores.values()])
    told = worth_of(set(combinations(sorted(seats), 2)), now)
    found: dict[tuple[int, int], int] = {}
    for pair in scores.keys() | told.keys():
        value = rules.SPEED_BASE + rules.SPEED_SCORE * scores.get(pair, 0) // highest + _WORTH.get(told.get(pair), 0)
        found.update({_pair(a, b): value for a in seats[pair[0]] for b in seats[pair[1]]})
    here = {one.pk for one in people}
    for (by, about), weight in wishes_in(round).items():
        if by in here and about in here:
            pair = _pair(by, about)
            found[pair] = found.get(pair, rules.SPEED_BASE) + rules.SPEED_MARK * weight
    return {pair: max(1, value) for pair, value in found.items()}


_WORTH: Mapping[Worth | None, int] = {Worth.FRUITFUL: rules.SPEED_FRUIT, Worth.IN_VAIN: -rules.SPEED_FRUIT}


def kept_apart(round: Round, people: Collection[Registration]) -> set[tuple[int, int]]:
    """Who are not put together: of one organisation, blocked, kept apart by the host, declined, or agreed to meet in
    the event already."""
    seats: dict[int, list[int]] = {}
    for one in people:
        seats.setdefault(one.profile_id, []).append(one.pk)
    apart = {_pair(a, b) for own in seats.values() for a, b in combinations(own, 2)}
    for blocker, blocked in Block.objects.filter(blocker__in=seats, blocked__in=seats).values_list(
        "blocker", "blocked"
    ):
        apart.update(_pair(a, b) for a in seats[blocker] for b in seats[blocked])
    said = Q(host_says=MeetingRequest.Word.APART) | Q(state__in=[State.DECLINED, State.ACCEPTED])
    ids = {one.pk for one in people}
    between = MeetingRequest.objects.filter(said, round__event=round.event_id, asker__in=ids, asked__in=ids)
    apart.update(_pair(a, b) for a, b in between.values_list("asker", "asked"))
    apart.update(_pair(a, b) for a, b in round.apart.values_list("one", "other"))
    return apart


# --- From pairs to requests ------------------------------------------------------------------------------------------


def take_down(run: SolverRun, *, now: datetime) -> None:
    """The pairs of a ready schedule become requests that nobody sees but the host, and the schedule names those."""
    if run.solution is None:
        return
    rows = run.solution["meetings"]
    pairs = [tuple(int(pk) for pk in row["id"].split("-")) for row in rows if "-" in row["id"]]
    run.round.requests.filter(state=State.PROPOSED).delete()
    made = MeetingRequest.objects.bulk_create(
        MeetingRequest(round=run.round, asker_id=one, asked_id=other, state=State.PROPOSED, made_at=now)
        for one, other in pairs
    )
    known = {meeting_id(_named((one.asker_id, one.asked_id))): str(one.pk) for one in made}
    for row in rows:
        row["id"] = known.get(row["id"], row["id"])
    run.solution["unscheduled"] = [id_ for id_ in run.solution.get("unscheduled", []) if "-" not in id_]
    SolverRun.objects.filter(pk=run.pk).update(solution=run.solution)


def agree_proposed(round: Round, *, now: datetime) -> None:
    """The host takes the schedule."""
    round.requests.filter(state=State.PROPOSED).update(state=State.ACCEPTED, answered_at=now)


def forget_unheld(round: Round) -> None:
    """Pairs that got no meeting, or whose meeting was taken back, are nobody's wish."""
    if round.is_speed:
        round.requests.filter(state__in=[State.PROPOSED, State.ACCEPTED], meeting=None).delete()


# --- Repairing -------------------------------------------------------------------------------------------------------


def with_new_pairs(problem: Problem, round: Round, *, now: datetime, changed: Changed) -> Problem:
    """To the plan that is repaired the pairs are added that could meet where both are free: those whom somebody has
    left, those who pause, and those who came late.
    """
    slots = slots_of(round, changed)
    ahead = [s for s in slots if s.is_open and s.starts_at > now and s.pk not in changed.closed]
    people = _there(round, problem)
    away = away_of(round, slots, people)
    for pk in changed.absent & people.keys():
        away[pk].update(slot.pk for slot in slots)
    for pk, until in changed.delayed.items():
        if pk in away:
            away[pk].update(slot.pk for slot in slots if slot.starts_at < until)
    by_id = {wish.id: wish for wish in problem.meetings}
    busy: set[tuple[int, int]] = set()
    for id_, place in problem.previous.items():
        sides, where = [int(pk) for pk in by_id[id_].participants], int(place.slot)
        if all(where not in away[pk] for pk in sides):
            busy.update((where, pk) for pk in sides)
    apart = kept_apart(round, people.values()) | _met(round)
    worth = _worth(round, people.values(), now=now)
    free: dict[tuple[int, int], set[str]] = {}
    for slot in ahead:
        there = [pk for pk in people if (slot.pk, pk) not in busy and slot.pk not in away[pk]]
        for pair in combinations(sorted(there), 2):
            if pair not in apart:
                free.setdefault(pair, set()).add(str(slot.pk))
    best = sorted(free, key=lambda pair: (-worth.get(pair, rules.SPEED_BASE), pair))[: rules.SPEED_PAIRS]
    known = {one.id for one in problem.participants}
    return replace(
        problem,
        participants=(
            *problem.participants,
            *(Participant(str(pk), frozenset(str(slot) for slot in away[pk])) for pk in people if str(pk) not in known),
        ),
        meetings=(
            *problem.meetings,
            *(
                Wish(
                    meeting_id(_named(pair)),
                    _named(pair),
                    weight=worth.get(pair, rules.SPEED_BASE),
                    slots=frozenset(free[pair]),
                )
                for pair in best
            ),
        ),
    )


def _there(round: Round, problem: Problem) -> dict[int, Registration]:
    """Those who are in the plan, and those who are here."""
    planned = {int(one.id) for one in problem.participants}
    rows = Registration.objects.confirmed().filter(event=round.event_id)
    return {one.pk: one for one in rows.filter(Q(pk__in=planned) | Q(checked_in_at__isnull=False)).order_by("pk")}


def _met(round: Round) -> set[tuple[int, int]]:
    """In this round, whether the meeting is over or still to come."""
    rows: Any = Meeting.objects.agreed().filter(slot__round=round, request__isnull=False)
    return {_pair(a, b) for a, b in rows.values_list(F("request__asker"), F("request__asked"))}

"""Why somebody did not get what they wished more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from studies.allocation.problem import Party, Place, Problem


class Why(StrEnum):
    FULL = "full"
    LANGUAGE = "language"
    FAR = "far"
    LARGE = "large"
    TOO_FEW = "too_few"
    NEEDED = "needed"
    GONE = "gone"
    OPEN = "open"


@dataclass(frozen=True)
class Reason:
    """Of one place that was wished more than what came.

    `full`: `as_good` are parties there who wished it as much or more; `others` wished it less, and would have come off
    worse by more than this one gains. `large`: it never takes so many. `too_few`: it needed more students than came.
    `needed`: what it has would have been left with too few. `gone`: the place is not offered any more. `open`: there
    is room, so it was decided by hand or the search was cut short.
    """

    place: int
    why: Why
    as_good: tuple[int, ...] = ()
    others: tuple[int, ...] = ()


def choice_number(party: Party, place: int | None) -> int | None:
    """1 for the first choice; none for a place that was not wished, and for no place."""
    return party.wishes.index(place) + 1 if place in party.wishes else None


def why_not_earlier(problem: Problem, given: Mapping[int, int | None]) -> dict[int, tuple[Reason, ...]]:
    """Of each party that did not get its first choice, a reason for each that it wished more than what it got."""
    there: dict[int, list[int]] = {}
    for one, place in given.items():
        if place is not None:
            there.setdefault(place, []).append(one)
    loads = problem.loads(given)
    found = {}
    for party in problem.parties:
        number = choice_number(party, given.get(party.id))
        earlier = party.wishes[: number - 1] if number is not None else party.wishes
        if earlier:
            found[party.id] = tuple(_reason(problem, given, party, place, there, loads) for place in earlier)
    return found


def _reason(
    problem: Problem,
    given: Mapping[int, int | None],
    party: Party,
    place_id: int,
    there: Mapping[int, list[int]],
    loads: Mapping[int, int],
) -> Reason:
    place = problem.place.get(place_id)
    if place is None:
        return Reason(place_id, Why.GONE)
    if not problem.speaks(party, place):
        return Reason(place_id, Why.LANGUAGE)
    if not problem.reaches(party, place):
        return Reason(place_id, Why.FAR)
    if party.size > place.most:
        return Reason(place_id, Why.LARGE)
    load = loads[place_id]
    if load + party.size > place.most:
        return _full(problem, party, place, there.get(place_id, []))
    if load + party.size < place.least:
        return Reason(place_id, Why.TOO_FEW)
    own = problem.place.get(given.get(party.id) or 0)
    if own is not None and 0 < loads[own.id] - party.size < own.least:
        return Reason(place_id, Why.NEEDED)
    return Reason(place_id, Why.OPEN)


def _full(problem: Problem, party: Party, place: Place, there: list[int]) -> Reason:
    own = party.wishes.index(place.id)
    as_good: list[int] = []
    others: list[int] = []
    for one in there:
        wishes = problem.party[one].wishes
        rank = wishes.index(place.id) if place.id in wishes else len(wishes)
        (as_good if place.id in wishes and rank <= own else others).append(one)
    return Reason(place.id, Why.FULL, tuple(as_good), tuple(others))

"""The best days that each person could have on their own, before anybody else's day is asked.

A person whose fixed meetings stand far apart has breaks whatever is done. That many are a bound, and the few days that
have no more are worth naming: the solver then chooses among days, and a proof that none of them fits takes an instant
where counting the beginnings of runs would take minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from events.scheduling.problem import Numbered

MOST_DAYS = 400
"""Days named for one person; beyond that they say too little for their price."""
MOST_TRIED = 50_000
"""Parts of days looked at for one person, before it is left at the bound known so far."""


@dataclass(frozen=True, slots=True)
class Days:
    """`fewest` breaks that the person has in any case; `days`, as bits of slots, are all that have no more (None: too
    many to name)."""

    fewest: int
    days: tuple[int, ...] | None


def settle(numbered: Numbered) -> Numbered:
    """The same problem with the slots of required meetings that have but one taken from their people's others."""
    allowed = [set(slots) for slots in numbered.allowed]
    sure = [m for m, required in enumerate(numbered.required) if required and len(allowed[m]) == 1]
    done: set[int] = set()
    while sure:
        meeting = sure.pop()
        if meeting in done:
            continue
        done.add(meeting)
        for person in numbered.pairs[meeting]:
            for other in numbered.of_person[person]:
                if other == meeting or not allowed[other] & allowed[meeting]:
                    continue
                allowed[other] -= allowed[meeting]
                if len(allowed[other]) == 1 and numbered.required[other]:
                    sure.append(other)
    return replace(numbered, allowed=tuple(tuple(sorted(slots)) for slots in allowed))


def days_of(meetings: Sequence[Sequence[int]], slots: int) -> Days:
    """For a person who holds all of these meetings, given as the slots that each may be in."""
    usable = {slot for allowed in meetings for slot in allowed}
    fixed = {allowed[0] for allowed in meetings if len(allowed) == 1}
    fewest = 0
    while fewest <= slots // 2:
        found: list[int] = []
        for day in _days(len(meetings), usable, fixed, slots, fewest):
            if day is None or len(found) == MOST_DAYS:
                return Days(fewest, None)
            found.append(day)
        able = tuple(day for day in found if _fits(meetings, day))
        if able:
            return Days(fewest, able)
        fewest += 1
    return Days(0, None)


def _days(count: int, usable: set[int], fixed: set[int], slots: int, breaks: int) -> Iterator[int | None]:
    """Days of so many busy slots with at most so many breaks, the fixed slots among them; None when it takes long."""
    open_: list[tuple[int, int, int, int]] = [(0, count, 0, 0)]
    last_fixed = max(fixed, default=-1)
    tried = 0
    while open_:
        tried += 1
        if tried > MOST_TRIED:
            yield None
        slot, left, runs, day = open_.pop()
        if left == 0:
            if slot > last_fixed:
                yield day
            elif slot not in fixed:
                open_.append((slot + 1, 0, runs, day))
            continue
        if slots - slot < left:
            continue
        if slot not in fixed:
            open_.append((slot + 1, left, runs, day))
        if slot in usable:
            begins = not day >> (slot - 1) & 1 if slot else True
            if runs + begins <= breaks + 1:
                open_.append((slot + 1, left - 1, runs + begins, day | 1 << slot))


def _fits(meetings: Sequence[Sequence[int]], day: int) -> bool:
    """Whether the meetings can be given the day's slots, one each (augmenting paths)."""
    of_slot: dict[int, int] = {}

    def seat(meeting: int, seen: set[int]) -> bool:
        for slot in meetings[meeting]:
            if day >> slot & 1 and slot not in seen:
                seen.add(slot)
                if slot not in of_slot or seat(of_slot[slot], seen):
                    of_slot[slot] = meeting
                    return True
        return False

    return all(seat(meeting, set()) for meeting in range(len(meetings)))

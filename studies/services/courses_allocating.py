"""Who goes where: asked for by the teacher, made by a worker, looked at, changed by hand, and published.

That an allocation is wanted is a row. A worker holds it by a lease; if the worker dies, the sweep gives it to another,
or, when that too has failed, says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from core.tasks import wake
from studies.allocation import Allocation as Found
from studies.allocation import Move, allocate, choice_number, cost_of_move, why_not_earlier
from studies.models import Allocation, AllocationChange, CourseRound, Placement
from studies.queries.courses_problem import build_problem, given_of, members_of, party_of
from studies.rules import courses as rules
from studies.services import talks
from studies.services.courses import NoPlaces, NotNow, companies_of, lock_for_teacher, lock_round, newest_given, tell

RUN = "studies.tasks.run_allocation"
SECONDS = 20.0
State = CourseRound.State


class NobodyToPlace(DomainError):
    message = _("There are no students in the round yet.")


class BeingMade(DomainError):
    message = _("The allocation is being made already. It is on this page in a moment.")


class Impossible(DomainError):
    message = _("The place is full, too small or withdrawn. Swap with somebody who is there.")


class Unseen(DomainError):
    message = _("The cost has changed since it was shown. Look at it again.")


@transaction.atomic
def ask_allocation(*, round: CourseRound, by: Any, now: datetime, keeps: bool = False) -> Allocation:
    """From the wishes as they stand now; or, with `keeps`, for those alone who are without a place, when a company has
    withdrawn. Raises `NotTheTeacher`, `NotNow`, `BeingMade`, `NoPlaces` or `NobodyToPlace`."""
    round = lock_for_teacher(round, by)
    is_right = round.state in (State.ALLOCATED, State.RUNNING) if keeps else round.state == State.WISHES
    if not is_right:
        raise NotNow
    if not round.places.filter(withdrawn_at=None).exists():
        raise NoPlaces
    if not round.entrants.exists():
        raise NobodyToPlace
    try:
        with transaction.atomic():
            made = Allocation.objects.create(round=round, asked_by=by, asked_at=now, keeps=keeps)
    except IntegrityError as error:  # studies_allocation_one_active: two pressed at once
        raise BeingMade from error
    audit.record("course.allocation_asked", made, by=by, now=now)
    wake(RUN, made.pk)
    return made


def run_allocation(
    *, allocation_id: int, clock: Callable[[], datetime], solve: Callable[..., Found] = allocate
) -> bool:
    """Make it, if nobody else is at it. Returns whether it was done here. `solve`: here, or in a process of its own
    (`allocate_apart`); if that dies, the row's lease ends and the sweep gives it to another."""
    now = clock()
    mine = Allocation.objects.filter(_free(now), pk=allocation_id, attempts__lt=rules.MOST_ATTEMPTS).update(
        state="running", leased_until=now + rules.LEASE, attempts=F("attempts") + 1
    )
    if not mine:
        return False
    asked = Allocation.objects.select_related("round").get(pk=allocation_id)
    held = given_of(newest_given(asked.round)) if asked.keeps else {}
    problem = build_problem(asked.round, held=held)
    found = solve(problem, seconds=SECONDS)
    reasons = why_not_earlier(problem, found.places)
    _finish(asked, found.places, reasons, found.unplaced, found.cost, found.total - found.bound, now=clock())
    return True


@transaction.atomic
def _finish(
    asked: Allocation,
    places: Mapping[int, int | None],
    reasons: Mapping[int, Any],
    unplaced: int,
    cost: int,
    above: int,
    *,
    now: datetime,
) -> None:
    """Who has left meanwhile is left out, and a place that was withdrawn meanwhile is nobody's."""
    round = lock_round(asked.round)
    done = Allocation.objects.filter(pk=asked.pk, attempts=asked.attempts, state="running").update(
        state="done", finished_at=now, leased_until=None, unplaced=unplaced, cost=cost, above=above
    )
    if not done:
        return
    problem = build_problem(round)
    standing = {place.id for place in problem.places}
    rows = []
    for entrant in round.entrants.all():
        party = party_of(entrant)
        place = places.get(party)
        place = place if place in standing else None
        told = [{"place": r.place, "why": str(r.why), "as_good": len(r.as_good), "others": len(r.others)}
                for r in reasons.get(party, ())]  # fmt: skip
        choice = choice_number(problem.party[party], place)
        rows.append(Placement(allocation=asked, entrant=entrant, place_id=place, choice=choice, reasons=told))
    Placement.objects.bulk_create(rows)
    if asked.asked_by is not None:
        tell("course_made", [asked.asked_by], round, now=now, key=f"a{asked.pk}")


def _free(now: datetime) -> Q:
    return Q(state="waiting") | Q(state="running", leased_until__lt=now)


def sweep_allocations(*, now: datetime) -> int:
    """Wakes what was left lying; what has failed twice is given up, and can be asked for anew."""
    count = 0
    for one in Allocation.objects.filter(_free(now), asked_at__lt=now - timedelta(seconds=5)):
        count += 1
        if one.attempts < rules.MOST_ATTEMPTS:
            wake(RUN, one.pk)
        else:
            Allocation.objects.filter(_free(now), pk=one.pk).update(state="failed", finished_at=now, leased_until=None)
    return count


# --- By hand ---------------------------------------------------------------------------------------------------------


def newest(round: CourseRound) -> Allocation | None:
    return round.allocations.filter(state="done").first()


def price(*, allocation: Allocation, party: int, place: int | None, swap_with: int | None = None) -> Move:
    """What a change would cost, before it is kept. Raises `Impossible` when the party or the place is not there."""
    problem = build_problem(allocation.round)
    given = given_of(allocation)
    is_known = party in given and (swap_with is None or swap_with in given)
    if not is_known or (place is not None and place not in problem.place) or party == swap_with:
        raise Impossible
    return cost_of_move(problem, given, party, place, swap_with=swap_with)


@transaction.atomic
def change_by_hand(
    *,
    allocation: Allocation,
    party: int,
    place: int | None,
    swap_with: int | None,
    seen_cost: int,
    by: Any,
    now: datetime,
) -> Move:
    """Keep a change whose cost was shown. Raises `NotTheTeacher`, `NotNow`, `Impossible` or `Unseen`."""
    round = lock_for_teacher(allocation.round, by)
    allocation = Allocation.objects.select_related("round").get(pk=allocation.pk)
    if newest(round) != allocation or round.state == State.ENDED:
        raise NotNow
    if round.allocations.filter(state__in=Allocation.ACTIVE).exists():
        raise BeingMade
    move = price(allocation=allocation, party=party, place=place, swap_with=swap_with)
    if not move.is_possible:
        raise Impossible(field="place")
    if move.cost != seen_cost:
        raise Unseen
    problem = build_problem(round)
    students = 0
    for one, to in move.places.items():
        whose = allocation.placements.filter(entrant__in=members_of(round, one))
        students += whose.update(place=to, choice=choice_number(problem.party[one], to), by_hand=True)
    AllocationChange.objects.create(
        allocation=allocation, place_id=place, students=students, cost=move.cost, unplaced=move.unplaced, by=by, at=now
    )
    allocation.cost = max(0, allocation.cost + move.cost)
    allocation.unplaced = max(0, allocation.unplaced + move.unplaced)
    allocation.save(update_fields=["cost", "unplaced"])
    audit.record("course.changed_by_hand", allocation, by=by, now=now)
    if allocation.published_at is not None:
        talks.round_changed(round)
        people = [one.entrant.user for party_id in move.places
                  for one in allocation.placements.filter(entrant__in=members_of(round, party_id))
                  .select_related("entrant__user")]  # fmt: skip
        tell("course_allocated", people, round, now=now, key=f"h{allocation.pk}-{now:%Y%m%d%H%M%S%f}")
    return move


@transaction.atomic
def publish(*, allocation: Allocation, by: Any, now: datetime) -> None:
    """Everyone is told where they go, and companies how many come. Raises `NotTheTeacher` or `NotNow`."""
    round = lock_for_teacher(allocation.round, by)
    done = newest(round)
    if done != allocation or round.state not in (State.WISHES, State.ALLOCATED, State.RUNNING):
        raise NotNow
    before = given_of(newest_given(round))
    changed = Allocation.objects.filter(pk=allocation.pk, published_at=None).update(published_at=now, published_by=by)
    if not changed:
        raise NotNow
    if round.state == State.WISHES:
        round.state = State.ALLOCATED
        round.save(update_fields=["state"])
    talks.round_changed(round)
    audit.record("course.published", allocation, by=by, now=now)
    moved = [
        one.entrant.user
        for one in allocation.placements.select_related("entrant__user", "entrant__team")
        if party_of(one.entrant) not in before or before[party_of(one.entrant)] != one.place_id
    ]
    tell("course_allocated", moved, round, now=now, key=f"a{allocation.pk}")
    tell("course_students", companies_of(round), round, now=now, key=f"a{allocation.pk}")

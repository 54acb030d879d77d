"""The CP-SAT model: a Boolean for each meeting and slot it may be held in, tables counted and not named.

Naming tables in the model multiplies its size by their number and adds nothing but symmetry; a count for each slot is
enough, and `tables` gives them out afterwards. Breaks are counted from who is busy when. Two redundant equations carry
most of the proof there: a person is busy as often as they meet, and in each slot twice as many are busy as meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event, Thread

from ortools.sat.python import cp_model

from events.scheduling.days import days_of
from events.scheduling.found import LOOK_FOR_STOP, Found, Limits
from events.scheduling.problem import Numbered
from events.scheduling.solution import breaks_of


class RoundModel:
    """Build once for a stage; `maximise_weight` or `minimise_breaks`, then `search`."""

    def __init__(self, numbered: Numbered, *, hold: Mapping[int, int] | None = None) -> None:
        """`hold`: exactly these meetings are held (their slots are where the search begins)."""
        self.numbered = numbered
        self.model = cp_model.CpModel()
        self.at: dict[tuple[int, int], cp_model.IntVar] = {}
        self._of_meeting: list[list[cp_model.IntVar]] = [[] for _ in numbered.pairs]
        self._in_slot: list[list[cp_model.IntVar]] = [[] for _ in numbered.capacity]
        self._of_person: list[list[list[cp_model.IntVar]]] = [
            [[] for _ in numbered.capacity] for _ in numbered.of_person
        ]
        self._hold = hold
        self._busy: dict[tuple[int, int], cp_model.IntVar] = {}
        self._breaks_of: dict[int, cp_model.IntVar] = {}
        self._begin: dict[tuple[int, int], cp_model.IntVar] = {}
        self._days: dict[int, list[tuple[int, cp_model.IntVar]]] = {}
        self._is_maximising = True
        self.fewest_breaks = 0
        """What the people's own days come to in any case, once breaks are counted."""
        self._breaks: list[cp_model.IntVar] | None = None
        for meeting, pair in enumerate(numbered.pairs):
            if hold is not None and meeting not in hold:
                continue
            for slot in numbered.allowed[meeting]:
                here = self.model.new_bool_var("")
                self.at[meeting, slot] = here
                self._of_meeting[meeting].append(here)
                self._in_slot[slot].append(here)
                for person in pair:
                    self._of_person[person][slot].append(here)
        self._add_rules()
        if numbered.problem.goals.max_break_difference is not None:
            self._breaks = self._count_breaks()
            self._bound_difference(numbered.problem.goals.max_break_difference)

    def _add_rules(self) -> None:
        numbered, model = self.numbered, self.model
        for meeting, places in enumerate(self._of_meeting):
            if self._is_held(meeting):
                model.add_exactly_one(places)
            elif len(places) > 1:
                model.add_at_most_one(places)
        for by_slot in self._of_person:
            for places in by_slot:
                if len(places) > 1:
                    model.add_at_most_one(places)
        for slot, places in enumerate(self._in_slot):
            if len(places) > numbered.capacity[slot]:
                model.add(sum(places) <= numbered.capacity[slot])
        for person, mine in enumerate(numbered.of_person):
            if numbered.most[person] < min(len(mine), len(numbered.capacity)):
                model.add(sum(v for places in self._of_person[person] for v in places) <= numbered.most[person])
        for group in numbered.at_one_table:
            model.add_at_most_one([v for meeting in group for v in self._of_meeting[meeting]])
        for first, then in numbered.precedences:
            self._put_before(first, then)

    def _is_held(self, meeting: int) -> bool:
        return meeting in self._hold if self._hold is not None else self.numbered.required[meeting]

    def _put_before(self, first: int, then: int) -> None:
        """If `then` is held in a slot, `first` is not held in that or a later one."""
        for slot in self.numbered.slots:
            here = self.at.get((then, slot))
            if here is not None:
                late = [self.at[first, s] for s in self.numbered.slots if s >= slot and (first, s) in self.at]
                if late:
                    self.model.add_at_most_one([here, *late])

    def maximise_weight(self) -> None:
        """Weight held, and the extra for each person's first meeting, or first few."""
        self.model.maximize(self._weight())

    def _weight(self) -> cp_model.LinearExpr:
        numbered = self.numbered
        terms = [weight * v for m, weight in enumerate(numbered.weights) if weight for v in self._of_meeting[m]]
        extra = numbered.problem.goals.first_meeting
        if extra:
            for by_slot, firsts in zip(self._of_person, numbered.firsts, strict=True):
                mine = [v for places in by_slot for v in places]
                if mine:
                    held = self.model.new_int_var(0, firsts, "")
                    self.model.add(sum(mine) >= held)
                    terms.append(extra * held)
        return cp_model.LinearExpr.sum(terms)

    def minimise_breaks(self) -> None:
        self._is_maximising = False
        if self._breaks is None:
            self._breaks = self._count_breaks()
        self.model.minimize(sum(self._breaks))

    def bound_breaks(self, most: int) -> None:
        """Any plan with at most so many breaks will do; to be searched without a goal."""
        if self._breaks is None:
            self._breaks = self._count_breaks()
        self.model.add(sum(self._breaks) <= most)

    def fewest_moves(self, home: Mapping[int, int]) -> None:
        """Most weight first, then as many meetings as can be where they were."""
        stay = [self.at[meeting, slot] for meeting, slot in home.items() if (meeting, slot) in self.at]
        self.model.maximize((len(stay) + 1) * self._weight() + sum(stay))

    def _count_breaks(self) -> list[cp_model.IntVar]:
        """Each person's number of breaks: how many runs of meetings begin, less the first."""
        self._tell_who_is_busy()
        for slot, places in enumerate(self._in_slot):
            here = [self._busy[person, slot] for person in self._people if (person, slot) in self._busy]
            if here:
                self.model.add(sum(here) == 2 * sum(places))
        return [breaks for person in self._people if (breaks := self._count_breaks_of(person)) is not None]

    def _tell_who_is_busy(self) -> None:
        for person in self._people:
            for slot, places in enumerate(self._of_person[person]):
                if places:
                    is_busy = self._busy[person, slot] = self.model.new_bool_var("")
                    self.model.add_exactly_one([*places, is_busy.negated()])

    def _count_breaks_of(self, person: int) -> cp_model.IntVar | None:
        model, numbered = self.model, self.numbered
        held = [m for m in numbered.of_person[person] if self._is_held(m)]
        optional = [m for m in numbered.of_person[person] if not self._is_held(m) and self._of_meeting[m]]
        if not held and not optional:
            return None
        # Minimising alone keeps a run from being counted where none begins; a bound on the difference does not.
        exact = numbered.problem.goals.max_break_difference is not None
        busy = {slot: self._busy[person, slot] for slot in numbered.slots if (person, slot) in self._busy}
        if not optional:
            model.add(sum(busy.values()) == len(held))
        begins = []
        for slot, is_busy in busy.items():
            begin = self._begin[person, slot] = model.new_bool_var("")
            before = [busy[slot - 1]] if slot - 1 in busy else []
            model.add_bool_or([begin, is_busy.negated(), *before])
            if exact:
                model.add_implication(begin, is_busy)
                for was_busy in before:
                    model.add_implication(begin, was_busy.negated())
            begins.append(begin)
        # A variable of its own for each person's breaks: the `core` search begins by supposing that all are fewest.
        slots = len(numbered.capacity)
        own = None if optional else days_of([numbered.allowed[meeting] for meeting in held], slots)
        fewest = 0 if own is None else own.fewest
        self.fewest_breaks += fewest
        breaks = self._breaks_of[person] = model.new_int_var(fewest, max(fewest, slots // 2), "")
        if own is not None and own.days is not None:
            self._name_days(person, own.days, fewest)
        if held:
            model.add(sum(begins) == breaks + 1)
        else:
            meets = model.new_bool_var("")
            for is_busy in busy.values():
                model.add_implication(is_busy, meets)
            model.add(sum(begins) == breaks + meets)
        return breaks

    def _name_days(self, person: int, days: tuple[int, ...], fewest: int) -> None:
        """The person has one of these days, or more breaks than the fewest."""
        model, breaks = self.model, self._breaks_of[person]
        other = model.new_bool_var("")
        named = [(day, model.new_bool_var("")) for day in days]
        self._days[person] = [*named, (0, other)]
        model.add_exactly_one([other, *(chosen for _day, chosen in named)])
        model.add(breaks >= fewest + 1).only_enforce_if(other)
        model.add(breaks == fewest).only_enforce_if(other.negated())
        for slot in self.numbered.slots:
            is_busy = self._busy.get((person, slot))
            if is_busy is not None:
                model.add_at_most_one([is_busy, *(chosen for day, chosen in named if not day >> slot & 1)])
                model.add_at_most_one([is_busy.negated(), *(chosen for day, chosen in named if day >> slot & 1)])

    @property
    def _people(self) -> range:
        return range(len(self.numbered.of_person))

    def _bound_difference(self, difference: int) -> None:
        assert self._breaks is not None
        most = len(self.numbered.capacity)
        low = self.model.new_int_var(0, most, "")
        if len(self._breaks) < len(self.numbered.of_person):
            self.model.add(low == 0)
        for breaks in self._breaks:
            self.model.add(breaks >= low)
            self.model.add(breaks <= low + difference)

    def start_from(self, slot_of: Mapping[int, int]) -> None:
        """Give the search a schedule to begin with. Last of all: what is counted from the schedule is hinted too."""
        for (meeting, slot), here in self.at.items():
            self.model.add_hint(here, slot_of.get(meeting) == slot)
        met = {(person, slot) for meeting, slot in slot_of.items() for person in self.numbered.pairs[meeting]}
        for (person, slot), is_busy in self._busy.items():
            self.model.add_hint(is_busy, (person, slot) in met)
        for (person, slot), begin in self._begin.items():
            self.model.add_hint(begin, (person, slot) in met and (person, slot - 1) not in met)
        for person, breaks in self._breaks_of.items():
            self.model.add_hint(breaks, breaks_of(slot for slot in self.numbered.slots if (person, slot) in met)[0])
            day = sum(1 << slot for slot in self.numbered.slots if (person, slot) in met)
            is_named = any(named == day for named, _chosen in self._days.get(person, ()))
            for named, chosen in self._days.get(person, ()):
                self.model.add_hint(chosen, named == day if named else not is_named)

    def search(
        self,
        limits: Limits,
        *,
        on_progress: Callable[[int, int], None] | None = None,
        on_bound: Callable[[int], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        among_days: bool = False,
    ) -> Found:
        """Search until proven, out of time or told to stop.

        `on_progress(best, bound)` is called from the solver's threads, and so is `on_bound(bound)`, which does not wait
        for a plan. `among_days`: people's days are named, and
        clauses alone find the way faster than linear programmes do.
        """
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = limits.workers
        parameters.random_seed = limits.seed
        if limits.reproducible:
            parameters.interleave_search = limits.workers > 1
            parameters.max_deterministic_time = limits.seconds
        else:
            parameters.max_time_in_seconds = limits.seconds
        if among_days:
            parameters.linearization_level = 0
            # From below: at first everybody is supposed to have the fewest, then those who cannot together are let off.
            parameters.optimize_with_core = limits.workers == 1
            if limits.workers == 2:
                has_goal = self.model.has_objective()
                parameters.subsolvers.extend(["core", "no_lp"] if has_goal else ["no_lp", "quick_restart_no_lp"])
        elif not self._is_maximising and limits.workers == 2:
            parameters.subsolvers.extend(["default_lp", "core"])
        callback = _Callback(on_progress, on_bound)
        if on_progress is not None or on_bound is not None:
            solver.best_bound_callback = callback.on_bound
        done = Event()
        watcher = Thread(target=_watch, args=(solver, should_stop, done), daemon=True) if should_stop else None
        if watcher is not None:
            watcher.start()
        try:
            status = solver.solve(self.model, callback)
        finally:
            done.set()
            if watcher is not None:
                watcher.join()
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found(None, 0, 0, is_optimal=False, is_impossible=status == cp_model.INFEASIBLE)
        slot_of = {meeting: slot for (meeting, slot), here in self.at.items() if solver.boolean_value(here)}
        return Found(
            slot_of,
            round(solver.objective_value),
            round(solver.best_objective_bound),
            is_optimal=status == cp_model.OPTIMAL,
            is_impossible=False,
        )


def _watch(solver: cp_model.CpSolver, should_stop: Callable[[], bool], done: Event) -> None:
    while not done.wait(LOOK_FOR_STOP):
        if should_stop():
            solver.stop_search()
            return


class _Callback(cp_model.CpSolverSolutionCallback):
    """Passes on the best value and the bound as they improve."""

    def __init__(self, on_progress: Callable[[int, int], None] | None, on_bound: Callable[[int], None] | None) -> None:
        super().__init__()
        self._on_progress, self._on_bound = on_progress, on_bound
        self._best: int | None = None

    def on_solution_callback(self) -> None:
        self._best = round(self.objective_value)
        if self._on_progress is not None:
            self._on_progress(self._best, round(self.best_objective_bound))

    def on_bound(self, bound: float) -> None:
        if self._on_bound is not None:
            self._on_bound(round(bound))
        if self._on_progress is not None and self._best is not None:
            self._on_progress(self._best, round(bound))

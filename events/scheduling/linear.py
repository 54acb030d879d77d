"""The most weight, and of such plans the fewest moves, as a linear programme in whole numbers, by HiGHS.

A number, 0 or 1, for each meeting and slot that it may be held in. Each person's slot, each meeting and each slot's
tables bound a sum of them. Where most of a plan is to stay, the programme without whole numbers has a whole solution,
or nearly: its value proves that no plan is better, in the time in which a search by clauses has hardly begun. Breaks
are not in it; they would make its bound loose, and `model` counts them better.

The first programme is solved by an interior point method: many of its solutions are equally good, among which the
simplex method can go round for minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import inf, isfinite
from threading import Thread

from ortools.math_opt import model_pb2, sparse_containers_pb2
from ortools.math_opt.python import mathopt

from events.scheduling.found import LOOK_FOR_STOP, Found, Limits
from events.scheduling.problem import Numbered

NODES_A_SECOND = 100
"""Of the tree of branches, where the search must not look at the clock."""


@dataclass
class _Sums:
    """Bounds on sums of columns: `low` ≤ sum ≤ `high`, as a sparse matrix in order of its rows."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    signs: list[float] = field(default_factory=list)

    def add(self, columns: Sequence[int], low: float, high: float, *, minus: Sequence[int] = ()) -> None:
        signs = Counter(columns)
        signs.subtract(minus)
        self.rows += [len(self.low)] * len(signs)
        self.columns += sorted(signs)
        self.signs += [signs[column] for column in sorted(signs)]
        self.low.append(low)
        self.high.append(high)

    def at_most(self, columns: Sequence[int], high: int) -> None:
        if len(columns) > high:
            self.add(columns, -inf, high)


class MostWeight:
    """Build once, then `search`. The difference of breaks is not bounded here."""

    def __init__(self, numbered: Numbered, *, home: Mapping[int, int] | None = None) -> None:
        """With `home`, of the plans with the most weight one with as many meetings at home as can be."""
        home = home or {}
        self._pairs, self._first, self._firsts = numbered.pairs, 0, numbered.firsts
        self._at = [(meeting, slot) for meeting, slots in enumerate(numbered.allowed) for slot in slots]
        unit = len(home) + 1
        self._worth = [unit * numbered.weights[m] + (home.get(m) == slot) for m, slot in self._at]
        self._of_meeting: list[list[int]] = [[] for _ in numbered.pairs]
        self._in_slot: list[list[int]] = [[] for _ in numbered.capacity]
        self._of_person: list[list[list[int]]] = [[[] for _ in numbered.capacity] for _ in numbered.of_person]
        for column, (meeting, slot) in enumerate(self._at):
            self._of_meeting[meeting].append(column)
            self._in_slot[slot].append(column)
            for person in numbered.pairs[meeting]:
                self._of_person[person][slot].append(column)
        self._sums = _Sums()
        self._add_rules(numbered)
        if numbered.problem.goals.first_meeting:
            self._first = unit * numbered.problem.goals.first_meeting
            self._count_first_meetings(self._first)

    def _add_rules(self, numbered: Numbered) -> None:
        sums = self._sums
        for meeting, columns in enumerate(self._of_meeting):
            if numbered.required[meeting]:
                sums.add(columns, 1, 1)
            else:
                sums.at_most(columns, 1)
        for slot, columns in enumerate(self._in_slot):
            sums.at_most(columns, numbered.capacity[slot])
        for person, by_slot in enumerate(self._of_person):
            for columns in by_slot:
                sums.at_most(columns, 1)
            if numbered.most[person] < len(numbered.capacity):
                sums.at_most([column for columns in by_slot for column in columns], numbered.most[person])
        for group in numbered.at_one_table:
            sums.at_most([column for meeting in group for column in self._of_meeting[meeting]], 1)
        for first, then in numbered.precedences:
            for here in self._of_meeting[then]:
                late = [column for column in self._of_meeting[first] if self._at[column][1] >= self._at[here][1]]
                sums.at_most([here, *late], 1)

    def _count_first_meetings(self, worth: int) -> None:
        """A column for each person, or as many as are to be their first: no more of them are 1 than they meet."""
        for by_slot, firsts in zip(self._of_person, self._firsts, strict=True):
            mine = [column for columns in by_slot for column in columns]
            if mine:
                self._sums.add(mine, 0, inf, minus=range(len(self._worth), len(self._worth) + firsts))
                self._worth += [worth] * firsts

    def search(
        self, limits: Limits, *, start: Mapping[int, int], should_stop: Callable[[], bool] | None = None
    ) -> Found:
        """Search until proven, out of time or told to stop. What is found is no worse than `start`, a plan that keeps
        every rule; when stopped, nothing is.
        """
        model = mathopt.Model.from_model_proto(self._proto())
        variables = list(model.variables())
        hint = {variables[column]: float(start.get(m) == slot) for column, (m, slot) in enumerate(self._at)}
        hints = mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=hint)])
        solving: Future[mathopt.SolveResult] = Future()

        def solve() -> None:
            try:
                solving.set_result(
                    mathopt.solve(model, mathopt.SolverType.HIGHS, params=_parameters(limits), model_params=hints)
                )
            except BaseException as error:  # noqa: BLE001 (whatever it is, it is raised where it is waited for)
                solving.set_exception(error)

        Thread(target=solve, daemon=True).start()
        while True:
            try:
                found = self._found(variables, solving.result(LOOK_FOR_STOP))
            except TimeoutError:
                if should_stop is not None and should_stop():
                    # HiGHS cannot be told to stop, so it is left to itself.
                    return Found(None, 0, 0, is_optimal=False, is_impossible=False)
            else:
                least = self._value_of(start)
                if found.slot_of is not None and found.value < least:
                    return replace(found, slot_of=dict(start), value=least, is_optimal=False)
                return found

    def _value_of(self, slot_of: Mapping[int, int]) -> int:
        people = Counter(person for meeting in slot_of for person in self._pairs[meeting])
        held = sum(
            self._worth[column] for column, (meeting, slot) in enumerate(self._at) if slot_of.get(meeting) == slot
        )
        return held + self._first * sum(min(count, self._firsts[person]) for person, count in people.items())

    def _found(self, variables: list[mathopt.Variable], result: mathopt.SolveResult) -> Found:
        if not result.has_primal_feasible_solution():
            impossible = result.termination.reason == mathopt.TerminationReason.INFEASIBLE
            return Found(None, 0, 0, is_optimal=False, is_impossible=impossible)
        values = result.variable_values(variables[: len(self._at)])
        bound = result.dual_bound()
        return Found(
            {meeting: slot for (meeting, slot), value in zip(self._at, values, strict=True) if value > 0.5},
            round(result.objective_value()),
            round(bound) if isfinite(bound) else round(sum(self._worth)),
            is_optimal=result.termination.reason == mathopt.TerminationReason.OPTIMAL,
            is_impossible=False,
        )

    def _proto(self) -> model_pb2.ModelProto:
        """The programme in the form in which it is handed over: by columns' numbers, which takes a tenth of the time
        that expressions take."""
        sums, columns = self._sums, range(len(self._worth))
        return model_pb2.ModelProto(
            variables=model_pb2.VariablesProto(
                ids=columns,
                lower_bounds=[0.0] * len(columns),
                upper_bounds=[1.0] * len(columns),
                integers=[True] * len(columns),
            ),
            objective=model_pb2.ObjectiveProto(
                maximize=True,
                linear_coefficients=sparse_containers_pb2.SparseDoubleVectorProto(ids=columns, values=self._worth),
            ),
            linear_constraints=model_pb2.LinearConstraintsProto(
                ids=range(len(sums.low)), lower_bounds=sums.low, upper_bounds=sums.high
            ),
            linear_constraint_matrix=sparse_containers_pb2.SparseDoubleMatrixProto(
                row_ids=sums.rows, column_ids=sums.columns, coefficients=sums.signs
            ),
        )


def _parameters(limits: Limits) -> mathopt.SolveParameters:
    parameters = mathopt.SolveParameters(
        random_seed=limits.seed,
        presolve=mathopt.Emphasis.OFF,  # there is nothing to be taken out, which takes it a second to find
        relative_gap_tolerance=0,
        absolute_gap_tolerance=0.5,  # of whole numbers
    )
    parameters.highs.string_options["mip_lp_solver"] = "ipm"
    if limits.reproducible:
        parameters.node_limit = max(1, round(limits.seconds * NODES_A_SECOND))
    else:
        parameters.time_limit = timedelta(seconds=limits.seconds)
    return parameters

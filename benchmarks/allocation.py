"""Who goes where, at 40, 400 and 4,000 students: cost beside the optimum, beside drawing lots, and how long it takes.

    .venv/bin/python benchmarks/allocation.py [--students 40 400 4000] [--seeds 0 1 2] [--seconds 9]

Students wish eight places each, a few of which nearly all wish (Zipf). One by one, the cost is compared with scipy's
`linear_sum_assignment` over every seat; in groups of up to five, with the search's own bound: *proven* says that it was
reached, *above* by how much it was not. Lots: each takes the best that is left, in an order that is drawn; in the ratio
whoever is without counts as one who has what was not wished. `s` is the clock's time of the whole call, `cpu` what it
took of processors: on a machine that does other things, the second says what the first would be.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]  # scipy brings no types

from studies.allocation import UNWISHED, Problem, allocate
from studies.allocation.made import in_turn, make_problem


def by_scipy(problem: Problem) -> int:
    """The least total of students one by one: a column for each seat, and one of being without for each student."""
    seats = [place for place in problem.places for _seat in range(place.most)]
    without = problem.unplaced_cost
    table = np.full((len(problem.parties), len(seats) + len(problem.parties)), without, dtype=np.float64)
    first = np.cumsum([0, *(place.most for place in problem.places)])
    for row, party in enumerate(problem.parties):
        for at, place in enumerate(problem.places):
            if problem.may_go(party, place):
                table[row, first[at] : first[at + 1]] = problem.cost(party, place.id)
    rows, columns = linear_sum_assignment(table)
    return int(table[rows, columns].sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs="+", default=[40, 400, 4000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--seconds", type=float, default=9.0)
    asked = parser.parse_args()
    print(f"{'students':>8} {'':10}{'seed':>5}{'parties':>8}{'places':>7}{'without':>8}{'cost':>7}{'s':>7}{'cpu':>7}"
          f"  {'optimum':22}{'lots: without':>14}{'cost':>7}{'ratio':>7}")  # fmt: skip
    for students in asked.students:
        for in_groups in (0.0, 0.4):
            for seed in asked.seeds:
                problem = make_problem(students, seed=seed, in_groups=in_groups)
                began, before = time.perf_counter(), time.process_time()
                found = allocate(problem, seconds=asked.seconds)
                spent, cpu = time.perf_counter() - began, time.process_time() - before
                if in_groups:
                    said = "proven" if found.is_proven else f"at most {found.total - found.bound} above"
                else:
                    best = by_scipy(problem)
                    said = "as scipy" if found.total == best else f"NOT: scipy has {best}"
                lots = in_turn(problem, seed=seed)
                cost, without = problem.preference_cost(lots), problem.unplaced(lots)
                ratio = (cost + UNWISHED * without) / max(1, found.cost + UNWISHED * found.unplaced)
                print(
                    f"{students:8} {'in groups' if in_groups else 'one by one':10}{seed:5}{len(problem.parties):8}"
                    f"{len(problem.places):7}{found.unplaced:8}{found.cost:7}{spent:7.2f}{cpu:7.2f}  {said:22}"
                    f"{without:14}{cost:7}{ratio:7.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()

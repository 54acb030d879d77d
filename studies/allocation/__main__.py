"""`python -m studies.allocation`: allocate in a process of its own, so that no page waits while a large round is made.

Standard input: `{"seconds": s, "problem": {...}}` as `form.write_asked` writes it. Standard output: what `allocate`
found, as `form.read_answer` reads it.
"""

from __future__ import annotations

import os
import sys

from studies.allocation.form import read_asked, write_answer
from studies.allocation.solve import allocate

NICENESS = 10
"""Pages go before allocations on a machine that does both."""


def main() -> None:
    os.nice(NICENESS)
    problem, seconds = read_asked(sys.stdin.read())
    with os.fdopen(os.dup(1), "w") as answer:
        os.dup2(2, 1)  # HiGHS says its name on standard output, which is for the answer alone
        answer.write(write_answer(allocate(problem, seconds=seconds)))


if __name__ == "__main__":
    main()

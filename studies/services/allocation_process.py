"""`allocate` in a process of its own: where pages and work share a process, no page waits for a large round."""

from __future__ import annotations

import subprocess
import sys

from studies.allocation import Allocation, Problem
from studies.allocation.form import read_answer, write_asked

PATIENCE = 30.0
"""Seconds beyond the time given, after which the process is ended."""


def allocate_apart(problem: Problem, *, seconds: float = 10.0) -> Allocation:
    """Raises `subprocess.SubprocessError` when the process fails, dies, or does not end in time."""
    done = subprocess.run(
        [sys.executable, "-m", "studies.allocation"],
        input=write_asked(problem, seconds=seconds),
        stdout=subprocess.PIPE,
        text=True,
        timeout=seconds + PATIENCE,
        check=True,
    )
    return read_answer(done.stdout)

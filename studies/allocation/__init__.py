"""Who goes where: students and groups, what they wish, and the places there are. Pure: no Django, no clock."""

from __future__ import annotations

from studies.allocation.moves import Move, cost_of_move
from studies.allocation.problem import UNWISHED, Member, Party, Place, Problem, km_between
from studies.allocation.reasons import Reason, Why, choice_number, why_not_earlier
from studies.allocation.solve import Allocation, allocate

__all__ = [
    "UNWISHED",
    "Allocation",
    "Member",
    "Move",
    "Party",
    "Place",
    "Problem",
    "Reason",
    "Why",
    "allocate",
    "choice_number",
    "cost_of_move",
    "km_between",
    "why_not_earlier",
]

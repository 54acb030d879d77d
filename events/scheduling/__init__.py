"""Schedules of 1:1 meetings: who meets whom, in which slot, at which table.

Pure: plain data in, plain data out, no Django and no clock of its own but the solver's time limit. The parts:
`problem` (what is asked), `solve` (the way to an answer), `model` (CP-SAT), `greedy` (start and fall-back), `tables`
(given out afterwards), `obstacles` (why there is no answer), `form` (the JSON form), and `python -m events.scheduling`,
which solves in a process of its own.
"""

from events.scheduling.obstacles import Impossible, Obstacle, ObstacleCode, find_obstacles
from events.scheduling.problem import Fixed, Goals, Meeting, Participant, Problem, ProblemError, Slot
from events.scheduling.solution import Figures, Placement, Solution, Status, measure
from events.scheduling.solve import Effort, Progress, solve

__all__ = [
    "Effort",
    "Figures",
    "Fixed",
    "Goals",
    "Impossible",
    "Meeting",
    "Obstacle",
    "ObstacleCode",
    "Participant",
    "Placement",
    "Problem",
    "ProblemError",
    "Progress",
    "Slot",
    "Solution",
    "Status",
    "find_obstacles",
    "measure",
    "solve",
]

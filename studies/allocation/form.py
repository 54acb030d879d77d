"""A problem and its answer as text (JSON), for a process of its own."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from studies.allocation.problem import Member, Party, Place, Problem
from studies.allocation.solve import Allocation


def write_asked(problem: Problem, *, seconds: float) -> str:
    places = [asdict(place) | {"languages": sorted(place.languages)} for place in problem.places]
    parties = [asdict(party) | {"members": [_member(one) for one in party.members]} for party in problem.parties]
    return json.dumps({"seconds": seconds, "problem": {"places": places, "parties": parties}})


def _member(member: Member) -> dict[str, Any]:
    return asdict(member) | {"languages": sorted(member.languages)}


def read_asked(text: str) -> tuple[Problem, float]:
    """The problem, and how many seconds there are for it."""
    asked = json.loads(text)
    places = tuple(Place(**_known(place)) for place in asked["problem"]["places"])
    parties = tuple(
        Party(party["id"], tuple(party["wishes"]), tuple(Member(**_known(m)) for m in party["members"]), party["held"])
        for party in asked["problem"]["parties"]
    )
    return Problem(places, parties), asked["seconds"]


def _known(one: dict[str, Any]) -> dict[str, Any]:
    point = one["point"]
    return one | {"languages": frozenset(one["languages"]), "point": None if point is None else tuple(point)}


def write_answer(found: Allocation) -> str:
    return json.dumps(asdict(found) | {"places": list(found.places.items())})


def read_answer(text: str) -> Allocation:
    said = json.loads(text)
    return Allocation(**said | {"places": dict(said["places"])})

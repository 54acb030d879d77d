"""The JSON form of problems and schedules: `schedule-input/1` in, meetings with slot and table out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from events.scheduling.problem import Fixed, Goals, Meeting, Participant, Problem, ProblemError, Slot
from events.scheduling.solution import Placement, Solution
from events.scheduling.speed import Mingling

SPEED = "speed-input/1"


def read_problem(data: Any) -> Problem:
    """The problem in the form; raises `ProblemError` with the place of what is wrong."""
    form = _mapping("the file", data)
    tables = tuple(_table_id(table) for table in _items("tables", form.get("tables") or []))
    per_slot = form.get("tables_per_slot", len(tables))
    goals = _mapping("objective", form.get("objective") or {})
    return Problem(
        slots=tuple(_slot(slot, per_slot) for slot in _items("slots", form.get("slots"))),
        participants=tuple(_participant(person) for person in _items("participants", form.get("participants"))),
        meetings=tuple(_meeting(meeting) for meeting in _items("meetings", form.get("meetings"))),
        tables=tables,
        precedences=tuple(_pair("precedences", pair) for pair in _items("precedences", form.get("precedences") or [])),
        goals=Goals(
            breaks=bool(goals.get("breaks", True)),
            max_break_difference=_count("objective.max_break_difference", goals.get("max_break_difference"), None),
            first_meeting=_count("objective.first_meeting", goals.get("first_meeting"), 0) or 0,
        ),
        previous=read_previous(form.get("previous")),
    )


def read_previous(data: Any) -> dict[str, Fixed]:
    """A plan to be repaired, as it was written: {meeting: where}. None: there is none."""
    if data is None:
        return {}
    plan = _mapping("previous", data)
    found: dict[str, Fixed] = {}
    for value in _items("previous: meetings", plan.get("meetings")):
        row = _mapping("previous: a meeting", value)
        id_ = _text("previous: meeting id", row.get("id"))
        if id_ in found:
            raise ProblemError(f"previous: meeting {id_} is given twice")
        found[id_] = _fixed(f"previous: meeting {id_}", row)
    return found


def write_problem(problem: Problem) -> dict[str, Any]:
    return {
        "format": "schedule-input/1",
        "slots": [
            {"id": slot.id, "start": slot.start, "end": slot.end, "session": slot.session} for slot in problem.slots
        ],
        "tables_per_slot": {slot.id: slot.tables for slot in problem.slots},
        "tables": list(problem.tables) or None,
        "participants": [
            {
                "id": person.id,
                "unavailable": sorted(person.unavailable),
                "most": person.most,
                **({} if person.table is None else {"table": person.table}),
                **({"least": person.least} if person.least else {}),
            }
            for person in problem.participants
        ],
        "meetings": [
            {
                "id": meeting.id,
                "participants": list(meeting.participants),
                "weight": meeting.weight,
                "required": meeting.required,
                "slots": None if meeting.slots is None else sorted(meeting.slots),
                "fixed": None if meeting.fixed is None else asdict(meeting.fixed),
            }
            for meeting in problem.meetings
        ],
        "precedences": [list(pair) for pair in problem.precedences],
        "objective": {"weight": True, **asdict(problem.goals)},
        "previous": {
            "meetings": [
                {"id": id_, "slot": fixed.slot, "table": fixed.table} for id_, fixed in problem.previous.items()
            ]
        }
        if problem.previous
        else None,
    }


def read_mingling(data: Any) -> Mingling:
    """A speed round in its form, `speed-input/1`; raises `ProblemError` with the place of what is wrong."""
    form = _mapping("the file", data)
    per_slot = form.get("tables_per_slot", 0)
    return Mingling(
        slots=tuple(_slot(slot, per_slot) for slot in _items("slots", form.get("slots"))),
        participants=tuple(_participant(person) for person in _items("participants", form.get("participants"))),
        worth={
            _pair("worth", row[:2]): _count("worth", row[2], 1) or 1 for row in _items("worth", form.get("worth") or [])
        },
        apart=frozenset(_pair("apart", pair) for pair in _items("apart", form.get("apart") or [])),
        tables=tuple(_table_id(table) for table in _items("tables", form.get("tables") or [])),
    )


def write_mingling(asked: Mingling) -> dict[str, Any]:
    return {
        "format": SPEED,
        "slots": [{"id": slot.id, "start": slot.start, "end": slot.end} for slot in asked.slots],
        "tables_per_slot": {slot.id: slot.tables for slot in asked.slots},
        "tables": list(asked.tables),
        "participants": [{"id": one.id, "unavailable": sorted(one.unavailable)} for one in asked.participants],
        "worth": [[*pair, worth] for pair, worth in asked.worth.items()],
        "apart": [list(pair) for pair in sorted(asked.apart)],
    }


def is_mingling(data: Any) -> bool:
    return isinstance(data, dict) and data.get("format") == SPEED


def write_placements(placements: Iterable[Placement]) -> list[dict[str, str]]:
    return [{"id": placement.meeting, "slot": placement.slot, "table": placement.table} for placement in placements]


def write_solution(solution: Solution) -> dict[str, Any]:
    changes = solution.changes
    return {
        "meetings": write_placements(solution.placements),
        "unscheduled": list(solution.unscheduled),
        "objective": asdict(solution.figures)
        | {"weight_bound": solution.bound}
        | ({} if changes is None else asdict(changes)),
        "status": solution.status.value,
        "first_plan": None if solution.first is None else asdict(solution.first),
    }


def _mapping(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProblemError(f"{where} is not an object")
    return value


def _items(where: str, value: Any) -> Iterable[Any]:
    if not isinstance(value, list):
        raise ProblemError(f"{where} is not a list")
    return value


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ProblemError(f"{where} is not a text")
    return value


def _count(where: str, value: Any, default: int | None) -> int | None:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ProblemError(f"{where} is not a whole number from 0 up")
    return value


def _ids(where: str, value: Any) -> frozenset[str]:
    return frozenset(_text(where, item) for item in _items(where, value))


def _pair(where: str, value: Any) -> tuple[str, str]:
    pair = [_text(where, item) for item in _items(where, value)]
    if len(pair) != 2:
        raise ProblemError(f"{where}: a pair has two, not {len(pair)}")
    return pair[0], pair[1]


def _table_id(value: Any) -> str:
    return _text("tables", value.get("id") if isinstance(value, dict) else value)


def _slot(value: Any, per_slot: Any) -> Slot:
    slot = _mapping("slot", value)
    id_ = _text("slot id", slot.get("id"))
    tables = per_slot.get(id_, 0) if isinstance(per_slot, dict) else per_slot
    return Slot(
        id=id_,
        tables=_count("tables_per_slot", tables, 0) or 0,
        start=slot.get("start"),
        end=slot.get("end"),
        session=slot.get("session") or "day",
    )


def _participant(value: Any) -> Participant:
    person = _mapping("participant", value)
    id_ = _text("participant id", person.get("id"))
    return Participant(
        id=id_,
        unavailable=_ids(f"participant {id_}: unavailable", person.get("unavailable") or []),
        most=_count(f"participant {id_}: most", person.get("most"), None),
        table=None if person.get("table") is None else _text(f"participant {id_}: table", person["table"]),
        least=_count(f"participant {id_}: least", person.get("least"), 0) or 0,
    )


def _meeting(value: Any) -> Meeting:
    meeting = _mapping("meeting", value)
    id_ = _text("meeting id", meeting.get("id"))
    where = f"meeting {id_}"
    slots, fixed = meeting.get("slots"), meeting.get("fixed")
    weight = _count(f"{where}: weight", meeting.get("weight"), 1)
    return Meeting(
        id=id_,
        participants=_pair(f"{where}: participants", meeting.get("participants")),
        weight=1 if weight is None else weight,
        required=bool(meeting.get("required")),
        slots=None if slots is None else _ids(f"{where}: slots", slots),
        fixed=None if fixed is None else _fixed(where, fixed),
    )


def _fixed(where: str, value: Any) -> Fixed:
    fixed = _mapping(f"{where}: fixed", value)
    table = fixed.get("table")
    return Fixed(_text(f"{where}: fixed slot", fixed.get("slot")), None if table is None else str(table))

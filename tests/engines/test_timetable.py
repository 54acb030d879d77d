"""The slots of a round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from events.timetable import slot_times

HELSINKI = ZoneInfo("Europe/Helsinki")
NINE = datetime(2026, 12, 3, 9, tzinfo=HELSINKI)


def clock(spans: list[tuple[datetime, datetime]]) -> list[str]:
    return [f"{start.astimezone(HELSINKI):%H.%M}–{end.astimezone(HELSINKI):%H.%M}" for start, end in spans]


def test_slots_fill_the_round_and_none_runs_over() -> None:
    assert clock(slot_times(NINE, NINE + timedelta(minutes=70), minutes=20)) == [
        "09.00–09.20",
        "09.20–09.40",
        "09.40–10.00",
    ]


def test_pauses_stand_between_slots() -> None:
    found = slot_times(NINE, NINE + timedelta(hours=1), minutes=20, pause=10)
    assert clock(found) == ["09.00–09.20", "09.30–09.50"]


def test_a_slot_that_would_run_into_a_break_begins_after_it() -> None:
    pause = (NINE + timedelta(minutes=30), NINE + timedelta(minutes=50))
    found = slot_times(NINE, NINE + timedelta(minutes=90), minutes=20, breaks=[pause])
    assert clock(found) == ["09.00–09.20", "09.50–10.10", "10.10–10.30"]


def test_over_midnight_and_over_the_change_of_clocks_a_slot_keeps_its_length() -> None:
    start = datetime(2026, 10, 24, 23, 30, tzinfo=HELSINKI)
    end = datetime(2026, 10, 25, 5, 0, tzinfo=HELSINKI)
    found = slot_times(start, end, minutes=30)
    assert len(found) == 13
    assert all(over - begin == timedelta(minutes=30) for begin, over in found)
    assert found[0][0] == start.astimezone(UTC)


def test_a_round_too_short_has_no_slots() -> None:
    assert slot_times(NINE, NINE + timedelta(minutes=10), minutes=20) == []

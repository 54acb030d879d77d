"""Presses at the door come to the same, whatever the order in which phones send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.arrivals import LONGEST_AWAY, Press, arrived_at, corrected, in_order

NINE = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
PRESSES = st.lists(
    st.builds(
        Press,
        at=st.integers(0, 5).map(lambda minutes: NINE + timedelta(minutes=minutes)),
        key=st.uuids().map(str),
        is_in=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda press: press.key,
)


@given(presses=PRESSES, order=st.randoms(use_true_random=False))
def test_any_order_comes_to_the_same(presses: list[Press], order: object) -> None:
    mixed = list(presses)
    order.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert arrived_at(mixed) == arrived_at(presses)


@given(presses=PRESSES)
def test_the_latest_press_decides_and_the_first_arrival_is_the_time(presses: list[Press]) -> None:
    since = arrived_at(presses)
    ordered = in_order(presses)
    if not ordered or not ordered[-1].is_in:
        assert since is None
    else:
        undone = [n for n, press in enumerate(ordered) if not press.is_in]
        assert since == ordered[undone[-1] + 1 if undone else 0].at


@given(presses=PRESSES, again=st.uuids().map(str))
def test_a_second_arrival_changes_no_time(presses: list[Press], again: str) -> None:
    since = arrived_at(presses)
    if since is not None:
        later = Press(max(press.at for press in presses) + timedelta(seconds=1), again, True)
        assert arrived_at([*presses, later]) == since


@given(
    at=st.timedeltas(timedelta(0), timedelta(days=9000)).map(lambda gone: NINE - timedelta(days=4000) + gone),
    ahead=st.timedeltas(timedelta(days=-4000), timedelta(days=4000)),
    waited=st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_a_clock_that_is_wrong_is_put_right(at: datetime, ahead: timedelta, waited: timedelta) -> None:
    """A phone whose clock is wrong by `ahead` presses at `at` and sends when `waited` has passed."""
    told = corrected(at + ahead, sent_at=at + ahead + waited, now=at + waited)
    assert told == at


def test_neither_the_future_nor_long_ago() -> None:
    assert corrected(NINE + timedelta(hours=1), sent_at=NINE, now=NINE) == NINE
    assert corrected(NINE - timedelta(days=900), sent_at=NINE, now=NINE) == NINE - LONGEST_AWAY

"""An installation's weights stay within bounds, whatever it has been told."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Part, tune, weights
from matching.engine.weights import LEAST_FACTOR, MOST_ATTENTION, MOST_FACTOR, POINTS

NUMBERS = st.integers(-9999, 9999).map(lambda number: number / 100)
FACTORS = st.fixed_dictionaries({}, optional=dict.fromkeys((*Part, "gone"), NUMBERS))


@given(st.sampled_from(POINTS), NUMBERS, FACTORS)
def test_no_factor_takes_a_weight_out_of_its_bounds(point: str, attention: float, factors: dict[str, float]) -> None:
    base, found = asdict(weights(point)), asdict(tune(weights(point), attention=attention, factors=factors))
    assert 0 <= found["attention"] <= MOST_ATTENTION * base["attention"]
    for name in ("need", "name", "place", "country", "kinds", "experience"):
        assert LEAST_FACTOR * base[name] <= found[name] <= MOST_FACTOR * base[name]
    assert all(found[name] == base[name] for name in ("power", "best", "sum", "mutual"))


def test_each_part_moves_its_own_weights_alone() -> None:
    base = weights("accuracy")
    assert tune(base) == base
    found = tune(base, factors={Part.NEARNESS: 1.2})
    assert found.place == base.place * 1.2
    assert (found.need, found.name, found.kinds) == (base.need, base.name, base.kinds)

"""The curve of quality against exposure: whole, drawn with what is chosen, and of the weights that are in use."""

from __future__ import annotations

import json
from dataclasses import asdict
from xml.etree import ElementTree

import pytest

from matching import exposure
from matching.engine import weights
from matching.engine.weights import MOST_ATTENTION, POINTS
from matching.exposure import Level
from matching.models import Tuning
from matching.tuning_words import STRENGTHS, measured, picture


def test_the_curve_was_measured_with_the_weights_in_use() -> None:
    """When this fails, weights were chosen anew: run `benchmarks/exposure_curve.py BENCH --write`."""
    kept = json.loads(exposure.FILE.read_text(encoding="utf-8"))
    assert {point: kept[point]["weights"] for point in POINTS} == {point: asdict(weights(point)) for point in POINTS}


def test_every_choice_of_the_page_stands_on_both_curves() -> None:
    for levels in exposure.curves().values():
        assert set(STRENGTHS) <= {level.attention for level in levels}
        assert levels[-1].attention == MOST_ATTENTION


def test_the_knee_is_farthest_above_the_line_between_the_ends() -> None:
    levels = [Level(n, quality, n / 10, 0.9 - n / 10) for n, quality in enumerate((1.0, 0.95, 0.9, 0.5, 0.1))]
    assert exposure.knee(levels).attention == 2
    assert exposure.knee(levels, "gini").attention == 2


@pytest.mark.parametrize(("point", "attention"), [("spread", 1.0), ("accuracy", 0.0), ("spread", 2.9)])
def test_what_is_in_force_is_marked_in_the_picture_and_in_the_table(point: str, attention: float) -> None:
    row = Tuning(point=point, attention=attention)
    levels = measured(row)
    here = [one for one in levels if one.is_chosen]
    assert [one.level.attention for one in here] == [round(attention)]
    assert sum(one.is_bend for one in levels) == 2
    drawn = ElementTree.fromstring(picture(row, levels))
    assert len(drawn.findall("circle[@class='c-chosen']")) == 1
    assert len(drawn.findall("polyline")) == 2
    assert len(drawn.findall("circle[@class='c-dot']")) == len(levels)


def test_the_picture_for_a_file_stands_alone() -> None:
    words = exposure.Words("Quality & exposure", "quality", "coverage", dict.fromkeys(POINTS, "point"))
    drawn = ElementTree.fromstring(exposure.draw(exposure.curves(), words, alone=True))
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.get("aria-label") == "Quality & exposure"

"""Lessons as values: they fit what they were learnt from, fade, and never close a door."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.scoring import Kind
from matching.engine.steering import (
    HALF_LIFE,
    LESSON,
    STRONGEST,
    About,
    Answered,
    What,
    about,
    kept,
    learn,
    lowering,
)

ABOUTS = st.builds(
    About,
    km=st.none() | st.floats(0, 1200),
    size=st.sampled_from(["", "1", "250+"]),
    topics=st.frozensets(st.sampled_from(["lastu", "puru", "theme:puu"])),
    needs=st.frozensets(st.sampled_from(["lastu", "halli"])),
)
ANSWERS = st.lists(
    st.builds(Answered, st.integers(1, 9), st.sampled_from(What), ABOUTS, st.floats(0, 1000)),
    unique_by=lambda one: one.key,
)


@dataclass(frozen=True)
class Said:
    kind: str
    labels: tuple[str, ...]


def one(what: What, days: float = 0.0, **fields: object) -> Answered:
    return Answered(1, what, About(**fields), days)  # type: ignore[arg-type]  # fields of About


def test_what_a_suggestion_is_about_is_its_main_reason_and_the_needs_it_meets() -> None:
    reasons = [
        Said(Kind.PLACE, ("12",)),
        Said(Kind.NEED_MEETS_OFFER, ("lastu",)),
        Said(Kind.THEME, ("puu",)),
        Said(Kind.NEED_MEETS_OFFER, ("halli",)),
    ]
    assert about(reasons, km=12.0, size="1") == About(12.0, "1", frozenset({"lastu"}), frozenset({"lastu", "halli"}))
    assert about(reasons[2:3], km=None, size="") == About(topics=frozenset({"theme:puu"}))
    assert about([], km=None, size="") == About()


@pytest.mark.parametrize(
    ("answered", "hit", "missed"),
    [
        (one(What.FAR, km=200.0), About(km=190.0), About(km=90.0)),
        (one(What.FAR, km=200.0), About(km=900.0), About()),
        (one(What.SIZE, size="250+"), About(size="250+"), About(size="1")),
        (one(What.TOPIC, topics=frozenset({"puu"})), About(topics=frozenset({"puu"})), About(needs=frozenset({"puu"}))),
        (one(What.NEED, needs=frozenset({"puu"})), About(needs=frozenset({"puu"})), About(topics=frozenset({"puu"}))),
    ],
)
def test_a_lesson_lowers_what_it_was_learnt_from_and_its_like(answered: Answered, hit: About, missed: About) -> None:
    taught = learn([answered])
    assert lowering(taught, hit) == {answered.what: pytest.approx(LESSON)}
    assert lowering(taught, missed) == {}


def test_nearer_than_the_far_one_loses_in_part_and_one_common_word_is_not_the_same_subject() -> None:
    far = learn([one(What.FAR, km=200.0)])
    assert 0 < lowering(far, About(km=140.0))[What.FAR] < LESSON
    topic = learn([one(What.TOPIC, topics=frozenset({"puu", "talo"}))])
    many = About(topics=frozenset({"puu", "a", "b", "c"}))
    assert lowering(topic, many)[What.TOPIC] == pytest.approx(LESSON / 4)


def test_what_is_not_known_teaches_nothing() -> None:
    assert learn([one(what) for what in What]) == ()
    assert learn([one(What.FAR, km=0.0)]) == ()


def test_a_lesson_fades_is_forgotten_and_grows_when_said_again() -> None:
    fresh, half = learn([one(What.SIZE, size="1")]), learn([one(What.SIZE, days=HALF_LIFE, size="1")])
    assert half[0].strength == pytest.approx(fresh[0].strength / 2)
    assert learn([one(What.SIZE, days=400, size="1")]) == ()
    again = learn([Answered(n, What.SIZE, About(size="1")) for n in range(9)])
    assert again[0].strength == STRONGEST
    assert again[0].sources == tuple(range(9))


@given(ANSWERS, ABOUTS)
def test_lessons_are_bounded_and_order_does_not_matter(answers: list[Answered], other: About) -> None:
    taught = learn(answers)
    assert taught == learn(reversed(answers))
    assert all(0 < lesson.strength <= STRONGEST for lesson in taught)
    left = kept(lowering(taught, other))
    assert 1 - STRONGEST <= left <= 1


@given(ANSWERS, ABOUTS, st.floats(0, 300))
def test_time_only_forgets(answers: list[Answered], other: About, later: float) -> None:
    aged = [Answered(a.key, a.what, a.about, a.days + later) for a in answers]
    assert kept(lowering(learn(aged), other)) >= kept(lowering(learn(answers), other)) - 1e-9

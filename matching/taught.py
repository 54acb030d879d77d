"""An installation's answers, as the engine learns from them."""

from __future__ import annotations

from datetime import datetime

from matching.engine.learning import CONNECTED, FRUITFUL, IN_VAIN, INTERESTED, LATE_FRUIT, MET, Given, shares_of
from matching.models import Connection, Interest
from matching.outcomes import Pair, Worth, fruits_between, have_met, worth_of

MOST_ANSWERS = 5000
"""The newest; more would tell no more, and cost memory."""

_COUNTS = {Worth.FRUITFUL: FRUITFUL, Worth.IN_VAIN: IN_VAIN}

_TEACH = (Interest.Answer.INTERESTED, Interest.Answer.NOT_RELEVANT)
"""*Later* says nothing of the two, and *never* is of the other party, not of the suggestion."""


def answers_between(after: datetime, until: datetime, *, now: datetime) -> list[Given]:
    """Those given after the one moment and before the other, with what has come of them by now; and older ones of which
    it was told in that time that they bore fruit. What an answer was about is taken as it was when it was given, so old
    rows that do not tell it teach nothing."""
    rows = list(
        Interest.objects.filter(at__gte=after, at__lt=until, answer__in=_TEACH)
        .exclude(points={})
        .order_by("-at", "-pk")
        .values_list("profile_id", "other_id", "answer", "points")[:MOST_ANSWERS]
    )
    pairs = {_pair(one, other) for one, other, answer, _points in rows if answer == Interest.Answer.INTERESTED}
    met = have_met(pairs, now)
    worth = {pair: _COUNTS[one] for pair, one in worth_of(pairs, now).items()}
    connected = set(
        Connection.objects.filter(
            a__in={low for low, _high in pairs}, b__in={high for _low, high in pairs}
        ).values_list("a_id", "b_id")
    )
    given = []
    for one, other, answer, points in rows:
        accepts = answer == Interest.Answer.INTERESTED
        pair = _pair(one, other)
        came_of_it = worth.get(pair, MET) if pair in met else CONNECTED if pair in connected else INTERESTED
        given.append(Given(one, accepts, came_of_it if accepts else 1.0, shares_of(points)))
    return given + _late_fruits(after, until)


def _late_fruits(after: datetime, until: datetime) -> list[Given]:
    """What a meeting was worth shows after weeks, when its answer has been learnt from: it is taken once more then."""
    pairs = fruits_between(after, until)
    rows = (
        Interest.objects.filter(at__lt=after, answer=Interest.Answer.INTERESTED)
        .filter(profile__in={one for pair in pairs for one in pair})
        .exclude(points={})
        .order_by("-at", "-pk")
        .values_list("profile_id", "other_id", "points")[:MOST_ANSWERS]
    )
    return [
        Given(one, True, LATE_FRUIT, shares_of(points)) for one, other, points in rows if _pair(one, other) in pairs
    ]


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)

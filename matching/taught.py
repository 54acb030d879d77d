"""An installation's answers, as the engine learns from them."""

from __future__ import annotations

from datetime import datetime

from matching.engine.learning import CONNECTED, INTERESTED, MET, Given, shares_of
from matching.models import Connection, Interest
from matching.outcomes import Pair, have_met

MOST_ANSWERS = 5000
"""The newest; more would tell no more, and cost memory."""

_TEACH = (Interest.Answer.INTERESTED, Interest.Answer.NOT_RELEVANT)
"""*Later* says nothing of the two, and *never* is of the other party, not of the suggestion."""


def answers_between(after: datetime, until: datetime, *, now: datetime) -> list[Given]:
    """Those given after the one moment and before the other, with what has come of them by now. What an answer was
    about is taken as it was when it was given, so old rows that do not tell it teach nothing."""
    rows = list(
        Interest.objects.filter(at__gte=after, at__lt=until, answer__in=_TEACH)
        .exclude(points={})
        .order_by("-at", "-pk")
        .values_list("profile_id", "other_id", "answer", "points")[:MOST_ANSWERS]
    )
    pairs = {_pair(one, other) for one, other, answer, _points in rows if answer == Interest.Answer.INTERESTED}
    met = have_met(pairs, now)
    connected = set(
        Connection.objects.filter(
            a__in={low for low, _high in pairs}, b__in={high for _low, high in pairs}
        ).values_list("a_id", "b_id")
    )
    given = []
    for one, other, answer, points in rows:
        accepts = answer == Interest.Answer.INTERESTED
        pair = _pair(one, other)
        came_of_it = MET if pair in met else CONNECTED if pair in connected else INTERESTED
        given.append(Given(one, accepts, came_of_it if accepts else 1.0, shares_of(points)))
    return given


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)

"""How an answer is kept as a lesson, and read as one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import Profile
from core import places
from matching import evidence
from matching.engine.steering import About, Answered, Steering, What, about, learn
from matching.models import Interest, Suggestion

TEACHES = {
    Interest.Why.TOO_FAR: What.FAR,
    Interest.Why.WRONG_SIZE: What.SIZE,
    Interest.Why.WRONG_TOPIC: What.TOPIC,
    Interest.Why.HAVE_PARTNER: What.NEED,
}
"""*Something else* teaches nothing: nobody but a person could say what."""
MOST_SAID = 3


def about_row(row: Suggestion | None, me: Profile, other: Profile) -> About:
    """What a stored suggestion is about; of a pair without one, what is known of the other."""
    return about(
        evidence.gist(row.evidence) if row else (),
        km=places.distance_km(me.municipality, other.municipality),
        size=other.size,
    )


def write(row: Suggestion | None, me: Profile, other: Profile, why: str) -> dict[str, Any]:
    """The suggestion as it was when it was answered, for the answer's row; empty when it can teach nothing."""
    if why not in TEACHES:
        return {}
    one = about_row(row, me, other)
    if not learn([Answered(0, TEACHES[Interest.Why(why)], one)]):
        return {}
    reasons = evidence.understand(row.evidence, me=me, other=other).reasons if row else ()
    quotes = [quote for reason in reasons[:1] for quote in (*reason.mine.quotes, *reason.theirs.quotes)]
    return {
        "km": one.km and round(one.km),
        "size": one.size,
        "topics": sorted(one.topics),
        "needs": sorted(one.needs),
        "said": quotes[:MOST_SAID],
    }


def answered(given: Interest, now: datetime) -> Answered:
    data = given.about
    return Answered(
        given.pk,
        TEACHES[Interest.Why(given.why)],
        About(data["km"], data["size"], frozenset(data["topics"]), frozenset(data["needs"])),
        (now - given.at).total_seconds() / 86_400,
    )


def steering(answers: Iterable[Interest], now: datetime) -> Steering:
    return learn(answered(given, now) for given in answers)

"""A profile's stored suggestions in the order in which they are shown: its limits leave out, its wishes weigh, its
answers teach.

Done when the list is read, so that a wish saved a moment ago holds at once; the matcher takes the same wishes into
account when it chooses whom to keep, and then the list fills up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Profile
from matching.engine import spread_alike
from matching.engine.preferences import Facts, Preferences, Wish, allows, fit, lay_out, weigh
from matching.engine.steering import Steering, What, kept, lowering
from matching.models import Interest, Suggestion
from matching.teaching import TEACHES, about_row
from matching.wishes import facts_of

SHOWN_FROM = 0.02
"""A smaller loss moves a row by nothing that anybody would notice."""
WHY: dict[What, Interest.Why] = {what: why for why, what in TEACHES.items()}


@dataclass(frozen=True)
class Listing:
    """`left_out` is how many the limits keep away; `loosened` how many there would be without each limit."""

    rows: list[Suggestion]
    left_out: int = 0
    loosened: dict[Wish, int] = field(default_factory=dict)


def arrange(
    rows: Sequence[Suggestion], me: Profile, wanted: Preferences, today: date, taught: Steering = ()
) -> Listing:
    """`rows` carry `other` and `has_offers`."""
    mine = facts_of(me)
    facts = {row.pk: facts_of(row.other, offers=getattr(row, "has_offers", False)) for row in rows}
    weights = {row.pk: weigh(row.score, fit(wanted, mine, facts[row.pk])) * _taught(row, me, taught) for row in rows}
    allowed = [row for row in rows if allows(wanted, mine, facts[row.pk])]
    allowed.sort(key=lambda row: (-weights[row.pk], row.other_id))
    spread = spread_alike(allowed, [row.signature for row in allowed])
    year, week, _day = today.isocalendar()
    keys, lowered = [row.other_id for row in spread], {row.other_id for row in spread if row.lowered}
    laid = lay_out(spread, keys, wanted.surprises, f"{me.pk}:{year}-{week}", never=lowered)
    for row, is_surprise in laid:
        row.surprise = is_surprise
    left_out = len(rows) - len(allowed)
    loosened = count_without_each(wanted, mine, list(facts.values())) if left_out else {}
    return Listing([row for row, _surprise in laid], left_out, loosened)


def _taught(row: Suggestion, me: Profile, taught: Steering) -> float:
    """What is left of a row's weight after the lessons; the row is told which of them it was lowered by."""
    losses = lowering(taught, about_row(row, me, row.other)) if taught else {}
    row.lowered = tuple(WHY[what].label for what, loss in losses.items() if loss >= SHOWN_FROM)
    return kept(losses)


def count_without_each(wanted: Preferences, mine: Facts, others: Sequence[Facts]) -> dict[Wish, int]:
    """How many would be left if one limit were loosened and the others held."""
    return {wish: sum(allows(wanted.without(wish), mine, other) for other in others) for wish in wanted.limits}

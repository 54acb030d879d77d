"""Who is new among a profile's suggestions: what the week's letter tells of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import Profile
from matching import queries, showing
from matching.models import Newcomer
from matching.showing import Card

MOST = 3
"""A letter that names more is not read."""
WEEK = timedelta(days=7)


def cards(context: Mapping[str, Any], *, reader: Any, today: date) -> list[tuple[Profile, Card]]:
    """Of the newcomers of the notice's week, the first few in the order in which the reader's page has them now.

    The page's own query is asked, so whoever has been answered, hidden, blocked or barred since, or whom the profile's
    limits leave out, is not told of; nor is one whom a lesson puts lower, for who said *not relevant* of its like has
    asked for no news of it. Nobody is told for a profile that they speak for no more.
    """
    profile = Profile.objects.spoken_for_by(reader).filter(pk=context["profile"]).first()
    if profile is None:
        return []
    new = _newcomers(context)
    rows = queries.suggestions_for(profile, user=reader, today=today)
    told = [row for row in rows if row.other_id in new and not row.lowered][:MOST]
    understood = showing.understand(told, profile)
    return [(profile, showing.card(row, profile, understood)) for row in told]


def _newcomers(context: Mapping[str, Any]) -> set[int]:
    """Keys of those who came in the notice's week; whoever the notice was written of is always one of them."""
    found = {context["other"]}
    if "week" in context:
        year, week = context["week"]
        begins = datetime.fromisocalendar(year, week, 1).replace(tzinfo=UTC)
        came = Newcomer.objects.filter(profile=context["profile"], at__gte=begins, at__lt=begins + WEEK)
        found |= set(came.values_list("other_id", flat=True))
    return found

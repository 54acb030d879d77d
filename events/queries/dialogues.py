"""Market dialogue events as a planned purchase links to them (`opportunities.hooks`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from events.models import Event
from events.wording import day, event_when
from opportunities.hooks import LinkedEvent

LATELY = timedelta(days=90)
MOST = 50


class Dialogues:
    """Those of the profile, by their day; held ones for some time still."""

    def choices(self, profile: Any, now: datetime) -> list[tuple[int, str]]:
        rows = Event.objects.announced().filter(organiser=profile, kind=Event.Kind.MARKET_DIALOGUE)
        rows = rows.filter(audience=Event.Audience.ALL, ends_at__gte=now - LATELY).order_by("starts_at", "pk")
        return [(one.pk, f"{one.title}, {day(one.starts_at)}") for one in rows[:MOST]]

    def linked(self, pk: int, user: Any) -> LinkedEvent | None:
        found = Event.objects.seen_by(user).filter(pk=pk, kind=Event.Kind.MARKET_DIALOGUE).first()
        if found is None:
            return None
        return LinkedEvent(found.pk, found.title, event_when(found), found.get_absolute_url())

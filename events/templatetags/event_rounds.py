"""The way between the rounds of one event; of an only round there is nothing to choose."""

from __future__ import annotations

from typing import Any

from django import template

from events.addresses import of_round
from events.models import Round
from events.queries.rounds import rounds_of
from events.wording import round_label

register = template.Library()


@register.inclusion_tag("events/rounds/rounds_nav.html")
def rounds_nav(round: Round, name: str, *, is_host: bool = False) -> dict[str, Any]:
    """Links to the page `name` of each round, in order of time; to its schedule, where the page is not there yet."""
    rounds = rounds_of(round.event)
    links = [
        {
            "label": round_label(one),
            "url": of_round("round" if name == "board" and one.published_at is None else name, one),
            "is_here": one.pk == round.pk,
        }
        for one in rounds
    ]
    return {"links": links if len(links) > 1 else [], "event": round.event, "is_host": is_host}

"""Addresses of a round. An event's first round needs no number in them; the others have theirs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from events.models import Round


def of_round(name: str, round: Round, *more: Any) -> str:
    """The page `name` of the round; `more` are the parts that follow."""
    number = [] if round.number == 1 else [round.number]
    return reverse(name, args=[round.event.slug, *number, *more])

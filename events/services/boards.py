"""The hosts' open boards are told that something of the day has changed; they look for themselves what."""

from __future__ import annotations

from core import live
from events.models import Round


def changed(event_id: int) -> None:
    for round_id in Round.objects.filter(event=event_id).values_list("pk", flat=True):
        live.send_group(live.board_group(round_id), {"type": "board.changed"})

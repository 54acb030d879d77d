"""What noticeboards give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from core import panels
from notifications import kinds


def register() -> None:
    from networks import notices_board
    from networks.views import board

    for kind in notices_board.KINDS:
        kinds.register(kind)
    panels.register("network", "networks.board", board.panel, order=10)
    panels.register("network_group", "networks.group_board", board.group_panel, order=10)

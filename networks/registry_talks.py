"""What networks give to conversations, and panels of what members talk of, offer and look for. Called once, when apps
are ready.
"""

from __future__ import annotations

from conversations import hooks
from core import panels


def register() -> None:
    from networks.queries import talks as queries
    from networks.views import market, talks

    hooks.register_circles(queries.CIRCLE, queries.CIRCLES)
    panels.register("network_group", "networks.group_talk", talks.panel, order=8)
    panels.register("network", "networks.market", market.panel, order=20)

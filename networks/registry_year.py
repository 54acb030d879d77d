"""What a network's year gives to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from core import panels
from notifications import kinds


def register() -> None:
    from networks import notices_year
    from networks.views import reports

    for kind in notices_year.KINDS:
        kinds.register(kind)
    panels.register("network", "networks.reports", reports.panel, order=40)

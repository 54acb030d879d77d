"""What schools' pages and the coordinator's figures give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from core import panels


def register() -> None:
    from studies.views import figures

    panels.register("desk", "studies.figures", figures.desk, order=20)

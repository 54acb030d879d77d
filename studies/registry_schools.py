"""What schools' pages and the coordinator's figures give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from accounts import hooks
from core import panels


def register() -> None:
    from studies.services.schools import forget_page
    from studies.views import figures, schools

    panels.register("desk", "studies.figures", figures.desk, order=20)
    panels.register("studies", "studies.schools", schools.hub, order=30)
    panels.register("profile", "studies.school_page", schools.profile, order=28)
    hooks.on_unclaimed("studies.schools", forget_page)

"""What student work gives to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import modules, nav
from opportunities import hooks as market


def register() -> None:
    from studies import registry_courses, registry_schools, registry_seasons, registry_theses
    from studies.queries import roads

    modules.register(
        "studies",
        _("Student work"),
        _("Theses, course rounds, internships and summer jobs, with the school as a third party."),
        needs=("opportunities",),
        order=40,
    )
    nav.register("studies", _("Students"), "studies", order=35)
    market.on_roads("studies", roads.roads)
    registry_theses.register()
    registry_courses.register()
    registry_schools.register()
    registry_seasons.register()
